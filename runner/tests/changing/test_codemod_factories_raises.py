"""Violations stay what a test is about, on a hospital: as functions, classes and unittest."""

import subprocess
import sys
from pathlib import Path

from gsd_run.changing.codemods.testing import assert_codemod
from gsd_run.domain.change import Undecided

MODELS = """
import enum
from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Blood(enum.Enum):
    A = "a"
    B = "b"


class Ward(Base):
    __tablename__ = "wards"
    __table_args__ = (CheckConstraint("beds BETWEEN 1 AND 40", name="beds_in_range"),)

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    title: Mapped[str] = mapped_column(String(60))
    beds: Mapped[int] = mapped_column(default=4)
    open_since: Mapped[datetime | None]


class Patient(Base):
    __tablename__ = "patients"
    __table_args__ = (
        UniqueConstraint("ward_code", "bed"),
        CheckConstraint("discharged_on IS NULL OR discharged_on >= admitted_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    insurance_no: Mapped[str] = mapped_column(String(12), unique=True)
    surname: Mapped[str] = mapped_column(String(40))
    blood: Mapped[Blood] = mapped_column(Enum(Blood), default=Blood.A)
    bed: Mapped[int]
    admitted_on: Mapped[int] = mapped_column(default=0)
    discharged_on: Mapped[int | None]
    chart: Mapped[dict] = mapped_column(JSON)
    ward_code: Mapped[str] = mapped_column(ForeignKey("wards.code"))

    ward: Mapped[Ward] = relationship()


class Visit(Base):
    __tablename__ = "visits"

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"))
    visitor: Mapped[str] = mapped_column(String(40))
"""

FACTORIES = """
import factory

from hospital.models import Patient, Visit, Ward
from tests.factories.base import BaseFactory


class WardFactory(BaseFactory):
    class Meta:
        model = Ward

    code = factory.Sequence(lambda n: f"w{n}")
    title = "Surgery"
    beds = 12


class PatientFactory(BaseFactory):
    class Meta:
        model = Patient

    ward = factory.SubFactory(WardFactory)
    insurance_no = factory.Sequence(lambda n: f"no-{n}")
    surname = factory.Faker("last_name")
    bed = factory.Sequence(lambda n: n)
    chart = factory.LazyFunction(dict)


class VisitFactory(BaseFactory):
    class Meta:
        model = Visit

    class Params:
        patient = factory.SubFactory(PatientFactory)

    patient_id = factory.SelfAttribute("patient.id")
    visitor = "Aunt"
"""

EXPECTING = """
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import DataError, IntegrityError

REFUSALS = (IntegrityError, DataError)


@contextmanager
def refused(session, match=""):
    with pytest.raises(REFUSALS, match=match):
        yield
    session.rollback()


def raising(error):
    return pytest.raises(error)
"""


def hospital(shop: dict[str, str], test: str) -> dict[str, str]:
    """Return the files of a hospital with one test file, on the database of the shop."""
    kept = {p: t for p, t in shop.items() if "factories" not in p or p.endswith("base.py")}
    files = {p.replace("shop", "hospital"): t.replace("shop", "hospital") for p, t in kept.items()}
    names = "PatientFactory, VisitFactory, WardFactory"
    return {
        **files,
        "src/hospital/models.py": MODELS,
        "tests/factories/__init__.py": f"from tests.factories.all import {names}\n",
        "tests/factories/all.py": FACTORIES,
        "tests/expecting.py": EXPECTING,
        "tests/test_hospital.py": test,
    }


def closing_line(folder: Path) -> str:
    """Return pytest's closing line."""
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"]
    ended = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
    return ended.stdout.strip().splitlines()[-1].rpartition(" in ")[0]


