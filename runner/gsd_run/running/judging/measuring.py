"""Measuring at a tree: once for each (tree, script, environment), and the tree left as it was."""

import hashlib
import re
import shutil
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

import msgspec
from msgspec.structs import replace

from gsd_run.checking.compiling.adaptations import placed
from gsd_run.checking.integrity.comparing import declared, renamed, weakenings
from gsd_run.checking.integrity.resting import called_now
from gsd_run.checking.integrity.weakening import Weakening
from gsd_run.checking.judging import Tree
from gsd_run.checking.measuring.measure import measure
from gsd_run.domain.claim import ScriptSource
from gsd_run.domain.errors import Refusal
from gsd_run.domain.event import Measured
from gsd_run.domain.measurement import Measurement
from gsd_run.outside import git
from gsd_run.outside.git_settings import put_settings_back, settings_of
from gsd_run.outside.processes import end_strays
from gsd_run.running.carrying import Carrying
from gsd_run.running.judging.scrubbing import cleaned, excerpted, scrubbed
from gsd_run.running.judging.setting_aside import keep


def tree_to_judge(
    run: Carrying, tree: str, untracked: tuple[str, ...] = (), without: tuple[str, ...] = ()
) -> Tree:
    """Return the work tree, known to be in the state `tree`, as something to judge at.

    `untracked` are the untracked files that belong to it, `without` those that were taken away.
    """
    started = run.state.started
    base = started.base

    def measure_here(source: ScriptSource) -> Measurement:
        return _measured(run, source, tree, untracked, without)

    return Tree(
        root=run.project.root,
        measure=measure_here,
        before=_by_names_of_now(run, tree, base_measurements(run)),
        base_text=(lambda path: _text_at(run.repository, base, path)) if base else None,
        at_base=tree == started.base_tree,
        weakened=cache(lambda: _weakened(run, tree)),
    )


def _weakened(run: Carrying, tree: str) -> tuple[Weakening, ...]:
    """Return what makes the tests of a tree weaker than those of the base, if that is known."""
    started = run.state.started
    if not started.base:
        return ()
    found = _weakened_between(run.repository, started.base, started.base_tree, tree)
    return declared(found, run.state.run_file)


@lru_cache(maxsize=8)
def _weakened_between(
    repository: git.Repository, base: str, base_tree: str, tree: str
) -> tuple[Weakening, ...]:
    changed = [one.path for one in git.differences(repository, base_tree, tree)]
    return weakenings(
        changed,
        lambda path: _text_at(repository, base, path),
        lambda path: _text_at(repository, tree, path),
    )


def _by_names_of_now(
    run: Carrying, tree: str, before: Callable[[ScriptSource], Measurement | None]
) -> Callable[[ScriptSource], Measurement | None]:
    """Return how to ask for a measurement at the base in which renamed tests have their new names.

    A test that was given another name, and nothing else, has not vanished.
    """
    started = run.state.started
    if not started.base or tree == started.base_tree:
        return before

    def then(source: ScriptSource) -> Measurement | None:
        found = before(source)
        if found is None or not found.tests:
            return found
        names = _renamed_between(run.repository, started.base, started.base_tree, tree)
        if not names:
            return found
        tests = tuple(
            replace(one, cases=tuple(called_now(case, names) for case in one.cases))
            for one in found.tests
        )
        return replace(found, tests=tests)

    return then


@lru_cache(maxsize=8)
def _renamed_between(
    repository: git.Repository, base: str, base_tree: str, tree: str
) -> dict[tuple[str, str], str]:
    changed = [one.path for one in git.differences(repository, base_tree, tree)]
    return renamed(
        changed,
        lambda path: _text_at(repository, base, path),
        lambda path: _text_at(repository, tree, path),
    )


def _text_at(repository: git.Repository, revision: str, path: str) -> str | None:
    """Return a file at a commit or tree, with the line ends that reading a file as text gives."""
    text = git.text_at(repository, revision, path)
    return None if text is None else text.replace("\r\n", "\n").replace("\r", "\n")


def base_measurements(run: Carrying) -> Callable[[ScriptSource], Measurement | None]:
    """Return how to ask for what a script showed at the base commit."""

    def before(source: ScriptSource) -> Measurement | None:
        key = _key(run, source, run.state.started.base_tree)
        known = run.state.measured.get(key)
        return _whole(run, known) if known else None

    return before


def _unseen(run: Carrying) -> tuple[str, ...]:
    """Name the attempts that wrote what no tree shows; measurements before them are another's."""
    return tuple(
        f"task {task.number}, attempt {task.attempt}"
        for task in run.state.tasks.values()
        if task.changed and task.changed.unseen
    )


