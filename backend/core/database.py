"""Engine, sessions and the declarative base.

The database is chosen by ``DATABASE_URL``. Without it a local SQLite file is
used, which is what developers run against; deployments set the variable.
"""

import enum
import os
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import JSON, DateTime, Enum, MetaData, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

DATABASE_URL = os.environ.get("DATABASE_URL") or "sqlite:///./agent_platform.db"

# Seconds a SQLite writer waits for another writer before it gives up.
SQLITE_BUSY_TIMEOUT = 1.0

CONSTRAINT_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time that is aware and in UTC, also where the database drops the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None or value.tzinfo is None:
            return value
        return value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=timezone.utc)


def enum_values(enum_class: type[enum.Enum]) -> list[str]:
    """Store the values of an enum, not the names of its members."""
    return [member.value for member in enum_class]


class Base(DeclarativeBase):
    """Base of every mapped class."""

    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)
    type_annotation_map = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        enum.Enum: Enum(enum.Enum, native_enum=False, length=40, values_callable=enum_values),
    }


def build_engine(url: str = DATABASE_URL):
    """Create an engine; on SQLite with foreign keys switched on for each connection."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)

    sqlite_engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": SQLITE_BUSY_TIMEOUT},
    )

    @event.listens_for(sqlite_engine, "connect")
    def enforce_foreign_keys(dbapi_connection: Any, connection_record: Any) -> None:
        cursor = dbapi_connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    return sqlite_engine


engine = build_engine()

SessionLocal = sessionmaker(bind=engine)


def get_db() -> Iterator[Session]:
    """Yield a session for one request and close it afterwards."""
    session = SessionLocal()
    try:
        yield session
    finally:
        session.close()
