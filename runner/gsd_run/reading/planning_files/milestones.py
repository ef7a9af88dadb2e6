"""Which part of ROADMAP.md is the current milestone's, and which phases it has."""

import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from gsd_run.reading.planning_files.tables import plain, tables
from gsd_run.reading.planning_files.texts import headings, without_fences

_CLOSED = re.compile(r"\b(?:CLOSED|ARCHIVED|ABANDONED|SHIPPED|FAILED)\b|✅|🗄", re.IGNORECASE)
_ACTIVE = re.compile(r"\b(?:STARTED|ACTIVE|WIP)\b|in\s+progress|🚧|🔄", re.IGNORECASE)
_OPENED = re.compile(r"<details\b", re.IGNORECASE)
_CLOSED_AGAIN = re.compile(r"</details>", re.IGNORECASE)
_TITLED = re.compile(r"<summary[^>]*>([^<]*)</summary>", re.IGNORECASE)
_MILESTONE_LINE = re.compile(r"^#{1,3}[ \t]+(?!Phase\s+\S)[^\n]*", re.IGNORECASE | re.MULTILINE)
_SIGNAL = re.compile(r"v\d+\.\d+|✅|📋|🚧|\bMilestone\b", re.IGNORECASE)
_VERSION = re.compile(r"v\d+(?:\.\d+)*(?:[-.][A-Za-z0-9]+)*", re.IGNORECASE)
_PHASE = re.compile(
    r"^(?:\[[^\]]{1,200}\]\s*)?Phase\s+([\w][\w.-]*)(?:\s*\([^)\n]{0,200}\))?\s*:", re.IGNORECASE
)
_PHASE_ITEM = re.compile(
    r"^[ \t]*[-*][ \t]+(?:\[[ xX]\]\s+)?\*\*Phase\s+([\w][\w.-]*)(?:\s*\([^)\n]{0,200}\))?\s*"
    r"[—–:\-]\s*.+?\*\*",
    re.IGNORECASE | re.MULTILINE,
)
_RETIRED = re.compile(r"~~[\s*_]*Phase\s+([\w][\w.-]*)[^~]*~~", re.IGNORECASE)


class Milestone(Struct, frozen=True, kw_only=True):
    """The current milestone as STATE.md and ROADMAP.md tell it, and its part of ROADMAP.md.

    `bounded` is false where the version stands under no heading, `clear` where it can't be told
    which part of the roadmap is meant: the counts then say nothing of a percentage. `sections`
    tells whether the roadmap has sections of milestones at all.
    """

    version: str
    name: str
    text: str
    bounded: bool
    clear: bool
    sections: bool


def milestone_of(roadmap: str, state: str) -> Milestone:
    """Return the milestone that is worked on; without one in the files, all that is not shipped."""
    stated = re.search(r"^milestone:\s*(.+)", state, re.MULTILINE)
    asked = stated[1].strip().strip("\"'") if stated else ""
    version, name = _asserted(roadmap, asked)
    current = asked
    if not current and (found := re.search(r"(?:🚧|🔄)\s*\*\*v(\d+\.\d+)\s", roadmap)):
        current = f"v{found[1]}"
    text = _current(roadmap, current)
    found_heading = bool(current and _headings_of(roadmap, current))
    versioned = bool(re.search(r"^#{1,3}\s+.*v\d+\.\d+", roadmap, re.IGNORECASE | re.MULTILINE))
    clear = bool(roadmap) and (found_heading if current else not versioned)
    if clear and found_heading and not phases_in(text):
        clear = not phases_in(_unfolded(roadmap))
    return Milestone(
        version=version,
        name=name,
        text=text,
        bounded=not version or bool(_headings_of(roadmap, version)),
        clear=clear,
        sections=any(
            one.level in {1, 2, 3}
            and not one.text.lower().startswith("phase ")
            and _SIGNAL.search(one.text)
            for one in headings(roadmap)
        ),
    )


