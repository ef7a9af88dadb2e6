"""What an agent's output says: its last words, what it cost, why it stopped. None of it is proof.

Each tool writes events in a form of its own, which changes with its versions; what can't be
understood is left alone, and the words are then the end of what was written.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from gsd_run.changing.agents.texts import cleaned
from gsd_run.domain.agent import Profile, Usage

SAID_LETTERS = 8000  # letters of last words that are kept
_LAST_LINES = 30
_MOST = 10**15  # a number beyond this is no count

Event = dict[str, Any]


class Said(Struct, frozen=True, kw_only=True):
    """What an agent said: its last words, what it says it used, what it says went wrong."""

    said: str = ""
    usage: Usage = Usage()
    mistake: str = ""


def read_output(profile: Profile, stdout: str, stderr: str) -> Said:
    """Return what an output says; never an error, whatever it holds."""
    if profile == "aider":
        return _aider(stdout, stderr)
    events = list(_events(stdout))
    reader = _READERS.get(profile)
    # A command of the user's may well be one of the known tools, in a container, say.
    readers = (reader,) if reader else tuple(_READERS.values()) if profile == "command" else ()
    for read in readers:
        found = read(events)
        if found is not None:
            return Said(said=_kept(found.said), usage=found.usage, mistake=_kept(found.mistake))
    return Said(said=_kept(_end(stdout) or _end(stderr)))


def _events(stdout: str) -> Iterator[Event]:
    """Yield the JSON objects that stand on a line each, or the one that is the whole output."""
    found = False
    for line in stdout.splitlines():
        event = _object(line) if line.lstrip().startswith("{") else None
        if event is not None:
            found = True
            yield event
    whole = None if found else _object(stdout)
    if whole is not None:
        yield whole


def _object(text: str) -> Event | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _claude(events: Sequence[Event]) -> Said | None:
    results = [one for one in events if one.get("type") == "result" and "subtype" in one]
    if not results:
        words = [text for one in events for text in _spoken_by_claude(one)]
        return Said(said=words[-1]) if words else None
    last = results[-1]
    used = _inner(last, "usage")
    inputs = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    subtype = _text(last.get("subtype"))
    mistake = ""
    if last.get("is_error") is True or subtype.startswith("error"):
        errors = last.get("errors")
        told = [_text(one) for one in errors] if isinstance(errors, list) else []
        reason = "" if subtype == "success" else subtype.replace("_", " ")
        mistake = ": ".join(one for one in (reason, _text(last.get("result")), *told) if one)
    return Said(
        said=_text(last.get("result")),
        usage=Usage(
            input_tokens=_sum(used, *inputs),
            output_tokens=_sum(used, "output_tokens"),
            cost=_money(last.get("total_cost_usd")),
        ),
        mistake=mistake or ("it reports an error" if last.get("is_error") is True else ""),
    )


def _spoken_by_claude(event: Event) -> Iterator[str]:
    if event.get("type") != "assistant":
        return
    content = _inner(event, "message").get("content")
    for block in content if isinstance(content, list) else ():
        if isinstance(block, dict) and block.get("type") == "text" and block.get("text"):
            yield _text(block["text"])


def _codex(events: Sequence[Event]) -> Said | None:
    kinds = {_text(one.get("type")) for one in events}
    if not any(kind.startswith(("thread.", "turn.")) for kind in kinds):
        return None
    items = [_inner(one, "item") for one in events if one.get("type") == "item.completed"]
    words = [_text(one.get("text")) for one in items if one.get("type") == "agent_message"]
    turns = [_inner(one, "usage") for one in events if one.get("type") == "turn.completed"]
    failed = [_inner(one, "error") for one in events if one.get("type") == "turn.failed"]
    errors = [_text(one.get("message")) for one in events if one.get("type") == "error"]
    mistake = _text(failed[-1].get("message")) or "its turn failed" if failed else ""
    if not failed and not turns and errors:
        mistake = errors[-1]
    return Said(
        said=words[-1] if words else "",
        usage=Usage(
            input_tokens=_total(turns, "input_tokens"),
            output_tokens=_total(turns, "output_tokens"),
        ),
        mistake=mistake,
    )


def _gemini(events: Sequence[Event]) -> Said | None:
    results = [one for one in events if one.get("type") == "result" and "status" in one]
    said: list[str] = []
    for one in events:
        if one.get("type") in {"tool_use", "tool_result"}:
            said = []
        elif one.get("type") == "message" and one.get("role") == "assistant":
            said.append(_text(one.get("content")))
    if not results and not said:
        return None
    last = results[-1] if results else {}
    stats = _inner(last, "stats")
    mistake = ""
    if last.get("status") not in {None, "success"}:
        errors = [_text(one.get("message")) for one in events if one.get("type") == "error"]
        told = _text(_inner(last, "error").get("message")) or (errors[-1] if errors else "")
        mistake = told or f"it ended with the status {_text(last.get('status'))}"
    return Said(
        said="".join(said).strip(),
        usage=Usage(
            input_tokens=_sum(stats, "input_tokens"), output_tokens=_sum(stats, "output_tokens")
        ),
        mistake=mistake,
    )


def _opencode(events: Sequence[Event]) -> Said | None:
    if not any("sessionID" in one for one in events):
        return None
    parts = [(one.get("type"), _inner(one, "part")) for one in events]
    words = [_text(part.get("text")) for kind, part in parts if kind == "text"]
    steps = [part for kind, part in parts if kind == "step_finish"]
    tokens = [_inner(step, "tokens") for step in steps]
    caches = [_inner(one, "cache") for one in tokens]
    errors = [_inner(one, "error") for one in events if one.get("type") == "error"]
    told = [
        _text(_inner(one, "data").get("message"))
        or _text(one.get("message"))
        or _text(one.get("name"))
        for one in errors
        if one.get("name") or one.get("message") or one.get("data")
    ]
    costs = [cost for step in steps if (cost := _money(step.get("cost"))) is not None]
    return Said(
        said=words[-1].strip() if words else "",
        usage=Usage(
            input_tokens=_total([*tokens, *caches], "input", "read", "write"),
            output_tokens=_total(tokens, "output", "reasoning"),
            cost=sum(costs) if costs else None,
        ),
        mistake=(told or ["it reports an error"])[-1] if errors else "",
    )


_AIDER_TOKENS = re.compile(
    r"^Tokens: (?P<sent>[\d.]+k?) sent.*?, (?P<received>[\d.]+k?) received\.", re.MULTILINE
)
_AIDER_COST = re.compile(r"\$(?P<cost>\d+(?:\.\d+)?) session\.")
_AIDER_ERROR = re.compile(r"^litellm\.\w*(?:Error|Exception)\b.*", re.MULTILINE)


def _aider(stdout: str, stderr: str) -> Said:
    """Read its report lines; its token counts are rounded to a hundred or a thousand."""
    reports = list(_AIDER_TOKENS.finditer(stdout))
    costs = [_money(float(one["cost"])) for one in _AIDER_COST.finditer(stdout)]
    errors = _AIDER_ERROR.findall(stdout)
    words = stdout[: reports[-1].start()] if reports else stdout
    return Said(
        said=_kept(_end(words) or _end(stderr)),
        usage=Usage(
            input_tokens=sum(_rounded(one["sent"]) for one in reports) if reports else None,
            output_tokens=sum(_rounded(one["received"]) for one in reports) if reports else None,
            cost=costs[-1] if costs else None,
        ),
        # It ends with status 0 when the model can't be reached.
        mistake=_kept(errors[-1]) if errors and not reports else "",
    )


def _rounded(count: str) -> int:
    try:
        return round(float(count.removesuffix("k")) * (1000 if count.endswith("k") else 1))
    except (ValueError, OverflowError):
        return 0


_READERS: dict[Profile, Callable[[Sequence[Event]], Said | None]] = {
    "claude": _claude,
    "codex": _codex,
    "gemini": _gemini,
    "opencode": _opencode,
}


def _inner(event: Event, name: str) -> Event:
    value = event.get(name)
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= _MOST else None


def _money(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= _MOST else None


def _sum(used: Event, *names: str) -> int | None:
    counts = [count for name in names if (count := _count(used.get(name))) is not None]
    return sum(counts) if counts else None


def _total(used: Sequence[Event], *names: str) -> int | None:
    sums = [one for each in used if (one := _sum(each, *names)) is not None]
    return sum(sums) if sums else None


def _end(text: str) -> str:
    return "\n".join(cleaned(text[-4 * SAID_LETTERS :]).strip().splitlines()[-_LAST_LINES:])


def _kept(text: str) -> str:
    plain = cleaned(text[-4 * SAID_LETTERS :]).strip()
    return plain if len(plain) <= SAID_LETTERS else f"… {plain[-SAID_LETTERS:]}"
