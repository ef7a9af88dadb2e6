"""From a plan and its run file to claims with checks; nothing runs here."""

import re
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.checking.adaptations import Adaptation, adapted, foreign_roots, shown
from gsd_run.checking.amendments import amended, unfit
from gsd_run.checking.beside import Asked, asked
from gsd_run.checking.commands import Block, block_of, item_of
from gsd_run.checking.expectations import compiled as compiled_words
from gsd_run.checking.must_haves import artifact_parts, key_link_parts
from gsd_run.checking.proofs import not_understood, proven_by, unknown_claims
from gsd_run.checking.runners import test_members
from gsd_run.checking.statements import Sources, misses, statement_parts, with_files
from gsd_run.checking.wording import Wording, wordings
from gsd_run.domain.claim import Claim, Command, Expectation, Part, ScriptCheck, ScriptSource
from gsd_run.domain.errors import PlanError
from gsd_run.domain.plan import Artifact, Finding, Plan
from gsd_run.domain.run_file import RunFile

# Claims that are sentences: a command in one is not yet its check.
_STATED = frozenset({"truth", "criterion", "done"})
_ENDING = frozenset(
    {"exit_zero", "exit_zero_or_no_match", "exit_nonzero", "output_empty", "output_count"}
)
# What stands around a command in a sentence and says no more than that it is run.
_RUNS = re.compile(
    r"(?:(?:please )?(?:run|running|execute|then|and|also|with|via|using|by|under|when|check|"
    r"verify|confirm|the command|first|finally|again|successfully|"
    r"from (?:the )?(?:repo(?:sitory)?|project) root)\b\W*)*",
    re.IGNORECASE,
)


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
        raise PlanError([*mistakes, *_unknown_proofs(plan, root, run_file)])
    worded = amended(worded, run_file)
    known = foreign_roots("\n".join(item.text for item in worded), root)
    read = [_read(wording, root, known) for wording in worded]
    sources = [
        ScriptSource(claim=item.wording.id, script=item.block.script)
        for item in read
        if item.block.commands and not _mentions_only(item)
    ]
    claims = [claim for item in read for claim in _claims(item, plan, sources)]
    if run_file:
        if mistakes := unknown_claims(run_file, claims):
            raise PlanError(mistakes)
        claims = proven_by(claims, run_file, root)
    made = tuple((item.wording.id, change) for item in read for change in item.adaptations)
    return Compiled(claims=tuple(claims), adaptations=made)


def _unknown_proofs(plan: Plan, root: Path, run_file: RunFile) -> list[Finding]:
    """Return the proofs of unknown claims, for an error that has other mistakes already."""
    return unknown_claims(run_file, compile_plan(plan, None, root).claims)


def _read(wording: Wording, root: Path, known: Sequence[str]) -> _Read:
    if wording.kind == "key_link":
        return _Read(wording=wording, text=wording.text, block=Block())
    text, made = adapted(wording.text, root, known)
    if wording.kind == "artifact":
        return _Read(wording=wording, text=shown(text), block=Block(), adaptations=tuple(made))
    block = block_of(text) if wording.kind == "verify" else item_of(text)
    if wording.kind in _STATED and "`" not in text:
        block = Block()  # a sentence may begin with the name of a program
    return _Read(wording=wording, text=text, block=block, adaptations=tuple(made))


def _claims(item: _Read, plan: Plan, sources: Sequence[ScriptSource]) -> list[Claim]:
    wording = item.wording
    match wording.kind:
        case "artifact":
            return [_claim(item, artifact_parts(_named(wording.artifact, item.text), sources))]
        case "key_link":
            return [_claim(item, key_link_parts(wording.key_link, wording.text))]
        case "verify" if item.block.commands:
            return _verify_claims(item)
    if item.block.commands and not _mentions_only(item):
        return [_claim(item, _command_parts(item))]
    if item.block.absent:
        reason = f'no command: "{item.block.absent}"'
        return [_claim(item, [Part(text=item.text, rule="sentinel", unproven=reason)])]
    of_all = wording.kind in {"truth", "criterion"}
    parts = statement_parts(item.text, _sources(wording, plan, sources), of_all=of_all)
    return [_claim(item, parts or (_nothing(item),))]


def _named(artifact: Artifact | None, path: str) -> Artifact | None:
    return replace(artifact, path=path.strip()) if artifact else None


def _sources(wording: Wording, plan: Plan, sources: Sequence[ScriptSource]) -> Sources:
    """Return the commands that a statement without one may speak of."""
    if wording.kind == "verification":
        return Sources(scripts=tuple(_before(wording, sources)), nearest=True)
    ordered = _ordered(wording, plan, sources)
    own = 0
    if wording.task is not None:
        own = sum(_task_of(source) == wording.task for source in ordered)
    return Sources(scripts=tuple(ordered), own=own)


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
        commands=_commands(item),
    )


