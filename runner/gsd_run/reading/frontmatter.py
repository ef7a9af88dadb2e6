"""Where a plan's frontmatter stands, and its nodes."""

from msgspec import Struct

from gsd_run.domain import lazy
from gsd_run.domain.plan import MustHaves, Text
from gsd_run.reading.codes import Code
from gsd_run.reading.fields import every, field_name
from gsd_run.reading.items import items_of
from gsd_run.reading.must_have_keys import LISTS
from gsd_run.reading.must_haves import read_must_haves
from gsd_run.reading.notes import Notes
from gsd_run.reading.yaml_nodes import Mapping, Pair, Scalar, Sequence
from gsd_run.reading.yaml_repair import compose_mended

# Keys by which a block of YAML shows that it is a plan's frontmatter.
_OF_PLANS = ("phase", "plan", "type", "wave", "depends_on", "files_modified", "autonomous")
_OF_MANY = ("must_haves", "requirements", "gap_closure", "status", "title", "name", "objective")
_OF_QUICK_TASKS = ("quick", "quick_task", "task", "slug", "id", "subsystem", "tags", "estimate")
KEYS = frozenset((*_OF_PLANS, *_OF_MANY, *_OF_QUICK_TASKS))

_ONCE = ("phase", "plan", "type", "wave", "autonomous", "gap_closure", "status")
_ADDING_UP = ("depends_on", "files_modified", "files_deleted", "requirements", "must_haves")
_READ_ELSEWHERE = frozenset((*_ONCE, *_ADDING_UP))

FARTHEST = 12  # lines that are searched for a frontmatter, or to tell what a line belongs to

_RULES = ("---", "...")
_RULE = lazy.pattern(r"(---|\.\.\.)\s*$")
_FENCE = lazy.pattern(r"\s*(`{3,}|~{3,})\s*([\w+-]*)\s*$")
_ANY_KEY = lazy.pattern(r"""(?:["'][^"'\n]+["']|[\w-]+)\s*:(?:\s|$)""")
_KEY = lazy.pattern(r"""["']?([\w-]+)["']?\s*:(?:\s|$)""")
_BODY_TAG = lazy.pattern(r"\s*<(?:objective|tasks?|context|execution_context|goal|feature)\b")
_METADATA = lazy.pattern(r"\s*<metadata>\s*$")


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
        said = "no frontmatter; phase and plan are taken from the file's name"
        notes.add(1, said, Code.FRONTMATTER_ABSENT)
        return Frontmatter(mapping=None, line=1, body=0, present=False)
    first_line = span.start + 1
    text = "\n".join(lines[span.start : span.end])
    node, warnings = compose_mended(text, notes.path, first_line)
    notes.findings.extend(warnings)
    if node is not None and not isinstance(node, Mapping):
        said = "the frontmatter holds no `key: value` lines; write it as a mapping"
        notes.add(first_line, said, Code.NO_MAPPING)
        node = None
    return Frontmatter(mapping=node, line=first_line, body=span.body, present=True)


def must_haves_of(mapping: Mapping, in_body: tuple[Text, ...], notes: Notes) -> MustHaves:
    """Return the must-haves, those included that stand beside must_haves instead of under it.

    `in_body` are the texts of <must_haves> elements, which count where the frontmatter has none.
    """
    pairs = every(mapping, "must_haves", notes) or _pairs_in_body(in_body, notes)
    stray = tuple(pair for pair in mapping.pairs if field_name(pair.key) in LISTS)
    if not stray:
        return read_must_haves(pairs, notes)
    said = f"{stray[0].key} belongs under must_haves; read as if it stood there"
    notes.at(stray[0], said, Code.MUST_HAVES_STRAY)
    outer = Mapping(stray, stray[0].line, stray[0].column)
    return read_must_haves([*pairs, Pair("must_haves", outer, outer.line, outer.column)], notes)


def _pairs_in_body(texts: tuple[Text, ...], notes: Notes) -> list[Pair]:
    found: list[Pair] = []
    for text in texts:
        node, warnings = compose_mended(text.text, notes.path, text.line)
        if isinstance(node, Mapping):
            notes.findings.extend(warnings)
        else:  # a list in Markdown: sentences
            items = tuple(Scalar(item.text, item.line) for item in items_of(text))
            truths = Pair("truths", Sequence(items, text.line), text.line)
            node = Mapping((truths,), text.line)
        said = "must_haves belongs into the frontmatter; read as if it stood there"
        notes.add(text.line, said, Code.MUST_HAVES_STRAY)
        inner = [pair for pair in node.pairs if field_name(pair.key) == "must_haves"]
        found += inner or [Pair("must_haves", node, node.line, node.column)]
    return found


def note_repeated(mapping: Mapping, notes: Notes) -> None:
    """Note the keys that nothing else reads and that are given several times."""
    lines: dict[str, list[int]] = {}
    for pair in mapping.pairs:
        lines.setdefault(field_name(pair.key), []).append(pair.line)
    for name, given in lines.items():
        if len(given) > 1 and name not in _READ_ELSEWHERE:
            said = f"{name} is given again (first: line {given[0]}); the last counts"
            notes.add(given[-1], said, Code.KEY_REPEATED)


