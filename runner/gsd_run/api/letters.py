"""What the process that works and the one that asked it write to each other, a line each."""

from typing import Any

from msgspec import Struct

from gsd_run.api.values import Answer, Options, Result
from gsd_run.domain.errors import GsdRunError, PlanError, Refusal, UsageError, Waiting
from gsd_run.domain.event import Record
from gsd_run.domain.plan import Finding


class Request(Struct, frozen=True, kw_only=True):
    """What is to be done: `check`, `run`, `resume` or `answer` a plan of a project.

    `plan` may be None for `resume` and `answer`: the only run that stopped. `base` is a revision
    that `check` judges at, too.
    """

    call: str
    project: str
    plan: str | None = None
    options: Options = Options()
    base: str = ""
    answer: Answer | None = None


class Interrupted(GsdRunError):
    """A signal ended it before there was anything to go on with."""

    exit_code = 130


class Broken(GsdRunError):
    """A bug of gsd-run, or the process that worked was killed."""

    exit_code = 70


KINDS: dict[str, type[GsdRunError]] = {
    one.__name__: one
    for one in (GsdRunError, UsageError, PlanError, Refusal, Waiting, Interrupted, Broken)
}


class Happened(Struct, frozen=True, kw_only=True, tag="happened"):
    """An event is in the journal, or a command starts; `told` says it in a line, if anything."""

    told: str = ""
    record: Record | None = None


class Said(Struct, frozen=True, kw_only=True, tag="said"):
    """A warning that is no event."""

    text: str


class Came(Struct, frozen=True, kw_only=True, tag="came"):
    """The end, with what came of it."""

    result: Result


class Went(Struct, frozen=True, kw_only=True, tag="went"):
    """The end by an error, by its class; of a PlanError with its findings."""

    kind: str
    message: str
    findings: tuple[Finding, ...] = ()


Letter = Happened | Said | Came | Went


def went(error: GsdRunError) -> Went:
    """Return an error as it is sent."""
    findings = error.findings if isinstance(error, PlanError) else ()
    return Went(kind=type(error).__name__, message=error.message, findings=findings)


def error_of(letter: Went) -> GsdRunError:
    """Return the error that was sent."""
    if letter.findings:
        return PlanError(letter.findings)
    made: Any = KINDS.get(letter.kind, GsdRunError)
    error: GsdRunError = GsdRunError(letter.message) if made is PlanError else made(letter.message)
    return error
