"""Finding the plans of a phase by whatever the phase is called."""

import difflib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from gsd_run.domain.errors import UsageError
from gsd_run.reading.locating import (
    LONGEST_NAME,
    MOST_CANDIDATES,
    all_plans,
    in_natural_order,
    is_archived,
    lies_in,
    nearest,
    relative_to_root,
)
from gsd_run.reading.plan_names import key_of, phase_folder, phase_names


def phase_plans(name: str, root: Path, cwd: Path) -> tuple[Path, ...]:
    """Return the plan files of the phase that `name` means, in the order of their numbers.

    It may be the phase's number in any of its forms, its folder's name or the part of that after
    the number, a path of the folder seen from `cwd` or from the root, or any of these with
    folders of its path in front (`web/12` is phase 12 of workstream web). An archived phase is
    found only where no other has the name. Within `.planning/`, of several phases those nearest
    to `cwd` are meant.

    Raises:
        UsageError: no phase with a plan, or several, go by the name; with the candidates.

    """
    phases: dict[Path, list[Path]] = {}
    for plan in all_plans(root):
        phases.setdefault(phase_folder(plan), []).append(plan)
    by_path = _by_path(name, root, cwd)
    if by_path is not None:
        if by_path in phases:
            return tuple(phases[by_path])
        raise UsageError(f"{relative_to_root(by_path, root)}: no *-PLAN.md file lies there")
    for answering in _answering(name, list(phases), root):
        found = [path for path in answering if not is_archived(path, root)] or answering
        found = nearest(found, root, cwd)
        if len(found) == 1:
            return tuple(phases[found[0]])
        if found:
            raise UsageError(
                f"{name!r} names {len(found)} phases; give one of:\n{_listing(found, root)}"
            )
    raise _unknown(name, sorted(phases, key=in_natural_order), root)


def _by_path(name: str, root: Path, cwd: Path) -> Path | None:
    if any(len(part) > LONGEST_NAME for part in name.split("/")) or "\0" in name or not name:
        return None
    for base in dict.fromkeys((cwd, root)):
        path = Path(os.path.normpath(base / name))
        inside = path.is_relative_to(root / ".planning") and path != root / ".planning"
        if path.is_dir() and inside:
            return path.parent if path.name.lower() == "plans" else path
    return None


def _answering(name: str, folders: list[Path], root: Path) -> Iterator[list[Path]]:
    """Give the folders of the phases that answer to a name, by the exact reading of it first."""
    *above, last = [part for part in re.split(r"/+", name) if key_of(part)] or [""]
    keys = [key_of(part) for part in above]
    inside = [path for path in folders if lies_in(path, keys, root)]
    for candidates, key in ((folders, key_of(name)), (inside, key_of(last))):
        yield [path for path in candidates if key in phase_names(path.name).exact]
        yield [path for path in candidates if key in phase_names(path.name).loose]


def _unknown(name: str, folders: list[Path], root: Path) -> UsageError:
    if not folders:
        return UsageError(f"no phase {name!r}: no *-PLAN.md file lies in {root / '.planning'}")
    keys = {
        alias: path
        for path in folders
        for alias in sorted(phase_names(path.name).exact | phase_names(path.name).loose)
    }
    close = difflib.get_close_matches(key_of(name), keys, n=4 * MOST_CANDIDATES, cutoff=0.0)
    near = list(dict.fromkeys(keys[alias] for alias in close))[:MOST_CANDIDATES]
    return UsageError(f"no phase {name!r} with a plan; the closest are:\n{_listing(near, root)}")


def _listing(folders: list[Path], root: Path) -> str:
    shown = [f"  {relative_to_root(path, root)}" for path in folders[:MOST_CANDIDATES]]
    more = len(folders) - len(shown)
    return "\n".join([*shown, f"  … and {more} more"] if more else shown)
