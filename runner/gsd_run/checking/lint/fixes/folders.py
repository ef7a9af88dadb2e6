"""Mends for commands that run in another folder than their paths suppose."""

import posixpath
from collections.abc import Iterator

from msgspec import Struct

from gsd_run.checking.compiling.wording import Wording
from gsd_run.checking.lint.fixes.fix import Fix, pair
from gsd_run.checking.lint.modules import module_file, module_name
from gsd_run.checking.lint.subject import Subject, Surroundings, folders_of
from gsd_run.domain import lazy

_CALL = lazy.pattern(r"\bsubprocess\.(?:run|call|check_call|check_output|Popen)\(")
_CWD = lazy.pattern(r"\bcwd\s*=\s*(?P<quote>['\"])(?P<path>[^'\"]+)(?P=quote)")
_CD = lazy.pattern(r"(?:^|[;&(>`]|\n)\s*cd\s+(?P<quote>['\"]?)(?P<path>[\w./@+-]+)(?P=quote)")
_PATH = lazy.pattern(r"(?<![\w./-])[\w.@+-]+(?:/[\w.@+-]+)+")
_COVERED = lazy.pattern(r"--cov[= ](?P<path>[\w.-]+(?:/[\w.-]+)+|[\w-]+\.py(?![\w.]))")
_BARE_REPORT = lazy.pattern(r"--cov-report[= ](?P<kind>json|xml)(?![\w:])")
_KEY = lazy.pattern(r"\[\s*(['\"])files\1\s*\][^\n]*?(['\"])(?P<path>[\w./-]+\.py)\2")


class _Place(Struct, frozen=True):
    """The characters `start` to `end` of a text, run in `folder` of the project."""

    start: int
    end: int
    folder: str


def doubled_folders(subject: Subject, wording: Wording) -> Iterator[Fix]:
    """Take the working directory off paths that are seen from the project's root."""
    around = subject.around
    for place in _places(wording.text, around):
        pairs, prefix = [], f"{place.folder}/"
        for match in _PATH.finditer(wording.text, place.start, place.end):
            path = match[0]
            if not path.startswith(prefix) or not around.exists(path):
                continue
            if not around.exists(prefix + path):
                inner = path.removeprefix(prefix)
                pairs.append(pair(wording.text, match.start(), match.end(), inner))
        if pairs:
            reason = f"the command runs in {prefix}, so the paths below it doubled"
            yield Fix(pairs=tuple(pairs), reason=reason)


def coverage_modules(subject: Subject, wording: Wording) -> Iterator[Fix]:
    """Name the module by whose path coverage is asked for: pytest-cov takes modules or folders."""
    places = list(_places(wording.text, subject.around))
    for match in _COVERED.finditer(wording.text):
        folders = (one.folder for one in places if one.start <= match.start() < one.end)
        file = module_file(subject, next(folders, ""), match["path"])
        module = module_name(subject, file) if file else ""
        if module:
            change = pair(wording.text, match.start(), match.end(), f"--cov={module}")
            yield Fix(pairs=(change,), reason=f"{match['path']} names no module")


def reports_elsewhere(subject: Subject, wording: Wording) -> Iterator[Fix]:
    """Have a coverage report written where the claim reads it, and its keys as it has them."""
    text = wording.text
    places = list(_places(text, subject.around))
    for report in _BARE_REPORT.finditer(text):
        place = next((one for one in places if one.start <= report.start() < one.end), None)
        folder = place.folder if place else ""
        read = {
            (match[0], folder if place and match.start() < place.end else "")
            for match in _PATH.finditer(text, report.end())
            if match[0].endswith(f".{report['kind']}")
        }
        if len(read) != 1:
            continue
        path, seen_from = read.pop()
        if subject.around.exists(posixpath.join(seen_from, path)):
            continue
        target = path if seen_from else posixpath.relpath(path, folder or ".")
        changes = [pair(text, report.start(), report.end(), f"{report[0]}:{target}")]
        reason = f"the coverage report is written to the working directory, not to {target}"
        if place and not seen_from:
            changes += _keys(text, place)
            reason = (
                f"the tests run in {folder}/, so the coverage report went elsewhere, and its keys "
                "are relative to that folder"
            )
        yield Fix(pairs=tuple(changes), reason=reason)


def _keys(text: str, place: _Place) -> Iterator[tuple[str, str]]:
    prefix = f"{place.folder}/"
    for match in _KEY.finditer(text, place.end):
        if match["path"].startswith(prefix):
            inner = match["path"].removeprefix(prefix)
            start, end = match.span("path")
            yield pair(text, start - 1, end + 1, f"{match[2]}{inner}{match[2]}")


def _places(text: str, around: Surroundings) -> Iterator[_Place]:
    """Return the stretches of a text that run in a folder below the project's root."""
    if around.files is None:
        return
    for call in _CALL.finditer(text):
        end = _closing(text, call.end())
        where = _CWD.search(text, call.end(), end)
        folder = _folder(where["path"], around) if where else ""
        if folder:
            yield _Place(call.end(), end, folder)
    for match in _CD.finditer(text):
        folder = _folder(match["path"], around)
        further = _CD.search(text, match.end())
        end = further.start() if further else len(text)
        if match[0].startswith("("):
            end = min(end, _closing(text, match.end()))
        if folder:
            yield _Place(match.end(), end, folder)


def _folder(path: str, around: Surroundings) -> str:
    """Return the project's folder that a path, maybe of another machine, leads to."""
    folders = folders_of(around.files or frozenset()) - {"."}
    pieces = [piece for piece in path.split("/") if piece and piece != "."]
    starts = range(len(pieces)) if path.startswith("/") else (0,)
    tails = ("/".join(pieces[start:]) for start in starts)
    return next((tail for tail in tails if tail in folders), "")


def _closing(text: str, start: int) -> int:
    """Return where the bracket closes that is open at `start`; quotes are not looked into."""
    depth, quote = 1, ""
    for place in range(start, len(text)):
        char = text[place]
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth == 0:
                return place
    return len(text)
