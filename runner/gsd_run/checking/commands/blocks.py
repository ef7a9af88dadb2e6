"""Where the commands stand in a verify block or list item, and what is prose beside them."""

import re
from collections.abc import Callable, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.checking.commands.lines import automated_pieces, fenced_pieces, line_pieces
from gsd_run.checking.commands.pieces import Piece
from gsd_run.checking.commands.recognizing import looks_like_command
from gsd_run.checking.commands.scripts import shares_indent
from gsd_run.domain import lazy

__all__ = ["Block", "Found", "Words", "block_of", "item_of", "looks_like_command"]

Role = Literal["behind", "lead", "around", "apart"]

# Elements that hold commands and nothing else, and those that only frame words for people.
_AUTOMATED = lazy.pattern(
    r"<(automated|command|commands|cmd|bash|shell|script)(?:\s[^<>]*)?>(.*?)(?:</\1>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_FENCE = lazy.pattern(
    r"^([ \t]*)(`{3,}|~{3,})[ \t]*([\w+-]*)[^\n]*\n(.*?)^[ \t]*\2[ \t]*$", re.DOTALL | re.MULTILINE
)
# What a person is to look at, and what a failure would be: no command is asked for it.
_APART = lazy.pattern(
    r"<(manual|human|human[-_]check|human[-_]verify|visual|fails_when)(?:\s[^<>]*)?>(.*?)"
    r"(?:</\1>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
# A command that ends badly has failed anyway.
_ANY_FAILURE = lazy.pattern(
    r"(?:(?:it|the command|any (?:command|test|spec|check)|tests?|a test|any of (?:the|these)"
    r" tests?) )?(?:fails?|exits? (?:with )?(?:a )?non-?zero(?: (?:status|code|exit code))?|errors?"
    r"|(?:exit(?: code| status)?|status)(?: is)?(?: !=| not| ≠) ?0"
    r"|non-?zero exit(?: code| status)?)\W*",
    re.IGNORECASE,
)
_COMMENT = lazy.pattern(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = lazy.pattern(
    r"</?(?:automated|commands?|cmd|bash|shell|script|manual|human|human[-_]check|test|expected|"
    r"why_human|fails_when|checks?|steps?|items?|visual|criteria|verify|verification|sampling_rate|"
    r"quick|full|unit|integration|note)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_OF_ALL = lazy.pattern(r"(?:all|both|each|every|none|neither|these)\b", re.IGNORECASE)


class Found(Struct, frozen=True, kw_only=True):
    """One command: as it is to be run, as the plan writes it, and where.

    `offset` is the line of the block, from 0, on which it begins. Commands of one `group` are
    meant for one shell; groups count from 0.
    """

    text: str
    exact: str
    offset: int = 0
    group: int = 0


class Words(Struct, frozen=True, kw_only=True):
    """A line of prose and the commands, by number from 0, that it speaks of.

    `behind` a command it says what that should do, as a `lead` in front what it is for; words
    `around` speak of the block as a whole, and words `apart` of none of its commands. `near`
    words stand on the command's own line, or are labelled as what is expected.
    """

    text: str
    of: tuple[int, ...] = ()
    role: Role = "around"
    near: bool = False
    offset: int = 0


class Block(Struct, frozen=True, kw_only=True):
    """A block's commands in order, the prose beside them, and why there is no command."""

    commands: tuple[Found, ...] = ()
    words: tuple[Words, ...] = ()
    absent: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """Return the commands as they are to be run."""
        return tuple(command.text for command in self.commands)

    @property
    def prose(self) -> tuple[str, ...]:
        """Return all the prose in its order."""
        return tuple(words.text for words in self.words)

    def script(self, root: str) -> str:
        """Return the commands as one bash script; a new group begins at the project's `root`."""
        lines: list[str] = []
        group, moved = 0, False
        for command in self.commands:
            if command.group != group and moved:
                lines.append(f"cd {root}")
                moved = False
            group = command.group
            moved = moved or bool(re.search(r"(?:^|[;&|\n]\s*)(?:cd|pushd)\s", command.text))
            lines.append(command.text)
        return "\n".join(lines)

    def speaking_of(self, number: int, *roles: Role) -> tuple[str, ...]:
        """Return the prose that speaks of one command; of a block's only one, all of it does."""
        if len(self.commands) == 1:
            return tuple(words.text for words in self.words if words.role != "apart")
        return tuple(
            words.text for words in self.words if number in words.of and words.role in roles
        )

    def mapped(self, change: Callable[[str], str]) -> "Block":
        """Return the block with a change made to what is run and what is said."""
        return replace(
            self,
            commands=tuple(replace(one, text=change(one.text)) for one in self.commands),
            words=tuple(replace(one, text=change(one.text)) for one in self.words),
        )


def block_of(text: str) -> Block:
    """Read a verify block (dedented, entities undone)."""
    text = _COMMENT.sub(_blank, text)
    apart = [words for match in _APART.finditer(text) for words in _words_apart(text, match)]
    text = _APART.sub(_blank, text)
    regions = [(match, "automated") for match in _AUTOMATED.finditer(text)]
    marked = bool(regions)
    inside = [match.span() for match, _ in regions]
    regions += [
        (match, "fence")
        for match in _FENCE.finditer(text)
        if not any(start <= match.start() < end for start, end in inside)
    ]
    regions.sort(key=lambda region: region[0].start())
    found: list[Piece] = []
    place = 0
    for number, (match, kind) in enumerate(regions, 1):
        found += _plain(text, place, match.start(), marked=marked, region=2 * number)
        line = text.count("\n", 0, match.start(2 if kind == "automated" else 4))
        if kind == "automated":
            pieces = automated_pieces(match[2])
        else:
            pieces = fenced_pieces(match[4], match[3], [one.text for one in found[-1:]])
        found += [one.moved(line, region=2 * number + 1) for one in pieces]
        place = match.end()
    found += _plain(text, place, len(text), marked=marked, region=0)
    block = _assembled(found)
    return replace(block, words=(*block.words, *apart))


def _words_apart(text: str, match: re.Match[str]) -> list[Words]:
    said = " ".join(_TAG.sub(" ", match[2]).split())
    if match[1].lower() == "fails_when":
        said = "" if _ANY_FAILURE.fullmatch(said) else f"fails when {said}"
    line = text.count("\n", 0, match.start(2))
    return [Words(text=said, role="apart", offset=line)] if said else []


def item_of(text: str) -> Block:
    """Read a list item: prose with commands in backticks, or a bare command."""
    return _assembled(line_pieces(text.strip(), item=True))


def _plain(text: str, start: int, end: int, *, marked: bool, region: int) -> list[Piece]:
    part = _TAG.sub("", text[start:end])
    line = text.count("\n", 0, start)
    indent = shares_indent(part)
    part = "\n".join(one[indent:] for one in part.split("\n"))
    return [one.moved(line, region=region) for one in line_pieces(part, marked=marked)]


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", "", match[0])


def _assembled(pieces: Sequence[Piece]) -> Block:
    """Say of every piece of prose which commands it speaks of, and number the groups."""
    commands: list[Found] = []
    words: list[Words] = []
    groups: dict[object, int] = {}
    for place, piece in enumerate(pieces):
        if piece.kind == "command":
            group = groups.setdefault(piece.group, len(groups))
            commands.append(
                Found(text=piece.text, exact=piece.text, offset=piece.offset, group=group)
            )
            continue
        if piece.kind == "absent":
            continue
        leads = piece.kind == "lead" and _next_is_command(pieces[place + 1 :])
        one = Words(text=piece.text, near=piece.near, offset=piece.offset)
        if leads:
            one = replace(one, role="lead", of=(len(commands),))
        elif commands and not piece.about_all:
            one = replace(one, role="behind", of=_of(piece, commands))
        words.append(one)
    absent = next((piece.text for piece in pieces if piece.kind == "absent"), "")
    return Block(commands=tuple(commands), words=tuple(words), absent=absent)


def _of(piece: Piece, commands: Sequence[Found]) -> tuple[int, ...]:
    """Return the commands that words behind the last one speak of."""
    last = len(commands) - 1
    group = commands[last].group
    same = [number for number, one in enumerate(commands) if one.group == group]
    if piece.joined:
        return tuple(range(max(0, last - piece.joined), last + 1))
    if len(same) > 1 and _OF_ALL.match(piece.text) and not re.match(r"all \w* ?tests", piece.text):
        return tuple(same)
    return (last,)


def _next_is_command(pieces: Sequence[Piece]) -> bool:
    return next((one.kind == "command" for one in pieces if one.kind != "lead"), False)
