"""The commands that a plan has run, and rules that need nothing but a command's own text."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.checking.lint.subject import LintRule, Subject
from gsd_run.domain.claim import Claim, Command, ScriptCheck
from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule

_BRIEF = 50  # characters of a command in a message
_KEPT = 4096  # commands; the plans of a project repeat theirs


class Hit(Struct, frozen=True, kw_only=True):
    """What a rule found in a command, and at which character; `needle` stands there."""

    message: str
    start: int = 0
    needle: str = ""


class Same:
    """A value as a key by which it is, so that what was found out about it is kept a while."""

    __slots__ = ("value",)

    def __init__(self, value: Subject) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value.compiled)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.value.compiled is other.value.compiled


def run_commands(subject: Subject) -> tuple[tuple[Claim, Command], ...]:
    """Return the commands that are run: not those that a sentence merely speaks of.

    Their paths are those of this project, where an adaptation sees to that.
    """
    return _run_commands(Same(subject))


@lru_cache(maxsize=2)
def _run_commands(same: Same) -> tuple[tuple[Claim, Command], ...]:
    compiled = same.value.compiled
    moved = defaultdict[str, dict[str, str]](dict)
    for name, change in compiled.adaptations:
        if change.id == "foreign-path":
            moved[name][change.before] = change.after
    return tuple(
        (claim, _adapted(command, moved[claim.id]) if claim.id in moved else command)
        for claim in compiled.claims
        if claim.commands and _is_run(claim)
        for command in claim.commands
    )


def _adapted(command: Command, moved: dict[str, str]) -> Command:
    longest_first = sorted(moved, key=len, reverse=True)
    before = re.compile(f"(?:{'|'.join(map(re.escape, longest_first))})(?![\\w-])")
    return replace(command, text=before.sub(lambda match: moved[match[0]], command.text))


def run_groups(subject: Subject) -> Iterator[tuple[Claim, tuple[Command, ...]]]:
    """Return the commands that share a shell, group by group."""
    shells: dict[tuple[str, int], list[Command]] = {}
    claims: dict[str, Claim] = {}
    for claim, command in run_commands(subject):
        claims[claim.id] = claim
        shells.setdefault((claim.id, command.group), []).append(command)
    for (claim_id, _), commands in shells.items():
        yield claims[claim_id], tuple(commands)


def _is_run(claim: Claim) -> bool:
    return claim.kind == "verify" or any(
        isinstance(part.check, ScriptCheck)
        and any(source.claim == claim.id for source in part.check.sources)
        for part in claim.parts
    )


def by_text(rule: Rule, look: Callable[[str], Iterable[Hit]]) -> LintRule:
    """Return a rule that looks at the text of each command, and at each text only once."""

    @lru_cache(maxsize=_KEPT)
    def hits(text: str) -> tuple[Hit, ...]:
        return tuple(look(text))

    def find(subject: Subject) -> Iterator[Finding]:
        for _, command in run_commands(subject):
            for hit in hits(command.text):
                yield at(subject, rule, command, hit)

    return LintRule(rule=rule, find=find)


def at(subject: Subject, rule: Rule, command: Command, hit: Hit) -> Finding:
    """Return a finding on the plan's line on which a hit in a command stands."""
    line = command.line + command.text.count("\n", 0, hit.start)
    return subject.found(rule, line, hit.message, hit.needle)


def brief(text: str) -> str:
    """Return a command for a message: its first line, cut to what fits."""
    line = text.strip().split("\n", 1)[0]
    return line if len(line) <= _BRIEF else f"{line[: _BRIEF - 1].rstrip()}…"
