"""Values that a test asserts and a factory leaves to chance, on a school: they are given."""

import subprocess
import sys
from pathlib import Path

from gsd_run.changing.codemods.testing import assert_codemod

MODELS = """
import enum
from datetime import date

from sqlalchemy import Enum, ForeignKey, Numeric, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Track(str, enum.Enum):
    ARTS = "arts"
    SCIENCE = "science"


class Teacher(Base):
    __tablename__ = "teachers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(80), unique=True)


class Course(Base):
    __tablename__ = "courses"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    track: Mapped[Track] = mapped_column(Enum(Track))
    seats: Mapped[int]
    fee: Mapped[float] = mapped_column(Numeric(6, 2))
    starts_on: Mapped[date]
    open: Mapped[bool]
    room: Mapped[str | None]
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teachers.id"))

    teacher: Mapped[Teacher] = relationship()
"""

FACTORIES = """
from datetime import date
from decimal import Decimal

import factory
from factory import fuzzy

from school.models import Course, Teacher, Track
from tests.factories.base import BaseFactory


class TeacherFactory(BaseFactory):
    class Meta:
        model = Teacher

    name = factory.Faker("name")
    email = factory.Sequence(lambda n: f"t{n}@example.com")


class CourseFactory(BaseFactory):
    class Meta:
        model = Course

    name = factory.Faker("word")
    track = fuzzy.FuzzyChoice(list(Track))
    seats = fuzzy.FuzzyInteger(10, 1000)
    fee = fuzzy.FuzzyDecimal(100, 900, 2)
    starts_on = fuzzy.FuzzyDate(date(2020, 1, 1), date(2024, 1, 1))
    open = factory.Faker("pybool")
    room = "12"
    teacher = factory.SubFactory(TeacherFactory)
"""

BEFORE = """
import datetime
import unittest
from decimal import Decimal

from school.database import Session, engine
from school.models import Course, Teacher, Track
from tests.factories import CourseFactory, TeacherFactory

SEATS = 20


def test_of_each_kind(db):
    course = CourseFactory()
    assert course.name == "Drawing"
    assert course.track is Track.ARTS and SEATS == course.seats
    assert course.fee == Decimal("12.50")
    assert course.starts_on == datetime.date(2021, 9, 1)
    assert not course.open
    assert course.room == "12"


def test_given_or_said_without_a_value(db):
    course = CourseFactory(name="Drawing", open=True)
    assert course.name == "Drawing"
    assert course.open
    assert course.seats > 0
    assert course.fee is not None


def test_of_the_parent(db):
    course = CourseFactory()
    db.commit()
    assert course.teacher.name == "Ms Finch"


def test_of_a_parent_that_is_given(db):
    teacher = TeacherFactory()
    course = CourseFactory(teacher=teacher)
    assert course.teacher.name == teacher.name
    assert teacher.email == "finch@example.com"


def test_read_back(db):
    CourseFactory()
    db.flush()
    found = db.query(Course).one()
    assert found.name == "Drawing"


def test_left_out(db):
    course = Course(track=Track.ARTS, seats=3, fee=1, teacher=TeacherFactory())
    db.add(course)
    db.commit()
    assert course.name == "Drawing"
    assert course.room is None


def test_changed_in_between(db):
    course = CourseFactory(open=False)
    course.name = "Painting"
    enlarge(course)
    db.commit()
    assert course.name == "Painting"
    assert course.seats == 99


def enlarge(course):
    course.seats = 99


def test_two_of_them(db):
    one, two = CourseFactory.create_batch(2)
    for course in (one, two):
        course.seats = 1
    assert one.seats == two.seats == 1


class TestCourses(unittest.TestCase):
    def setUp(self):
        self.session = Session(bind=engine)

    def tearDown(self):
        self.session.rollback()
        self.session.close()

    def test_with_methods(self):
        course = CourseFactory(_session=self.session)
        self.session.flush()
        self.assertEqual(course.name, "Drawing")
        self.assertEqual(20, course.seats)
        self.assertTrue(course.open)
"""

