"""Prose to expectations: what the words of a plan ask of a measurement, and what is left over.

A clause is compiled only if a rule understands the whole of it; anything else stays prose and
makes its claim UNPROVEN. That is the rule which keeps PROVEN honest, so no pattern here may
skip words it does not name.
"""

import re
from collections.abc import Callable

from msgspec import Struct

from gsd_run.domain.claim import Expectation, ExpectationKind

_LEAD = re.compile(
    r"^(?:(?:verify|check|confirm|ensure|make sure|expect|see)(?: that)?(?: the)?"
    r"(?: (?:test )?output)?"
    r"(?: (?:shows|contains|says|reports|includes|is))?|(?:test )?output"
    r" (?:shows|contains|includes)|shows)\s+",
    re.IGNORECASE,
)
_TRAIL = re.compile(
    r"[\s,.;:]*(?:\b(?:successfully|now|after (?:the )?(?:fix(?:es)?|changes?|repair|conversion)|"
    r"after (?:this|the) (?:task|plan)|as before)\b)?[\s.;:]*$",
    re.IGNORECASE,
)
# Where a clause can be parted in two that are both understood.
_JOINTS = (
    r" (?=without )",
    r" with ",
    r" and ",
    r" (?:indicating|saying|showing|stating) (?:that )?",
    r", ",
)
_COMMA = re.compile(r"[;,] (?:and )?(?![^()]*\))")
_NAME = r"[A-Z]\w*(?:Error|Exception|Warning|Failure)"
_NAMES = rf"(?P<names>{_NAME}(?:(?:,| or| and| nor|, or|, and|, nor|/) ?{_NAME})*)"
# Words that would turn the sense of "… tests pass" round; no kind of test is called so.
_NOT_A_KIND = r"(?!(?:no|not|none|zero|few|some|most|many|skipped|failing|half)\b)"
_TESTS = rf"(?P<kind>(?:{_NOT_A_KIND}[\w.`-]+ ){{0,3}}?)(?:tests?|test cases|specs?)"
_ANY_KIND = frozenset(
    ["all", "the", "these", "existing", "new", "of", "every", "each", "unit", "its", "other"]
)
_PASS = r"(?:pass(?:es|ing|ed)?|succeeds?|(?:is|are|stays?|remains?) green)"
_FILE = r"`?(?P<file>[\w./-]+\.\w{1,5})`?"
_AT_LEAST = (
    r"(?:at least |>=? ?|≥ ?|over |above )?(?P<percent>\d+(?:\.\d+)?) ?% ?\+?"
    r"(?: or (?:more|higher|above))?"
)
_STAYS = r"(?: ?(?:is|still|remains?|stays?|maintained|reaches|at|of|kept)){0,3} ?:? ?"


class Compiled(Struct, frozen=True, kw_only=True):
    """A statement taken apart: what was understood, and the clauses that were not."""

    expectations: tuple[Expectation, ...] = ()
    prose: tuple[str, ...] = ()


def compiled(text: str) -> Compiled:
    """Compile a statement; clauses are parted by commas, semicolons, parentheses and `with`."""
    expectations: list[Expectation] = []
    prose: list[str] = []
    for clause in _clauses(text):
        understood = _understood(clause)
        if understood is None:
            prose.append(clause)
        expectations.extend(understood or ())
    return Compiled(expectations=tuple(expectations), prose=tuple(prose))


def _clauses(text: str) -> list[str]:
    text = " ".join(text.split())
    inner = re.findall(r"\(([^()]*)\)", text) if _splits_parentheses(text) else []
    outer = re.sub(r" ?\([^()]*\)", "", text) if inner else text
    clauses = [clause for piece in (outer, *inner) for clause in _COMMA.split(piece)]
    return [clause.strip() for clause in clauses if clause.strip(" .")]


def _splits_parentheses(text: str) -> bool:
    """Tell whether what stands in parentheses is a statement of its own, not a name's `()`."""
    inner = re.findall(r"\(([^()]*)\)", text)
    return any(_understood(piece) for whole in inner for piece in re.split(r"[;,] ", whole))


