"""Fixtures and generators of the property tests.

A property test states something that holds for every value of a kind, and is run with a
number of values. The values come from generators below; each is a function of a seed,
so that a failing case can be run again: its seed is in the test's id.
"""

import random
import string
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from core.database import engine
from core.models import AgentRegistry, AgentStatus, User, Workspace

# How many values a property is tried with unless the test asks for another number.
DEFAULT_CASES = 12

# Values that have broken something before; every kind of text is tried with them first.
AWKWARD_TEXTS = (
    " ",
    "'; DROP TABLE users; --",
    "Zoë Ångström",
    "名前",
    "line one\nline two",
    "\N{ZERO WIDTH SPACE}",
    "🙂",
)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known that sets the number of cases."""
    config.addinivalue_line("markers", "cases(count): number of values to try a property with")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Repeat every test that takes a ``seed`` once for each case."""
    if "seed" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("cases")
    count = marker.args[0] if marker else DEFAULT_CASES
    metafunc.parametrize("seed", range(count), ids=lambda seed: f"seed{seed}")


class Generator:
    """Makes values of the kinds that the models hold."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = random.Random(seed)

    def text(self, longest: int = 40) -> str:
        """Any text that isn't empty."""
        if self.seed < len(AWKWARD_TEXTS):
            return AWKWARD_TEXTS[self.seed]
        alphabet = string.ascii_letters + string.digits + " -_.,äöüß"
        length = self.random.randint(1, longest)
        return "".join(self.random.choice(alphabet) for _ in range(length))

    def slug(self) -> str:
        """A short name that is used once only."""
        letters = "".join(self.random.choice(string.ascii_lowercase) for _ in range(8))
        return f"{letters}-{self.seed}"

    def share(self) -> float:
        """A number from 0 to 1, the borders first."""
        if self.seed < 2:
            return float(self.seed)
        return self.random.random()

    def outside_share(self) -> float:
        """A number that isn't from 0 to 1."""
        distance = self.random.uniform(0.001, 1000)
        return -distance if self.seed % 2 else 1 + distance

    def member(self, enum_class: type) -> Any:
        """A member of an enumeration; enough seeds reach all of them."""
        members = list(enum_class)
        return members[self.seed % len(members)]

    def document(self, depth: int = 3) -> dict[str, Any]:
        """A JSON object of some depth."""
        return {self.slug(): self._json_value(depth) for _ in range(self.random.randint(0, 4))}

    def _json_value(self, depth: int) -> Any:
        makers: list[Callable[[], Any]] = [
            lambda: None,
            lambda: self.random.choice([True, False]),
            lambda: self.random.randint(-(2**53), 2**53),
            lambda: self.random.randint(-1000, 1000) / 8,
            self.text,
        ]
        if depth > 0:
            makers += [
                lambda: self.document(depth - 1),
                lambda: [self._json_value(depth - 1) for _ in range(3)],
            ]
        return self.random.choice(makers)()

    def user(self) -> User:
        """A person who isn't stored yet."""
        return User(
            email=f"{self.slug()}@example.org",
            hashed_password="not-a-hash",
            first_name=self.text(),
            last_name=self.text(),
        )

    def workspace(self) -> Workspace:
        """A workspace that isn't stored yet."""
        return Workspace(name=self.text(), slug=self.slug(), settings=self.document())

    def agent(self) -> AgentRegistry:
        """An agent that isn't stored yet."""
        return AgentRegistry(
            name=self.text(),
            category=self.slug(),
            module_path="agents.generated",
            class_name="GeneratedAgent",
            status=self.member(AgentStatus),
            confidence_score=self.share(),
        )


@pytest.fixture
def generator(seed: int) -> Generator:
    """Generator of this case."""
    return Generator(seed)


def _emit_begin(connection: Connection) -> None:
    """Open the transaction that the driver no longer opens."""
    connection.exec_driver_sql("BEGIN")


@pytest.fixture
def connection() -> Iterator[Connection]:
    """Connection on which BEGIN and SAVEPOINT reach the database when they are issued."""
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        if engine.dialect.name == "sqlite":
            # The driver's own transaction handling would end ours too early.
            driver.isolation_level = None
            event.listen(connection, "begin", _emit_begin)
        yield connection
        if engine.dialect.name == "sqlite":
            driver.isolation_level = ""


@pytest.fixture
def db_session(connection: Connection) -> Iterator[Session]:
    """Session whose work is undone after the test, commits included."""
    transaction = connection.begin()
    session = Session(bind=connection, join_transaction_mode="create_savepoint")
    yield session

    # Roll back what the test did, then give the session up.
    transaction.rollback()
    session.close()
