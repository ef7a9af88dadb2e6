"""Which commands of a script do harm beyond the project, or lose work; nothing runs here.

Decided from what a command plainly says. What a program of the project does inside is not known.
"""

from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from gsd_run.checking.compiling.adaptations import shown
from gsd_run.checking.harms import files, packages, repository, services
from gsd_run.checking.harms.folders import Placed, placed_calls, values
from gsd_run.checking.harms.leaks import secrets
from gsd_run.checking.harms.saying import DangerKind, Rule, Said, written
from gsd_run.outside.calls import Call, Word
from gsd_run.outside.shell_calls import commands_of

# Worth a look, but no reason to refuse to run.
HARMLESS: frozenset[DangerKind] = frozenset({"installs", "privileges", "repository"})
_KEPT = 4096


class Danger(Struct, frozen=True, kw_only=True):
    """A dangerous command: its kind, the text, what it would do, and where in the script."""

    kind: DangerKind
    text: str
    what: str
    start: int

    @property
    def refuses(self) -> bool:
        """Tell whether a run should refuse the script unless it is told otherwise."""
        return self.kind not in HARMLESS


@lru_cache(maxsize=_KEPT)
def dangers(script: str, folder: str = "") -> tuple[Danger, ...]:
    """Return the dangerous commands of a script that starts in a folder of the project.

    Of a script that the grammar can't read as a whole, each line is looked at by itself.
    """
    script = shown(script)
    found = [
        Danger(kind="secret", text=text, what=what, start=at) for text, what, at in secrets(script)
    ]
    commands = commands_of(script)
    if commands is None:
        lines = script.split("\n") if "\n" in script else []
        return (*found, *(one for line in lines for one in dangers(line) if one.kind != "secret"))
    known = values(commands)
    for placed in placed_calls(commands, folder):
        call = placed.call
        for kind, what in _said(placed, known):
            text = script[call.start : call.end]
            found.append(Danger(kind=kind, text=text, what=what, start=call.start))
    return tuple(sorted(found, key=lambda one: one.start))


def _said(placed: Placed, known: dict[str, Word]) -> Iterator[Said]:
    call = placed.call
    for redirection in call.redirections:
        if redirection.writes:
            yield from written([redirection.target], placed, known)
    if not call.program or call.has("--dry-run", "--help", "--version"):
        return
    if call.words[0].text in {"sudo", "doas", "su"}:
        yield "privileges", "runs with another user's rights, and may ask for a password"
    call = _stepped_over(call)
    for rule in _RULES.get(call.program, ()):
        yield from rule(call, placed, known)


def _stepped_over(call: Call) -> Call:
    """Return what `sudo` or `xargs` runs."""
    while call.program in {"sudo", "doas", "xargs"}:
        rest = call.arguments
        while rest and rest[0].text.startswith("-"):
            rest = rest[2 if rest[0].text in {"-I", "-n", "-P", "-u", "-L"} else 1 :]
        if not rest:
            break
        name = rest[0].text.rpartition("/")[2]
        call = Call(
            kind=call.kind, start=call.start, end=call.end, words=rest, program=name,
            arguments=rest[1:],
        )  # fmt: skip
    return call


def _shell(call: Call, placed: Placed, _: dict[str, Word]) -> Iterator[Said]:
    texts = [word.text for word in call.arguments]
    if "-c" in texts[:-1]:
        inner = texts[texts.index("-c") + 1]
        for danger in dangers(inner, placed.folder or ""):
            yield danger.kind, danger.what
    step, outer = placed.step, placed.call
    before = step.calls[: step.calls.index(outer)] if outer in step.calls else ()
    inside = [one for inner in outer.inside for held in inner.steps for one in held.calls]
    reads = not call.named() or texts[:1] in (["-s"], ["-"]) or outer.inside
    if reads and any(one.program in {"curl", "wget"} for one in (*before, *inside)):
        yield "fetches", "runs what it downloads without a look at it"


_SHELLS = frozenset({"bash", "sh", "zsh", "source", "eval"})
_TABLES: tuple[dict[str, Rule], ...] = (
    files.RULES, repository.RULES, packages.RULES, services.RULES, dict.fromkeys(_SHELLS, _shell),
)  # fmt: skip
_RULES: dict[str, tuple[Rule, ...]] = {
    program: tuple(table[program] for table in _TABLES if program in table)
    for table in _TABLES
    for program in table
}
