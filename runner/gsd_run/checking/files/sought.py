"""Whether a pattern stands in a file as what it means: code, a string's content, or any text."""

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import partial

from msgspec import Struct

from gsd_run.checking.files.searching import Accept, Found, is_expression, search
from gsd_run.checking.languages.reading import Code, code, is_used, outline, spread
from gsd_run.domain import lazy

# Looked for, these are code: in a string they would do nothing.
_CODE = lazy.pattern(
    r"^\W*(?:export|import|def|class|function|func|fn|fun|const|let|var|val|pub|async|await|"
    r"interface|type|struct|impl|trait|public|private|protected|return|from|use|using|new|module)\b"
    r"|[\w)\]]\(|=>|\$\(|^@\w"
)
_ABOUT_COMMENTS = lazy.pattern(
    r"^\s*(?:\\?/\\?[/*]|#(?!\[|include|!)|--|<!--|\"\"\"|'''|\*|;;)|\b(?:TODO|FIXME|NOTE|SPDX|eslint|noqa|prettier|"
    r"biome-ignore|istanbul|pragma|nosec)\b|@(?:ts-|param|returns?|deprecated|see|throws|author)",
)
_PROSE = lazy.pattern(r"[A-Za-z][\w'’,.:-]*(?: [\w'’(),.:&/-]+){2,}")
# What a pattern has that names no thing of the code: paths, routes, packages, quoted text.
_LIKE_TEXT = lazy.pattern(
    r"[\"'`/@:#]|-(?!>)|\w \w|^\\?\.\w|\.(?:json[cl5]?|ndjson|mdx?|[cm]?[jt]sx?|py|rs|go|java|kt|"
    r"cs|rb|php|swift|ya?ml|toml|s?css|html?|sh|txt|sql|env|lock|csv|xml|svg|png|vue|svelte|"
    r"tla|db)\b"
)
_IMPORTS = lazy.pattern(
    r"\b(?:import|export|require|from|use|using|mod|include|package|load)\b|[\"'`/]"
)
_DEFINES = lazy.pattern(r"\b(?:def|function\*?|fn|func|fun)\s+$")
_NEAR = 40  # characters before a name in which a word that defines it stands
_IMPORTED = lazy.pattern(
    r"(?:\bfrom|\bimport|\brequire(?:_once|_relative)?|\binclude(?:_once)?|\bload|\bmock)"
    r"\s*\(?\s*[\"'`]$"
)
_TOLD = lazy.pattern(
    r"(?:console\.\w+|print(?:ln|f)?!?|eprintln!|logg(?:er|ing)\.\w+|\blog\.\w+|fmt\.Print\w*|puts|"
    r"echo|System\.out\.\w+|Log\.\w+|NSLog|(?:debug|info|warn|error|trace)!|Console\.Write\w*|"
    r"(?:Error|Exception)|panic!?)\s*\(?\s*[$frbu]?[\"'`][^\"'`]*$"
)
_GIVEN = lazy.pattern(r"(?P<name>\w+)\s*(?::\s*[^=\n]+)?:?=\s*[$frbu@&]{0,2}[\"'`]+$")


def contained(  # noqa: PLR0911 - rules, the first that fits
    wanted: str, path: str, text: str, *, ignore_case: bool = False, expression: bool = False
) -> Found:
    """Look for what a plan wants in a file; what is code does not count in comments or strings.

    `expression` is as in `search`.
    """
    find = partial(search, wanted, ignore_case=ignore_case, expression=expression)
    shown = code(path, text)
    sure = _never_in_string(shown) if _CODE.search(wanted) else None
    found = find(shown.spoken, path, accept=sure)
    if found.place or found.doubt:
        return found
    if found.refused:
        told = f"{wanted!r} stands only in a string, at {found.refused}"
        return Found(doubt=told)
    if over := _over_lines(wanted, path, text, ignore_case=ignore_case):
        return Found(place=over)
    if shown.spoken == text:
        return found
    raw = find(text, path)
    if not raw.place:
        return raw
    heading = wanted.startswith("#") and path.endswith((".md", ".mdx"))
    about_it = _ABOUT_COMMENTS.search(wanted) and not heading
    if about_it or (_PROSE.fullmatch(wanted) and not _CODE.search(wanted)):
        return raw
    told = f"{wanted!r} stands only in a comment or in code that never runs, at {raw.place}"
    return Found(doubt=told)


class Linked(Struct, frozen=True, kw_only=True):
    """The file that a key link comes from, the stretch of it that is meant, and its target's names.

    `stretch` counts characters; `defined` gives names that the target defines: they link as code.
    """

    path: str
    text: str
    stretch: tuple[int, int] | None = None
    defined: Callable[[], frozenset[str]] = frozenset


