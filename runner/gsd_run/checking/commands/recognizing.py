"""Whether a piece of text is a command: by the program it names, and by its shape."""

import re
from functools import lru_cache

from gsd_run.checking.commands.command_names import (
    ALONE,
    ENGLISH,
    PROGRAMS,
    PROSE,
    STRUCTURES,
    SUBCOMMANDS,
    TAKE_ANY,
    TASKS,
)
from gsd_run.checking.commands.quoting import bare
from gsd_run.domain import lazy

ASSIGNMENT = lazy.pattern(
    r"^[A-Za-z_]\w*=(?:\"[^\"]*\"|'[^']*'|\$\([^()]*\)|[^\s\"'();]*)\s+(?=\S)"
)
SETS = lazy.pattern(r"[A-Z_a-z]\w*=(?:\$\(.+\)|\"[^\"]*\"|'[^']*'|[\w./:@$-]+)", re.DOTALL)
_PREFIX = lazy.pattern(r"^(?:!|sudo|time|nohup|exec)\s+(?=\S)")
_WAITS = lazy.pattern(r"wait|true|(?:sleep|timeout|kill|wait)\s+[\d$%-].*", re.DOTALL)
_FLAG = lazy.pattern(r"--?[A-Za-z][\w.:-]*(?:=.*)?")
_SHELL_WORD = lazy.pattern(
    r"^-|^[~.]?/|\w/(?:\S|$)|[|=$<>&*]|^\[|;$|\.[A-Za-z]\w*$|^\.$|^\.\.?/|:[a-z]|^[\"'].*[\"']$"
    r"|^(?:(?:Docker|Make|Just|Gem|Proc|Rake|Pod|Brew|Caddy|Container|Earth|Vagrant|Jenkins|Tilt)"
    r"file|README|LICENSE|src|lib|spec|cmd|pkg|internal)$"
)
# What only the sentence about a command goes on with.
_TELLS = lazy.pattern(
    r"(?:passes|succeeds|completes|exits|compiles|builds|returns|prints|reports|shows|runs|works|"
    r"finishes|should|must|is|has|clean|green|outputs|finds|produces|fails|gives)[.,;:]?|—|–|--?|[(].*"
)
_SAYS = lazy.pattern(r"confirms|shows|returns|finds|reports|proves|verifies|should|must")
# They run what their project calls so; "npm package exits" is none of it.
_RUNNERS = frozenset(
    [
        "bun", "cabal", "cargo", "composer", "deno", "dotnet", "dune", "flutter", "gradle", "hatch",
        "helm", "lein", "mix", "mvn", "npm", "nx", "pdm", "php", "pnpm", "poetry", "redis-cli",
        "sbt", "stack", "turbo", "uv", "yarn",
    ]
)  # fmt: skip
_OF_PROGRAMS = frozenset(
    [
        "app", "client", "code", "command", "config", "container", "crate", "file", "image",
        "module", "output", "package", "process", "project", "script", "server", "task", "version",
        "workspace",
    ]
)  # fmt: skip
_ENDS = lazy.pattern(r"(?:passes|succeeds|exits|returns|prints|compiles|completes|finishes)[.,;]?")
_CMDLET = lazy.pattern(r"[A-Z][a-z]+-[A-Z]\w+")
# These speak of a thing where nothing of the shell's stands right behind them.
_NOUNS = frozenset(
    {"file", "find", "link", "read", "service", "set", "source", "test", "tree", "type"}
)
_BUILDS = frozenset({"make", "just", "rake", "mage"})
_DOES = frozenset(
    {"validate", "build", "generate", "compile", "run", "apply", "diff", "plan", "verify", "exec"}
)
# "grep that …", "cat the file" are sentences; a single letter may well be looked for.
_NO_PATTERNS = frozenset({"that", "the", "this", "these", "those", "for", "and", "into", "each"})
_ARTICLES = frozenset({"a", "an", "it"})
_SUBCOMMANDS = 3  # words that a program may have before its options
_NAME = lazy.pattern(r"[a-z][\w.+-]*")
_FOLDERS = lazy.pattern(
    r"(?:\./|\.\./|~/|[\w.@-]+/)*(?:bin|\.bin|sbin|scripts?|tools?|hack|ci|Scripts|release|debug)/"
    r"[\w.@-]+"
)
_HERE = lazy.pattern(r"\.{1,2}/[\w./@+-]+")
_FAR = lazy.pattern(
    r"(?:~|/(?:usr|bin|sbin|opt|home|Users|root|tmp|nix|var|mnt|private))/[\w./@+-]+"
)
_SCRIPT = lazy.pattern(r"[\w./~@+${}-]+\.(?:sh|bash|zsh|bats|ps1|bat|cmd|exe)")
_OF_PYTHON = lazy.pattern(r"[\w/.-]*\b(?:manage|idf|setup|fab)\.py")
_TEXT = lazy.pattern(r"\.(?:md|json|ya?ml|toml|tsx?|jsx?|css|html|txt|rs|go|py|rb|java|kt|cs|sql)$")
_CODE = lazy.pattern(r"=>|\(\)\s*[;{]|\);|^\w+\(|[;{]\s*$|^(?:\w+\s+)?\w+\s*[:=]\s")


