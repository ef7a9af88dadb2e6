"""Where in the code a refuted claim shows: failing tests, files looked at, lines named."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

from gsd_run.domain import lazy
from gsd_run.domain.claim import ArtifactCheck, Claim, NameCheck, PatternCheck, Verdict
from gsd_run.domain.measurement import Measurement, TestCase
from gsd_run.domain.run import RunState

MOST = 20  # places of one claim
# Names of files as messages and tracebacks have them; where two numbers follow, the first.
_NAMED = lazy.pattern(r"(?P<path>[\w@.+-][\w@./+-]*\.\w{1,8}):(?P<line>\d{1,7})(?=[:,)\s]|$)")
_DEFINES = lazy.pattern(r"\b(?:def|func|fun|fn|function|test|it|should|specify|void|public)\b|@")


class CodePlace(Struct, frozen=True, kw_only=True):
    """A place of the code, and what is wrong there; `line` counts from 1.

    Not `there`, the file is missing.
    """

    path: str
    line: int
    what: str
    kind: Literal["test", "file", "named"]
    there: bool = True


class Files(Struct, frozen=True, kw_only=True):
    """The project's files by their paths relative to its root, and how one is read."""

    names: frozenset[str]
    read: Callable[[str], str | None]

    def meant(self, name: str) -> str | None:
        """Return the one file that a name means, which may lack the folders above; else None."""
        name = re.sub(r"^(\./)+", "", name)
        if name in self.names:
            return name
        ending = [one for one in self.names if one.endswith(f"/{name}") or name.endswith(f"/{one}")]
        return ending[0] if len(ending) == 1 else None


def code_places(state: RunState, files: Files) -> dict[str, tuple[CodePlace, ...]]:
    """Return the places of every REFUTED claim of a run that has ended, by the claim's id."""
    by_key = {key: one.measurement for key, one in state.measured.items()}
    found = {}
    for claim in state.claims:
        verdict = state.end_verdicts[claim.id]
        if verdict.state == "REFUTED":
            places = dict.fromkeys(_places(claim, verdict, by_key, files))
            found[claim.id] = tuple(places)[:MOST]
    return found


def _places(
    claim: Claim, verdict: Verdict, measured: dict[str, Measurement], files: Files
) -> Iterator[CodePlace]:
    refuted = [part for part in verdict.parts if part.state == "REFUTED"]
    keys = dict.fromkeys(one.measurement for part in refuted for one in part.evidence)
    for part in refuted:
        for text in (part.reason, *(one.found for one in part.evidence)):
            yield from _told_of(text, files)
    for key in keys:
        if key in measured:
            yield from _failing(measured[key], files)
    texts = {part.text: part.reason for part in refuted}
    for piece in claim.parts:
        if piece.text in texts:
            yield from _looked_at(piece.check, texts[piece.text], files)


def _told_of(text: str, files: Files) -> Iterator[CodePlace]:
    """Return what a text names as `file:line: what`."""
    for found in _NAMED.finditer(text):
        path = files.meant(found["path"])
        if path is not None:
            rest = text[found.end() :].lstrip(": ").split("; ")[0]
            yield CodePlace(path=path, line=int(found["line"]) or 1, what=rest, kind="named")


def _failing(measurement: Measurement, files: Files) -> Iterator[CodePlace]:
    for run in measurement.tests:
        for case in run.cases:
            if case.outcome in {"failed", "error"}:
                yield from _test_place(case, files)


def _test_place(case: TestCase, files: Files) -> Iterator[CodePlace]:
    """Return where a test is defined, if its file is known."""
    named = case.file or (case.name.partition("::")[0] if "::" in case.name else "")
    path = files.meant(named) if named else None
    if path is not None:
        line = _defined(case.name, files.read(path) or "")
        told = f"{case.name}: {case.message}" if case.message else case.name
        yield CodePlace(path=path, line=line, what=told, kind="test")


def _defined(name: str, text: str) -> int:
    """Return the line on which a test stands by its own name, without the groups around it."""
    own = re.split(r"::| > | › |/(?=Test)", re.sub(r"\[.*\]$", "", name))[-1].strip()
    whole = re.compile(rf"(?<!\w){re.escape(own)}(?!\w)")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if whole.search(line)]
    all_lines = text.splitlines()
    return next((n for n in lines if _DEFINES.search(all_lines[n - 1])), lines[0] if lines else 1)


def _looked_at(check: object, reason: str, files: Files) -> Iterator[CodePlace]:
    match check:
        case ArtifactCheck(path=path) | PatternCheck(source=path) | NameCheck(path=path):
            there = path in files.names
            yield CodePlace(path=path, line=1, what=reason, kind="file", there=there)


def all_places(places: dict[str, tuple[CodePlace, ...]]) -> Sequence[tuple[CodePlace, list[str]]]:
    """Return each place once, with the claims that are refuted there."""
    found: dict[tuple[str, int, str], tuple[CodePlace, list[str]]] = {}
    for claim, of_claim in places.items():
        for one in of_claim:
            found.setdefault((one.path, one.line, one.kind), (one, []))[1].append(claim)
    return list(found.values())
