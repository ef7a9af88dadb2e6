"""STATE.md's frontmatter: the figures that GSD keeps there, set line by line.

Lines of keys that keep their value, comments and keys of somebody else stay as they are.
"""

import math
import re
from collections.abc import Mapping, Sequence

from gsd_run.reading.planning_files.completion import Completion
from gsd_run.reading.planning_files.folders import PhaseFolder
from gsd_run.reading.planning_files.milestones import (
    Milestone,
    completed_phases,
    headed_phases,
)
from gsd_run.reading.planning_files.state import phase_and_name, position
from gsd_run.reading.planning_files.texts import field, named, section

KEYS = (
    "gsd_state_version", "milestone", "milestone_name", "current_phase", "current_phase_name",
    "current_plan", "status", "stopped_at", "paused_at", "last_updated", "last_activity",
    "last_activity_desc", "state_head", "progress",
)  # fmt: skip
COUNTS = ("total_phases", "completed_phases", "total_plans", "completed_plans", "percent")
_HEAD = re.compile(r"\s*---\n(.*?\n)?---[ \t]*(?:\n|$)", re.DOTALL)
_KEY = re.compile(r"([A-Za-z_][\w.-]*):(?:[ \t]+(.*?))?[ \t]*$")
_NUMERIC = re.compile(
    r"\d[\d_]*(?:\.[\d_]*)?(?:[eE][-+]?\d+)?|0[xXbBoO][0-9a-fA-F_]+|\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?"
)
_STATES = {
    "paused": "paused", "stopped": "paused", "executing": "executing",
    "in progress": "executing", "ready to execute": "executing", "planning": "planning",
    "ready to plan": "planning", "planning complete": "planning", "discussing": "discussing",
    "verifying": "verifying", "completed": "completed", "done": "completed",
    "complete": "completed", "phase complete": "completed",
    "phase complete — ready for verification": "verifying", "all phases complete": "completed",
    "milestone complete": "completed", "unknown": "unknown",
}  # fmt: skip
_STATE_FORMS = (
    (r"executing phase\s+\S+", "executing"),
    (r"planning phase\s+\S+", "planning"),
    (r"verifying phase\s+\S+", "verifying"),
    (r"phase\s+\S+\s+complete", "completed"),
    (r"\S+\s+milestone complete", "completed"),
    (r"complete\s*[✓✔✅☑]?", "completed"),
)


def parted(text: str) -> tuple[str, str]:
    """Return the frontmatter with its rules and blank lines after it, and the body."""
    found = _HEAD.match(text)
    if found is None:
        return "", text
    body = text[found.end() :].lstrip()
    return text[: len(text) - len(body)], body


