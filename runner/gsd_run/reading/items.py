"""Lists inside a plan's elements: bullets, numbered items, file names, code blocks."""

import re
import textwrap
from collections.abc import Iterator

from gsd_run.domain import lazy
from gsd_run.domain.plan import CodeBlock, Text
from gsd_run.reading.entities import undone, undone_in_code
from gsd_run.reading.masks import FencePair, fence_pairs

_MARKER = lazy.pattern(r"([ \t]*)(?:[-*+•]|\d{1,3}[.)])[ \t]+(?:\[[ xX~]?\][ \t]*)?")
_FENCE = lazy.pattern(r"[ \t]*(?:`{3,}|~{3,})")
_HEADING = lazy.pattern(
    r"[ \t]*(?:#{1,6}\s|(?:\*\*|__)[^*_]+(?:\*\*|__):?[ \t]*$|.*:(?:\*\*|__)?[ \t]*$)"
)
_RULE = lazy.pattern(r"[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*$")
_NOTHING = frozenset(("none", "n/a", "na", "-", "tbd", "no files", "various", "multiple"))
_TAG = lazy.pattern(r"</?[A-Za-z][^<>\n]{0,200}>")
_NOTE = lazy.pattern(r"(?<!\s)\s++(?:[(\[\u2014\u2013]|--?\s|#\s|←|→|:\s).*$")
_COMMENT = lazy.pattern(r"<!--.*?-->", re.DOTALL)
_PART = lazy.pattern(
    r"(?:[^,\u3001\uff0c{}]|\{[^{}]*\}|[{}])+"
)  # up to a comma that no braces are around
MOST_NAMES = 64  # that one name with braces can stand for
_QUOTED = lazy.pattern(r"`([^`\n]+)`")
_BRACES = lazy.pattern(r"\{([^{}]*,[^{}]*)\}")
_LABEL = lazy.pattern(
    r"^(?:create|modify|modified|new|test|tests|edit|update|delete|read|verify)\s*:\s*",
    re.IGNORECASE,
)


def items_of(text: Text | None) -> tuple[Text, ...]:
    """Return one Text per item of a list, markers and checkboxes taken off.

    Deeper bullets, indented lines and code fences below an item belong to it. A paragraph that is
    no heading is an item of its own. Without any list, each paragraph is.
    """
    if text is None:
        return ()
    found: list[tuple[int, list[str]]] = []
    outer = _outer_indent(text.text)
    current: list[str] | None = None
    fenced = blank = False
    for offset, line in enumerate(text.text.split("\n")):
        marker = None if fenced else _MARKER.match(line)
        starts_fence = _FENCE.match(line) is not None
        if _RULE.match(line) and not fenced:
            current = None
        elif marker and len(marker[1].expandtabs()) <= outer:
            current = [line[marker.end() :]]
            found.append((text.line + offset, current))
        elif not line.strip():
            if current is not None:
                current.append(line)
        elif current is not None and (
            fenced or not blank or starts_fence or _is_deeper(line, outer)
        ):
            current.append(line)
        elif current is None and not fenced and not starts_fence and _HEADING.match(line):
            pass
        elif not fenced and _HEADING.match(line):
            current = None
        else:
            current = [line.strip()]
            found.append((text.line + offset, current))
        fenced ^= starts_fence
        blank = not line.strip() and not fenced
    items = (_item(line, lines) for line, lines in found)
    return tuple(item for item in items if item.text)


def _item(line: int, lines: list[str]) -> Text:
    """Return an item; with nothing behind its marker it starts on a line below."""
    if lines[0].strip():
        return Text("\n".join(lines).strip(), line)
    blank = next((i for i, text in enumerate(lines) if text.strip()), len(lines))
    return Text("\n".join(lines[blank:]).strip(), line + blank)


def _outer_indent(text: str) -> int:
    """Return the least indentation of a list marker outside of fences."""
    indents = []
    fenced = False
    for line in text.split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
        marker = _MARKER.match(line)
        if marker and not fenced:
            indents.append(len(marker[1].expandtabs()))
    return min(indents, default=0)