@lru_cache(maxsize=4096)
def looks_like_command(text: str, *, told: bool = False) -> bool:  # noqa: PLR0911 - rules
    """Tell whether text in backticks, say, is a shell command.

    `told` says that the words before it ask for it to be run; then a path alone is a command.
    """
    text = text.strip()
    if text.startswith("(") and text.endswith(")"):
        return len(text.split()) > 1 and looks_like_command(text[1:-1])
    text = _unprefixed(text)
    words = text.split()
    if not words or (len(words) == 1 and "(" in text) or re.match(r"[({\[]\S*\s*$", text):
        return False
    first = words[0]
    if _WAITS.fullmatch(text):
        return True
    if first in STRUCTURES:
        return bool(re.search(r"(?:;|\n)\s*(?:then|do)\b|\bin\b.*(?:;;|esac)", text, re.DOTALL))
    if first in ENGLISH:
        return _english(first, words, told=told)
    if first in PROGRAMS:
        return len(words) > 1 or first in ALONE
    if _CMDLET.fullmatch(first):
        return len(words) > 1 and words[1].startswith("-")
    return _by_shape(first, words, text, told=told)


def names_a_thing(text: str) -> bool:
    """Tell whether a program's name begins a sentence about a thing: "file a.md lists …"."""
    first, *rest = text.split()
    return first in _NOUNS and not (rest and re.match(r"[-./~\"'$!]|\S+/", rest[0]))


def reads_as_command(line: str) -> bool:
    """Tell whether a line of plain text is a command and no sentence that begins like one."""
    text = line.strip()
    if not looks_like_command(text):
        return False
    rest = _unprefixed(text.strip("()"))
    words = rest.split()
    first = words[0]
    if len(words) > 1 and first in TAKE_ANY:
        return _takes(words)
    if len(words) == 1 or first in STRUCTURES | ENGLISH or first not in PROGRAMS:
        return True
    return bool(ASSIGNMENT.match(text)) or _calls(first, words)


def _takes(words: list[str]) -> bool:
    """Tell whether a program that takes any word is called, and not spoken of."""
    if _SAYS.fullmatch(words[1]):
        return any(re.search(r"^-|/|\.\w+$", word) for word in words[2:])
    return words[1].lower() not in _NO_PATTERNS


def _calls(first: str, words: list[str]) -> bool:
    """Tell whether what stands behind a known program's name is what it is called with."""
    second = words[1].strip(".,;:")
    if second in TASKS or not second.isalpha() or _goes_on_like_a_command(words[1:]):
        return True
    if first.startswith("./") or (first in ALONE and _TELLS.fullmatch(second)):
        return True
    if first in _RUNNERS and second not in _OF_PROGRAMS and _ENDS.fullmatch(" ".join(words[2:3])):
        return True
    later = [word.strip(".,;:").lower() for word in words[2:]]
    return any(word in TASKS for word in later) and not PROSE.intersection(later)


