"""What a scripted model says: words, or what it does with the tools that an agent offers."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True)
class Say:
    """Say something, which ends the work."""

    text: str


@dataclass(frozen=True)
class Read:
    """Look at a file; some agents refuse to write a file that was not read."""

    path: str


@dataclass(frozen=True)
class Write:
    """Write a whole file."""

    path: str
    text: str


@dataclass(frozen=True)
class Shell:
    """Run a command."""

    command: str


@dataclass(frozen=True)
class Refuse:
    """Refuse the request with a status of HTTP."""

    status: int
    text: str


Turn = Say | Read | Write | Shell | Refuse


@dataclass(frozen=True)
class Call:
    """A call of one of the agent's tools; `raw` is its one argument where it takes plain text."""

    name: str
    arguments: dict[str, Any]
    raw: str | None = None


def asks_for_work(body: Body) -> bool:
    """Tell whether an agent asks for the next turn: else it asks for a title, or how it is."""
    return bool(offered_tools(body))


def offered_tools(body: Body) -> list[str]:
    """Return the names of the tools that a request offers."""
    names = []
    for tool in body.get("tools") or []:
        named = tool.get("functionDeclarations") or [tool.get("function") or tool]
        names += [one.get("name", "") for one in named]
    return [name for name in names if name]


def call_for(turn: Turn, body: Body, root: Path) -> Call | None:
    """Return a turn as a call of a tool that is offered; None when it can only be said."""
    if isinstance(turn, Say | Refuse):
        return None
    offered = offered_tools(body)
    for tools in TOOLS:
        if tools.name in offered:
            return tools.call(turn, offered, root)
    return None


def _claude(turn: Turn, _: list[str], root: Path) -> Call:
    match turn:
        case Write(path, text):
            return Call("Write", {"file_path": str(root / path), "content": text})
        case Read(path):
            return Call("Read", {"file_path": str(root / path)})
        case Shell(command):
            return Call("Bash", {"command": command, "description": "Run a command"})
    raise ValueError(turn)


def _codex(turn: Turn, offered: list[str], root: Path) -> Call:
    match turn:
        case Write(path, text) if "apply_patch" in offered:
            return Call("apply_patch", {}, raw=_codex_patch(root, path, text))
        case Write(path, text):
            return Call("exec_command", {"cmd": f"printf %s {shlex.quote(text)} > {path}"})
        case Read(path):
            return Call("exec_command", {"cmd": f"cat {path}"})
        case Shell(command):
            return Call("exec_command", {"cmd": command})
    raise ValueError(turn)


def _codex_patch(root: Path, path: str, text: str) -> str:
    new = "".join(f"+{line}\n" for line in text.splitlines())
    if not (root / path).exists():
        return f"*** Begin Patch\n*** Add File: {path}\n{new}*** End Patch\n"
    old = "".join(f"-{line}\n" for line in (root / path).read_text().splitlines())
    return f"*** Begin Patch\n*** Update File: {path}\n@@\n{old}{new}*** End Patch\n"


def _opencode(turn: Turn, _: list[str], root: Path) -> Call:
    match turn:
        case Write(path, text):
            return Call("write", {"filePath": str(root / path), "content": text})
        case Read(path):
            return Call("read", {"filePath": str(root / path)})
        case Shell(command):
            return Call("bash", {"command": command, "description": "Run a command"})
    raise ValueError(turn)


def _gemini(turn: Turn, _: list[str], root: Path) -> Call:
    match turn:
        case Write(path, text):
            return Call("write_file", {"file_path": str(root / path), "content": text})
        case Read(path):
            return Call("read_file", {"file_path": str(root / path)})
        case Shell(command):
            return Call("run_shell_command", {"command": command})
    raise ValueError(turn)


@dataclass(frozen=True)
class Tools:
    """The tools of an agent, known by one that only it has."""

    name: str
    call: Callable[[Turn, list[str], Path], Call]


TOOLS = (
    Tools("Bash", _claude),
    Tools("exec_command", _codex),
    Tools("write_file", _gemini),
    Tools("bash", _opencode),
)
