"""What is measured where, kept asynchronously."""

import enum
import uuid
from datetime import datetime

from sqlalchemy import Enum, ForeignKey, String, UniqueConstraint, func
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(AsyncAttrs, DeclarativeBase):
    pass


class Unit(enum.Enum):
    CELSIUS = "C"
    PERCENT = "%"


class Site(Base):
    __tablename__ = "sites"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    city: Mapped[str] = mapped_column(String(60))
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())

    sensors: Mapped[list["Sensor"]] = relationship(back_populates="site", lazy="selectin")


class Sensor(Base):
    __tablename__ = "sensors"
    __table_args__ = (UniqueConstraint("site_id", "label", name="label_per_site"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sites.id"))
    label: Mapped[str] = mapped_column(String(40))
    unit: Mapped[Unit] = mapped_column(Enum(Unit))
    active: Mapped[bool] = mapped_column(default=True)

    site: Mapped[Site] = relationship(back_populates="sensors", lazy="joined")
    readings: Mapped[list["Reading"]] = relationship(back_populates="sensor", lazy="selectin")


class Reading(Base):
    __tablename__ = "readings"

    id: Mapped[int] = mapped_column(primary_key=True)
    sensor_id: Mapped[int] = mapped_column(ForeignKey("sensors.id"))
    value: Mapped[float]
    taken_at: Mapped[datetime]

    sensor: Mapped[Sensor] = relationship(back_populates="readings", lazy="joined")
