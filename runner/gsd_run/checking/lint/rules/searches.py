"""Rules about grep: patterns that mean something else than they look like, and where it looks."""

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from gsd_run.checking.harms.folders import joined, placed_calls
from gsd_run.checking.lint.scripts import Hit, at, brief, by_text, run_commands
from gsd_run.checking.lint.subject import LintRule, Subject, folders_of
from gsd_run.domain import lazy
from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule
from gsd_run.outside.calls import Call, Word
from gsd_run.outside.shell_calls import calls_of, commands_of

OTHER_DIALECT = Rule(
    code="V261",
    name="pattern-of-another-dialect",
    severity="error",
    about="A pattern is written in a dialect that this grep does not speak.",
    why="Without -E, `a|b` searches for a bar and `[0-9]+` for a plus sign; \\d is known to -P "
    "alone. The search finds nothing, or something else.",
    mend="Write grep -E for | and +, [0-9] or grep -P for \\d; with -E, a plain | parts two words.",
)
FOLDER_WITHOUT_R = Rule(
    code="V262",
    name="grep-of-a-folder",
    severity="error",
    about="grep is given a folder, and not told to go into it.",
    why='It says "Is a directory" and ends with status 2, whatever the files in it say.',
    mend="Write grep -r, or name the files.",
)
EXPANDED = Rule(
    code="V263",
    name="expanded-by-the-shell",
    severity="error",
    about="bash expands `$name` or backticks inside double quotes before the program sees them.",
    why="The variable is not set in the script: the pattern or the code loses that piece. What "
    "stands in backticks is even run.",
    mend="Use single quotes, or put a backslash before `$` and the backticks.",
)

GREPS = frozenset({"grep", "egrep", "fgrep", "rg", "zgrep"})
# The options of grep that take the next word.
_VALUED = frozenset({"-e", "-f", "-m", "-A", "-B", "-C", "--include", "--exclude", "--exclude-dir"})
_RG_VALUED = frozenset({"-g", "-t", "--glob", "--type", "-T", "-j"})
_ENDS_IN_E = lazy.pattern(r"-[a-zA-Z]*e")
# In the basic dialect these signs stand for themselves.
_BARE_BAR = lazy.pattern(r"[\w)\]*}.'\"]\|(?=[\w(\[^\\.'\"<])")
_BARE_PLUS = lazy.pattern(r"(?:\]|\.|\\[wsSW])\+")
_ESCAPED_BAR = lazy.pattern(r"\w\\\|\w")
_DIGIT = lazy.pattern(r"(?<!\\)(?:\\\\)*\\[dD]")
_QUOTED_BAR = lazy.pattern(r"\\\|")


class Search(Struct, frozen=True, kw_only=True):
    """What a call of grep looks for, in which dialect, and where.

    The dialect is basic, extended, perl, fixed, or rust for rg.
    """

    patterns: tuple[Word, ...]
    places: tuple[Word, ...]
    dialect: str


def search_of(call: Call) -> Search:
    """Read the words of grep or rg."""
    patterns: list[Word] = []
    places: list[Word] = []
    options: list[str] = []
    words = list(call.arguments)
    valued = _VALUED | _RG_VALUED if call.program == "rg" else _VALUED
    while words:
        word = words.pop(0)
        text = word.text
        if text[:1] != "-" or text == "-" or word.quoted:
            (places if patterns or "-f" in options else patterns).append(word)
            continue
        options.append(text)
        if words and (text == "--regexp" or _ENDS_IN_E.fullmatch(text)):
            patterns.append(words.pop(0))
        elif text in valued:
            words = words[1:]
    dialect = _dialect(call.program, options)
    return Search(patterns=tuple(patterns), places=tuple(places), dialect=dialect)


def _dialect(program: str, options: list[str]) -> str:
    """Return basic, extended, perl, fixed, or rust for rg."""
    letters = "".join(text for text in options if text[:2] != "--")
    if program == "fgrep" or "F" in letters or "--fixed-strings" in options:
        return "fixed"
    if program == "rg":
        return "rust"
    if "P" in letters or "--perl-regexp" in options:
        return "perl"
    extended = program == "egrep" or "E" in letters or "--extended-regexp" in options
    return "extended" if extended else "basic"


def searches(text: str) -> Iterator[tuple[Call, Search]]:
    """Return every grep of a script."""
    if "grep" in text or "rg " in text:
        for call in calls_of(text):
            if call.program in GREPS:
                yield call, search_of(call)


def _wrong_dialect(subject: Subject) -> Iterator[Finding]:
    for _, command in run_commands(subject):
        for word, said in _misreadings(command.text):
            if "|" in said and _is_meant(subject, word.text):
                continue
            source = (word.source or word.text).split("\n", 1)[0]
            hit = Hit(message=f"`{brief(source)}`: {said}", start=word.start, needle=source)
            yield at(subject, OTHER_DIALECT, command, hit)


@lru_cache(maxsize=4096)
def _misreadings(text: str) -> tuple[tuple[Word, str], ...]:
    return tuple(
        (word, said)
        for _, search in searches(text)
        for word in search.patterns
        if (said := misread(search.dialect, word.text))
    )


