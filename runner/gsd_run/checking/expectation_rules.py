"""The wordings that a program can decide, each as a pattern that must match a whole clause."""

import re
from collections.abc import Callable

from gsd_run.domain.claim import Expectation, ExpectationKind

Rule = Callable[[re.Match[str], str], tuple[Expectation, ...]]

_NAME = r"[A-Z]\w*(?:Error|Exception|Warning|Failure)"
_NAMES = rf"(?P<names>{_NAME}(?:(?:,| or| and| nor|, or|, and|, nor|/) ?{_NAME})*)"
# Words that would turn the sense of "… tests pass" round; no kind of test is called so.
_NOT_A_KIND = r"(?!(?:no|not|none|zero|few|some|most|many|skipped|failing|half|\d+)\b)"
_TESTS = rf"(?P<kind>(?:{_NOT_A_KIND}[\w.`-]+ ){{0,3}}?)(?:tests?|test cases|specs?|test suite)"
_ANY_KIND = frozenset(["all", "the", "these", "of", "every", "each", "its", "unit", "new", "full"])
_PASS = (
    r"(?:(?:still |now |continue to |should |must |to )?(?:pass(?:es|ing|ed)?|succeeds?)"
    r"|(?:is|are|stays?|remains?) (?:still |now )?(?:green|passing))"
)
_FILE = r"`?(?P<file>[\w./-]+\.\w{1,5})`?"
_MORE = r"(?P<more>> ?(?!=)|over |above |more than )?"
_AT_LEAST = (
    rf"(?:at least |>= ?|≥ ?|{_MORE})(?P<percent>\d+(?:\.\d+)?) ?% ?\+?"
    r"(?: or (?:more|higher|above))?"
)
_STAYS = r"(?: ?(?:is|still|remains?|stays?|maintained|reaches|at|of|kept)){0,3} ?:? ?"


