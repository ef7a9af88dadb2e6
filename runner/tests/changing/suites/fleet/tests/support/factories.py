"""Factories that somebody began."""

import factory
from factory.alchemy import SQLAlchemyModelFactory

from fleet.models import Depot, Vehicle


class Base(SQLAlchemyModelFactory):
    class Meta:
        abstract = True
        sqlalchemy_session_persistence = "flush"


class DepotFactory(Base):
    class Meta:
        model = Depot

    code = factory.Sequence(lambda n: f"D{n}")
    city = "Braga"


class VehicleFactory(Base):
    class Meta:
        model = Vehicle

    plate = factory.Sequence(lambda n: f"AA-{n:04}")
    depot = factory.SubFactory(DepotFactory)
