"""A SUMMARY.md as somebody else wrote it: what it states, each with its line."""

import re
from collections.abc import Iterator

from msgspec import Struct

from gsd_run.domain import lazy
from gsd_run.domain.plan import Text
from gsd_run.reading.fields import field_name
from gsd_run.reading.frontmatter import read_frontmatter
from gsd_run.reading.notes import Notes
from gsd_run.reading.yaml_nodes import Mapping, Node, Scalar, Sequence

_MARKERS = lazy.pattern(r"^\s*(?:[-*+]\s+(?:\[[ xX]\]\s*)?|\d+[.)]\s+|>\s*|#{1,6}\s+)?")
_SENTENCE = lazy.pattern(r"(?<=[.!?])\s+(?=[A-Z0-9`*])")
_SIGNS = lazy.pattern(r"[✓✔✅☑➜→•]\ufe0f?|\*\*|__")
_FENCE = lazy.pattern(r"^\s*(?:`{3,}|~{3,})")
_RULE_ROW = lazy.pattern(r"^\s*\|[\s:|-]+\|\s*$")
_COMMIT = lazy.pattern(r"`([0-9a-f]{7,40})`|\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])([0-9a-f]{7,40})\b")
_PATH = lazy.pattern(r"`([\w.@~-]+(?:/[\w.@\[\]()+~-]+)+|[\w-]+\.\w{1,5})`")
_CREATED = lazy.pattern(r"\bcreated?\b|\badded\b|\bnew\b", re.IGNORECASE)
_MODIFIED = lazy.pattern(r"\bmodif|\bupdated?\b|\bedited\b|\bchanged\b|\bextended\b", re.IGNORECASE)
_FILES = lazy.pattern(r"^#+\s.*\bfiles\b", re.IGNORECASE)


class Summary(Struct, frozen=True, kw_only=True):
    """What a summary states.

    `statements` are its sentences, list items and table rows outside of code blocks; `created`
    and `modified` the files that it says were; `commits` the ids of the commits that it names.
    """

    path: str
    statements: tuple[Text, ...] = ()
    created: tuple[Text, ...] = ()
    modified: tuple[Text, ...] = ()
    commits: tuple[Text, ...] = ()


def read_summary(content: bytes, path: str) -> Summary:
    """Read a summary; what of it is no text is replaced, nothing of it is an error."""
    text = content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    front = read_frontmatter(lines, Notes(path))
    created, modified = _key_files(front.mapping or Mapping((), 1))
    statements: list[Text] = []
    commits: list[Text] = []
    about = ""
    for number, line in _prose(lines, front.body):
        if line.startswith("#"):
            about = line
        statements += [Text(one, number) for one in _sentences(line)]
        commits += [Text(m[1] or m[2], number) for m in _COMMIT.finditer(line)]
        if _FILES.match(about):
            files = [Text(found[1], number) for found in _PATH.finditer(line)]
            created += files if _CREATED.search(line) else []
            modified += files if _MODIFIED.search(line) and not _CREATED.search(line) else []
    return Summary(
        path=path,
        statements=tuple(statements),
        created=_once(created),
        modified=_once(modified),
        commits=_once(commits),
    )


def _prose(lines: list[str], start: int) -> Iterator[tuple[int, str]]:
    """Return the lines outside of code blocks, counted from 1."""
    fenced = False
    for number, line in enumerate(lines[start:], start + 1):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and line.strip() and not _RULE_ROW.match(line):
            yield number, line


def _sentences(line: str) -> list[str]:
    plain = _SIGNS.sub(" ", _MARKERS.sub("", line.strip()))
    cells = plain.strip("|").split("|") if plain.startswith("|") else [plain]
    told = [" ".join(part.split()) for cell in cells for part in _SENTENCE.split(cell)]
    return [part for part in told if part]


def _key_files(mapping: Mapping) -> tuple[list[Text], list[Text]]:
    """Return what the frontmatter's key-files lists as created and as modified."""
    found: dict[str, list[Text]] = {"created": [], "modified": []}
    for pair in mapping.pairs:
        if field_name(pair.key) in {"key_files", "key_files_created", "key_files_modified"}:
            inner = pair.value.pairs if isinstance(pair.value, Mapping) else ()
            for kind in inner:
                found.setdefault(field_name(kind.key), []).extend(_scalars(kind.value))
    return found["created"], found["modified"]


def _scalars(node: Node) -> Iterator[Text]:
    for item in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(item, Scalar) and item.text.strip():
            yield Text(re.split(r"\s+[(—-]", item.text.strip(" `"))[0], item.line)


def _once(texts: list[Text]) -> tuple[Text, ...]:
    first = {text.text: text for text in reversed(texts)}
    return tuple(sorted(first.values(), key=lambda text: (text.line, text.text)))
