"""Writes the pages of the reference that come from the code: `uv run python runner/reference.py`.

A test holds that the pages in docs/reference/ are what this writes.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from gsd_run.cli.command_line import parser
from gsd_run.reading.schemas import SchemaOf, schema_of

PAGES = Path(__file__).parents[1] / "docs" / "reference"
_WRITTEN = "<!-- Written by runner/reference.py from the code: edits here are lost. -->\n"
_SCHEMAS = {
    "plan": "A plan, as `gsd-run show --json` prints it.",
    "run-file": "A run file, `<plan>-RUN.yaml`.",
    "event": "A line of a run's journal, of its evidence, and of what `--json` prints.",
    "graph": "A phase's plans and waves, as `gsd-run graph --format json` prints them.",
}


def pages() -> dict[str, str]:
    """Return the text of each page by its file name."""
    return {"commands.md": _commands(), "schemas.md": _schemas()}


def _commands() -> str:
    words = parser()
    commands = next(one for one in words._actions if one.dest == "command")  # noqa: SLF001
    told = {one.dest: one.help for one in commands._choices_actions}  # noqa: SLF001
    lines = [_WRITTEN, "# Commands", "", (words.description or "").strip(), ""]
    lines += ["```text", (words.epilog or "").strip(), "```"]
    for name, command in commands.choices.items():
        if name in told:
            lines += ["", f"## {name}", "", *_command(command)]
    return "\n".join(lines) + "\n"


def _command(command: argparse.ArgumentParser) -> Iterator[str]:
    command.formatter_class = lambda prog: argparse.RawDescriptionHelpFormatter(prog, width=90)
    yield (command.description or "").strip()
    yield ""
    yield "```text"
    yield command.format_usage().strip()
    yield "```"
    for group in command._action_groups:  # noqa: SLF001
        actions = [one for one in group._group_actions if one.help != argparse.SUPPRESS]  # noqa: SLF001
        actions = [one for one in actions if one.dest != "help"]
        if not actions:
            continue
        title = {"positional arguments": "argument", "options": "option"}.get(str(group.title))
        yield ""
        yield f"| {title or group.title} | meaning |"
        yield "|---|---|"
        for action in actions:
            yield f"| {_words(action)} | {_cell(_meaning(action))} |"
    if command.epilog:
        yield from ("", "```text", command.epilog.strip(), "```")


def _words(action: argparse.Action) -> str:
    value = action.metavar or ("" if action.nargs == 0 else _values(action))
    value = value if isinstance(value, str) else " ".join(value)
    if not action.option_strings:
        return _cell(f"`{value}`")
    if not value:
        return _cell(", ".join(f"`{word}`" for word in action.option_strings))
    shown = f"[={value}]" if action.nargs == "?" else f" {value}"
    return _cell(", ".join(f"`{word}{shown}`" for word in action.option_strings))


def _values(action: argparse.Action) -> str:
    return "|".join(str(one) for one in action.choices) if action.choices else action.dest.upper()


def _meaning(action: argparse.Action) -> str:
    text = (action.help or "").replace("%%", "%")
    return text % vars(action) if "%(" in text else text


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _schemas() -> str:
    lines = [_WRITTEN, "# Schemas", ""]
    lines += ["`gsd-run schema NAME` prints each as JSON Schema, for editors and programs.", ""]
    shown: set[str] = set()  # a part of several schemas is told of once
    for name in get_args(SchemaOf):
        lines += [f"## {name}", "", _SCHEMAS[name], ""]
        found = schema_of(name)
        for part, body in found.get("$defs", {}).items():
            lines += [] if part in shown else _definition(part, body)
            shown.add(part)
        if "properties" in found:
            lines += _definition("", found)
    return "\n".join(lines).rstrip() + "\n"


def _definition(name: str, body: dict[str, Any]) -> Iterator[str]:
    if name:
        yield from (f"### {name}", "")
    if body.get("description"):
        yield from (body["description"].strip(), "")
    if not body.get("properties"):
        return
    required = set(body.get("required", ()))
    yield from ("| field | type | |", "|---|---|---|")
    for field, of in body["properties"].items():
        must = "required" if field in required else _default(of)
        yield f"| `{field}` | {_cell(_type(of))} | {_cell(must)} |"
    yield ""


def _default(of: dict[str, Any]) -> str:
    return f"default `{json.dumps(of['default'])}`" if "default" in of else ""


def _type(of: dict[str, Any]) -> str:
    if "$ref" in of:
        return str(of["$ref"]).rpartition("/")[2]
    if "enum" in of or "const" in of:
        return " | ".join(f"`{one}`" for one in of.get("enum", [of.get("const")]))
    if either := of.get("anyOf") or of.get("oneOf"):
        return " | ".join(_type(one) for one in either)
    if of.get("type") == "array":
        inner = of.get("items") or {}
        return f"list of {_type(inner)}" if inner else "list"
    if of.get("type") == "object" and isinstance(of.get("additionalProperties"), dict):
        return f"map to {_type(of['additionalProperties'])}"
    return str(of.get("type", "any"))


if __name__ == "__main__":
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (PAGES / name).write_text(text)
        sys.stdout.write(f"{PAGES / name}\n")
