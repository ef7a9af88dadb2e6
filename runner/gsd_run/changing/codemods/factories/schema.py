"""What the project's models and factories look like, as values; asked of its own interpreter."""

import re
from collections.abc import Sequence
from functools import cached_property
from importlib import resources

import msgspec
from msgspec import Struct

from gsd_run.changing.failure import StepFailure
from gsd_run.outside import processes
from gsd_run.outside.project import Project

SECONDS = 120
MARK = "@@gsd-run@@"


class EnumClass(Struct, frozen=True):
    """A Python enum by where it is defined."""

    module: str
    name: str


class ColumnType(Struct, frozen=True):
    """The values that a column takes.

    `kind` is one of text int float decimal bool datetime date time interval uuid bytes json list
    enum, or empty for a type that nothing is known of. For an enum `values` holds its members'
    names, or without an `enum` class its values as Python source.
    """

    name: str
    kind: str
    length: int | None = None
    aware: bool = False
    as_text: bool = False
    enum: EnumClass | None = None
    values: tuple[str, ...] = ()


class Default(Struct, frozen=True):
    """A plain default as Python source; `module` is where its first name is from, if anywhere."""

    source: str
    module: str


class Column(Struct, frozen=True):
    """A mapped column by its attribute's name; `targets` are (model, attribute) of foreign keys."""

    key: str
    required: bool
    nullable: bool
    primary_key: bool
    unique: bool
    generated: bool
    targets: tuple[tuple[str, str], ...]
    type: ColumnType
    default: Default | None = None


class Relationship(Struct, frozen=True):
    """A relationship, with the attributes of the columns on both sides."""

    key: str
    target: str
    direction: str
    viewonly: bool
    local: tuple[str | None, ...]
    remote: tuple[str | None, ...]
    reverse: tuple[str, ...] = ()
    uselist: bool = True


class Init(Struct, frozen=True):
    """The parameters of a constructor that a model defines itself."""

    names: tuple[str, ...]
    wildcard: bool


class Model(Struct, frozen=True):
    """A mapped class."""

    key: str
    name: str
    module: str
    bases: tuple[str, ...]
    known: frozenset[str]
    columns: tuple[Column, ...]
    uniques: tuple[tuple[str, ...], ...]
    primary_key: tuple[str, ...]
    relationships: tuple[Relationship, ...]
    init: Init | None = None


class Declared(Struct, frozen=True):
    """What a factory declares for one name.

    `target` is the factory of a SubFactory, `given` are the names that it hands values to.
    """

    kind: str
    target: str | None = None
    given: tuple[str, ...] = ()


class Factory(Struct, frozen=True):
    """A factory class. `hidden` names are parameters, which never reach the model."""

    key: str
    name: str
    module: str
    file: str
    model: str | None
    bases: tuple[str, ...]
    declared: dict[str, Declared]
    hidden: tuple[str, ...] = ()


class Schema(Struct, frozen=True, dict=True):
    """Everything that introspection found; `names` are qualified names to keys of classes."""

    names: dict[str, str]
    models: dict[str, Model]
    factories: dict[str, Factory]

    @cached_property
    def by_model(self) -> dict[str, tuple[Factory, ...]]:
        """Return the factories of each model."""
        found: dict[str, tuple[Factory, ...]] = {}
        for factory in self.factories.values():
            if factory.model is not None:
                found[factory.model] = (*found.get(factory.model, ()), factory)
        return found

    def column(self, model: Model, key: str) -> Column | None:
        """Return the column of that attribute name."""
        return next((c for c in model.columns if c.key == key), None)

    def parent_of(self, model: Model, column: str) -> tuple[Relationship, ...]:
        """Return the relationships to one parent that this column alone carries."""
        return tuple(
            r
            for r in model.relationships
            if r.direction == "MANYTOONE" and r.local == (column,) and not r.viewonly
        )


def read_schema(project: Project, roots: Sequence[str], modules: Sequence[str]) -> Schema:
    """Ask the project's interpreter about the models and factories that these modules know.

    `roots` are absolute folders for sys.path. No database is opened and no file is written.

    Raises:
        StepFailure: the interpreter, a library or one of the modules is missing or broken.
    """
    script = resources.files(__package__).joinpath("introspection.py").read_text("utf-8")
    # A module that connects on import must not meet the database that people work with.
    environment = project.environment() | {
        "PYTHONDONTWRITEBYTECODE": "1",
        "DATABASE_URL": "sqlite://",
        "PYTHONIOENCODING": "utf-8",
    }
    request = msgspec.json.encode({"paths": list(roots), "modules": list(modules)}).decode()
    try:
        ended = processes.run(
            (project.python, "-c", script),
            cwd=project.root,
            env=environment,
            stdin=request,
            timeout=SECONDS,
        )
    except processes.ProgramNotFound as error:
        raise StepFailure(f"the project's interpreter can't be started: {error}") from error
    answer = ended.stdout.rpartition(MARK)[2] if MARK in ended.stdout else ""
    if not answer:
        said = ended.stderr.strip().splitlines()[-1:] or [f"it ended with {ended.status}"]
        raise StepFailure(f"{project.python} could not describe the models: {said[0]}")
    if re.match(r'\{"error": ', answer):
        raise StepFailure(_import_failure(project, msgspec.json.decode(answer)["error"]))
    return msgspec.json.decode(answer, type=Schema)


def _import_failure(project: Project, said: str) -> str:
    place = said.replace(f"{project.root}/", "")
    hint = " Install the project's requirements into that environment."
    return (
        f"the models and factories can't be imported by {project.python}: {place}."
        f"{hint if 'ModuleNotFoundError' in said else ''}"
    )
