"""The end of a run: every claim once more, then the summary, the evidence, the docs commit."""

from collections.abc import Callable
from pathlib import Path

from gsd_run.domain.claim import Verdict
from gsd_run.domain.errors import Refusal
from gsd_run.domain.event import Completed, Ended
from gsd_run.domain.run import RunState
from gsd_run.outside import git
from gsd_run.outside.project_files import write_within
from gsd_run.outside.syncing import sweep_beside
from gsd_run.running.attempts.committing import commit_docs, commit_mend, made_already, trailers_of
from gsd_run.running.carrying import Carrying
from gsd_run.running.judging.judging import judge_claims
from gsd_run.running.judging.measuring import changed_by_checks
from gsd_run.running.judging.setting_aside import keep
from gsd_run.running.looking.recording import tree_without_run_file
from gsd_run.running.planning import update_planning
from gsd_run.running.summaries import template_warnings

Renderer = Callable[[RunState], str]
_MENDABLE = frozenset({1, 10})  # exit codes of runs that stopped for a person to mend the tree


def mended(run: Carrying) -> tuple[str, ...]:
    """Return the files that were changed by hand since the last check of the whole plan.

    Raises:
        Refusal: the tree was changed, and the run did not stop there for a mend.
    """
    stopped = run.state.stopped
    asked_for = stopped is not None and stopped.exit_code in _MENDABLE
    commit = made_already(run, trailers_of(run, "mend", None)) or run.state.head
    at_head = git.tree_of(run.repository, commit)
    if commit != run.state.head:  # made, and not journalled: what it mends is in it
        return _changes(run, git.tree_of(run.repository, run.state.head), at_head)
    known = {*run.state.started.untracked, *(stopped.untracked if stopped else ())}
    new = [path for path in git.untracked_files(run.repository) if path not in known]
    paths = _changes(run, at_head, git.snapshot(run.repository, new if asked_for else ()))
    by_checks = tuple(path for path in paths if path in changed_by_checks(run))
    if asked_for or not paths:
        return paths
    if paths != by_checks and not run.options.redo:
        listed = "\n".join(f"  {path}" for path in paths)
        raise Refusal(
            f"these files were changed after the last task was committed:\n{listed}\n"
            "Ways on: undo or stash those changes, then `gsd-run resume`; or `gsd-run resume "
            "--redo`, which keeps them aside under refs/gsd-run"
        )
    keep(run, git.snapshot(run.repository, ()), f"{', '.join(paths)} changed before the last check")
    git.put_back(run.repository, at_head, paths)
    return ()


def _changes(run: Carrying, before: str, after: str) -> tuple[str, ...]:
    changes = git.differences(run.repository, before, after)
    users = {*run.not_ours, *run.state.started.untracked}
    return tuple(change.path for change in changes if change.path not in users)


def judge_all(run: Carrying, mend: tuple[str, ...]) -> tuple[Verdict, ...]:
    """Judge every claim on the final tree and return the REFUTED ones."""
    new = tuple(path for path in git.untracked_files(run.repository) if path in mend)
    tree = git.snapshot(run.repository, new)
    verdicts = judge_claims(run, run.state.claims, tree, "end", new)
    return tuple(verdict for verdict in verdicts if verdict.state == "REFUTED")


def finish(run: Carrying, render: Renderer, mend: tuple[str, ...], seconds: float) -> None:
    """Commit the mend, write the summary from the journal and the evidence, and commit both."""
    if run.state.ended is None:
        if mend:
            commit_mend(run, mend)
        tree = git.snapshot(run.repository, ())
        run.add(
            Ended(
                tree=tree,
                seconds=round(seconds, 3),
                replayed=_replayed(run, tree),
                template=run.settings.summary_template,
            )
        )
    summary = run.state.started.summary
    text = render(run.state)
    for told in template_warnings(run.state, text):
        run.watcher.said(told)
    write_text(run.project.root, summary, text)
    files = [summary]
    if run.settings.commit_evidence:
        files.append(_write_evidence(run, summary))
    wanted = run.settings.commits_docs(run.state.plan.phase_number)
    committing = wanted and not git.is_ignored(run.repository, summary)
    planning = update_planning(run, text, committing=committing)
    if committing:
        commit_docs(run, [*files, *planning])
    run.add(Completed(summary=summary))


def _replayed(run: Carrying, tree: str) -> str:
    """Compare the final tree with that of the run whose steps were replayed, if any were."""
    recorded = run.state.run_file.recorded if run.state.run_file else None
    if recorded is None or recorded.run == run.state.started.run:
        return ""
    here = tree_without_run_file(run.repository, run.state, tree)
    return "same" if here == recorded.tree else f"{here}, not {recorded.tree}"


def write_text(root: Path, path: str, text: str) -> None:
    """Write a text whole into a file of the project, its folder made if need be.

    Raises:
        Refusal: the path leads out of the project, or can't be written.
    """
    sweep_beside(root / path)
    try:
        write_within(root, path, text.encode())
    except OSError as error:
        raise Refusal(
            f"{path} can't be written: {error.strerror}; mend that and `gsd-run resume`"
        ) from error


def _write_evidence(run: Carrying, summary: str) -> str:
    """Write the run's events up to its end beside the summary, so that they travel with it.

    A run whose last tasks were taken back and made anew has ended more than once.
    """
    path = summary.removesuffix("-SUMMARY.md").removesuffix("SUMMARY.md") + "-EVIDENCE.jsonl"
    end = max(record.seq for record in run.journal.records if isinstance(record.event, Ended))
    # The lines as they stand: written anew they might not have the recorded hashes.
    write_text(run.project.root, path, b"".join(run.journal.lines[:end]).decode())
    return path
