"""The folders of a project's phases: their plans, those with a summary, what is verified."""

import re
from pathlib import Path

from msgspec import Struct

from gsd_run.reading.locating import is_complete, summary_candidates
from gsd_run.reading.plan_names import is_plan_file, names_of
from gsd_run.reading.planning_files.milestones import (
    Milestone,
    is_sentinel,
    phases_in,
    retired_phases,
    unpadded,
)

_TOKEN = re.compile(r"(?:[A-Z][A-Z0-9_]*-)?(\d+[A-Z]?(?:\.\d+)*)", re.IGNORECASE)
_HEAD = 64 * 1024  # bytes in which a frontmatter's status is looked for


class PhaseFolder(Struct, frozen=True, kw_only=True):
    """A phase as it lies on disk.

    `plans` are file names, those that were superseded left out, and `done` those with a summary
    that does not say halted; `names` are the keys of what each plan may be called. `verified`
    tells whether a VERIFICATION.md there says passed.
    """

    name: str
    number: str
    plans: tuple[str, ...]
    done: tuple[str, ...]
    names: dict[str, frozenset[str]]
    verified: bool


def planning_folder(plan: Path) -> Path | None:
    """Return the folder that holds `phases/` and the planning files; None where there is none.

    That is `.planning`, or `.planning/workstreams/NAME`.
    """
    folder = plan.parent.parent if plan.parent.name.lower() == "plans" else plan.parent
    return folder.parent.parent if folder.parent.name == "phases" else None


def phase_folder_at(folder: Path) -> PhaseFolder:
    """Return what lies in a phase's folder."""
    root = sorted(path for path in folder.iterdir() if path.is_file())
    nested = folder / "plans"
    inner = sorted(path for path in nested.iterdir() if path.is_file()) if nested.is_dir() else []
    files = [*root, *inner]
    plans = [path for path in files if is_plan_file(path.name) and _status(path) != "superseded"]
    checked = [path for path in root if re.search(r"(?:^|-)VERIFICATION\.md$", path.name)]
    return PhaseFolder(
        name=folder.name,
        number=number_of(folder.name),
        plans=tuple(path.relative_to(folder).as_posix() for path in plans),
        done=tuple(path.relative_to(folder).as_posix() for path in plans if is_complete(path)),
        names={path.relative_to(folder).as_posix(): _names(path) for path in plans},
        verified=any(_status(path) == "passed" for path in checked),
    )


def has_summary(plan: Path) -> bool:
    """Tell whether a plan has a summary, whatever that says."""
    return any(path.is_file() for path in summary_candidates(plan))


def number_of(folder: str) -> str:
    """Return the phase's number in a folder's name, its project code left out: 03, 12A, 4.1."""
    found = _TOKEN.match(folder)
    return found[1] if found else folder


def phases_of(folder: Path, milestone: Milestone) -> tuple[PhaseFolder, ...]:
    """Return the folders of the current milestone's phases, one for each number."""
    phases = folder / "phases"
    if not phases.is_dir():
        return ()
    wanted, retired = phases_in(milestone.text), retired_phases(milestone.text)
    found: dict[str, Path] = {}
    for path in sorted(phases.iterdir()):
        number = unpadded(number_of(path.name))
        if not path.is_dir() or is_sentinel(number) or number in retired:
            continue
        if not wanted or number in {one.upper() for one in wanted}:
            found.setdefault(number, path)
    return tuple(phase_folder_at(path) for path in found.values())


def _status(path: Path) -> str:
    with path.open("rb") as file:
        text = file.read(_HEAD).decode("utf-8-sig", "replace").replace("\r\n", "\n")
    front = re.match(r"\s*---\n(.*?)\n---", text, re.DOTALL)
    found = re.search(r"^status:[ \t]*[\"']?([\w-]+)", front[1], re.MULTILINE) if front else None
    return found[1].lower() if found else ""


def _names(plan: Path) -> frozenset[str]:
    names = names_of(plan)
    return names.full | names.short | names.loose
