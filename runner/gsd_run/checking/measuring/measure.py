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
from gsd_run.outside import processes, recording
from gsd_run.outside.confinement import Confinement, run_confined
from gsd_run.outside.processes import Finished, Letterbox
from gsd_run.outside.recording import TRACES
from gsd_run.outside.secrets import without_secrets
from gsd_run.outside.shell import syntax_error
from gsd_run.outside.tails import Tail

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
    on_output: Callable[[str], None] | None = None,
    confinement: Confinement = Confinement(),  # noqa: B008 - a frozen value
) -> Measurement:
    """Run a bash script in `root` and return what it showed, secrets in its outputs redacted.

    `scratch` is a private folder outside of what the script works on; it is emptied first, and
    its sub-folder `tmp` exists and is empty when the script starts. `environment` is all that
    the script gets, besides what the measuring adds. After `timeout` seconds everything is
    killed; what had ended keeps its results. `python` is the project's interpreter, which reads
    the coverage data. `on_command` gets the text of each command soon after it starts, and
    `on_output` the end of what that one has printed so far, as often as that has grown.
    `confinement` tells what the script may use, and whether it is shut in.
    """
    places = _emptied(Places(root=root, scratch=scratch.resolve()))
    settings = {name: text for name, text in environment.items() if name not in SHELL_SETTINGS}
    try:
        if broken := syntax_error(script, environment=settings, cwd=root):
            return Measurement(key=key, script=script, status=2, seconds=0.0, trouble=broken)
        cut = cut_up(script, settings, root)
        asks = asks_for_results(script, root)
        settings |= added(script, cut, places, settings, asks=asks)
        watch = _Watch(cut, places.commands, on_command, on_output)
        finished, documents = _run(cut, places, settings, (timeout, confinement), watch)
    except processes.ProgramNotFound as error:
        return Measurement(key=key, script=script, status=127, seconds=0.0, trouble=str(error))
    records = records_of(cut, places)
    runs = command_runs(cut, records, finished, places)
    coverage, unread = coverage_of(places, settings, (python, confinement), records, cut)
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
        trouble=trouble(finished, cut, places, (timeout, confinement.limits)),
        notes=(*notes(cut, finished), *untold, *unread),
        sandbox=str(confinement.sandbox or ""),
    )
    return _without_secrets(measured)


def _emptied(places: Places) -> Places:
    if places.root.resolve().is_relative_to(places.scratch):
        raise ValueError(f"{places.scratch} would be emptied, and holds {places.root}")
    if places.scratch.exists():
        shutil.rmtree(places.scratch)
    for folder in (places.tmp, places.home, places.commands, places.junit, places.coverage.parent):
        folder.mkdir(parents=True)
    return places


class _Watch:
    """What is told of a script while it runs: the commands as they begin, and what they print."""

    def __init__(
        self,
        cut: Cut,
        commands: Path,
        on_command: Callable[[str], None] | None,
        on_output: Callable[[str], None] | None,
    ) -> None:
        self._cut = cut
        self._commands = commands
        self._on_command = on_command
        self._on_output = on_output
        self._tails: dict[int, Tail] = {}

    def look(self) -> None:
        """Look at what the script has recorded by now."""
        begun = recording.begun(self._commands) if self._cut.recorded else (0,)
        for number in begun:
            if number not in self._tails and self._on_command is not None:
                self._on_command(self._cut.pipelines[number].text)
            self._tails.setdefault(number, Tail(self.printed))
        if begun and self._on_output is not None and self._cut.recorded:
            files = (self._commands / f"{begun[-1]}.{stream}" for stream in ("out", "err"))
            self._tails[begun[-1]].look_at(*files)

    def printed(self, text: str) -> None:
        """Tell the end of what the last command has printed."""
        if self._on_output is not None:
            self._on_output(without_secrets(TRACES.sub("", text)))


def _run(
    cut: Cut,
    places: Places,
    settings: Mapping[str, str],
    bounds: tuple[float, Confinement],
    watch: _Watch,
) -> tuple[Finished, dict[int, bytes]]:
    """Run the script; return how it ended and the test results it wrote, by command.

    `bounds` are the seconds it has, and its confinement.
    """
    timeout, confinement = bounds
    paths = [places.junit / f"{number}.xml" for number in range(len(cut.pipelines))]
    argv = ["bash", "--noprofile", "--norc", "-c", cut.text]
    if len(cut.text.encode()) > ARGUMENT_LIMIT:
        file = places.scratch / "script"
        file.write_text(cut.text, encoding="utf-8")
        argv[-2:] = [str(file)]
    with Letterbox(paths) as letters:

        def look() -> bool:
            letters.empty()
            watch.look()
            return recording.written(places.commands) <= confinement.limits.output

        finished = run_confined(
            confinement,
            argv,
            cwd=places.root,
            env=settings,
            timeout=timeout,
            while_running=look,
            mark=f"GSD_RUN_OUT={places.commands}",
            private=places.scratch,
            writes=(places.root, places.scratch),
            on_output=None if cut.recorded else watch.printed,
        )
        look()
        received = enumerate(letters.received[path] for path in paths)
        return finished, {number: bytes(document) for number, document in received}


def _without_secrets(measured: Measurement) -> Measurement:
    """Redact what commands printed; their own text is the plan's, and stays."""
    clean = without_secrets
    commands = tuple(
        replace(one, stdout=clean(one.stdout), stderr=clean(one.stderr))
        for one in measured.commands
    )
    tests = tuple(
        replace(run, cases=tuple(replace(one, message=clean(one.message)) for one in run.cases))
        for run in measured.tests
    )
    told = tuple(map(clean, measured.notes))
    trouble = measured.trouble and clean(measured.trouble)
    return replace(measured, commands=commands, tests=tests, notes=told, trouble=trouble)
