"""Output: what stands in it, what does not, and when emptiness shows something."""

import re

from gsd_run.checking.predicates.observation import Observation, observed
from gsd_run.checking.predicates.status import did_its_part, told
from gsd_run.domain.claim import Expectation
from gsd_run.domain.measurement import Measurement

_QUOTED = 160  # characters of a line that a reason quotes


def _lines(measurement: Measurement) -> list[str]:
    texts = [text for command in measurement.commands for text in (command.stdout, command.stderr)]
    return [line.strip() for text in texts for line in text.splitlines() if line.strip()]


def output_contains(
    expectation: Expectation, measurement: Measurement, _: Measurement | None
) -> Observation:
    """The words stand in the output, whole and not negated: NOT INSTALLED shows no INSTALLED."""
    words = rf"(?<![\w-]){re.escape(expectation.value)}(?![\w-])"
    negated = re.compile(rf"\b(?:not|no|non|un)[ -]?{words}", re.IGNORECASE)
    for line in _lines(measurement):
        if re.search(words, line) and not negated.search(line):
            return observed("PROVEN", f"output: {line[:_QUOTED]}", measurement)
    return observed("REFUTED", f'"{expectation.value}" is not in the output', measurement)


def output_lacks(
    expectation: Expectation, measurement: Measurement, _: Measurement | None
) -> Observation:
    """The words stand nowhere in the output, and there is output that could hold them."""
    lines = _lines(measurement)
    hits = [line for line in lines if expectation.value in line]
    failing = [
        case.name
        for run in measurement.tests
        for case in run.cases
        if expectation.value in case.message
    ]
    if hits or failing:
        first = hits[0][:_QUOTED] if hits else failing[0]
        reason = f"{expectation.value} {len(hits) or len(failing)} times, first: {first}"
        return observed("REFUTED", reason, measurement)
    if not lines:
        return observed("UNPROVEN", "the command printed nothing", measurement)
    reason = f"no {expectation.value} in {len(lines)} lines of output"
    return observed("PROVEN", reason, measurement)


def output_empty(_: Expectation, measurement: Measurement, __: Measurement | None) -> Observation:
    """Nothing on standard output; where a command went wrong, that shows nothing."""
    if not measurement.commands:
        return observed("UNPROVEN", "no command ran", measurement)
    last = measurement.commands[-1]
    printed = [line.strip() for line in last.stdout.splitlines() if line.strip()]
    if printed:
        reason = f"{len(printed)} lines of output, first: {printed[0][:_QUOTED]}"
        return observed("REFUTED", reason, measurement)
    for command in measurement.commands:
        pairs = zip(command.members, command.statuses, strict=False)
        if not all(did_its_part(member, status) for member, status in pairs):
            reason = f"{told(command)}; that its output is empty shows nothing"
            return observed("UNPROVEN", reason, measurement)
    return observed("PROVEN", f"no output (exit {last.status})", measurement)
