"""What a journal promises: events before steps, torn tails, any edit seen, formats that stay."""

import json
import shutil
from pathlib import Path

import msgspec
import pytest
from gsd_run.domain.errors import Refusal
from gsd_run.domain.event import FORMAT, RunStarted
from gsd_run.domain.run import folded
from gsd_run.running.journals.journal import Journal, read
from sandbox import Sandbox

# Written by the first version; never to be written anew: later versions must read it as it is.
OLD = Path(__file__).parent / "journals" / "format-1.jsonl"


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def test_a_journal_of_the_first_format_stays_readable() -> None:
    state = folded(read(OLD))
    assert state.plan.id == "01-01"
    assert {n: task.ended and task.ended.outcome for n, task in state.tasks.items()} == {
        1: "PASSED",
        2: "PASSED",
    }
    assert [one.commit for task in state.tasks.values() if (one := task.committed)]
    assert state.completed is not None
    assert {one.state for one in state.end_verdicts.values()} == {"PROVEN", "UNPROVEN"}


def test_every_torn_tail_is_dropped_and_written_over(tmp_path: Path) -> None:
    whole = lines(OLD)
    path = tmp_path / "torn.jsonl"
    event = [record.event for record in read(OLD)][5]
    for keep in (0, 1, len(whole[5]) // 2, len(whole[5]) - 1):
        path.write_bytes(b"".join(whole[:5]) + whole[5][:keep])
        journal = Journal(path, lambda: "2026-01-01T00:00:00.000+00:00")
        assert len(journal.records) == 5
        journal.add(event)
        assert len(list(read(path))) == 6


def test_any_edit_of_any_line_shows(tmp_path: Path) -> None:
    whole = lines(OLD)
    path = tmp_path / "edited.jsonl"
    for number in range(len(whole) - 1):
        changed = whole[number].replace(b'"time":"2', b'"time":"3', 1)
        assert changed != whole[number]
        for told in (
            [*whole[:number], changed, *whole[number + 1 :]],
            [*whole[:number], *whole[number + 1 :]],
            [*whole[: number + 1], whole[number], *whole[number + 1 :]],
        ):
            path.write_bytes(b"".join(told))
            with pytest.raises(Refusal, match=r"journal|first event"):
                folded(read(path))


def test_what_a_later_version_adds_to_an_event_is_passed_over(tmp_path: Path) -> None:
    first = json.loads(lines(OLD)[0])
    first["event"]["colour"] = "blue"
    path = tmp_path / "more.jsonl"
    path.write_bytes(json.dumps(first).encode() + b"\n")
    [record] = read(path)
    assert isinstance(record.event, RunStarted)


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ({"type": "run_started", "format": FORMAT + 1}, f"in format {FORMAT + 1}; this one reads"),
        ({"type": "teleported"}, "a later version of gsd-run wrote 'teleported'"),
        ({"type": "measured"}, "this is no event of a journal"),
    ],
)
def test_what_only_a_later_version_knows_refuses(
    greeting: Sandbox, event: dict[str, object], told: str
) -> None:
    place = greeting.root / ".git" / "gsd-run" / "runs" / "20990101T000000-abcd.jsonl"
    place.parent.mkdir(parents=True)
    record = json.loads(lines(OLD)[0])
    whole = {**record["event"], **event} if "format" in event else event
    head = b"" if "format" in event else lines(OLD)[0]
    place.write_bytes(head + json.dumps({**record, "seq": 1, "event": whole}).encode() + b"\n")

    done = greeting.gsd_run("01-01")

    assert (done.status, told in done.stderr) == (3, True), done.text
    assert greeting.gsd_run("01-01", "--fresh").status == 0


def test_an_event_is_on_disk_before_it_counts(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    shutil.copyfile(OLD, path)
    journal = Journal(path)
    before = path.read_bytes()
    journal.add(journal.records[-1].event)
    after = path.read_bytes()
    assert after.startswith(before)
    assert msgspec.json.decode(after[len(before) :])["seq"] == len(journal.records)
