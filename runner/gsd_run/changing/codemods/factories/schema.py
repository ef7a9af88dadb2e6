"""What the project's models and factories look like, as values; asked of its own interpreter."""

import re
from collections.abc import Sequence
from functools import cached_property
from importlib import resources

import msgspec
from msgspec import Struct

from gsd_run.changing.failure import StepFailure
from gsd_run.outside import processes
from gsd_run.outside.confinement import run_confined
from gsd_run.outside.project import Project
from gsd_run.outside.secrets import without_secrets

SECONDS = 120
MARK = "@@gsd-run@@"
INTROSPECTING = ("introspected_columns.py", "introspected_rules.py", "introspection.py")
OWN_IMPORT = re.compile(r"^from gsd_run\.[^\n(]*(\([^)]*\))?$", re.MULTILINE)


class EnumClass(Struct, frozen=True):
    """A Python enum by where it is defined."""

    module: str
    name: str


class ColumnType(Struct, frozen=True):
    """The values that a column takes.

    `kind` is one of text int float decimal bool datetime date time interval uuid bytes json list
    enum, or empty for a type that nothing is known of. For an enum `values` holds its members'
    names, or without an `enum` class its values as Python source; `attributes` are all names that
    the enum has, `texts` the texts that it takes without looking at them.
    """

    name: str
    kind: str
    length: int | None = None
    aware: bool = False
    as_text: bool = False
    enum: EnumClass | None = None
    values: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


class Default(Struct, frozen=True):
    """A plain default as Python source; `module` is where its first name is from, if anywhere."""

    source: str
    module: str


class Column(Struct, frozen=True):
    """A mapped column by its attribute's name; `targets` are (model, attribute) of foreign keys.

    `on_update` tells that something fills it when its row changes.
    """

    key: str
    required: bool
    nullable: bool
    primary_key: bool
    unique: bool
    generated: bool
    targets: tuple[tuple[str, str], ...]
    type: ColumnType
    default: Default | None = None
    on_update: bool = False


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


class Check(Struct, frozen=True):
    """A check constraint: its SQL, and the attribute of each column that it names."""

    text: str
    columns: dict[str, str]


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
    checks: tuple[Check, ...] = ()


class Declared(Struct, frozen=True):
    """What a factory declares for one name.

    `target` is the factory of a SubFactory, `given` are the names that it hands values to; `value`
    is a plain value.
    """

    kind: str
    target: str | None = None
    given: tuple[str, ...] = ()
    value: Default | None = None


class Factory(Struct, frozen=True):
    """A factory class. `hidden` names are parameters, which never reach the model.

    `passes` tells that it takes the session as `_session`, `overrides` that it makes its rows in
    a way of its own; `sessions` are the dotted names of the session that it keeps for itself;
    `once` are the columns by which it finds a row that is there already, instead of a second.
    """

    key: str
    name: str
    module: str
    file: str
    model: str | None
    bases: tuple[str, ...]
    declared: dict[str, Declared]
    hidden: tuple[str, ...] = ()
    abstract: bool = False
    passes: bool = False
    overrides: bool = False
    sessions: tuple[str, ...] = ()
    once: tuple[str, ...] = ()


class Schema(Struct, frozen=True, dict=True):
    """Everything that introspection found; `names` are qualified names to keys of classes.

    `doubled` are the names of indexes that are declared twice; `factory_boy` tells whether the
    project's interpreter has it.
    """

    names: dict[str, str]
    models: dict[str, Model]
    factories: dict[str, Factory]
    doubled: tuple[str, ...] = ()
    factory_boy: bool = True

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
    script = introspecting_script()
    # A module that connects on import must not meet the database that people work with.
    environment = project.environment() | {
        "PYTHONDONTWRITEBYTECODE": "1",
        "DATABASE_URL": "sqlite://",
        "PYTHONIOENCODING": "utf-8",
    }
    request = msgspec.json.encode({"paths": list(roots), "modules": list(modules)}).decode()
    try:
        ended = run_confined(
            project.confinement,
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
        told = without_secrets(ended.stderr).strip().splitlines()[-1:]
        said = told or [ended.beyond or f"it ended with {ended.status}"]
        raise StepFailure(f"{project.python} could not describe the models: {said[0]}")
    if re.match(r'\{"error": ', answer):
        raise StepFailure(
            _import_failure(project, without_secrets(msgspec.json.decode(answer)["error"]))
        )
    return msgspec.json.decode(answer, type=Schema)


def introspecting_script() -> str:
    """Return the parts of the introspection as one script, without their imports of each other."""
    folder = resources.files(__package__)
    texts = [folder.joinpath(name).read_text("utf-8") for name in INTROSPECTING]
    return "\n".join(OWN_IMPORT.sub("", text) for text in texts)


def _import_failure(project: Project, said: str) -> str:
    place = said.replace(f"{project.root}/", "")
    hint = " Install the project's requirements into that environment."
    return (
        f"the models and factories can't be imported by {project.python}: {place}."
        f"{hint if 'ModuleNotFoundError' in said else ''}"
    )