def _is_meant(subject: Subject, pattern: str) -> bool:
    """Tell whether the plan has the pattern as a text elsewhere, bar and all."""
    return any(pattern in line and "grep" not in line for line in subject.lines)


def misread(dialect: str, pattern: str) -> str:
    """Say what a dialect makes of a pattern that is meant otherwise, "" if it fits."""
    if dialect == "basic":
        if _BARE_BAR.search(pattern) and not _QUOTED_BAR.search(pattern) and "||" not in pattern:
            return "without -E a bare | is searched for as such; write grep -E"
        if _BARE_PLUS.search(pattern) and "\\+" not in pattern:
            return "without -E a bare + is searched for as such; write grep -E"
    if dialect in {"extended", "rust"} and _ESCAPED_BAR.search(pattern):
        whole = not re.search(r"(?<!\\)\|", pattern)
        if whole:
            return "with -E an escaped \\| is searched for as such; write a bare |"
    if dialect in {"basic", "extended"} and _DIGIT.search(pattern):
        return "only grep -P knows \\d; write [0-9]"
    return ""


def _folders(subject: Subject) -> Iterator[Finding]:
    for _, command in run_commands(subject):
        for _call, word in folder_searches(subject, command.text):
            told = f"grep is given the folder {word.text} without -r, and only complains"
            hit = Hit(message=told, start=word.start, needle=word.text)
            yield at(subject, FOLDER_WITHOUT_R, command, hit)


def folder_searches(subject: Subject, text: str) -> Iterator[tuple[Call, Word]]:
    """Return the calls of grep that are given a folder without -r, with the folder's word."""
    commands = commands_of(text) if "grep" in text else None
    for placed in placed_calls(commands) if commands else ():
        call = placed.call
        if call.program not in {"grep", "egrep", "fgrep"} or call.flags("rRd"):
            continue
        if call.has("--recursive", "--dereference-recursive", "--directories"):
            continue
        for word in search_of(call).places:
            if word.literal and _is_folder(subject, joined(placed.folder, word.text), word.text):
                yield call, word


def _is_folder(subject: Subject, path: str | None, text: str) -> bool:
    if text.endswith("/") or text in {".", ".."}:
        return True
    files = subject.around.files
    return bool(files and path and path not in files and path in folders_of(files))


# Programs that are given a pattern or code as one of their words.
_CODE_AFTER: dict[str, frozenset[str]] = {
    "node": frozenset({"-e", "--eval", "-p", "--print", "-pe"}),
    "bun": frozenset({"-e", "--eval"}),
    "tsx": frozenset({"-e", "--eval"}),
    "deno": frozenset({"eval"}),
    "python": frozenset({"-c"}),
    "python3": frozenset({"-c"}),
    "ruby": frozenset({"-e"}),
    "perl": frozenset({"-e", "-ne", "-pe"}),
    "php": frozenset({"-r"}),
}
_VARIABLE = lazy.pattern(r"(?<!\\)\$(?:\{(?P<braced>[A-Za-z_]\w*)\}|(?P<name>[A-Za-z_]\w*|\d))")
_BACKTICK = lazy.pattern(r"(?<!\\)`[^`]*(?<!\\)`")


def _expanded(text: str) -> Iterator[Hit]:
    if '"' not in text or not re.search(r"[$`]", text):
        return
    calls = calls_of(text)
    known = {name for call in calls for name, _ in call.sets}
    known |= {
        word.text for call in calls if call.program in {"read", "mapfile"} for word in call.named()
    }
    for call in calls:
        for word in _code(call):
            if word.literal or not word.source.startswith('"'):
                continue
            said = _lost(word, known)
            if said.startswith("`"):
                told = f"bash runs {said}, which stands in backticks inside double quotes"
            else:
                told = f"bash expands {said} inside the double quotes, and it is not set here"
            if said:
                told = f"{told}; use single quotes"
                yield Hit(message=told, start=word.start, needle=said.strip("`"))


def _code(call: Call) -> tuple[Word, ...]:
    """Return the words of a call that are patterns or code."""
    if call.program in GREPS:
        return search_of(call).patterns
    if call.program in {"awk", "sed", "jq"}:
        return call.named()[:1]
    options = _CODE_AFTER.get(call.program)
    if options:
        for place, word in enumerate(call.arguments[:-1]):
            if word.text in options:
                return (call.arguments[place + 1],)
    return ()


def _lost(word: Word, known: set[str]) -> str:
    """Return what of a word bash replaces by something that is not meant, "" for nothing."""
    tick = _BACKTICK.search(word.source)
    if tick:
        return tick[0] if len(tick[0]) > 2 else ""  # noqa: PLR2004 - the ticks alone
    for match in _VARIABLE.finditer(word.source):
        name = match["braced"] or match["name"]
        # What is written in capitals may come from the environment.
        if name not in known and not re.fullmatch(r"[A-Z][A-Z0-9_]*", name):
            return match[0]
    return ""


RULES: tuple[LintRule, ...] = (
    LintRule(rule=OTHER_DIALECT, find=_wrong_dialect),
    LintRule(rule=FOLDER_WITHOUT_R, find=_folders),
    by_text(EXPANDED, _expanded),
)
