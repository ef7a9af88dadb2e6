import pytest

from warehouse.orm import registry
from warehouse.uow import DEFAULT_ENGINE, DEFAULT_FACTORY, StockRepository, UnitOfWork


@pytest.fixture(scope="module", autouse=True)
def schema():
    registry.metadata.create_all(DEFAULT_ENGINE)
    yield
    registry.metadata.drop_all(DEFAULT_ENGINE)


@pytest.fixture
def store():
    session = DEFAULT_FACTORY()
    yield session
    session.close()


@pytest.fixture
def uow():
    with UnitOfWork() as uow:
        yield uow


@pytest.fixture
def repo(store):
    return StockRepository(store)
