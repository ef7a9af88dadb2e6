"""Before commands run: dangerous ones refused, and the rest shut in where that was asked for."""

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from gsd_run.checking.harms.refusing import refused
from gsd_run.domain.errors import Refusal
from gsd_run.domain.event import PlanRead, RunStarted
from gsd_run.outside.bubblewrap import NoSandbox, Sandbox, found, tried
from gsd_run.outside.git import Repository
from gsd_run.outside.project import Project
from gsd_run.reading.agents import PATH
from gsd_run.reading.confining import Rules

_OWN_SETTINGS = ".planning"
# Folders of a project that may be links to those of another checkout.
_LENT = (".venv", "venv", "node_modules", "vendor")


def refuse_dangerous(read: PlanRead, rules: Rules) -> None:
    """Refuse a plan with commands that do harm, unless the settings allow them.

    Raises:
        Refusal: with every such command, and how it is allowed.
    """
    dangerous = refused(read.plan.path, read.claims, read.run_file, rules.allowed)
    if not dangerous:
        return
    listed = "\n".join(f"  {one.finding()}" for one in dangerous)
    entries = ", ".join(dict.fromkeys(f'"{one.rule.code} {one.where}"' for one in dangerous))
    raise Refusal(
        f"commands that do harm which no run can undo; nothing was run:\n{listed}\n"
        "Take them out of the plan, amend them in the run file, or allow them by name in "
        f"{PATH}:\n  [commands]\n  allow = [{entries}]"
    )


def confined(
    project: Project,
    repository: Repository,
    rules: Rules,
    say: Callable[[str], None],
    begun: RunStarted | None = None,
) -> Project:
    """Return the project with its programs shut in, if that was asked for and works here.

    A run that began in a sandbox goes on in one; `begun` is how it started.

    Raises:
        Refusal: there must be a sandbox, and there is none.
    """
    inside = begun is not None and "sandbox" in begun.environment
    if rules.sandbox == "off" or (rules.sandbox == "no" and not inside):
        return project
    try:
        sandbox = _sandbox(project, repository, rules)
        tried(sandbox)
    except NoSandbox as error:
        if rules.sandbox == "require":
            raise Refusal(f"a sandbox is required, and there is none: {error}") from error
        if inside:
            assert begun is not None
            raise Refusal(
                f"run {begun.run} began in a sandbox ({begun.environment['sandbox']}), and there "
                f"is none now: {error}\nWays on: make it work, or go on without: --sandbox=off"
            ) from error
        say(f"no sandbox, commands run without one: {error}")
        return project
    for told in _opened(rules):
        say(told)
    return replace(project, confinement=replace(project.confinement, sandbox=sandbox))


def _sandbox(project: Project, repository: Repository, rules: Rules) -> Sandbox:
    root = project.root
    program, version = found()
    git = [repository.git_dir, repository.common_dir, repository.top / ".git", root / ".git"]
    guarded = [*git, root / _OWN_SETTINGS, *([project.venv] if project.venv else [])]
    lent = [root / name for name in _LENT if (root / name).is_symlink()]
    shown = [repository.top, *_interpreter(project), *(place.resolve() for place in lent)]
    shown += [_place(root, one) for one in rules.readable]
    return Sandbox(
        program=program,
        version=version,
        root=root,
        network=rules.network,
        guarded=tuple(dict.fromkeys(place.resolve() for place in guarded if place.exists())),
        readable=tuple(shown),
        writable=tuple(_place(root, one) for one in rules.writable),
    )


def _interpreter(project: Project) -> tuple[Path, ...]:
    """Return where the environment's own interpreter is installed: often below somebody's home."""
    if project.venv is None:
        return ()
    interpreter = (project.venv / "bin" / "python").resolve()
    return (project.venv.resolve(), interpreter.parent.parent)


def _place(root: Path, name: str) -> Path:
    return (root / Path(name).expanduser()).resolve()


def _opened(rules: Rules) -> list[str]:
    """Say what the settings leave open: whoever wrote the plan may have written them as well."""
    told = []
    if rules.network:
        told.append("the network")
    if rules.writable:
        told.append(f"writing to {', '.join(rules.writable)}")
    if rules.readable:
        told.append(f"reading {', '.join(rules.readable)}")
    if rules.passes:
        told.append(f"the variables {', '.join(rules.passes)}")
    if rules.allowed:
        told.append(f"commands that do harm ({', '.join(rules.allowed)})")
    return [f"{PATH} opens the sandbox for {', '.join(told)}"] if told else []
