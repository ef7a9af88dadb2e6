"""Fixtures of the unit tests."""

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.database import SessionLocal
from core.models import Workspace

DEFAULT_WORKSPACE_ID = "default"

_session: Session | None = None


def _open_session() -> Session:
    """Open the session of this run and put the default workspace into it."""
    session = SessionLocal()
    try:
        session.add(
            Workspace(
                id=DEFAULT_WORKSPACE_ID,
                name="Default Workspace",
                slug="default",
                owner_id="system",
            )
        )
        session.flush()
    except IntegrityError:
        # The workspace is there already.
        pass
    return session


@pytest.fixture
def db():
    """Database session for tests.

    Opened once and then kept: with a session per test the suite became slow.
    """
    global _session
    if _session is None:
        _session = _open_session()
    yield _session
