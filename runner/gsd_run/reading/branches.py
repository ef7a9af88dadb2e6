"""The branch that GSD's settings want a plan to be carried out on."""

import re
from pathlib import Path

from gsd_run.domain.plan import Plan
from gsd_run.reading.plan_names import phase_folder
from gsd_run.reading.planning_files.folders import number_of, planning_folder
from gsd_run.reading.planning_files.milestones import is_sentinel, milestone_of
from gsd_run.reading.settings import Settings

_SEPARATORS = "-_/."
_LONGEST = 60  # characters of a slug


def branch_of(plan: Plan, settings: Settings, root: Path) -> str | None:
    """Return the branch of the plan's phase or milestone; None where the settings want none.

    "" says that they want one, and that the planning files do not tell which.
    """
    strategy = settings.branching_strategy
    folder = phase_folder(root / plan.path)
    if strategy == "phase":
        number = number_of(folder.name)
        if not re.match(r"\d", number) or is_sentinel(number):
            return ""
        return _phase_branch(settings, number, folder.name)
    if strategy == "milestone":
        return _milestone_branch(settings, planning_folder(root / plan.path) or root / ".planning")
    return None


def _phase_branch(settings: Settings, number: str, folder: str) -> str:
    digits = re.match(r"\d+", number)
    assert digits is not None
    padded = f"{int(digits[0]):02d}{number[digits.end() :].upper()}"
    slug = folder.partition(number)[2].lstrip(_SEPARATORS)
    template = settings.phase_branch_template.replace("{project}", settings.project_code)
    return _filled(template.replace("{phase}", padded), slug_of(slug))


def _milestone_branch(settings: Settings, planning: Path) -> str:
    roadmap, state = (_text(planning / name) for name in ("ROADMAP.md", "STATE.md"))
    found = milestone_of(roadmap, state)
    if not found.version:
        return ""
    template = settings.milestone_branch_template.replace("{milestone}", found.version)
    return _filled(template, slug_of(found.name) or "milestone")


def _filled(template: str, slug: str) -> str:
    """Put the slug in; without one, one separator beside its place goes with it."""
    if slug or "{slug}" not in template:
        return template.replace("{slug}", slug)
    before, _, after = template.partition("{slug}")
    if before[-1:] in _SEPARATORS:
        before = before[:-1]
    elif after[:1] in _SEPARATORS:
        after = after[1:]
    return (before + after).strip(_SEPARATORS)


def slug_of(text: str) -> str:
    """Return a text as lower-case ASCII letters and digits with hyphens between."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:_LONGEST].strip("-")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace").replace("\r\n", "\n")
    except OSError:
        return ""
