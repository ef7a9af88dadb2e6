"""Bash read by its grammar: the commands of a script, and the script made to record each of them.

Only what stands at the level of the script is cut: pipelines, in lists of `&&`, `||`, `;` and
newlines. A loop, a condition, a subshell or a function is one command, however much is in it.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from ast_grep_py import SgNode, SgRoot
from msgspec import Struct

from gsd_run.outside import processes
from gsd_run.outside.command_words import program_of, words_of

Token = tuple[str, SgNode]

LISTS = frozenset({"program", "list", "pipeline", "redirected_statement", "negated_command"})
ENDS = frozenset({";", ";;", "\n", "&"})
SIMPLE = frozenset(
    {"command", "declaration_command", "redirect", "test_command", "unset_command"}
    | {"variable_assignment", "variable_assignments"}
)
# These run other commands of the script in the same shell: in a condition, `set -e` would not
# act in those either.
RUNS_OTHERS = frozenset({"", "!", ".", "builtin", "command", "eval", "source"})
# What the grammar may read on into from the line before.
READS_ON = ("command", "declaration_command", "unset_command", "variable_assignments")
KEPT = 4096  # scripts; a plan asks for the same few again and again


class Member(Struct, frozen=True, kw_only=True):
    """One command of a pipe, at the characters `start` to `end` of the script.

    `program` is the program that it comes down to (`timeout 5 uv run python -m pytest -q` is
    pytest) without its folder, and `arguments` what it is given, unquoted where that is certain.
    Compound commands, assignments and functions of the script have no program. `simple` tells
    that no other command of the script runs inside.
    """

    text: str
    start: int
    end: int
    program: str = ""
    arguments: tuple[str, ...] = ()
    simple: bool = False


class Pipeline(Struct, frozen=True, kw_only=True):
    """One or more commands joined by pipes, at the characters `start` to `end` of the script.

    The text has the here-documents that belong to it. A list that `&` puts into the background
    is one Pipeline with one member, unless it is a single pipe.
    """

    text: str
    start: int
    end: int
    members: tuple[Member, ...]
    negated: bool = False
    background: bool = False


class Reading(Struct, frozen=True):
    """A script as its grammar sees it: here-documents are hidden, positions are the script's.

    `documents` holds the operator's place, the start and the end of the body of each.
    """

    script: str
    root: SgNode
    documents: tuple[tuple[int, int, int], ...]
    functions: frozenset[str]

    def text(self, start: int, end: int) -> str:
        """Return a stretch of the script, with the here-documents that begin in it."""
        bodies = [
            self.script[body:stop]
            for operator, body, stop in self.documents
            if start <= operator < end <= body
        ]
        return "\n".join([self.script[start:end], *bodies])


@lru_cache(maxsize=KEPT)
def split(script: str) -> tuple[Pipeline, ...] | None:
    """Return the script's pipelines in their order, or None when the grammar can't read it."""
    reading = read(script)
    return None if reading is None else pipelines(reading)


@lru_cache(maxsize=KEPT)
def programs(script: str) -> frozenset[str]:
    """Return the programs that the script calls, also within loops, functions and subshells."""
    reading = read(script)
    if reading is None:
        return frozenset()
    commands = reading.root.find_all(kind="command")
    return frozenset(program_of(words_of(command, script))[0] for command in commands)


def syntax_error(script: str, *, environment: Mapping[str, str], cwd: Path) -> str | None:
    """Return what bash says of a script that it can't parse, or None; nothing is run."""
    # extglob: a script may switch that on for itself, and uses its patterns only then.
    options = ["-O", "extglob"] if "extglob" in script else []
    argv = ["bash", "--noprofile", "--norc", *options, "-n", "-c", script]
    finished = processes.run(argv, cwd=cwd, env=environment, timeout=60)
    if finished.status == 0:
        return None
    return finished.stderr.strip() or "bash can't parse the script"


@lru_cache(maxsize=64)
def read(script: str) -> Reading | None:
    """Parse a script, or return None when it is beyond the grammar, or bash could not parse it.

    Each line begins a command unless it continues one. Behind three commands joined by pipes the
    grammar takes the next line for words of the last; a semicolon in place of the line break says
    the same, and is as long.
    """
    if "\r" in script:
        return None
    # A backslash before the end continues nothing.
    masked = re.sub(r"(?<!\\)\\(?=\n*\Z)", " ", script)
    root, masked, documents = _without_documents(masked)
    while not _is_broken(root, masked) and (gap := _overlooked_break(root, masked)) is not None:
        start, place = gap
        masked = f"{masked[:start]}{' ' * (place - start)};{masked[place + 1 :]}"
        root = SgRoot(masked, "bash").root()
    if _is_broken(root, masked):
        return None
    functions = frozenset(
        part.text()
        for definition in root.find_all(kind="function_definition")
        for part in definition.children()
        if part.kind() == "word"
    )
    return Reading(script, root, documents, functions)


