"""What a phase is verified against: the roadmap's words on it, and the report of before."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from gsd_run.domain import lazy
from gsd_run.domain.verification import EarlierReport, Override, RoadmapPhase
from gsd_run.reading.plan_names import key_of, phase_names
from gsd_run.reading.planning_files.texts import headings, unified
from gsd_run.reading.yaml_nodes import Mapping, Plain, plain_mapping
from gsd_run.reading.yaml_repair import compose_mended

SEAL = "<!-- gsd-run: sha256 of all above: "
_SEALED = lazy.pattern(r"^<!-- gsd-run: sha256 of all above: ([0-9a-f]{64}) -->\s*\Z", re.MULTILINE)
_PHASE_HEADING = lazy.pattern(
    r"(?:\[[^\]]{1,200}\]\s*)?Phase\s+([\w][\w.-]*)(?:\s*\([^)]{0,200}\))?\s*:\s*(.+)",
    re.IGNORECASE,
)
_GOAL = lazy.pattern(r"\*\*Goal(?::\*\*|\*\*:)[ \t]*([^\n]+)", re.IGNORECASE)
_REQUIREMENTS = lazy.pattern(r"\*\*Requirements?(?::\*\*|\*\*:)[ \t]*([^\n]+)", re.IGNORECASE)
_CRITERIA = lazy.pattern(r"^\s*(?:[-*] )?\*\*Success Criteria(?::\*\*|\*\*).*$", re.IGNORECASE)
_ITEM = lazy.pattern(r"^\s*(?:\d+[.)]|[-*+])\s+(?:\[[ xX]\]\s+)?(.+)$")
_REQUIREMENT_ID = lazy.pattern(r"\b[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*-?\d+\b")
_DETAILS = lazy.pattern(r"<details\b[^>]*>.*?</details>", re.IGNORECASE | re.DOTALL)
_VERIFIED_ROW = lazy.pattern(
    r"^\|\s*[\w.-]+\s*\|\s*((?:[^|\\]|\\.)+?)\s*\|\s*[✓✅]\ufe0f?\s*VERIFIED", re.MULTILINE
)
_TOKEN = lazy.pattern(r"(?:[A-Za-z][A-Za-z0-9_]*-(?=\d))?\d[^-]*(?:-\d{2}(?=-|$))*")


def phase_token(folder: str) -> str:
    """Return what GSD begins a phase's files with: the folder's number, or all of its name."""
    found = _TOKEN.match(folder)
    return found[0] if found else folder


def roadmap_phase(roadmap: str, folder: str) -> RoadmapPhase:
    """Return what a roadmap says of the phase in a folder; milestones folded away come last."""
    names = phase_names(folder)
    wanted = names.exact | names.loose
    whole = unified(roadmap)
    for text in (_DETAILS.sub("", whole), whole):
        found = headings(text)
        for number, one in enumerate(found):
            match = _PHASE_HEADING.match(one.text)
            if match and key_of(match[1]) in wanted:
                ends = (later.start for later in found[number + 1 :] if later.level <= one.level)
                return _phase(match[2], text[one.end : next(ends, len(text))])
    return RoadmapPhase()


def _phase(name: str, section: str) -> RoadmapPhase:
    goal, named = _GOAL.search(section), _REQUIREMENTS.search(section)
    return RoadmapPhase(
        name=name.strip(" ~*"),
        goal=goal[1].strip() if goal else "",
        criteria=tuple(_criteria(section)),
        requirements=tuple(dict.fromkeys(_REQUIREMENT_ID.findall(named[1]) if named else ())),
    )


def _criteria(section: str) -> Iterator[str]:
    """Give the items of the list below Success Criteria, lines that wrap joined to theirs."""
    lines = iter(section.split("\n"))
    if not any(_CRITERIA.match(line) for line in lines):
        return
    item = ""
    for line in lines:
        if found := _ITEM.match(line):
            if item:
                yield item
            item = found[1].strip()
        elif item and line[:1] in {" ", "\t"} and line.strip():
            item += f" {line.strip()}"
        elif line.strip():
            break
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


def earlier_path(folder: Path) -> Path | None:
    """Return the report that GSD takes for the phase's: by its number, any other, the bare one."""
    own = folder / f"{phase_token(folder.name)}-VERIFICATION.md"
    others = sorted(folder.glob("*-VERIFICATION.md"))
    places = (own, *others, folder / "VERIFICATION.md")
    return next((one for one in places if one.is_file()), None)


def read_earlier(content: bytes, path: str) -> EarlierReport:
    """Read a VERIFICATION.md, whoever wrote it; what of it can't be understood is left out."""
    text = unified(content.decode("utf-8-sig", "replace"))
    front = re.match(r"---\n(.*?)\n---[ \t]*\n", text, re.DOTALL)
    node = compose_mended(front[1], path)[0] if front else None
    told: dict[str, Plain] = plain_mapping(node) if isinstance(node, Mapping) else {}
    seal = _SEALED.search(text)
    return EarlierReport(
        path=path,
        status=_text(told.get("status")),
        score=_text(told.get("score")),
        gaps=tuple(_open_gaps(told.get("gaps"))),
        verified=tuple(match[1] for match in _VERIFIED_ROW.finditer(text)),
        overrides=tuple(_overrides(told.get("overrides"))),
        by_gsd_run=_text(told.get("verifier")).startswith("gsd-run"),
        intact=seal is not None and seal[1] == seal_of(text[: seal.start()]),
    )


def sealed(text: str) -> str:
    """Return a report with the line by which a change of it is seen later."""
    return f"{text}{SEAL}{seal_of(text)} -->\n"


def seal_of(text: str) -> str:
    """Return the hash of a text whose lines end in a line feed."""
    return hashlib.sha256(text.encode()).hexdigest()


def _text(value: Plain | None) -> str:
    return value.strip() if isinstance(value, str) else ""


def _open_gaps(value: Plain | None) -> Iterator[str]:
    for entry in value if isinstance(value, list) else ():
        if isinstance(entry, str):
            yield entry
        elif isinstance(entry, dict) and _text(entry.get("status")) != "resolved":
            yield _text(entry.get("truth")) or _text(entry.get("reason"))


def _overrides(value: Plain | None) -> Iterator[Override]:
    """Give the overrides that say what was accepted, why, by whom and when."""
    for entry in value if isinstance(value, list) else ():
        said = {key: _text(text) for key, text in entry.items()} if isinstance(entry, dict) else {}
        fields = [
            said.get(name, "") for name in ("must_have", "reason", "accepted_by", "accepted_at")
        ]
        if all(fields):
            must_have, reason, by, at = fields
            yield Override(must_have=must_have, reason=reason, accepted_by=by, accepted_at=at)
