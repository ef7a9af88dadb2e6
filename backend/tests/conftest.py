"""Set-up shared by all backend tests.

A test session starts from a new schema. Without ``DATABASE_URL`` it gets a database of
its own in a temporary folder, so that runs at the same time don't meet; with it, the
given database is emptied first and keeps what the tests left behind.
"""

import gc
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import configure_mappers

_private_folder: tempfile.TemporaryDirectory | None = None

# core.database reads the variable when it is imported, so this comes before any import
# of the application.
if not os.environ.get("DATABASE_URL"):
    _private_folder = tempfile.TemporaryDirectory(
        prefix="agent-platform-tests-", ignore_cleanup_errors=True
    )
    os.environ["DATABASE_URL"] = f"sqlite:///{Path(_private_folder.name) / 'tests.db'}"

# The models live as long as the run; looking for garbage among them only takes time.
gc.disable()
from core import models  # noqa: E402
from core.database import engine  # noqa: E402

configure_mappers()
gc.freeze()
gc.enable()


def _relax_durability(dbapi_connection: Any, connection_record: Any) -> None:
    """A test database needn't survive a power cut."""
    dbapi_connection.execute("PRAGMA synchronous=OFF")
    dbapi_connection.execute("PRAGMA journal_mode=MEMORY")


@pytest.fixture(scope="session", autouse=True)
def schema() -> Iterator[None]:
    """Start the session from empty tables."""
    sqlite = engine.dialect.name == "sqlite"
    if sqlite:
        event.listen(engine, "connect", _relax_durability)

    with engine.begin() as connection:
        if sqlite:
            # One transaction for all tables; the driver wouldn't open one for DDL.
            connection.exec_driver_sql("BEGIN")
        models.Base.metadata.drop_all(connection)
        models.Base.metadata.create_all(connection)

    yield

    engine.dispose()
    if _private_folder is not None:
        _private_folder.cleanup()
