"""A claim's text read: adapted to this project, its commands found."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from gsd_run.checking.commands.blocks import Block, block_of, item_of
from gsd_run.checking.compiling.adaptations import PROJECT, Adaptation, localized, plain, shown
from gsd_run.checking.compiling.wording import Wording
from gsd_run.checking.expecting.expected import expects_of
from gsd_run.domain.claim import Claim, Command, Part, ScriptSource

# Claims that are sentences: a command in one is not yet its check.
STATED = frozenset({"truth", "criterion", "done"})


class Read(Struct, frozen=True, kw_only=True):
    """A claim's wording after amendment and adaptation, and the commands found in it."""

    wording: Wording
    text: str
    block: Block
    adaptations: tuple[Adaptation, ...] = ()

    @property
    def source(self) -> ScriptSource:
        """Return the claim's own commands as a script to run."""
        return ScriptSource(claim=self.wording.id, script=self.block.script(PROJECT))


def read(wording: Wording, root: Path | None, known: Sequence[str]) -> Read:
    """Read a wording; `known` are roots that the project has on other machines.

    Without a root the plan belongs to no project here, and its paths stay as they are.
    """
    if wording.kind == "key_link":
        return Read(wording=wording, text=wording.text, block=Block())
    text, undone = plain(wording.text)
    here, moved = localized(text.strip("\n"), root, known) if root else (text.strip("\n"), [])
    made = (*undone, *moved)
    if wording.kind == "artifact":
        return Read(wording=wording, text=shown(here), block=Block(), adaptations=made)
    if wording.kind in STATED and "`" not in text:
        block = Block()  # a sentence may begin with the name of a program
    else:
        block = block_of(text) if wording.kind == "verify" else item_of(text)
    if root:
        block = block.mapped(lambda one: localized(one, root, known)[0])
    return Read(wording=wording, text=here, block=block, adaptations=made)


def claim_of(item: Read, parts: Sequence[Part]) -> Claim:
    """Return the claim that a wording makes, with the parts it was compiled to."""
    wording = item.wording
    return Claim(
        id=wording.id,
        kind=wording.kind,
        text=item.text,
        line=wording.line,
        task=wording.task,
        parts=tuple(parts),
        amended=wording.amended,
        commands=_commands(item),
    )


def _commands(item: Read) -> tuple[Command, ...]:
    """Return the claim's own commands as the plan writes them, with what it asks of each."""
    return tuple(
        Command(
            text=one.exact, line=item.wording.line + one.offset, group=one.group, expects=expects
        )
        for one, expects in zip(item.block.commands, expects_of(item.block), strict=True)
    )
