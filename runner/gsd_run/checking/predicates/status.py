"""Exit statuses: whether commands did what they were for, pipes and masks seen through."""

import re

from gsd_run.checking.compiling.adaptations import shown
from gsd_run.checking.measuring.runners import test_members
from gsd_run.checking.measuring.telling import decides, hides_failure, tells
from gsd_run.checking.predicates.observation import Observation, observed, ran
from gsd_run.checking.predicates.tests import counts, tests_pass
from gsd_run.domain import lazy
from gsd_run.domain.claim import Expectation
from gsd_run.domain.measurement import CommandRun, Measurement
from gsd_run.outside.shell import programs

SIGPIPE = 141
NOTHING_FOUND = 1  # exit status of a search without a match
NOT_STARTED = frozenset({126, 127})  # what a shell says of a program that can't be run
SEARCHES = frozenset({"grep", "egrep", "fgrep", "rg", "ag", "ack"})
# What interpreters say when the script that they are given is not there.
_NO_SCRIPT = lazy.pattern(
    r"can't open file '|Cannot find module '[^']*'\n- |Could not open input file"
    r"|No such file or directory -- |: cannot open \S+: No such file"
    r"|bash: [^:\n]+: No such file or directory$|is a directory$",
    re.MULTILINE,
)
# What test runners say that end well without having run a test.
_NO_TESTS = lazy.pattern(
    r"\bno tests? (?:files? )?(?:found|ran|to run|executed|specified)|\[no test files\]"
    r"|^ *Tests: +0 total|^ *0 passing|\b0 examples, 0 failures|\b0 tests?, 0 |\bRan 0 tests",
    re.IGNORECASE | re.MULTILINE,
)
# What a runner is asked for besides tests; then it has no results.
_ONLY_LISTS = lazy.pattern(
    r"\s(?:--(?:collect-only|co|version|help|list\w*|no-run|fixtures|markers|setup-plan|dry-run"
    r"|showConfig|clearCache|init)|-h|-V|list|bench)(?=[\s=]|$)"
)
_UNREAD = lazy.pattern(r": no results of .* can be read$")
_BRIEF = 60  # characters of a command in a sentence


def exit_zero(
    expectation: Expectation, measurement: Measurement, before: Measurement | None
) -> Observation:
    """Every command of the script succeeds, and tests that it runs all pass."""
    return _ends_well(expectation, measurement, before, may_miss=False)


def exit_zero_or_no_match(
    expectation: Expectation, measurement: Measurement, before: Measurement | None
) -> Observation:
    """Every command of the script succeeds; a search may also end without a match.

    A search that could not look (status 2) shows nothing of what it would have found.
    """
    return _ends_well(expectation, measurement, before, may_miss=True)


def exit_nonzero(
    expectation: Expectation, measurement: Measurement, _: Measurement | None
) -> Observation:
    """The script's last command ran, and failed; with the number that was said, if one was."""
    last = measurement.commands[-1] if measurement.commands else None
    if last is None or last.background or len(last.members) > 1:
        return observed("UNPROVEN", "its own exit status is not known", measurement)
    if not started(last):
        return _not_started(last, measurement, "UNPROVEN")
    wanted = expectation.number
    holds = last.status != 0 if wanted is None else last.status == wanted
    return observed("PROVEN" if holds else "REFUTED", f"exit {last.status}", measurement)


def exit_in(
    expectation: Expectation, measurement: Measurement, _: Measurement | None
) -> Observation:
    """The script's last command ran, and ended with one of the statuses that were said."""
    last = measurement.commands[-1] if measurement.commands else None
    if last is None or last.background or len(last.members) > 1:
        return observed("UNPROVEN", "its own exit status is not known", measurement)
    if not started(last):
        return _not_started(last, measurement, "UNPROVEN")
    holds = str(last.status) in expectation.value.split(",")
    return observed("PROVEN" if holds else "REFUTED", f"exit {last.status}", measurement)


def tests_fail(
    expectation: Expectation, measurement: Measurement, _: Measurement | None
) -> Observation:
    """Tests ran, and some failed ("all tests fail": none passed), as before the work they are for.

    That they pass later on refutes nothing.
    """
    runs = measurement.tests
    if not runs:
        return observed("UNPROVEN", "the command gave no test results", measurement)
    told_counts = "; ".join(counts(run) for run in runs)
    every = re.search(r"\b(?:all|every|each)\b", expectation.text, re.IGNORECASE)
    if every and any(run.passed for run in runs):
        return observed("UNPROVEN", f"{told_counts}; not all of them failed", measurement)
    if all(run.failed + run.errors for run in runs) and any(run.failed for run in runs):
        return observed("PROVEN", told_counts, measurement)
    if any(run.failed + run.errors for run in runs):
        return observed("UNPROVEN", f"{told_counts}; not every command has a failure", measurement)
    reason = f"{told_counts}; that they failed before the work can't be seen any more"
    return observed("UNPROVEN", reason, measurement)


