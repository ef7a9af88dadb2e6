"""Keywords that are no columns, on a library: what they stand for is found out, or it is asked."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from gsd_run.changing.codemods.testing import assert_codemod
from gsd_run.domain.change import StepResult, Undecided

MODELS = """
from datetime import date

from sqlalchemy import ForeignKey, Integer, Numeric, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Member(Base):
    __tablename__ = "members"

    id: Mapped[int] = mapped_column(primary_key=True)
    full_name: Mapped[str] = mapped_column(String(80))
    card_number: Mapped[str] = mapped_column(String(20), unique=True)


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    shelf_mark: Mapped[str | None]
    page_count: Mapped[int | None]
    first_published: Mapped[date | None]
    last_published: Mapped[date | None]


class Loan(Base):
    __tablename__ = "loans"

    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
    borrower_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    fee_paid: Mapped[float | None] = mapped_column(Numeric(6, 2))

    book: Mapped[Book] = relationship()
    borrower: Mapped[Member] = relationship()


class Gift(Base):
    __tablename__ = "gifts"

    id: Mapped[int] = mapped_column(primary_key=True)
    from_member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    to_member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
"""

FACTORIES = """
import factory

from library.models import Book, Gift, Loan, Member
from tests.factories.base import BaseFactory


class MemberFactory(BaseFactory):
    class Meta:
        model = Member

    full_name = "Ada Byron"
    card_number = factory.Sequence(lambda n: f"card-{n}")


class BookFactory(BaseFactory):
    class Meta:
        model = Book

    title = "A Book"


class LoanFactory(BaseFactory):
    class Meta:
        model = Loan

    book = factory.SubFactory(BookFactory)
    borrower = factory.SubFactory(MemberFactory)


class GiftFactory(BaseFactory):
    class Meta:
        model = Gift

    class Params:
        from_member = factory.SubFactory(MemberFactory)
        to_member = factory.SubFactory(MemberFactory)
        book = factory.SubFactory(BookFactory)

    from_member_id = factory.SelfAttribute("from_member.id")
    to_member_id = factory.SelfAttribute("to_member.id")
    book_id = factory.SelfAttribute("book.id")
"""

HEAD = """
import pytest

from library.models import Book, Gift, Loan, Member
from tests.factories import BookFactory, GiftFactory, LoanFactory, MemberFactory

"""


def library(shop: dict[str, str], test: str) -> dict[str, str]:
    """Return the files of a library with one test file, on the database of the shop."""
    kept = {p: t for p, t in shop.items() if "factories" not in p or p.endswith("base.py")}
    files = {p.replace("shop", "library"): t.replace("shop", "library") for p, t in kept.items()}
    names = "BookFactory, GiftFactory, LoanFactory, MemberFactory"
    return {
        **files,
        "src/library/models.py": MODELS,
        "tests/factories/__init__.py": f"from tests.factories.all import {names}\n",
        "tests/factories/all.py": FACTORIES,
        "tests/test_library.py": test,
    }


def closing_line(folder: Path) -> str:
    """Return pytest's closing line."""
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"]
    ended = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
    return ended.stdout.strip().splitlines()[-1].rpartition(" in ")[0]


def resolved(result: StepResult) -> list[str]:
    return [a.message for a in result.applied if a.rule.endswith("keyword")]


def test_keywords_with_one_meaning(tmp_path, shop):
    before = HEAD + dedent("""
        @pytest.fixture
        def reader(db):
            return MemberFactory(_session=db)


        def test_parent_object(db):
            member = MemberFactory()
            book = BookFactory()
            loan = Loan(book=book, member=member)
            db.add(loan)
            db.commit()
            assert loan.borrower is member


        def test_parent_by_key(db):
            member = MemberFactory()
            loan = Loan(book_id=BookFactory().id, user_id=member.id)
            db.add(loan)
            db.flush()
            assert loan.borrower_id == member.id


        class TestOfAFixture:
            def test_parent_of_a_fixture(self, db, reader):
                loan = LoanFactory(reader=reader)
                assert loan.borrower is reader

            def test_parent_made_by_a_constructor(self, db):
                one = Member(full_name="One", card_number="1")
                db.add(one)
                db.flush()
                loan = LoanFactory(lender=one)
                assert loan.borrower.full_name == "One"


        def test_all_words(db):
            book = Book(title="Emma", pages=3, shelf="B 2")
            db.add(book)
            db.commit()
            assert (book.page_count, book.shelf_mark) == (None, None)


        def test_words_among_the_keys(db):
            one, two = MemberFactory(), MemberFactory()
            gift = GiftFactory(from_=one, to=two)
            assert (gift.from_member_id, gift.to_member_id) == (one.id, two.id)


        def test_camel_case(db):
            member = Member(fullName="Mary", card_number="7")
            db.add(member)
            db.commit()
            assert member.full_name == "Mary"


        def test_about_the_keyword():
            with pytest.raises(TypeError):
                Loan(user=1)
        """)
    before = before.replace("pages=3", "page=3").replace("(None, None)", '(3, "B 2")')
    result = assert_codemod(
        tmp_path, "factories", library(shop, before), {}, options={"tests": "tests"}
    )
    assert resolved(result) == []
    assert closing_line(tmp_path) == ""
