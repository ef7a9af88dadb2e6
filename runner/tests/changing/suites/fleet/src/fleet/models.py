from sqlalchemy import (
    Column,
    DateTime,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    func,
)
from sqlalchemy.orm import DeclarativeBase, backref, relationship


class Base(DeclarativeBase):
    __abstract__ = True

    def label(self):
        return f"{type(self).__name__} {self.id}"


class Depot(Base):
    __tablename__ = "depots"
    __table_args__ = (Index("ix_depots_code", "code"),)

    id = Column(Integer, primary_key=True)
    code = Column(String(10), nullable=False, unique=True)
    city = Column(String(60), nullable=False)


class Vehicle(Base):
    """A vehicle of any kind; vans and trams have columns of their own."""

    __tablename__ = "vehicles"
    __table_args__ = (Index("ix_vehicles_plate", "plate"),)

    id = Column(Integer, primary_key=True)
    plate = Column(String(12), nullable=False, unique=True, index=True)
    kind = Column(String(10), nullable=False)
    seats = Column(Integer, nullable=False)
    depot_id = Column(ForeignKey("depots.id"), nullable=False)
    made_at = Column(DateTime, server_default=func.now(), nullable=False)

    depot = relationship(Depot, backref=backref("vehicles", order_by="Vehicle.id"))

    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "vehicle"}


class Van(Vehicle):
    __tablename__ = "vans"

    id = Column(ForeignKey("vehicles.id"), primary_key=True)
    volume = Column(Integer, nullable=False)

    __mapper_args__ = {"polymorphic_identity": "van"}


class Trip(Base):
    __tablename__ = "trips"

    vehicle_id = Column(ForeignKey("vehicles.id"), primary_key=True)
    number = Column(Integer, primary_key=True, autoincrement=False)
    state = Column(Enum("open", "closed", name="trip_state"), nullable=False, default="open")

    vehicle = relationship(Vehicle, backref="trips")
    stops = relationship("Stop", back_populates="trip")


class Stop(Base):
    __tablename__ = "stops"
    __table_args__ = (
        ForeignKeyConstraint(["vehicle_id", "trip_number"], ["trips.vehicle_id", "trips.number"]),
    )

    id = Column(Integer, primary_key=True)
    vehicle_id = Column(Integer, nullable=False)
    trip_number = Column(Integer, nullable=False)
    place = Column(String(60), nullable=False)

    trip = relationship(Trip, back_populates="stops")