AFTER = """
import datetime
import unittest
from decimal import Decimal

from school.database import Session, engine
from school.models import Course, Teacher, Track
from tests.factories import CourseFactory, TeacherFactory

SEATS = 20


def test_of_each_kind(db):
    course = CourseFactory(
        name="Drawing",
        track=Track.ARTS,
        seats=SEATS,
        fee=Decimal("12.50"),
        starts_on=datetime.date(2021, 9, 1),
        open=False,
        _session=db,
    )
    assert course.name == "Drawing"
    assert course.track is Track.ARTS and SEATS == course.seats
    assert course.fee == Decimal("12.50")
    assert course.starts_on == datetime.date(2021, 9, 1)
    assert not course.open
    assert course.room == "12"


def test_given_or_said_without_a_value(db):
    course = CourseFactory(name="Drawing", open=True, _session=db)
    assert course.name == "Drawing"
    assert course.open
    assert course.seats > 0
    assert course.fee is not None


def test_of_the_parent(db):
    course = CourseFactory(teacher__name="Ms Finch", _session=db)
    db.commit()
    assert course.teacher.name == "Ms Finch"


def test_of_a_parent_that_is_given(db):
    teacher = TeacherFactory(email="finch@example.com", _session=db)
    course = CourseFactory(teacher=teacher, _session=db)
    assert course.teacher.name == teacher.name
    assert teacher.email == "finch@example.com"


def test_read_back(db):
    CourseFactory(name="Drawing", _session=db)
    db.flush()
    found = db.query(Course).one()
    assert found.name == "Drawing"


def test_left_out(db):
    course = CourseFactory(
        track=Track.ARTS,
        seats=3,
        fee=1,
        teacher=TeacherFactory(_session=db),
        room=None,
        name="Drawing",
        _session=db,
    )
    db.commit()
    assert course.name == "Drawing"
    assert course.room is None


def test_changed_in_between(db):
    course = CourseFactory(open=False, _session=db)
    course.name = "Painting"
    enlarge(course)
    db.commit()
    assert course.name == "Painting"
    assert course.seats == 99


def enlarge(course):
    course.seats = 99


def test_two_of_them(db):
    one, two = CourseFactory.create_batch(2, _session=db)
    for course in (one, two):
        course.seats = 1
    assert one.seats == two.seats == 1


class TestCourses(unittest.TestCase):
    def setUp(self):
        connection = engine.connect()
        transaction = connection.begin()
        if not getattr(connection.connection.dbapi_connection, "in_transaction", True):
            # SQLite's driver begins late, and a savepoint needs a transaction that is open.
            connection.exec_driver_sql("BEGIN")
        self.addCleanup(connection.close)
        self.addCleanup(transaction.rollback)
        self.session = Session(bind=connection, join_transaction_mode="create_savepoint")

    def tearDown(self):
        self.session.rollback()
        self.session.close()

    def test_with_methods(self):
        course = CourseFactory(
            _session=self.session,
            name="Drawing",
            seats=20,
            open=True,
        )
        self.session.flush()
        self.assertEqual(course.name, "Drawing")
        self.assertEqual(20, course.seats)
        self.assertTrue(course.open)
"""


def school(shop: dict[str, str], test: str) -> dict[str, str]:
    """Return the files of a school with one test file, on the database of the shop."""
    kept = {p: t for p, t in shop.items() if "factories" not in p or p.endswith("base.py")}
    files = {p.replace("shop", "school"): t.replace("shop", "school") for p, t in kept.items()}
    return {
        **files,
        "src/school/models.py": MODELS,
        "tests/factories/__init__.py": "from tests.factories.all import CourseFactory, TeacherFactory\n",
        "tests/factories/all.py": FACTORIES,
        "tests/test_school.py": test,
    }


def closing_line(folder: Path) -> str:
    """Return pytest's closing line."""
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"]
    ended = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
    return ended.stdout.strip().splitlines()[-1].rpartition(" in ")[0]


def test_asserted_values_are_given(tmp_path, shop):
    result = assert_codemod(
        tmp_path,
        "factories",
        school(shop, BEFORE),
        {"tests/test_school.py": AFTER},
        options={"tests": "tests"},
    )
    assert result.undecided == ()
    assert [(a.line, a.message) for a in result.applied if a.rule == "pin"] == [
        *(
            (14, f"{n} is what the test says of it")
            for n in ("name", "track", "seats", "fee", "starts_on", "open")
        ),
        (32, "teacher__name is what the test says of it"),
        (38, "email is what the test says of it"),
        (45, "name is what the test says of it"),
        (52, "room keeps the model's own default"),
        (52, "name is what the test says of it"),
        *((88, f"{n} is what the test says of it") for n in ("name", "seats", "open")),
    ]
    assert closing_line(tmp_path) == "9 passed"
