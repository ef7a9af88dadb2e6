"""A project by any folder of it, and the plans and runs that names mean in it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.api.values import Name
from gsd_run.domain.errors import GsdRunError, Refusal, UsageError
from gsd_run.domain.run import RunState
from gsd_run.outside.confinement import Confinement
from gsd_run.outside.git import open_repository
from gsd_run.outside.project import Project, project_at
from gsd_run.reading.confining import Use
from gsd_run.reading.locating import find_root, locate
from gsd_run.reading.phases import phase_plans
from gsd_run.reading.plan_names import key_of, names_of, plan_id
from gsd_run.reading.settings import Settings, read_settings
from gsd_run.running.journals.store import Store, store_of

if TYPE_CHECKING:
    from gsd_run.reporting.ci.places import Files


class Place(Struct, frozen=True, kw_only=True):
    """A project with its settings; `folder` is where relative paths of plans start, too."""

    project: Project
    settings: Settings
    folder: Path

    def plan(self, name: Name) -> Path:
        """Return the plan's file for an id or path.

        Raises:
            UsageError: no plan, or several, or one outside the project, go by the name.
        """
        return plan_at(self.project.root, self.folder, name)

    def plans(self, name: Name) -> tuple[Path, ...]:
        """Return the plan that goes by a name, or else all plans of the phase that does.

        Raises:
            UsageError: the name means none, or one outside the project.
        """
        return plans_at(self.project.root, self.folder, name)

    def path_of(self, plan: Path) -> str:
        """Return a plan's path relative to the project."""
        return plan.relative_to(self.project.root.resolve()).as_posix()


def place_at(folder: Name, sandbox: Use | None = None) -> Place:
    """Return the project that a folder is in; `sandbox` goes before what its settings say.

    Raises:
        UsageError: it is in none, or the settings can't be understood.
    """
    start = folder_at(folder)
    root = find_root(start)
    settings = read_settings(root)
    rules = replace(settings.rules, sandbox=sandbox or settings.rules.sandbox)
    settings = replace(settings, rules=rules)
    confinement = Confinement(passes=rules.passes, sets=rules.sets, limits=rules.limits)
    project = project_at(root, settings.venv, confinement)
    return Place(project=project, settings=settings, folder=start)


def folder_at(name: Name) -> Path:
    """Return a folder of a project as an absolute path.

    Raises:
        UsageError: no path can be written like this.
    """
    folder = Path(name).absolute()
    if "\0" in str(folder):
        raise UsageError(f"{os.fspath(name)!r}: no folder has such a name")
    return folder


def leads_out(root: Path, plan: Path) -> bool:
    """Tell whether a plan's file is a link to somewhere outside the project."""
    return not plan.resolve().is_relative_to(root.resolve())


def plan_at(root: Path, folder: Path, name: Name) -> Path:
    """Return the file of a plan of the project at `root`, for an id or path.

    Raises:
        UsageError: no plan, or several, or one outside the project, go by the name.
    """
    top = root.resolve()
    return _inside(top, locate(os.fspath(name), top, folder), name)


def plans_at(root: Path, folder: Path, name: Name) -> tuple[Path, ...]:
    """Return the plan that goes by a name, or else all plans of the phase that does.

    Raises:
        UsageError: the name means none, or one outside the project.
    """
    try:
        return (plan_at(root, folder, name),)
    except UsageError as no_plan:
        try:
            found = phase_plans(os.fspath(name), root.resolve(), folder)
        except UsageError:
            raise no_plan from None
    return tuple(_inside(root.resolve(), one, name) for one in found)


def _inside(top: Path, plan: Path, name: Name) -> Path:
    found = plan.resolve()
    if not found.is_relative_to(top):
        raise UsageError(f"{os.fspath(name)}: that plan is outside the project {top}")
    return found


def stopped_run(place: Place, plan: Name | None) -> RunState:
    """Return the run to go on with: the plan's, or the only one that stopped.

    Raises:
        UsageError: there is none, or there are several.
    """
    store = store_of(open_repository(place.project.root))
    if plan is not None:
        run = run_of(place, store, plan)
        if run.undone:
            raise UsageError(f"the run of {plan} was taken back; `gsd-run {plan}` starts a new one")
        return run
    stopped = store.unfinished()
    if not stopped:
        raise UsageError("no run has stopped here; `gsd-run PLAN` starts one")
    if len(stopped) > 1:
        listed = "\n".join(f"  {one.plan.id}" for one in stopped)
        raise UsageError(f"several runs have stopped; say which:\n{listed}")
    return stopped[0]


def run_of(place: Place, store: Store, name: Name) -> RunState:
    """Return the newest run of a plan, by a name that may outlive the plan's file.

    Raises:
        UsageError: no run goes by the name.
    """
    root = place.project.root
    try:
        wanted = place.path_of(place.plan(name))
    except GsdRunError:
        key = key_of(Path(name).name)
        named = [one for one in store.begun() if key in _keys(root / one.path)]
        found = store.run(named[-1].run) if key and named else None
    else:
        found = store.latest(plan_id(Path(wanted)), wanted, root)
    if found is None:
        known = sorted({one.plan for one in store.begun()})
        listed = "\n".join(f"  {one}" for one in known) or "  (no plan was ever run here)"
        raise UsageError(f"{os.fspath(name)}: no run of it here. Plans with a run:\n{listed}")
    return found


def plan_file_of(place: Place, run: RunState) -> Path:
    """Return where a run's plan lies.

    Raises:
        Refusal: it is gone.
    """
    plan = place.project.root / run.plan.path
    if not plan.is_file():
        raise Refusal(
            f"{run.plan.path} is gone, and going on needs it; put it back (it is in the journal of "
            f"run {run.started.run}, and in git if it was committed)"
        )
    return plan


def _keys(plan: Path) -> frozenset[str]:
    names = names_of(plan)
    return names.full | names.short


def files_of_project(place: Place) -> "Files":
    """Return the project's files, for the places in the code where a claim is refuted."""
    # Of the commands only those that tell where a claim is refuted come here.
    from gsd_run.outside.around import file_reader, files_of  # noqa: PLC0415
    from gsd_run.reporting.ci.places import Files  # noqa: PLC0415

    names = files_of(place.project.root) or frozenset()
    return Files(names=names, read=file_reader(place.project))
