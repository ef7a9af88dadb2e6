import pytest
from pytest_factoryboy import register

from clinic.database import Session
from tests.factories import DoctorFactory, PatientFactory, VisitFactory

register(DoctorFactory)
register(PatientFactory)
register(VisitFactory)


@pytest.fixture(autouse=True)
def session():
    session = Session()
    yield session
    Session.remove()