def _count(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
    groups = match.groupdict()
    total = groups.get("m") or (match["n"] if groups.get("all") else None)
    return (
        Expectation(
            kind="tests_passed",
            text=text,
            value=_kind(match),
            number=int(match["n"]),
            total=int(total) if total else None,
        ),
    )


_SIGNS = {
    "": "==", "exactly": "==", "=": "==", "==": "==", "at least": ">=", "≥": ">=", ">=": ">=",
    "at most": "<=", "≤": "<=", "<=": "<=", "more than": ">", ">": ">", "less than": "<",
    "fewer than": "<", "<": "<",
}  # fmt: skip
_COUNT_WORDS = {"one": 1, "a": 1, "two": 2, "three": 3, "zero": 0}


def _counted(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
    """Compile a number of matches; without a number, one or more are meant."""
    groups = match.groupdict()
    said = groups.get("n")
    sign = " ".join((groups.get("sign") or "").lower().split())
    if said is None:
        return (Expectation(kind="output_count", text=text, value=">=", number=1),)
    number = float(_COUNT_WORDS.get(said.lower(), said))
    value = ">=" if groups.get("up") or said.lower() == "a" else _SIGNS[sign]
    return (Expectation(kind="output_count", text=text, value=value, number=number),)


def _at_least_tests(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
    more = (match.groupdict().get("strict") or "").strip() in {">", "more than", "over"}
    number = int(match["n"]) + more
    return (Expectation(kind="tests_at_least", text=text, value=_kind(match), number=number),)


def _covered(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
    groups = match.groupdict()
    return (
        Expectation(
            kind="coverage_above" if groups["more"] else "coverage_at_least",
            text=text,
            value=groups.get("file") or "",
            number=float(match["percent"]),
        ),
    )


def _kind(match: re.Match[str]) -> str:
    """Return the words that say which tests are meant ("ORM"), less those that say nothing."""
    words = (match.groupdict().get("kind") or "").split()
    return " ".join(word for word in words if word.lower() not in _ANY_KIND)


def _each(kind: ExpectationKind) -> Rule:
    def rule(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
        names = re.findall(_NAME, match["names"])
        return tuple(Expectation(kind=kind, text=text, value=name) for name in names)

    return rule


def _plain(kind: ExpectationKind, number: float | None = None) -> Rule:
    def rule(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
        groups = match.groupdict()
        figure = groups.get("n") or groups.get("percent")
        return (
            Expectation(
                kind=kind,
                text=text,
                value=groups.get("file") or groups.get("value") or _kind(match),
                number=float(figure) if figure else number,
            ),
        )

    return rule


_IN_OUTPUT = r"in (?:the )?(?:test )?output"
_FAILURES = r"(?:(?:test )?failures?|failed(?: tests?)?|failing tests?)"
_NOTHING = (
    r"(?:empty|nothing|(?:no|zero|0) (?:output|results?|match(?:es)?|lines|hits|occurrences|files))"
)
_SHOULD = r"(?:(?:it |this |which )?(?:should|must|will) |expected to )?"
_SHOWS = r"(?:returns?|be|is|gives?|prints?|shows?|outputs?|produces?|yields?|reports?)"
_EXIT = r"exits?(?: with)?(?: status| code| exit code)?"
_SIGN = (
    r"(?P<sign>exactly |at least |at most |more than |less than |fewer than |≥ ?|≤ ?|>= ?|<= ?|"
    r"== ?|= ?|> ?|< ?)?"
)
_HITS = r"(?: ?(?:match(?:es)?|results?|lines?|hits?|occurrences?|times))?"

# Each pattern must match a whole clause. Names of errors are told by their capital letters, so
# the rules about them mind the case.
_ANY_CASE: tuple[tuple[str, Rule], ...] = (
    (
        rf"(?:all )?(?:the )?(?P<n>[1-9]\d*)(?: ?/ ?| of (?:the )?)(?P<m>\d+) {_TESTS} {_PASS}",
        _count,
    ),
    (rf"(?P<all>all (?:of )?(?:the )?|the )(?P<n>[1-9]\d*) {_TESTS} {_PASS}", _count),
    (rf"(?P<n>[1-9]\d*) {_TESTS} {_PASS}", _count),
    (
        rf"[\"'`]?(?P<n>[1-9]\d*)(?:/(?P<m>\d+))?(?: tests?)? passed[\"'`]?(?: {_IN_OUTPUT})?",
        _count,
    ),
    (
        rf"(?:at least |>= ?|≥ ?|(?P<strict>more than |over |> ?))(?P<n>\d+) {_TESTS} {_PASS}",
        _at_least_tests,
    ),
    (rf"(?P<n>\d+)(?:\+| or more) {_TESTS} {_PASS}", _at_least_tests),
    (
        rf"(?:there are |with )?(?:no|zero|0) {_FAILURES}",
        _plain("tests_failed", 0),
    ),
    (
        rf"(?:the |all |every |each |all of the )?{_TESTS} {_PASS}",
        _plain("tests_pass"),
    ),
    (r"(?P<n>[1-9]\d*) (?:tests? )?fail(?:s|ed|ures?)?", _plain("tests_failed")),
    (r"(?P<n>\d+(?:\.\d+)?) ?% pass rate", _plain("pass_rate")),
    (r"(?:pass rate )?(?:up )?from (?P<n>\d+(?:\.\d+)?) ?%", _plain("pass_rate_before")),
    (rf"{_FILE} coverage{_STAYS}{_AT_LEAST}", _covered),
    (rf"coverage (?:on|of|for) {_FILE}{_STAYS}{_AT_LEAST}", _covered),
    (
        rf"coverage(?: maintained)? (?:on|of|for) {_FILE} ?\({_AT_LEAST}\)",
        _covered,
    ),
    (rf"coverage{_STAYS}{_AT_LEAST}", _covered),
    (rf"(?:with )?{_AT_LEAST} coverage", _covered),
    (r"(?:with )?no (?:coverage )?(?:regression|decrease|loss)", _plain("coverage_kept")),
    (rf"(?:it |this |output )?{_SHOULD}{_SHOWS} {_NOTHING}", _plain("output_empty")),
    (rf"(?:expect )?{_NOTHING}(?: expected| found)?", _plain("output_empty")),
    (rf"{_SHOULD}(?:{_SHOWS}|finds?) (?:a match|matches|results?|hits?)", _counted),
    (rf"{_SHOULD}(?:match|matches|found|be found)", _counted),
    (
        (
            rf"(?:{_SHOULD}(?:{_SHOWS}|finds?|equals?|is|be) ?)?{_SIGN}"
            rf"(?P<n>\d+|one|a)(?P<up>\+| or more)?{_HITS}"
        ),
        _counted,
    ),
    (rf"(?:{_SHOULD}(?:{_SHOWS}|finds?) )(?P<n>zero|two|three){_HITS}", _counted),
    (rf"{_SHOULD}{_EXIT} (?:0|zero)(?: \(success\))?", _plain("exit_zero")),
    (
        (
            r"(?:(?:compiles|builds|passes|succeeds|completes|runs)(?: cleanly)?|"
            r"should (?:compile|build|pass|succeed))"
        ),
        _plain("exit_zero"),
    ),
    (rf"{_SHOULD}{_EXIT} (?P<n>[1-9]\d*)", _plain("exit_nonzero")),
    (rf"{_SHOULD}(?:{_EXIT} )?non-?zero", _plain("exit_nonzero")),
)
_OWN_CASE: tuple[tuple[str, Rule], ...] = (
    (rf"(?:[Ww]ith)?(?:out|[Nn]o) (?:any )?{_NAMES}", _each("output_lacks")),
    (
        rf"(?:[Ss]ee )?(?:[Nn]either|[Nn]o) {_NAMES} in (?:the )?(?:test )?output",
        _each("output_lacks"),
    ),
    (rf"[Nn]o {_NAMES} (?:failures?|errors?)", _each("failures_lack")),
    (rf"[Nn]o (?:test )?(?:failures?|errors?) (?:with|from|of) {_NAMES}", _each("failures_lack")),
    (
        r"(?:[Aa] |[Tt]he )?(?P<value>[A-Z]{2,}) (?:message|is printed|in (?:the )?output)",
        _plain("output_contains"),
    ),
)
RULES: tuple[tuple[re.Pattern[str], Rule], ...] = (
    *((re.compile(pattern, re.IGNORECASE), rule) for pattern, rule in _ANY_CASE),
    *((re.compile(pattern), rule) for pattern, rule in _OWN_CASE),
)