def linked(pattern: str, link: Linked, *, ignore_case: bool = False) -> Found:
    """Look for a key link's pattern: in code first, then in strings that can link something.

    Comments link nothing. A name links in code; a path, route or event links in a string, unless
    that is only told to a person, or given to a name that nothing uses.
    """
    shown = code(link.path, link.text)
    within = _within(link.stretch)
    # What may stand before a match says nothing of it, and could be a string's beginning.
    pattern = re.sub(r"^(?:\.[*+]\??)+(?=.)", "", pattern)
    if shown.bare is not None:
        linking = _both(within, _in_code(pattern, shown.bare, link))
        found = search(pattern, shown.bare, link.path, accept=linking, ignore_case=ignore_case)
        if found.place or found.hopeless:  # another doubt may be one that the strings settle
            return found
    accept = _both(within, _linking(pattern, shown, link))
    found = search(pattern, shown.spoken, link.path, accept=accept, ignore_case=ignore_case)
    if found.place or found.doubt:
        return found
    if link.stretch is None and (
        over := _over_lines(pattern, link.path, link.text, ignore_case=ignore_case)
    ):
        return Found(place=over)
    if found.refused:
        where = "outside of what is meant" if link.stretch else "where it links nothing"
        return Found(doubt=f"{pattern!r} stands only {where}, at {found.refused}")
    return found


def _over_lines(pattern: str, path: str, text: str, *, ignore_case: bool) -> str:
    """Return where a pattern for one line fits something that is written over several."""
    if not (is_expression(pattern) or " " in pattern):
        return ""
    for line, joined in spread(path, text):
        if search(pattern, joined, path, ignore_case=ignore_case).place:
            return f"{path}:{line}"
    return ""


def _within(stretch: tuple[int, int] | None) -> Accept | None:
    if stretch is None:
        return None
    first, last = stretch
    return lambda start, end: first <= start and end <= last


def _both(one: Accept | None, other: Accept) -> Accept:
    if one is None:
        return other
    return lambda start, end: one(start, end) and other(start, end)


def _string_at(shown: Code, position: int) -> tuple[int, int] | None:
    """Return the stretch of the string around a position; neighbours are one string."""
    strings = shown.strings
    index = bisect_right(strings, (position, len(shown.spoken))) - 1
    if index < 0 or not strings[index][0] <= position < strings[index][1]:
        return None
    start, end = strings[index]
    return start, end


def _never_in_string(shown: Code) -> Accept:
    return lambda start, _: _string_at(shown, start) is None


def _in_code(pattern: str, source: str, link: Linked) -> Accept:
    """Accept a match in code, but no name in an import that nothing uses, and no definition.

    `def login(` is no call of `login`; what asks for imports or definitions gets them.
    """
    file = outline(link.path, link.text)
    asks = _IMPORTS.search(pattern) is not None or file is None
    unused = [
        (one.start, one.end)
        for one in (() if asks or file is None else file.imports)
        if one.names and not one.passes and not is_used(one, link.path, link.text)
    ]
    calls = bool(re.search(r"\w(?:\\s[*+]?)?\\*\($", pattern))

    def accept(start: int, end: int) -> bool:
        if any(first <= start and end <= last for first, last in unused):
            return False
        return not (calls and _DEFINES.search(source, max(0, start - _NEAR), start))

    return accept


def _linking(pattern: str, shown: Code, link: Linked) -> Accept:
    """Accept a match in a string by what the string is used for."""
    about_text = bool(_LIKE_TEXT.search(pattern))
    about_code = bool(_CODE.search(pattern.replace("\\", "")))
    in_code = _in_code(pattern, shown.spoken, link)

    def accept(start: int, end: int) -> bool:
        string = _string_at(shown, end - 1) or _string_at(shown, start)
        if string is None:
            return in_code(start, end)
        before = shown.spoken[shown.spoken.rfind("\n", 0, string[0]) + 1 : string[0]]
        if _IMPORTED.search(before):
            return True
        if _links_nothing(shown, string, before):
            return False
        content = shown.spoken[string[0] : string[1]].strip()
        if about_code:  # a call is code, though what it is given may be a text
            return about_text and not string[0] <= start
        whole = shown.spoken[start:end].strip("\"'`") == content
        return about_text or (whole and link.defined().isdisjoint(re.split(r"\W+", content)))

    return accept


def _links_nothing(shown: Code, string: tuple[int, int], before: str) -> bool:
    """Tell whether a string is only told, stands alone, or is given to a name nobody uses."""
    after = shown.spoken[string[1] :].partition("\n")[0].lstrip("\"'`")
    alone = not before.strip("\"'`fr \t") and after.strip() in {"", ";"}
    opened = shown.spoken[: string[0]].rstrip("\"'`frbu").rstrip()[-1:]
    if alone and opened in {"", ";", "{", "}", ":"}:
        return True
    if _TOLD.search(before):
        return True
    given = _GIVEN.search(before)
    if given is None or shown.bare is None:
        return False
    uses = len(re.findall(rf"(?<!\w){re.escape(given['name'])}(?!\w)", shown.bare))
    seen = re.match(
        r"\s*(?:export|pub|public|static|open|internal)\b|[A-Za-z_]\w*\s*(?::.*)?=", before
    )
    return uses == 1 and seen is None


def defined_names(path: str, text: str) -> frozenset[str]:
    """Return the plain names that a file defines at its top, and those of its members."""
    file = outline(path, text)
    if file is None:
        return frozenset()
    return frozenset(part for one in file.definitions for part in one.name.split("."))


def squeezed(text: str) -> str:
    """Return a text without blanks, in which all quotes are the same."""
    return re.sub(r"[\"'`]", "'", re.sub(r"\s+", "", text))
