"""Before a run: plan and run file read and compiled, the repository found fit to be worked on."""

import hashlib
import os
import platform
import re
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from gsd_run import __version__
from gsd_run.changing.steps import check_step
from gsd_run.checking.compiling.adaptations import Adaptation
from gsd_run.checking.compiling.compile import compile_plan
from gsd_run.domain.claim import Claim
from gsd_run.domain.errors import PlanError, Refusal, UsageError
from gsd_run.domain.event import FORMAT, Deviation, PlanRead, RunStarted
from gsd_run.domain.plan import Finding, Plan
from gsd_run.domain.run_file import RunFile
from gsd_run.outside import git
from gsd_run.outside.git import Repository
from gsd_run.outside.project import Project
from gsd_run.outside.variables import lasting
from gsd_run.reading.branches import branch_of
from gsd_run.reading.locating import dependency, is_complete, run_file_path, summary_path
from gsd_run.reading.plan import obstacles, read_plan
from gsd_run.reading.run_file import check_against, understood
from gsd_run.reading.settings import Settings
from gsd_run.running.carrying import Options
from gsd_run.running.journals.journal import now

T = TypeVar("T")
_PLANNING_FILE = re.compile(r"\.planning/(?:workstreams/[^/]+/)?(?:STATE|ROADMAP|REQUIREMENTS)\.md")


class Prepared(Struct, frozen=True, kw_only=True):
    """A plan that can be carried out, and everything that is to be told about it."""

    read: PlanRead
    warnings: tuple[Finding, ...]


def prepared(plan_path: Path, project: Project) -> Prepared:
    """Read and compile a plan and the run file beside it.

    Raises:
        PlanError: with every mistake of both.
    """
    root = project.root
    mistakes: list[Finding] = []
    plan = _collecting(lambda: _plan(plan_path, root), mistakes)
    run_file = _run_file(plan_path, root, mistakes)
    if plan is None:
        raise PlanError(mistakes)
    mistakes.extend(_mistakes(plan, run_file))
    compiled = _collecting(lambda: compile_plan(plan, run_file, root), mistakes)
    if compiled is None or mistakes:
        raise PlanError(sorted(mistakes, key=lambda one: (one.path, one.line)))
    deviations = (
        *_adapted(compiled.adaptations),
        *_amended(run_file),
        *_supplied(run_file, compiled.claims),
    )
    read = PlanRead(plan=plan, claims=compiled.claims, run_file=run_file, deviations=deviations)
    return Prepared(read=read, warnings=plan.warnings)


def _collecting(read: Callable[[], T], mistakes: list[Finding]) -> T | None:
    """Return what `read` gives, or None with its mistakes added to those found so far."""
    try:
        return read()
    except PlanError as error:
        mistakes.extend(error.findings)
        return None


def _plan(path: Path, root: Path) -> Plan:
    plan = read_plan(path.read_bytes(), _below(root, path))
    if in_the_way := obstacles(plan):
        raise PlanError(in_the_way)
    return plan


def _run_file(plan_path: Path, root: Path, mistakes: list[Finding]) -> RunFile | None:
    """Return the run file beside a plan as far as it is understood, and add its mistakes."""
    beside = run_file_path(plan_path)
    if not beside.exists():
        return None
    run_file, found = understood(beside.read_bytes(), _below(root, beside))
    mistakes.extend(found)
    return run_file


def _below(root: Path, path: Path) -> str:
    """Return a file's path from the root, all links followed.

    Raises:
        Refusal: a link on it leads out.
    """
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except (ValueError, RuntimeError):
        named = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
        raise Refusal(
            f"{named}: a link on this path leads out of the project {root}; put the file itself "
            "there: a run reads and writes nothing outside"
        ) from None


def _mistakes(plan: Plan, run_file: RunFile | None) -> list[Finding]:
    if run_file is None:
        return []
    in_steps = [
        Finding(path=run_file.path, line=step.line, message=mistake)
        for steps in run_file.changes.values()
        for step in steps
        for mistake in check_step(step)
    ]
    return [*check_against(plan, run_file), *in_steps]


def _adapted(made: Sequence[tuple[str, Adaptation]]) -> list[Deviation]:
    return [
        Deviation(
            kind="adaptation",
            where=claim,
            what=f"{change.before} → {change.after}",
            reason=change.id,
        )
        for claim, change in dict.fromkeys(made)
    ]


def _amended(run_file: RunFile | None) -> list[Deviation]:
    return [
        Deviation(
            kind="amendment",
            where=amendment.claim,
            what="; ".join(f"{old} → {new}" for old, new in amendment.replace),
            reason=amendment.reason,
        )
        for amendment in (run_file.amendments if run_file else ())
    ]


def _supplied(run_file: RunFile | None, claims: Sequence[Claim]) -> list[Deviation]:
    known = {claim.id for claim in claims}
    return [
        Deviation(
            kind="proof",
            where=proof.claim,
            what="checked by a command that the plan does not have",
            reason=proof.reason or "nothing in the plan decides it",
        )
        for proof in (run_file.proofs if run_file else ())
        if proof.claim in known
    ]