FUNCTIONS_BEFORE = """
import pytest
from sqlalchemy.exc import IntegrityError, StatementError

from hospital.models import Patient, Visit, Ward
from tests.expecting import raising, refused
from tests.factories import PatientFactory, WardFactory


def test_check_among_missing_columns(db):
    with pytest.raises(IntegrityError):
        db.add(Ward(code="x", beds=0))
        db.commit()


def test_check_over_two_columns(db):
    patient = Patient(
        insurance_no="7", surname="Roe", bed=1, chart={}, ward=WardFactory(),
        admitted_on=9, discharged_on=3,
    )
    db.add(patient)
    with pytest.raises(IntegrityError):
        db.commit()


def test_json_left_out(db):
    patient = Patient(insurance_no="7", surname="Roe", bed=1, ward=WardFactory())
    db.add(patient)
    with pytest.raises(IntegrityError, match="NOT NULL"):
        db.flush()


def test_helper_around_raises(db):
    first = PatientFactory()
    second = Patient(insurance_no=first.insurance_no, surname="Doe", bed=2, chart={}, ward=first.ward)
    db.add(second)
    with refused(db, match="UNIQUE"):
        db.flush()


def test_helper_that_is_told_the_error(db):
    ward = WardFactory()
    double = Ward(code=ward.code, title="Again")
    db.add(double)
    with raising(IntegrityError):
        db.commit()
    db.rollback()


def test_in_a_savepoint(db):
    db.add(Ward(code="twice", title="One"))
    db.flush()
    again = Ward(code="twice", title="Two")
    with pytest.raises(IntegrityError), db.begin_nested():
        db.add(again)
        db.flush()
    assert db.query(Ward).one().title == "One"


def test_no_such_patient(db):
    visit = Visit(patient_id=99, visitor="Nobody")
    db.add(visit)
    with pytest.raises(IntegrityError):
        db.commit()


def test_no_patient(db):
    with pytest.raises(IntegrityError):
        db.add(Visit(visitor="Nobody"))
        db.commit()


@pytest.mark.parametrize("beds", [0, 41])
def test_check_by_parameter(db, beds):
    ward = Ward(code="c", title="Check", beds=beds)
    db.add(ward)
    with pytest.raises(IntegrityError):
        db.commit()


@pytest.mark.xfail(raises=IntegrityError, strict=True)
def test_marked(db):
    db.add(Ward(code="m"))
    db.flush()


def test_pending_parent(db):
    ward = Ward(code="p", title="Pending")
    patient = Patient(ward=ward, insurance_no="1", bed=1, chart={}, surname=None)
    db.add_all([ward, patient])
    with pytest.raises(IntegrityError):
        db.commit()


def test_the_same_bed(db):
    ward = WardFactory()
    for number in ("1", "2"):
        patient = Patient(ward=ward, insurance_no=number, surname="Twin", bed=5, chart={})
        db.add(patient)
    with pytest.raises(IntegrityError):
        db.commit()
"""

FUNCTIONS_AFTER = """
import pytest
from factory.declarations import SKIP
from sqlalchemy.exc import IntegrityError, StatementError

from hospital.models import Ward
from tests.expecting import raising, refused
from tests.factories import PatientFactory, VisitFactory, WardFactory


def test_check_among_missing_columns(db):
    with pytest.raises(IntegrityError):
        WardFactory(code="x", beds=0, _session=db)
        db.commit()


def test_check_over_two_columns(db):
    with pytest.raises(IntegrityError):
        patient = PatientFactory(
            insurance_no="7", surname="Roe", bed=1, chart={}, ward=WardFactory(_session=db),
            admitted_on=9, discharged_on=3,
            _session=db,
        )
        db.commit()


def test_json_left_out(db):
    with pytest.raises(IntegrityError, match="NOT NULL"):
        patient = PatientFactory(
            insurance_no="7",
            surname="Roe",
            bed=1,
            ward=WardFactory(_session=db),
            chart=SKIP,
            _session=db,
        )
        db.flush()


def test_helper_around_raises(db):
    first = PatientFactory(_session=db)
    with refused(db, match="UNIQUE"):
        second = PatientFactory(
            insurance_no=first.insurance_no,
            surname="Doe",
            bed=2,
            chart={},
            ward=first.ward,
            _session=db,
        )
        db.flush()


def test_helper_that_is_told_the_error(db):
    ward = WardFactory(_session=db)
    with raising(IntegrityError):
        double = WardFactory(code=ward.code, title="Again", _session=db)
        db.commit()
    db.rollback()


def test_in_a_savepoint(db):
    WardFactory(code="twice", title="One", _session=db)
    db.flush()
    with pytest.raises(IntegrityError), db.begin_nested():
        again = WardFactory(code="twice", title="Two", _session=db)
        db.flush()
    assert db.query(Ward).one().title == "One"


def test_no_such_patient(db):
    with pytest.raises(IntegrityError):
        visit = VisitFactory(patient_id=99, visitor="Nobody", patient=None, _session=db)
        db.commit()


def test_no_patient(db):
    with pytest.raises(IntegrityError):
        VisitFactory(visitor="Nobody", patient=None, patient_id=None, _session=db)
        db.commit()


@pytest.mark.parametrize("beds", [0, 41])
def test_check_by_parameter(db, beds):
    with pytest.raises(IntegrityError):
        ward = WardFactory(code="c", title="Check", beds=beds, _session=db)
        db.commit()


@pytest.mark.xfail(raises=IntegrityError, strict=True)
def test_marked(db):
    WardFactory(code="m", title=None, _session=db)
    db.flush()


def test_pending_parent(db):
    ward = WardFactory(code="p", title="Pending", _session=db)
    with pytest.raises(IntegrityError):
        patient = PatientFactory(ward=ward, insurance_no="1", bed=1, chart={}, surname=None, _session=db)
        db.commit()


def test_the_same_bed(db):
    ward = WardFactory(_session=db)
    with pytest.raises(IntegrityError):
        for number in ("1", "2"):
            patient = PatientFactory(
                ward=ward,
                insurance_no=number,
                surname="Twin",
                bed=5,
                chart={},
                _session=db,
            )
        db.commit()
"""


