"""Measuring at a tree: once for each (tree, script, environment), and the tree left as it was."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from gsd_run.checking.adaptations import placed
from gsd_run.checking.judging import Tree
from gsd_run.checking.measuring import measure
from gsd_run.domain.claim import ScriptSource
from gsd_run.domain.event import Kept, Measured
from gsd_run.domain.measurement import CommandRun, Measurement, TestRun
from gsd_run.outside import git
from gsd_run.running.carrying import Carrying

EXCERPT = 2000  # characters of an output that travel with the journal, from both ends


def tree_to_judge(run: Carrying, tree: str, untracked: tuple[str, ...] = ()) -> Tree:
    """Return the work tree, known to be in the state `tree`, as something to judge at."""
    started = run.state.started
    at_base = tree == started.base_tree

    def measure_here(source: ScriptSource) -> Measurement:
        return _measured(run, source, tree, untracked)

    return Tree(
        root=run.project.root,
        measure=measure_here,
        before=base_measurements(run),
        base_text=(lambda path: git.text_at(run.repository, started.base, path))
        if started.base
        else None,
        at_base=at_base,
    )


def base_measurements(run: Carrying) -> Callable[[ScriptSource], Measurement | None]:
    """Return how to ask for what a script showed at the base commit."""

    def before(source: ScriptSource) -> Measurement | None:
        key = _key(run, source, run.state.started.base_tree)
        known = run.state.measured.get(key)
        return _whole(run, known) if known else None

    return before


def _key(run: Carrying, source: ScriptSource, tree: str) -> str:
    environment = run.state.started.environment.get("fingerprint", "")
    return hashlib.sha256(f"{tree}\0{source.script}\0{environment}".encode()).hexdigest()[:16]


def _measured(
    run: Carrying, source: ScriptSource, tree: str, untracked: tuple[str, ...]
) -> Measurement:
    """Measure, or return what was measured before in this run.

    A measurement of an earlier session counts only for the base: what failed then may have been
    mended outside the tree since.
    """
    key = _key(run, source, tree)
    known = run.state.measured.get(key)
    if known and (key in run.measured_here or tree == run.state.started.base_tree):
        return _whole(run, known)
    scratch = git.scratch(run.repository) / run.state.started.run
    found = measure(
        placed(source.script, run.project.root, scratch / "tmp"),
        root=run.project.root,
        environment=run.project.environment(),
        scratch=scratch,
        timeout=run.settings.timeout,
        python=run.project.python,
        key=key,
        on_command=lambda text: run.watcher.running(_clean(text, run.project.root, scratch)),
    )
    found = _scrubbed(found, source, run.project.root, scratch)
    found = replace(found, changed_files=_undone(run, tree, untracked, source))
    stored = run.store.keep_output(msgspec.json.encode(found))
    run.measured_here.add(key)
    run.add(Measured(tree=tree, measurement=_excerpted(found), stored=stored))
    return found


def _whole(run: Carrying, known: Measured) -> Measurement:
    return msgspec.json.decode(run.store.output(known.stored), type=Measurement)


def _undone(
    run: Carrying, tree: str, untracked: tuple[str, ...], source: ScriptSource
) -> tuple[str, ...]:
    """Put tracked files back that a command changed; what they became is kept under a ref."""
    after = git.snapshot(run.repository, untracked)
    paths = tuple(change.path for change in git.differences(run.repository, tree, after))
    if paths:
        state = run.state
        ref = f"refs/gsd-run/{state.started.run}/kept-{len(state.kept) + 1}"
        reason = f"the commands of {source.claim} changed {', '.join(paths)}"
        git.keep(run.repository, ref, after, f"gsd-run: {reason}")
        run.add(Kept(ref=ref, reason=reason))
        git.put_back(run.repository, tree, paths)
    return paths


def _clean(text: str, root: Path, scratch: Path) -> str:
    """Name the project's places as the plan does: relative to its root, and /tmp."""
    text = text.replace(str(scratch / "tmp"), "/tmp")
    return text.replace(f"{root}/", "").replace(str(root), ".")


def _scrubbed(found: Measurement, source: ScriptSource, root: Path, scratch: Path) -> Measurement:
    """Take this machine's paths out of a measurement: they say nothing to anybody else."""

    def clean(text: str) -> str:
        return _clean(text, root, scratch)

    commands = tuple(
        replace(
            command,
            text=clean(command.text),
            members=tuple(map(clean, command.members)),
            stdout=clean(command.stdout),
            stderr=clean(command.stderr),
        )
        for command in found.commands
    )
    tests = tuple(
        replace(
            one,
            cases=tuple(replace(case, message=clean(case.message)) for case in one.cases),
        )
        for one in found.tests
    )
    return replace(found, script=source.script, commands=commands, tests=tests)


def _excerpted(found: Measurement) -> Measurement:
    """Return the measurement as the journal holds it: outputs cut, tests by name if not passed."""

    def command(one: CommandRun) -> CommandRun:
        return replace(one, stdout=excerpt(one.stdout), stderr=excerpt(one.stderr))

    def tests(one: TestRun) -> TestRun:
        return replace(one, cases=tuple(c for c in one.cases if c.outcome != "passed"))

    return replace(
        found,
        commands=tuple(map(command, found.commands)),
        tests=tuple(map(tests, found.tests)),
    )


def excerpt(text: str) -> str:
    """Return both ends of a long text."""
    if len(text) <= EXCERPT:
        return text
    half = EXCERPT // 2
    return f"{text[:half]}\n… {len(text) - EXCERPT} characters left out …\n{text[-half:]}"
