import pytest

from library.models import Base
from library.store import SessionLocal, engine


@pytest.fixture
def db():
    """The database of the library."""
    Base.metadata.create_all(engine)
    session = SessionLocal()
    try:
        yield session
    finally:
        session.close()
