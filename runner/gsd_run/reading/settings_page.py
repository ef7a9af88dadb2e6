"""docs/settings.md and the JSON Schema of the settings, from the table of all that there are."""

import sys
from collections.abc import Iterator
from typing import Any

from gsd_run.reading.known_settings import (
    HONOURED,
    LEFT_ALONE,
    OF_GSD_RUN,
    OF_THE_TOML,
    TEMPLATE_PATH,
    Setting,
    Type,
)

_JSON_TYPES: dict[Type, dict[str, Any]] = {
    "true or false": {"type": "boolean"},
    "text": {"type": "string"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "number": {"type": "number"},
    "whole number": {"type": "integer"},
    "object": {},
}


def settings_schema() -> dict[str, Any]:
    """Return a JSON Schema of what gsd-run honours in `.planning/config.json`."""
    root: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": ".planning/config.json, as far as gsd-run honours it",
        "type": "object",
        "properties": {},
    }
    for one in (*OF_GSD_RUN, *HONOURED):
        *folders, name = one.key.split(".")
        inner = root
        for folder in folders:
            inner = inner["properties"].setdefault(folder, {"type": "object", "properties": {}})
        told = {**_JSON_TYPES[one.type], "description": f"{one.meaning}: {one.does}"}
        if name.isupper():
            inner["additionalProperties"] = told
        else:
            inner["properties"][name] = told
    return root


def settings_page() -> str:
    """Return docs/settings.md."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# Settings"
    yield ""
    yield "<!-- Written by `python -m gsd_run.reading.settings_page`: edits here are lost. -->"
    yield ""
    yield (
        "gsd-run reads two files: GSD's `.planning/config.json`, where it has keys of its own "
        'under `"gsd_run"`, and `.planning/gsd-run.toml` for agents, limits and the sandbox. A key '
        "of the wrong type is said with its line, and nothing runs (exit 2); null is the default. "
        "`gsd-run schema settings` prints the first file's JSON Schema."
    )
    yield from _table("gsd-run's own keys in .planning/config.json", OF_GSD_RUN, "what it does")
    yield from _table("GSD's keys that are honoured", HONOURED, "what gsd-run does")
    yield from _table("GSD's keys that are left alone", LEFT_ALONE, "why")
    yield ""
    yield "Every other key of GSD is about planning, research, review or the words of its agents."
    yield ""
    yield "## Keys of .planning/gsd-run.toml"
    yield ""
    yield "| key | meaning |"
    yield "|---|---|"
    for key, meaning in OF_THE_TOML:
        yield f"| `{key}` | {_cell(meaning)} |"
    yield ""
    yield "## The project's own template"
    yield ""
    yield f"`{TEMPLATE_PATH}` takes the place of the built-in summary:"
    yield "see [templates.md](templates.md)."


def _table(title: str, settings: tuple[Setting, ...], does: str) -> Iterator[str]:
    yield ""
    yield f"## {title[0].upper()}{title[1:]}"
    yield ""
    yield f"| key | type | default | meaning | {does} |"
    yield "|---|---|---|---|---|"
    for one in settings:
        cells = (f"`{one.key}`", one.type, f"`{one.default}`", one.meaning, one.does)
        yield f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(settings_page())
