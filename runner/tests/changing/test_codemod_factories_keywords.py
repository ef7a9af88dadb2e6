"""Keywords that are no columns, on a library: what they stand for is found out, or it is asked."""

import subprocess
import sys
from pathlib import Path

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


BEFORE = (
    HEAD
    + """
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
    book = Book(title="Emma", page=3, shelf="B 2")
    db.add(book)
    db.commit()
    assert (book.page_count, book.shelf_mark) == (3, "B 2")


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
"""
)

AFTER = """
import pytest

from library.models import Gift
from tests.factories import BookFactory, GiftFactory, LoanFactory, MemberFactory


@pytest.fixture
def reader(db):
    return MemberFactory(_session=db)


def test_parent_object(db):
    member = MemberFactory(_session=db)
    book = BookFactory(_session=db)
    loan = LoanFactory(book=book, borrower=member, _session=db)
    db.commit()
    assert loan.borrower is member


def test_parent_by_key(db):
    member = MemberFactory(_session=db)
    loan = LoanFactory(book=BookFactory(_session=db), borrower=member, _session=db)
    db.flush()
    assert loan.borrower_id == member.id


class TestOfAFixture:
    def test_parent_of_a_fixture(self, db, reader):
        loan = LoanFactory(borrower=reader, _session=db)
        assert loan.borrower is reader

    def test_parent_made_by_a_constructor(self, db):
        one = MemberFactory(full_name="One", card_number="1", _session=db)
        db.flush()
        loan = LoanFactory(borrower=one, _session=db)
        assert loan.borrower.full_name == "One"


def test_all_words(db):
    book = BookFactory(title="Emma", page_count=3, shelf_mark="B 2", _session=db)
    db.commit()
    assert (book.page_count, book.shelf_mark) == (3, "B 2")


def test_words_among_the_keys(db):
    one, two = MemberFactory(_session=db), MemberFactory(_session=db)
    gift = GiftFactory(from_member=one, to_member=two, _session=db)
    assert (gift.from_member_id, gift.to_member_id) == (one.id, two.id)


def test_camel_case(db):
    member = MemberFactory(full_name="Mary", card_number="7", _session=db)
    db.commit()
    assert member.full_name == "Mary"


def test_about_the_keyword():
    with pytest.raises(TypeError):
        LoanFactory.build(user=1)
"""


def test_keywords_with_one_meaning(tmp_path, shop):
    result = assert_codemod(
        tmp_path,
        "factories",
        library(shop, BEFORE),
        {"tests/test_library.py": AFTER},
        options={"tests": "tests"},
    )
    assert resolved(result) == [
        "Loan has no attribute member: given as borrower, the only foreign key to Member",
        "Loan has no attribute user_id: given as borrower, the only foreign key to Member",
        "Loan has no attribute reader: given as borrower, the only foreign key to Member",
        "Loan has no attribute lender: given as borrower, the only foreign key to Member",
        "Book has no attribute page: given as page_count, the only column that holds all its words",
        "Book has no attribute shelf: given as shelf_mark, the only column that holds all its words",
        "Gift has no attribute from_: given as from_member, the only foreign key to Member that holds its words",
        "Gift has no attribute to: given as to_member, the only foreign key to Member",
        "Member has no attribute fullName: given as full_name, the only column that holds all its words",
    ]
    assert result.undecided == ()
    assert closing_line(tmp_path) == "8 passed"


OPEN = (
    HEAD
    + """
def test_two_keys(db):
    one = MemberFactory(_session=db)
    gift = Gift(member=one)
    db.add(gift)
    db.commit()


def test_two_columns(db):
    book = Book(title="Emma", published=None)
    db.add(book)
    db.commit()


def test_of_another_type(db):
    book = Book(title="Emma", page="three", shelf=4)
    db.add(book)
    db.commit()


def test_no_key_to_such_a_parent(db):
    loan = Loan(book=BookFactory(_session=db), gift=GiftFactory(_session=db))
    db.add(loan)
    db.commit()


def test_who_is_it(db, somebody):
    loan = Loan(book=BookFactory(_session=db), borrow_by=somebody)
    db.add(loan)
    db.commit()


def test_nothing_like_it(db):
    member = Member(colour="red")
    db.add(member)
    db.commit()
"""
)

READ = (
    HEAD
    + """
def test_read_by_the_other_name(db):
    book = Book(title="Emma", shelf="B 2")
    db.add(book)
    db.commit()
    assert book.shelf == "B 2"
"""
)


def test_what_may_mean_several_things_stays(tmp_path, shop):
    result = assert_codemod(
        tmp_path, "factories", library(shop, OPEN), {}, options={"tests": "tests"}
    )

    def left(line: int, message: str, *candidates: str) -> Undecided:
        path = "tests/test_library.py"
        return Undecided(path=path, line=line, message=message, candidates=candidates)

    loan = ("book_id", "borrower_id", "fee_paid", "id")
    assert result.undecided == (
        left(10, "Gift has no attribute member", "from_member_id", "to_member_id"),
        left(16, "Book has no attribute published", "first_published", "last_published"),
        left(22, "Book has no attribute page, shelf", "page_count", "shelf_mark"),
        left(28, "Loan has no attribute gift", *loan),
        left(34, "Loan has no attribute borrow_by", *loan),
        left(40, "Member has no attribute colour", "card_number", "full_name", "id"),
    )


def test_reads_of_such_a_name_are_listed(tmp_path, shop):
    after = READ.replace("Book, Gift, Loan, Member", "Gift, Loan, Member")
    after = (
        after.replace("Book(title", "BookFactory(title")
        .replace('shelf="B 2")', 'shelf_mark="B 2", _session=db)')
        .replace("    db.add(book)\n", "")
    )
    result = assert_codemod(
        tmp_path,
        "factories",
        library(shop, READ),
        {"tests/test_library.py": after},
        options={"tests": "tests"},
    )
    assert result.undecided == (
        Undecided(
            path="tests/test_library.py",
            line=12,
            message="book.shelf is read, and Book has no attribute shelf",
            candidates=("book.shelf_mark",),
        ),
    )
