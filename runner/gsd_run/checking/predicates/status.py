"""Exit statuses: whether commands did what they were for, pipes and masks seen through."""

from gsd_run.checking.adaptations import shown
from gsd_run.checking.predicates.observation import Observation, observed
from gsd_run.checking.predicates.tests import counts, tests_pass
from gsd_run.domain.claim import Expectation
from gsd_run.domain.measurement import CommandRun, Measurement
from gsd_run.outside.shell import programs

SIGPIPE = 141
NOTHING_FOUND = 1  # exit status of a search without a match
SEARCHES = frozenset({"grep", "egrep", "fgrep", "rg", "ag", "ack"})
# They succeed whatever the state of the project.
ALWAYS_SUCCEED = frozenset(
    {"echo", "printf", "true", ":", "export", "set", "pwd", "date", "cd", "sleep", "source"}
)
_BRIEF = 60  # characters of a command in a sentence


def exit_zero(
    expectation: Expectation, measurement: Measurement, before: Measurement | None
) -> Observation:
    """Every command of the script succeeds, and tests that it runs all pass."""
    if measurement.tests:
        tests = tests_pass(expectation, measurement, before)
        if tests.state != "PROVEN":
            return tests
    ran_to_end = [command for command in measurement.commands if not command.background]
    failed = [command for command in ran_to_end if not succeeded(command)]
    if failed and measurement.status == 0 and "||" in measurement.script:
        reason = (
            f"{told(failed[0])}, and `||` goes on past that: success can't be told from failure"
        )
        return observed("UNPROVEN", reason, measurement)
    if failed or measurement.status != 0:
        reason = told(failed[0]) if failed else f"exit {measurement.status}"
        return observed("REFUTED", reason, measurement)
    if not ran_to_end:
        return observed("UNPROVEN", "no command ran to its end", measurement)
    if programs(measurement.script) <= ALWAYS_SUCCEED:
        reason = "these commands succeed whatever the state of the project"
        return observed("UNPROVEN", reason, measurement)
    return observed("PROVEN", _summary(measurement, ran_to_end[-1]), measurement)


def succeeded(command: CommandRun) -> bool:
    """Tell whether every member of a pipeline did its part.

    The last decides; of those before it a search may find nothing, and SIGPIPE only says that
    the reader had enough.
    """
    earlier = list(zip(command.members, command.statuses, strict=False))[:-1]
    return command.status == 0 and all(did_its_part(*one) for one in earlier)


def did_its_part(member: str, status: int) -> bool:
    """Tell whether one member of a pipeline went right, as far as its status says."""
    return status in {0, SIGPIPE} or (status == NOTHING_FOUND and is_search(member))


def is_search(member: str) -> bool:
    """Tell whether a command is a search, whose status 1 says that nothing was found."""
    return bool(programs(member) & SEARCHES) or member.lstrip().startswith("git grep")


def told(command: CommandRun) -> str:
    """Say how a command failed, with the last words of its output."""
    pairs = zip(command.members, command.statuses, strict=False)
    bad = [(member, status) for member, status in pairs if status not in {0, SIGPIPE}]
    member, status = bad[0] if bad else (command.text, command.status)
    last = _last_line(command.stderr) or _last_line(command.stdout)
    return f"`{_brief(member)}` exited {status}" + (f": {last}" if last else "")


def _brief(text: str) -> str:
    line = shown(text.strip()).split("\n")[0]
    return line if len(line) <= _BRIEF else f"{line[: _BRIEF - 1]}…"


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip(" =-")]
    return lines[-1][:200] if lines else ""


def _summary(measurement: Measurement, last: CommandRun) -> str:
    """Say what a successful script came to: its tests, and what its last command printed."""
    tests = [counts(run) for run in measurement.tests]
    if any(measurement.commands[run.command] == last for run in measurement.tests):
        return "; ".join(tests)
    lines = [line.strip() for line in last.stdout.splitlines() if line.strip()]
    number = f", {len(lines)} lines" if len(lines) > 1 else ""
    printed = f": {lines[0][:160]}" if lines else ""
    return "; ".join([*tests, f"exit 0{number}{printed}"])
