"""The sections of a plan outside of its tasks, and what is found in them."""

import re

from gsd_run.domain import lazy
from gsd_run.domain.plan import Text
from gsd_run.reading.codes import Code
from gsd_run.reading.headings import sections_by_heading
from gsd_run.reading.inside import inside_of, spans_of
from gsd_run.reading.masks import Region, comments, fence_pairs
from gsd_run.reading.notes import Notes
from gsd_run.reading.tags import Element
from gsd_run.reading.tasks import outside_of_tasks
from gsd_run.reading.tokens import Lines
from gsd_run.reading.vocabulary import CONTAINERS, SECTIONS

Sections = dict[str, tuple[Text, ...]]

_SUMMARY = lazy.pattern(r"""(?:^|[\s`'"(<@])([^\s`'"()<>@]{0,300}SUMMARY\.md)\b""")
_REFERENCE = lazy.pattern(r"(?:^|(?<=[\s`(,;-]))@(?=[\w.~/$\\])[^\s`,;()]*[^\s`,;().:]")
_ALLOWANCE = lazy.pattern(r"<!--\s{0,20}planner-[a-z]{1,20}-allow:([^\n]{0,400}?)-->")
_PLACEHOLDER = lazy.pattern(r"[{}\[\]<>*]")
_LABEL = lazy.pattern(
    r"^[ \t]*(?:[-*+][ \t]+)?(?:\*\*|__)?([A-Z][\w -]{1,30}?)(?:\*\*|__)?:(?:\*\*|__)?[ \t]*",
    re.MULTILINE,
)
# With all of these as tags, nobody looks for headings of the same names.
_USUAL = ("objective", "context", "verification", "success_criteria")


def read_sections(
    elements: tuple[Element, ...], body: str, first_line: int, *, tagged: bool
) -> Sections:
    """Return the sections by name, in order.

    Without `tagged` the tasks are headings, so that other tags may be parts of them.
    """
    found: dict[str, list[Text]] = {}
    inner = outside_of_tasks(elements)
    has_tasks = any(element.name == "task" for element in inner)
    for section in inner:
        counts = section.name not in CONTAINERS and (tagged or section.name in SECTIONS)
        is_text = section.name == "feature" and has_tasks  # what the tasks are about
        if (counts or is_text) and section.inner.text:
            found.setdefault(section.name, []).append(section.inner)
    for text in found.get("context", ()):
        if interfaces := inside_of(text, "interfaces"):
            found.setdefault("interfaces", []).extend(interfaces)
    tags = {name: tuple(texts) for name, texts in found.items()}
    if all(name in found for name in _USUAL):
        return tags
    return {**sections_by_heading(body, first_line), **tags}


def references_in(text: Text) -> list[Text]:
    """Return the files that a text refers to as `@path`, outside of comments and code."""
    if "@" not in text.text:
        return []
    plain = _without_quotations(text.text)
    return [
        Text(match[0], text.line + offset)
        for offset, line in enumerate(plain.split("\n"))
        if "@" in line
        for match in _REFERENCE.finditer(line)
    ]


def _without_quotations(text: str) -> str:
    """Return a text without its comments, code and interfaces, and every line where it was."""
    regions = [*comments(text)]
    regions += [
        Region(pair.opening.start, pair.closing.end) for pair in fence_pairs(text) if pair.closing
    ]
    regions += [Region(start, end) for start, end in spans_of(text, "interfaces")]
    pieces, position = [], 0
    for region in sorted(regions):
        if region.end > position:
            pieces.append(text[position : max(region.start, position)])
            pieces.append("\n" * text.count("\n", max(region.start, position), region.end))
            position = region.end
    return "".join((*pieces, text[position:]))


def labelled(text: Text | None, label: str) -> Text | None:
    """Return what stands after a label such as `Purpose:`, up to a blank line or the next label."""
    if text is None:
        return None
    for match in _LABEL.finditer(text.text):
        if match[1].lower() != label:
            continue
        following = _LABEL.search(text.text, match.end())
        end = following.start() if following else len(text.text)
        said = text.text[match.end() : end].split("\n\n", 1)[0].rstrip()
        line = text.line + text.text.count("\n", 0, match.end())
        return Text(said, line) if said.strip() else None
    return None


def allowances_in(body: Text) -> tuple[Text, ...]:
    """Return what comments of GSD's planner allow, each at its line."""
    if "-allow:" not in body.text:
        return ()
    lines = Lines(body.text, body.line)
    return tuple(
        Text(match[1].strip(), lines.at(match.start(1))) for match in _ALLOWANCE.finditer(body.text)
    )


def summary_path(output: Text | None, notes: Notes) -> str | None:
    """Return the path that the output asks for; a placeholder in it is no path."""
    if output is None:
        return None
    placeholder = None
    for match in _SUMMARY.finditer(output.text):
        path = match[1]
        if not _PLACEHOLDER.search(path):
            return path
        placeholder = placeholder or match
    if placeholder:
        line = output.line + output.text.count("\n", 0, placeholder.start(1))
        said = f"{placeholder[1]} holds a placeholder; the summary goes beside the plan"
        notes.add(line, said, Code.SUMMARY_PLACEHOLDER)
    return None
