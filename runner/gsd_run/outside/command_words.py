"""The words of a bash command: unquoted where that is certain, and the program they run."""

import re
from collections.abc import Sequence

from ast_grep_py import SgNode

from gsd_run.domain import lazy

# What runs another program, by its words: the options that take a value, and how many words
# follow before the program's own.
RUNNERS: dict[tuple[str, ...], tuple[frozenset[str], int]] = {
    ("bundle", "exec"): (frozenset(), 0),
    ("bunx",): (frozenset(), 0),
    ("env",): (frozenset({"-u", "--unset", "-C", "--chdir"}), 0),
    ("exec",): (frozenset({"-a"}), 0),
    ("hatch", "run"): (frozenset(), 0),
    ("nice",): (frozenset({"-n", "--adjustment"}), 0),
    ("nohup",): (frozenset(), 0),
    ("npx",): (frozenset({"-p", "--package"}), 0),
    ("pdm", "run"): (frozenset({"-p", "--project"}), 0),
    ("pipenv", "run"): (frozenset(), 0),
    ("pnpm", "exec"): (frozenset(), 0),
    ("poetry", "run"): (frozenset({"-C", "--directory", "-P", "--project"}), 0),
    ("setsid",): (frozenset(), 0),
    ("stdbuf",): (frozenset({"-i", "-o", "-e"}), 0),
    ("time",): (frozenset({"-f", "-o"}), 0),
    ("timeout",): (frozenset({"-k", "--kill-after", "-s", "--signal"}), 1),
    ("uv", "run"): (
        frozenset({"--with", "--with-requirements", "--with-editable", "-p", "--python"})
        | frozenset({"--extra", "--group", "--only-group", "--package", "--env-file"})
        | frozenset({"--project", "--directory", "--index", "--config-file"}),
        0,
    ),
    ("uvx",): (frozenset({"--from", "--with", "-p", "--python"}), 0),
    ("yarn", "exec"): (frozenset(), 0),
}
PYTHON = lazy.pattern(r"(python|pypy)[\d.]*")
PYTHON_VALUES = frozenset({"-W", "-X", "--check-hash-based-pycs"})
ASSIGNMENT = lazy.pattern(r"[A-Za-z_]\w*=")


def words_of(command: SgNode, script: str) -> list[str]:
    """Return a command's words without its assignments and redirections.

    `script` is the text that the positions of the nodes refer to.
    """
    skipped = {"variable_assignment", "file_redirect", "herestring_redirect"}
    return [_word(part, script) for part in command.children() if part.kind() not in skipped]


def _word(node: SgNode, script: str) -> str:
    """Return a word as the command gets it, or as it is written where an expansion is in it."""
    kind = node.kind()
    if kind in {"command_name", "concatenation"}:
        return "".join(_word(part, script) for part in node.children())
    text = script[node.range().start.index : node.range().end.index]
    if kind == "raw_string":
        return text[1:-1]
    if kind == "string" and not re.search(r"(?<!\\)[$`]", text):
        return re.sub(r'\\(["\\$`\n])', lambda match: match[1].strip("\n"), text[1:-1])
    if kind == "word":
        return re.sub(r"\\(.)", r"\1", text)
    return text


def program_of(words: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the program that the words run in the end, without its folder, and its arguments."""
    rest = list(words)
    while rest:
        name = rest[0].rpartition("/")[2]
        inner = _module(rest) if PYTHON.fullmatch(name) else _inner(name, rest)
        if not inner:
            return name, tuple(rest[1:])
        rest = inner
    return "", ()


def _inner(name: str, words: list[str]) -> list[str]:
    """Return the words of the program that a runner runs; none when it is no runner."""
    for size in (1, 2):
        found = RUNNERS.get((name, *words[1:size]))
        if found is None:
            continue
        valued, before = found
        place = size
        while place < len(words) and _is_option(words[place]):
            place += 2 if words[place] in valued else 1
        return words[place + before :]
    return []


def _is_option(text: str) -> bool:
    return text.startswith("-") or bool(ASSIGNMENT.match(text))


def _module(words: list[str]) -> list[str]:
    """Return the module and its arguments for `python -m module …`, otherwise nothing."""
    place = 1
    while place < len(words) and words[place].startswith("-"):
        if words[place] == "-m":
            return words[place + 1 :]
        if words[place].startswith(("-c", "--")):
            return []
        place += 2 if words[place] in PYTHON_VALUES else 1
    return []