def _ends_well(  # noqa: PLR0911 - rules, the first that fits
    expectation: Expectation,
    measurement: Measurement,
    before: Measurement | None,
    *,
    may_miss: bool,
) -> Observation:
    if measurement.tests:
        tests = tests_pass(expectation, measurement, before)
        if tests.state != "PROVEN":
            return tests
    ran_to_end = [command for command in measurement.commands if not command.background]
    failed = [one for one in ran_to_end if not succeeded(one) and not (may_miss and _missed(one))]
    if failed and not started(failed[0]):
        return _not_started(failed[0], measurement, "REFUTED")
    if may_miss and failed and is_search(failed[0].text):
        return observed("UNPROVEN", f"{told(failed[0])}; so it could not look", measurement)
    if failed and measurement.status == 0 and "||" in measurement.script:
        reason = (
            f"{told(failed[0])}, and `||` goes on past that: success can't be told from failure"
        )
        return observed("UNPROVEN", reason, measurement)
    missed = bool(may_miss and ran_to_end and _missed(ran_to_end[-1]))
    if failed or (measurement.status != 0 and not missed):
        reason = told(failed[0]) if failed else f"exit {measurement.status}"
        return observed("REFUTED", reason, measurement)
    if not ran_to_end:
        return observed("UNPROVEN", "no command ran to its end", measurement)
    lost = next((one for one in ran_to_end if not may_miss and _found_nothing(one)), None)
    if lost is not None:
        reason = f"`{brief(lost.text)}` found nothing, and what is behind its pipe succeeds anyway"
        return observed("UNPROVEN", reason, measurement)
    if why := _shows_nothing(measurement):
        return observed("UNPROVEN", why, measurement)
    return observed("PROVEN", _summary(measurement, ran_to_end[-1]), measurement)


def _shows_nothing(measurement: Measurement) -> str:
    """Say why the success of a script's commands shows nothing, "" if it does show something."""
    script = shown(measurement.script)
    if hidden := hides_failure(script):
        return f"`{brief(hidden)}` succeeds even if what it runs fails"
    if not tells(script):
        return "these commands succeed whatever the state of the project"
    for number, command in enumerate(measurement.commands):
        known = any(run.command == number for run in measurement.tests)
        if known or not test_members(command.text):
            continue
        if said := _NO_TESTS.search(f"{command.stdout}\n{command.stderr}"):
            return f'`{brief(command.text)}` ran no test: "{said[0].strip()}"'
    unread = [note for note in measurement.notes if _UNREAD.search(note)]
    return "" if not unread or _ONLY_LISTS.search(script) else unread[0]


def started(command: CommandRun) -> bool:
    """Tell whether a command got to its work: its program, and the script for it, were there."""
    missing = {*command.statuses, command.status} & NOT_STARTED
    return not missing and (command.status == 0 or not _NO_SCRIPT.search(command.stderr))


def _not_started(command: CommandRun, measurement: Measurement, state: str) -> Observation:
    reason = told(command)
    return Observation(
        state="REFUTED" if state == "REFUTED" else "UNPROVEN",
        reason=reason,
        evidence=(ran(measurement, reason),),
        started=False,
    )


def succeeded(command: CommandRun) -> bool:
    """Tell whether every member of a pipeline did its part.

    The last decides; of those before it a search may find nothing, and SIGPIPE only says that
    the reader had enough.
    """
    earlier = list(zip(command.members, command.statuses, strict=False))[:-1]
    return command.status == 0 and all(did_its_part(*one) for one in earlier)


def _missed(command: CommandRun) -> bool:
    """Tell whether a pipeline ended as a search that found nothing, and all else did its part."""
    pairs = list(zip(command.members, command.statuses, strict=False))
    return bool(pairs) and is_search(pairs[-1][0]) and all(did_its_part(*one) for one in pairs)


def _found_nothing(command: CommandRun) -> bool:
    """Tell whether a search in a pipe found nothing, and no member behind it looks at that."""
    pairs = list(zip(command.members, command.statuses, strict=False))
    return any(
        status == NOTHING_FOUND
        and is_search(member)
        and not any(_looks_at(later) for later, _ in pairs[place + 1 :])
        for place, (member, status) in enumerate(pairs[:-1])
    )


def _looks_at(member: str) -> bool:
    """Tell whether a member behind a pipe fails if nothing comes through it; xargs need not."""
    return decides(member, 1) and not member.lstrip().startswith("xargs ")


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
    return f"`{brief(member)}` exited {status}" + (f": {last}" if last else "")


def brief(text: str) -> str:
    """Return the first line of a command, cut to what fits into a sentence."""
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
    return "; ".join([*tests, f"exit {last.status}{number}{printed}"])
