"""Output: what stands in it, what does not, how much, and when emptiness shows something."""

import operator
import re
from collections.abc import Callable, Sequence

from gsd_run.checking.compiling.adaptations import shown
from gsd_run.checking.measuring.runners import test_members
from gsd_run.checking.measuring.telling import said_in_any_case, words_in
from gsd_run.checking.predicates.observation import Observation, observed
from gsd_run.checking.predicates.status import (
    NOTHING_FOUND,
    did_its_part,
    is_search,
    started,
    told,
)
from gsd_run.domain import lazy
from gsd_run.domain.claim import Expectation
from gsd_run.domain.measurement import CommandRun, Measurement

_QUOTED = 160  # characters of a line that a reason quotes
COMPARE: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_OPPOSITES = {
    "pass": "fail(?:ed|ure)?|error",
    "passed": "fail(?:ed|ure)?|error",
    "ok": "not ok|fail(?:ed|ure)?|error|missing",
    "true": "false",
    "false": "true",
    "yes": "no",
}
# What a command prints goes elsewhere, or is cut on its way.
_ELSEWHERE = lazy.pattern(r"(?<![<\d&])(?:[12]|&)?>{1,2}(?!&)\s*\S|\s(?:-q|--quiet|--silent)\b")
_CUTS = lazy.pattern(r"^\s*(?:tail|head|grep|egrep|rg|sed|awk|cut|wc|jq|sort|uniq)\b")


def _lines(measurement: Measurement) -> list[str]:
    texts = [text for command in measurement.commands for text in (command.stdout, command.stderr)]
    return [line.strip() for text in texts for line in text.splitlines() if line.strip()]


def output_contains(
    expectation: Expectation, measurement: Measurement, _: Measurement | None
) -> Observation:
    """The words stand in the output, whole and not negated: NOT INSTALLED shows no INSTALLED.

    Words that the script prints in any case show nothing.
    """
    if said_in_any_case(expectation.value, shown(measurement.script)):
        reason = f'the commands print "{expectation.value}" in any case'
        return observed("UNPROVEN", reason, measurement)
    words = rf"(?<![\w/-]){re.escape(expectation.value)}(?![\w/-])"
    negated = re.compile(rf"\b(?:not|no|non|un|never|0)[ -]?{words}", re.IGNORECASE)
    lines = _lines(measurement)
    for line in lines:
        if re.search(words, line) and not negated.search(line):
            if other := _against(expectation.value, lines):
                reason = f'"{expectation.value}" is in the output, and beside it: {other}'
                return observed("UNPROVEN", reason, measurement)
            return observed("PROVEN", f"output: {line[:_QUOTED]}", measurement)
    return observed("REFUTED", f'"{expectation.value}" is not in the output', measurement)


def _against(value: str, lines: Sequence[str]) -> str:
    """Return a line that says the opposite of a word such as PASS or true, or ""."""
    opposite = _OPPOSITES.get(value.lower())
    says = re.compile(rf"\b(?:{opposite})\b", re.IGNORECASE) if opposite else None
    return next((line[:_QUOTED] for line in lines if says and says.search(line)), "")


def output_lacks(
    expectation: Expectation, measurement: Measurement, _: Measurement | None
) -> Observation:
    """The words stand nowhere in the output, and the whole output is there to be looked at.

    A longer name that has the words in it (`test_raises_IntegrityError`) is another word.
    """
    word = re.compile(rf"(?<!\w){re.escape(expectation.value)}(?!\w)")
    lines = _lines(measurement)
    hits = [line for line in lines if word.search(line)]
    cases = [case for run in measurement.tests for case in run.cases]
    failing = [case.name for case in cases if word.search(case.message)]
    if hits or failing:
        first = hits[0][:_QUOTED] if hits else failing[0]
        reason = f"{expectation.value} {len(hits) or len(failing)} times, first: {first}"
        return observed("REFUTED", reason, measurement)
    if not lines:
        return observed("UNPROVEN", "the command printed nothing", measurement)
    for command in _watched(measurement):
        if where := _unseen(command):
            reason = f"no {expectation.value} in the output, but not all of it is seen ({where})"
            return observed("UNPROVEN", reason, measurement)
    reason = f"no {expectation.value} in {len(lines)} lines of output"
    return observed("PROVEN", reason, measurement)


def _watched(measurement: Measurement) -> list[CommandRun]:
    """Return the commands whose whole output must be there to tell that something is not in it.

    Where tests ran, it is they that are spoken of; what failed in them is known with its message
    where the runner wrote JUnit XML.
    """
    known = {
        run.command
        for run in measurement.tests
        if (run.source == "junit" and run.cases) or run.failed + run.errors == 0
    }
    return [
        command
        for number, command in enumerate(measurement.commands)
        if number not in known and (not measurement.tests or test_members(command.text))
    ]


