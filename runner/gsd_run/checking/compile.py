"""From a plan and its run file to claims with checks; nothing runs here."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from gsd_run.checking.adaptations import Adaptation, adapted, foreign_roots
from gsd_run.checking.amendments import amended, unfit
from gsd_run.checking.commands import Block, block_of, item_of
from gsd_run.checking.expectations import compiled as compiled_words
from gsd_run.checking.must_haves import artifact_parts, key_link_parts
from gsd_run.checking.proofs import not_understood, proven_by
from gsd_run.checking.statements import statement_parts, with_files
from gsd_run.checking.wording import Wording, wordings
from gsd_run.domain.claim import Claim, Expectation, Part, ScriptCheck, ScriptSource
from gsd_run.domain.errors import PlanError
from gsd_run.domain.plan import Plan
from gsd_run.domain.run_file import RunFile


class Compiled(Struct, frozen=True, kw_only=True):
    """A plan's claims, and how their text differs from the plan's by claim id."""

    claims: tuple[Claim, ...]
    adaptations: tuple[tuple[str, Adaptation], ...] = ()


class _Read(Struct, frozen=True, kw_only=True):
    """A claim's wording after amendment and adaptation, and the commands found in it."""

    wording: Wording
    text: str
    block: Block
    adaptations: tuple[Adaptation, ...] = ()


def compile_plan(plan: Plan, run_file: RunFile | None, root: Path) -> Compiled:
    """Compile every claim of a plan.

    Raises:
        PlanError: an amendment or proof of the run file does not fit; lists all of them.
    """
    worded = wordings(plan)
    if run_file and (mistakes := [*unfit(run_file, worded), *not_understood(run_file)]):
        raise PlanError(mistakes)
    worded = amended(worded, run_file)
    known = foreign_roots("\n".join(item.text for item in worded), root)
    read = [_read(wording, root, known) for wording in worded]
    sources = [
        ScriptSource(claim=item.wording.id, script=item.block.script)
        for item in read
        if item.block.commands
    ]
    claims = [claim for item in read for claim in _claims(item, plan, sources)]
    if run_file:
        claims = proven_by(claims, run_file, root)
    made = tuple((item.wording.id, change) for item in read for change in item.adaptations)
    return Compiled(claims=tuple(claims), adaptations=made)


def _read(wording: Wording, root: Path, known: Sequence[str]) -> _Read:
    if wording.kind in {"artifact", "key_link"}:
        return _Read(wording=wording, text=wording.text, block=Block())
    text, made = adapted(wording.text, root, known)
    find = block_of if wording.kind == "verify" else item_of
    return _Read(wording=wording, text=text, block=find(text), adaptations=tuple(made))


def _claims(item: _Read, plan: Plan, sources: Sequence[ScriptSource]) -> list[Claim]:
    wording = item.wording
    match wording.kind:
        case "artifact":
            return [_claim(item, artifact_parts(wording.artifact, sources))]
        case "key_link":
            return [_claim(item, key_link_parts(wording.key_link, wording.text))]
        case "verify" if item.block.commands:
            return _verify_claims(item)
    if item.block.commands:
        return [_claim(item, _command_parts(item))]
    nearest = wording.kind == "verification"
    order = _before(wording, sources) if nearest else _ordered(wording, plan, sources)
    parts = statement_parts(item.text, order, nearest)
    if item.block.absent:
        reason = f'no command: "{item.block.absent}"'
        parts = (Part(text=item.text, rule="sentinel", unproven=reason),)
    return [_claim(item, parts or (_nothing(item),))]


def _claim(item: _Read, parts: Sequence[Part]) -> Claim:
    wording = item.wording
    return Claim(
        id=wording.id,
        kind=wording.kind,
        text=item.text,
        line=wording.line,
        task=wording.task,
        parts=tuple(parts),
        amended=wording.amended,
    )


def _nothing(item: _Read) -> Part:
    return Part(text=item.text, rule="empty", unproven=f"<{item.wording.kind}> is empty")


def _verify_claims(item: _Read) -> list[Claim]:
    """The commands are one claim; each line of prose beside them is a claim of its own."""
    own = ScriptSource(claim=item.wording.id, script=item.block.script)
    succeed = Expectation(kind="exit_zero", text="every command succeeds")
    empty = _asks_for_nothing(item.block)
    check = ScriptCheck(sources=(own,), expectations=(empty or succeed,))
    claims = [_claim(item, [Part(text=item.block.script, rule="its own commands", check=check)])]
    for number, prose in enumerate(item.block.prose, 1):
        wording = item.wording.beside(number, prose)
        beside = _Read(wording=wording, text=prose, block=Block())
        claims.append(_claim(beside, statement_parts(prose, [own], nearest=True)))
    return claims


def _command_parts(item: _Read) -> list[Part]:
    """A list item: its command decides it, with what its words ask of the output.

    Words that are not understood say what the command is for; the plan itself names the command
    as their check.
    """
    own = ScriptSource(claim=item.wording.id, script=item.block.script)
    words = with_files(
        [found for prose in item.block.prose for found in compiled_words(prose).expectations]
    )
    empty = _asks_for_nothing(item.block)
    rest = [expectation for expectation in words if expectation.kind != "output_empty"]
    succeed = empty or Expectation(kind="exit_zero", text="the command succeeds")
    check = ScriptCheck(sources=(own,), expectations=(succeed, *rest))
    return [Part(text=item.text, rule="its own command", check=check)]


def _asks_for_nothing(block: Block) -> Expectation | None:
    return next(
        (
            expectation
            for prose in block.prose
            for expectation in compiled_words(prose).expectations
            if expectation.kind == "output_empty"
        ),
        None,
    )


def _before(wording: Wording, sources: Sequence[ScriptSource]) -> list[ScriptSource]:
    """Return the list's commands above a line, the closest first."""
    number = wording.index
    above = [source for source in sources if source.claim in wording.above]
    return sorted(above, key=lambda source: number - int(source.claim.rpartition(".")[2]))


def _ordered(wording: Wording, plan: Plan, sources: Sequence[ScriptSource]) -> list[ScriptSource]:
    """Return the plan's commands: the task's own first, then the plan's list, then later tasks'."""
    last = len(plan.tasks)

    def rank(source: ScriptSource) -> tuple[int, int]:
        kind, _, number = source.claim.partition(".")
        task = int(number.partition(".")[0]) if number else 0
        if kind in {"verify", "acceptance"} and task == wording.task:
            return (0, 0)
        return (1, task) if kind == "verification" else (2, last - task)

    return sorted(sources, key=rank)
