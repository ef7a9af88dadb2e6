"""The options of steps: which there are, what they hold, and reading them.

Run files keep scalars as text, so a number may arrive as "2" and a flag as "true".
"""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

OptionKind = Literal["text", "number", "flag", "texts", "pairs"]

WORDS: Mapping[OptionKind, str] = {
    "text": "a text",
    "number": "a whole number",
    "flag": "true or false",
    "texts": "a text or a list of texts",
    "pairs": "a mapping of texts to texts",
}


class Option(Struct, frozen=True):
    """One option of a step: what it holds, and whether the step needs it."""

    kind: OptionKind
    required: bool = False


def option_mistakes(
    name: str, given: Mapping[str, Any], known: Mapping[str, Option], but: tuple[str, ...] = ()
) -> list[str]:
    """Return every mistake in the options of the step `name`; `but` are keys not looked at."""
    mistakes = [
        f"{name}: unknown option '{key}' (known: {', '.join(known)})"
        for key in given
        if key not in known and key not in but
    ]
    mistakes += [
        f"{name}: the option '{key}' is missing; it holds {WORDS[option.kind]}"
        for key, option in known.items()
        if option.required and key not in given
    ]
    mistakes += [
        f"{name}: '{key}' must be {WORDS[known[key].kind]}, not {value!r}"
        for key, value in given.items()
        if key in known and not _fits(known[key].kind, value)
    ]
    return mistakes


def one_of(name: str, given: Mapping[str, Any], choices: tuple[str, ...]) -> list[str]:
    """Return the mistake of a step that does not have exactly one of these options, if it is so."""
    present = [choice for choice in choices if choice in given]
    if len(present) == 1:
        return []
    found = "both are given" if len(present) > 1 else "none is given"
    return [f"{name}: give exactly one of {' or '.join(choices)}; {found}"]


def number(given: Mapping[str, Any], key: str, otherwise: int) -> int:
    """Return a checked number option."""
    return int(given.get(key, otherwise))


def flag(given: Mapping[str, Any], key: str) -> bool:
    """Return a checked flag; absent means false."""
    return str(given.get(key, False)).lower() == "true"


def texts(given: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return a checked option of one or several texts; absent means none."""
    value = given.get(key, ())
    return (value,) if isinstance(value, str) else tuple(value)


def _fits(kind: OptionKind, value: object) -> bool:
    match kind:
        case "text":
            return isinstance(value, str)
        case "number":
            return str(value).isdecimal() and not isinstance(value, bool)
        case "flag":
            return str(value).lower() in {"true", "false"}
        case "texts":
            items = [value] if isinstance(value, str) else value
            return isinstance(items, (list, tuple)) and all(isinstance(i, str) for i in items)
        case "pairs":
            return isinstance(value, dict) and all(
                isinstance(part, str) for pair in value.items() for part in pair
            )