def refuse_unfit(
    repository: Repository, settings: Settings, options: Options, own: Sequence[str]
) -> tuple[str, ...]:
    """Refuse a repository that must not be worked on; return the dirty files let through.

    `own` are the plan and its run file: they are read, journalled and never committed, so they
    may be edited at any time.
    """
    if operation := git.operation_in_progress(repository):
        raise Refusal(f"a {operation} is in progress; finish or abort it first")
    if not git.has_identity(repository):
        raise Refusal(
            "git does not know who you are, so the run can't commit; set user.name and user.email"
        )
    branch = options.branch or git.branch(repository)
    if branch in settings.protected_branches:
        raise Refusal(f"{branch} is a protected branch (git.protected_branches); use --branch NAME")
    dirty = tuple(path for path in git.dirty_files(repository) if path not in own)
    # Where nobody commits them, the planning files of the plan before have changed by now.
    committed = all((settings.commit_docs, *settings.phase_commit_docs.values()))
    forbidden = [
        path
        for path in dirty
        if not _PLANNING_FILE.fullmatch(path)
        or (committed and not git.is_ignored(repository, f"{path}.new"))
    ]
    if forbidden and not options.allow_dirty:
        listed = "\n".join(f"  {path}" for path in forbidden[:20])
        more = f"\n  … and {len(forbidden) - 20} more" if len(forbidden) > 20 else ""  # noqa: PLR2004
        raise Refusal(
            f"uncommitted changes in tracked files:\n{listed}{more}\n"
            "Commit or stash them, or run with --allow-dirty: it leaves them alone and marks the "
            "evidence."
        )
    return dirty


def on_its_branch(
    options: Options, settings: Settings, repository: Repository, plan: Plan
) -> Options:
    """Return the options with the branch that the settings want the plan on, unless one is given.

    Raises:
        UsageError: what the settings' template gives is no name of a branch.
    """
    if options.branch or options.orchestrated:  # GSD's flow has gone to the branch already
        return options
    wanted = branch_of(plan, settings, repository.root)
    if not wanted or wanted == git.branch(repository):
        return options
    if not git.is_branch_name(repository, wanted):
        key = f"git.{settings.branching_strategy}_branch_template"
        raise UsageError(f".planning/config.json: {key} gives {wanted!r}, which is no branch name")
    return replace(options, branch=wanted)


def refuse_sub_repositories(plan: Plan, settings: Settings) -> None:
    """Refuse a plan of files in a repository of their own, which git does not see from here."""
    named = dict.fromkeys((*plan.files_modified, *(f for task in plan.tasks for f in task.files)))
    for folder in (one.strip().removeprefix("./").strip("/") for one in settings.sub_repos):
        inside = [path for path in named if path.removeprefix("./").startswith(f"{folder}/")]
        if folder and inside:
            raise Refusal(
                f"{plan.path}: {', '.join(inside[:5])} lie in {folder}, a repository of its own "
                "(planning.sub_repos), whose changes git does not see from here; run gsd-run in "
                f"{folder}, with a plan there"
            )


def refuse_unmet(plan: Plan, plan_path: Path, project: Project) -> None:
    """Refuse a plan whose dependencies are not complete."""
    unmet = []
    for name in plan.depends_on:
        found = dependency(name, plan_path, project.root)
        if not found:
            unmet.append(f"  {name}: there is no such plan")
        unmet.extend(
            f"  {name}: {_below(project.root, path)} has no summary"
            for path in found
            if not is_complete(path)
        )
    if unmet:
        listed = "\n".join(unmet)
        raise Refusal(f"{plan.path} depends on plans that are not complete:\n{listed}")


def _new_id(time: str) -> str:
    """Return a run's id, which sorts by its time: to the second, then its milliseconds in hex."""
    second = time[:19].replace("-", "").replace(":", "")
    return f"{second}-{int(time[20:23]):03x}{secrets.token_hex(2)[:3]}"


def run_started(
    project: Project,
    repository: Repository,
    read: PlanRead,
    options: Options,
    dirty: tuple[str, ...],
) -> RunStarted:
    """Return the first event of a new run."""
    untracked = git.untracked_files(repository)
    summary = summary_path(read.plan, project.root)
    return RunStarted(
        format=FORMAT,
        run=_new_id(now()),
        read=read,
        summary=_below(project.root, summary),
        base=git.head(repository),
        base_tree=git.snapshot(repository, ()),
        branch=git.branch(repository),
        untracked=untracked,
        dirty=dirty,
        baseline=options.baseline,
        executor=options.executor or ("agent" if options.agent else ""),
        agent=options.agent or "",
        orchestrated=options.orchestrated,
        environment=environment_of(project, repository),
    )


def environment_of(project: Project, repository: Repository) -> dict[str, str]:
    """Return the versions that a run works with here, and the fingerprint of its environment."""
    variables = project.environment()
    sandbox = str(project.confinement.sandbox or "")
    matters = [sandbox, *(f"{name}={text}" for name, text in lasting(variables).items())]
    fingerprint = hashlib.sha256("\0".join(matters).encode()).hexdigest()[:12]
    return {
        "gsd-run": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "git": git.version(repository),
        "cores": str(os.cpu_count() or 1),
        "fingerprint": fingerprint,
        **({"sandbox": sandbox} if sandbox else {}),
    }