def test_functions(tmp_path, shop):
    result = assert_codemod(
        tmp_path,
        "factories",
        hospital(shop, FUNCTIONS_BEFORE),
        {"tests/test_hospital.py": FUNCTIONS_AFTER},
        options={"tests": "tests/test_hospital.py"},
    )
    assert result.undecided == ()
    assert closing_line(tmp_path) == "12 passed, 1 xfailed"


UNITTEST_BEFORE = """
import unittest

from sqlalchemy import exc

from hospital.database import Session, engine
from hospital.models import Patient, Visit, Ward
from tests.factories import PatientFactory


class Base(unittest.TestCase):
    def setUp(self):
        self.connection = engine.connect()
        self.transaction = self.connection.begin()
        self.session = Session(bind=self.connection, join_transaction_mode="create_savepoint")

    def tearDown(self):
        self.session.close()
        self.transaction.rollback()
        self.connection.close()

    def assertRefused(self, action):
        with self.assertRaises(exc.IntegrityError):
            action()
        self.session.rollback()


class TestWards(Base):
    def test_twice(self):
        self.session.add(Ward(code="w", title="One"))
        self.session.commit()
        self.session.add(Ward(code="w", title="Two"))
        with self.assertRaises(exc.IntegrityError):
            self.session.commit()

    def test_without_title(self):
        ward = Ward(code="w")
        self.session.add(ward)
        with self.assertRaisesRegex(exc.IntegrityError, "title"):
            self.session.flush()

    def test_called(self):
        self.session.add(Ward(code="w"))
        self.assertRaises(exc.IntegrityError, self.session.flush)

    def test_caught(self):
        patient = PatientFactory(_session=self.session)
        double = Patient(
            insurance_no=patient.insurance_no, surname="D", bed=3, chart={}, ward_code=patient.ward_code
        )
        try:
            self.session.add(double)
            self.session.commit()
        except exc.IntegrityError as error:
            self.assertIn("UNIQUE", str(error))
        else:
            self.fail("stored twice")
"""

UNITTEST_AFTER = """
import unittest

from factory.declarations import SKIP
from sqlalchemy import exc

from hospital.database import Session, engine
from hospital.models import Visit
from tests.factories import PatientFactory, WardFactory


class Base(unittest.TestCase):
    def setUp(self):
        self.connection = engine.connect()
        self.transaction = self.connection.begin()
        self.session = Session(bind=self.connection, join_transaction_mode="create_savepoint")

    def tearDown(self):
        self.session.close()
        self.transaction.rollback()
        self.connection.close()

    def assertRefused(self, action):
        with self.assertRaises(exc.IntegrityError):
            action()
        self.session.rollback()


class TestWards(Base):
    def test_twice(self):
        WardFactory(code="w", title="One", _session=self.session)
        self.session.commit()
        with self.assertRaises(exc.IntegrityError):
            WardFactory(code="w", title="Two", _session=self.session)
            self.session.commit()

    def test_without_title(self):
        with self.assertRaisesRegex(exc.IntegrityError, "title"):
            ward = WardFactory(code="w", title=None, _session=self.session)
            self.session.flush()

    def test_called(self):
        self.session.add(WardFactory.build(code="w", title=None))
        self.assertRaises(exc.IntegrityError, self.session.flush)

    def test_caught(self):
        patient = PatientFactory(_session=self.session)
        try:
            double = PatientFactory(
                insurance_no=patient.insurance_no, surname="D", bed=3, chart={}, ward_code=patient.ward_code,
                ward=SKIP,
                _session=self.session
            )
            self.session.commit()
        except exc.IntegrityError as error:
            self.assertIn("UNIQUE", str(error))
        else:
            self.fail("stored twice")
"""


