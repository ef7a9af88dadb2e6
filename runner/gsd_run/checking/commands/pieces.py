"""The pieces that a text of prose and commands is cut into, and those of one sentence."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.checking.commands.recognizing import looks_like_command
from gsd_run.checking.commands.scripts import PROMPT
from gsd_run.domain import lazy

_SPAN = lazy.pattern(r"(?<!`)(`{1,2})(?!`)((?:(?!\1)[^\n])+)\1(?!`)")
_TOLD = lazy.pattern(
    r"(?:\b(?:run|running|rerun|re-run|execut\w+|invok\w+|call|check with|via|using|command)\b)"
    r"\W*$",
    re.IGNORECASE,
)
# Words that make what stands in backticks a part of some file's text, not a thing to do.
_MENTIONS = lazy.pattern(
    r"\b(?:shows?|contains?|mentions?|includes?|lists?|prints?|outputs?|says?|displays?|documents?|"
    r"references?|has|have|calls?|invokes|uses|reads|matches|instead of|rather than|named|such as|"
    r"like|e\.g\.|replaced by|replaced with|documented as|remaining|no more|the old|wraps|defines?)"
    r",? (?:(?:the|a|an|its|new|old|line|command|step|script|text|string|correct|exact|both|bare|"
    r"either|following|only)s?:? )*$",
    re.IGNORECASE,
)
# What only a command does.
_ACTS = lazy.pattern(
    r"\s*(?:\([^()]*\))?\s*(?:—|–|--|-|→)?\s*(?:(?:should|must|still|now|also) )*"
    r"(?:(?:should|must) |exits?|succeeds|works|runs|prints|displays|completes|starts|"
    r"shows (?:the|all|a|no)|builds|compiles)\b",
    re.IGNORECASE,
)
_IS_MENTIONED = lazy.pattern(
    r"\s+(?:(?:is|are) (?:now )?(?:documented|mentioned|listed|referenced|present|defined|"
    r"configured|wired|included|removed|replaced|used|called|added|part)\b|appears?\b|"
    r"(?:script|target|task|step|command|recipe|entry|alias) (?:exists|is|in|was|has been)\b)",
    re.IGNORECASE,
)
# A call of some program, all of it in small letters as no code of a language is for long.
_CALL = lazy.pattern(
    r"(?:run )?`(?P<name>[a-z][\w-]*)(?: (?:--?)?[a-z\d][\w:./=-]*)+`"
    r"(?P<does> (?:\([^()]*\) )?(?:should |must )?(?:prints?|outputs?|shows?|displays?|lists?|"
    r"creates?|exits?|starts?|stops?|succeeds?|works?|runs?|fails?|reports?|completes?|errors?)\b)?",
    re.IGNORECASE,
)
_KEYWORDS = frozenset(
    [
        "abstract", "actor", "alter", "begin", "create", "data", "def", "defmodule", "defp", "drop",
        "else", "enum", "extends", "final", "fn", "fun", "func", "guard", "impl", "implements",
        "index", "internal", "local", "macro", "match", "mod", "module", "mut", "namespace",
        "object", "override", "package", "protected", "protocol", "pub", "readonly", "record",
        "ref", "sealed", "self", "static", "struct", "super", "table", "template", "trait",
        "typedef", "union", "val", "virtual", "void",
    ]
)  # fmt: skip
_CONNECTS = lazy.pattern(r"[\s,;&/+]*(?:(?:and|then|or|plus|followed by|also)\b[\s,:]*)*")
_LEADS = lazy.pattern(
    r"(?:(?:then|also|and|next|finally|run|re-?run|verify|check|confirm|execute|ensure|test|first)\b"
    r"|[^.]*:$)",
    re.IGNORECASE,
)
_SENTENCE = lazy.pattern(r"(?<=[.;!?])\s+|\n+|(?<=\)),\s+(?=then\b)")

Kind = Literal["command", "lead", "behind", "absent"]


class Piece(Struct, frozen=True, kw_only=True):
    """A command, words, or a sentinel, with the number of its line from 0.

    `group` tells apart what is meant for different shells. `joined` words speak of so many
    commands before the last, too; those `about_all` speak of no command in particular.
    """

    kind: Kind
    text: str
    offset: int = 0
    group: tuple[int, ...] = ()
    near: bool = False
    joined: int = 0
    about_all: bool = False

    def moved(self, lines: int, *, region: int) -> "Piece":
        """Return the piece at its place in a larger text."""
        return replace(self, offset=self.offset + lines, group=(region, *self.group))


def behind(text: str, offset: int, *, near: bool = True) -> list[Piece]:
    """Return what a command should do as a piece, if anything is said."""
    text = text.strip()
    return [Piece(kind="behind", text=text, offset=offset, near=near)] if text else []


def item_pieces(line: str, known: frozenset[str] = frozenset()) -> list[Piece]:
    """Read prose with commands in backticks; what stands between two belongs to one of them."""
    spans = commands_in(line, known)
    if not spans:
        return [Piece(kind="behind", text=line)] if line else []
    found: list[Piece] = []
    lead = _clean(line[: spans[0].start()])
    if lead:
        found.append(Piece(kind="lead", text=lead))
    joined = 0
    ends = [*(match.start() for match in spans[1:]), len(line)]
    for number, (match, end) in enumerate(zip(spans, ends, strict=True)):
        text = PROMPT.sub("", match[2].strip())
        group = (number,) if not (joined and spans[number - 1][2].startswith("cd ")) else (0,)
        found.append(Piece(kind="command", text=text, group=group))
        between = line[match.end() : end]
        last = number + 1 == len(spans)
        if not last and _CONNECTS.fullmatch(between):
            joined += 1
            continue
        says, leads = (between, "") if last else _shared(between)
        if line[: match.start()].endswith("(") and found[-2:-1] and found[-2].kind == "lead":
            # The build passes (by this command): what stands in front is what it should show.
            found[-2:] = [found[-1], replace(found[-2], kind="behind", near=True)]
        if words := _clean(says):
            found.append(Piece(kind="behind", text=words, near=True, joined=joined))
        if words := _clean(leads):
            found.append(Piece(kind="lead", text=words))
        joined = 0
    return found


def commands_in(line: str, known: frozenset[str] = frozenset()) -> list[re.Match[str]]:
    """Return the spans in backticks that are to be run; those that a file mentions are not."""
    found: list[re.Match[str]] = []
    end, mentioned = 0, False
    for match in _SPAN.finditer(line) if "`" in line else ():
        before, behind = line[end : match.start()], line[match.end() :]
        mentioned = bool(_MENTIONS.search(before)) or (
            mentioned and bool(_CONNECTS.fullmatch(before))
        )
        text = PROMPT.sub("", match[2].strip()) or "`"
        is_told = bool(_TOLD.search(before) or _ACTS.match(behind) or text.split()[0] in known)
        if not mentioned and not _IS_MENTIONED.match(behind):
            found += [match] if looks_like_command(text, told=is_told) else []
        end = match.end()
    return found


def own_programs(lines: Sequence[str]) -> frozenset[str]:
    """Return the unknown programs that lines begin with, each with what it should do, repeatedly.

    "`tool add x` prints …" and "`tool list` shows …" make `tool` a program; one of them does not.
    """
    calls = [match for line in lines if (match := _CALL.match(line))]
    named = Counter(match["name"] for match in calls)
    does = {match["name"] for match in calls if match["does"]}
    return frozenset(
        name for name, times in named.items() if times > 1 and name in does - _KEYWORDS
    )


def _shared(between: str) -> tuple[str, str]:
    """Part what stands between two commands: what the first should do, and what leads on."""
    if closing := re.match(r"\s*\)[,;.]?\s*", between):
        return "", between[closing.end() :]
    fragments = list(_SENTENCE.split(between))
    last = fragments[-1].strip()
    if len(fragments) == 1:
        if _LEADS.match(last) and last.endswith(":"):
            return "", last
        return between, ""
    return " ".join(fragments[:-1]), last


def _clean(text: str) -> str:
    text = text.strip(" \n\t:—–-→>,;*")
    text = re.sub(r"[\s,;]+(?:and|then|&)$", "", text)
    text = re.sub(r"\s*\((?:check|run|verify)?(?: with| via| by running)?$", "", text)
    inner = re.fullmatch(r"\(([^()]*)\)[.,;]?", text)
    text = inner[1] if inner else text
    return (
        "" if re.fullmatch(r"[\W_]*", text) and not re.search(r"[✓✔≥≤<>=]", text) else text.strip()
    )
