"""Prose to expectations: what the words of a plan ask of a measurement, and what is left over.

A clause is compiled only if a rule understands the whole of it; anything else stays prose and
makes its claim UNPROVEN. That is the rule which keeps PROVEN honest, so no pattern here may
skip words it does not name.
"""

import re
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.checking.expecting.expectation_rules import rule_for
from gsd_run.checking.expecting.fitting import fits, of_command
from gsd_run.domain import lazy
from gsd_run.domain.claim import Expectation, ExpectationKind

_LEAD = lazy.pattern(
    r"^(?:(?:(?:to|and|then) )?(?:verify|check|confirm|ensure|make sure|expect|see)(?: that)?"
    r"(?: the)?(?: (?:test )?output)?"
    r"(?: (?:shows|contains|says|reports|includes|is))?|(?:test )?output"
    r" (?:shows|contains|includes)|shows)\s+",
    re.IGNORECASE,
)
_TRAIL = lazy.pattern(
    r"[\s,.;:]*(?:\b(?:successfully|now|after (?:the )?(?:fix(?:es)?|changes?|repair|conversion)|"
    r"after (?:this|the) (?:task|plan)|as before)\b)?[\s.;:]*$",
    re.IGNORECASE,
)
# No other clause has a trail; to look for one from every character on would take long.
_TRAILING = (
    *(",", ".", ";", ":", "successfully", "now", "fix", "fixes", "change", "changes", "repair"),
    *("conversion", "task", "plan", "as before"),
)
# Where a clause can be parted in two that are both understood.
_JOINTS = tuple(
    lazy.pattern(joint)
    for joint in (
        r" (?=without )",
        r" with ",
        r" and ",
        r" (?:indicating|saying|showing|stating) (?:that )?",
        r", ",
    )
)
_COMMA = lazy.pattern(
    r"(?:[;,]|\.(?= [A-Z`])|:(?= (?!(?:≥|>=?|at least)? ?\d[\d.]* ?%))| (?:—|–|--)(?= ))"
    r" (?:and )?(?![^()]*\))"
)
# Behind a name they are what it is called with.
_IN_BRACKETS = lazy.pattern(r" ?(?<![\w\]])\(([^()]*)\)")
_QUOTED = lazy.pattern(r"\"[^\"]*\"|`[^`]*`|(?<![\w'])'[^']*'(?![\w'])")
_STATUSES = lazy.pattern(r"\bexits?\b[^.;,()]{0,30}?\d(?:(?:,? or |, )\d+)+")
_BULLETS = lazy.pattern(r"\n\s*(?:[-*+•]|\d+[.)])\s+(?:\[[ xX]\]\s+)?")


LONGEST = 200  # characters of a clause that a rule may understand


class Compiled(Struct, frozen=True, kw_only=True):
    """A statement taken apart: what was understood, and the clauses that were not."""

    expectations: tuple[Expectation, ...] = ()
    prose: tuple[str, ...] = ()


@lru_cache(maxsize=2048)
def compiled(text: str, command: str = "") -> Compiled:
    """Compile a statement; clauses are parted by commas, semicolons, parentheses and `with`.

    `command` is the one that it speaks of, if that is known: "returns 200" of `curl` is the status
    of a response, and of `wc -l` a number of lines.
    """
    found = _found(text)
    kinds = {one.kind for _, understood in found for one in understood or ()}
    expectations: list[Expectation] = []
    prose: list[str] = []
    for clause, understood in found:
        alone = len(found) == 1 or not re.fullmatch(r"[\d.]+", clause)
        asks = [_about_tests(one, kinds) for one in understood or ()]
        has_context = alone and all(_has_context(one, kinds) and fits(one, command) for one in asks)
        if understood is None or not has_context:
            prose.append(clause)
        else:
            expectations.extend(asks)
    meant = [of_command(one, command) for one in _totalled(expectations)]
    return Compiled(expectations=tuple(meant), prose=tuple(prose))


def _totalled(expectations: list[Expectation]) -> list[Expectation]:
    """Give "19 passed" the total that "32 failed" beside it makes."""
    failed = [one.number for one in expectations if one.kind == "tests_failed" and one.number]
    if len(failed) != 1:
        return expectations
    return [
        replace(one, total=int((one.number or 0) + (failed[0] or 0)))
        if one.kind == "tests_passed" and one.total is None
        else one
        for one in expectations
    ]