def _unseen(command: CommandRun) -> str:
    """Return what keeps a command's output from being seen whole, or ""."""
    for member in command.members[1:]:
        if _CUTS.match(member):
            return f"`{member.strip()[:40]}`"
    match = _ELSEWHERE.search(re.sub(r"'[^']*'|\"[^\"]*\"", "''", command.text))
    return f"`{match[0].strip()}`" if match else ""


def output_empty(_: Expectation, measurement: Measurement, __: Measurement | None) -> Observation:
    """Nothing is found or printed; where a command went wrong, that shows nothing.

    Of several commands the searches are meant; without a search, the last. A search says by its
    status 1 that it found nothing, whatever it prints (`grep -c` prints 0).
    """
    if not measurement.commands:
        return observed("UNPROVEN", "no command ran", measurement)
    meant = [one for one in measurement.commands if _searches(one)] or [measurement.commands[-1]]
    for command in meant:
        printed = [line.strip() for line in command.stdout.splitlines() if line.strip()]
        if _last_found_nothing(command) or (_counts(command) and printed == ["0"]):
            continue
        if printed:
            reason = f"{len(printed)} lines of output, first: {printed[0][:_QUOTED]}"
            return observed("REFUTED", reason, measurement)
        if command.status == 0 and _searches(command) and _unseen(command):
            reason = "the search found something (exit 0), and its output is hidden"
            return observed("REFUTED", reason, measurement)
        if _unseen(command) and not _searches(command):
            reason = f"the output is not seen ({_unseen(command)})"
            return observed("UNPROVEN", reason, measurement)
    for command in measurement.commands:
        if not _went_right(command):
            reason = f"{told(command)}; that its output is empty shows nothing"
            return observed("UNPROVEN", reason, measurement)
    return observed("PROVEN", "no output", measurement)


def _went_right(command: CommandRun) -> bool:
    pairs = list(zip(command.members, command.statuses, strict=False))
    return bool(pairs) and all(did_its_part(member, status) for member, status in pairs)


def _searches(command: CommandRun) -> bool:
    """Tell whether a pipeline is a search: its last member is, or counts what a search found."""
    searching = [is_search(member) for member in command.members]
    return searching[-1] or (any(searching) and command.members[-1].split()[:1] == ["wc"])


def _last_found_nothing(command: CommandRun) -> bool:
    return bool(
        command.statuses
        and command.statuses[-1] == NOTHING_FOUND
        and is_search(command.members[-1])
    )


def _counts(command: CommandRun) -> bool:
    """Tell whether what a command prints is a number of lines."""
    words = words_in(command.members[-1])
    if words[:1] == ["wc"]:
        return "-l" in words
    return is_search(command.members[-1]) and any(
        one == "--count" or re.fullmatch(r"-[a-zA-Z]*c[a-zA-Z]*", one) for one in words
    )


def output_count(
    expectation: Expectation, measurement: Measurement, _: Measurement | None
) -> Observation:
    """The number that the last command prints, or the number of lines that a search found."""
    commands = [one for one in measurement.commands if not one.background]
    if not commands:
        return observed("UNPROVEN", "no command ran", measurement)
    last = commands[-1]
    if not started(last) or not _went_right(last):
        return observed("UNPROVEN", f"{told(last)}; so its count shows nothing", measurement)
    number = _counted(expectation, last)
    if number is None:
        reason = "what the command printed is no number"
        return observed("UNPROVEN", reason, measurement)
    wanted = expectation.number or 0
    holds = COMPARE[expectation.value](number, wanted)
    sign = "" if expectation.value == "==" else f"{expectation.value} "
    reason = f"{number:g}" if holds else f"{number:g}, {sign}{wanted:g} is asked for"
    return observed("PROVEN" if holds else "REFUTED", reason, measurement)


def _counted(expectation: Expectation, command: CommandRun) -> float | None:
    printed: Sequence[str] = [line.strip() for line in command.stdout.splitlines() if line.strip()]
    if len(printed) == 1 and words_in(command.members[-1])[:1] == ["wc"] and _counts(command):
        printed = printed[0].split()[:1]  # the number, without the file's name
    if len(printed) == 1 and re.fullmatch(r"\d+(?:\.\d+)?", printed[0]):
        return float(printed[0])
    says_matches = re.search(r"match|result|line|hit|occurrence|found|finds", expectation.text)
    if not is_search(command.members[-1]) or _counts(command):
        return None
    if not says_matches and re.search(r"\b(?:shows?|prints?|outputs?)\b", expectation.text):
        return None  # "shows 3000" speaks of what is found, not of how often
    if _unseen(command):
        at_least_one = expectation.value == ">=" and expectation.number == 1
        found = command.status == 0
        return float(found) if at_least_one and says_matches else None
    if not says_matches and not printed:
        return None  # "returns 0" may speak of the exit status
    return float(len(printed))
