"""What can only be guessed, on a cinema: it is proposed, and done under `guesses: true` alone."""

import subprocess
import sys
from pathlib import Path

from gsd_run.changing.codemods.testing import assert_codemod
from gsd_run.domain.change import Undecided

MODELS = """
import enum
from datetime import datetime

from sqlalchemy import DateTime, Enum, ForeignKey, String, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class State(enum.Enum):
    PLANNED = "planned"
    SELLING = "selling"
    SOLD_OUT = "sold out"
    CANCELLED = "cancelled"


class Film(Base):
    __tablename__ = "films"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(2), default="en")
    minutes: Mapped[int] = mapped_column(default=90)
    dubbed: Mapped[bool] = mapped_column(default=False)
    tagline: Mapped[str | None]

    def close(self, tagline):
        self.tagline = tagline


class Screening(Base):
    __tablename__ = "screenings"

    id: Mapped[int] = mapped_column(primary_key=True)
    film_id: Mapped[int] = mapped_column(ForeignKey("films.id"))
    hall: Mapped[str] = mapped_column(String(10))
    state: Mapped[State] = mapped_column(Enum(State), default=State.PLANNED)
    price_category: Mapped[str | None]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), onupdate=func.now()
    )

    film: Mapped[Film] = relationship()
"""

FACTORIES = """
import factory

from cinema.models import Film, Screening
from tests.factories.base import BaseFactory


class FilmFactory(BaseFactory):
    class Meta:
        model = Film

    title = factory.Sequence(lambda n: f"Film {n}")
    tagline = "Soon"


class ScreeningFactory(BaseFactory):
    class Meta:
        model = Screening

    film = factory.SubFactory(FilmFactory)
    hall = "Rex"
"""

BEFORE = """
import pytest

from cinema.models import Film, Screening, State
from tests.factories import FilmFactory, ScreeningFactory


def test_no_such_member(db):
    screening = Screening(film=FilmFactory(), hall="1", state=State.CANCELED)
    db.add(screening)
    db.commit()
    assert screening.state == State.CANCELED


def test_no_member_stands_out(db):
    screening = ScreeningFactory(state=State.OVER)
    assert screening.state is State.OVER


def test_about_the_member():
    with pytest.raises(AttributeError):
        State.CANCELED


class TestTimes:
    def test_never_changed(self, db):
        screening = Screening(film=FilmFactory(), hall="1")
        db.add(screening)
        db.commit()
        assert screening.made_at is not None
        assert screening.changed_at is not None

    def test_changed(self, db):
        screening = Screening(film=FilmFactory(), hall="1")
        db.add(screening)
        db.commit()
        screening.hall = "2"
        db.commit()
        assert screening.changed_at is not None


def test_other_default(db):
    film = Film(title="M")
    db.add(film)
    db.commit()
    assert film.language == "de"
    assert film.minutes == 90


def test_other_default_of_a_flag(db):
    film = Film(title="M")
    db.add(film)
    db.flush()
    found = db.query(Film).filter_by(title="M").one()
    assert found.dubbed is True
    assert found.tagline is not None


def test_other_value_of_the_factory(db):
    screening = ScreeningFactory()
    assert screening.hall == "Odeon"


def test_changed_by_something_else(db):
    film = Film(title="M")
    db.add(film)
    db.commit()
    dub(film)
    assert film.dubbed is True
    film.language = "fr"
    assert film.language == "fr"
    film.close("a gem")
    assert film.tagline == "a gem"


def dub(film):
    film.dubbed = True


def test_nearly_the_name(db):
    screening = Screening(film=FilmFactory(), hal="3", price_categroy="b")
    db.add(screening)
    db.commit()
    assert screening.hall == "3"


def test_text_of_no_member(db):
    screening = Screening(film=FilmFactory(), hall="1", state="planed")
    db.add(screening)
    db.commit()
    assert screening.hall == "1"
"""

