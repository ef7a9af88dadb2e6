"""Where a plan's frontmatter stands, and its nodes."""

import re

from msgspec import Struct

from gsd_run.reading.notes import Notes
from gsd_run.reading.yaml_nodes import Mapping
from gsd_run.reading.yaml_repair import compose_mended

# Keys by which a block of YAML shows that it is a plan's frontmatter.
_OF_PLANS = ("phase", "plan", "type", "wave", "depends_on", "files_modified", "autonomous")
_OF_MANY = ("must_haves", "requirements", "gap_closure", "status", "title", "name", "objective")
_OF_QUICK_TASKS = ("quick", "quick_task", "task", "slug", "id", "subsystem", "tags", "estimate")
KEYS = frozenset((*_OF_PLANS, *_OF_MANY, *_OF_QUICK_TASKS))

_RULE = re.compile(r"(---|\.\.\.)\s*$")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})\s*([\w+-]*)\s*$")
_KEY = re.compile(r"""["']?([\w-]+)["']?\s*:(?:\s|$)""")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s")
_BODY_TAG = re.compile(r"\s*<(?:objective|tasks?|context|execution_context|goal|feature)\b")
_METADATA = re.compile(r"\s*<metadata>\s*$")


class Frontmatter(Struct, frozen=True, kw_only=True):
    """The frontmatter's mapping, its first line, and the index of the first line of the body.

    `mapping` is None where the plan has none, or none that can be understood.
    """

    mapping: Mapping | None
    line: int
    body: int
    present: bool


class _Span(Struct, frozen=True):
    """The lines of the YAML text, as indexes; `body` is the first index after its end mark."""

    start: int
    end: int
    body: int


def read_frontmatter(lines: list[str], notes: Notes) -> Frontmatter:
    """Find and read the frontmatter of a plan's lines; what is odd about it is noted."""
    span = _find(lines, notes)
    if span is None:
        notes.add(1, "no frontmatter; phase and plan are taken from the file's name")
        return Frontmatter(mapping=None, line=1, body=0, present=False)
    first_line = span.start + 1
    text = "\n".join(lines[span.start : span.end])
    node, warnings = compose_mended(text, notes.path, first_line)
    notes.findings.extend(warnings)
    if node is not None and not isinstance(node, Mapping):
        notes.add(first_line, "the frontmatter holds no `key: value` lines; write it as a mapping")
        node = None
    return Frontmatter(mapping=node, line=first_line, body=span.body, present=True)


def _find(lines: list[str], notes: Notes) -> _Span | None:
    start = next((i for i, line in enumerate(lines) if line.strip()), None)
    if start is None:
        return None
    if _FENCE.match(lines[start]) and _RULE.match(_line(lines, start + 1)):
        start += 1  # the whole plan, or its frontmatter, stands in a fence
    if lines[start].rstrip() == "---":
        if not any(line.strip() for line in lines[start + 1 : start + 3]):
            return None
        return _ruled(lines, start, notes)
    return _later(lines, start, notes)


def _later(lines: list[str], start: int, notes: Notes) -> _Span | None:
    """Look for a frontmatter that does not open the file: below headings, fenced, or tagged."""
    for i in range(start, min(start + 12, len(lines))):
        line = lines[i]
        if not line.strip() or _HEADING.match(line):
            continue
        fence = _FENCE.match(line)
        if fence and fence[2] in ("", "yaml", "yml") and _is_key(lines, i + 1):
            end = _index_of(fence[1], lines, i + 1)
            notes.add(i + 1, "the frontmatter stands in a code fence; it belongs between --- lines")
            inner = _without_rules(lines, i + 1, end)
            return _Span(inner[0], inner[1], min(end + 1, len(lines)))
        if _METADATA.match(line) and _is_key(lines, i + 1):
            end = _index_of("</metadata>", lines, i + 1)
            notes.add(i + 1, "the frontmatter stands in <metadata>; it belongs between --- lines")
            return _Span(i + 1, end, min(end + 1, len(lines)))
        if line.rstrip() == "---" and _is_key(lines, i + 1):
            notes.add(i + 1, "the frontmatter belongs at the start of the file")
            return _ruled(lines, i, notes)
        if line.rstrip() == "---":
            continue
        if _is_key(lines, i) and i == start:
            notes.add(i + 1, "the frontmatter lacks its opening --- line")
            return _ruled(lines, i - 1, notes)
        return None
    return None


def _ruled(lines: list[str], rule: int, notes: Notes) -> _Span:
    end = rule + 1
    while end < len(lines):
        line = lines[end]
        if _RULE.match(line):
            return _Span(rule + 1, end, end + 1)
        if _BODY_TAG.match(line) or re.match(r"#{1,6} (?!.*:)", line) or _FENCE.match(line):
            break
        end += 1
    notes.add(rule + 1, f"the frontmatter is never closed; taken to end before line {end + 1}")
    return _Span(rule + 1, end, end)


def _without_rules(lines: list[str], start: int, end: int) -> tuple[int, int]:
    while start < end and _RULE.match(lines[start]):
        start += 1
    while end > start and _RULE.match(lines[end - 1]):
        end -= 1
    return start, end


def _is_key(lines: list[str], i: int) -> bool:
    if _RULE.match(_line(lines, i)):
        i += 1
    match = _KEY.match(_line(lines, i))
    return match is not None and match[1].replace("-", "_").lower() in KEYS


def _line(lines: list[str], i: int) -> str:
    return lines[i] if i < len(lines) else ""


def _index_of(mark: str, lines: list[str], start: int) -> int:
    return next((i for i in range(start, len(lines)) if lines[i].strip() == mark), len(lines))
