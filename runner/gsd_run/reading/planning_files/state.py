"""STATE.md's body after a plan: its position, progress, metrics, decisions, session."""

import re

from gsd_run.domain.errors import UsageError
from gsd_run.reading.planning_files.completion import Completion
from gsd_run.reading.planning_files.milestones import unpadded
from gsd_run.reading.planning_files.tables import plain, tables
from gsd_run.reading.planning_files.texts import field, headings, named, section, with_field

_VERIFY = "Phase complete — ready for verification"
# What GSD itself writes there; anything else is a person's and stays.
_STATUSES = {
    "ready to execute", _VERIFY.lower(), "ready to plan", "defining requirements",
    "planning complete", "executing", "in progress", "planning", "verifying", "completed", "done",
    "active", "paused", "unknown",
}  # fmt: skip
_STATUS = re.compile(
    r"^(?:(?:Executing|Planning|Verifying) Phase\s+\d+|Phase\s+\d+\s+complete|Phase complete"
    r"|Complete\s*[✓✔✅☑]?\s*$)",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_OF = re.compile(r"(\d+)\s+of\s+(\d+)(?:\s.*)?")
_NUMBER = re.compile(r"(\d+)(?:\s.*)?")
_MACHINE = re.compile(r"(?:\[[^\]\n]*\][ \t]*)?\d{1,3}%")
METRICS = ("plan", "duration", "tasks", "files")


class Unreadable(UsageError):
    """STATE.md does not say in a known form where the project stands."""


def position(body: str) -> tuple[str, str]:
    """Return the phase at which STATE.md says the project stands, and its name; "" if none."""
    part = section(body, named("current position", levels=(2, 3)))
    return phase_and_name(field(part.body if part else body, "Phase") or "")


def phase_and_name(said: str) -> tuple[str, str]:
    """Read a phase as people write it: `2 of 5 (Accounts)`, `Phase 02 — Accounts`."""
    found = re.match(
        r"\s*(?:Phase\s+)?(?:[A-Z][A-Z0-9_]*-)?(\d+[A-Z]?(?:\.\d+)*)\b", said, re.IGNORECASE
    )
    inner = re.search(r"\(([^)]{1,200})\)", said)
    outer = re.sub(r"\([^)\n]{0,200}\)", " ", said)
    dashed = re.search(r"—\s*([^(\n]{1,200}?)\s*$", outer)
    name = dashed[1].strip() if dashed else ""
    status = re.fullmatch(
        r"completed?|executing|not started|planning|planned|ready(?:\s+to\s+\S.{0,50})?|done"
        r"|in progress|blocked|paused|verifying",
        name,
        re.IGNORECASE,
    )
    is_code = inner and re.fullmatch(r"[A-Z][A-Z0-9_-]*", name)
    if not name or status or is_code or re.match(r"milestone\s*:", name, re.IGNORECASE):
        name = inner[1] if inner else name
    if re.fullmatch(r"complete|executing|not started", name.strip(), re.IGNORECASE):
        name = ""
    return (found[1] if found else ""), name.strip()


def recorded(body: str, done: Completion) -> bool:
    """Tell whether this plan stands in the table of metrics already."""
    wanted = f"Phase {done.phase} P{done.plan}"
    for names, rows in tables(body):
        if tuple(name.lower() for name in names) == METRICS:
            return any(row and plain(row[0]) == wanted for row in rows)
    return False


def advanced(body: str, done: Completion, *, outstanding: tuple[str, ...]) -> str:
    """Return the body one plan further; at the phase's last, ready for verification.

    Raises:
        Unreadable: it names no position that could be advanced, or several.
    """
    here, _ = position(body)
    if here and unpadded(here) != unpadded(done.phase):
        raise Unreadable(f"it stands at phase {here}, not {done.phase}: its position is left")
    part = section(body, named("current position", levels=(2, 3)))
    if part and len(re.findall(r"^Phase:", part.body, re.MULTILINE)) > 1:
        raise Unreadable("its Current Position names several phases; resolve that to one")
    current, of = field(body, "Current Plan"), field(body, "Plan")
    at, total = _at(current, field(body, "Total Plans in Phase"), of)
    if at >= total:
        if outstanding:
            raise Unreadable(f"its position is the last plan, and without summary is "
                             f"{', '.join(outstanding)}")  # fmt: skip
        return _positioned(body, _VERIFY, done.today, {})
    fields = {
        name: re.sub(r"^\d+", lambda old: str(at + 1).zfill(len(old[0])), value)
        for name, value in (("Current Plan", current), ("Plan", of))
        if value and _NUMBER.fullmatch(value)
    }
    return _positioned(body, "Ready to execute", done.today, fields)


def _at(current: str | None, total: str | None, of: str | None) -> tuple[int, int]:
    """Return the number of the current plan and how many there are."""
    stated = _OF.fullmatch(current or "")
    own = _NUMBER.fullmatch(current or "")
    pair = _OF.fullmatch(of or "")
    single = _NUMBER.fullmatch(of or "")
    if own and single and int(own[1]) != int(single[1]):
        raise Unreadable(f"it has two positions, Current Plan: {current} and Plan: {of}")
    if own and (whole := _NUMBER.fullmatch(total or "")):
        return int(own[1]), int(whole[1])
    found = stated or pair
    if found is None:
        raise Unreadable("it has no position `Plan: N of M` (or Current Plan and Total Plans in "
                         "Phase): its position is left")  # fmt: skip
    return int(found[1]), int(found[2])


def _positioned(body: str, status: str, today: str, fields: dict[str, str]) -> str:
    """Set the position where it first stands, and in the section Current Position."""
    for name, value in fields.items():
        body = with_field(body, name, value) or body
    body = _dated(_with_status(body, status), today)
    found = headings(body)
    for number, one in enumerate(found):
        if one.level == 2 and re.fullmatch(r"current\s+position", one.text, re.IGNORECASE):  # noqa: PLR2004 - ##
            after = [later.start for later in found[number + 1 :] if later.level > 1]
            start, end = min(one.end + 1, len(body)), after[0] if after else len(body)
            part = _dated(_with_status(body[start:end], status), today)
            for name, value in fields.items():
                part = with_field(part, name, value) or part
            return body[:start] + part + body[end:]
    return body


def _with_status(text: str, status: str) -> str:
    said = field(text, "Status")
    known = said is None or said.lower() in _STATUSES or _STATUS.match(said)
    return (with_field(text, "Status", status) or text) if known else text


def _dated(text: str, today: str) -> str:
    said = field(text, "Last Activity")
    plain_date = said is None or _DATE.fullmatch(said)
    return (with_field(text, "Last Activity", today) or text) if plain_date else text


def with_progress(body: str, percent: int) -> str:
    """Return the body with its progress line at a percentage; what else it says stays."""
    for pattern in (r"^([ \t]*\*\*Progress:\*\*[ \t]*)([^\n]*)$", r"^(Progress:[ \t]*)([^\n]*)"):
        if found := re.search(pattern, body, re.IGNORECASE | re.MULTILINE):
            bar = f"[{_bar(percent)}] {max(0, percent)}%"
            value = _MACHINE.sub(bar, found[2], count=1) if _MACHINE.search(found[2]) else bar
            return body[: found.start()] + found[1] + value + body[found.end() :]
    return body


def _bar(percent: int) -> str:
    filled = 10 if percent >= 100 else min(int(percent / 10 + 0.5), 9)  # noqa: PLR2004 - per cent
    return "█" * filled + "░" * (10 - filled)


def with_metric(body: str, done: Completion) -> str:
    """Return the body with this plan's row in the table of metrics, made where there is none."""
    row = (
        f"| Phase {done.phase} P{done.plan} | {done.duration} | {done.tasks or '-'} tasks "
        f"| {done.files or '-'} files |"
    )
    head = f"| Plan | Duration | Tasks | Files |\n|------|----------|-------|-------|\n{row}"
    part = section(body, named("performance metrics", levels=(1, 2, 3, 4, 5, 6)))
    if part is None:
        return f"{body.rstrip()}\n\n## Performance Metrics\n\n{head}\n"
    for names, rows in tables(part.body):
        if tuple(name.lower() for name in names) == METRICS:
            return _below(body, part.start, rows[-1][-1].end if rows else None, row)
    return f"{body[: part.end]}\n**Per-Plan Metrics:**\n\n{head}{body[part.end :] or chr(10)}"


def _below(body: str, start: int, last: int | None, row: str) -> str:
    """Put a row below the last row of the section's metrics, which ends at `last` of it."""
    if last is None:
        match = re.compile(
            r"^[ \t]*\|\s*plan\s*\|\s*duration\s*\|\s*tasks\s*\|\s*files\s*\|\s*\n[^\n]*",
            re.IGNORECASE | re.MULTILINE,
        ).search(body, start)
        assert match is not None
        place = match.end()
    else:
        end = body.find("\n", start + last)
        place = len(body) if end < 0 else end
    return f"{body[:place]}\n{row}{body[place:]}"


def with_decision(body: str, entry: str) -> str:
    """Return the body with one more decision, the placeholder for none taken away."""
    found = headings(body)
    wanted = re.compile(r"(?:Decisions|Decisions Made|Accumulated.*Decisions)", re.IGNORECASE)
    for number, one in enumerate(found):
        if one.level in {2, 3} and wanted.fullmatch(one.text):
            after = [later.start for later in found[number + 1 :] if later.level in {2, 3}]
            start, end = min(one.end + 1, len(body)), after[0] - 1 if after else len(body)
            part = re.sub(
                r"No(?:ne| decisions) yet\.?\s*\n?", "", body[start:end], flags=re.IGNORECASE
            )
            gap = "" if _ends_in_item(part) else "\n"
            return f"{body[:start]}{part.rstrip()}\n{gap}{entry}\n{body[end:]}"
    return f"{body.rstrip()}\n\n## Decisions\n\n{entry}\n"


def _ends_in_item(part: str) -> bool:
    last = part.rstrip().split("\n")[-1]
    return not last.strip() or bool(re.match(r"\s*(?:[-*+]|\d+\.)\s|\s", last))


def with_session(body: str, done: Completion) -> str:
    """Return the body with the session's three fields set, those that it lacks added."""
    stopped, missing = f"Completed {done.plan_file}", []
    dated = False
    for name in ("Last session", "Last Date"):
        changed = with_field(body, name, done.now)
        body, dated = changed or body, dated or changed is not None
    if not dated:
        missing.append(f"**Last session:** {done.now}")
    for name, value in (("Stopped at", stopped), ("Resume file", "None")):
        changed = with_field(body, name, value)
        body = changed or body
        if changed is None:
            missing.append(f"**{name}:** {value}")
    if not missing:
        return body
    whole = f"**Last session:** {done.now}\n**Stopped at:** {stopped}\n**Resume file:** None\n"
    if found := re.search(
        r"^## Session[ \t]*\n(?:(?!^## )[\s\S])*", body, re.IGNORECASE | re.MULTILINE
    ):
        rest = body[found.end() :]
        return f"{body[: found.start()]}## Session\n\n{whole}{chr(10) if rest else ''}{rest}"
    if found := re.search(r"^## Session Continuity[ \t]*\n", body, re.IGNORECASE | re.MULTILINE):
        added = "\n".join(missing)
        return f"{body[: found.end()]}\n{added}\n{body[found.end() :]}"
    return f"{body.rstrip()}\n\n## Session\n\n{whole}"
