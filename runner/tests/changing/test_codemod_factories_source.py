"""What the codemod `factories` reads of models and factories without importing them."""

import sys
from pathlib import Path
from textwrap import dedent

import pytest
from changing.suites.trying import SUITES
from gsd_run.changing.codemods.factories.declared_schema import declared_schema
from gsd_run.changing.codemods.factories.layout import Layout, layout_of
from gsd_run.changing.codemods.factories.schema import Schema, read_schema
from gsd_run.changing.codemods.testing import write
from gsd_run.outside.project import Project
from msgspec.structs import asdict

BACKEND = Path(__file__).parents[3] / "backend"


def layout(root: Path, test_path: str) -> Layout:
    return layout_of(Project(root=root, venv=Path(sys.prefix)), test_path, ())


def asked(root: Path, found: Layout, *modules: str) -> Schema:
    project = Project(root=root, venv=Path(sys.prefix))
    return read_schema(project, [str(path) for path in found.paths], modules)


def comparable(schema: Schema) -> dict[str, object]:
    """Return what factories are made from: columns, keys, parents, and the factories there are."""
    models = {
        key: (
            {c.key: shown(asdict(c)) for c in model.columns},
            model.primary_key,
            sorted(model.uniques),
            {
                r.key: (r.target, sorted(map(str, r.local)), sorted(map(str, r.remote)))
                for r in model.relationships
                if r.direction == "MANYTOONE"
            },
            model.init,
        )
        for key, model in schema.models.items()
    }
    factories = {
        key: (f.model, f.bases, f.hidden, f.abstract, f.passes, f.overrides, f.sessions)
        for key, f in schema.factories.items()
    }
    declared = {
        key: {name: (d.target, d.given) for name, d in f.declared.items()}
        for key, f in schema.factories.items()
    }
    return {"models": models, "factories": factories, "declared": declared}


def shown(column: dict[str, object]) -> dict[str, object]:
    kind = column.pop("type")
    generated = column.pop("generated")
    column["type"] = (kind.kind, kind.length, kind.enum, kind.values, kind.as_text)
    return column | {"generated": generated or column["primary_key"]}


@pytest.mark.parametrize(
    ("suite", "modules"),
    [
        ("clinic", ("clinic.models", "tests.factories")),
        ("fleet", ("fleet.models", "tests.support.factories")),
        ("library", ("library.models",)),
    ],
)
def test_source_says_what_the_interpreter_says(suite, modules):
    root = SUITES / suite
    found = layout(root, "tests/conftest.py")
    by_source, by_import = declared_schema(found), asked(root, found, *modules)
    assert comparable(by_source) == comparable(by_import)
    assert by_source.doubled == by_import.doubled


FLASK = """
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Stamp(db.Model):
    __abstract__ = True

    made_at = db.Column(db.DateTime, server_default=db.func.now())


class BlogPost(Stamp):
    id = db.Column(db.Integer, primary_key=True)
    slug = db.Column("short_name", db.String(40), unique=True, nullable=False)
    mood = db.Column(db.Enum("good", "bad"), nullable=False)
    author_id = db.Column(db.Integer, db.ForeignKey("user.id"), nullable=False)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    posts = db.relationship("BlogPost", backref="author", lazy=True)
"""

SQLMODEL = """
from typing import Optional

from sqlmodel import Field, Relationship, SQLModel, UniqueConstraint


class HeroBase(SQLModel):
    name: str = Field(index=True, max_length=20)
    age: int | None = None


class Team(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    city: str
    heroes: list["Hero"] = Relationship(back_populates="team")


class Hero(HeroBase, table=True):
    __table_args__ = (UniqueConstraint("name", "team_id"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: int = Field(foreign_key="team.id")
    team: Team = Relationship(back_populates="heroes")


class HeroRead(HeroBase):
    id: int
"""

MAPPED_AS_DATACLASS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column, relationship


class Base(MappedAsDataclass, DeclarativeBase):
    pass


class Node(Base):
    __tablename__ = "nodes"

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    label: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("nodes.id"), default=None)
    parent: Mapped["Node | None"] = relationship(default=None, remote_side=[id])
    weight: Mapped[float] = mapped_column(default_factory=float)
"""


def read(tmp_path: Path, text: str) -> Schema:
    write(tmp_path, "shop/__init__.py", "from shop.models import *\n")
    write(tmp_path, "shop/models.py", dedent(text))
    write(tmp_path, "tests/test_a.py", "")
    return declared_schema(layout(tmp_path, "tests/test_a.py"))


def told(schema: Schema, name: str) -> dict[str, tuple[object, ...]]:
    """Return a model's columns: whether each is required and unique, its kind and its parent."""
    model = schema.models[f"shop.models:{name}"]
    return {c.key: (c.required, c.unique, c.type.kind, c.targets) for c in model.columns}


def parents(schema: Schema, name: str) -> dict[str, tuple[object, ...]]:
    model = schema.models[f"shop.models:{name}"]
    return {r.key: (r.target, r.direction, r.local, r.remote) for r in model.relationships}


def test_flask_sqlalchemy(tmp_path):
    schema = read(tmp_path, FLASK)
    assert set(schema.models) == {"shop.models:BlogPost", "shop.models:User"}
    assert schema.names["shop.BlogPost"] == "shop.models:BlogPost"
    assert told(schema, "BlogPost") == {
        "made_at": (False, False, "datetime", ()),
        "id": (False, True, "int", ()),
        "slug": (True, True, "text", ()),
        "mood": (True, False, "enum", ()),
        "author_id": (True, False, "int", (("shop.models:User", "id"),)),
    }
    assert schema.models["shop.models:BlogPost"].columns[3].type.values == ('"good"', '"bad"')
    assert parents(schema, "BlogPost") == {
        "author": ("shop.models:User", "MANYTOONE", ("author_id",), ("id",))
    }


def test_sqlmodel(tmp_path):
    schema = read(tmp_path, SQLMODEL)
    assert set(schema.models) == {"shop.models:Hero", "shop.models:Team"}
    assert told(schema, "Hero") == {
        "name": (True, False, "text", ()),
        "age": (False, False, "int", ()),
        "id": (False, True, "int", ()),
        "team_id": (True, False, "int", (("shop.models:Team", "id"),)),
    }
    assert schema.models["shop.models:Hero"].uniques == (("name", "team_id"),)
    assert parents(schema, "Hero") == {
        "team": ("shop.models:Team", "MANYTOONE", ("team_id",), ("id",))
    }


def test_mapped_as_dataclass(tmp_path):
    schema = read(tmp_path, MAPPED_AS_DATACLASS)
    assert told(schema, "Node") == {
        "id": (False, True, "int", ()),
        "label": (True, False, "text", ()),
        "parent_id": (False, False, "int", (("shop.models:Node", "id"),)),
        "weight": (False, False, "float", ()),
    }
    assert parents(schema, "Node") == {
        "parent": ("shop.models:Node", "MANYTOONE", ("parent_id",), ("id",))
    }