def _goes_on_like_a_command(words: list[str]) -> bool:
    """Tell whether unknown words lead to options or files with no word of English before them."""
    for word in words:
        if word.lower() in PROSE:
            return False
        if _SHELL_WORD.search(word):
            return True
    return len(words) == 1


def _unprefixed(text: str) -> str:
    while match := ASSIGNMENT.match(text) or _PREFIX.match(text):
        text = text[match.end() :]
    return text


def _english(first: str, words: list[str], *, told: bool) -> bool:  # noqa: PLR0911 - rules
    if len(words) == 1:
        return first in ALONE
    if first in {"export", "type", "open", "start", "next", "link", "free"}:
        named = first == "export" and re.match(r"[A-Z_a-z]\w*=", words[1])
        return bool(named) or (first == "type" and words[1:] == [words[1]] and told)
    if first == "command":
        return words[1] in {"-v", "-V"}
    if first in {"echo", "printf"} and words[1][0] in "\"'$":
        return True
    if first == "source":
        return "/" in words[1] or "." in words[1]
    if words[1] in TASKS and first not in {"test", "time", "which", "find", "read", "file"}:
        return words[2:3] == [] or words[2].lower() not in _NO_PATTERNS | _ARTICLES
    if first in _BUILDS and _builds(words):
        return True
    if first in {"make", "just", "task", "rake", "mage", "which"}:
        return bool(re.fullmatch(r"\S+ [\w:./=-]+", " ".join(words))) or _shelly(words)
    return _shelly(words)


def _builds(words: list[str]) -> bool:
    """Tell whether `make` and its like are followed by a target and what is said of that."""
    if first_tells := _TELLS.fullmatch(words[1]):
        return words[0] == "make" and first_tells[0][0].isalpha() and words[1] != "clean"
    target = re.fullmatch(r"[a-z][\w:./-]*", words[1]) and words[1].lower() not in PROSE
    return bool(target) and len(words) > 2 and bool(_TELLS.fullmatch(words[2]))  # noqa: PLR2004


def _shelly(words: list[str]) -> bool:
    code = _CODE.search(bare(" ".join(words)))
    return any(_SHELL_WORD.search(word) for word in words[1:]) and not code


def _by_shape(  # noqa: PLR0911 - rules, the first that fits
    first: str, words: list[str], text: str, *, told: bool
) -> bool:
    """Tell by paths, options and operators whether an unknown program is called."""
    if _OF_PYTHON.fullmatch(first):
        return len(words) > 1 and (words[1] in TASKS or words[1].startswith("-"))
    known = _SCRIPT.fullmatch(first) or _FOLDERS.fullmatch(first)
    if known or _HERE.fullmatch(first) or _FAR.fullmatch(first):
        if len(words) > 1:
            return bool(known) or not _TEXT.search(first)
        named = first.startswith("./") and "." not in first.rpartition("/")[2]
        return bool(known and told) or named or (first.startswith("./") and bool(known))
    if len(words) == 1 or not _NAME.fullmatch(first) or first in SUBCOMMANDS or first in PROSE:
        return False
    plain = bare(text)
    if _CODE.search(plain):
        return False
    if operator := re.search(r"\s(?:\||&&|\|\|)\s", plain):
        return looks_like_command(text[operator.end() :])
    return _has_arguments(words, told=told)


def _has_arguments(words: list[str], *, told: bool) -> bool:
    """Tell by options, or by what is done to which file, whether an unknown program is called."""
    if words[1] in _DOES and re.fullmatch(r"\S+/\S*|\S+\.[a-z]\w*|\.", " ".join(words[2:3])):
        return True
    before = 0
    for word in words[1:]:
        if word.lower() in PROSE:
            return False
        if _FLAG.fullmatch(word):
            return before < _SUBCOMMANDS
        before += not re.search(r"[./\d\"']", word)
    return told and all(re.fullmatch(r"[\w:./=-]+", word) for word in words[1:])


def has_operators(text: str) -> bool:
    """Tell whether a text has pipes, lists or redirections of the shell outside quotes."""
    return bool(re.search(r"\s(?:\||&&|\|\||[12]?>)\s?\S", bare(text)))
