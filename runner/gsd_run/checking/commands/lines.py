"""Lines of a verify block, of an element and of a fence, cut into pieces in their order."""

import re
import textwrap

from msgspec.structs import replace

from gsd_run.checking.commands.parting import parted, sentence_parts
from gsd_run.checking.commands.pieces import Piece, behind, commands_in, item_pieces, own_programs
from gsd_run.checking.commands.recognizing import (
    SETS,
    has_operators,
    looks_like_command,
    names_a_thing,
    reads_as_command,
)
from gsd_run.checking.commands.scripts import PROMPT, dedented, logical_lines, shares_indent
from gsd_run.domain import lazy

_ABSENT = r"MISSING|N/A|NA|MANUAL|TODO|TBD|NONE|PENDING|SKIP|HUMAN|VISUAL"
_SENTINEL = lazy.pattern(
    rf"\W*(?:{_ABSENT})\b|"
    r"(?i:(?:none|n/a|manual(?:ly)?(?: \w+){0,3}|tbd|todo|not applicable)\W*$)"
)
_NO_COMMAND = lazy.pattern(
    rf"\W*(?:{_ABSENT}|manual(?:ly)?|not (?:applicable|available|needed|required)|skipped|see|"
    r"no (?:automated|automation|command|tests?)|placeholder|deferred|covered by|same as)\b",
    re.IGNORECASE,
)
_PLACEHOLDER = lazy.pattern(r"\W*<[^<>]*>\W*|\{[^{}]*\}|\[[^\[\]]*\]|\W*")
_EXPECTED = lazy.pattern(
    r"(?:\*\*|__)?(?:expect(?:ed|ation)?s?(?: (?:output|result|outcome|exit(?: code)?))?|result|"
    r"output|pass criteria|pass if|passes if|→|->|=>|✓)(?:\s*:(?:\*\*|__)?|(?<=[→✓>])|(?:\*\*|__):)"
    r"\s*(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_SAYS = lazy.pattern(r"(?:should|must|expect(?:ed|s)?|returns?|outputs?|prints?)\b", re.IGNORECASE)
_LABEL = lazy.pattern(
    r"(?P<label>(?:\*\*|__)?[A-Z]?[\w /()'-]{0,50}?(?:\*\*|__)?\s*:(?:\*\*|__)?)\s+(?P<rest>\S.*)$",
    re.DOTALL,
)
_RUNS = lazy.pattern(
    r"(?P<label>(?:(?:then|also|and|next|first|finally)[, ]+)*(?:re-?run|run|execute|invoke|"
    r"(?:check|verify|test) (?:with|via|by running)|(?:verify|check|confirm|ensure|make sure)"
    r"(?: that)?)(?: the command)?)\s+(?P<rest>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_MARKER = lazy.pattern(
    r"^\s*(?:[-*+•]\s+(?:\[[ xX]\]\s+)?|[✓✔☐☑✅]\s+(?=`)|\d{1,3}[.)]\s+|[a-z]\)\s+)"
)
_ENUMERATES = lazy.pattern(r"^(?!(?:\w+=\S* )*mix do )[^\"'`{(\[|;]*\w, \w")
_NOT_SHELL = lazy.pattern(r"expected|output|returns?|should (?:show|print|look|be|contain)|example")


def automated_pieces(text: str) -> list[Piece]:
    """Read what an <automated> element holds: commands, or a sentinel that says there is none."""
    before = len(text) - len(text.lstrip())
    first = text.count("\n", 0, before)
    inner = dedented(text.rstrip() if "\n" in text[:before] else text.strip())
    if fence := re.fullmatch(r"\s*```\w*\n(.*?)\n?\s*```\s*", inner, re.DOTALL):
        inner, first = textwrap.dedent(fence[1]), first + 1
    whole = inner.strip()
    if not whole:
        return [Piece(kind="absent", text="<automated> is empty")]
    if span := re.fullmatch(r"`([^`]+)`", whole):
        inner = span[1]
    elif _PLACEHOLDER.fullmatch(whole) or (
        _NO_COMMAND.match(whole) and not looks_like_command(whole)
    ):
        return [Piece(kind="absent", text=whole, offset=first)]
    found = _script(inner, trusted=False)
    return [replace(one, offset=one.offset + first) for one in found]


def fenced_pieces(text: str, language: str, above: list[str]) -> list[Piece]:
    """Read a fenced block: a script, or what some command should print, or code."""
    shell = language.lower() in {
        "sh",
        "bash",
        "shell",
        "console",
        "zsh",
        "shell-session",
        "terminal",
        "fish",
        "powershell",
        "pwsh",
        "ps1",
    }
    text = textwrap.dedent(text)
    lines = [line for line in text.split("\n") if line.strip()]
    if not shell:
        commands = any(looks_like_command(PROMPT.sub("", line.strip())) for line in lines)
        shown = bool(above) and bool(_NOT_SHELL.search(above[0].lower()[-60:]))
        if language or not commands or (shown and not any("$ " in line[:3] for line in lines)):
            words = " ".join(line.strip() for line in lines)
            return [Piece(kind="behind", text=words)] if words else []
    prompted = [line for line in lines if PROMPT.match(line)]
    if prompted and len(prompted) < len(lines) and not any(line[0] in "#>" for line in lines):
        # what stands between prompts is output
        return [
            Piece(kind="command", text=PROMPT.sub("", line), offset=number)
            for number, line in enumerate(text.split("\n"))
            if PROMPT.match(line)
        ]
    return _script(text, trusted=shell)


def _script(text: str, *, trusted: bool) -> list[Piece]:
    """Read the lines of a script: comments say what is expected above them, or what comes."""
    found: list[Piece] = []
    for offset, line in logical_lines(text, lambda line: not line.lstrip().startswith("#")):
        bare = PROMPT.sub("", line.strip() if "\n" not in line else line.lstrip())
        if bare.startswith("#"):
            found += _comment(bare.strip("# \t"), offset, bool(found))
        elif (match := _EXPECTED.match(bare)) and not looks_like_command(bare):
            found += behind(match["rest"], offset)
        elif trusted or _is_meant_as_command(bare):
            pair = parted(bare)
            found.append(Piece(kind="command", text=pair.command, offset=offset))
            found += behind(pair.words, offset)
        else:
            inner = item_pieces(bare) if "`" in bare else []
            told = any(one.kind == "command" for one in inner)
            pieces = inner if told else _labelled(bare) or [Piece(kind="absent", text=bare)]
            found += [replace(one, offset=offset) for one in pieces]
    return found


def _is_meant_as_command(line: str) -> bool:
    """Tell whether what stands where only a command should stand is one, known or not."""
    if looks_like_command(line) or SETS.fullmatch(line) or has_operators(line):
        return True
    words = line.split()
    if re.match(r"[A-Z][a-z]*\b(?![/=])", line) or words[0].endswith(":") or "`" in line:
        return False
    return len(words) < 4 or any(re.match(r"-|\S*/", word) for word in words[1:])  # noqa: PLR2004


def _comment(text: str, offset: int, below: bool) -> list[Piece]:
    if not text:
        return []
    match = _EXPECTED.match(text)
    if below and (match or _SAYS.match(text)):
        return behind(match["rest"] if match else text, offset)
    return [Piece(kind="lead", text=text, offset=offset, near=True)]


def line_pieces(text: str, *, marked: bool = False, item: bool = False) -> list[Piece]:
    """Read lines of prose and commands.

    Beside `marked` commands only those in backticks that the words ask to be run are commands;
    an `item` is one list item, whose words before its command speak of that.
    """
    found: list[Piece] = []
    lines = text.split("\n")
    known = frozenset(match[2].split()[0] for line in lines for match in commands_in(line))
    known |= own_programs([_MARKER.sub("", line).strip() for line in lines])
    group, inside = 0, 0
    for offset, line in logical_lines(text, _begins):
        indent = shares_indent(line)
        if marker := _MARKER.match(line):
            group, inside = offset + 1, marker.end()
        elif indent == 0 or indent < min(inside, 2):
            group = 0
        bare = _MARKER.sub("", line).strip()
        pieces = _line(bare, known, first=not found) if not marked else _asked_for(bare)
        if found and _continues(found[-1], line, pieces, bool(marker)):
            found[-1] = replace(found[-1], text=f"{found[-1].text} {pieces[0].text}")
            continue
        if item and not any(one.kind == "command" for one in pieces) and found:
            pieces = [replace(one, kind="behind") for one in pieces if one.kind != "absent"]
        for one in pieces:
            own = (group, offset, *one.group) if one.group else (group,)
            found.append(replace(one, offset=offset, group=own))
    return found


def _continues(above: Piece, line: str, pieces: list[Piece], marked: bool) -> bool:
    """Tell whether a line goes on with the sentence above it."""
    prose = above.kind == "behind" and len(pieces) == 1 and pieces[0].kind in {"behind", "lead"}
    return (
        prose
        and not marked
        and not re.search(r"[.:;!?]\W*$", above.text)
        and bool(re.match(r"\s*[a-z(`]", line))
    )


def _begins(line: str) -> bool:
    bare = PROMPT.sub("", _MARKER.sub("", line).strip())
    match = _LABEL.match(bare) or _RUNS.match(bare)
    return looks_like_command(bare) or bool(match and looks_like_command(match["rest"]))


def _line(line: str, known: frozenset[str], *, first: bool) -> list[Piece]:  # noqa: PLR0911
    """Read one line by the first rule that fits; `known` are programs that the text names."""
    if match := _EXPECTED.match(line):
        return behind(match["rest"], 0)
    bare = PROMPT.sub("", line)
    if SETS.fullmatch(bare):
        return [Piece(kind="command", text=bare)]
    if pieces := _bare(bare):
        return pieces
    if line.startswith("#"):
        return _comment(line.strip("# \t"), 0, not first)
    pieces = item_pieces(line, known)
    if any(one.kind == "command" for one in pieces):
        return pieces
    if pieces := _labelled(line):
        return pieces
    if _SENTINEL.match(line):
        return [Piece(kind="absent", text=line)]
    lead = line.endswith((":", ":**"))
    return [Piece(kind="lead" if lead else "behind", text=line)] if line else []


def _bare(line: str) -> list[Piece]:
    """Read a line that is a command, with what is said behind it."""
    several = sentence_parts(line) if looks_like_command(line) else []
    if not (several or reads_as_command(line)) or re.match(r"[\w -]+:\s*`", line):
        return []
    if "`" in line and re.match(r"[^`]*\b\w+s?: `", line):
        return []
    if several:
        shared = sum(not pair.words for pair in several)
        return [
            replace(piece, joined=shared)
            for pair in several
            for piece in (Piece(kind="command", text=pair.command), *behind(pair.words, 0))
        ]
    if _ENUMERATES.search(line) and not parted(line).words:
        return []
    pair = parted(line)
    told = item_pieces(pair.words) if "`" in pair.words else []
    if not any(one.kind == "command" for one in told):
        told = behind(pair.words, 0)
    return [Piece(kind="command", text=pair.command), *told]


def _labelled(line: str) -> list[Piece]:
    """Read `Run: command` and the like; the label is kept if it says more than that."""
    match = _LABEL.match(line) or _RUNS.match(line)
    if match is None:
        return []
    rest = PROMPT.sub("", match["rest"])
    pieces = _bare(rest)
    says = re.match(r"(?i:verify|check|confirm|ensure|make)", match["label"])
    if not pieces or (
        match.re.pattern == _RUNS.pattern and says and (len(pieces) == 1 or names_a_thing(rest))
    ):
        return []  # "check docker is running" is a sentence
    label = match["label"].strip("*_ ")
    return [Piece(kind="lead", text=label), *pieces]


def _asked_for(line: str) -> list[Piece]:
    """Read a line beside marked commands: only what it asks to be run is one."""
    if match := _EXPECTED.match(line):
        return behind(match["rest"], 0)
    pieces = item_pieces(line)
    asks = re.match(r"(?:then|also|and|run|verify|check|confirm)\b", line, re.IGNORECASE)
    if asks and not re.search(r"\([^)]*`", line):
        return pieces
    return [Piece(kind="behind", text=line, about_all=True)] if line else []
