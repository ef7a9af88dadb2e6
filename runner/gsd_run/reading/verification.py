"""The report of a phase that lies there already: where, and what of it matters to the next."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from gsd_run.domain import lazy
from gsd_run.domain.verification import EarlierReport, Override
from gsd_run.reading.planning_files.texts import unified
from gsd_run.reading.yaml_nodes import Mapping, Plain, plain_mapping
from gsd_run.reading.yaml_repair import compose_mended

SEAL = "<!-- gsd-run: sha256 of all above: "
_SEALED = lazy.pattern(r"^<!-- gsd-run: sha256 of all above: ([0-9a-f]{64}) -->\s*\Z", re.MULTILINE)
_VERIFIED_ROW = lazy.pattern(
    r"^\|\s*[\w.-]+\s*\|\s*((?:[^|\\]|\\.)+?)\s*\|\s*[✓✅]\ufe0f?\s*VERIFIED", re.MULTILINE
)
_TOKEN = lazy.pattern(r"(?:[A-Za-z][A-Za-z0-9_]*-(?=\d))?\d[^-]*(?:-\d{2}(?=-|$))*")


def phase_token(folder: str) -> str:
    """Return what GSD begins a phase's files with: the folder's number, or all of its name."""
    found = _TOKEN.match(folder)
    return found[0] if found else folder


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
    ours = _text(told.get("verifier")).startswith("gsd-run")
    status = _text(told.get("status"))
    again = told.get("re_verification")
    kept = again if ours and isinstance(again, dict) else {}
    # What gsd-run finds by itself it finds anew; of others' words nothing may be lost.
    gaps = (*_open(told.get("gaps"), _GAP), *_open(kept.get("gaps_remaining"), _GAP))
    human = tuple(_open(kept.get("human_remaining"), _LOOK))
    if not ours:
        human = tuple(
            text
            for name in ("human_verification", "behavior_unverified_items")
            for text in _open(told.get(name), _LOOK)
        )
    if not ours and text.strip() and status != "passed" and not gaps and not human:
        human = (f"what {path} ({status or 'no status'}) leaves open, in words of its own",)
    return EarlierReport(
        path=path,
        status=status,
        score=_text(told.get("score")),
        gaps=tuple(dict.fromkeys(gaps)),
        verified=tuple(match[1] for match in _VERIFIED_ROW.finditer(text)),
        human=tuple(dict.fromkeys(human)),
        overrides=tuple(_overrides(told.get("overrides"))),
        by_gsd_run=ours,
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


_GAP = ("truth", "reason")
_LOOK = ("test", "truth", "name")


def _open(value: Plain | None, names: Sequence[str]) -> Iterator[str]:
    """Give the entries that nobody closed, each by the first of these fields that it has."""
    for entry in value if isinstance(value, list) else ():
        if isinstance(entry, str):
            yield entry
        elif isinstance(entry, dict) and not _is_closed(entry):
            others = (_text(one) for one in entry.values())
            said = (*(_text(entry.get(name)) for name in names), *others)
            yield next(filter(None, said), "an entry without words")


def _is_closed(entry: dict[str, Plain]) -> bool:
    """Tell whether an entry is closed, as GSD does: by its status, else by a resolution."""
    status = _text(entry.get("status"))
    return status == "resolved" if status else bool(_text(entry.get("resolution")))


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
