"""What `status` tells of a plan's file, read by the reader that runs go by."""

from collections.abc import Mapping
from pathlib import Path

from gsd_run.domain.errors import PlanError
from gsd_run.domain.graph import title_of
from gsd_run.domain.standing import PlanFacts
from gsd_run.reading.locating import dependency, is_archived, summary_candidates
from gsd_run.reading.plan import read_plan
from gsd_run.reading.plan_names import PlanNames, is_plan_file, key_of, phase_folder, plan_id


def facts_of_plan(path: Path, root: Path) -> PlanFacts | None:
    """Return what a file says of itself; None where its name is not that of a plan."""
    if not is_plan_file(path.name):
        return None
    folder = phase_folder(path)
    name = path.relative_to(root).as_posix()
    known = PlanFacts(
        id=plan_id(path),
        key=key_of(plan_id(path)),
        path=name,
        phase=folder.name,
        folder=folder.relative_to(root).as_posix(),
        archived=is_archived(path, root),
        title="",
        summaries=tuple(one.relative_to(root).as_posix() for one in summary_candidates(path)),
    )
    try:
        plan = read_plan(path.read_bytes(), name)
    except (PlanError, OSError):
        return known._replace(unreadable=True)
    said = str(plan.frontmatter.get("status", "")).strip().lower()
    return known._replace(
        title=title_of(plan),
        tasks=len(plan.tasks),
        wave=plan.wave,
        superseded=said == "superseded",
        depends_on=plan.depends_on,
    )


def needs_of(
    plan: PlanFacts, root: Path, known: Mapping[Path, PlanNames]
) -> dict[str, tuple[str, ...]]:
    """Return which plans each entry of a plan's depends_on means, () where it means none."""
    return {
        entry: tuple(
            one.relative_to(root).as_posix()
            for one in dependency(entry, root / plan.path, root, known)
        )
        for entry in plan.depends_on
    }
