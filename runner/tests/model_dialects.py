"""How the APIs of models have it said: whole, and as a stream of events."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from model_turns import Refuse, Say, Turn, call_for

Body = dict[str, Any]
TOKENS = {"input": 100, "output": 10}  # what each answer says that it took


def refusal(turn: Refuse) -> Body:
    """Return what the body of a refusal says, in a form that all of them read."""
    error = {"type": "invalid_request_error", "message": turn.text, "code": turn.status}
    return {"type": "error", "error": error}


def _said(turn: Turn) -> str:
    return turn.text if isinstance(turn, Say) else "I will do that."


def _events(*events: Body) -> Iterator[str]:
    for event in events:
        yield f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"


# The responses of OpenAI


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
    call = call_for(turn, body, root)
    if call is None:
        content = [{"type": "output_text", "text": _said(turn), "annotations": []}]
        return {"type": "message", "id": "msg_1", "role": "assistant", "content": content}
    called = {"id": "item_1", "call_id": _number(body), "name": call.name}
    if call.raw is not None:
        return {"type": "custom_tool_call", **called, "input": call.raw}
    return {"type": "function_call", **called, "arguments": json.dumps(call.arguments)}


# The messages of Anthropic


def messages_stream(turn: Turn, body: Body, root: Path) -> Iterator[str]:
    call = call_for(turn, body, root)
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
    call = call_for(turn, body, root)
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


# The chat completions of OpenAI and many others


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
    call = call_for(turn, body, root)
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


# The generated contents of Google


def gemini_stream(turn: Turn, body: Body, root: Path) -> Iterator[str]:
    yield f"data: {json.dumps(gemini_whole(turn, body, root))}\n\n"


def gemini_whole(turn: Turn, body: Body, root: Path) -> Body:
    call = call_for(turn, body, root)
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
