"""What the records of a script's commands say of how each of them ran, and what ended it."""

import re
import time

from gsd_run.checking.measuring.cutting import Cut, Places
from gsd_run.domain.measurement import CommandRun
from gsd_run.outside import recording
from gsd_run.outside.limits import Limits, size_told
from gsd_run.outside.processes import Finished
from gsd_run.outside.recording import Record
from gsd_run.outside.shell import Pipeline

LINE_LIMIT = 200  # characters of a command or of stray output in a note


def shell_status(finished: Finished) -> int:
    """Return the status as a shell would tell it: 128 and the signal's number for a signal."""
    return finished.status if finished.status >= 0 else 128 - finished.status


def records_of(cut: Cut, places: Places) -> dict[int, Record]:
    """Return the records of the commands that began, by their number in the script."""
    if not cut.recorded:
        return {}
    return {
        number: recording.record(places.commands, number)
        for number in recording.begun(places.commands)
    }


def command_runs(
    cut: Cut, records: dict[int, Record], finished: Finished, places: Places
) -> dict[int, CommandRun]:
    """Return the commands that ran, by their number in the script."""
    status, over = shell_status(finished), time.time()
    noise = re.compile(
        rf"^.*generated xml file: {re.escape(str(places.junit))}/\d+\.xml.*\n?", re.MULTILINE
    )
    if not cut.recorded:
        return {
            number: CommandRun(
                text=pipeline.text,
                status=status,
                statuses=(status,),
                members=(pipeline.text,),
                seconds=finished.seconds,
                stdout=noise.sub("", finished.stdout),
                stderr=noise.sub("", finished.stderr),
            )
            for number, pipeline in enumerate(cut.pipelines)
        }
    runs = {}
    for number, record in records.items():
        pipeline = cut.pipelines[number]
        own, statuses = _statuses(pipeline, record.status, record.statuses, status)
        runs[number] = CommandRun(
            text=pipeline.text,
            status=own,
            statuses=statuses,
            members=tuple(member.text for member in pipeline.members),
            seconds=max(0.0, (record.ended or over) - record.started),
            stdout=noise.sub("", record.stdout),
            stderr=noise.sub("", record.stderr),
            background=pipeline.background,
        )
    return runs


def _statuses(
    pipeline: Pipeline, status: int | None, of_members: tuple[int, ...], of_script: int
) -> tuple[int, tuple[int, ...]]:
    """Return a command's own status and those of its members, as CommandRun has them."""
    single = len(pipeline.members) == 1
    if pipeline.background:
        return 0, ()
    if status is None:
        return of_script, (of_script,) if single else ()
    own = int(status == 0) if pipeline.negated else status
    if single:
        return own, (status,)
    return own, of_members if len(of_members) == len(pipeline.members) else ()


def trouble(
    finished: Finished, cut: Cut, places: Places, bounds: tuple[float, Limits]
) -> str | None:
    """Say why a script was stopped, None if it was not; `bounds` are its seconds, and the rest."""
    timeout, limits = bounds
    if finished.timed_out:
        reason = f"stopped after {timeout:g} s"
    elif finished.stopped or finished.beyond:
        written = f"having written more than {size_told(limits.output)}"
        reason = f"stopped, {finished.beyond or written}"
    else:
        return None
    begun = recording.begun(places.commands) if cut.recorded else (0,)
    running = [
        first_line(cut.pipelines[number].text)
        for number in begun
        if not cut.pipelines[number].background and not (places.commands / f"{number}.end").exists()
    ]
    return f"{reason}, while this was running: {running[-1]}" if running else reason


def notes(cut: Cut, finished: Finished) -> tuple[str, ...]:
    """Name what could not be seen of a script as it ran."""
    if not cut.recorded:
        return ("the script counts as one command: its parts could not be told apart",)
    outside = first_line((finished.stdout + finished.stderr).strip())
    return (f"written outside of any command: {outside}",) if outside else ()


def first_line(text: str) -> str:
    """Return the first line of a text, cut to what fits into a note."""
    first, _, more = text.partition("\n")
    return f"{first[:LINE_LIMIT]} …" if more or len(first) > LINE_LIMIT else first
