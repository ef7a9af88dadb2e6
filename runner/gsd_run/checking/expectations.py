"""Prose to expectations: what the words of a plan ask of a measurement, and what is left over.

A clause is compiled only if a rule understands the whole of it; anything else stays prose and
makes its claim UNPROVEN. That is the rule which keeps PROVEN honest, so no pattern here may
skip words it does not name.
"""

import re
from collections.abc import Callable

from msgspec import Struct

from gsd_run.domain.claim import Expectation

_LEAD = re.compile(
    r"^(?:(?:verify|check|confirm|ensure|make sure|expect|see)(?: that)?(?: the)?(?: (?:test )?output)?"
    r"(?: (?:shows|contains|says|reports|includes|is))?|(?:test )?output"
    r" (?:shows|contains|includes)|shows)\s+",
    re.IGNORECASE,
)
_TRAIL = re.compile(
    r"[\s,.;:]*(?:\b(?:successfully|now|after (?:the )?(?:fix(?:es)?|changes?|repair|conversion)|"
    r"after (?:this|the) (?:task|plan)|as before)\b)?[\s.;:]*$",
    re.IGNORECASE,
)
_COMMA = re.compile(r"[;,] (?:and )?(?![^()]*\))")
_NAME = r"[A-Z]\w*(?:Error|Exception|Warning|Failure)"
_NAMES = rf"(?P<names>{_NAME}(?:(?:,| or| and|, or|, and|/) ?{_NAME})*)"
# Words that would turn the sense of "… tests pass" round; no kind of test is called so.
_NOT_A_KIND = r"(?!(?:no|not|none|zero|few|some|most|many|skipped|failing|half)\b)"
_TESTS = rf"(?P<kind>(?:{_NOT_A_KIND}[\w.`-]+ ){{0,3}}?)(?:tests?|test cases|specs?)"
_ANY_KIND = frozenset("all the these existing new of every each unit its other".split())
_PASS = r"(?:pass(?:es|ing|ed)?|succeeds?|(?:is|are|stays?|remains?) green)"
_FILE = r"`?(?P<file>[\w./-]+\.\w{1,5})`?"
_AT_LEAST = r"(?:at least |>=? ?|≥ ?|over |above )?(?P<percent>\d+(?:\.\d+)?) ?% ?\+?(?: or (?:more|higher|above))?"
_STAYS = r"(?: ?(?:is|remains?|stays?|maintained|reaches|at|of|kept)){0,3} ?:? ?"


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
    for joint in (r" (?=without )", r" with ", r" and ", r" indicating (?:that )?", r", "):
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


def _each(kind: str) -> Callable[[re.Match[str], str], tuple[Expectation, ...]]:
    def rule(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
        names = re.findall(_NAME, match["names"])
        return tuple(Expectation(kind=kind, text=text, value=name) for name in names)  # type: ignore[arg-type]

    return rule


def _plain(
    kind: str, number: float | None = None
) -> Callable[[re.Match[str], str], tuple[Expectation, ...]]:
    def rule(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
        groups = match.groupdict()
        figure = groups.get("n") or groups.get("percent")
        return (
            Expectation(
                kind=kind,  # type: ignore[arg-type]
                text=text,
                value=groups.get("file") or groups.get("value") or _kind(match),
                number=float(figure) if figure else number,
            ),
        )

    return rule


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], tuple[Expectation, ...]]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE if rule_case else 0), rule)
    for pattern, rule, rule_case in (
        (rf"(?:all )?(?:the )?(?P<n>\d+)(?: ?/ ?| of (?:the )?)(?P<m>\d+) {_TESTS} {_PASS}", _count, True),
        (rf"(?:all )?(?:the )?(?P<n>\d+) {_TESTS} (?:now )?{_PASS}", _count, True),
        (r"[\"'`]?(?P<n>\d+)(?:/(?P<m>\d+))?(?: tests?)? passed[\"'`]?", _count, True),
        (r"(?:there are |with )?(?:no|zero|0) (?:(?:test )?failures?|failed(?: tests?)?|failing tests?)", _plain("tests_failed", 0), True),
        (rf"(?:the |all |every |each |all of the )?(?:new |existing |unit )?{_TESTS} {_PASS}", _plain("tests_pass"), True),
        (rf"(?:with)?(?:out|no) (?:any )?{_NAMES}", _each("output_lacks"), False),
        (rf"[Nn]o (?:any )?{_NAMES} (?:appears? )?in (?:the )?(?:test )?output", _each("output_lacks"), False),
        (rf"[Nn]o {_NAMES} (?:failures?|errors?)", _each("failures_lack"), False),
        (r"(?P<n>\d+(?:\.\d+)?) ?% pass rate", _plain("pass_rate"), True),
        (r"(?:pass rate )?(?:up )?from (?P<n>\d+(?:\.\d+)?) ?%", _plain("pass_rate_before"), True),
        (rf"{_FILE} coverage{_STAYS}{_AT_LEAST}", _plain("coverage_at_least"), True),
        (rf"coverage (?:on|of|for) {_FILE}{_STAYS}{_AT_LEAST}", _plain("coverage_at_least"), True),
        (rf"coverage(?: maintained)? (?:on|of|for) {_FILE} ?\({_AT_LEAST}\)", _plain("coverage_at_least"), True),
        (rf"coverage{_STAYS}{_AT_LEAST}", _plain("coverage_at_least"), True),
        (rf"{_AT_LEAST} coverage", _plain("coverage_at_least"), True),
        (r"(?:with )?no (?:coverage )?(?:regression|decrease|loss)", _plain("coverage_kept"), True),
        (r"(?P<value>[A-Z]{2,}) (?:message|is printed|in (?:the )?output)", _plain("output_contains"), False),
        (r"(?:output )?(?:should|must) (?:return|be|print|give) (?:empty|nothing|no (?:output|results?|matches))", _plain("output_empty"), True),
        (r"(?:returns?|is|gives?|prints?) (?:empty|nothing|no (?:output|results?|matches))", _plain("output_empty"), True),
        (r"(?:empty|no (?:output|results?|matches|lines))(?: expected)?", _plain("output_empty"), True),
        (r"exits? (?:with )?(?:status |code )?(?:0|zero)", _plain("exit_zero"), True),
    )
)  # fmt: skip