PROPOSED = """
import pytest

from cinema.models import Film, Screening, State
from tests.factories import FilmFactory, ScreeningFactory


def test_no_such_member(db):
    screening = ScreeningFactory(
        film=FilmFactory(_session=db),
        hall="1",
        state=State.CANCELED,
        _session=db,
    )
    db.commit()
    assert screening.state == State.CANCELED


def test_no_member_stands_out(db):
    screening = ScreeningFactory(state=State.OVER, _session=db)
    assert screening.state is State.OVER


def test_about_the_member():
    with pytest.raises(AttributeError):
        State.CANCELED


class TestTimes:
    def test_never_changed(self, db):
        screening = ScreeningFactory(
            film=FilmFactory(_session=db),
            hall="1",
            _session=db,
        )
        db.commit()
        assert screening.made_at is not None
        assert screening.changed_at is not None

    def test_changed(self, db):
        screening = ScreeningFactory(
            film=FilmFactory(_session=db),
            hall="1",
            _session=db,
        )
        db.commit()
        screening.hall = "2"
        db.commit()
        assert screening.changed_at is not None


def test_other_default(db):
    film = FilmFactory(title="M", _session=db)
    db.commit()
    assert film.language == "de"
    assert film.minutes == 90


def test_other_default_of_a_flag(db):
    film = FilmFactory(title="M", tagline=None, _session=db)
    db.flush()
    found = db.query(Film).filter_by(title="M").one()
    assert found.dubbed is True
    assert found.tagline is not None


def test_other_value_of_the_factory(db):
    screening = ScreeningFactory(_session=db)
    assert screening.hall == "Odeon"


def test_changed_by_something_else(db):
    film = FilmFactory(title="M", tagline=None, _session=db)
    db.commit()
    dub(film)
    assert film.dubbed is True
    film.language = "fr"
    assert film.language == "fr"
    film.close("a gem")
    assert film.tagline == "a gem"


def dub(film):
    film.dubbed = True


def test_nearly_the_name(db):
    screening = Screening(film=FilmFactory(_session=db), hal="3", price_categroy="b")
    db.add(screening)
    db.commit()
    assert screening.hall == "3"


def test_text_of_no_member(db):
    screening = ScreeningFactory(
        film=FilmFactory(_session=db),
        hall="1",
        state="planed",
        _session=db,
    )
    db.commit()
    assert screening.hall == "1"
"""

GUESSED = """
from datetime import datetime, timezone

import pytest

from cinema.models import Film, State
from tests.factories import FilmFactory, ScreeningFactory


def test_no_such_member(db):
    screening = ScreeningFactory(
        film=FilmFactory(_session=db),
        hall="1",
        state=State.CANCELLED,
        _session=db,
    )
    db.commit()
    assert screening.state == State.CANCELLED


def test_no_member_stands_out(db):
    screening = ScreeningFactory(state=State.OVER, _session=db)
    assert screening.state is State.OVER


def test_about_the_member():
    with pytest.raises(AttributeError):
        State.CANCELED


class TestTimes:
    def test_never_changed(self, db):
        screening = ScreeningFactory(
            film=FilmFactory(_session=db),
            hall="1",
            changed_at=datetime.now(timezone.utc),
            _session=db,
        )
        db.commit()
        assert screening.made_at is not None
        assert screening.changed_at is not None

    def test_changed(self, db):
        screening = ScreeningFactory(
            film=FilmFactory(_session=db),
            hall="1",
            _session=db,
        )
        db.commit()
        screening.hall = "2"
        db.commit()
        assert screening.changed_at is not None


def test_other_default(db):
    film = FilmFactory(title="M", language="de", _session=db)
    db.commit()
    assert film.language == "de"
    assert film.minutes == 90


def test_other_default_of_a_flag(db):
    film = FilmFactory(title="M", tagline=None, dubbed=True, _session=db)
    db.flush()
    found = db.query(Film).filter_by(title="M").one()
    assert found.dubbed is True
    assert found.tagline is not None


def test_other_value_of_the_factory(db):
    screening = ScreeningFactory(hall="Odeon", _session=db)
    assert screening.hall == "Odeon"


def test_changed_by_something_else(db):
    film = FilmFactory(title="M", tagline=None, _session=db)
    db.commit()
    dub(film)
    assert film.dubbed is True
    film.language = "fr"
    assert film.language == "fr"
    film.close("a gem")
    assert film.tagline == "a gem"


def dub(film):
    film.dubbed = True


def test_nearly_the_name(db):
    screening = ScreeningFactory(
        film=FilmFactory(_session=db),
        hall="3",
        price_category="b",
        _session=db,
    )
    db.commit()
    assert screening.hall == "3"


def test_text_of_no_member(db):
    screening = ScreeningFactory(
        film=FilmFactory(_session=db),
        hall="1",
        state="PLANNED",
        _session=db,
    )
    db.commit()
    assert screening.hall == "1"
"""


def cinema(shop: dict[str, str], test: str) -> dict[str, str]:
    """Return the files of a cinema with one test file, on the database of the shop."""
    kept = {p: t for p, t in shop.items() if "factories" not in p or p.endswith("base.py")}
    files = {p.replace("shop", "cinema"): t.replace("shop", "cinema") for p, t in kept.items()}
    return {
        **files,
        "src/cinema/models.py": MODELS,
        "tests/factories/__init__.py": "from tests.factories.all import FilmFactory, ScreeningFactory\n",
        "tests/factories/all.py": FACTORIES,
        "tests/test_cinema.py": test,
    }


