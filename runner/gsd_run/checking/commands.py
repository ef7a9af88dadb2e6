"""Where the commands stand in a verify block or list item, and what is prose beside them."""

import re
import textwrap
from itertools import accumulate

from msgspec import Struct

from gsd_run.checking.command_names import ALONE, ENGLISH, PROGRAMS
from gsd_run.checking.quoting import open_quote

# Where the words behind a bare command begin that say what it should do.
_SAYS = re.compile(
    r"\s+(?:—|–|->|→)\s+(?=\w)|\s+--\s+(?=(?:all|both|no|should|must|\w+s) \w)"
    r"|\s+(?=(?:(?:should|must|will|all|both)\s+)?(?:returns?|exits?|pass(?:es)?|succeeds?|shows?|"
    r"finds?|compiles?|completes?|prints?|outputs?|produces?|reports?|confirms?|works?|runs)"
    r"(?:\s+[\w≥<>=]|[.\s]*$))"
    r"|\s+(?=(?:should|must)\s+(?:be|have|not|still)\b)|\s+(?=(?:>=|<=|==|≥|≤)\s*\d+[.\s]*$)"
)
# "npm test, npm run lint and npm run build pass" is a sentence.
_ENUMERATES = re.compile(r"^[^\"'`{(\[|;]*\w, \w")
_SENTINEL = re.compile(r"^\W*(MISSING|N/?A|MANUAL|TODO|TBD|NONE)\b", re.IGNORECASE)
_EXPECTED = re.compile(
    r"^(?:expect(?:ed|ation)?s?(?: (?:output|result))?|should|result|output|note|pass criteria)"
    r"\s*:\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:check|run|command|execute|verify|test|then|and|also|or|automated)\s*:\s*(?P<rest>.+)$",
    re.IGNORECASE,
)
_MARKER = re.compile(r"^\s*(?:[-*+]\s+(?:\[[ xX]\]\s+)?|\d+[.)]\s+)")
_PROMPT = re.compile(r"^(?:\$|%|>|❯)\s+(?=\S)")
_ASSIGNMENT = re.compile(r"^[A-Za-z_]\w*=(?:\"[^\"]*\"|'[^']*'|[^\s\"']*)\s+(?=\S)")
_WAITS = re.compile(r"wait|true|(?:sleep|timeout|kill|wait)\s+[\d$%-].*", re.DOTALL)
# "grep confirms: `grep …`" has its command in the backticks.
_LABELLED = re.compile(r"[\w -]+:\s*`")
_SETS = re.compile(r"[A-Za-z_]\w*=(?:\$\(.+\)|\"[^\"]*\"|'[^']*'|[\w./:@$-]*)")
_AUTOMATED = re.compile(r"<automated>(.*?)(?:</automated>|\Z)", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(
    r"^[ \t]*(`{3,}|~{3,})[ \t]*([\w+-]*)[^\n]*\n(.*?)^[ \t]*\1[ \t]*$", re.DOTALL | re.MULTILINE
)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)([A-Za-z_]\w*)\1")
_TAG = re.compile(r"</?[a-z][\w-]*(?:\s[^<>]*)?>")


class Block(Struct, frozen=True, kw_only=True):
    """A block's commands in order, the prose beside them, and why there is no command.

    `after` says of each piece of prose how many commands stand before it.
    """

    commands: tuple[str, ...] = ()
    prose: tuple[str, ...] = ()
    after: tuple[int, ...] = ()
    absent: str = ""

    @property
    def script(self) -> str:
        """Return the commands as one bash script."""
        return "\n".join(self.commands)

    def words(self, number: int) -> tuple[str, ...]:
        """Return the prose that speaks of one command: what follows it, if there are several."""
        if len(self.commands) == 1:
            return self.prose
        pairs = zip(self.prose, self.after, strict=True)
        return tuple(prose for prose, after in pairs if after == number + 1)


def _told(*prose: str) -> Block:
    return Block(prose=prose, after=(0,) * len(prose))


def block_of(text: str) -> Block:
    """Read a verify block (adapted text: dedented, entities undone)."""
    automated = [textwrap.dedent(match).strip() for match in _AUTOMATED.findall(text)]
    if automated:
        rest = _TAG.sub("", _AUTOMATED.sub("\n", text))
        return _with(_joined(list(map(_commands_only, automated))), rest)
    fences = [match for match in _FENCE.finditer(text) if _is_shell(match[2])]
    if fences:
        scripts = [Block(commands=(textwrap.dedent(match[3]).strip("\n"),)) for match in fences]
        rest = _FENCE.sub("\n", text)
        return _with(_joined(scripts), rest)
    return _joined([_line(line) for line in logical_lines(_TAG.sub("", text))])


def item_of(text: str) -> Block:
    """Read a list item: prose with commands in backticks, or a bare command."""
    spans = [span for span in _SPAN.findall(text) if looks_like_command(span)]
    if spans:
        prose = _SPAN.sub(lambda match: "\0" if match[1] in spans else match[0], text)
        pieces = [piece.strip(" \n:—–-") for piece in prose.split("\0")]
        kept = [(piece, number) for number, piece in enumerate(pieces) if piece.strip("().,; ")]
        return Block(
            commands=tuple(spans),
            prose=tuple(piece for piece, _ in kept),
            after=tuple(number for _, number in kept),
        )
    return _line(text.strip())


