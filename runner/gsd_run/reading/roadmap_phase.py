"""What ROADMAP.md asks of a phase: its goal, its requirements, its success criteria.

Where a roadmap may ask more than could be understood, that is told: it must not be lost.
"""

import re
from collections.abc import Iterator, Sequence

from gsd_run.domain import lazy
from gsd_run.domain.verification import RoadmapPhase
from gsd_run.reading.plan_names import key_of, phase_names
from gsd_run.reading.planning_files.texts import headings, unified

_PHASE_HEADING = lazy.pattern(
    r"(?:\[[^\]]{1,200}\]\s*)?Phase\s+(?P<number>\w(?:[\w.-]{0,60}\w)?)(?:\s*\([^)]{0,200}\))?"
    r"\s*(?::|[—–]|\s-\s|\.\s|$)\s*(?P<name>.*)",
    re.IGNORECASE,
)
_GOAL = lazy.pattern(r"\*\*Goal(?::\*\*|\*\*:)[ \t]*([^\n]+)", re.IGNORECASE)
_REQUIREMENTS = lazy.pattern(r"\*\*Requirements?(?::\*\*|\*\*:)[ \t]*([^\n]+)", re.IGNORECASE)
_REQUIREMENT_ID = lazy.pattern(r"\b[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*-?\d+\b")
_CRITERIA = lazy.pattern(
    r"\s*(?:[-*+]\s+|#{1,6}\s+)?[*_]*(?:\w+ )?success criteri(?:a|on)\b(?P<rest>.*)", re.IGNORECASE
)
_ITEM = lazy.pattern(r"^\s*(?:\d+[.)]|[-*+])\s+(?:\[[ xX]\]\s+)?(.+)$")
_OTHER_FIELD = lazy.pattern(  # what ends the criteria; any other line may stand among them
    r"#{1,6}\s|(?:[-*+]\s+)?[*_]{2}(?:plans?|goal|depends on|requirements?|research|ui hint|status)"
    r"\b[^:\n]{0,60}:|(?:plans?|tasks?)\b[^:\n]{0,40}:",
    re.IGNORECASE,
)
_DETAILS = lazy.pattern(r"<details\b[^>]*>.*?</details>", re.IGNORECASE | re.DOTALL)


def roadmap_phase(roadmap: str, folder: str) -> RoadmapPhase:
    """Return what a roadmap says of the phase in a folder; milestones folded away come last.

    Several sections may be of it: all of them count.
    """
    names = phase_names(folder)
    wanted = names.exact | names.loose
    whole = unified(roadmap)
    for text in (_DETAILS.sub("", whole), whole):
        if sections := list(_sections(text, wanted)):
            return _joined(sections)
    if not whole.strip():
        return RoadmapPhase()
    return RoadmapPhase(unread="ROADMAP.md has no section `### Phase N: name` that is of it")


def _sections(text: str, wanted: frozenset[str]) -> Iterator[RoadmapPhase]:
    found = headings(text)
    for number, one in enumerate(found):
        match = _PHASE_HEADING.match(one.text)
        if match and key_of(match["number"]) in wanted:
            ends = (later.start for later in found[number + 1 :] if later.level <= one.level)
            yield _section(match["name"], text[one.end : next(ends, len(text))])


def _section(name: str, section: str) -> RoadmapPhase:
    goal, named = _GOAL.search(section), _REQUIREMENTS.search(section)
    lines = section.split("\n")
    lists = [
        (*_beside(label["rest"]), *_listed(lines[number:]))
        for number, line in enumerate(lines, 1)
        if (label := _CRITERIA.match(line))
    ]
    hidden = not all(lists) or (not lists and "success criteri" in section.lower())
    return RoadmapPhase(
        name=name.strip(" ~*"),
        goal=goal[1].strip() if goal else "",
        criteria=tuple(one for each in lists for one in each),
        requirements=tuple(dict.fromkeys(_REQUIREMENT_ID.findall(named[1]) if named else ())),
        unread="ROADMAP.md gives it success criteria that are no list" if hidden else "",
    )


def _joined(sections: Sequence[RoadmapPhase]) -> RoadmapPhase:
    return RoadmapPhase(
        name=next((one.name for one in sections if one.name), ""),
        goal=next((one.goal for one in sections if one.goal), ""),
        criteria=tuple(dict.fromkeys(text for one in sections for text in one.criteria)),
        requirements=tuple(dict.fromkeys(name for one in sections for name in one.requirements)),
        unread=next((one.unread for one in sections if one.unread), ""),
    )


def _beside(rest: str) -> Iterator[str]:
    """Give what stands on the line of the label Success Criteria, behind its colon."""
    text = re.sub(r"\([^)]*\)", "", rest).partition(":")[2].strip(" \t*_")
    if text:
        yield text


def _listed(lines: Sequence[str]) -> Iterator[str]:
    """Give the items of the list that begins here, lines that wrap joined to theirs."""
    item, after_blank, before_list = "", False, 0
    for line in lines:
        if not line.strip():
            after_blank = True
            continue
        if _OTHER_FIELD.match(line) or _CRITERIA.match(line) or before_list > 1:
            break
        if found := _ITEM.match(line):
            if item:
                yield item
            item = found[1].strip()
        elif item and (line[0] in " \t" or not after_blank):
            item += f" {line.strip()}"
        elif not item:
            before_list += 1
        after_blank = False
    if item:
        yield item


def requirement_texts(requirements: str) -> dict[str, str]:
    """Return the requirements of REQUIREMENTS.md by their ids."""
    found = re.findall(
        r"^\s*[-*]\s+(?:\[[ xX]\]\s+)?\*\*([A-Z][\w-]*\d)\*\*\s*:?\s*(.+)$",
        unified(requirements),
        re.MULTILINE,
    )
    return {name: text.strip() for name, text in reversed(found)}