def _about_tests(expectation: Expectation, kinds: set[ExpectationKind]) -> Expectation:
    """Return what words mean by what they stand beside.

    "No regression" beside tests, and not beside coverage, is that all of them pass; "up from 51 %"
    beside coverage is not a pass rate.
    """
    covers = bool(kinds & {"coverage_at_least", "coverage_above"})
    if expectation.kind == "pass_rate_before" and covers:
        spoken = "pass rate" in expectation.text.lower()
        return expectation if spoken else replace(expectation, kind="coverage_before")
    beside_tests = any(kind.startswith("tests_") for kind in kinds)
    if expectation.kind != "coverage_kept" or covers or not beside_tests:
        return expectation
    if "coverage" in expectation.text.lower():
        return expectation
    return replace(expectation, kind="tests_pass")


def _has_context(expectation: Expectation, kinds: set[ExpectationKind]) -> bool:
    """Tell whether words that can speak of several things stand beside what they speak of.

    "No regression" is one of coverage only beside coverage, and "up from 51%" is a pass rate only
    where tests are spoken of and coverage is not.
    """
    covers = bool(kinds & {"coverage_at_least", "coverage_above"})
    if expectation.kind == "coverage_kept":
        return covers or "coverage" in expectation.text.lower()
    if expectation.kind == "pass_rate_before" and "pass rate" not in expectation.text.lower():
        return not covers and any(
            kind.startswith(("tests_", "pass_rate")) for kind in kinds - {"pass_rate_before"}
        )
    return True


@lru_cache(maxsize=2048)
def _found(text: str) -> tuple[tuple[str, tuple[Expectation, ...] | None], ...]:
    """Return the clauses of a text, each with what was understood of it."""
    return tuple((clause, _understood(clause)) for clause in _clauses(text))


def _clauses(text: str) -> list[str]:
    return [clause for item in _BULLETS.split(f"\n{text}") for clause in _clauses_of(item)]


def _clauses_of(text: str) -> list[str]:
    text = " ".join(text.split())
    if "`" in text:
        text = re.sub(r"`([\d.]+)`", r"\1", text)
    if "exit" in text:
        text = _STATUSES.sub(lambda match: re.sub(r",? or |, ", "/", match[0]), text)
    quoted = _QUOTED.findall(text)
    shielded = _QUOTED.sub("\0", text)
    inner = _IN_BRACKETS.findall(shielded) if _splits_parentheses(text) else []
    outer = _IN_BRACKETS.sub("", shielded) if inner else shielded
    if quoted and inner and "\0" in "".join(inner):
        outer, inner = shielded, []
    clauses = [clause for piece in (outer, *inner) for clause in _COMMA.split(piece)]
    rest = iter(quoted)
    whole = [
        (re.sub("\0", lambda _: next(rest), clause) if "\0" in clause else clause).strip()
        for clause in clauses
    ]
    return [clause for clause in whole if clause.strip(" .")]


def _splits_parentheses(text: str) -> bool:
    """Tell whether what stands in parentheses is a statement of its own, not a name's `()`."""
    if "(" not in text:
        return False
    inner = [one for one in _IN_BRACKETS.findall(text) if one.strip()]
    outer = _IN_BRACKETS.sub("", text)
    pieces = [piece for whole in (*inner, outer if inner else "") for piece in _COMMA.split(whole)]
    return any(_understood(piece) for piece in pieces if piece.strip(" ."))


def _without_trail(clause: str) -> str:
    return _TRAIL.sub("", clause) if clause.lower().endswith(_TRAILING) else clause


@lru_cache(maxsize=8192)
def _understood(clause: str) -> tuple[Expectation, ...] | None:
    """Compile one clause whole, else its halves around `with`, `without`, `and`, else not."""
    plain = _without_trail(clause.strip())
    asked = _LEAD.sub("", plain)
    for words in dict.fromkeys((plain, asked)) if len(plain) < LONGEST else ():
        if found := rule_for(words):
            match, rule = found
            return rule(match, plain)
    for joint in _JOINTS:
        halves = joint.split(asked, maxsplit=1)
        if len(halves) == 2:  # noqa: PLR2004 - a clause and the rest of it
            first = _understood(halves[0])
            second = _understood(halves[1]) if first is not None else None
            if first is not None and second is not None:
                return first + second
    return None