def _commands(item: _Read) -> tuple[Command, ...]:
    """Return the claim's own commands with the line on which each begins."""
    lines = item.wording.text.split("\n")
    found: list[Command] = []
    for group, command in enumerate(item.block.commands):
        text = shown(command)
        first = text.split("\n", 1)[0].strip()
        offset = next((number for number, line in enumerate(lines) if first in line), 0)
        found.append(Command(text=text, line=item.wording.line + offset, group=group))
    return tuple(found)


def _nothing(item: _Read) -> Part:
    return Part(text=item.text, rule="empty", unproven=f"<{item.wording.kind}> is empty")


def _verify_claims(item: _Read) -> list[Claim]:
    """The commands are one claim; each line of prose beside them is a claim of its own."""
    block = item.block
    own = ScriptSource(claim=item.wording.id, script=block.script)
    what = asked(block)
    claims = [_claim(item, [*_ending(item, own, what.ends), *_unclear(what)])]
    for number, (prose, after) in enumerate(zip(block.prose, block.after, strict=True), 1):
        wording = item.wording.beside(number, prose)
        beside = _Read(wording=wording, text=prose, block=Block())
        command = _spoken_of(prose, block, after)
        below = Sources(scripts=(own,), nearest=True, command=command)
        claims.append(_claim(beside, statement_parts(prose, below)))
    return claims


def _spoken_of(prose: str, block: Block, after: int) -> str:
    """Return the command that a line of prose speaks of, "" for all of them.

    It is the one above, but words about tests mean the last one above that runs tests.
    """
    if len(block.commands) == 1 or after == 0:
        return ""
    about_tests = any(one.kind.startswith("tests_") for one in compiled_words(prose).expectations)
    above = block.commands[:after]
    running = [command for command in above if test_members(command)] if about_tests else []
    return (running or above)[-1]


def _ending(item: _Read, own: ScriptSource, ends: Sequence[Expectation]) -> list[Part]:
    if not ends:
        return []
    check = ScriptCheck(sources=(own,), expectations=tuple(ends))
    return [Part(text=item.block.script, rule="its own commands", check=check)]


def _unclear(what: Asked) -> list[Part]:
    return [
        Part(
            text=command,
            rule="its own commands",
            unproven=f'whether it should succeed can\'t be told from "{words}"',
        )
        for command, words in what.unclear
    ]


def _mentions_only(item: _Read) -> bool:
    """Tell whether a sentence has a command in it, but says more than that it is run.

    Such a command is not the sentence's check, and is not run.
    """
    clauses = [clause for prose in item.block.prose for clause in compiled_words(prose).prose]
    return item.wording.kind in _STATED and not all(
        _RUNS.fullmatch(clause.strip(" .:()")) for clause in clauses
    )


def _command_parts(item: _Read) -> list[Part]:
    """A list item: its command decides it, with what its words ask of the output.

    Words that are not understood say what the command is for, unless they ask something of it;
    the plan itself names the command as their check.
    """
    block = item.block
    own = ScriptSource(claim=item.wording.id, script=block.script)
    what = asked(block)
    leading = [compiled_words(prose) for prose in _before_first(block)]
    shows = with_files([*what.shows, *(one for words in leading for one in words.expectations)])
    strange = {one.text: why for one in shows if (why := misses(one, one.command or own.script))}
    fitting = [one for one in shows if one.text not in strange and one.kind not in _ENDING]
    parts = [*_ending(item, own, (*what.ends, *dict.fromkeys(fitting))), *_unclear(what)]
    parts = [replace(part, text=item.text, rule="its own command") for part in parts]
    for clause in dict.fromkeys(what.unknown):
        why = f'no program check is known for "{clause}"'
        parts.append(Part(text=clause, rule="prose", unproven=why))
    parts += [
        Part(text=text, rule="its own command", unproven=why) for text, why in strange.items()
    ]
    return parts


def _before_first(block: Block) -> list[str]:
    """Return the words that stand before several commands; of one, all words speak anyway."""
    if len(block.commands) == 1:
        return []
    return [prose for prose, after in zip(block.prose, block.after, strict=True) if after == 0]


def _before(wording: Wording, sources: Sequence[ScriptSource]) -> list[ScriptSource]:
    """Return the list's commands above a line, the closest first."""
    number = wording.index
    above = [source for source in sources if source.claim in wording.above]
    return sorted(above, key=lambda source: number - int(source.claim.rpartition(".")[2]))


def _ordered(wording: Wording, plan: Plan, sources: Sequence[ScriptSource]) -> list[ScriptSource]:
    """Return the plan's commands: the task's own first, then the plan's list, then later tasks'."""
    last = len(plan.tasks)

    def rank(source: ScriptSource) -> tuple[int, int]:
        task = _task_of(source)
        if task is not None and task == wording.task:
            return (0, 0)
        return (1, 0) if task is None else (2, last - task)

    return sorted(sources, key=rank)


def _task_of(source: ScriptSource) -> int | None:
    """Return the task that a script belongs to, None for the plan's own lists."""
    kind, _, number = source.claim.partition(".")
    return int(number.partition(".")[0]) if kind in {"verify", "acceptance", "done"} else None
