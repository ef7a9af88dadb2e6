"""Describes rules of tables and plain values as JSON; a part of `introspection`."""

# ruff: noqa: ANN401  what is described here has any type

import re
from typing import Any

from gsd_run.changing.codemods.factories.introspected_columns import attribute


def checks_of(mapper: Any) -> list[dict[str, Any]]:
    """Return the check constraints of a class, with the attributes of the columns in them."""
    from sqlalchemy import CheckConstraint  # noqa: PLC0415
    from sqlalchemy.dialects import sqlite  # noqa: PLC0415

    dialect = sqlite.dialect()
    found: list[dict[str, Any]] = []
    for table in mapper.tables:
        for rule in table.constraints:
            if not isinstance(rule, CheckConstraint):
                continue
            try:
                compiler: Any = dialect.statement_compiler(dialect, None)
                text = compiler.process(rule.sqltext, include_table=False, literal_binds=True)
            except Exception:  # noqa: BLE001, S112  a rule in another dialect can't be shown
                continue
            words = set(re.findall(r"\w+", text))
            held = {c.name: attribute(mapper, c) for c in table.columns if c.name in words}
            if held and all(held.values()):
                found.append({"text": text, "columns": held})
    return sorted(found, key=lambda one: str(one["text"]))