def _is_deeper(line: str, outer: int) -> bool:
    return len(line.expandtabs()) - len(line.expandtabs().lstrip()) > outer


def without_comments(text: str) -> str:
    """Return a text without its HTML comments, and every line where it was."""
    if "<!--" not in text:
        return text
    return _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text)


def file_names(text: Text | None) -> tuple[str, ...]:
    """Return the files that a `<files>` element names, in order, each once."""
    return tuple(dict.fromkeys(name for name, _ in named_files(text)))


def named_files(text: Text | None) -> list[tuple[str, int]]:
    """Return the files that a `<files>` element names, each with its line."""
    if text is None:
        return []
    names: list[tuple[str, int]] = []
    for number, line in enumerate(without_comments(text.text).split("\n"), text.line):
        names += [(name, number) for name in _named_in(line)]
    return names


def _named_in(line: str) -> Iterator[str]:
    untagged = _TAG.sub(" , ", line) if "<" in line else line
    plain_line = undone(untagged)
    marker = _MARKER.match(plain_line)
    bare = plain_line[marker.end() if marker else 0 :].strip().strip("*")
    bare = _LABEL.sub("", bare).strip()
    for part in _PART.findall(bare):
        quoted = _QUOTED.findall(part)
        plain = _NOTE.sub("", " " + part.strip().strip("'\"")).strip().rstrip(";")
        # beside a quoted name, words after a comma are part of a note, not a file
        is_note = "`" in bare and not re.search(r"[./*]", plain)
        for name in quoted or (() if is_note else (plain,)):
            if _names_file(name):
                yield from _braces_expanded(name)


def _names_file(name: str) -> bool:
    if not name or name.lower() in _NOTHING or name.startswith(("(", "<", "#")):
        return False
    return re.search(r"[./*]", name) is not None or " " not in name


def _braces_expanded(name: str) -> list[str]:
    names = [name]
    while len(names) < MOST_NAMES:
        match = next((found for one in names if (found := _BRACES.search(one))), None)
        if match is None:
            break
        names = [
            expanded
            for one in names
            for expanded in (
                [one.replace(match[0], choice.strip(), 1) for choice in match[1].split(",")]
                if match[0] in one
                else [one]
            )
        ]
    return names


def code_blocks(text: Text | None) -> tuple[CodeBlock, ...]:
    """Return the outermost fenced blocks of a text; `line` is that of the code's first line.

    A fence that nothing closes ends before the next fence, or with the text.
    """
    if text is None or not ("```" in text.text or "~~~" in text.text):
        return ()
    return tuple(_blocks(text))


def _blocks(text: Text) -> Iterator[CodeBlock]:
    pairs = fence_pairs(text.text)
    done = counted = 0
    line = text.line
    for i, pair in enumerate(pairs):
        opening = pair.opening
        if opening.start < done:
            continue
        start = min(opening.end + 1, len(text.text))
        end = done = _end(text.text, pair, pairs[i + 1 : i + 2])
        code = _dedented(text.text[start:end].rstrip(" \t"), opening.indent)
        line += text.text.count("\n", counted, start)
        counted = start
        yield CodeBlock(
            language=opening.language.split(" ")[0].strip("{}.").lower(),
            code=undone_in_code(code),
            line=line,
        )


def _end(text: str, pair: FencePair, following: list[FencePair]) -> int:
    if pair.closing is not None:
        return pair.closing.line_start
    return following[0].opening.line_start if following else len(text)


def _dedented(code: str, indent: int) -> str:
    """Take the fence's own indentation off, and then what all lines still share."""
    if code and not code.endswith("\n"):
        code += "\n"
    if not indent and code[:1] not in (" ", "\t", "\n"):
        return code
    lines = [line[min(indent, len(line) - len(line.lstrip(" "))) :] for line in code.split("\n")]
    return textwrap.dedent("\n".join(lines))
