"""What the report of a run needs: its records, the outputs they name, what git has of its work."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from gsd_run.domain.claim import Verdict
from gsd_run.domain.errors import Refusal
from gsd_run.domain.event import Ended, Measured, Record
from gsd_run.domain.measurement import Measurement
from gsd_run.domain.run import RunState, TaskState, folded
from gsd_run.domain.standing import Trouble
from gsd_run.outside import git_patches
from gsd_run.outside.git import Repository
from gsd_run.reporting.html.material import Material, Patch, Standing
from gsd_run.reporting.report import report_of
from gsd_run.running.attempts.checkpoints import named, waiting_task
from gsd_run.running.journals.journal import read
from gsd_run.running.journals.store import Store
from gsd_run.running.looking.auditing import evidence_path
from gsd_run.running.looking.run_facts import plan_of

LARGEST_OUTPUT = 2_000_000  # bytes of one stored measurement that is read whole
ALL_OUTPUTS = 24_000_000  # of all of them
_BLOBS = re.compile(r"^index ([0-9a-f]+)\.\.([0-9a-f]+)", re.MULTILINE)
_LARGEST_PATCH = 1_000_000  # characters of one task's diff


def runs_by_plan(store: Store) -> tuple[dict[str, RunState], tuple[Trouble, ...]]:
    """Return the newest run of each plan, by the plan's path, and the journals that can't be read.

    One that can't be read is no reason to say nothing of the others.
    """
    found: dict[str, RunState] = {}
    troubles = []
    for place in sorted(store.folder.glob("runs/*.jsonl")):
        try:
            records = list(read(place))
        except Refusal as refusal:
            troubles.append(Trouble(_plan_named_in(place), refusal.message))
            continue
        if records:
            state = folded(records)
            found[state.plan.path] = state
    return found, tuple(troubles)


def _plan_named_in(journal: Path) -> str:
    try:
        return plan_of(str(journal))
    except (ValueError, LookupError, TypeError, OSError):
        return ""


def newest_records(plan: Path, run: RunState | None, store: Store) -> tuple[Path, list[Record]]:
    """Return the newest record of a plan's run: a journal of this repository, or its evidence.

    `run` is the newest run here, if there is one. What was committed beside the plan's summary
    goes before it only where it is of a later run.

    Raises:
        LookupError: there is neither.
        Refusal: there is evidence only, and somebody changed it.
    """
    evidence = evidence_path(plan)
    if evidence is not None:
        try:
            records = list(read(evidence))
        except Refusal:
            if run is None:
                raise
            records = []  # the journal's own chain of hashes holds, and `audit` tells of this
        told = folded(records).started.run if records else ""
        if told and (run is None or told > run.started.run):
            return evidence, records
    if run is None:
        raise LookupError(plan)
    return journal_of(run, store)


def journal_of(run: RunState, store: Store) -> tuple[Path, list[Record]]:
    """Return a run's journal in this repository."""
    place = store.journal(run.started.run)
    return place, list(read(place))


def gathered(
    source: Path, records: Sequence[Record], repository: Repository, store: Store
) -> Material:
    """Return what the report of a run needs, as far as it can be found here."""
    state = folded(records)
    to_come = _to_come(state)
    shown = _as_it_stands(state, records, to_come)
    return Material(
        records=tuple(records),
        state=shown,
        report=report_of(shown),
        standing=_standing(state, from_evidence=source.suffix == ".jsonl"
                           and source != store.journal(state.started.run)),
        source=_relative(source, repository.root),
        wholes=_wholes(records, store),
        plan_text=_plan_text(state, repository),
        patches=_patches(state, repository),
        to_come=tuple(to_come),
    )  # fmt: skip


def _relative(source: Path, root: Path) -> str:
    """Name a file as seen from the project; only that says anything to whoever reads the page."""
    resolved, top = source.resolve(), root.resolve()
    return resolved.relative_to(top).as_posix() if resolved.is_relative_to(top) else source.name


def _standing(  # noqa: PLR0911 - a table of where a run can stand
    state: RunState, *, from_evidence: bool
) -> Standing:
    plan = state.plan.id
    if state.undoing is not None:
        return Standing(
            word="undone",
            reason="taking its commits back was begun and not finished",
            way_on=f"gsd-run undo {plan}",
        )
    if state.undone is not None:
        return Standing(word="undone", reason="its commits were taken back")
    if state.completed or (from_evidence and state.ended):
        return Standing(word="complete")
    if asked := waiting_task(state):
        return Standing(
            word="waiting",
            reason=f"{named(asked)} waits for an answer",
            way_on=f"gsd-run answer {plan}",
            task=asked.number,
        )
    if state.stopped is not None:
        word = "waiting" if state.stopped.exit_code in {0, 10} else "stopped"
        return Standing(
            word=word,
            reason=state.stopped.reason,
            way_on=f"gsd-run resume {plan}",
            task=state.stopped.task,
        )
    if state.ended is not None:
        reason = "all claims are judged, and its summary is not written yet"
        return Standing(word="ended", reason=reason, way_on=f"gsd-run resume {plan}")
    reason = "it is running now, or was ended without a word"
    return Standing(word="running", reason=reason, way_on=f"gsd-run resume {plan}")


