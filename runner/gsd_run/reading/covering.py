"""Which files a phase's verification rests on, and GSD's fingerprint of what they hold.

GSD calls a report stale when one of the files that it covers holds something else than then.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from gsd_run.domain import lazy
from gsd_run.domain.plan import Plan

_OF_PLANS = lazy.pattern(r"PLAN.*\.md$|SUMMARY.*\.md$|-RUN\.yaml$", re.IGNORECASE)


def covered_files(root: Path, folder: Path, plans: Sequence[Plan]) -> tuple[str, ...]:
    """Return the files below the root that the verdicts on these plans rest on, in order.

    These are the plans, summaries and run files of the phase's folder, and every file that the
    plans name and that is there. GSD's own records below `.planning/` are left out: they change
    as soon as the phase is complete.
    """
    beside = [
        path.relative_to(root).as_posix()
        for place in (folder, folder / "plans")
        if place.is_dir()
        for path in place.iterdir()
        if _OF_PLANS.search(path.name)
    ]
    named = [path for plan in plans for path in _named(plan) if not path.startswith(".planning/")]
    top = root.resolve()
    return tuple(sorted({one for one in (*beside, *named) if _is_inside(top, one)}))


def _named(plan: Plan) -> Iterator[str]:
    yield from map(_normal, plan.files_modified)
    for task in plan.tasks:
        yield from map(_normal, task.files)
    for artifact in plan.must_haves.artifacts:
        yield _normal(artifact.path)
    for link in plan.must_haves.key_links:
        yield _normal(link.source)
        yield _normal(link.target)


def _normal(path: str) -> str:
    return PurePosixPath(path.strip()).as_posix()


def _is_inside(top: Path, path: str) -> bool:
    """Tell whether a path leads to a file within the project, links followed."""
    if not path or path.startswith(("/", "..")) or "\0" in path or "/../" in path:
        return False
    try:
        place = (top / path).resolve()
        return place.is_file() and place.is_relative_to(top)
    except (OSError, RuntimeError):
        return False


def fingerprint(root: Path, paths: Sequence[str]) -> str:
    """Return the digest that GSD computes over these files, which are read as they are on disk."""
    lines = [
        f"{path}\n{hashlib.sha256((root / path).read_bytes()).hexdigest()}\n" for path in paths
    ]
    whole = "".join(["v1\n", *lines])
    return f"v1:sha256:{hashlib.sha256(whole.encode()).hexdigest()}"
