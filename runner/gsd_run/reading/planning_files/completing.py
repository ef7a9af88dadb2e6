"""The three planning files after a plan, from the files as they are and what lies on disk."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from gsd_run.reading.planning_files.completion import Completion
from gsd_run.reading.planning_files.folders import (
    PhaseFolder,
    has_summary,
    phase_folder_at,
    phases_of,
)
from gsd_run.reading.planning_files.milestones import milestone_of
from gsd_run.reading.planning_files.requirements import ready, with_complete
from gsd_run.reading.planning_files.roadmap import with_plans
from gsd_run.reading.planning_files.state import (
    Unreadable,
    advanced,
    recorded,
    with_decision,
    with_metric,
    with_progress,
    with_session,
)
from gsd_run.reading.planning_files.state_head import (
    counted,
    derived,
    parted,
    spliced,
    values_of,
)
from gsd_run.reading.planning_files.texts import unified, with_endings_of

STATE, ROADMAP, REQUIREMENTS = "STATE.md", "ROADMAP.md", "REQUIREMENTS.md"


class Updated(Struct, frozen=True, kw_only=True):
    """What one of the files becomes; `text` is None where nothing changes there.

    `notes` say what was left alone, and why.
    """

    name: str
    text: str | None = None
    notes: tuple[str, ...] = ()


def state_updated(text: str, roadmap: str | None, phase: PhaseFolder, folder: Path,
                  done: Completion) -> Updated:  # fmt: skip
    """Return STATE.md one plan further.

    A plan that stands in its metrics already was counted before: then nothing changes.
    """
    plain = unified(text).removeprefix("\ufeff")
    head, body = parted(plain)
    if recorded(body, done):
        return Updated(name=STATE)
    notes: list[str] = []
    new = body
    left = tuple(plan for plan in phase.plans if plan not in phase.done)
    try:
        new = advanced(body, done, outstanding=left)
    except Unreadable as error:
        notes.append(error.message)
    new = with_metric(new, done)
    for decision in done.decisions:
        new = with_decision(new, f"- [Phase {done.phase}]: {' '.join(decision.split())}")
    new = with_session(new, done)
    top, stored = values_of(head)
    known = unified(roadmap or "")
    milestone = milestone_of(known, plain)
    phases = phases_of(folder, milestone)
    stated = top.get("milestone", "")
    counts = counted(new, milestone, roadmap, phases, stored, stated)
    open_phases = counts.get("completed_phases", 0) < counts.get("total_phases", 0)
    values = derived(body, new, top, milestone, done, phases_open=open_phases)
    if "percent" in counts:
        new = with_progress(new, counts["percent"])
    whole = spliced(head, values, counts) + new
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    return Updated(name=STATE, text=mark + with_endings_of(text, whole), notes=tuple(notes))


def roadmap_updated(text: str, phase: PhaseFolder) -> Updated:
    """Return ROADMAP.md with the phase's plans that have a summary ticked and counted."""
    plain = unified(text)
    marked = with_plans(plain, phase)
    if not marked.found:
        return Updated(name=ROADMAP, notes=(f"it has no entry for phase {phase.number}",))
    return _updated(ROADMAP, text, marked.text)


def requirements_updated(
    text: str, plan: Path, done: Completion, declared: Mapping[Path, tuple[str, ...]]
) -> Updated:
    """Return REQUIREMENTS.md with the plan's requirements complete.

    `declared` gives the requirements of every plan of the phase. One that another plan has, too,
    waits until that has a summary.
    """
    siblings = [(ids, has_summary(path)) for path, ids in declared.items() if path != plan]
    through, waiting = ready(done.requirements, siblings)
    notes = [f"{one} waits for another plan that has it" for one in waiting]
    changed, unknown = with_complete(unified(text), through)
    notes += [f"it has no requirement {one}" for one in unknown]
    return _updated(REQUIREMENTS, text, changed, tuple(notes))


def _updated(name: str, original: str, text: str, notes: tuple[str, ...] = ()) -> Updated:
    if text == unified(original):
        return Updated(name=name, notes=notes)
    return Updated(name=name, text=with_endings_of(original, text), notes=notes)


__all__ = [
    "REQUIREMENTS",
    "ROADMAP",
    "STATE",
    "Updated",
    "phase_folder_at",
    "requirements_updated",
    "roadmap_updated",
    "state_updated",
]
