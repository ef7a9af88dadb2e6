"""The base class that gives factories the session of a test; written where there is none."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

import libcst as cst

from gsd_run.changing.codemods.factories.generate import (
    OWN_BASE,
    SESSION_BASE,
    SESSION_MODULE,
    Home,
    base_of_factories,
)
from gsd_run.changing.codemods.factories.layout import Layout
from gsd_run.changing.python_merge import merge_python

BASE = "BaseFactory"

SOURCE = '''\
"""{title}"""

from contextvars import ContextVar

from factory.alchemy import SQLAlchemyModelFactory

_given_session = ContextVar("_given_session", default=None)


class {name}(SQLAlchemyModelFactory):
    """Stores what it makes, parents included, in the session that is given as `_session`."""

    class Meta:
        abstract = True

    @classmethod
    def _generate(cls, strategy, params):
        session = params.pop("_session", None)
        token = _given_session.set(_given_session.get() if session is None else session)
        try:
            return super()._generate(strategy, params)
        finally:
            _given_session.reset(token)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        session = _given_session.get()
        if session is None:
            return super()._create(model_class, *args, **kwargs)
        if cls._meta.sqlalchemy_get_or_create:
            made = cls._get_or_create(model_class, session, args, kwargs)
        else:
            made = cls._save(model_class, session, args, kwargs)
        session.flush()
        return made
'''


def first_home(layout: Layout, test_path: str) -> Home:
    """Choose where factories go in a suite that has none: beside the conftest of its tests."""
    place = layout.root / test_path
    above = [folder for folder in place.parents if folder.is_relative_to(layout.root)]
    folder = next((f for f in above if (f / "conftest.py").is_file()), place.parent)
    taken = (folder / "factories").exists() or (folder / "factories.py").exists()
    path = layout.relative(folder / ("model_factories.py" if taken else "factories.py"))
    module = layout.module_of(path)
    base = base_of_factories(module, BASE, path)
    return Home(module, path, base, None)


def base_source(name: str, title: str) -> str:
    """Return the source of a module with the base class."""
    return SOURCE.format(name=name, title=title)


def session_base_path(home_path: str) -> str:
    """Return the path of the module that holds the base for factories that exist already."""
    return (PurePosixPath(home_path).parent / SESSION_MODULE).as_posix()


def with_session_base(text: str, classes: Sequence[str], module: str) -> str:
    """Return a file whose classes derive from the base with a session instead of factory_boy's."""
    tree = cst.parse_module(text).visit(_Bases(frozenset(classes)))
    after = merge_python(tree.code, f"from {module} import {SESSION_BASE}\n")[0]
    if len(re.findall(rf"\b{OWN_BASE}\b", after)) > 1:
        return after
    return re.sub(rf"^from factory\.alchemy import {OWN_BASE}\r?\n", "", after, flags=re.MULTILINE)


class _Bases(cst.CSTTransformer):
    def __init__(self, classes: frozenset[str]) -> None:
        super().__init__()
        self.classes = classes

    def leave_ClassDef(  # noqa: N802  libcst asks for this name
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef:
        if original_node.name.value not in self.classes:
            return updated_node
        bases = [
            base.with_changes(value=cst.Name(SESSION_BASE)) if _is_own(base.value) else base
            for base in updated_node.bases
        ]
        return updated_node.with_changes(bases=bases)


def _is_own(value: cst.BaseExpression) -> bool:
    name = value.attr.value if isinstance(value, cst.Attribute) else None
    return (value.value if isinstance(value, cst.Name) else name) == OWN_BASE
