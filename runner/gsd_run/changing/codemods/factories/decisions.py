"""What is to be done with each call, function and statement; `rewrite` carries it out."""

import libcst as cst
from msgspec import Struct

from gsd_run.domain.change import Applied, Undecided


class NewCall(Struct, frozen=True, eq=False):
    """How a call changes. None for `func` keeps what is called.

    `renamed` maps keywords to a new name and value; `first` goes before all arguments, `last`
    after them, as (keyword, source). `awaited` is the asynchronous session that runs the call.
    """

    func: str | None = None
    renamed: dict[str, tuple[str, cst.BaseExpression]] = {}
    first: str | None = None
    last: tuple[tuple[str, str], ...] = ()
    awaited: str | None = None


class Parameter(Struct, frozen=True, eq=False):
    """A parameter that a function gets, before its others but after self or cls."""

    name: str
    annotation: cst.Annotation | None


class Decisions:
    """Collects what is to be done to one file, and why; filled by `decide`, read by `rewrite`.

    `removed` are statements without further purpose, `shrunk` the elements of a list that need
    no adding any more, `unwrapped` adds whose argument stays as a statement, `moved` statements
    by the guard whose body they go to, `after` source to put behind a statement; `fixtures` are
    parameters that functions get behind their others.

    `replaced` is other source for an expression. With `guesses` what can only be guessed is done,
    too.
    """

    def __init__(self, *, guesses: bool = False) -> None:
        self.guesses = guesses
        self.calls: dict[cst.Call, NewCall] = {}
        self.parameters: dict[cst.FunctionDef, Parameter] = {}
        self.fixtures: dict[cst.FunctionDef, list[str]] = {}
        self.removed: set[cst.CSTNode] = set()
        self.shrunk: dict[cst.Call, set[int]] = {}
        self.unwrapped: set[cst.Call] = set()
        self.moved: dict[cst.CSTNode, tuple[cst.CSTNode, ...]] = {}
        self.after: dict[cst.CSTNode, str] = {}
        self.replaced: dict[cst.CSTNode, str] = {}
        self.imports: set[tuple[str, str]] = set()
        self.applied: list[Applied] = []
        self.undecided: list[Undecided] = []
        self.deviations: list[str] = []

    def done(self, rule: str, path: str, line: int, message: str) -> None:
        """Note that a rule was applied."""
        self.applied.append(Applied(rule=rule, path=path, line=line, message=message))

    def guessed(self, rule: str, path: str, line: int, message: str) -> None:
        """Note a guess that was applied; it is a deviation, too."""
        self.done(f"guess-{rule}", path, line, message)
        self.deviations.append(f"a guess at {path}:{line}: {message}")

    def open(self, path: str, line: int, message: str, candidates: tuple[str, ...] = ()) -> None:
        """Note a place that stays as it is, each once."""
        one = Undecided(path=path, line=line, message=message, candidates=candidates)
        if one not in self.undecided:
            self.undecided.append(one)
