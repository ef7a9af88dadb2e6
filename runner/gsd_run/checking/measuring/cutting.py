"""A script cut into the commands that are recorded when it runs, and what is asked of them."""

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from gsd_run.checking.measuring.runners import runs_tests
from gsd_run.checking.test_results import called
from gsd_run.domain import lazy
from gsd_run.outside import recording
from gsd_run.outside.shell import Member, Pipeline, programs, split, syntax_error

# The script handles its coverage data by itself, and must find them where it says.
OWN_COVERAGE = lazy.pattern(r"COVERAGE_FILE|(?<![\w*-])\.coverage\b|[\"']coverage[\"']")
OWN_RESULTS = lazy.pattern(r"--junit-?xml|no:junitxml")  # asking for them as well would do harm
ASKING_LOST = lazy.pattern(r"PYTEST_ADDOPTS|\benv +(-i|-|-u|--unset)\b")
PYTEST_SETTINGS = frozenset(
    {"pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "pyproject.toml"}
    | {"tox.ini", "setup.cfg"}
)
# They run what the project names: tests perhaps.
RUN_SCRIPTS = frozenset(
    {"bash", "bun", "composer", "deno", "gradle", "gradlew", "just", "make", "mvn", "mvnw", "npm"}
    | {"pnpm", "rake", "sh", "yarn"}
)


class Cut(Struct, frozen=True, kw_only=True):
    """A script as it is run. Not `recorded`, it is one pipeline with one member."""

    text: str
    pipelines: tuple[Pipeline, ...]
    recorded: bool


class Places(Struct, frozen=True, kw_only=True):
    """The folders of one measurement; `scratch` holds all but the root."""

    root: Path
    scratch: Path

    @property
    def tmp(self) -> Path:
        """Return the folder that stands for /tmp."""
        return self.scratch / "tmp"

    @property
    def home(self) -> Path:
        """Return the folder that a sandboxed script sees as its home."""
        return self.scratch / "home"

    @property
    def commands(self) -> Path:
        """Return the folder of the records of commands."""
        return self.scratch / "commands"

    @property
    def junit(self) -> Path:
        """Return the folder into which pytest is asked to write its results."""
        return self.scratch / "junit"

    @property
    def coverage(self) -> Path:
        """Return the file into which coverage.py is asked to write."""
        return self.scratch / "coverage" / "data"


def cut_up(script: str, settings: Mapping[str, str], root: Path) -> Cut:
    """Return a script with its commands recorded, or whole where that would change what it does.

    `settings` is the environment in which bash tells whether it can parse the result.
    """
    pipelines = split(script)
    if pipelines == ():
        return Cut(text=script, pipelines=(), recorded=True)
    wrapped = recording.instrumented(script, _may_run_tests)
    if (
        pipelines is not None
        and wrapped != script
        and not syntax_error(wrapped, environment=settings, cwd=root)
    ):
        return Cut(text=wrapped, pipelines=pipelines, recorded=True)
    whole = Member(text=script, start=0, end=len(script))
    pipeline = Pipeline(text=script, start=0, end=len(script), members=(whole,))
    return Cut(text=script, pipelines=(pipeline,), recorded=False)


def _may_run_tests(member: Member) -> bool:
    in_a_shell = member.text.startswith("(") and not member.text.startswith("((")
    return in_a_shell or (member.simple and (member.program in RUN_SCRIPTS or runs_tests(member)))


def asks_for_results(script: str, root: Path) -> bool:
    """Tell whether pytest can be asked for JUnit XML without an error or a loss."""
    return not OWN_RESULTS.search(script) and not _refuses_junit(root)


def _refuses_junit(root: Path) -> bool:
    """Tell whether pytest's settings switch JUnit XML off; asking for it would be an error."""
    for folder in (root, *root.glob("[!.]*/")):
        for name in PYTEST_SETTINGS:
            path = folder / name
            if path.is_file() and "no:junitxml" in path.read_text(errors="replace"):
                return True
    return False


def added(
    script: str, cut: Cut, places: Places, settings: Mapping[str, str], *, asks: bool
) -> dict[str, str]:
    """Return what the measuring adds to the environment.

    junit_family: only the first one tells the file of each test. CI: some runners watch for
    changes for ever unless they see it; others act differently with it, and don't get it.
    """
    more = {"GSD_RUN_OUT": str(places.commands)}
    if asks:
        asked = f"-o junit_family=xunit1 --junitxml={shlex.quote(f'{places.junit}/')}"
        if cut.recorded:
            more["GSD_RUN_JUNIT"] = asked
        else:
            more["PYTEST_ADDOPTS"] = f"{settings.get('PYTEST_ADDOPTS', '')} {asked}0.xml".strip()
    if not OWN_COVERAGE.search(script) and "coverage" not in programs(script):
        more["COVERAGE_FILE"] = str(places.coverage)
    if "CI" not in settings and any(_watching(cut, places.root)):
        more["CI"] = "true"
    return more


def _watching(cut: Cut, root: Path) -> Iterator[bool]:
    folder = root
    for pipeline in cut.pipelines:
        first = pipeline.members[0]
        if first.program == "cd" and len(first.arguments) == 1:
            folder = folder / first.arguments[0]
            continue
        found = called(first, folder)
        yield found is not None and found.watches
