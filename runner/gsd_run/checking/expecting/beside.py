"""What the words beside commands ask of them: how each should end, and what it should show."""

import re
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.checking.commands.blocks import Block
from gsd_run.checking.commands.quoting import bare
from gsd_run.checking.expecting.expectations import compiled
from gsd_run.checking.predicates.status import SEARCHES
from gsd_run.domain import lazy
from gsd_run.domain.claim import Expectation
from gsd_run.outside.shell import programs

# These say how a command should end; without them it should succeed.
ENDS = frozenset(
    {"output_empty", "output_count", "exit_nonzero", "exit_in", "http_status", "tests_fail"}
)
_SUCCEED = frozenset({"exit_zero", "exit_zero_or_no_match"})
# They say by themselves how the command ends, with whatever status.
_OWN_STATUS = frozenset({"exit_nonzero", "exit_in", "http_status", "tests_fail"})
_NEGATES = lazy.pattern(
    r"\b(?:no|not|never|nothing|none|neither|nor|zero|0|without|absent|gone|removed?|deleted?|"
    r"missing|free|only|clean|cannot|\w+n't|empty|un\w+ed|left|remaining|stale|old)\b",
    re.IGNORECASE,
)
_FAILS = lazy.pattern(
    r"\bfail(?:s|ed|ing|ures?)?\b"
    r"|\bexits? (?:with )?(?:an? )?(?:exit |status |code )*(?:[1-9]|non-?zero)"
    r"|\breturns? (?:an )?errors?\b|\bRED\b|\brejects?\b|\bcrash(?:es)?\b|\brefuses?\b"
)
_NO_FAILURE = lazy.pattern(
    r"\b(?:no|not|zero|0|without|never|don't|doesn't)(?: [\w+-]+){0,3} (?:fail\w*|crash\w*)",
    re.IGNORECASE,
)
_EXPECTS = lazy.pattern(
    r"\b(?:should|must|expect\w*|returns?|shows?|prints?|outputs?|lists?|contains?|finds?|exits?|"
    r"produces?|reports?|fails?|rejects?|matches|equals?|displays?|includes?|has|have|is|are|"
    r"at least|at most|exactly|only|not|no|never)\b|[≥≤<>=]|\d",
    re.IGNORECASE,
)
_PLACEHOLDER = lazy.pattern(r"(?<![<&\d])<[A-Za-z][\w-]*(?: [\w-]+)*>(?!\()")


class Asked(Struct, frozen=True, kw_only=True):
    """What is asked of a block's commands.

    `ends` says how they should end, `shows` what else they should show. `unclear` holds commands
    that should perhaps not succeed, with the words that leave it open; nothing is asked of them.
    `unknown` holds words behind a command that ask something no rule understands.
    """

    ends: tuple[Expectation, ...] = ()
    shows: tuple[Expectation, ...] = ()
    unclear: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()


def asked(block: Block) -> Asked:
    """Read the words beside a block's commands; each speaks of the commands it belongs to."""
    several = len(block.commands) > 1
    of_all = tuple(one.text for one in block.words if one.role == "around") if several else ()
    whole = [one for words in of_all for one in compiled(words).expectations if one.kind in ENDS]
    ends, shows = list[Expectation](), list[Expectation]()
    unclear, unknown = list[tuple[str, str]](), list[str]()
    for number, command in enumerate(block.texts):
        words = block.speaking_of(number, "behind", "lead")
        results = [compiled(one, command) for one in words]
        found = [
            replace(one, command=command if several else "")
            for result in results
            for one in result.expectations
        ]
        rest = [clause for result in results for clause in result.prose]
        unknown += _expecting(block, number, rest)
        shows += [one for one in found if one.kind not in ENDS | _SUCCEED]
        how = [one for one in found if one.kind in ENDS]
        well = [one.text for one in found if one.kind in _SUCCEED]
        doubt = _turned(command, [*rest, *well, *_loose(of_all)]) or _nothing_below(block, number)
        if doubt and not how and not whole:
            unclear.append((command, f'whether it should succeed can\'t be told from "{doubt}"'))
        elif place := placeholder(command):
            unclear.append((command, f"{place} stands for something that the plan does not say"))
        else:
            ends += _ends(command if several else "", how or whole)
    return Asked(
        ends=tuple(dict.fromkeys((*_merged(ends, bool(unclear)), *whole))),
        shows=tuple(shows),
        unclear=tuple(unclear),
        unknown=tuple(unknown),
    )


def placeholder(command: str) -> str:
    """Return what stands in a command for something left open (`<id>`), or ""."""
    match = _PLACEHOLDER.search(bare(command)) if "\n" not in command else None
    return command[match.start() : match.end()] if match else ""


def _loose(prose: Sequence[str]) -> list[str]:
    return [clause for words in prose for clause in compiled(words).prose]


def _expecting(block: Block, number: int, rest: Sequence[str]) -> list[str]:
    """Return the clauses behind a command that ask something of it.

    Those before it say its purpose.
    """
    behind = [one.text for one in block.words if one.role == "behind" and number in one.of]
    return [
        clause
        for clause in rest
        if _EXPECTS.search(clause) and any(clause in " ".join(one.split()) for one in behind)
    ]


def _nothing_below(block: Block, number: int) -> str:
    """Return words that nothing should be found, if a search stands right above theirs.

    They may speak of that one alone or of both.
    """
    for place in range(number, len(block.commands)):
        if not _searches(block.texts[place]):
            return ""
        if words := block.speaking_of(place, "behind", "lead"):
            found = [one for prose in words for one in compiled(prose).expectations]
            empty = [one.text for one in found if one.kind == "output_empty"]
            return empty[0] if empty and place > number else ""
    return ""


def _turned(command: str, clauses: Sequence[str]) -> str:
    """Return the words that may turn round what a command's success means, or ""."""
    for clause in clauses:
        if _NEGATES.search(clause) and _searches(command):
            return clause
        if _FAILS.search(_NO_FAILURE.sub("", clause)):
            return clause
    return ""


def _searches(command: str) -> bool:
    named = any(name in command for name in SEARCHES)
    return named and not programs(command).isdisjoint(SEARCHES)


def _ends(command: str, how: Sequence[Expectation]) -> list[Expectation]:
    kinds = {one.kind for one in how}
    if kinds & _OWN_STATUS:
        return [*how]
    if not kinds:
        return [Expectation(kind="exit_zero", text="the command succeeds", command=command)]
    text = "the command succeeds, or finds nothing"
    exits = Expectation(kind="exit_zero_or_no_match", text=text, command=command)
    return [exits, *(one for one in how if one.command == command)]


def _merged(ends: Sequence[Expectation], partly: bool) -> list[Expectation]:
    """Return one expectation on the script where all of its commands should succeed."""
    if partly or any(one.kind != "exit_zero" for one in ends):
        return list(ends)
    return [Expectation(kind="exit_zero", text="every command succeeds")] if ends else []
