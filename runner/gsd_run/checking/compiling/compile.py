"""From a plan and its run file to claims with checks; nothing runs here."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.checking.compiling.adaptations import Adaptation, foreign_roots
from gsd_run.checking.compiling.amendments import amended, unfit
from gsd_run.checking.compiling.command_parts import command_parts, mentions_only, verify_claims
from gsd_run.checking.compiling.must_haves import artifact_parts, key_link_parts
from gsd_run.checking.compiling.proofs import not_understood, proven_by, unknown_claims
from gsd_run.checking.compiling.texts import Read, claim_of, read
from gsd_run.checking.compiling.wording import Wording, wordings
from gsd_run.checking.expecting.criteria import criterion_parts
from gsd_run.checking.expecting.statements import Sources, statement_parts
from gsd_run.checking.truths.binding import truth_parts
from gsd_run.domain.claim import Claim, Part, ScriptSource
from gsd_run.domain.errors import PlanError
from gsd_run.domain.plan import Artifact, Finding, Plan
from gsd_run.domain.run_file import RunFile


class Compiled(Struct, frozen=True, kw_only=True):
    """A plan's claims, and how their text differs from the plan's by claim id."""

    claims: tuple[Claim, ...]
    adaptations: tuple[tuple[str, Adaptation], ...] = ()


def compile_plan(plan: Plan, run_file: RunFile | None, root: Path | None) -> Compiled:
    """Compile every claim of a plan; without a `root` no path in it is adapted to this machine.

    Raises:
        PlanError: an amendment or proof of the run file does not fit; lists all of them.
    """
    worded = wordings(plan)
    if run_file and (mistakes := [*unfit(run_file, worded), *not_understood(run_file)]):
        raise PlanError([*mistakes, *_unknown_proofs(plan, root, run_file)])
    worded = amended(worded, run_file)
    known = foreign_roots("\n".join(item.text for item in worded), root) if root else ()
    items = [read(wording, root, known) for wording in worded]
    sources = [item.source for item in items if item.block.commands and not mentions_only(item)]
    claims = [claim for item in items for claim in _claims(item, plan, sources)]
    if run_file:
        if mistakes := unknown_claims(run_file, claims):
            raise PlanError(mistakes)
        claims = proven_by(claims, run_file, root or Path.cwd())
    made = tuple((item.wording.id, change) for item in items for change in item.adaptations)
    return Compiled(claims=tuple(claims), adaptations=made)


def _unknown_proofs(plan: Plan, root: Path | None, run_file: RunFile) -> list[Finding]:
    """Return the proofs of unknown claims, for an error that has other mistakes already."""
    return unknown_claims(run_file, compile_plan(plan, None, root).claims)


def _claims(item: Read, plan: Plan, sources: Sequence[ScriptSource]) -> list[Claim]:
    wording = item.wording
    match wording.kind:
        case "artifact":
            return [claim_of(item, artifact_parts(_named(wording.artifact, item.text), sources))]
        case "key_link":
            return [claim_of(item, key_link_parts(wording.key_link, wording.text))]
        case "verify" if item.block.commands:
            return verify_claims(item)
    if item.block.commands and not mentions_only(item):
        return [claim_of(item, command_parts(item))]
    if item.block.absent:
        reason = f'no command: "{item.block.absent}"'
        return [claim_of(item, [Part(text=item.text, rule="sentinel", unproven=reason)])]
    of_all = wording.kind in {"truth", "criterion"}
    meant = _sources(wording, plan, sources)
    stated = partial(statement_parts, sources=meant, of_all=of_all)
    parts = criterion_parts(wording.kind, item.text, plan, _files(wording, plan), stated)
    if wording.kind == "truth" and item.text.strip():
        parts = truth_parts(item.text, plan, meant.scripts, parts)
    return [claim_of(item, parts or (_nothing(item),))]


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


def _files(wording: Wording, plan: Plan) -> tuple[str, ...]:
    """Return the files of a claim's task."""
    return next((task.files for task in plan.tasks if task.number == wording.task), ())


def _nothing(item: Read) -> Part:
    return Part(text=item.text, rule="empty", unproven=f"<{item.wording.kind}> is empty")


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
