import datetime as dt
import enum
from typing import Annotated, Optional

from sqlalchemy import ForeignKey, String, create_engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    declared_attr,
    mapped_column,
    relationship,
    sessionmaker,
)

from bakery.settings import DATABASE

key = Annotated[int, mapped_column(primary_key=True)]
engine = create_engine(DATABASE)
Session = sessionmaker(bind=engine)


class Base(DeclarativeBase):
    type_annotation_map = {str: String(50)}

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return cls.__name__.lower()


class Grain(enum.Enum):
    RYE = "rye"
    WHEAT = "wheat"


class Named:
    name: Mapped[str] = mapped_column(unique=True)


class Customer(Named, Base):
    id: Mapped[key]
    since: Mapped[dt.date]
    referrer_id: Mapped[Optional[int]] = mapped_column(ForeignKey("customer.id"))

    referrer: Mapped[Optional["Customer"]] = relationship(remote_side="Customer.id")
    orders: Mapped[list["Order"]] = relationship(back_populates="customer")


class Bread(Named, Base):
    id: Mapped[key]
    grain: Mapped[Grain]
    price: Mapped[float] = mapped_column(default=3.5)


class Order(Base):
    id: Mapped[key]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    bread_id: Mapped[int] = mapped_column(ForeignKey("bread.id"))
    loaves: Mapped[int] = mapped_column(default=1)
    note: Mapped[Optional[str]]

    customer: Mapped[Customer] = relationship(back_populates="orders")
    bread: Mapped[Bread] = relationship()
