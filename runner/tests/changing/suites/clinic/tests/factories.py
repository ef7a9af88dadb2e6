import factory
from factory.alchemy import SQLAlchemyModelFactory

from clinic.database import Session
from clinic.models import Doctor, Patient, Visit


class DoctorFactory(SQLAlchemyModelFactory):
    class Meta:
        model = Doctor
        sqlalchemy_session = Session

    licence = factory.Sequence(lambda n: f"L{n:05}")
    name = factory.Faker("name")


class PatientFactory(SQLAlchemyModelFactory):
    class Meta:
        model = Patient
        sqlalchemy_session = Session

    name = factory.Faker("name")


class VisitFactory(SQLAlchemyModelFactory):
    class Meta:
        model = Visit
        sqlalchemy_session = Session

    doctor = factory.SubFactory(DoctorFactory)
    patient = factory.SubFactory(PatientFactory)
    reason = "cough"
