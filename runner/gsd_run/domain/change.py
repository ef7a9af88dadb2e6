"""A change: what one step does to files, as a value, before anything is written."""

from msgspec import Struct


class Edit(Struct, frozen=True, kw_only=True):
    """New content for one file; `before` is None for a new file, `after` None for a deletion.

    `path` is relative to the project root, with forward slashes. The content is text in UTF-8,
    line ends as they are in the file.
    """

    path: str
    before: str | None
    after: str | None


class Applied(Struct, frozen=True, kw_only=True):
    """One thing that a step did: the rule by which it did it, where, and in words."""

    rule: str
    path: str
    line: int
    message: str


class Undecided(Struct, frozen=True, kw_only=True):
    """A place that a step left as it was, because it could not decide; the candidates it saw."""

    path: str
    line: int
    message: str
    candidates: tuple[str, ...] = ()


class StepResult(Struct, frozen=True, kw_only=True):
    """What a step would do. With `failure` set it does nothing, and the text says why."""

    edits: tuple[Edit, ...] = ()
    applied: tuple[Applied, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    deviations: tuple[str, ...] = ()
    failure: str | None = None


class Facts(Struct, frozen=True, kw_only=True):
    """What a step may need to know that is not in the tree before it.

    `figures` are measured values as text, by name (`coverage:core/models.py` is `98.6`);
    `base_texts` are files as they are at the run's base commit, by their path relative to the
    project root, with None for a file that was not there. Only what steps ask for is in them.
    """

    figures: dict[str, str] = {}
    base_texts: dict[str, str | None] = {}
