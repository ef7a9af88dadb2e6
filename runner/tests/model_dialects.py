"""What a scripted model says, and how each API has it said: text, or a call of an offered tool."""

import json
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Body = dict[str, Any]
TOKENS = {"input": 100, "output": 10}  # what each answer says that it took


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


Turn = Say | Read | Write | Shell


@dataclass(frozen=True)
class Call:
    """A call of one of the agent's tools; `raw` is its one argument where it takes plain text."""

    name: str
    arguments: dict[str, Any]
    raw: str | None = None


def asks_for_work(body: Body) -> bool:
    """Tell whether an agent asks for the next turn: else it asks for a title, or how it is."""
    return bool(_offered(body))


def _offered(body: Body) -> list[str]:
    """Return the names of the tools that a request offers."""
    names = []
    for tool in body.get("tools") or []:
        named = tool.get("functionDeclarations") or [tool.get("function") or tool]
        names += [one.get("name", "") for one in named]
    return [name for name in names if name]


def _call(turn: Turn, body: Body, root: Path) -> Call | None:
    """Return a turn as a call of a tool that is offered; None when it is said in words."""
    if isinstance(turn, Say):
        return None
    offered = _offered(body)
    for tools in TOOLS:
        if tools.name in offered:
            return tools.call(turn, offered, root)
    raise ValueError(f"no tool known for {turn} among {offered}")


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


def _opencode(turn: Turn, offered: list[str], root: Path) -> Call:
    match turn:
        case Write(path, text):
            return Call("write", {"filePath": str(root / path), "content": text})
        case Read(path):
            return Call("read", {"filePath": str(root / path)})
        case Shell(command):
            return Call("bash", {"command": command, "description": "Run a command"})
    raise ValueError(turn)


def _gemini(turn: Turn, offered: list[str], root: Path) -> Call:
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


def _said(turn: Turn) -> str:
    return turn.text if isinstance(turn, Say) else "I will do that."


def _events(*events: Body) -> Iterator[str]:
    for event in events:
        yield f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"


# OpenAI: responses


def responses_stream(turn: Turn, body: Body, root: Path) -> Iterator[str]:
    item = _responses_item(turn, body, root)
    return _events(
        {"type": "response.created", "response": {"id": "resp_1"}},
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": responses_whole(turn, body, root)},
    )


def responses_whole(turn: Turn, body: Body, root: Path) -> Body:
    usage = {
        "input_tokens": TOKENS["input"],
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": TOKENS["output"],
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": TOKENS["input"] + TOKENS["output"],
    }
    output = [_responses_item(turn, body, root)]
    return {"id": "resp_1", "object": "response", "status": "completed", "output": output,
            "usage": usage}  # fmt: skip


def _responses_item(turn: Turn, body: Body, root: Path) -> Body:
    call = _call(turn, body, root)
    if call is None:
        content = [{"type": "output_text", "text": _said(turn), "annotations": []}]
        return {"type": "message", "id": "msg_1", "role": "assistant", "content": content}
    called = {"id": "item_1", "call_id": _number(body), "name": call.name}
    if call.raw is not None:
        return {"type": "custom_tool_call", **called, "input": call.raw}
    return {"type": "function_call", **called, "arguments": json.dumps(call.arguments)}


# Anthropic: messages


def messages_stream(turn: Turn, body: Body, root: Path) -> Iterator[str]:
    call = _call(turn, body, root)
    whole = messages_whole(turn, body, root)
    if call is None:
        block: Body = {"type": "text", "text": ""}
        delta: Body = {"type": "text_delta", "text": _said(turn)}
    else:
        block = {**whole["content"][0], "input": {}}
        delta = {"type": "input_json_delta", "partial_json": json.dumps(call.arguments)}
    begun = {**whole, "content": [], "stop_reason": None}
    ended = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    return _events(
        {"type": "message_start", "message": begun},
        {"type": "content_block_start", "index": 0, "content_block": block},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": ended, "usage": whole["usage"]},
        {"type": "message_stop"},
    )


def messages_whole(turn: Turn, body: Body, root: Path) -> Body:
    call = _call(turn, body, root)
    content: Body = {"type": "text", "text": _said(turn)}
    if call is not None:
        content = {"type": "tool_use", "id": f"toolu_{_number(body)}", "name": call.name,
                   "input": call.arguments}  # fmt: skip
    return {
        "id": f"msg_{_number(body)}",
        "type": "message",
        "role": "assistant",
        "model": body.get("model", "scripted"),
        "content": [content],
        "stop_reason": "end_turn" if call is None else "tool_use",
        "stop_sequence": None,
        "usage": {"input_tokens": TOKENS["input"], "output_tokens": TOKENS["output"]},
    }


# OpenAI: chat completions


def chat_stream(turn: Turn, body: Body, root: Path) -> Iterator[str]:
    whole = chat_whole(turn, body, root)
    choice = whole["choices"][0]
    message = dict(choice["message"])
    if "tool_calls" in message:
        message["tool_calls"] = [{"index": 0, **call} for call in message["tool_calls"]]
    head = {**whole, "object": "chat.completion.chunk"}
    head.pop("usage")
    for chunk in (
        {**head, "choices": [{"index": 0, "delta": message, "finish_reason": None}]},
        {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}]},
        {**head, "choices": [], "usage": whole["usage"]},
    ):
        yield f"data: {json.dumps(chunk)}\n\n"
    yield "data: [DONE]\n\n"


def chat_whole(turn: Turn, body: Body, root: Path) -> Body:
    call = _call(turn, body, root)
    message: Body = {"role": "assistant", "content": _said(turn)}
    if call is not None:
        function = {"name": call.name, "arguments": json.dumps(call.arguments)}
        message["tool_calls"] = [{"id": _number(body), "type": "function", "function": function}]
    return {
        "id": "chat_1",
        "object": "chat.completion",
        "created": 0,
        "model": body.get("model", "scripted"),
        "choices": [
            {
                "index": 0,
                "message": message,
                "finish_reason": "stop" if call is None else "tool_calls",
            }
        ],
        "usage": {
            "prompt_tokens": TOKENS["input"],
            "completion_tokens": TOKENS["output"],
            "total_tokens": TOKENS["input"] + TOKENS["output"],
        },
    }


# Google: generateContent


def gemini_stream(turn: Turn, body: Body, root: Path) -> Iterator[str]:
    yield f"data: {json.dumps(gemini_whole(turn, body, root))}\n\n"


def gemini_whole(turn: Turn, body: Body, root: Path) -> Body:
    call = _call(turn, body, root)
    part: Body = {"text": _said(turn)}
    if call is not None:
        part = {"functionCall": {"name": call.name, "args": call.arguments}}
    return {
        "candidates": [
            {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
        ],
        "usageMetadata": {
            "promptTokenCount": TOKENS["input"],
            "candidatesTokenCount": TOKENS["output"],
            "totalTokenCount": TOKENS["input"] + TOKENS["output"],
        },
    }


def _number(body: Body) -> str:
    """Return a name for a call that no other call of the same talk has."""
    talk = body.get("input") or body.get("messages") or body.get("contents") or []
    return f"call_{len(talk)}"


DIALECTS = {
    "/responses": (responses_stream, responses_whole),
    "/messages": (messages_stream, messages_whole),
    "/chat/completions": (chat_stream, chat_whole),
    "enerateContent": (gemini_stream, gemini_whole),
}
