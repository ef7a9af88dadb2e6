"""Where a bare command ends, and the words begin that say what it should do."""

import re

from msgspec import Struct

from gsd_run.checking.commands.command_names import ALONE, STRUCTURES
from gsd_run.checking.commands.quoting import bare, open_quote, without_comment
from gsd_run.checking.commands.recognizing import has_operators, reads_as_command
from gsd_run.domain import lazy

_VERBS = (
    r"returns?|exits|pass(?:es|ed|ing)?|succeeds?|shows?|finds?|compiles?|completes?|prints?|"
    r"outputs?|produces?|reports?|confirms?|works?|runs|fails?|gives|lists|displays|contains|"
    r"includes|equals|matches|yields|emits|starts|responds|reveals|has|have|is|are|builds|loads|"
    r"detects|generates|creates|validates|verifies|rejects|errors|throws|says|states|indicates|"
    r"logs|accepts|launches|applies|renders|opens|updates|removes|writes|regenerates|installs|boots|"
    r"executes|finishes|resolves|exposes|warns|raises|saves|registers|deploys|connects|recognizes|"
    r"resets|stays|remains|continues|parses|scores|equals|exceeds|serves|listens|touches|changes|modifies"
)
_STRONG = lazy.pattern(
    r"\s+(?=(?:should|must|shall|will|needs to|ought to)\s+(?:\w+\s+)?(?:be|not|still|have|"
    r"return|exit|pass|succeed|show|find|compile|complete|print|output|produce|report|confirm|work|"
    r"run|fail|give|list|display|contain|include|equal|match|yield|emit|start|respond|build|see)\b)"
    r"|\s+(?=(?:should|must)\s+(?:\w+\s+)?[a-z]+(?:\s+\w|[.,;\s]*$))"
    r"|\s+(?=(?:does|is|do|are|can|will|has|have|must|should)(?:n't| not)\s+\w)"
    r"|\s+(?:—|–|->|→|⇒|=>|←|<-)\s+(?=\S)"
    r"|\s+(?=\((?!\))[^()]*\)[.\s]*$)"
    r"|(?:\s+|(?<=\w):\s+)(?=(?:and|then|to)\s+(?:verify|confirm|check|ensure|see|validate|"
    r"make sure|manual|manually|visual|visually|inspect|review|look)\b)"
    r"|\s*;\s+(?=(?:should|must|expect|verify|confirm|all|no|exits|output)\b)"
    r"|(?<=[\w/])\.\s+(?=[A-Z][a-z]+\s+\w)|(?<=[\w/.]):\s+(?=(?:all|no|should|must|exits?|zero|\d+)\s)"
    r"|\s+(?=(?:>=|<=|==|≥|≤)\s*\d+(?:[.\s]*$|\s+[a-z]+[.\s]*$))"
)
_WEAK = lazy.pattern(
    r"\s+--?\s+(?=(?:all|both|no|should|must|zero|every|each|expect|verify|confirm)\s+\S)"
    r"|\s+-\s+(?=(?:\d+|the|still|\w+s|exit|clean|full|only)\s+\S"
    r"|(?:passes|succeeds|compiles|builds|works|clean)\b)"
    rf"|\s+(?=(?:(?:now|still|also|only)\s+)?(?:{_VERBS})(?:[.,;]?\s+(?:[\w≥<>=`\"'({{:/$\[]|\*\*|\.{{1,2}}/)|[.,;\s]*$))"
    r"|\s+(?=(?:all|both)\s+(?:pass|succeed|exit|return|show|find|compile|complete|print|output|"
    r"report|work|run|fail|build|are|have|green|clean)\b)"
    # a lone dash is the standard input only where no sentence follows
    r"|\s+-\s+(?=(?:[A-Za-z][\w',.]*\s+)*?(?:is|are|in|at|the|a|an|with|no|and|to|that|of|on|for|"
    r"appears?|shows?|see|check|verify|confirm|should|must)\s+[A-Za-z])"
    r"|\s+(?=[a-z]{3,}[^s\W\d]s\s+(?:the|an?|no|all|only|its|every|each|both|nothing|by)\s)"
    r"|\s+(?=(?:with|without)\s+(?:no|any|zero|\d+|errors?|warnings?|type)\b)"
    r"|\s+(?=(?:clean|green|cleanly|successfully)(?:\s*[.,;]|\s*$|\s+\())"
)
_CUT = lazy.pattern(r"(?:[,;]|(?<=[a-z)\d])\.)\s+(?:(?:and|then)\s+)?")
_AND = lazy.pattern(r",\s+(?:and\s+)?|\s+and\s+")
_AND_ALSO = lazy.pattern(r"\s+and\s+(?:then\s+)?")
_REMARK = lazy.pattern(r"(?<![&|;=$({!])\s+\([\w ,.'’/:-]+\)$")
# A word behind these is their value, whatever it says.
_VALUED = lazy.pattern(
    r"^(?:-[a-zA-Z]?[ktmnefpE]|-run|--(?:filter|grep|run|testNamePattern|title|name|message|script))$|^--$"
)
_TASKS_OF_MIX = lazy.pattern(r"(?:\w+=\S* )*mix do ")
_OPERATOR = lazy.pattern(r"&&|\|\||\||;")
_SAY = frozenset({"echo", "printf", "exit", "else", "then", "do"})
_SAID = lazy.pattern(r"\b(?:echo|printf)\s+(?:\$\?|\"[^\"]*\"|'[^']*')$")
_FILTERS = frozenset({"head", "tail", "wc", "sort", "uniq", "jq", "xcpretty", "cat"})
_SEARCHES = frozenset({"grep", "egrep", "fgrep", "rg", "ag", "ack", "sed", "awk"})