def _understood(clause: str) -> tuple[Expectation, ...] | None:
    """Compile one clause whole, else its halves around `with`, `without`, `and`, else not."""
    plain = _TRAIL.sub("", clause.strip())
    for words in (plain, _LEAD.sub("", plain)):
        for pattern, rule in _RULES:
            if match := pattern.fullmatch(words):
                return rule(match, plain)
    for joint in _JOINTS:
        halves = re.split(joint, _LEAD.sub("", plain), maxsplit=1)
        if len(halves) == 2:  # noqa: PLR2004 - a clause and the rest of it
            first, second = map(_understood, halves)
            if first is not None and second is not None:
                return first + second
    return None


def _count(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
    number = int(match["n"])
    total = match.groupdict().get("m")
    kind = _kind(match)
    if total is not None and int(total) != number:
        return (
            Expectation(kind="tests_passed", text=text, value=kind, number=number),
            Expectation(kind="tests_failed", text=text, value=kind, number=int(total) - number),
        )
    return (Expectation(kind="tests_passed", text=text, value=kind, number=number),)


def _kind(match: re.Match[str]) -> str:
    """Return the words that say which tests are meant ("ORM"), less those that say nothing."""
    words = (match.groupdict().get("kind") or "").split()
    return " ".join(word for word in words if word.lower() not in _ANY_KIND)


def _each(kind: ExpectationKind) -> "_Rule":
    def rule(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
        names = re.findall(_NAME, match["names"])
        return tuple(Expectation(kind=kind, text=text, value=name) for name in names)

    return rule


def _plain(kind: ExpectationKind, number: float | None = None) -> "_Rule":
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
_NOTHING = r"(?:empty|nothing|no (?:output|results?|matches))"
_Rule = Callable[[re.Match[str], str], tuple[Expectation, ...]]

# Each pattern must match a whole clause. Names of errors are told by their capital letters, so
# the rules about them mind the case.
_ANY_CASE: tuple[tuple[str, _Rule], ...] = (
    (rf"(?:all )?(?:the )?(?P<n>\d+)(?: ?/ ?| of (?:the )?)(?P<m>\d+) {_TESTS} {_PASS}", _count),
    (rf"(?:all )?(?:the )?(?P<n>\d+) {_TESTS} (?:now )?{_PASS}", _count),
    (
        rf"[\"'`]?(?P<n>\d+)(?:/(?P<m>\d+))?(?: tests?)? passed[\"'`]?(?: {_IN_OUTPUT})?",
        _count,
    ),
    (
        rf"(?:there are |with )?(?:no|zero|0) {_FAILURES}",
        _plain("tests_failed", 0),
    ),
    (
        r"(?:the |all |every |each |all of the )?(?:new |existing |unit )?" + f"{_TESTS} {_PASS}",
        _plain("tests_pass"),
    ),
    (r"(?P<n>\d+(?:\.\d+)?) ?% pass rate", _plain("pass_rate")),
    (r"(?:pass rate )?(?:up )?from (?P<n>\d+(?:\.\d+)?) ?%", _plain("pass_rate_before")),
    (rf"{_FILE} coverage{_STAYS}{_AT_LEAST}", _plain("coverage_at_least")),
    (rf"coverage (?:on|of|for) {_FILE}{_STAYS}{_AT_LEAST}", _plain("coverage_at_least")),
    (
        rf"coverage(?: maintained)? (?:on|of|for) {_FILE} ?\({_AT_LEAST}\)",
        _plain("coverage_at_least"),
    ),
    (rf"coverage{_STAYS}{_AT_LEAST}", _plain("coverage_at_least")),
    (rf"(?:with )?{_AT_LEAST} coverage", _plain("coverage_at_least")),
    (r"(?:with )?no (?:coverage )?(?:regression|decrease|loss)", _plain("coverage_kept")),
    (
        rf"(?:output )?(?:should|must) (?:return|be|print|give) {_NOTHING}",
        _plain("output_empty"),
    ),
    (rf"(?:returns?|is|gives?|prints?) {_NOTHING}", _plain("output_empty")),
    (r"(?:empty|no (?:output|results?|matches|lines))(?: expected)?", _plain("output_empty")),
    (r"exits? (?:with )?(?:status |code )?(?:0|zero)", _plain("exit_zero")),
)
_OWN_CASE: tuple[tuple[str, _Rule], ...] = (
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
_RULES: tuple[tuple[re.Pattern[str], _Rule], ...] = (
    *((re.compile(pattern, re.IGNORECASE), rule) for pattern, rule in _ANY_CASE),
    *((re.compile(pattern), rule) for pattern, rule in _OWN_CASE),
)
