"""Running a script and writing down what it showed; nothing is judged here."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec.structs import replace

from gsd_run.checking.measuring.command_runs import (
    command_runs,
    notes,
    records_of,
    shell_status,
    trouble,
)
from gsd_run.checking.measuring.cutting import (
    ASKING_LOST,
    Cut,
    Places,
    added,
    asks_for_results,
    cut_up,
)
from gsd_run.checking.measuring.outcomes import coverage_of, tests_of
from gsd_run.domain.measurement import Measurement
from gsd_run.domain.redaction import redacted
from gsd_run.outside import processes, recording
from gsd_run.outside.processes import Finished, Letterbox
from gsd_run.outside.shell import syntax_error

WRITTEN_LIMIT = 256 * 1024 * 1024  # bytes of output after which a script is ended
ARGUMENT_LIMIT = 120_000  # bytes; Linux takes no argument longer than 128 KiB
# With these, bash would read settings of the person who runs gsd-run.
SHELL_SETTINGS = frozenset({"BASH_ENV", "BASHOPTS", "ENV", "SHELLOPTS"})


def measure(  # noqa: PLR0913 - each says one thing about the run
    script: str,
    *,
    root: Path,
    environment: Mapping[str, str],
    scratch: Path,
    timeout: float,
    python: str,
    key: str = "",
    on_command: Callable[[str], None] | None = None,
) -> Measurement:
    """Run a bash script in `root` and return what it showed, secrets in its outputs redacted.

    `scratch` is a private folder outside of what the script works on; it is emptied first, and
    its sub-folder `tmp` exists and is empty when the script starts. `environment` is all that
    the script gets, besides what the measuring adds. After `timeout` seconds everything is
    killed; what had ended keeps its results. `python` is the project's interpreter, which reads
    the coverage data. `on_command` gets the text of each command soon after it starts.
    """
    places = _emptied(Places(root=root, scratch=scratch.resolve()))
    settings = {name: text for name, text in environment.items() if name not in SHELL_SETTINGS}
    try:
        if broken := syntax_error(script, environment=settings, cwd=root):
            return Measurement(key=key, script=script, status=2, seconds=0.0, trouble=broken)
        cut = cut_up(script, settings, root)
        asks = asks_for_results(script, root)
        settings |= added(script, cut, places, settings, asks=asks)
        finished, documents = _run(cut, places, settings, timeout, on_command)
    except processes.ProgramNotFound as error:
        return Measurement(key=key, script=script, status=127, seconds=0.0, trouble=str(error))
    records = records_of(cut, places)
    runs = command_runs(cut, records, finished, places)
    coverage, unread = coverage_of(places, settings, python, records, cut)
    asked = asks and not ASKING_LOST.search(script)
    tests, untold = tests_of(cut, runs, records, documents, asked=asked)
    measured = Measurement(
        key=key,
        script=script,
        status=shell_status(finished),
        seconds=finished.seconds,
        commands=tuple(runs.values()),
        tests=tests,
        coverage=coverage,
        timed_out=finished.timed_out,
        trouble=trouble(finished, cut, places, (timeout, WRITTEN_LIMIT)),
        notes=(*notes(cut, finished), *untold, *unread),
    )
    return _without_secrets(measured)


def _emptied(places: Places) -> Places:
    if places.root.resolve().is_relative_to(places.scratch):
        raise ValueError(f"{places.scratch} would be emptied, and holds {places.root}")
    if places.scratch.exists():
        shutil.rmtree(places.scratch)
    for folder in (places.scratch / "tmp", places.commands, places.junit, places.coverage.parent):
        folder.mkdir(parents=True)
    return places


def _run(
    cut: Cut,
    places: Places,
    settings: Mapping[str, str],
    timeout: float,
    on_command: Callable[[str], None] | None,
) -> tuple[Finished, dict[int, bytes]]:
    """Run the script; return how it ended and the test results it wrote, by command."""
    said = set[int]()
    paths = [places.junit / f"{number}.xml" for number in range(len(cut.pipelines))]
    argv = ["bash", "--noprofile", "--norc", "-c", cut.text]
    if len(cut.text.encode()) > ARGUMENT_LIMIT:
        file = places.scratch / "script"
        file.write_text(cut.text, encoding="utf-8")
        argv[-2:] = [str(file)]
    with Letterbox(paths) as letters:

        def look() -> bool:
            letters.empty()
            begun = recording.begun(places.commands) if cut.recorded else (0,)
            for number in begun:
                if number not in said and on_command is not None:
                    on_command(cut.pipelines[number].text)
                said.add(number)
            return recording.written(places.commands) <= WRITTEN_LIMIT

        finished = processes.run(
            argv,
            cwd=places.root,
            env=settings,
            timeout=timeout,
            while_running=look,
            mark=f"GSD_RUN_OUT={places.commands}",
        )
        look()
        received = enumerate(letters.received[path] for path in paths)
        return finished, {number: bytes(document) for number, document in received}


def _without_secrets(measured: Measurement) -> Measurement:
    """Redact what commands printed; their own text is the plan's, and stays."""
    commands = tuple(
        replace(one, stdout=redacted(one.stdout), stderr=redacted(one.stderr))
        for one in measured.commands
    )
    tests = tuple(
        replace(run, cases=tuple(replace(one, message=redacted(one.message)) for one in run.cases))
        for run in measured.tests
    )
    told = tuple(redacted(note) for note in measured.notes)
    return replace(measured, commands=commands, tests=tests, notes=told)
