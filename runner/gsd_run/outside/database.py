"""The history of runs in an SQL database, SQLite or PostgreSQL, through SQLAlchemy.

The tables are written down in docs/history.md. Writing a run again replaces what is there of it,
unless that was made from more of its events.
"""

import os
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, quote_plus

import msgspec

from gsd_run.domain.errors import Refusal, UsageError
from gsd_run.domain.history import PastRun
from gsd_run.domain.visible import visible

if TYPE_CHECKING:
    import sqlalchemy as sa

VERSION = 1  # of the schema; raised when a table changes
INSTALL = "uv tool install 'gsd-run[sql]'` or `pip install 'gsd-run[sql]'"
_DRIVERS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_SECRETS = frozenset({"password", "sslpassword"})  # of the query
_ROWS = {
    "gsd_tasks": "of_tasks",
    "gsd_attempts": "of_attempts",
    "gsd_claims": "of_claims",
    "gsd_commands": "of_commands",
    "gsd_tests": "of_tests",
}
_ONE_AT_A_TIME = 0x6773642D72756E  # the number of PostgreSQL's lock for exports
_PATIENCE = 30  # seconds to wait for another export into an SQLite file, or for a server


def export(address: str, runs: Sequence[PastRun]) -> tuple[int, str]:
    """Write runs into the database at a URL, its tables made if need be.

    Return how many were written (of the others it knows more already), and the URL as it may be
    shown. `env:NAME` takes the URL from a variable.

    Raises:
        UsageError: the URL is none, or what it needs is not installed.
        Refusal: the database can't be reached or written, or another version or program made
            its tables.
    """
    try:
        import sqlalchemy as sa  # noqa: PLC0415 - 150 ms, and an extra
    except ImportError as error:
        told = f"history --sql needs SQLAlchemy, which is not installed: `{INSTALL}`"
        raise UsageError(told) from error
    url = _url(address)
    shown = _shown(url)
    try:
        engine = _engine(url)
    except ImportError as error:
        raise UsageError(f"{shown} needs the module {error.name}: `{INSTALL}`") from error
    try:
        with engine.begin() as connection:
            tables = _prepared(connection, shown)
            written = _written(connection, tables, runs)
    except sa.exc.SQLAlchemyError as error:
        raise Refusal(f"{shown}: {_without_password(error, url)}") from None
    finally:
        engine.dispose()
    return written, shown


def _url(address: str) -> "sa.URL":
    from sqlalchemy.engine import make_url  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    if address.startswith("env:"):
        name = address.removeprefix("env:")
        address = os.environ.get(name, "").strip()  # of a file with a secret: a line
        if not address:
            raise UsageError(f"--sql env:{name}: the variable {name} is not set")
    forms = "sqlite:///history.db or postgresql://user@host/database"
    if "://" not in address:
        raise UsageError(f"--sql takes the URL of a database: {forms}")
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise UsageError(f"--sql: this is no URL of a database; give one such as {forms}") from None
    if url.drivername not in _DRIVERS:
        raise UsageError(f"--sql: {url.drivername} is not supported; give {forms}")
    if url.drivername == "sqlite":
        if url.database in {None, "", ":memory:"}:
            told = "this is gone when the program ends; give a file's path"
            raise UsageError(f"--sql {_shown(url)}: {told}")
        if url.query and "uri" not in url.query:
            told = "what stands behind the ? counts with `uri=true` only, as in"
            raise UsageError(f"--sql {_shown(url)}: {told} sqlite:///file:h.db?mode=rw&uri=true")
    return url.set(drivername=_DRIVERS[url.drivername])


def _shown(url: "sa.URL") -> str:
    """Return a URL as it may be shown: without its password, wherever it stands."""
    hidden = {name: "***" if name in _SECRETS else value for name, value in url.query.items()}
    return url.set(query=hidden).render_as_string(hide_password=True)