def logical_lines(text: str) -> list[str]:
    """Cut a text into lines; quotes, a backslash or a here-document hold several together."""
    lines: list[str] = []
    held: list[str] = []
    ends_at = ""
    for line in text.split("\n"):
        if not held and not line.strip():
            continue
        held.append(line)
        if ends_at:
            if line.strip() == ends_at:
                lines.append("\n".join(held))
                held, ends_at = [], ""
            continue
        whole = "\n".join(held)
        heredoc = _HEREDOC.search(line)
        if heredoc:
            ends_at = heredoc[2]
        elif not line.endswith("\\") and not (_starts_command(held[0]) and open_quote(whole)):
            lines.append(whole)
            held = []
    return lines + (["\n".join(held)] if held else [])


def looks_like_command(text: str) -> bool:  # noqa: PLR0911 - rules, the first that fits
    """Tell a shell command from prose, from its first word and the shape of the rest."""
    text = text.strip()
    if text.startswith("(") and text.endswith(")"):
        return len(text.split()) > 1 and looks_like_command(text[1:-1])
    while match := _ASSIGNMENT.match(text):
        text = text[match.end() :]
    words = text.split()
    if not words or (len(words) == 1 and "(" in text):
        return False
    first = words[0]
    if first in PROGRAMS:
        return len(words) > 1 or first in ALONE
    if _WAITS.fullmatch(text):
        return True
    if first in ENGLISH:
        return len(words) > 1 and _shell_like(words[1:])
    if first.startswith(("./", "../", "~/")) or (first.startswith("/") and first.count("/") > 1):
        return len(words) > 1 or first.endswith(".sh") or "." not in first.rsplit("/", 1)[-1]
    return False


def _shell_like(words: list[str]) -> bool:
    return any(
        re.search(r"^-|[/|=$<>&\[*]|;$|\.\w+$|^(?:test|build|run|vet)$", word) for word in words
    )


def _line(line: str) -> Block:  # noqa: PLR0911 - rules, the first that fits
    line = _MARKER.sub("", line.strip("\n")).strip()
    if match := _EXPECTED.match(line):
        return _told(match["rest"].strip()) if match["rest"].strip() else Block()
    bare = _PROMPT.sub("", line)
    if _SETS.fullmatch(bare):
        return Block(commands=(bare,))
    if looks_like_command(bare) and not (_ENUMERATES.search(bare) or _LABELLED.match(bare)):
        return _parted(bare)
    if match := _LABEL.match(line):
        return item_of(match["rest"])
    if _SENTINEL.match(line):
        return Block(absent=line)
    if _SPAN.search(line):
        spans = [span for span in _SPAN.findall(line) if looks_like_command(span)]
        if spans:
            return item_of(line)
    return _told(line) if line else Block()


def _parted(line: str) -> Block:
    """Part a bare command from the words behind it that say what it should do."""
    for match in _SAYS.finditer(line):
        command, words = line[: match.start()], line[match.end() :]
        whole = len(command.split()) > 1 and not command.endswith(("-", "|", "&&"))
        plain = whole and not re.search(r"[|;&$`\"'\\*]|\s-\w|\S/\S", words)
        if plain and not open_quote(command):
            return Block(commands=(command,), prose=(words,), after=(1,))
    return Block(commands=(line,))


def _commands_only(text: str) -> Block:
    """Read what an <automated> element holds: commands, or a sentinel that says there is none."""
    if _SENTINEL.match(text) or not text:
        return Block(absent=text or "<automated> is empty")
    span = _SPAN.fullmatch(text)
    return Block(commands=(span[1] if span else text,))


def _sentences(text: str) -> tuple[str, ...]:
    lines = (_MARKER.sub("", line).strip() for line in text.split("\n"))
    found = []
    for line in lines:
        match = _EXPECTED.match(line)
        words = (match["rest"] if match else line).strip()
        if words:
            found.append(words)
    return tuple(found)


def _with(block: Block, text: str) -> Block:
    """Add the text around marked commands; it speaks of all of them."""
    words = _sentences(text)
    return Block(
        commands=block.commands,
        prose=(*block.prose, *words),
        after=(*block.after, *(0 for _ in words)),
        absent=block.absent,
    )


def _joined(blocks: list[Block]) -> Block:
    before = list(accumulate((len(block.commands) for block in blocks), initial=0))
    return Block(
        commands=tuple(command for block in blocks for command in block.commands),
        prose=tuple(prose for block in blocks for prose in block.prose),
        after=tuple(
            number + after
            for number, block in zip(before, blocks, strict=False)
            for after in block.after
        ),
        absent=next((block.absent for block in blocks if block.absent), ""),
    )


def _is_shell(language: str) -> bool:
    return language.lower() in {"", "sh", "bash", "shell", "console", "zsh"}


def _starts_command(line: str) -> bool:
    bare = _PROMPT.sub("", _MARKER.sub("", line).strip())
    match = _LABEL.match(bare)
    return looks_like_command(match["rest"] if match else bare)
