"""Every command that a bash script calls, with what stands around it, also inside `$(…)` or a loop.

Where `shell.split` cuts a script into what is run and measured one by one, this reads all of it:
what is called, with which words, where it writes to, and what its status is joined with.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from ast_grep_py import SgNode

from gsd_run.domain import lazy
from gsd_run.outside.calls import Call, Commands, Redirection, Step, Word, every
from gsd_run.outside.command_words import program_of
from gsd_run.outside.shell import ENDS, KEPT, LISTS, Reading, read

_Token = tuple[str, SgNode]

_COMPOUND = frozenset(
    {"subshell", "compound_statement", "if_statement", "while_statement", "for_statement"}
    | {"c_style_for_statement", "case_statement", "function_definition", "select_statement"}
)
_SIMPLE = frozenset(
    {"command", "test_command", "declaration_command", "unset_command"}
    | {"variable_assignment", "variable_assignments"}
)
# The parts of a compound command that hold commands.
_BODIES = frozenset({"do_group", "else_clause", "elif_clause", "case_item"})
_SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})
_STATEMENTS = _COMPOUND | _SIMPLE | LISTS | {"heredoc_redirect"}
_PLAIN = lazy.pattern(r"[\w@%+=:,./-]+")
_GLOB = lazy.pattern(r"(?<!\\)[*?\[]")


@lru_cache(maxsize=KEPT)
def commands_of(script: str) -> Commands | None:
    """Return what a script calls, or None when the grammar can't read it."""
    reading = read(script)
    found = None if reading is None else _commands(reading, "script", [reading.root])
    return None if found is None or _runs_together(found, script) else found


def _runs_together(commands: Commands, script: str) -> bool:
    """Tell whether nothing parts a subshell from the words before it, which bash can't parse."""
    return any(
        step.calls[0].kind == "subshell"
        and not re.search(r"[;&|\n]", script[before.end : step.start])
        for before, step in zip(commands.steps, commands.steps[1:], strict=False)
    )


@lru_cache(maxsize=KEPT)
def calls_of(script: str) -> tuple[Call, ...]:
    """Return every command of a script, outer ones before inner ones; none if it can't be read."""
    found = commands_of(script)
    return tuple(call for _, _, call in every(found)) if found else ()


def _commands(reading: Reading, kind: str, nodes: list[SgNode]) -> Commands:
    steps: list[Step] = []
    statement: list[_Token] = []
    joined = ""
    for token in [*_separated(nodes), ("\n", reading.root)]:
        if token[0] not in ENDS:
            statement.append(token)
        elif statement:
            made = _steps(reading, statement, joined, background=token[0] == "&")
            steps.extend(made)
            statement, joined = [], ";"
    return Commands(kind=kind, steps=tuple(steps))


def _separated(nodes: list[SgNode]) -> Iterator[_Token]:
    """Flatten the statements of a list; each begins on its own, whatever parts them."""
    for node in nodes:
        if node.kind() in _STATEMENTS | _BODIES:
            yield "\n", node
        yield from _tokens(node)


def _tokens(node: SgNode) -> Iterator[_Token]:
    """Flatten lists and pipes, whose nesting the grammar gets wrong beside redirections."""
    kind = node.kind()
    if kind in LISTS or kind in _BODIES or kind == "heredoc_redirect":
        for child in node.children():
            if child.is_named() and kind in {"program", *_BODIES} and child.kind() != "comment":
                yield "\n", child
            yield from _tokens(child)
    elif kind.endswith("_redirect"):
        yield "redirect", node
    elif kind in {"then", "do", "else", "elif", "done", "fi", "if", "while", "until"}:
        yield "\n", node
    elif kind in {"&&", "||", "|", "|&", "!"} or kind in ENDS or kind in _STATEMENTS:
        yield kind, node


def _steps(
    reading: Reading, tokens: list[_Token], joined: str, *, background: bool
) -> Iterator[Step]:
    members: list[list[_Token]] = [[]]
    negations = 0
    for kind, node in [*tokens, ("&&", tokens[-1][1])]:
        if kind == "!":
            negations += 1
        elif kind in {"|", "|&"}:
            members.append([])
        elif kind in {"&&", "||"}:
            calls = tuple(_call(reading, member) for member in members if member)
            if calls:
                yield Step(
                    calls=calls,
                    joined=joined,
                    negated=negations % 2 == 1,
                    background=background,
                )
            joined, members, negations = kind, [[]], 0
        else:
            members[-1].append((kind, node))


def _call(reading: Reading, tokens: list[_Token]) -> Call:
    words: list[Word] = []
    redirections: list[Redirection] = []
    sets: list[tuple[str, Word]] = []
    inside: list[Commands] = []
    kind = "command"
    for token_kind, node in tokens:
        if token_kind == "redirect":
            redirection, more = _redirection(reading, node, inside)
            words += more
            redirections += redirection
        elif token_kind in _COMPOUND:
            kind = token_kind
            inside += _bodies(reading, node)
            sets += _loop_variable(node)
        else:
            kind = _kind(token_kind)
            _read_simple(reading, node, words, sets, inside)
    program = ""
    arguments: tuple[Word, ...] = ()
    if kind in {"command", "declaration", "test"}:
        program, rest = program_of([word.text for word in words])
        arguments = tuple(words[len(words) - len(rest) :])
    return Call(
        kind=kind,
        start=tokens[0][1].range().start.index,
        end=tokens[-1][1].range().end.index,
        words=tuple(words),
        program=program,
        arguments=arguments,
        redirections=tuple(redirections),
        sets=tuple(sets),
        inside=tuple(inside),
    )