def _key(run: Carrying, source: ScriptSource, tree: str, beside: tuple[str, ...] = ()) -> str:
    environment = run.state.started.environment.get("fingerprint", "")
    identity = "\0".join((tree, source.script, environment, *beside))
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def _measured(
    run: Carrying,
    source: ScriptSource,
    tree: str,
    untracked: tuple[str, ...],
    without: tuple[str, ...],
) -> Measurement:
    """Measure, or return what was measured before in this run.

    A measurement of an earlier session counts only for the base: what failed then may have been
    mended outside the tree since.
    """
    key = _key(run, source, tree, (*_unseen(run), *without))
    known = run.state.measured.get(key)
    if known and (key in run.measured_here or tree == run.state.started.base_tree):
        return _whole(run, known)
    scratch = scratch_of(run)
    before, settings = git.position(run.repository), settings_of(run.repository)
    found = _run_here(run, source, key, scratch)
    # Before any other call of git, which would go by them.
    reset = put_settings_back(run.repository, settings)
    _refuse_moved(run, before, source)
    found = replace(found, withheld=_withheld(run, source, found))
    found = scrubbed(found, source, run.project.root, scratch)
    changed = (*reset, *_undone(run, tree, untracked, source))
    if reset:
        run.watcher.said(f"  {source.claim} changed {', '.join(reset)}, git's own; put back")
    found = replace(found, changed_files=changed)
    stored = run.store.keep_output(msgspec.json.encode(found))
    run.measured_here.add(key)
    run.add(Measured(tree=tree, measurement=excerpted(found), stored=stored, without=without))
    return found


def _run_here(run: Carrying, source: ScriptSource, key: str, scratch: Path) -> Measurement:
    """Run a script in the work tree.

    Raises:
        Refusal: it took away what it was measured with.
    """
    try:
        return measure(
            placed(source.script, run.project.root, scratch / "tmp"),
            root=run.project.root,
            environment=run.project.environment(),
            scratch=scratch,
            timeout=run.settings.timeout,
            python=run.project.python,
            key=key,
            on_command=lambda text: run.watcher.running(cleaned(text, run.project.root, scratch)),
            on_output=lambda text: run.watcher.printed(cleaned(text, run.project.root, scratch)),
            confinement=run.project.confinement,
        )
    except FileNotFoundError as error:
        raise Refusal(
            f"{error.filename} was taken away while the commands of {source.claim} ran; put back "
            f"what they moved, amend {source.claim} in the run file, and `gsd-run resume`"
        ) from error
    finally:
        # What commands wrote is kept without its secrets, not as it was.
        shutil.rmtree(scratch, ignore_errors=True)


def _withheld(run: Carrying, source: ScriptSource, found: Measurement) -> tuple[str, ...]:
    """Return the variables of the caller that failing commands may have missed.

    A script names one, or a failing command does in what it says: `KeyError: 'DATABASE_URL'`.
    """
    failing = [one for one in found.commands if one.status != 0]
    if found.status == 0 and not failing:
        return ()
    said = "\n".join(f"{one.stdout}\n{one.stderr}" for one in failing)
    return tuple(
        name
        for name in sorted(run.project.withheld())
        if not re.search(rf"(?<![\w$]){re.escape(name)}=", source.script)
        if re.search(rf"\$\{{?{re.escape(name)}\b", source.script)
        or ("_" in name[1:] and re.search(rf"\b{re.escape(name)}\b", said))
    )


def scratch_of(run: Carrying) -> Path:
    """Return the private folder in which the run's scripts are measured."""
    return git.scratch(run.repository) / run.state.started.run


def end_strays_of(run: Carrying) -> None:
    """End what a script or an agent of this run left running when the run was killed."""
    end_strays(f"GSD_RUN_OUT={scratch_of(run).resolve()}/commands".encode())
    end_strays(f"GSD_RUN_AGENT={run.state.started.run}".encode())


def _refuse_moved(run: Carrying, before: git.Position, source: ScriptSource) -> None:
    """Undo what a script staged; refuse to go on when it moved HEAD: that may hold work."""
    git.put_index_back(run.repository, before)
    now = git.position(run.repository)
    if (now.head, now.branch) == (before.head, before.branch):
        return
    was, is_now = (f"{one.head[:9]} ({one.branch})" for one in (before, now))
    raise Refusal(
        f"HEAD moved from {was} to {is_now} while the commands of {source.claim} ran; only the run "
        f"commits. Put it back (`git reflog` shows what happened), amend {source.claim} in the run "
        "file if its commands did it, and `gsd-run resume`"
    )


def _whole(run: Carrying, known: Measured) -> Measurement:
    return msgspec.json.decode(run.store.output(known.stored), type=Measurement)


def _undone(
    run: Carrying, tree: str, untracked: tuple[str, ...], source: ScriptSource
) -> tuple[str, ...]:
    """Put tracked files back that a command changed; what they became is kept under a ref."""
    after = git.snapshot(run.repository, untracked)
    paths = tuple(change.path for change in git.differences(run.repository, tree, after))
    if paths:
        keep(run, after, f"the commands of {source.claim} changed {', '.join(paths)}")
        git.put_back(run.repository, tree, paths)
        if git.snapshot(run.repository, untracked) != tree:
            raise Refusal(
                f"the commands of {source.claim} changed {', '.join(paths)}, which can't be put "
                "back; do that by hand, amend the claim in the run file, and `gsd-run resume`"
            )
    return paths


def changed_by_checks(run: Carrying) -> frozenset[str]:
    """Return the files that this run has seen its checks change, at the base or later."""
    seen = run.state.measured.values()
    return frozenset(path for one in seen for path in one.measurement.changed_files)
