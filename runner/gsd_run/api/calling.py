"""Judging and carrying out plans for other programs: by a process of its own, as values."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from gsd_run.api.judging import Request
from gsd_run.api.letters import Came, Happened, Letter, Went, error_of
from gsd_run.api.places import Name
from gsd_run.api.values import Answer, Options, Result
from gsd_run.domain.errors import GsdRunError
from gsd_run.domain.event import Event
from gsd_run.outside.own_process import OwnProcess

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
    asked = _request("answer", project, plan, options)
    return _called(msgspec.structs.replace(asked, answer=given), watcher)


def _request(
    call: str, project: Name, plan: Name | None, options: Options, *, base: str = ""
) -> Request:
    return Request(
        call=call,
        project=str(Path(project).absolute()),
        plan=None if plan is None else os.fspath(plan),
        options=options,
        base=base,
    )


def _called(request: Request, watcher: Watcher | None) -> Result:
    process = OwnProcess(WORKER, msgspec.json.encode(request))
    try:
        return answer_of(process, lambda letter: _shown(letter, watcher))
    except BaseException:
        process.stop()
        raise
    finally:
        with suppress(KeyboardInterrupt):  # impatience: it ends by itself
            process.stop()
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
    raise GsdRunError(
        f"the process that worked at it ended without a word (status {process.ended()}); what it "
        "wrote to standard error says more, and `resume` goes on with a run"
    )


def _shown(letter: Happened, watcher: Watcher | None) -> None:
    if watcher is not None and letter.record is not None:
        watcher(letter.record.event)