def phases_in(text: str) -> frozenset[str]:
    """Return the numbers of the phases that a part of the roadmap lists, without leading zeros."""
    found = [match[1] for one in headings(text) if (match := _phase_heading(one.level, one.text))]
    plain_text = without_fences(text)
    found += _PHASE_ITEM.findall(plain_text)
    for names, rows in tables(plain_text):
        is_list = re.fullmatch(r"phase(?:\s*(?:#|no\.?|number))?", names[0], re.IGNORECASE)
        if is_list and any(re.fullmatch(r"(?:phase\s+)?name", n, re.IGNORECASE) for n in names):
            firsts = [plain(row[0]) for row in rows if row]
            found += [one for one in firsts if re.fullmatch(r"[A-Za-z]?\d[\w.-]*", one)]
    return frozenset(unpadded(one) for one in found if not re.match(r"999\b", one))


def headed_phases(text: str) -> int:
    """Return how many phases have a heading of their own, retired ones left out."""
    retired = {unpadded(one) for one in _RETIRED.findall(text)}
    found = re.findall(
        r"#{2,4}\s*(?:\[[^\]]{1,200}\]\s*)?Phase\s+([\w][\w.-]*)(?:\s*\([^)\n]{0,200}\))?\s*:",
        text,
        re.IGNORECASE,
    )
    counted = [one for one in found if re.search(r"\d", one) and not is_sentinel(one)]
    return sum(unpadded(one) not in retired for one in counted)


def retired_phases(text: str) -> frozenset[str]:
    """Return the numbers of the phases that are struck through in the roadmap."""
    return frozenset(unpadded(one) for one in _RETIRED.findall(text))


def completed_phases(text: str) -> int:
    """Return how many rows of the progress table say Complete."""
    found = re.search(r"^##[ \t]+Progress\b", text, re.IGNORECASE | re.MULTILINE)
    part = text[found.start() :] if found else text
    following = re.search(r"\n#{1,2}[ \t]", part)
    part = part[: following.start()] if found and following else part
    for names, rows in tables(part):
        if {"Phase", "Plans Complete", "Status", "Completed"} <= set(names):
            place = names.index("Status")
            return sum(len(row) > place and plain(row[place]).lower() == "complete" for row in rows)
    return 0


def unpadded(phase: str) -> str:
    """Return a phase's number without leading zeros, as two spellings of it are compared."""
    return "-".join(re.sub(r"^0+(?=\d)", "", part) for part in phase.split("-")).upper()


def is_sentinel(phase: str) -> bool:
    """Tell whether a number is GSD's for what is no phase of work: 0 and 999."""
    found = re.match(r"0*(\d+)", phase)
    return found is not None and int(found[1]) in {0, 999}


def _phase_heading(level: int, text: str) -> re.Match[str] | None:
    return _PHASE.match(text) if level in {2, 3, 4} else None


def _is_closed(heading: str) -> bool:
    return bool(_CLOSED.search(heading)) and not _ACTIVE.search(heading)


def _headings_of(roadmap: str, version: str) -> list[re.Match[str]]:
    bounded = re.compile(rf"{re.escape(version)}\b", re.IGNORECASE)
    return [one for one in _MILESTONE_LINE.finditer(roadmap) if bounded.search(one[0])]


def _asserted(roadmap: str, asked: str) -> tuple[str, str]:
    """Return version and name of the milestone that is named somewhere; "" where none is."""
    if asked:
        return asked, _name_of(roadmap, asked)
    found = re.search(r"🚧\s*\*\*(v\d+(?:\.\d+)+)\s+([^*]+)\*\*", roadmap)
    if found and re.search(r"\w", found[2]):
        return found[1], found[2].strip()
    open_part = _unfolded(roadmap)
    for line in _MILESTONE_LINE.finditer(open_part):
        heading = re.sub(r"^#{1,3}\s+", "", line[0]).strip()
        if (version := _VERSION.search(heading)) and not _is_closed(heading):
            return version[0], _after(heading, version.end())
    without = re.sub(
        r"^#{1,4}\s*Phase\s+\S[^\n]*$", "", open_part, flags=re.IGNORECASE | re.MULTILINE
    )
    bare = re.search(r"v\d+(?:\.\d+)+", without, re.IGNORECASE)
    return (bare[0], "") if bare else ("", "")


