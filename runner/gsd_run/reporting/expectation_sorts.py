"""What sort of thing words ask of a command, for people and programs that look at a plan.

The sort says no more than what the words speak of: `explain` names it also for words that no rule
understands, and then says beside it that nothing decides them.
"""

import re
from typing import Literal

from gsd_run.domain.claim import Expectation, ExpectationKind

Sort = Literal[
    "exit0",
    "contains",
    "not_contains",
    "count_passed",
    "count_failed",
    "empty_output",
    "http_status",
    "number_compare",
    "prose",
]

_BY_KIND: dict[ExpectationKind, Sort] = {
    "exit_zero": "exit0",
    "exit_zero_or_no_match": "exit0",
    "exit_nonzero": "prose",
    "exit_in": "prose",
    "output_contains": "contains",
    "output_lacks": "not_contains",
    "output_empty": "empty_output",
    "output_count": "number_compare",
    "output_amount": "number_compare",
    "http_status": "http_status",
    "tests_passed": "count_passed",
    "tests_at_least": "count_passed",
    "tests_failed": "count_failed",
    "tests_fail": "count_failed",
    "tests_pass": "exit0",
    "failures_lack": "not_contains",
    "pass_rate": "number_compare",
    "pass_rate_before": "number_compare",
    "coverage_at_least": "number_compare",
    "coverage_above": "number_compare",
    "coverage_before": "number_compare",
    "coverage_kept": "number_compare",
}
_N = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|zero)"
# The first that is found in the words decides.
_BY_WORDS: tuple[tuple[str, Sort], ...] = (
    (r"\bexit(?:s|ed)?(?: with)?(?: status| code)* (?:\d+,|\d+ or|[1-9]|non-?zero)", "prose"),
    (r"\bhttp[ /]|\bstatus (?:code )?[1-5]\d\d\b|\b[1-5]\d\d (?:ok|not found|created)\b",
     "http_status"),
    (r"\bresponds? (?:with )?[1-5]\d\d\b", "http_status"),
    (r"\b(?:no|zero|0) (?:new |test |additional )*(?:fail\w*|regressions?)", "count_failed"),
    (rf"\b{_N} (?:tests? )?fail|\btests? .*\bfail|\bnot ok\b|\bRED\b|\bfails?\b|\bfailing\b",
     "count_failed"),
    ((rf"\b{_N}(?:/\d+|\+)? (?:[\w-]+ )*?tests?\b|\btests? \d+|\b{_N} pass|\bok\b.*\btests?\b|"
     r"\btests?\b.*\bok\b"), "count_passed"),
    ((rf"[≥≤<>]=?\s?\d|\b(?:at least|at most|exactly|more than|less than|fewer than|under|over|"
     rf"below|between|up to)\s+(?:the )?{_N}|\d\s?%"), "number_compare"),
    ((r"(?<![\w-])(?:empty|nothing)(?![\w-])|\bno (?:match|output|result|diff|hit|line|"
      r"occurrence|reference|"
     r"content|change)|"
     r"\b(?:zero|0) (?:match|result|hit|line|occurrence|reference)|\bnot? match|\bno longer\b"),
     "empty_output"),
    ((r"\b(?:all|full|every|existing|the|new) .*?\b(?:tests?|suite|specs?)\b.*\b(?:pass|green)|"
     r"\btests? (?:still )?pass"), "exit0"),
    ((r"\b(?:no|zero|0|without|any) (?:\w+ ){0,3}(?:errors?|warnings?|issues|problems|violations|"
     r"vulnerabilities)\b"), "exit0"),
    ((r"\bdoes(?: not|n't) (?:contain|show|print|include|appear)|\bnot (?:contain|show|print|"
     r"include|appear|present|in)\b|\bwithout\b|\bremoved\b|\bgone\b|\babsent\b|^no\b"),
     "not_contains"),
    ((rf"^(?:should |must |will |it )*(?:be|is|return|returns|output|outputs|print|prints|equals?|"
     rf"show|shows)?\s*(?:still )?{_N}\b|\bcount\b.*\d"), "number_compare"),
    ((r"\b(?:shows?|prints?|contains?|outputs?|displays?|lists?|includes?|emits?|reports?|returns?|"
     r"match(?:es)?|finds?|found|has|have|says?|logs?|appears?|present|with `)\b"), "contains"),
    ((r"\b(?:compiles?|builds?|succeeds?|pass(?:es|ing)?|completes?|exists?|created|works?|runs?|"
     r"clean(?:ly)?|valid|parses?|loads?|imports?|exits? 0|exit code 0|ok|success\w*|synthesi\w+|"
     r"starts?|resolves?|typechecks?|green|compilation|in sync|identical)\b"), "exit0"),
)  # fmt: skip
_QUOTED = re.compile(r"\"[^\"]+\"|'[^']+'|`[^`]+`")
_PATTERNS = tuple((re.compile(words, re.IGNORECASE), sort) for words, sort in _BY_WORDS)
_NO_NUMBER = re.compile(r"\d|\b(?:one|zero|two|three)\b", re.IGNORECASE)


def _blotted(quoted: re.Match[str]) -> str:
    return quoted[0] if quoted[0][1:-1] in {"ok", "not ok"} else "`x`"


def sort_of(expectation: Expectation) -> Sort:
    """Return what sort of thing an expectation asks."""
    if expectation.kind == "prose":
        words = _QUOTED.sub(_blotted, expectation.text)
        # What stands in parentheses explains; it is asked only if the rest says nothing.
        outer = re.sub(r"\([^()]*\)", "", words)
        kinds = (sort for text in (outer, words) for one, sort in _PATTERNS if one.search(text))
        return next(kinds, "prose")
    if expectation.kind == "output_count" and not _NO_NUMBER.search(expectation.text):
        return "contains"  # "returns a match"
    return _BY_KIND[expectation.kind]
