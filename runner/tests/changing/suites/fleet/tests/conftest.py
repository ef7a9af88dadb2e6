from collections import namedtuple

import pytest

from fleet.db import NewSession, engine
from fleet.models import Base

World = namedtuple("World", "session engine")


@pytest.fixture(scope="session", autouse=True)
def schema():
    Base.metadata.create_all(engine)
    yield
    Base.metadata.drop_all(engine)


@pytest.fixture
def world():
    session = NewSession()
    yield World(session, engine)
    session.close()


@pytest.fixture
def pair():
    session = NewSession()
    yield session, engine
    session.close()