def _name_of(roadmap: str, version: str) -> str:
    label = re.escape(version)
    if found := re.search(rf"🚧\s*\*?\*?{label}\*?\*?\s+([^*\n]+)", roadmap, re.IGNORECASE):
        name = re.sub(r"^[\s—–:-]+", "", found[1]).strip()
        if re.search(r"[^\W_]", name):
            return name
    lines = _headings_of(roadmap, version)
    chosen = next((one for one in lines if not _is_closed(one[0])), None)
    if chosen is None:
        return ""
    heading = re.sub(r"^#{1,3}\s+", "", chosen[0])
    match = re.search(rf"{label}(?:[-.][A-Za-z0-9]+)*", heading, re.IGNORECASE)
    return _after(heading, match.end()) if match else ""


def _after(heading: str, end: int) -> str:
    rest = re.sub(r"^[\s—–:-]+", "", heading[end:]).strip()
    rest = re.sub(r"\s*(?:[✅📋🚧]\s*)+$", "", rest)
    return rest if re.search(r"[^\W_]", rest) else ""


def _current(roadmap: str, version: str) -> str:
    """Return what stands before the first milestone, with the section of this one."""
    lines = _headings_of(roadmap, version) if version else []
    if not lines:
        return _in_details(roadmap, version) or _unfolded(roadmap)
    chosen = next((one for one in lines if not _is_closed(one[0])), lines[0])
    level = len(chosen[0]) - len(chosen[0].lstrip("#"))
    ends = (
        one.start
        for one in headings(roadmap)
        if one.start >= chosen.end()
        and one.level <= level
        and not re.match(r"Phase\s+\S", one.text, re.IGNORECASE)
        and re.search(r"v\d+\.\d+|✅|📋|🚧", one.text, re.IGNORECASE)
    )
    part = roadmap[chosen.start() : next(ends, len(roadmap))]
    part = _unfolded(part, _shipped)
    any_milestone = re.search(
        r"^#{1,3}\s+(?!Phase\s+\S)(?:.*v\d+\.\d+|✅|📋|🚧)", roadmap, re.IGNORECASE | re.MULTILINE
    )
    before = roadmap[: any_milestone.start() if any_milestone else lines[0].start()]
    return _unfolded(before) + part


def _in_details(roadmap: str, version: str) -> str:
    if not version:
        return ""
    for start, end in _folds(roadmap):
        titled = _TITLED.search(roadmap, start, end)
        if titled and version.lower() in titled[1].lower():
            return _unfolded(roadmap[:start]) + roadmap[start:end]
    return ""


def _shipped(block: str) -> bool:
    titled = _TITLED.search(block)
    return titled is not None and _is_closed(titled[1])


def _folds(text: str) -> Iterator[tuple[int, int]]:
    """Return where each `<details>` block begins and ends; one that is never closed is none."""
    at = 0
    while (opened := _OPENED.search(text, at)) and (
        closed := _CLOSED_AGAIN.search(text, opened.end())
    ):
        yield opened.start(), closed.end()
        at = closed.end()


def _unfolded(text: str, wanted: Callable[[str], bool] = lambda _: True) -> str:
    """Return the text without its `<details>` blocks, or without those that are wanted away."""
    kept, at = [], 0
    for start, end in _folds(text):
        if wanted(text[start:end]):
            kept.append(text[at:start])
            at = end
    return "".join([*kept, text[at:]])
