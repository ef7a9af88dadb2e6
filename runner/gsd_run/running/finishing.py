"""The end of a run: every claim once more, then the summary, the evidence, the docs commit."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from gsd_run.checking.judging import judge, tempered
from gsd_run.domain.claim import Verdict
from gsd_run.domain.errors import Refusal
from gsd_run.domain.event import Committed, Completed, Ended, Judged
from gsd_run.domain.run import RunState
from gsd_run.outside import git
from gsd_run.running.attempting import scope_of
from gsd_run.running.carrying import Carrying
from gsd_run.running.journal import write_durably
from gsd_run.running.measuring import tree_to_judge

Renderer = Callable[[RunState], str]


def mended(run: Carrying) -> tuple[str, ...]:
    """Return the files that were changed by hand since the last check of the whole plan.

    Raises:
        Refusal: the tree was changed, and the run did not stop there for a mend.
    """
    stopped = run.state.stopped
    known = {*run.state.started.untracked, *(stopped.untracked if stopped else ())}
    new = [path for path in git.untracked_files(run.repository) if path not in known]
    now = git.snapshot(run.repository, new if stopped else ())
    at_head = git.tree_of(run.repository, run.state.head)
    paths = tuple(
        change.path
        for change in git.differences(run.repository, at_head, now)
        if change.path not in run.not_ours
    )
    if paths and not stopped:
        listed = "\n".join(f"  {path}" for path in paths)
        raise Refusal(
            f"these files were changed after the last task was committed:\n{listed}\n"
            "Undo or stash those changes, then `gsd-run resume`"
        )
    return paths


def judge_all(run: Carrying, mend: tuple[str, ...]) -> tuple[Verdict, ...]:
    """Judge every claim on the final tree and return the REFUTED ones."""
    new = tuple(path for path in git.untracked_files(run.repository) if path in mend)
    tree = git.snapshot(run.repository, new)
    here = tree_to_judge(run, tree, new)
    refuted = []
    for claim in run.state.claims:
        verdict = tempered(claim, judge(claim, here), run.state.base_verdicts.get(claim.id))
        run.add(Judged(moment="end", tree=tree, verdict=verdict))
        if verdict.state == "REFUTED":
            refuted.append(verdict)
    return tuple(refuted)


def commit_mend(run: Carrying, files: tuple[str, ...]) -> None:
    """Commit what a person mended after the last task, once nothing is refuted with it."""
    plan = run.state.plan
    subject = f"fix({scope_of(plan.phase, plan.number)}): mend what the last check refuted"
    body = "\n".join(f"- {path}" for path in files)
    trailers = f"GSD-Run: {run.state.started.run}\nGSD-Task: mend\n"
    commit = git.commit(run.repository, f"{subject}\n\n{body}\n\n{trailers}", files)
    tree = git.tree_of(run.repository, commit)
    run.add(Committed(part="mend", commit=commit, tree=tree, files=files, subject=subject))


def finish(run: Carrying, render: Renderer, seconds: float) -> None:
    """Write the summary from the journal, the evidence beside it, and commit both."""
    if run.state.ended is None:
        run.add(Ended(tree=git.snapshot(run.repository, ()), seconds=round(seconds, 3)))
    summary = run.state.started.summary
    write_text(run.project.root / summary, render(run.state))
    files = [summary]
    if run.settings.commit_evidence:
        files.append(_write_evidence(run, summary))
    if run.settings.commit_docs and not git.is_ignored(run.repository, summary):
        _commit_docs(run, tuple(files))
    run.add(Completed(summary=summary))


def write_text(place: Path, text: str) -> None:
    """Write a text whole, its folder made if need be."""
    place.parent.mkdir(parents=True, exist_ok=True)
    write_durably(place, text.encode())


def _write_evidence(run: Carrying, summary: str) -> str:
    """Write the run's events up to its end beside the summary, so that they travel with it."""
    path = summary.removesuffix("-SUMMARY.md").removesuffix("SUMMARY.md") + "-EVIDENCE.jsonl"
    lines = []
    for record in run.journal.records:
        lines.append(msgspec.json.encode(record))
        if isinstance(record.event, Ended):
            break
    write_text(run.project.root / path, b"\n".join(lines).decode() + "\n")
    return path


def _commit_docs(run: Carrying, files: tuple[str, ...]) -> None:
    plan = run.state.plan
    own = f"GSD-Run: {run.state.started.run}\nGSD-Task: docs\n"
    subject = f"docs({scope_of(plan.phase, plan.number)}): complete {plan.id} plan"
    commit = next(
        (
            one
            for one, message in git.commits_since(run.repository, run.state.head)
            if own in f"{message}\n"
        ),
        None,
    )
    if commit is None:
        body = "\n".join(f"- {path}" for path in files)
        commit = git.commit(run.repository, f"{subject}\n\n{body}\n\n{own}", files)
    tree = git.tree_of(run.repository, commit)
    run.add(Committed(part="docs", commit=commit, tree=tree, files=files, subject=subject))
