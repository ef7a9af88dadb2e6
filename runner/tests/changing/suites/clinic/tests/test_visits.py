import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from clinic.models import Doctor, Invoice, Patient, Status, Visit


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_doctor_fixture(session, doctor):
    session.flush()
    assert doctor.id is not None
    assert doctor.visits == []


def test_visit_fixture(session, visit):
    session.flush()
    assert visit.status is Status.PLANNED
    assert visit.patient.visits == [visit]


def test_doctor_is_kept(session):
    session.add(Doctor(licence="L-1", name="Dr. Ito"))
    session.commit()
    assert count(session, Doctor) == 1


def test_doctor_is_kept_with_room(session):
    doctor = Doctor(licence="L-1", name="Dr. Ito", room="12b")
    session.add(doctor)
    session.commit()
    assert count(session, Doctor) == 1
    assert doctor.room == "12b"


def test_visit_of_a_doctor(session, doctor):
    session.flush()
    visit = Visit(doctor_id=doctor.id, reason="fever")
    session.add(visit)
    session.commit()
    assert doctor.visits == [visit]
    assert visit.status == Status.PLANNED


def test_visits_by_status(session, doctor_factory):
    doctor = doctor_factory(name="Dr. Sousa")
    patient = Patient(name="Rui")
    session.add(patient)
    session.flush()
    for status in Status:
        session.add(Visit(doctor=doctor, patient=patient, reason="check", status=status))
    session.commit()
    done = session.scalars(select(Visit).where(Visit.status == Status.DONE)).all()
    assert [visit.doctor.name for visit in done] == ["Dr. Sousa"]


def test_licence_is_unique(session, doctor_factory):
    doctor_factory(licence="SAME")
    session.flush()
    with pytest.raises(IntegrityError):
        session.add(Doctor(licence="SAME", name="Dr. Twin"))
        session.flush()


def test_patient_needs_a_name(session):
    patient = Patient(number="P-7")
    session.add(patient)
    with pytest.raises(IntegrityError):
        session.commit()
    session.rollback()
    assert count(session, Patient) == 0


@pytest.mark.parametrize("visit__reason", ["headache"])
def test_given_reason(session, visit):
    session.flush()
    assert visit.reason == "headache"


class TestInvoices:
    def test_invoice(self, session, visit_factory):
        invoice = Invoice(code="I-1", visit=visit_factory(), amount=10.5)
        session.add(invoice)
        session.commit()
        assert invoice.visit.reason == "cough"

    def test_amount_of_all(self, session):
        session.add_all([Invoice(code="I-1", amount=10), Invoice(code="I-2", amount=5)])
        session.commit()
        assert session.scalar(select(func.sum(Invoice.amount))) == 15
