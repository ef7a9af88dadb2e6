import enum

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Enum,
    ForeignKey,
    Integer,
    Numeric,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Shelf(enum.Enum):
    FICTION = "fiction"
    SCIENCE = "science"
    CHILDREN = "children"


class Author(Base):
    __tablename__ = "authors"

    id = Column(Integer, primary_key=True)
    name = Column(String(120), nullable=False)
    email = Column(String(120), nullable=False, unique=True)
    born_on = Column(Date)

    books = relationship("Book", back_populates="author")


class Book(Base):
    __tablename__ = "books"
    __table_args__ = (CheckConstraint("pages > 0", name="book_has_pages"),)

    id = Column(Integer, primary_key=True)
    title = Column(String(200), nullable=False)
    isbn = Column(String(13), nullable=False, unique=True)
    pages = Column(Integer, nullable=False, default=1)
    shelf = Column(Enum(Shelf), nullable=False)
    price = Column(Numeric(8, 2))
    lendable = Column(Boolean, nullable=False, default=True)
    author_id = Column(Integer, ForeignKey("authors.id"), nullable=False)

    author = relationship("Author", back_populates="books")
    loans = relationship("Loan", back_populates="book", cascade="all, delete-orphan")


class Member(Base):
    __tablename__ = "members"

    id = Column(Integer, primary_key=True)
    card = Column(String(20), nullable=False, unique=True)
    name = Column(String(80), nullable=False)
    guarantor_id = Column(Integer, ForeignKey("members.id"))

    guarantor = relationship("Member", remote_side=[id])
    loans = relationship("Loan", back_populates="member")


class Loan(Base):
    __tablename__ = "loans"
    __table_args__ = (UniqueConstraint("book_id", "member_id"),)

    id = Column(Integer, primary_key=True)
    book_id = Column(Integer, ForeignKey("books.id"), nullable=False)
    member_id = Column(Integer, ForeignKey("members.id"), nullable=False)
    due_on = Column(Date, nullable=False)
    renewed = Column(Integer, nullable=False, default=0)

    book = relationship("Book", back_populates="loans")
    member = relationship("Member", back_populates="loans")
