"""What reads and runs nothing: plans, what is wrong with them, their claims, where they stand."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from gsd_run.api.places import folder_at, leads_out, plan_at, plans_at
from gsd_run.api.values import Name
from gsd_run.checking.compiling.compile import compile_plan
from gsd_run.domain.claim import Claim
from gsd_run.domain.plan import Finding, Plan
from gsd_run.domain.standing import Standing
from gsd_run.reading.locating import all_plans, find_root, is_archived, is_complete, run_file_path
from gsd_run.reading.plan import read_plan as plan_of_text
from gsd_run.reading.run_file import read_run_file
from gsd_run.reporting.findings import by_code, severity_of
from gsd_run.running.looking.linting import RULES, lint_file
from gsd_run.running.looking.opening import forget
from gsd_run.running.looking.overview import overview


def read_plan(plan: Name, *, project: Name = ".") -> Plan:
    """Return a plan by its id or path, as a run would take it.

    Raises:
        UsageError: no plan of the project, or several, go by the name.
        PlanError: it can't be understood; `findings` has every mistake.
    """
    root, folder = _root(project)
    file = plan_at(root, folder, plan)
    return plan_of_text(file.read_bytes(), file.relative_to(root).as_posix())


def lint(*plans: Name, project: Name = ".") -> tuple[Finding, ...]:
    """Return what is wrong with plans, by ids, paths or phases, in the order of their lines.

    Without any, those of the project that are neither complete nor archived are meant, nor links
    to files outside of it. A plan that can't be read is a finding, too. Every finding
    has a code and a severity; paths are relative to the project.

    Raises:
        UsageError: a name means no plan, or the project's settings can't be understood.
    """
    root, folder = _root(project)
    rules = by_code(RULES)
    forget()
    files = dict.fromkeys(_meant(plans, root, folder))
    found = [one for file in files for one in lint_file(file).findings]
    told = [replace(one, severity=severity_of(one, rules)) for one in dict.fromkeys(found)]
    return tuple(sorted(told, key=lambda one: (one.path, one.line, one.column, one.code)))


def explain(plan: Name, *, project: Name = ".") -> tuple[Claim, ...]:
    """Return a plan's claims with the checks that each was compiled to; nothing runs.

    Raises:
        UsageError: no plan of the project, or several, go by the name.
        PlanError: the plan or its run file can't be understood.
    """
    root, folder = _root(project)
    file = plan_at(root, folder, plan)
    read = plan_of_text(file.read_bytes(), file.relative_to(root).as_posix())
    beside = run_file_path(file)
    run_file = None
    if beside.is_file():
        run_file = read_run_file(beside.read_bytes(), beside.relative_to(root).as_posix())
    return compile_plan(read, run_file, root).claims


def status(*, project: Name = ".") -> tuple[Standing, ...]:
    """Return where all plans of a project stand, and what to do next with each.

    Plans that are links to files outside of it are left out.

    Raises:
        UsageError: the folder is in no project.
        Refusal: it is in no git repository, or a journal can't be read.
    """
    root, _ = _root(project)
    return tuple(
        one for one in overview(str(root)).plans if not leads_out(root, root / one.plan.path)
    )


def plans_of(name: Name, *, project: Name = ".") -> tuple[Path, ...]:
    """Return the plan that goes by a name, or else all plans of the phase that does.

    Raises:
        UsageError: the name means none.
    """
    root, folder = _root(project)
    return tuple(_meant((name,), root, folder))


def _root(project: Name) -> tuple[Path, Path]:
    folder = folder_at(project)
    return find_root(folder), folder


def _meant(names: Sequence[Name], root: Path, folder: Path) -> Iterator[Path]:
    for plan in () if names else all_plans(root):
        if not (leads_out(root, plan) or is_archived(plan, root) or is_complete(plan)):
            yield plan
    for name in names:
        yield from plans_at(root, folder, name)