def _without_documents(masked: str) -> tuple[SgNode, str, tuple[tuple[int, int, int], ...]]:
    """Parse a script with its here-documents hidden one after the other.

    The grammar stumbles over what follows `<<EOF` on its line: `<____` in its place, and blanks
    for the body, are the same to it as far as commands go.
    """
    documents = list[tuple[int, int, int]]()
    while True:
        root = SgRoot(masked, "bash").root()
        closing = root.find(kind="heredoc_end") if "<<" in masked else None
        document = closing.parent() if closing else None
        if closing is None or document is None:
            return root, masked, tuple(documents)
        parts = {part.kind(): part.range() for part in document.children()}
        operator = masked.index("<<", document.range().start.index)
        opened = parts["heredoc_start"].end.index
        stop = parts["heredoc_end"].end.index
        body = parts.get("heredoc_body", parts["heredoc_end"]).start.index
        body = masked.rindex("\n", 0, body) + 1
        hidden = "<" + "_" * (opened - operator - 1)
        blank = re.sub(r"[^\n]", " ", masked[body:stop])
        masked = masked[:operator] + hidden + masked[opened:body] + blank + masked[stop:]
        documents.append((operator, body, stop))


def _is_broken(root: SgNode, masked: str) -> bool:
    """Tell whether the grammar met a mistake, or closed by itself what the script leaves open."""
    if root.find(kind="ERROR"):
        return True
    opens = "(" in masked or "`" in masked
    return opens and any(not one.is_named() for one in root.find_all(regex="^$"))


def _overlooked_break(root: SgNode, masked: str) -> tuple[int, int] | None:
    """Return where a line ends that the grammar reads on from, and where the word before it ends.

    Between the two there are only blanks and a comment.
    """
    if "|" not in masked or "\n" not in masked:
        return None
    for command in itertools.chain.from_iterable(root.find_all(kind=kind) for kind in READS_ON):
        words = [part for part in command.children() if part.kind() != "comment"]
        for word, following in itertools.pairwise(words):
            end, start = word.range().end.index, following.range().start.index
            if match := re.search(r"(?<!\\)\n", masked[end:start]):
                # A comment there would swallow the semicolon.
                before = masked[end : end + match.start()]
                return end + len(before.partition("#")[0]), end + match.start()
    return None


def pipelines(reading: Reading) -> tuple[Pipeline, ...] | None:
    """Return what `split` does, of a script that has been read."""
    found = list[Pipeline]()
    statement = list[Token]()
    for token in [*_tokens(reading.root), ("\n", reading.root)]:
        if token[0] not in ENDS:
            statement.append(token)
        elif statement:
            background = token[0] == "&"
            lists = _cut(statement, "&&", "||")
            parts = [statement] if background and len(lists) > 1 else lists
            for part in parts:
                pipeline = _pipeline(reading, part, background=background)
                if pipeline is None:
                    return None
                found.append(pipeline)
            statement = []
    return tuple(found)


def _tokens(node: SgNode) -> Iterator[Token]:
    """Flatten lists and pipes, whose nesting the grammar gets wrong beside redirections."""
    kind = node.kind()
    if kind in LISTS:
        for child in node.children():
            if kind == "program" and child.is_named() and child.kind() != "comment":
                yield "\n", child
            yield from _tokens(child)
    elif kind.endswith("_redirect"):
        yield "redirect", node
    elif kind != "comment":
        yield kind, node


def _cut(tokens: list[Token], *operators: str) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token[0] in operators:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _pipeline(reading: Reading, tokens: list[Token], *, background: bool) -> Pipeline | None:
    negations = 0
    while negations < len(tokens) and tokens[negations][0] == "!":
        negations += 1
    rest = tokens[negations:]
    is_list = any(kind in {"&&", "||"} for kind, _ in rest)
    parts = [rest] if is_list else _cut(rest, "|", "|&")
    if not all(parts):
        return None
    members = tuple(_member(reading, part) for part in parts)
    start, end = tokens[0][1].range().start.index, members[-1].end
    return Pipeline(
        text=reading.text(start, end),
        start=start,
        end=end,
        members=members,
        negated=negations % 2 == 1,
        background=background,
    )


def _member(reading: Reading, tokens: list[Token]) -> Member:
    start = tokens[0][1].range().start.index
    end = tokens[-1][1].range().end.index
    words = [text for token in tokens for text in _words(token, reading.script)]
    simple = all(kind in SIMPLE for kind, _ in tokens)
    program, arguments = program_of(words) if simple else ("", ())
    name = words[0] if words else ""
    if {name, program} & reading.functions:
        program, arguments, simple = "", (), False
    if any(kind == "command" for kind, _ in tokens):
        simple = simple and name not in RUNS_OTHERS and not re.search(r"[$`]", name)
    return Member(
        text=reading.text(start, end),
        start=start,
        end=end,
        program=program,
        arguments=arguments,
        simple=simple,
    )


def _words(token: Token, script: str) -> list[str]:
    kind, node = token
    if kind == "command":
        return words_of(node, script)
    if kind in {"declaration_command", "unset_command", "test_command"}:
        return [part.text() for part in node.children()]
    if kind == "redirect":
        # The grammar takes `b` of `echo a > f b` for a part of the redirection.
        numbered = any(part.kind() == "file_descriptor" for part in node.children())
        return words_of(node, script)[3 if numbered else 2 :]
    return []
