from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Stamped:
    """When a row came to be."""

    created_at: Mapped[datetime] = mapped_column(default=datetime.now)


class Status(StrEnum):
    PLANNED = "planned"
    DONE = "done"
    MISSED = "missed"


class Doctor(Stamped, Base):
    __tablename__ = "doctors"

    id: Mapped[int] = mapped_column(primary_key=True)
    licence: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str]
    room: Mapped[str | None]

    visits: Mapped[list["Visit"]] = relationship(back_populates="doctor")


class Patient(Stamped, Base):
    __tablename__ = "patients"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str]

    visits: Mapped[list["Visit"]] = relationship(back_populates="patient")


class Visit(Stamped, Base):
    __tablename__ = "visits"

    id: Mapped[int] = mapped_column(primary_key=True)
    doctor_id: Mapped[int] = mapped_column(ForeignKey("doctors.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"))
    reason: Mapped[str]
    status: Mapped[Status] = mapped_column(default=Status.PLANNED)

    doctor: Mapped[Doctor] = relationship(back_populates="visits")
    patient: Mapped[Patient] = relationship(back_populates="visits")


class Invoice(Base):
    __tablename__ = "invoices"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"))
    amount: Mapped[float]

    visit: Mapped[Visit] = relationship()