def closing_line(folder: Path) -> str:
    """Return pytest's closing line."""
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"]
    ended = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
    return ended.stdout.strip().splitlines()[-1].rpartition(" in ")[0]


def left(line: int, message: str, *candidates: str) -> Undecided:
    return Undecided(path="tests/test_cinema.py", line=line, message=message, candidates=candidates)


# What stays open in both cases.
OPEN = (
    left(
        16,
        "State has no member OVER",
        *(f"State.{n}" for n in ("PLANNED", "SELLING", "SOLD_OUT", "CANCELLED")),
    ),
    left(
        17,
        "State has no member OVER",
        *(f"State.{n}" for n in ("PLANNED", "SELLING", "SOLD_OUT", "CANCELLED")),
    ),
)
TAGLINE = left(
    56,
    "'assert found.tagline is not None' expects another value than the None of Film",
    "some tagline given",
    "None expected of tagline",
)


def test_guesses_are_proposed(tmp_path, shop):
    result = assert_codemod(
        tmp_path,
        "factories",
        cinema(shop, BEFORE),
        {"tests/test_cinema.py": PROPOSED},
        options={"tests": "tests"},
    )
    assert result.undecided == (
        left(9, "State has no member CANCELED", "State.CANCELLED"),
        left(12, "State has no member CANCELED", "State.CANCELLED"),
        *OPEN,
        left(
            31,
            "Screening fills changed_at only when a row changes, and screening does not change",
            "changed_at=datetime.now(timezone.utc) where screening is made",
            "a change of screening and a commit before this line",
        ),
        left(
            46,
            '\'assert film.language == "de"\' expects another value than the "en" of Film',
            'language="de" where film is made',
            '"en" expected of language',
        ),
        left(
            55,
            "'assert found.dubbed is True' expects another value than the False of Film",
            "dubbed=True where film is made",
            "False expected of dubbed",
        ),
        TAGLINE,
        left(
            61,
            '\'assert screening.hall == "Odeon"\' expects another value than the "Rex" of ScreeningFactory',
            'hall="Odeon" where screening is made',
            '"Rex" expected of hall',
        ),
        left(81, "Screening has no attribute hal, price_categroy", "hall", "price_category"),
        left(88, 'state of Screening knows no "planed"', '"PLANNED"'),
    )
    assert result.deviations == ()
    assert not [a.rule for a in result.applied if a.rule.startswith("guess")]
    assert closing_line(tmp_path) == "8 failed, 3 passed"


def test_guesses_that_are_wanted_are_marked(tmp_path, shop):
    result = assert_codemod(
        tmp_path,
        "factories",
        cinema(shop, BEFORE),
        {"tests/test_cinema.py": GUESSED},
        options={"tests": "tests", "guesses": True},
    )
    assert result.undecided == (*OPEN, TAGLINE)
    said = [(a.rule, a.line, a.message) for a in result.applied if a.rule.startswith("guess")]
    assert said == [
        ("guess-member", 9, "State has no member CANCELED; State.CANCELLED taken instead"),
        ("guess-member", 12, "State has no member CANCELED; State.CANCELLED taken instead"),
        (
            "guess-on-update",
            31,
            "Screening fills changed_at only when a row changes, and screening does not change; "
            "changed_at=datetime.now(timezone.utc) where screening is made",
        ),
        (
            "guess-expectation",
            46,
            '\'assert film.language == "de"\' expects another value than the "en" of Film; '
            'language="de" where film is made',
        ),
        (
            "guess-expectation",
            55,
            "'assert found.dubbed is True' expects another value than the False of Film; "
            "dubbed=True where film is made",
        ),
        (
            "guess-expectation",
            61,
            '\'assert screening.hall == "Odeon"\' expects another value than the "Rex" of '
            'ScreeningFactory; hall="Odeon" where screening is made',
        ),
        ("guess-keyword", 81, "Screening has no attribute hal: given as hall, the nearest name"),
        (
            "guess-keyword",
            81,
            "Screening has no attribute price_categroy: given as price_category, the nearest name",
        ),
        (
            "guess-member",
            88,
            'state of Screening knows no "planed"; "PLANNED" taken instead',
        ),
    ]
    assert result.deviations == tuple(
        f"a guess at tests/test_cinema.py:{line}: {message}" for _, line, message in said
    )
    assert closing_line(tmp_path) == "2 failed, 9 passed"