def _to_come(state: RunState) -> dict[str, str]:
    """Return the claims without a verdict of the tree as the run left it, and why there is none."""
    found = {}
    for claim in state.claims:
        task = state.tasks.get(claim.task) if claim.task is not None else None
        if claim.id in state.end_verdicts:
            continue
        if task is not None and task.started is not None and task.ended is None:
            # what an earlier attempt showed was shown of another tree
            found[claim.id] = f"attempt {task.attempt} at its task is not judged"
        elif claim.id not in state.task_verdicts:
            found[claim.id] = "the run has not come to it"
    return found


def _as_it_stands(
    state: RunState, records: Sequence[Record], to_come: Mapping[str, str]
) -> RunState:
    """Return a state of which a report can be made, though the run may not have ended.

    A claim that was not judged on the final tree has the verdict of its task; without one it is
    UNPROVEN, whatever it was before the work.
    """
    if state.ended is not None and all(one.id in state.end_verdicts for one in state.claims):
        return state
    verdicts = {**state.task_verdicts, **state.end_verdicts}
    for claim, reason in to_come.items():
        verdicts[claim] = Verdict(claim=claim, state="UNPROVEN", reason=reason)
    trees = [
        record.event.tree
        for record in records
        if isinstance(record.event, Measured) and not record.event.without
    ]
    last = state.ended.tree if state.ended else (trees or [state.started.base_tree])[-1]
    return replace(
        state,
        end_verdicts=verdicts,
        ended=Ended(tree=last, seconds=0.0),
        ended_at=state.ended_at or state.last_at,
    )


def _wholes(records: Iterable[Record], store: Store) -> dict[str, Measurement]:
    """Return the measurements whose whole outputs are kept here, up to a bound."""
    found: dict[str, Measurement] = {}
    left = ALL_OUTPUTS
    for name in dict.fromkeys(one.event.stored for one in records
                              if isinstance(one.event, Measured)):  # fmt: skip
        place = store.place_of(name)
        size = place.stat().st_size if place.is_file() else 0
        if not 0 < size <= min(LARGEST_OUTPUT, left):
            continue
        left -= size
        try:
            found[name] = msgspec.json.decode(store.output(name), type=Measurement)
        except (Refusal, msgspec.DecodeError):
            continue  # the excerpts are in the journal, whose hashes hold
    return found


def _plan_text(state: RunState, repository: Repository) -> str:
    """Return the plan's text as the run read it, "" if no file here has the same hash."""
    path = state.plan.path
    place = repository.root / path
    revisions = [one.commit for one in (state.docs, state.last) if one]
    candidates = [place.read_bytes()] if place.is_file() else []
    for content in candidates:
        if hashlib.sha256(content).hexdigest() == state.plan.sha256:
            return content.decode("utf-8-sig", errors="replace")
    for revision in (*revisions, state.started.base, "HEAD"):
        content = git_patches.content(repository, revision, path) or b""
        if hashlib.sha256(content).hexdigest() == state.plan.sha256:
            return content.decode("utf-8-sig", errors="replace")
    return ""


def _patches(state: RunState, repository: Repository) -> tuple[Patch, ...]:
    """Return what each task changed, and each mend after them, where git has it here."""
    asked = [
        (task.number, sides)
        for task in state.tasks.values()
        if (sides := _sides(task)) and task.started
    ]
    asked += [(0, [(mend.commit, f"{mend.commit}~1^{{tree}}", f"{mend.commit}^{{tree}}")])
              for mend in state.mends]  # fmt: skip
    names = [name for _, sides in asked for _, *two in sides for name in two]
    trees = git_patches.objects(repository, names)
    chosen = {}
    for n, (number, sides) in enumerate(asked):
        here = [one for one in sides if one[1] in trees and one[2] in trees]
        chosen[n] = (number, sides[0][0], here[0] if here else None)
    pairs = [(trees[side[1]], trees[side[2]]) for _, _, side in chosen.values() if side]
    texts = git_patches.patches(repository, pairs)
    blobs = git_patches.texts(
        repository, [blob for text in texts.values() for pair in _BLOBS.findall(text)
                     for blob in pair]
    )  # fmt: skip
    return tuple(
        _patch(state, number, commit, texts[trees[side[1]], trees[side[2]]] if side else None,
               blobs)
        for number, commit, side in chosen.values()
    )  # fmt: skip


def _sides(task: TaskState) -> list[tuple[str, str, str]]:
    """Return between which states a task's change lies: its commit, then names of trees."""
    done, red, changed = task.committed, task.red, task.changed
    found = []
    if done is not None:
        first = red.commit if red else done.commit
        found.append((done.commit, f"{first}~1^{{tree}}", f"{done.commit}^{{tree}}"))
    if changed is not None and task.started is not None:
        after = task.ended.tree if task.ended else changed.tree
        found.append((done.commit if done else "", task.started.tree, after))
    return found


def _patch(
    state: RunState, number: int, commit: str, text: str | None, blobs: dict[str, str]
) -> Patch:
    commits = [*state.mends, *(one.committed for one in state.tasks.values() if one.committed)]
    subject = next((one.subject for one in commits if one.commit == commit), "")
    if text is None:
        missing = f"commit {commit[:10]} is not in this repository" if commit else (
            "the states of its files are not in this repository"
        )  # fmt: skip
        return Patch(task=number, commit=commit, subject=subject, missing=missing)
    if len(text) > _LARGEST_PATCH:
        text = text[:_LARGEST_PATCH].rpartition("\n")[0]
    own = {blob: blobs[blob] for pair in _BLOBS.findall(text) for blob in pair if blob in blobs}
    return Patch(task=number, commit=commit, subject=subject, text=text, texts=own)
