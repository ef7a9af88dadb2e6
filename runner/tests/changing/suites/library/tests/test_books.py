"""Books, their authors and who borrows them."""

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from library.models import Author, Book, Loan, Member, Shelf


def test_author_has_books(db):
    author = Author(name="Ann Reed", email="ann@example.com")
    db.add(author)
    db.commit()
    db.add_all([
        Book(title="One", isbn="1", shelf=Shelf.FICTION, author_id=author.id),
        # the sequel
        Book(title="Two", isbn="2", shelf=Shelf.FICTION, author_id=author.id),
    ])
    db.commit()
    db.refresh(author)
    assert sorted(book.title for book in author.books) == ["One", "Two"]


def test_book_defaults(db):
    book = Book(title="Alone", shelf=Shelf.SCIENCE)
    db.add(book)
    db.commit()
    assert book.pages == 1
    assert book.lendable is True
    assert book.price is None


def test_isbn_is_unique(db):
    author = Author(name="Ann Reed", email="ann@example.com")
    db.add(author)
    db.flush()
    db.add(Book(title="First", isbn="42", shelf=Shelf.FICTION, author=author))
    db.commit()
    db.add(Book(title="Second", isbn="42", shelf=Shelf.FICTION, author=author))
    with pytest.raises(IntegrityError):
        db.commit()
    db.rollback()
    assert db.query(Book).filter_by(isbn="42").one().title == "First"


def test_book_needs_a_title(db):
    author = Author(name="Ben Hill", email="ben@example.com")
    db.add(author)
    db.commit()
    book = Book(isbn="77", shelf=Shelf.CHILDREN, author_id=author.id)
    db.add(book)
    with pytest.raises(IntegrityError):
        db.commit()
    db.rollback()


def test_pages_are_checked(db):
    with pytest.raises(IntegrityError):
        db.add(Book(title="Thin", isbn="5", pages=0, shelf=Shelf.FICTION, author_id=1))
        db.commit()


@pytest.mark.parametrize("shelf", list(Shelf))
def test_every_shelf(db, shelf):
    author = Author(name="Cleo", email="cleo@example.com")
    book = Book(title=shelf.value, isbn="900", shelf=shelf, author=author)
    db.add(book)
    db.commit()
    assert db.query(Book).filter(Book.shelf == shelf).count() == 1


def test_loans_of_a_member(db):
    member = Member(card="M-1", name="Dora")
    db.add(member)
    db.commit()
    for number in range(3):
        loan = Loan(member_id=member.id, due_on=date(2026, 1, 1 + number))
        db.add(loan)
    db.commit()
    assert len(member.loans) == 3
    assert db.query(Loan).count() == 3


def test_same_book_twice(db):
    member = Member(card="M-1", name="Dora")
    author = Author(name="Eve", email="eve@example.com")
    book = Book(title="Once", isbn="31", shelf=Shelf.FICTION, author=author)
    db.add_all([member, author, book])
    db.commit()
    db.add(Loan(book_id=book.id, member_id=member.id, due_on=date(2026, 2, 1)))
    db.commit()
    again = Loan(book_id=book.id, member_id=member.id, due_on=date(2026, 2, 2))
    db.add(again)
    with pytest.raises(IntegrityError):
        db.flush()
    db.rollback()
    assert db.query(Loan).count() == 1


def test_book_of_its_writer(db):
    author = Author(name="Ida", email="ida@example.com")
    db.add(author)
    db.commit()
    book = Book(title="Mine", isbn="55", shelf=Shelf.FICTION, writer_id=author.id)
    db.add(book)
    db.commit()
    assert author.books == [book]


def test_guarantor(db):
    grown_up = Member(card="G-1", name="Flo")
    child = Member(card="G-2", name="Gus", guarantor=grown_up)
    db.add(child)
    db.commit()
    assert child.guarantor_id == grown_up.id


def test_deleting_a_book_ends_its_loans(db):
    book = Book(title="Short lived", isbn="100", shelf=Shelf.SCIENCE)
    member = Member(card="M-9", name="Hal")
    db.add_all([book, member])
    db.flush()
    db.add(Loan(book=book, member=member, due_on=date(2026, 3, 1)))
    db.commit()
    db.delete(book)
    db.commit()
    assert db.query(Loan).count() == 0


def _shelve(db, titles):
    return [Book(title=title, isbn=title, shelf=Shelf.CHILDREN) for title in titles]


def test_shelved_together(db):
    books = _shelve(db, ["a", "b", "c"])
    for book in books:
        db.add(book)
    db.commit()
    assert [book.title for book in db.query(Book).order_by(Book.title)] == ["a", "b", "c"]
    assert all(book.id for book in books)
