"""JSON Schemas (draft 2020-12) of what is read and written: plans, run files, events."""

import inspect
import json
from pathlib import Path
from typing import Any, Literal

SchemaOf = Literal["plan", "run-file", "event", "graph"]
Json = dict[str, "Json"] | list["Json"] | str | float | bool | None

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_RUN_FILE = Path(__file__).with_name("run-file.schema.json")


def schema_of(what: SchemaOf) -> dict[str, Any]:
    """Return a schema: of a run file, a line of the journal, or what is printed of a plan or graph.

    That of run files is written by hand, for editors; it lies beside this module.
    """
    if what == "run-file":
        schema: dict[str, Any] = json.loads(_RUN_FILE.read_text(encoding="utf-8"))
        return schema
    import msgspec  # noqa: PLC0415 - not needed for the schema of run files

    from gsd_run.domain.event import Record  # noqa: PLC0415 - the same
    from gsd_run.domain.graph import PlanGraph  # noqa: PLC0415 - the same
    from gsd_run.domain.plan import Plan  # noqa: PLC0415 - the same

    value = {"plan": Plan, "event": Record, "graph": PlanGraph}[what]
    made = msgspec.json.schema(value)
    head = {"$schema": _DIALECT, "title": f"gsd-run {what}"}
    return head | {key: _cleaned(part) for key, part in made.items()}


def _cleaned(node: Json) -> Json:
    """Return a schema whose descriptions have lost the indentation that docstrings have."""
    if isinstance(node, dict):
        said = node.get("description")
        clean: dict[str, Json] = (
            {"description": inspect.cleandoc(said)} if isinstance(said, str) else {}
        )
        return {key: _cleaned(value) for key, value in node.items()} | clean
    return [_cleaned(item) for item in node] if isinstance(node, list) else node
