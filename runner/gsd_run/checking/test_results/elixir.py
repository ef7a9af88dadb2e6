"""ExUnit (`mix test`), by the lines with which it closes."""

import re

from gsd_run.checking.test_results.counts import Counts, added, case, number, with_cases
from gsd_run.domain import lazy

CLOSING = lazy.pattern(
    r"^(?:Finished in .*\n)(?P<ran>(?:\d+ (?:doctests?|propert(?:y|ies)|features?), )*\d+ tests?"
    r"|\d+ (?:doctests?|propert(?:y|ies))), (?P<failed>\d+) failures?(?P<said>[ ,(].*)?$",
    re.MULTILINE,
)
NONE = lazy.pattern(r"^There are no tests to run$", re.MULTILINE)
BAD = lazy.pattern(
    r"^ +\d+\) (?P<name>(?:test|doctest|property) .+) \((?P<module>[\w.]+)\)\n"
    r" +(?P<file>\S+?):\d+\n +(?P<why>\S.*)$",
    re.MULTILINE,
)


def exunit(text: str) -> list[Counts]:
    """Add up `1 doctest, 5 tests, 1 failure, 1 excluded, 1 skipped`; an umbrella has several."""
    found = []
    for closing in CLOSING.finditer(text):
        said = closing["said"] or ""
        ran = sum(int(one) for one in re.findall(r"\d+", closing["ran"]))
        failed = int(closing["failed"])
        invalid = number(said, r"(\d+) invalid")
        skipped = number(said, r"(\d+) skipped") + number(said, r"(\d+) excluded")
        found.append(
            Counts(
                passed=max(0, ran - failed - invalid - skipped),
                failed=failed,
                errors=invalid,
                skipped=skipped,
            )
        )
    if not found:
        return [Counts()] * bool(NONE.search(text))
    bad = [
        case(f"{one['module']} > {one['name']}", "failed", one["why"], one["file"])
        for one in BAD.finditer(text)
    ]
    return [with_cases(added(found), bad)]