class Parted(Struct, frozen=True):
    """A command and the words behind it."""

    command: str
    words: str = ""


def parted(line: str) -> Parted:
    """Part a bare command from what is said behind it; a line of several lines is taken whole."""
    line, comment = without_comment(line)
    if comment:
        return Parted(line, comment)
    plain = bare(line)
    for match in sorted(_places(line, plain), key=lambda one: one.start()):
        command, words = line[: match.start()].rstrip(), line[match.end() :].strip()
        if _ends_there(command) and _are_words(words, strong=match.re.pattern == _STRONG.pattern):
            return Parted(_trimmed(command), _unbracketed(words))
    return Parted(_trimmed(line))


def sentence_parts(line: str) -> list[Parted]:
    """Return the commands of a sentence that names several, each with what it should do.

    "go build ./... compiles, go vet ./... clean" has two; any other line gives none. Of
    "npm test, npm run lint and npm run build pass" the words speak of all three.
    """
    pieces = _cut_before_commands(line)
    found: list[Parted] = []
    for piece in pieces:
        if reads_as_command(piece):
            found.append(parted(piece))
        elif not found:
            return []
        else:
            found[-1] = Parted(found[-1].command, f"{found[-1].words}, {piece}")
    if len(found) > 1 and all(one.words for one in found):
        return found
    named = [parted(piece) for piece in _cut(line, _AND) if reads_as_command(piece)]
    if len(named) < 2 or len(named) != len(_cut(line, _AND)):  # noqa: PLR2004 - several
        return []
    *before, last = named
    plain = last.words and not any(one.words or has_operators(one.command) for one in before)
    return [*(Parted(one.command) for one in before), last] if plain else []


def _cut_before_commands(line: str) -> list[str]:
    """Cut a sentence at its commas, and at each "and" that another command follows."""
    found: list[str] = []
    for piece in _cut(line, _CUT):
        parts = _cut(piece, _AND_ALSO)
        commands = [reads_as_command(part) for part in parts]
        told = [
            is_one and bool(parted(part).words)
            for is_one, part in zip(commands, parts, strict=True)
        ]
        found += parts if len(parts) > 1 and all(told) else [piece]
    return found


def _cut(line: str, between: re.Pattern[str]) -> list[str]:
    cuts = [match.span() for match in between.finditer(bare(line))]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(line)]
    return [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _places(line: str, plain: str) -> list[re.Match[str]]:
    return [
        match
        for pattern in ((_STRONG,) if _TASKS_OF_MIX.match(line) else (_STRONG, _WEAK))
        for match in pattern.finditer(plain)
        if plain[match.start()] == line[match.start()] and "\n" not in line[: match.end()]
    ]


def _ends_there(command: str) -> bool:
    words = command.split()
    if not words or open_quote(command) or command.endswith(("-", "|", "&", "\\", ";")):
        return False
    if len(words) > 1 and _VALUED.search(words[-1]):
        return False
    if words[0] in STRUCTURES:
        return False
    last = _OPERATOR.split(bare(command))[-1].split()
    if (
        not last
        or (last[0] in _SAY and not _SAID.search(command))
        or (len(last) == 1 and last[0] not in ALONE | _FILTERS | {")"})
    ):
        return "/" in words[0] and len(words) == 1
    if words[0].rpartition("/")[2] in _SEARCHES and "|" not in command:
        given = [word for word in bare(command).split()[1:] if not word.startswith("-")]
        if len(given) < 2:  # noqa: PLR2004 - a pattern and where to look for it
            return False
    return len(words) > 1 or words[0] in ALONE or "/" in words[0]


def _are_words(words: str, *, strong: bool) -> bool:
    if not words:
        return False
    if strong:
        return not re.match(r"(?:[12]?>(?!=)|\|)", words)
    plain = bare(words)
    if re.search(
        r"\s\||&&|\s[12&]?>{1,2}\s?(?!\d+(?:\s|%|$))[\w/]|(?:^|\s)--?[A-Za-z]\S*\s+\S*/", plain
    ):
        return False
    first, *rest = words.split()
    return bool(rest) or first.rstrip(".,;") not in {"has", "have", "is", "are"}


def _trimmed(command: str) -> str:
    """Take the end of a sentence off a command: "cargo check." but not "git add ." or "./..."."""
    command = command.strip()
    command = re.sub(r"(?<=[\w)\"'])[.,:;]$", "", command)
    remark = _REMARK.search(bare(command))
    return command[: remark.start()] if remark and "\n" not in command else command


def _unbracketed(words: str) -> str:
    words = words.strip()
    inner = re.fullmatch(r"\(([^()]*)\)[.]?", words)
    return (inner[1] if inner else words).strip()
