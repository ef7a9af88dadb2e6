"""REQUIREMENTS.md after a plan: what the plan states as its requirements, ticked."""

import re
from collections.abc import Iterable, Mapping, Sequence

from gsd_run.reading.planning_files.tables import with_cell

_OPEN = re.compile(r"pending|gaps found", re.IGNORECASE)


def ready(
    wanted: Sequence[str], siblings: Iterable[tuple[Sequence[str], bool]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part requirements into those that are through and those that wait for other plans.

    `siblings` are the other plans of the phase: their requirements, and whether they have a
    summary. One that is shared waits for the last plan that has it.
    """
    waiting = {one.lower() for ids, done in siblings if not done for one in ids}
    return (
        tuple(one for one in wanted if one.lower() not in waiting),
        tuple(one for one in wanted if one.lower() in waiting),
    )


def with_complete(text: str, ids: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """Return the text with these requirements complete, and those that it does not know."""
    unknown = []
    for one in ids:
        text, known = _with_one(text, one)
        if not known:
            unknown.append(one)
    return text, tuple(unknown)


def _with_one(text: str, requirement: str) -> tuple[str, bool]:
    """Tick one requirement and its row of the traceability table.

    Where the table says something else than pending (blocked, deferred), neither is touched.
    """
    box = rf"(-\s*\[) (\]\s*\*\*{re.escape(requirement)}\*\*)"
    ticked = re.sub(box, r"\1x\2", text, flags=re.IGNORECASE)
    start, end = _traceability(ticked)
    said: list[str] = []

    def wanted(row: Mapping[str, str]) -> bool:
        return next(iter(row.values()), "").lower() == requirement.lower()

    def completed(status: str) -> str:
        said.append(status)
        return " Complete " if _OPEN.fullmatch(status) else status

    part = with_cell(ticked[start:end], wanted, "Status", completed)
    if part is None:
        done = re.search(box.replace("\\[) (", "\\[)x("), ticked, re.IGNORECASE)
        return ticked, done is not None
    if ticked != text and not _OPEN.fullmatch(said[0]):
        return text, True
    return ticked[:start] + part + ticked[end:], True


def _traceability(text: str) -> tuple[int, int]:
    found = re.search(
        r"^##[ \t]+Traceability(?:[ \t]+Status)?\b", text, re.IGNORECASE | re.MULTILINE
    )
    if found is None:
        return 0, len(text)
    following = re.search(r"\n#{1,2}[ \t]", text[found.start() :])
    return found.start(), found.start() + following.start() if following else len(text)
