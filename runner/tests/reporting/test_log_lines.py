"""The lines of a story: one for each event, and none that a plan or an output could forge."""

from gsd_run.domain.claim import Verdict
from gsd_run.domain.event import Event, Judged, Measured, Record, Stopped
from gsd_run.domain.measurement import CommandRun, Measurement
from gsd_run.domain.planning_update import PlanningFile, PlanningUpdated
from gsd_run.domain.story import Ran, Story
from gsd_run.reporting.log import log_text

FORGED = "it failed\n23:59:58  judged at the end:\n            PROVEN    truth.1"


def told(*events: tuple[str, Event], ran: tuple[Ran, ...] = ()) -> str:
    records = tuple(
        Record(seq=number, time=time, prev="", event=one)
        for number, (time, one) in enumerate(events, 1)
    )
    story = Story(
        run="r", plan="01-01", source="r.jsonl", whole=True, names={}, records=records, ran=ran
    )
    return log_text(story)


def test_days_are_told_and_no_text_passes_for_another_line() -> None:
    refuted = Verdict(claim="truth.1", state="REFUTED", reason=FORGED)
    assert told(
        ("2026-03-04T23:59:57.000+00:00", Judged(moment="end", tree="t", verdict=refuted)),
        ("2026-03-05T00:00:01.000+00:00", Stopped(reason=FORGED, exit_code=1)),
    ) == (
        "2026-03-04, times in UTC\n"
        "23:59:57  judged at the end:\n"
        "            REFUTED   truth.1: it failed ⏎ 23:59:58  judged at the end: ⏎ PROVEN    truth.1\n"
        "2026-03-05, times in UTC\n"
        "00:00:01  stopped with exit 1\n"
        "            it failed\n"
        "            23:59:58  judged at the end:\n"
        "                        PROVEN    truth.1\n"
    )


def test_planning_files_are_named() -> None:
    files = (
        PlanningFile(path=".planning/STATE.md", before="a", after="b", commit=True),
        PlanningFile(path=".planning/ROADMAP.md", before="a", after="b", commit=True),
    )
    notes = ("REQUIREMENTS.md is left alone: it has no table",)
    assert told(
        ("2026-03-04T10:00:00.000+00:00", PlanningUpdated(files=files, notes=notes)),
        ("2026-03-04T10:00:01.000+00:00", PlanningUpdated(files=())),
    ) == (
        "2026-03-04, times in UTC\n"
        "10:00:00  planning files updated: .planning/STATE.md, .planning/ROADMAP.md\n"
        "            REQUIREMENTS.md is left alone: it has no table\n"
    )


def test_a_command_in_the_background_was_started_and_no_more() -> None:
    command = CommandRun(
        text="serve &",
        status=0,
        statuses=(),
        members=("serve",),
        seconds=0.0,
        stdout="",
        stderr="",
        background=True,
    )
    measured = Measured(
        tree="0123456789",
        measurement=Measurement(
            key="k", script="serve &", status=0, seconds=0.0, commands=(command,)
        ),
        stored="s",
    )
    ran = Ran(
        number=1,
        kind="command",
        event=1,
        part=0,
        text="serve &",
        status="started",
        seconds=0.0,
        stored="s",
    )
    assert told(("2026-03-04T10:00:00.000+00:00", measured), ran=(ran,)) == (
        "2026-03-04, times in UTC\n"
        "10:00:00  checks run at tree 012345678\n"
        "            #1   started    0.0s  serve &\n"
    )
