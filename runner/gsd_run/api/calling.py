"""Judging and carrying out plans for other programs: by a process of its own, as values."""

import math
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from gsd_run.api.letters import Broken, Came, Happened, Letter, Request, Went, error_of
from gsd_run.api.values import Answer, Name, Options, Result
from gsd_run.domain.errors import UsageError
from gsd_run.domain.event import Event
from gsd_run.outside.own_process import OwnProcess

_LONGEST_REVISION = 1000  # characters; git is called with it
WORKER = "gsd_run.api.worker"
Watcher = Callable[[Event], object]


def check(
    plan: Name,
    *,
    project: Name = ".",
    base: str = "",
    options: Options = Options(),  # noqa: B008 - a frozen value
    watcher: Watcher | None = None,
) -> Result:
    """Judge every claim of a plan on the tree as it is; nothing is changed, nothing is kept.

    With `base`, a revision, the claims are judged at that commit first: before and after.

    Raises:
        UsageError: no plan of the project, or several, go by the name, or there is no such base.
        PlanError: the plan or its run file can't be understood; `findings` has every mistake.
        Refusal: the repository, or a rule for dangerous commands, does not allow it.
    """
    return _called(_request("check", project, plan, options, base=base), watcher)


def run(
    plan: Name,
    *,
    project: Name = ".",
    options: Options = Options(),  # noqa: B008 - a frozen value
    watcher: Watcher | None = None,
) -> Result:
    """Carry a plan out, or go on with the run of it that stopped.

    `watcher` is called with every event as it gets into the journal. An error that it raises, and
    Ctrl-C, stop the run, which can go on later, and then go on to the caller.

    Raises:
        UsageError: no plan of the project, or several, go by the name; options contradict.
        PlanError: the plan or its run file can't be understood; `findings` has every mistake.
        Refusal: the repository, the journal or a policy does not allow it.
    """
    return _called(_request("run", project, plan, options), watcher)


def resume(
    plan: Name | None = None,
    *,
    project: Name = ".",
    options: Options = Options(),  # noqa: B008 - a frozen value
    watcher: Watcher | None = None,
) -> Result:
    """Go on with the run of a plan that stopped; without a plan, with the only one that did.

    Raises:
        UsageError: no run has stopped, or several and no plan is given.
        PlanError, Refusal: as `run`.
    """
    return _called(_request("resume", project, plan, options), watcher)


def answer(
    given: Answer,
    plan: Name | None = None,
    *,
    project: Name = ".",
    options: Options = Options(),  # noqa: B008 - a frozen value
    watcher: Watcher | None = None,
) -> Result:
    """Answer the checkpoint at which a run stands, and go on with it.

    Raises:
        UsageError: nothing is asked, or that is no answer to it.
        Waiting: its gate is blocking-human, which no program can approve.
        PlanError, Refusal: as `run`.
    """
    if not isinstance(given, Answer):
        raise TypeError(f"an answer is an Answer, and not {given!r}")
    asked = _request("answer", project, plan, options)
    return _called(msgspec.structs.replace(asked, answer=given), watcher)


def _request(
    call: str, project: Name, plan: Name | None, options: Options, *, base: str = ""
) -> Request:
    if plan is None and call in {"check", "run"}:
        raise TypeError(f"{call}() needs a plan: its id or path")
    if not isinstance(options, Options):
        raise TypeError(f"options are an Options, and not {options!r}")
    named = "" if plan is None else os.fspath(plan)
    if not isinstance(named, str):
        raise TypeError(f"a plan goes by its id or path, and not by {named!r}")
    return Request(
        call=call,
        project=str(Path(project).absolute()),
        plan=None if plan is None else named,
        options=options,
        base=base,
    )


def encoded(request: Request) -> bytes:
    """Return a request as it is sent.

    Raises:
        UsageError: a value in it is none that its field can have.
    """
    if len(request.base) > _LONGEST_REVISION:
        raise UsageError("`base` is a revision, and none is that long")
    timeout = request.options.timeout
    if isinstance(timeout, float) and not math.isfinite(timeout):
        raise UsageError(f"`timeout` is a number of seconds above 0, and not {timeout}")
    try:
        sent = msgspec.json.encode(request)
        msgspec.json.decode(sent, type=Request)
    except msgspec.ValidationError as error:
        raise UsageError(f"{request.call}: {error}") from None
    except UnicodeEncodeError:
        told = "a name holds what is no text; give plans by their ids, and the project as UTF-8"
        raise UsageError(f"{request.call}: {told}") from None
    return sent


def _called(request: Request, watcher: Watcher | None) -> Result:
    if not (watcher is None or callable(watcher)):
        raise TypeError(f"a watcher is called with events, and {watcher!r} can't be")
    process = OwnProcess(WORKER, encoded(request))
    try:
        return answer_of(process, lambda letter: _shown(letter, watcher))
    except BaseException:
        process.stop()
        raise
    finally:
        with suppress(KeyboardInterrupt):  # impatience: it ends by itself
            process.let_go()
            process.ended()


def answer_of(process: OwnProcess, happened: Callable[[Happened], object]) -> Result:
    """Read a worker's letters to the last one, and return what came.

    Raises:
        GsdRunError: what it ended with, or that it ended without a word.
    """
    decoder = msgspec.json.Decoder(Letter)
    for line in process.lines():
        match decoder.decode(line):
            case Happened() as letter:
                happened(letter)
            case Came(result=result):
                return result
            case Went() as letter:
                raise error_of(letter)
    raise Broken(
        f"the process that worked at it ended without a word (status {process.ended()}); what it "
        "wrote to standard error says more, and `resume` goes on with a run"
    )


def _shown(letter: Happened, watcher: Watcher | None) -> None:
    if watcher is not None and letter.record is not None:
        watcher(letter.record.event)
