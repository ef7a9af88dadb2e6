"""An audit of a run: its record against itself, git, the kept outputs and the summary.

It needs nothing but a clone: the evidence that was committed with the summary. Where this
repository has the run's journal too, the two must agree.
"""

import difflib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from gsd_run import __version__
from gsd_run.domain.audit import Audit, Looked
from gsd_run.domain.claim import verdict_of
from gsd_run.domain.errors import Refusal, UsageError
from gsd_run.domain.event import Committed, Ended, Measured, Record, Template
from gsd_run.domain.run import RunState, folded
from gsd_run.domain.undo import Undone
from gsd_run.outside import git
from gsd_run.outside.git import Repository
from gsd_run.reading.locating import summary_candidates
from gsd_run.running.journals.journal import read
from gsd_run.running.journals.store import Store
from gsd_run.running.summaries import false_statements, summary_by

Renderer = Callable[[RunState], str]
_SHOWN = 20  # details of one thing that are named


def evidence_path(plan_path: Path) -> Path | None:
    """Return the evidence that lies beside a plan's summary, None if there is none."""
    for summary in summary_candidates(plan_path):
        stem = str(summary).removesuffix("-SUMMARY.md").removesuffix("SUMMARY.md")
        place = Path(f"{stem}-EVIDENCE.jsonl")
        if place.is_file():
            return place
    return None


def recorded(plan_path: Path, root: Path, store: Store, plan: str) -> tuple[Path, list[Record]]:
    """Return the record to audit: the committed evidence, or else the newest run's journal.

    Raises:
        UsageError: there is neither, or the run has not ended.
        Refusal: its chain of hashes is broken, or evidence of it is cut short.
    """
    evidence = source = evidence_path(plan_path)
    if source is None:
        latest = store.latest(plan, plan_path.relative_to(root.resolve()).as_posix(), root)
        source = store.journal(latest.started.run) if latest else None
    if source is None:
        raise UsageError(f"{plan}: no evidence beside its summary, and no run of it here")
    records = list(read(source))
    if evidence and not any(isinstance(one.event, Ended) for one in records):
        raise Refusal(f"{evidence}: cut short, it does not tell how the run ended")
    if folded(records).ended is None:
        back = any(isinstance(one.event, Undone) for one in records)
        why = "its run was taken back (`gsd-run undo`)" if back else "its run has not ended"
        raise UsageError(f"{plan}: {why}; there is nothing to audit")
    return source, records


def audit(
    plan_path: Path,
    plan: str,
    repository: Repository,
    store: Store,
    render: Renderer,
    template: Template | None = None,
) -> Audit:
    """Look at everything that a run's record says and that can be looked at here.

    `template` is the project's template of summaries as it is now: by that one the summary may
    have been written again since the run.

    Raises:
        UsageError: there is no record of a run that has ended.
    """
    try:
        source, records = recorded(plan_path, repository.root, store, plan)
    except Refusal as error:
        broken = Looked(what="chain", held="broken", found=_said(error))
        return Audit(plan=plan, run="", source="", looked=(broken,))
    end = max(n for n, record in enumerate(records) if isinstance(record.event, Ended))
    state = folded(records[: end + 1])
    looked = (
        Looked(what="chain", held="holds", found=f"{len(records)} events, each with its hash"),
        _journal(records, store, state),
        _verdicts(state),
        *_commits(state, repository),
        _outputs(records, store),
        look_at_summary(state, repository, render, template),
    )
    return Audit(
        plan=plan,
        run=state.started.run,
        source=str(source),
        looked=tuple(one for one in looked if one is not None),
    )


def _said(error: Refusal) -> str:
    """Return what is wrong with a record, without what a run could do about it."""
    return error.message.splitlines()[0].partition(". ")[0]


def _journal(records: Sequence[Record], store: Store, state: RunState) -> Looked | None:
    """Compare the evidence with the journal that this repository may have of the run."""
    place = store.journal(state.started.run)
    if not place.is_file():
        return None
    try:
        here = list(read(place))
    except Refusal as error:
        found = f"the journal of this repository is broken: {_said(error)}"
        return Looked(what="journal", held="broken", found=found)
    if here[: len(records)] == list(records):
        return Looked(what="journal", held="holds", found="this repository's says the same")
    return Looked(what="journal", held="broken", found="this repository's tells another story")


def _verdicts(state: RunState) -> Looked:
    """See whether every verdict follows from its parts, and these from what was measured."""
    details = []
    for claim in state.claims:
        verdict = state.end_verdicts.get(claim.id)
        if verdict is None:
            details.append(f"{claim.id} was not judged at the end")
            continue
        if verdict_of(claim.id, verdict.parts).state != verdict.state:
            details.append(f"{claim.id} is recorded as {verdict.state}; its parts say otherwise")
        keys = {one.measurement for part in verdict.parts for one in part.evidence}
        details.extend(
            f"{claim.id} rests on the measurement {key}, which was not made"
            for key in sorted(keys - {"", *state.measured})
        )
    if details:
        return _broken("verdicts", "do not follow from what was measured", details)
    found = f"{len(state.claims)} follow from {len(state.measured)} measurements"
    return Looked(what="verdicts", held="holds", found=found)


