"""The values of an agent's settings: of which type each is, and what a command may hold."""

import difflib
import json
import re
import shlex
from collections.abc import Callable, Iterable

from gsd_run.domain.agent import PLACEHOLDERS
from gsd_run.reading.exact_fields import listed

_VARIABLE = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_PLACEHOLDER = re.compile(r"(?<!\$)\{([a-z_]+)\}")
_SHELLS = ("|", "||", "&&", ";", ">", ">>", "<", "&")


def template_mistakes(command: str) -> list[str]:
    """Return what is wrong with the template of a command."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        return [f"command is no command line: {str(error)[:1].lower()}{str(error)[1:]}"]
    told = []
    for name in dict.fromkeys(_PLACEHOLDER.findall(command)):
        if name not in PLACEHOLDERS:
            hint = near(name, PLACEHOLDERS)
            have = listed(f"{{{one}}}" for one in PLACEHOLDERS)
            told.append(
                f"command has {{{name}}}, which stands for nothing{hint} (there are: {have})"
            )
    if words and words[0] in {f"{{{one}}}" for one in PLACEHOLDERS}:
        told.append(f"command begins with {words[0]}; begin with the program to start")
    joined = [word for word in words if word in _SHELLS]
    if joined:
        told.append(
            f"command is started without a shell, so {joined[0]!r} would be an argument; "
            "write sh -c '…' around it"
        )
    return told


def _is_text(value: object) -> str:
    return "" if isinstance(value, str) and value.strip() else shown(value)


def _is_texts(value: object) -> str:
    fits = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return "" if fits else shown(value)


def _is_variables(value: object) -> str:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return shown(value)
    # The value beside such a name may be a secret: it is not repeated.
    wrong = [one for one in value if not _VARIABLE.fullmatch(one)]
    names = [one.partition("=")[0].strip() for one in wrong]
    return f"an entry such as {shown(names[0])} with more than a name" if wrong else ""


def _is_seconds(value: object) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return "" if number and 0 < value < float("inf") else shown(value)  # type: ignore[operator]


def _is_count(value: object) -> str:
    number = isinstance(value, int) and not isinstance(value, bool)
    return "" if number and value > 0 else shown(value)  # type: ignore[operator]


def _is_address(value: object) -> str:
    fits = isinstance(value, str) and re.fullmatch(r"https?://[^\s/]+\S*", value)
    return "" if fits else shown(value)


# By key: what it is, in words, and a function that shows the value where it is something else.
FIELDS: dict[str, tuple[str, Callable[[object], str]]] = {
    "model": ("a text", _is_text),
    "command": ("a text", _is_text),
    "arguments": ("a list of texts", _is_texts),
    "environment": ("a list of names of variables, whose values stay outside", _is_variables),
    "may_touch": ("a list of files, folders or patterns", _is_texts),
    "address": ('an address like "http://127.0.0.1:11434/v1"', _is_address),
    "attempts": ("a whole number above 0", _is_count),
    "time_limit": ("a number of seconds above 0", _is_seconds),
    "budget": ("a number of US dollars above 0", _is_seconds),
    "tokens": ("a whole number above 0", _is_count),
    "requests": ("a whole number above 0", _is_count),
}


def shown(value: object) -> str:
    """Return a value as a message shows it."""
    return json.dumps(value, default=str, ensure_ascii=False)[:60]


def near(name: str, known: Iterable[str]) -> str:
    """Return a hint at the known name that is nearest, "" if none is."""
    close = difflib.get_close_matches(name, tuple(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""
