"""ROADMAP.md after a plan: its list of plans, its count, its row of progress.

A phase is never said to be Complete here: that is for GSD's verification to say.
"""

import re
from collections.abc import Mapping

from msgspec import Struct

from gsd_run.reading.plan_names import key_of
from gsd_run.reading.planning_files.folders import PhaseFolder
from gsd_run.reading.planning_files.milestones import unpadded
from gsd_run.reading.planning_files.tables import with_cell

_TAG = r"(?:\s*\([^)\n]{0,200}\))?"
_TEMPLATE = re.compile(r"\[\s*Number of plans\b.*\]", re.IGNORECASE)
_LISTED = re.compile(
    r"^([ \t]*[-*+][ \t]*\[)([x ])(\][ \t]*(?:\*\*)?(?:Plan[ \t]+)?[\[`]?)([\w.-]+)",
    re.IGNORECASE | re.MULTILINE,
)
_ITEM = re.compile(r"\s*(?:[-*+]|\d+\.)\s")


class Marked(Struct, frozen=True, kw_only=True):
    """A roadmap with a phase's progress; `found` tells whether it has an entry for the phase."""

    text: str
    found: bool


def with_plans(roadmap: str, phase: PhaseFolder) -> Marked:
    """Return the roadmap with what of a phase is done ticked and counted.

    Of a roadmap with shipped milestones folded away, only what comes after those is touched.
    """
    fold = roadmap.rfind("</details>")
    at = fold + len("</details>") if fold >= 0 else 0
    shipped, text = roadmap[:at], roadmap[at:]
    counts = f"{len(phase.done)}/{len(phase.plans)}"
    through = phase.verified and len(phase.done) == len(phase.plans)
    heading = rf"#{{2,4}}\s*Phase\s+{_number(phase.number)}{_TAG}(?=[:\s])"
    headed = re.search(heading, text, re.IGNORECASE) is not None
    text, in_table = _with_row(text, phase.number, counts, through=through)
    text = _with_count(text, heading, counts, through=through)
    plans = _plans_by_name(phase)
    text = _LISTED.sub(lambda item: _ticked(item, phase, plans), text)
    text = _with_missing(text, heading, phase, plans)
    found = headed or in_table
    return Marked(text=shipped + text if found else roadmap, found=found)


def _number(phase: str) -> str:
    """Return a pattern of a phase's number with any leading zeros."""
    return rf"0*{re.escape(unpadded(phase))}"


def _with_row(text: str, phase: str, counts: str, *, through: bool) -> tuple[str, bool]:
    """Set the phase's row in the progress table; what a verified phase says of itself stays."""
    found = re.search(r"^##[ \t]+Progress\b", text, re.IGNORECASE | re.MULTILINE)
    start = found.start() if found else 0
    following = re.search(r"\n#{1,2}[ \t]", text[start:]) if found else None
    end = start + following.start() if following else len(text)
    part = text[start:end]
    first = re.compile(rf"{_number(phase)}\.?(?:\s|$)", re.IGNORECASE)

    def wanted(row: Mapping[str, str]) -> bool:
        return bool(first.match(row.get("Phase", "")))

    columns = {"Plans Complete": f" {counts} "}
    if not through:
        columns |= {"Status": f" {'In Progress':<11}", "Completed": "  "}
    seen = False
    for column, value in columns.items():
        changed = with_cell(part, wanted, column, lambda _, new=value: new)  # type: ignore[misc]
        seen, part = seen or changed is not None, changed if changed is not None else part
    return text[:start] + part + text[end:], seen


def _with_count(text: str, heading: str, counts: str, *, through: bool) -> str:
    label = r"(?:\*\*Plans\*\*:|\*\*Plans:\*\*|(?:^|\n)Plans:)\s*"
    found = re.search(
        rf"({heading}(?:(?!\n#{{1,4}}\s)[\s\S])*?{label})"
        r"(\d+\s*/\s*\d+\s+plans(?:\s+(?:complete|executed))?|\d+\s+plans?)?([^\n]*)",
        text,
        re.IGNORECASE,
    )
    if found is None:
        return text
    kept = through and (found[2] or "").lower().endswith("complete")
    said = f"{counts} plans {'complete' if kept else 'executed'}"
    if found[2]:
        return f"{text[: found.end(1)]}{said}{text[found.start(3) :]}"
    if _TEMPLATE.fullmatch(found[3].strip()):
        return f"{text[: found.end(1)]}{said}{text[found.end() :]}"
    return text


def _plans_by_name(phase: PhaseFolder) -> dict[str, str]:
    """Return the phase's plans by what a list item may call them: `02-01`, or the file's name."""
    found: dict[str, str] = {}
    for plan, names in phase.names.items():
        for name in names:
            found.setdefault(name, plan)
    return found


def _ticked(item: re.Match[str], phase: PhaseFolder, plans: Mapping[str, str]) -> str:
    """Tick an item of a plan that is done, by whatever name the item has for it."""
    tick = "x" if item[2] == " " and plans.get(key_of(item[4])) in phase.done else item[2]
    return f"{item[1]}{tick}{item[3]}{item[4]}"


def _with_missing(text: str, heading: str, phase: PhaseFolder, plans: Mapping[str, str]) -> str:
    """Add an item for each plan that the roadmap does not list, below the phase's list's head."""
    listed = {plans.get(key_of(item[4])) for item in _LISTED.finditer(text)}
    missing = [plan for plan in sorted(phase.plans) if plan not in listed]
    if not missing:
        return text
    for label in (r"(?:^|\n)Plans:", r"(?:\*\*Plans\*\*:|\*\*Plans:\*\*)"):
        found = re.search(
            rf"{heading}(?:(?!\n#{{1,4}}\s)[\s\S])*?{label}[^\n]*", text, re.IGNORECASE
        )
        if found:
            rows = [f"- [{'x' if plan in phase.done else ' '}] {plan}" for plan in missing]
            below = text[found.end() + 1 :]
            gap = "\n" if below.split("\n")[0].strip() and not _ITEM.match(below) else ""
            after = re.sub(r"^\n+(?=- )", "\n", text[found.end() :])
            return f"{text[: found.end()]}\n\n" + "\n".join(rows) + gap + after
    return text
