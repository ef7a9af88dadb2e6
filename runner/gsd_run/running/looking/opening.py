"""Plans opened for lint: read, compiled, with what their project and their phase tell of them."""

from functools import cache
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.changing.steps import check_step
from gsd_run.checking.compiling.compile import compile_plan
from gsd_run.checking.lint.subject import Subject, Surroundings
from gsd_run.domain.errors import PlanError, UsageError
from gsd_run.domain.graph import PlanGraph
from gsd_run.domain.plan import Finding, Plan
from gsd_run.domain.run_file import RunFile
from gsd_run.outside.around import file_reader, files_of, own_tools, program_finder
from gsd_run.outside.project import project_at
from gsd_run.reading.graph import plan_graph
from gsd_run.reading.locating import find_root, known_plans, run_file_path
from gsd_run.reading.plan import obstacles, read_plan
from gsd_run.reading.plan_names import PlanNames, phase_folder
from gsd_run.reading.run_file import check_against, understood
from gsd_run.reading.settings import read_settings


class Opened(Struct, frozen=True, kw_only=True):
    """A plan that could be read, and the mistakes that keep its run file from being used.

    `root` is the folder that all paths are relative to.
    """

    subject: Subject
    root: Path
    mistakes: tuple[Finding, ...] = ()


def open_plan(path: Path) -> Opened:
    """Read and compile a plan, with its run file if that can be used.

    What is read of a project is kept until `forget`.

    Raises:
        PlanError: the plan can't be read.
        UsageError: the settings of its project can't be understood.
    """
    root = root_of(path)
    plan = _read(path, root)
    if isinstance(plan, PlanError):
        raise plan
    nothing: tuple[Surroundings, tuple[Finding, ...]] = (Surroundings(), ())
    around, of_phase = _around(path, root, plan) if _project_root(path.parent) else nothing
    subject = Subject(
        plan=plan,
        lines=_lines(path),
        compiled=compile_plan(plan, None, root),
        around=around,
        told=(*of_phase, *obstacles(plan)),
    )
    run_file, mistakes = _run_file(path, root, plan)
    if run_file is None or mistakes:
        return Opened(subject=subject, root=root, mistakes=mistakes)
    try:
        amended = compile_plan(plan, run_file, root)
    except PlanError as error:
        return Opened(subject=subject, root=root, mistakes=error.findings)
    return Opened(subject=replace(subject, run_file=run_file, amended=amended), root=root)


def root_of(path: Path) -> Path:
    """Return the root of the project that a file is in, else the folder that it lies in."""
    return _project_root(path.parent) or path.parent


def forget() -> None:
    """Forget what was read of projects, which may have changed since."""
    for kept in (_project_root, _project_around, _plans_of, _phases_of, _graph, _read):
        kept.cache_clear()


@cache
def _project_root(folder: Path) -> Path | None:
    try:
        return find_root(folder)
    except UsageError:
        return None


def _lines(path: Path) -> tuple[str, ...]:
    text = path.read_bytes().decode("utf-8-sig")
    return tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _run_file(
    plan_path: Path, root: Path, plan: Plan
) -> tuple[RunFile | None, tuple[Finding, ...]]:
    beside = run_file_path(plan_path)
    if not beside.is_file():
        return None, ()
    run_file, mistakes = understood(beside.read_bytes(), beside.relative_to(root).as_posix())
    in_steps = [
        Finding(path=run_file.path, line=step.line, message=mistake)
        for steps in run_file.changes.values()
        for step in steps
        for mistake in check_step(step)
    ]
    return run_file, (*mistakes, *check_against(plan, run_file), *in_steps)


def _around(path: Path, root: Path, plan: Plan) -> tuple[Surroundings, tuple[Finding, ...]]:
    """Return what is known around a plan, and what its phase's graph says against it."""
    folder = phase_folder(path)
    graph = _graph(folder, root)
    needed = [root / edge.needs for edge in graph.edges if edge.plan == plan.path]
    near = dict.fromkeys((*_phases_of(root).get(folder, ()), *needed))
    others = [_read(one, root) for one in near if one != path]
    readable = tuple(one for one in others if isinstance(one, Plan))
    findings = tuple(one for one in graph.findings if one.path == plan.path)
    return replace(_project_around(root), others=readable), findings


@cache
def _graph(folder: Path, root: Path) -> PlanGraph:
    read = {one: _read(one, root) for one in _phases_of(root).get(folder, ())}
    plans = {one: plan for one, plan in read.items() if isinstance(plan, Plan)}
    return plan_graph(plans, root, _plans_of(root))


@cache
def _project_around(root: Path) -> Surroundings:
    project = project_at(root, read_settings(root).venv)
    return Surroundings(
        files=files_of(root),
        root=root,
        program=program_finder(project),
        read=file_reader(project),
        own_tools=own_tools(project),
    )


@cache
def _plans_of(root: Path) -> dict[Path, PlanNames]:
    return known_plans(root)


@cache
def _phases_of(root: Path) -> dict[Path, list[Path]]:
    """Return the project's plans by the folder of their phase."""
    found: dict[Path, list[Path]] = {}
    for path in _plans_of(root):
        found.setdefault(phase_folder(path), []).append(path)
    return found


@cache
def _read(path: Path, root: Path) -> Plan | PlanError:
    """Return a plan, or what is wrong with its file."""
    name = path.relative_to(root).as_posix()
    try:
        return read_plan(path.read_bytes(), name)
    except PlanError as error:
        return error
    except OSError as error:
        message = f"can't be read: {error.strerror}"
        return PlanError([Finding(path=name, line=1, message=message)])