def _commits(state: RunState, repository: Repository) -> Iterator[Looked]:
    """Find the run's commits: by id, by what they change, or by the content they led to."""
    commits = [task.committed for task in state.tasks.values() if task.committed]
    commits += [task.red for task in state.tasks.values() if task.red]
    commits += state.mends
    if not commits:
        yield Looked(what="commits", held="holds", found="the run made none")
        return
    missing = [one for one in commits if not git.is_in_history(repository, one.commit)]
    wrong = [
        f"{one.commit[:10]} has the tree {tree[:10]}, not {one.tree[:10]}"
        for one in commits
        if one not in missing and (tree := git.tree_of(repository, one.commit)) != one.tree
    ]
    if wrong:
        yield _broken("commits", "are not what was recorded", wrong)
    elif not missing:
        yield Looked(what="commits", held="holds", found=f"{len(commits)} are in the history")
    else:
        yield _elsewhere(state, repository, commits, missing)


def _elsewhere(
    state: RunState,
    repository: Repository,
    commits: Sequence[Committed],
    missing: Sequence[Committed],
) -> Looked:
    """Find commits that are not in the history by their patch ids, or by their files' content."""
    patches = _patches_since(state, repository, commits)
    lost = [one for one in missing if not one.patch or one.patch not in patches]
    if not lost:
        found = f"{len(missing)} were rebased: the history has the same changes"
        return Looked(what="commits", held="holds", found=found)
    blobs = final_blobs(commits)
    for commit in git.history(repository, state.started.summary):
        if blobs and git.blobs_at(repository, commit, tuple(blobs)) == blobs:
            found = f"they were squashed or rebased: {commit[:10]} has all their files as recorded"
            return Looked(what="commits", held="holds", found=found)
    details = [f"{one.commit[:10]} {one.subject}" for one in lost]
    found = "are not in the history, nor are their changes or their files' content"
    return _broken("commits", found, details)


def _patches_since(
    state: RunState, repository: Repository, commits: Sequence[Committed]
) -> frozenset[str]:
    """Return the patch ids of the history's commits that changed the run's files."""
    files = {path for one in commits for path in one.files} | {state.started.summary}
    found = {commit for path in files for commit in git.history(repository, path)}
    return frozenset(git.patch_id(repository, commit) for commit in found)


def final_blobs(commits: Sequence[Committed]) -> dict[str, str]:
    """Return the content that a run's commits gave each file in the end, as blob ids."""
    return {path: blob for one in commits for path, blob in one.blobs.items()}


def _outputs(records: Sequence[Record], store: Store) -> Looked:
    """See whether the whole outputs are kept here, and are what the record's hashes say."""
    names = {one.event.stored for one in records if isinstance(one.event, Measured)}
    there = {name: place for name in names if (place := store.place_of(name)).is_file()}
    wrong = [
        name
        for name, place in there.items()
        if hashlib.sha256(place.read_bytes()).hexdigest() != name
    ]
    if wrong:
        return _broken("outputs", "have another hash than recorded", wrong)
    if len(there) < len(names):
        found = f"{len(names) - len(there)} of {len(names)} are not in this repository"
        return Looked(what="outputs", held="unknown", found=f"{found}; the excerpts are")
    return Looked(what="outputs", held="holds", found=f"{len(names)}, each with its hash")


def look_at_summary(
    state: RunState, repository: Repository, render: Renderer, template: Template | None
) -> Looked:
    """Render the summary anew from the events, and compare it with the one that lies there."""
    path = state.started.summary
    place = repository.root / path
    if not place.is_file():
        return _broken("summary", f"{path} is gone", ())
    text = place.read_bytes().decode(errors="replace")
    wanted, there = render(state).splitlines(), text.splitlines()
    by = _by_which(state, there, wanted, template)
    if by is not None:
        # A template may say anything, whatever the events are.
        lies = false_statements(state, text) if by else ()
        if lies:
            return _broken("summary", f"{path} says other things than the events{by}", lies)
        return Looked(what="summary", held="holds", found=f"{path} says what the events say{by}")
    version = state.started.environment.get("gsd-run", "")
    if version != __version__:
        found = f"{path} was written by gsd-run {version}; {__version__} words it otherwise"
        return Looked(what="summary", held="unknown", found=found)
    return _broken("summary", f"{path} says other things than the events", _other(wanted, there))


def _by_which(
    state: RunState, there: Sequence[str], wanted: Sequence[str], now: Template | None
) -> str | None:
    """Say by which template the events give the summary that is there; None where by none."""
    recorded_one = state.ended.template if state.ended else None
    if there == wanted:
        return f", by {recorded_one.path} as it was" if recorded_one else ""
    for template in dict.fromkeys((now, None)):
        if template == recorded_one:
            continue
        try:
            found = summary_by(state, template)
        except UsageError:
            continue
        if found.splitlines() == there:
            return (
                f", by {template.path} as it is now" if template else ", by the built-in template"
            )
    return None


def _other(wanted: Sequence[str], there: Sequence[str]) -> list[str]:
    details = []
    matcher = difflib.SequenceMatcher(None, wanted, there, autojunk=False)
    for tag, begin, end, first, last in matcher.get_opcodes():
        if tag != "equal":
            says = " ".join(there[first:last]) or "nothing"
            has = " ".join(wanted[begin:end]) or "nothing"
            details.append(f"line {first + 1} says “{says}”, the run has “{has}”")
    return details


def _broken(what: str, found: str, details: Sequence[str]) -> Looked:
    more = (f"… and {len(details) - _SHOWN} more",) if len(details) > _SHOWN else ()
    return Looked(what=what, held="broken", found=found, details=(*details[:_SHOWN], *more))
