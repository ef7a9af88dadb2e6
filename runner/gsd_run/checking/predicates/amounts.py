"""Percentages and sizes that a command shows, in comparison."""

import re

from gsd_run.checking.measuring.telling import words_in
from gsd_run.checking.predicates.observation import Observation, observed
from gsd_run.checking.predicates.output import COMPARE
from gsd_run.checking.predicates.status import succeeded, told
from gsd_run.domain import lazy
from gsd_run.domain.claim import Expectation
from gsd_run.domain.measurement import CommandRun, Measurement

_PERCENT = lazy.pattern(r"(?<![\w.])(\d+(?:\.\d+)?) ?%")
_SIZE = lazy.pattern(
    r"(?<![\w.])(\d+(?:\.\d+)?) ?([KMG]?)(i?)(B(?:ytes?)?)?(?![\w.])", re.IGNORECASE
)
_POWERS = {"": 0, "B": 0, "K": 1, "M": 2, "G": 3}
# A kilobyte is a thousand bytes to some and 1024 to others: what is asked must hold for both.
_BASES = (1000, 1024)


def output_amount(
    expectation: Expectation, measurement: Measurement, _: Measurement | None
) -> Observation:
    """The one percentage or size that the last command shows, as it is asked for.

    Of several nothing is known: the words do not say which they mean.
    """
    commands = [one for one in measurement.commands if not one.background]
    if not commands or not succeeded(commands[-1]):
        reason = told(commands[-1]) if commands else "no command ran"
        return observed("UNPROVEN", reason, measurement)
    sign, unit = expectation.value.split(" ")
    wanted = expectation.number or 0
    last = commands[-1]
    shown = _percentages(last) if unit == "%" else _sizes(last)
    if len(shown) != 1:
        kind = "percentage" if unit == "%" else "size"
        return observed("UNPROVEN", f"{len(shown)} {kind}s are shown, not one", measurement)
    words, amounts = shown.popitem()
    limits = [wanted] if unit == "%" else [wanted * base ** _POWERS[unit[:1]] for base in _BASES]
    found = {COMPARE[sign](amount, limit) for amount in amounts for limit in limits}
    if len(found) != 1:
        return observed(
            "UNPROVEN", f"{words}, which may or may not be {sign} {wanted:g} {unit}", measurement
        )
    holds = found.pop()
    reason = words if holds else f"{words}, {sign} {wanted:g} {unit} is asked for"
    return observed("PROVEN" if holds else "REFUTED", reason, measurement)


def _percentages(command: CommandRun) -> dict[str, list[float]]:
    return {f"{number} %": [float(number)] for number in _PERCENT.findall(command.stdout)}


def _sizes(command: CommandRun) -> dict[str, list[float]]:
    """Return the sizes shown, each with what it may be in bytes."""
    words = words_in(command.members[-1])
    bare_means = _unit_of_bare_numbers(words)
    found: dict[str, list[float]] = {}
    for number, letter, _, byte in _SIZE.findall(command.stdout):
        if not letter and not byte and bare_means is None:
            continue
        power = _POWERS[letter.upper()] if letter or byte else bare_means or 0
        found[f"{number} {letter}{byte or 'B'}"] = [float(number) * base**power for base in _BASES]
    return found


def _unit_of_bare_numbers(words: list[str]) -> int | None:
    """Return the power of a thousand that a command counts in, None where that is not known."""
    if words[:1] == ["wc"]:
        return 0 if "-c" in words else None
    if words[:1] == ["stat"]:
        return 0 if any("%s" in word or "%z" in word for word in words) else None
    if words[:1] == ["du"]:
        return {"-b": 0, "-sb": 0, "-bs": 0, "-k": 1, "-sk": 1, "-ks": 1}.get(words[1])
    return None