def values_of(head: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the scalars of the frontmatter by key, and those below `progress`."""
    top: dict[str, str] = {}
    progress: dict[str, str] = {}
    above = ""
    for line in head.split("\n"):
        found = _KEY.match(line.strip())
        if found is None or line.lstrip().startswith("#"):
            continue
        if not line.startswith((" ", "\t")):
            above = found[1]
            top[above] = _plain(found[2] or "")
        elif above == "progress":
            progress[found[1]] = _plain(found[2] or "")
    return top, progress


def counted(
    body: str,
    milestone: Milestone,
    roadmap: str | None,
    phases: Sequence[PhaseFolder],
    stored: Mapping[str, str],
    stated: str,
) -> dict[str, int]:
    """Return the figures of progress, none of those that were completed ever going down."""
    unsure = (not milestone.bounded and milestone.sections) or (roadmap is None and bool(stated))
    derived = {} if unsure else _from_disk(milestone, roadmap, phases)
    kept = {key: number for key in COUNTS if (number := _number(stored.get(key))) is not None}
    total = _number(field(body, "Total Phases")), _number(field(body, "Total Plans in Phase"))
    found = dict(zip(("total_phases", "total_plans"), total, strict=True))
    merged = {**{key: value for key, value in found.items() if value is not None}, **kept}
    if any(derived.get(key, 0) for key in ("total_phases", "total_plans")) or not any(
        kept.get(key, 0) for key in ("total_phases", "total_plans")
    ):
        merged.update(derived)
        for key in ("completed_phases", "completed_plans"):
            if any(kept.get(one, 0) for one in ("total_phases", "total_plans")):
                merged[key] = max(merged.get(key, 0), kept.get(key, 0))
    percent = _percent(merged) if milestone.bounded and milestone.clear and not unsure else None
    if percent is not None:
        merged["percent"] = percent
    return {key: merged[key] for key in COUNTS if key in merged}


def _from_disk(
    milestone: Milestone, roadmap: str | None, phases: Sequence[PhaseFolder]
) -> dict[str, int]:
    headed = headed_phases(milestone.text) if roadmap is not None else 0
    by_roadmap = milestone.bounded or (headed > 0 and not milestone.sections)
    listed = completed_phases(milestone.text) if by_roadmap and roadmap is not None else 0
    return {
        "total_phases": max(len(phases), headed) if by_roadmap else len(phases),
        "completed_phases": max(sum(one.verified for one in phases), listed),
        "total_plans": sum(len(one.plans) for one in phases),
        "completed_plans": sum(len(one.done) for one in phases),
    }


def _percent(counts: Mapping[str, int]) -> int | None:
    fractions = [
        counts[f"completed_{what}"] / counts[f"total_{what}"]
        for what in ("plans", "phases")
        if counts.get(f"total_{what}", 0) > 0 and f"completed_{what}" in counts
    ]
    return min(100, math.floor(min(fractions) * 100 + 0.5)) if fractions else None


def _number(text: str | None) -> int | None:
    found = re.match(r"\s*(\d{1,9})", text or "")
    return int(found[1]) if found else None


def derived(
    before: str,
    body: str,
    old: Mapping[str, str],
    milestone: Milestone,
    done: Completion,
    *,
    phases_open: bool,
) -> dict[str, str]:
    """Return what the frontmatter's scalars are after the body has become `body`.

    What a person curated there stays while the part of the body that it stands for stays.
    `phases_open` tells that phases of the milestone are not complete.
    """
    was, now = _from_body(before), _from_body(body)
    values = {"gsd_state_version": old.get("gsd_state_version") or "1.0", **now}
    values["status"] = _state(field(body, "Status"), now["paused_at"], phases_open=phases_open)
    if milestone.version:
        values["milestone"] = milestone.version
    if milestone.name:
        values["milestone_name"] = milestone.name
    elif old.get("milestone_name") not in (None, "", "milestone"):
        values["milestone_name"] = old["milestone_name"]
        values["milestone"] = old.get("milestone") or milestone.version
    was["status"], now["status"] = field(before, "Status") or "", field(body, "Status") or ""
    was["current_phase_name"], now["current_phase_name"] = (
        field(text, "Phase") or "" for text in (before, body)
    )
    for key in ("current_phase", "current_phase_name", "current_plan", "status", "stopped_at",
                "paused_at", "last_activity_desc"):  # fmt: skip
        curated = old.get(key, "")
        if curated and was[key] == now[key] and not (key == "status" and curated == "unknown"):
            values[key] = curated
    if values["status"] == "unknown" and old.get("status"):
        values["status"] = old["status"]
    older = old.get("last_activity", "")
    if re.match(r"\d{4}-\d\d-\d\d", older) and values["last_activity"][:10] < older[:10]:
        values["last_activity"] = older
    return {**values, "last_updated": done.now, "state_head": done.head}


def _from_body(body: str) -> dict[str, str]:
    phase, name = position(body)
    said = field(body, "Last Activity") or ""
    dated = re.fullmatch(r"(\d{4}-\d{2}-\d{2})(?:\s+[—-]{1,2}\s+(.+))?", said)
    part = section(body, named("session")) or section(body, named("session continuity"))
    session = part.body if part else body
    return {
        "current_phase": field(body, "Current Phase") or phase,
        "current_phase_name": field(body, "Current Phase Name") or name,
        "current_plan": field(body, "Current Plan") or "",
        "stopped_at": field(session, "Stopped At") or "",
        "paused_at": field(session, "Paused At") or "",
        "last_activity": dated[1] if dated else said,
        "last_activity_desc": field(body, "Last Activity Description")
        or (dated[2] or "" if dated else ""),
    }


def _state(said: str | None, paused: str, *, phases_open: bool) -> str:
    if paused:
        return "paused"
    if not said:
        return "unknown"
    key = re.sub(r"\s+", " ", said.strip().lower())
    if phases_open and re.fullmatch(r"phase\s+\S+\s+complete", key):
        return "executing"
    if key in _STATES:
        return _STATES[key]
    return next((state for form, state in _STATE_FORMS if re.fullmatch(form, key)), said)


def spliced(head: str, values: Mapping[str, str], counts: Mapping[str, int]) -> str:
    """Return the frontmatter with these values; one is made where there is none."""
    if not head:
        lines = ["---", "---"]
        return "\n".join(_with_values(lines, values, counts)) + "\n\n"
    found = _HEAD.match(head)
    assert found is not None
    rules = head[: found.end()]
    lead = rules[: len(rules) - len(rules.lstrip())]
    lines = rules.strip().split("\n")
    after = head[found.end() :]
    return lead + "\n".join(_with_values(lines, values, counts)) + "\n" + after


def _with_values(
    lines: list[str], values: Mapping[str, str], counts: Mapping[str, int]
) -> list[str]:
    for key in KEYS[:-1]:
        if value := values.get(key):
            lines = _with_line(lines, key, value, KEYS)
    if not counts:
        return lines
    if _line_of(lines, "progress") is None:
        lines = _inserted(lines, "progress", ["progress:"], KEYS)
    for key in COUNTS:
        if key in counts:
            lines = _with_count(lines, key, str(counts[key]))
    return lines


def _with_line(lines: list[str], key: str, value: str, order: Sequence[str]) -> list[str]:
    place = _line_of(lines, key)
    if place is None:
        return _inserted(lines, key, [f"{key}: {_scalar(value)}"], order)
    return _set(lines, place, value)


def _set(lines: list[str], place: int, value: str) -> list[str]:
    """Set the value on a line, unless it is there already."""
    line = lines[place]
    found = re.match(
        r"""(\s*[\w.-]+:[ \t]*)("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|.*?)([ \t]+#.*)?[ \t]*$""", line
    )
    if found is None or _plain(found[2]) == value or re.match(r"[>|{\[&*]", found[2]):
        return lines
    gap = "" if found[1].endswith((" ", "\t")) else " "
    new = f"{found[1]}{gap}{_scalar(value)}{found[3] or ''}"
    return [*lines[:place], new, *lines[place + 1 :]]


def _with_count(lines: list[str], key: str, value: str) -> list[str]:
    start = _line_of(lines, "progress")
    assert start is not None
    if not re.fullmatch(r"progress:[ \t]*(?:#.*)?", lines[start]):
        return lines  # a flow mapping: somebody else's form, left alone
    end = start + 1
    while end < len(lines) - 1 and (not lines[end].strip() or lines[end][0] in " \t#"):
        end += 1
    last = start
    for place in range(start + 1, end):
        found = _KEY.match(lines[place].strip())
        if found and found[1] == key:
            return _set(lines, place, value)
        if found and found[1] in COUNTS[: COUNTS.index(key)]:
            last = place
    indent = re.match(r"[ \t]*", lines[start + 1])[0] if start + 1 < end else "  "  # type: ignore[index]
    return [*lines[: last + 1], f"{indent or '  '}{key}: {value}", *lines[last + 1 :]]


def _line_of(lines: Sequence[str], key: str) -> int | None:
    return next((n for n, line in enumerate(lines) if re.match(rf"{re.escape(key)}:", line)), None)


def _inserted(lines: list[str], key: str, new: list[str], order: Sequence[str]) -> list[str]:
    """Put lines of a new key below the keys that GSD writes before it."""
    place = 1
    for before in order[: order.index(key)]:
        found = _line_of(lines, before)
        place = max(place, found + 1) if found is not None else place
    while place < len(lines) - 1 and lines[place].startswith((" ", "\t")):
        place += 1
    return [*lines[:place], *new, *lines[place:]]


def _plain(text: str) -> str:
    """Return what a YAML scalar on one line says, its comment left out."""
    text = text.strip()
    if text.startswith('"') and (found := re.match(r'"((?:[^"\\]|\\.)*)"', text)):
        return re.sub(r"\\(.)", r"\1", found[1])
    if text.startswith("'") and (found := re.match(r"'((?:[^']|'')*)'", text)):
        return found[1].replace("''", "'")
    return re.sub(r"(?:^|[ \t]+)#.*$", "", text)


def _scalar(value: str) -> str:
    """Return a scalar as GSD quotes it."""
    value = " ".join(value.split())
    special = re.search(r'[:#"\\]', value) or re.match(r"[,\[\]{}#&*!|>'%@`]|[-?](?:\s|$)", value)
    if special or (_NUMERIC.fullmatch(value) and not value.isdigit()):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return value


__all__ = ["counted", "derived", "parted", "phase_and_name", "spliced", "values_of"]
