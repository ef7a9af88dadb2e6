"""Running a script and writing down what it showed; nothing is judged here."""

import re
import shlex
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from gsd_run.checking import coverage_results, test_results
from gsd_run.domain.measurement import CommandRun, FileCoverage, Measurement, TestRun
from gsd_run.outside import processes, recording
from gsd_run.outside.processes import Finished, Letterbox
from gsd_run.outside.shell import Member, Pipeline, programs, split, syntax_error

WRITTEN_LIMIT = 256 * 1024 * 1024  # bytes of output after which a script is ended
ARGUMENT_LIMIT = 120_000  # bytes; Linux takes no argument longer than 128 KiB
# With these, bash would read settings of the person who runs gsd-run.
SHELL_SETTINGS = frozenset({"BASH_ENV", "BASHOPTS", "ENV", "SHELLOPTS"})
# The script handles its coverage data by itself, and must find them where it says.
OWN_COVERAGE = re.compile(r"COVERAGE_FILE|(?<![\w*-])\.coverage\b|[\"']coverage[\"']")
OWN_RESULTS = re.compile(r"--junit-?xml|no:junitxml")  # asking for them as well would do harm
ASKING_LOST = re.compile(r"PYTEST_ADDOPTS|\benv +(-i|-|-u|--unset)\b")
PYTEST_SETTINGS = frozenset(
    {"pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "pyproject.toml"}
    | {"tox.ini", "setup.cfg"}
)


class _Cut(Struct, frozen=True, kw_only=True):
    """A script as it is run. Not `recorded`, it is one pipeline with one member."""

    text: str
    pipelines: tuple[Pipeline, ...]
    recorded: bool


class _Places(Struct, frozen=True, kw_only=True):
    """The folders of one measurement; `scratch` holds all but the root."""

    root: Path
    scratch: Path

    @property
    def commands(self) -> Path:
        return self.scratch / "commands"

    @property
    def junit(self) -> Path:
        return self.scratch / "junit"

    @property
    def coverage(self) -> Path:
        return self.scratch / "coverage" / "data"


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
    """Run a bash script in `root` and return what it showed.

    `scratch` is a private folder outside of what the script works on; it is emptied first, and
    its sub-folder `tmp` exists and is empty when the script starts. `environment` is all that
    the script gets, besides what the measuring adds. After `timeout` seconds everything is
    killed; what had ended keeps its results. `python` is the project's interpreter, which reads
    the coverage data. `on_command` gets the text of each command soon after it starts.
    """
    places = _emptied(_Places(root=root, scratch=scratch.resolve()))
    settings = {name: text for name, text in environment.items() if name not in SHELL_SETTINGS}
    try:
        if broken := syntax_error(script, environment=settings, cwd=root):
            return Measurement(key=key, script=script, status=2, seconds=0.0, trouble=broken)
        cut = _cut(script, settings, root)
        asks = not OWN_RESULTS.search(script) and not _refuses_junit(root)
        settings |= _added(script, cut, places, settings, asks=asks)
        finished, documents = _run(cut, places, settings, timeout, on_command)
    except processes.ProgramNotFound as error:
        return Measurement(key=key, script=script, status=127, seconds=0.0, trouble=str(error))
    runs = _command_runs(cut, finished, places)
    coverage, unread = _coverage(places, settings, python)
    tests, notes = _tests(cut, runs, documents, asked=asks and not ASKING_LOST.search(script))
    return Measurement(
        key=key,
        script=script,
        status=_shell_status(finished),
        seconds=finished.seconds,
        commands=tuple(runs.values()),
        tests=tests,
        coverage=coverage,
        timed_out=finished.timed_out,
        trouble=_trouble(finished, cut, places, timeout),
        notes=(*_notes(cut, finished), *notes, *unread),
    )


def _emptied(places: _Places) -> _Places:
    if places.root.resolve().is_relative_to(places.scratch):
        raise ValueError(f"{places.scratch} would be emptied, and holds {places.root}")
    if places.scratch.exists():
        shutil.rmtree(places.scratch)
    for folder in (places.scratch / "tmp", places.commands, places.junit, places.coverage.parent):
        folder.mkdir(parents=True)
    return places


def _cut(script: str, settings: Mapping[str, str], root: Path) -> _Cut:
    pipelines = split(script)
    if pipelines == ():
        return _Cut(text=script, pipelines=(), recorded=True)
    wrapped = recording.instrumented(script)
    if (
        pipelines is not None
        and wrapped != script
        and not syntax_error(wrapped, environment=settings, cwd=root)
    ):
        return _Cut(text=wrapped, pipelines=pipelines, recorded=True)
    whole = Member(text=script, start=0, end=len(script))
    pipeline = Pipeline(text=script, start=0, end=len(script), members=(whole,))
    return _Cut(text=script, pipelines=(pipeline,), recorded=False)


def _refuses_junit(root: Path) -> bool:
    """Tell whether pytest's settings switch JUnit XML off; asking for it would be an error."""
    for folder in (root, *root.glob("[!.]*/")):
        for name in PYTEST_SETTINGS:
            path = folder / name
            if path.is_file() and "no:junitxml" in path.read_text(errors="replace"):
                return True
    return False


def _added(
    script: str, cut: _Cut, places: _Places, settings: Mapping[str, str], *, asks: bool
) -> dict[str, str]:
    """Return what the measuring adds to the environment.

    junit_family: only the first one tells the file of each test.
    """
    added = {"GSD_RUN_OUT": str(places.commands)}
    if asks:
        asked = f"-o junit_family=xunit1 --junitxml={shlex.quote(f'{places.junit}/')}"
        if cut.recorded:
            added["GSD_RUN_JUNIT"] = asked
        else:
            added["PYTEST_ADDOPTS"] = f"{settings.get('PYTEST_ADDOPTS', '')} {asked}0.xml".strip()
    if not OWN_COVERAGE.search(script) and "coverage" not in programs(script):
        added["COVERAGE_FILE"] = str(places.coverage)
    return added


def _run(
    cut: _Cut,
    places: _Places,
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


def _shell_status(finished: Finished) -> int:
    """Return the status as a shell would tell it: 128 and the signal's number for a signal."""
    return finished.status if finished.status >= 0 else 128 - finished.status


def _command_runs(cut: _Cut, finished: Finished, places: _Places) -> dict[int, CommandRun]:
    """Return the commands that ran, by their number in the script."""
    status, over = _shell_status(finished), time.time()
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
    for number in recording.begun(places.commands):
        pipeline, record = cut.pipelines[number], recording.record(places.commands, number)
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


def _tests(
    cut: _Cut, runs: Mapping[int, CommandRun], documents: Mapping[int, bytes], *, asked: bool
) -> tuple[tuple[TestRun, ...], tuple[str, ...]]:
    """Return the test results, and notes of what should have been there and can't be read."""
    tests, notes = list[TestRun](), list[str]()
    for command, (number, run) in enumerate(runs.items()):
        pipeline = cut.pipelines[number]
        written = [part for part in re.split(rb"(?=<\?xml )", documents[number]) if part.strip()]
        for document in written:
            try:
                tests.append(test_results.from_junit(document, command=command, runner="pytest"))
            except test_results.Unreadable as error:
                notes.append(f"{_first_line(run.text)}: {error}")
        if written:
            continue
        runner = test_results.runner_of(pipeline)
        # Asked for results, pytest writes them unless it broke off: what looks like its closing
        # line then comes from something else.
        told = None
        if not (asked and runner == "pytest"):
            told = test_results.from_closing_lines(pipeline, run, command=command)
        if told is not None:
            tests.append(told)
        elif runner is not None:
            notes.append(f"{_first_line(run.text)}: no results of {runner} can be read")
    return tuple(tests), tuple(notes)


def _coverage(
    places: _Places, settings: Mapping[str, str], python: str
) -> tuple[tuple[FileCoverage, ...], tuple[str, ...]]:
    if not places.coverage.exists():
        return (), ()
    try:
        found = coverage_results.read_data(
            places.coverage, root=places.root, environment=settings, python=python
        )
    except (coverage_results.Unreadable, processes.ProgramNotFound) as error:
        return (), (str(error),)
    return found, ()


def _trouble(finished: Finished, cut: _Cut, places: _Places, timeout: float) -> str | None:
    if finished.timed_out:
        reason = f"stopped after {timeout:g} s"
    elif finished.stopped:
        reason = f"stopped, having written more than {WRITTEN_LIMIT >> 20} MiB"
    else:
        return None
    begun = recording.begun(places.commands) if cut.recorded else (0,)
    running = [
        _first_line(cut.pipelines[number].text)
        for number in begun
        if not cut.pipelines[number].background and not (places.commands / f"{number}.end").exists()
    ]
    return f"{reason}, while this was running: {running[-1]}" if running else reason


def _notes(cut: _Cut, finished: Finished) -> tuple[str, ...]:
    if not cut.recorded:
        return ("the script counts as one command: its parts could not be told apart",)
    outside = _first_line((finished.stdout + finished.stderr).strip())
    return (f"written outside of any command: {outside}",) if outside else ()


def _first_line(text: str) -> str:
    first, _, more = text.partition("\n")
    return f"{first[:200]} …" if more or len(first) > 200 else first  # noqa: PLR2004