def _engine(url: "sa.URL") -> "sa.Engine":
    import sqlalchemy as sa  # noqa: PLC0415
    from sqlalchemy import event  # noqa: PLC0415

    if url.get_backend_name() == "postgresql":
        options = {"connect_timeout": _PATIENCE, "application_name": "gsd-run"}
        return sa.create_engine(url, connect_args=options, hide_parameters=True)
    engine = sa.create_engine(url, connect_args={"timeout": _PATIENCE}, hide_parameters=True)

    from sqlalchemy.engine.interfaces import DBAPIConnection  # noqa: PLC0415

    # Left to itself the driver begins a transaction only before the first row is written, and
    # two exports at once would both find no tables.
    @event.listens_for(engine, "connect")
    def _by_hand(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _alone(connection: "sa.Connection") -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _prepared(connection: "sa.Connection", shown: str) -> "dict[str, sa.Table]":
    """Return the tables, made where there are none.

    Raises:
        Refusal: another version of gsd-run, or another program, made them.
    """
    import sqlalchemy as sa  # noqa: PLC0415

    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    metadata = _schema()
    versions = metadata.tables["gsd_schema"]
    known = sa.inspect(connection)
    there = {name for name in metadata.tables if known.has_table(name)}
    if there:
        _refuse_foreign(known, metadata, there, shown)
    metadata.create_all(connection)
    version = connection.scalar(sa.select(sa.func.max(versions.c.version)))
    if version is None:
        connection.execute(versions.insert().values(version=VERSION))
    elif version != VERSION:
        made = "a later" if version > VERSION else "an earlier"
        raise Refusal(
            f"{shown}: {made} version of gsd-run made these tables (schema {version}; this one "
            f"writes {VERSION}); export with that version, or into another database"
        )
    return dict(metadata.tables)


def _refuse_foreign(
    known: "sa.Inspector", metadata: "sa.MetaData", there: set[str], shown: str
) -> None:
    """Refuse tables that have our names and are not ours: the version is the sign that they are.

    Whether columns fit is another question: those of another version need not.
    """
    columns = known.get_columns("gsd_schema") if "gsd_schema" in there else []
    if [one["name"] for one in columns] != [one.name for one in metadata.tables["gsd_schema"].c]:
        raise Refusal(
            f"{shown}: gsd-run did not make the tables {', '.join(sorted(there))} there, and would "
            "write into them; give another database"
        )


def _schema() -> "sa.MetaData":
    """Return the tables of this version: a column for each field, in the order of the values."""
    import sqlalchemy as sa  # noqa: PLC0415

    from gsd_run.domain import history  # noqa: PLC0415

    metadata = sa.MetaData()
    sa.Table("gsd_schema", metadata, sa.Column("version", sa.Integer, primary_key=True))
    sa.Table("gsd_runs", metadata, *_columns(PastRun, ("project", "run")))
    owner: dict[str, tuple[type[msgspec.Struct], tuple[str, ...]]] = {
        "gsd_tasks": (history.PastTask, ("task",)),
        "gsd_attempts": (history.PastAttempt, ("task", "attempt")),
        "gsd_claims": (history.PastClaim, ("claim",)),
        "gsd_commands": (history.PastCommand, ("number",)),
        "gsd_tests": (history.PastTests, ("number",)),
    }
    for name, (kind, key) in owner.items():
        sa.Table(
            name,
            metadata,
            sa.Column("project", sa.Text, primary_key=True),
            sa.Column("run", sa.Text, primary_key=True),
            *_columns(kind, key),
            sa.ForeignKeyConstraint(
                ["project", "run"], ["gsd_runs.project", "gsd_runs.run"], ondelete="CASCADE"
            ),
        )
    return metadata


def _columns(kind: type[msgspec.Struct], key: tuple[str, ...]) -> "Iterator[sa.Column[Any]]":
    import datetime as dt  # noqa: PLC0415

    import sqlalchemy as sa  # noqa: PLC0415

    sorts: dict[object, Any] = {
        str: sa.Text(),
        int: sa.BigInteger(),
        float: sa.Double(),
        bool: sa.Boolean(),
        dt.datetime: sa.DateTime(timezone=True),
    }
    for field in msgspec.structs.fields(kind):
        if not field.name.startswith("of_"):
            named = getattr(field.type, "__args__", (field.type,))
            plain = [str if isinstance(one, str) else one for one in named]  # a Literal's words
            column: sa.Column[Any] = sa.Column(
                field.name,
                sorts[plain[0]],
                primary_key=field.name in key,
                nullable=type(None) in plain,
                autoincrement=False,
            )
            yield column


def _written(
    connection: "sa.Connection", tables: "dict[str, sa.Table]", runs: Sequence[PastRun]
) -> int:
    """Write runs with all that belongs to them, but those of which more is known; count them."""
    import sqlalchemy as sa  # noqa: PLC0415

    table = tables["gsd_runs"]
    found = connection.execute(sa.select(table.c.project, table.c.run, table.c.events))
    known = {(project, run): events for project, run, events in found}
    new = [run for run in runs if (run.project, run.run) not in known]
    newer = [run for run in runs if known.get((run.project, run.run), run.events + 1) <= run.events]
    theirs = [{"of_project": run.project, "of_run": run.run} for run in newer]
    if newer:
        for name in _ROWS:
            connection.execute(tables[name].delete().where(_of_run(tables[name])), theirs)
        changed = table.update().where(_of_run(table))
        rows = [_values(run) | keys for run, keys in zip(newer, theirs, strict=True)]
        connection.execute(changed, rows)
    if new:
        connection.execute(table.insert(), [_values(run) for run in new])
    for name, field in _ROWS.items():
        rows = [
            {"project": run.project, "run": run.run} | _values(one)
            for run in (*new, *newer)
            for one in getattr(run, field)
        ]
        if rows:
            connection.execute(tables[name].insert(), rows)
    return len(new) + len(newer)


def _of_run(table: "sa.Table") -> "sa.ColumnElement[bool]":
    import sqlalchemy as sa  # noqa: PLC0415

    named = (table.c.project == sa.bindparam("of_project"), table.c.run == sa.bindparam("of_run"))
    return sa.and_(*named)


def _values(value: msgspec.Struct) -> dict[str, object]:
    """Return a value's fields for a row; no text holds what a database refuses."""
    fields = cast("dict[str, object]", msgspec.structs.asdict(value))
    return {
        name: visible(told) if isinstance(told, str) else told
        for name, told in fields.items()
        if not name.startswith("of_")
    }


def _without_password(error: Exception, url: "sa.URL") -> str:
    """Return what is wrong on one line, the password in none of its forms."""
    told = " ".join(str(getattr(error, "orig", None) or error).split())
    given = [str(url.password or ""), *(str(url.query.get(name, "")) for name in _SECRETS)]
    for password in filter(None, given):
        for form in (password, quote(password), quote_plus(password), quote(password, safe="")):
            told = told.replace(form, "***")
    return re.sub(r"\(Background on this error at: .*\)", "", told).strip()