def test_unittest(tmp_path, shop):
    result = assert_codemod(
        tmp_path,
        "factories",
        hospital(shop, UNITTEST_BEFORE),
        {"tests/test_hospital.py": UNITTEST_AFTER},
        options={"tests": "tests/test_hospital.py"},
    )
    assert result.undecided == ()
    assert closing_line(tmp_path) == "4 passed"


LAPSES = """
import pytest
from sqlalchemy.exc import DataError, IntegrityError

from hospital.models import Blood, Patient, Visit, Ward
from tests.factories import PatientFactory, WardFactory


def test_too_long(db):
    ward = Ward(code="w", title="x" * 100)
    db.add(ward)
    with pytest.raises(DataError):
        db.commit()


def test_default_instead_of_none(db):
    with pytest.raises(IntegrityError):
        db.add(Ward(code="w", title="t", beds=None))
        db.flush()


def test_null_of_json(db):
    patient = Patient(ward=WardFactory(), insurance_no="1", surname="S", bed=1, chart=None)
    db.add(patient)
    with pytest.raises(IntegrityError):
        db.commit()


def test_text_for_a_number(db):
    with pytest.raises((DataError, IntegrityError)):
        db.add(Patient(ward=WardFactory(), insurance_no="1", surname="S", bed="one", chart={}))
        db.commit()


def test_other_blood(db):
    with pytest.raises(DataError):
        db.add(Patient(ward=WardFactory(), insurance_no="1", surname="S", bed=1, chart={}, blood="C"))
        db.commit()
"""
ORPHAN = """
import pytest
from sqlalchemy.exc import IntegrityError

from hospital.models import Visit


class TestVisits:
    def test_no_such_patient(self, db):
        visit = Visit(patient_id=99, visitor="Nobody")
        db.add(visit)
        with pytest.raises(IntegrityError):
            db.commit()
"""


def left(line: int, message: str, *candidates: str) -> Undecided:
    said = f"no error can come of this: {message}"
    return Undecided(path="tests/test_hospital.py", line=line, message=said, candidates=candidates)


def test_violations_that_the_database_lets_pass_are_listed(tmp_path, shop):
    after = LAPSES.replace("WardFactory()", "WardFactory(_session=db)")
    result = assert_codemod(
        tmp_path,
        "factories",
        hospital(shop, LAPSES),
        {"tests/test_hospital.py": after},
        options={"tests": "tests/test_hospital.py"},
    )
    assert result.undecided == (
        left(
            10,
            "title is given 100 letters of 60, which SQLite does not count",
            "CheckConstraint('length(title) <= 60')",
        ),
        left(
            18,
            "beds=None gives way to the default of Ward",
            "beds=null() of sqlalchemy",
            "no default of beds",
        ),
        left(
            23,
            "chart=None is stored as the null of JSON",
            "chart=null() of sqlalchemy",
            "JSON(none_as_null=True)",
        ),
        left(
            31,
            "bed is given a text, which SQLite stores in a column of numbers, too",
            "CheckConstraint('typeof(bed) = \\'integer\\'')",
        ),
        left(37, "blood takes any text unless the database knows the values", "A", "B"),
    )
    assert closing_line(tmp_path) == "5 failed"


def test_foreign_keys_that_nobody_looks_at(tmp_path, shop):
    files = hospital(shop, ORPHAN)
    database = files["src/hospital/database.py"]
    files["src/hospital/database.py"] = database.replace(
        "PRAGMA foreign_keys=ON", "PRAGMA user_version"
    )
    result = assert_codemod(
        tmp_path, "factories", files, {}, options={"tests": "tests/test_hospital.py"}
    )
    assert result.undecided == (
        left(
            10,
            "Visit is given the key of no parent, and SQLite looks at foreign keys only "
            "when it is told to",
            "PRAGMA foreign_keys=ON for every connection of the tests",
        ),
    )
