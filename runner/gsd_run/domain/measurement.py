"""What running a script showed: facts only, no judgement."""

from typing import Literal

from msgspec import Struct

Outcome = Literal["passed", "failed", "error", "skipped"]


class CommandRun(Struct, frozen=True, kw_only=True):
    """One command (a pipeline counts as one) of a script, as it ran.

    `statuses` holds the exit status of every member of the pipeline, `status` the pipeline's own
    (`!` taken into account). A command that was never reached has no CommandRun. One in which
    the script ended (`exit 3`, time ran out) has the script's status, and no `statuses` when it
    has several members. stdout and stderr are text, already bounded; undecodable bytes are
    replaced. With `background` it was started by `&`: status 0 says that it was started, nothing
    more.
    """

    text: str
    status: int
    statuses: tuple[int, ...]
    members: tuple[str, ...]
    seconds: float
    stdout: str
    stderr: str
    background: bool = False


class TestCase(Struct, frozen=True, kw_only=True):
    """One test by its runner's name; `message` is the first line of why it did not pass.

    The name is the shortest that is unique in its TestRun: `TestAgent::test_defaults`, with the
    file before it where two files share one. `file` is as the runner wrote it, "" if unknown.
    """

    __test__ = False

    name: str
    outcome: Outcome
    message: str = ""
    file: str = ""


class TestRun(Struct, frozen=True, kw_only=True):
    """The result of one call of a test runner.

    `source` says where the counts come from: "junit" (by name) or "closing line". `command` is
    the index in Measurement.commands of the command that called the runner. `deselected` and
    `skipped` tests are not passed tests. `cases` are all tests, or those that failed where the
    runner names no others. `uncounted` are the packages or files whose tests all went well and
    which the runner does not count (`go test` without -v): they say that tests ran, not how many.
    """

    __test__ = False

    command: int
    runner: str
    source: str
    passed: int
    failed: int
    errors: int
    skipped: int
    cases: tuple[TestCase, ...] = ()
    uncounted: int = 0

    @property
    def collected(self) -> int:
        """Return how many tests ran or were skipped, as far as they are counted."""
        return self.passed + self.failed + self.errors + self.skipped

    @property
    def named(self) -> bool:
        """Tell whether every test of the run is known by name."""
        return not self.uncounted and len(self.cases) == self.collected


class FileCoverage(Struct, frozen=True, kw_only=True):
    """Coverage of one file: its path relative to the project root, and the percentage.

    Not `counted`, the percentage is rounded, as a tool printed it, and the numbers are 0.
    """

    path: str
    percent: float
    statements: int
    missing: int
    counted: bool = True


class Measurement(Struct, frozen=True, kw_only=True):
    """Everything that one run of a script showed.

    `key` identifies (tree, script, environment). `status` is the script's own exit status.
    `changed_files` are tracked files that the script changed (they have been put back).
    `sandbox` names what the script was shut in, "" if nothing. `withheld` are variables that are
    set for the caller, that the script or an output of it names, and that did not reach it.
    `trouble` is set when the script could not be measured as asked (time ran out, bash can't
    parse it); then it says why. `notes` name what could not be seen of a script that did run.
    """

    key: str
    script: str
    status: int
    seconds: float
    commands: tuple[CommandRun, ...] = ()
    tests: tuple[TestRun, ...] = ()
    coverage: tuple[FileCoverage, ...] = ()
    changed_files: tuple[str, ...] = ()
    timed_out: bool = False
    trouble: str | None = None
    notes: tuple[str, ...] = ()
    sandbox: str = ""
    withheld: tuple[str, ...] = ()
