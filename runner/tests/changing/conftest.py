"""A small shop: models, factories and an isolated session, for tests of the codemod `factories`."""

from textwrap import dedent

import pytest

MODELS = '''
import enum
import uuid
from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


def new_id() -> str:
    return uuid.uuid4().hex


class Base(DeclarativeBase):
    pass


class Size(str, enum.Enum):
    SMALL = "small"
    LARGE = "large"


class Customer(Base):
    __tablename__ = "customers"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    city: Mapped[str] = mapped_column(String(80), default="Lisbon")
    note: Mapped[str | None]
    friend_id: Mapped[str | None] = mapped_column(ForeignKey("customers.id"))

    orders: Mapped[list["Order"]] = relationship(back_populates="customer")
    friend: Mapped["Customer | None"] = relationship(remote_side=[id])


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = (UniqueConstraint("customer_id", "number"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"))
    number: Mapped[int]
    placed_at: Mapped[datetime | None]

    customer: Mapped[Customer] = relationship(back_populates="orders")
    lines: Mapped[list["Line"]] = relationship(back_populates="order")


class Line(Base):
    __tablename__ = "lines"
    __table_args__ = (CheckConstraint("amount > 0"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    article: Mapped[str] = mapped_column(String(80))
    amount: Mapped[int] = mapped_column(default=1)
    size: Mapped[Size]
    options: Mapped[dict] = mapped_column(JSON)

    order: Mapped[Order] = relationship(back_populates="lines")


class Visit(Base):
    """Has a foreign key without a relationship."""

    __tablename__ = "visits"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"))
    page: Mapped[str]
'''

FACTORY_BASE = """
from contextvars import ContextVar

from factory.alchemy import SQLAlchemyModelFactory

from shop.database import Session

given_session = ContextVar("given_session", default=None)


class BaseFactory(SQLAlchemyModelFactory):
    class Meta:
        abstract = True
        sqlalchemy_session_factory = Session
        sqlalchemy_session_persistence = "commit"

    @classmethod
    def _generate(cls, strategy, params):
        session = params.pop("_session", None)
        if session is None:
            return super()._generate(strategy, params)
        token = given_session.set(session)
        try:
            return super()._generate(strategy, params)
        finally:
            given_session.reset(token)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        session = given_session.get()
        if session is None:
            return super()._create(model_class, *args, **kwargs)
        made = model_class(*args, **kwargs)
        session.add(made)
        session.flush()
        return made
"""

SHOP = {
    "pytest.ini": "[pytest]\npythonpath = src\n",
    "src/shop/__init__.py": "",
    "src/shop/models.py": MODELS,
    "src/shop/database.py": """
from sqlalchemy import create_engine, event
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import StaticPool

from shop.models import Base

engine = create_engine("sqlite://", poolclass=StaticPool)


@event.listens_for(engine, "connect")
def connected(connection, _record):
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")


@event.listens_for(engine, "begin")
def begun(connection):
    connection.exec_driver_sql("BEGIN")


Base.metadata.create_all(engine)
Session = sessionmaker(engine)
""",
    "tests/__init__.py": "",
    "tests/factories/__init__.py": """
from tests.factories.customers import CustomerFactory
from tests.factories.orders import OrderFactory

__all__ = ["CustomerFactory", "OrderFactory"]
""",
    "tests/factories/base.py": FACTORY_BASE,
    "tests/factories/customers.py": """
import factory

from shop.models import Customer
from tests.factories.base import BaseFactory


class CustomerFactory(BaseFactory):
    class Meta:
        model = Customer

    email = factory.Sequence(lambda n: f"customer{n}@example.com")
    name = "Ada"
    city = "Porto"
    note = "made for a test"
""",
    "tests/factories/orders.py": """
import factory

from shop.models import Order
from tests.factories.base import BaseFactory
from tests.factories.customers import CustomerFactory


class OrderFactory(BaseFactory):
    class Meta:
        model = Order

    customer = factory.SubFactory(CustomerFactory)
    number = factory.Sequence(lambda n: n)
""",
    "tests/conftest.py": """
import pytest

from shop.database import Session, engine


@pytest.fixture
def db():
    connection = engine.connect()
    transaction = connection.begin()
    session = Session(bind=connection, join_transaction_mode="create_savepoint")
    yield session
    session.close()
    transaction.rollback()
    connection.close()
""",
}


@pytest.fixture
def shop() -> dict[str, str]:
    """The files of a small project, without tests."""
    return {path: dedent(text).lstrip("\n") for path, text in SHOP.items()}
