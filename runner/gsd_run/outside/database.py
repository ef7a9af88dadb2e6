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
        Refusal: the database can't be reached or written, or a later version made its tables.
    """
    try:
        import sqlalchemy as sa  # noqa: PLC0415 - 150 ms, and an extra
    except ImportError as error:
        told = f"history --sql needs SQLAlchemy, which is not installed: `{INSTALL}`"
        raise UsageError(told) from error
    url = _url(address)
    shown = url.render_as_string(hide_password=True)
    try:
        engine = _engine(url)
    except ImportError as error:
        raise UsageError(f"{shown} needs the module {error.name}: `{INSTALL}`") from error
    try:
        with engine.begin() as connection:
            tables = _prepared(connection, shown)
            written = sum(_written(connection, tables, run) for run in runs)
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
        address = os.environ.get(name, "")
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
    if url.drivername == "sqlite" and url.database in {None, "", ":memory:"}:
        raise UsageError(f"--sql {address}: this is gone when the program ends; give a file's path")
    return url.set(drivername=_DRIVERS[url.drivername])


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
        Refusal: a later version of gsd-run made them.
    """
    import sqlalchemy as sa  # noqa: PLC0415

    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    metadata = _schema()
    metadata.create_all(connection)
    versions = metadata.tables["gsd_schema"]
    there = connection.scalar(sa.select(sa.func.max(versions.c.version)))
    if there is None:
        connection.execute(versions.insert().values(version=VERSION))
    elif there > VERSION:
        raise Refusal(
            f"{shown}: a later version of gsd-run made these tables (schema {there}; this one "
            f"writes {VERSION}); export with that version"
        )
    return dict(metadata.tables)


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


def _written(connection: "sa.Connection", tables: "dict[str, sa.Table]", run: PastRun) -> bool:
    """Write a run with all that belongs to it, unless more is known of it; tell whether it was."""
    from sqlalchemy.dialects import postgresql, sqlite  # noqa: PLC0415

    table = tables["gsd_runs"]
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    values = _values(run)
    new = insert(table).values(values)
    statement = new.on_conflict_do_update(
        index_elements=["project", "run"],
        set_={name: new.excluded[name] for name in values if name not in {"project", "run"}},
        where=new.excluded.events >= table.c.events,
    ).returning(table.c.run)
    if connection.execute(statement).first() is None:
        return False
    for name, field in _ROWS.items():
        rows = tables[name]
        mine = (rows.c.project == run.project) & (rows.c.run == run.run)
        connection.execute(rows.delete().where(mine))
        of_run = {"project": run.project, "run": run.run}
        values_of = [of_run | _values(one) for one in getattr(run, field)]
        if values_of:
            connection.execute(rows.insert(), values_of)
    return True


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
    password = str(url.password or "")
    for form in (password, quote(password), quote_plus(password), quote(password, safe="")):
        if form:
            told = told.replace(form, "***")
    return re.sub(r"\(Background on this error at: .*\)", "", told).strip()
