"""Where the user is: the project, its settings, and the plan that their words mean."""

from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.domain.errors import GsdRunError, UsageError
from gsd_run.domain.run import RunState
from gsd_run.outside.confinement import Confinement
from gsd_run.outside.git import open_repository
from gsd_run.outside.project import Project, project_at
from gsd_run.reading.confining import Use
from gsd_run.reading.locating import find_root, locate
from gsd_run.reading.plan_names import key_of, names_of
from gsd_run.reading.settings import Settings, read_settings
from gsd_run.running.journals.store import Store, store_of


class Place(Struct, frozen=True, kw_only=True):
    """A project with its settings."""

    project: Project
    settings: Settings

    def plan(self, name: str) -> Path:
        """Return the plan's file for an id or path.

        Raises:
            UsageError: no plan, or several, or one outside the project, go by the name.
        """
        root = self.project.root.resolve()
        found = locate(name, root, Path.cwd()).resolve()
        if not found.is_relative_to(root):
            raise UsageError(f"{name}: that plan is outside the project {root}")
        return found


def here(sandbox: Use | None = None) -> Place:
    """Return the project that the current folder is in; `sandbox` is what the call says of that."""
    root = find_root(Path.cwd())
    settings = read_settings(root)
    rules = replace(settings.rules, sandbox=sandbox or settings.rules.sandbox)
    settings = replace(settings, rules=rules)
    confinement = Confinement(passes=rules.passes, sets=rules.sets, limits=rules.limits)
    return Place(project=project_at(root, settings.venv, confinement), settings=settings)


def run_of(place: Place, store: Store, name: str) -> RunState:
    """Return the newest run of a plan, by a name that may outlive the plan's file.

    Raises:
        UsageError: no run goes by the name.
    """
    try:
        path = place.plan(name).resolve()
        wanted = path.relative_to(place.project.root).as_posix()
        found = [run for run in store.runs() if run.plan.path == wanted]
    except GsdRunError:
        key = key_of(Path(name).name)
        found = [run for run in store.runs() if key in _keys(place, run)]
    if not found:
        known = sorted({run.plan.id for run in store.runs()})
        listed = "\n".join(f"  {one}" for one in known) or "  (no plan was ever run here)"
        raise UsageError(f"{name}: no run of it here. Plans with a run:\n{listed}")
    return found[-1]


def chosen_run(place: Place, plan: str | None, run: str) -> RunState:
    """Return the run that is meant: by its id, the newest of a plan, else the newest of all.

    Raises:
        UsageError: there is none.
    """
    store = store_of(open_repository(place.project.root))
    if run:
        found = store.run(run) if "/" not in run else None
        if found is None:
            listed = "\n".join(f"  {one.started.run}  {one.plan.id}" for one in store.runs())
            raise UsageError(f"no run {run} here. Runs:\n{listed or '  (none)'}")
        return found
    if plan:
        return run_of(place, store, plan)
    runs = store.newest()
    if not runs:
        raise UsageError("no plan was ever run here")
    return max(runs, key=lambda one: one.started.run)


def _keys(place: Place, run: RunState) -> frozenset[str]:
    names = names_of(place.project.root / run.plan.path)
    return names.full | names.short