def _kind(node: str) -> str:
    return {
        "test_command": "test",
        "declaration_command": "declaration",
        "unset_command": "declaration",
        "variable_assignment": "assignment",
        "variable_assignments": "assignment",
    }.get(node, node)


def _bodies(reading: Reading, node: SgNode) -> Iterator[Commands]:
    """Return the list of commands inside a compound command, and its substitutions."""
    kind = node.kind()
    children = node.children()
    found = _commands(reading, kind, children)
    if found.steps:
        yield found
    for child in children:
        if child.kind() not in _STATEMENTS | _BODIES:
            yield from _substitutions(reading, child)


def _read_simple(
    reading: Reading,
    node: SgNode,
    words: list[Word],
    sets: list[tuple[str, Word]],
    inside: list[Commands],
) -> None:
    if node.kind() in {"variable_assignment", "variable_assignments"}:
        parts = [node] if node.kind() == "variable_assignment" else node.children()
    elif node.kind() == "test_command":
        parts = list(_leaves(node))
    else:
        parts = node.children()
    for part in parts:
        kind = part.kind()
        if kind == "variable_assignment":
            sets.append(_setting(reading, part))
            inside += _substitutions(reading, part)
        elif kind.endswith("_redirect"):
            continue
        else:
            word = _word(reading, part)
            words.append(word)
            if "(" in word.source or "`" in word.source:
                inside += _substitutions(reading, part)


def _setting(reading: Reading, node: SgNode) -> tuple[str, Word]:
    name, _, value = node.text().partition("=")
    parts = node.children()
    last = parts[-1]
    empty = Word(text="", start=node.range().end.index)
    return name.rstrip("+"), _word(reading, last) if value and last.is_named() else empty


def _loop_variable(node: SgNode) -> Iterator[tuple[str, Word]]:
    if node.kind() in {"for_statement", "select_statement"}:
        name = next((part for part in node.children() if part.kind() == "variable_name"), None)
        if name is not None:
            yield name.text(), Word(text="", start=name.range().start.index, literal=False)


def _leaves(node: SgNode) -> Iterator[SgNode]:
    """Return the words of a test, whose expressions are nested."""
    for child in node.children():
        if child.kind().endswith("_expression"):
            yield from _leaves(child)
        else:
            yield child


def _redirection(
    reading: Reading, node: SgNode, inside: list[Commands]
) -> tuple[list[Redirection], list[Word]]:
    """Return a redirection, and the words that the grammar takes for a part of it."""
    parts = node.children()
    descriptor = ""
    if parts and parts[0].kind() == "file_descriptor":
        descriptor = parts.pop(0).text()
    if len(parts) < 2:  # noqa: PLR2004 - `2>&-` has no target
        return [], []
    place = node.range().start.index
    body = next(
        (reading.script[body:stop] for at, body, stop in reading.documents if at == place), None
    )
    for part in parts[1:]:
        inside += _substitutions(reading, part)
    if body is not None:
        target = Word(text=body, start=place)
        return [Redirection(operator="<<", target=target)], []
    target = _word(reading, parts[1])
    found = Redirection(operator=parts[0].kind(), target=target, descriptor=descriptor)
    return [found], [_word(reading, part) for part in parts[2:]]


def _substitutions(reading: Reading, node: SgNode) -> Iterator[Commands]:
    kind = node.kind()
    if kind in {"word", "raw_string", "number", "string_content", "variable_name"}:
        return
    if kind in _SUBSTITUTIONS:
        yield _commands(reading, kind, node.children())
        return
    for child in node.children():
        yield from _substitutions(reading, child)


def _word(reading: Reading, node: SgNode) -> Word:
    place = node.range()
    start = place.start.index
    source = reading.script[start : place.end.index]
    if _PLAIN.fullmatch(source):
        return Word(text=source, start=start, source=source)
    text, literal = _text(reading, node, source)
    return Word(text=text, start=start, source=source, literal=literal)


def _text(reading: Reading, node: SgNode, source: str) -> tuple[str, bool]:
    """Return a word as the command gets it, and whether that is certain."""
    kind = node.kind()
    if kind in {"command_name", "concatenation"}:
        texts = [
            _text(reading, part, reading.script[part.range().start.index : part.range().end.index])
            for part in node.children()
        ]
        return "".join(text for text, _ in texts), all(literal for _, literal in texts)
    if kind == "raw_string":
        return source[1:-1], True
    if kind == "string":
        if re.search(r"(?<!\\)[$`](?![\s\"|)/]|$)", source[:-1]):
            return source[1:-1], False
        return re.sub(r'\\(["\\$`\n])', lambda match: match[1].strip("\n"), source[1:-1]), True
    if kind == "word":
        return re.sub(r"\\(.)", r"\1", source), not _GLOB.search(source)
    return source, kind not in {
        "simple_expansion", "expansion", "command_substitution", "process_substitution",
        "ansi_c_string", "translated_string", "arithmetic_expansion", "brace_expression",
    }  # fmt: skip