def _find(lines: list[str], notes: Notes) -> _Span | None:
    first = start = next((i for i, line in enumerate(lines) if line.strip()), None)
    if start is None or first is None:
        return None
    if _FENCE.match(lines[start]) and _RULE.match(_line(lines, start + 1)):
        start += 1  # the whole plan, or its frontmatter, stands in a fence
    if lines[start].rstrip() in ("---", "---yaml", "---json"):
        if not any(line.strip() for line in lines[start + 1 : start + 3]):
            return None
        if start > 0:
            _note_misplaced(start, "must open the file; GSD looks nowhere else", notes)
        return _ruled(lines, start, notes)
    if lines[start].rstrip() == "{" and _is_key([_line(lines, start + 1).lstrip()], 0):
        end = _index_of("}", lines, start)
        _note_misplaced(start, "is JSON without a --- line before and after it", notes)
        return _Span(start, min(end + 1, len(lines)), min(end + 1, len(lines)))
    return _later(lines, start, notes)


def _later(lines: list[str], start: int, notes: Notes) -> _Span | None:
    """Look for a frontmatter that does not open the file: below other text, fenced, or tagged."""
    for i in range(start, min(start + FARTHEST, len(lines))):
        line = lines[i]
        fence = _FENCE.match(line)
        if fence and fence[2] in ("", "yaml", "yml") and _is_key(lines, i + 1):
            end = _index_of(fence[1], lines, i + 1)
            _note_misplaced(i, "stands in a code fence; it belongs between --- lines", notes)
            inner = _without_rules(lines, i + 1, end)
            return _Span(inner[0], inner[1], min(end + 1, len(lines)))
        if _METADATA.match(line) and _is_key(lines, i + 1):
            end = _index_of("</metadata>", lines, i + 1)
            _note_misplaced(i, "stands in <metadata>; it belongs between --- lines", notes)
            return _Span(i + 1, end, min(end + 1, len(lines)))
        if line.rstrip() == "---" and _opens_keys(lines, i):
            _note_misplaced(i, "belongs at the start of the file", notes)
            return _ruled(lines, i, notes)
        if i == start and _is_key(lines, i) and _opens_keys(lines, i - 1):
            said = "the frontmatter lacks its opening --- line"
            notes.add(i + 1, said, Code.FRONTMATTER_UNOPENED)
            return _ruled(lines, i - 1, notes)
        if _BODY_TAG.match(line) or fence:
            return None
    return None


def _note_misplaced(i: int, where: str, notes: Notes) -> None:
    notes.add(i + 1, f"the frontmatter {where}", Code.FRONTMATTER_MISPLACED)


def _opens_keys(lines: list[str], rule: int) -> bool:
    """Tell whether a plan's keys stand below a line: two of them, or one right below."""
    known = 0
    for i in range(rule + 1, min(rule + FARTHEST, len(lines))):
        if _RULE.match(lines[i]) or _BODY_TAG.match(lines[i]):
            break
        known += _is_key(lines, i)
    return known >= 2 or (known == 1 and _is_key(lines, rule + 1))  # noqa: PLR2004 - as said


def _ruled(lines: list[str], rule: int, notes: Notes) -> _Span:
    """Return the lines from a rule to the next, or to where the body seems to begin."""
    below = range(rule + 1, len(lines))
    closing = next((i for i in below if lines[i].startswith(_RULES) and _RULE.match(lines[i])), 0)
    last = closing or len(lines)
    end = next(
        (i for i in below[: last - rule - 1] if _begins_body(lines, i, closed=closing > 0)), last
    )
    if end == closing:
        return _Span(rule + 1, end, end + 1)
    said = f"the frontmatter is never closed; taken to end before line {end + 1}"
    notes.add(max(rule, 0) + 1, said, Code.FRONTMATTER_UNCLOSED)
    return _Span(rule + 1, end, end)


def _begins_body(lines: list[str], i: int, *, closed: bool) -> bool:
    """Tell whether a line can be none of YAML; with a rule further on, an indented tag can."""
    line = lines[i]
    opening = line[:1]
    if opening == "#":
        return _is_heading(lines, i)
    if opening in ("<", "`", "~"):
        return _BODY_TAG.match(line) is not None or _FENCE.match(line) is not None
    return not closed and opening in (" ", "\t") and _BODY_TAG.match(line) is not None


def _is_heading(lines: list[str], i: int) -> bool:
    """Tell a heading from a comment in YAML, after which more YAML follows."""
    below = next((line for line in lines[i : i + FARTHEST] if line.strip() and line[0] != "#"), "")
    if _RULE.match(below) or _ANY_KEY.match(below):
        return False
    above = next((line for line in lines[max(i - FARTHEST, 0) : i][::-1] if line.strip()), "")
    in_list = above[:1] in (" ", "-") or above.rstrip().endswith(":")
    return not (in_list and below[:1] in (" ", "-"))


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
