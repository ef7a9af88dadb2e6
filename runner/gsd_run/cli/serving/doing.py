"""The tools carried out: by the Python API where they read, else by a process of their own."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread
import msgspec
from msgspec import Struct

from gsd_run.api.calling import WORKER, answer_of, encoded
from gsd_run.api.judging import newest_result
from gsd_run.api.letters import Happened, Request
from gsd_run.api.looking import explain, lint, plans_of, read_plan, status
from gsd_run.api.places import place_at
from gsd_run.api.values import Answer, Options, Result
from gsd_run.checking.compiling.adaptations import shown
from gsd_run.cli.serving import arguments, values
from gsd_run.cli.serving.outcomes import findings_of, outcome_of, outcomes_of, overview_of
from gsd_run.cli.serving.texts import (
    text_of_findings,
    text_of_outcome,
    text_of_overview,
    text_of_plan,
)
from gsd_run.domain.errors import GsdRunError, UsageError
from gsd_run.outside.own_process import OwnProcess
from gsd_run.reading.confining import Use
from gsd_run.reporting.explanation import explained

Progress = Callable[[str], object]
Carried = arguments.Run | arguments.Resume | arguments.Answer


class Served(Struct, frozen=True, kw_only=True):
    """The one project that is served, and what its agents may do there."""

    root: Path
    sandbox: Use | None = None
    allow_answers: bool = False
    allow_amendments: bool = False


class Told(Struct, frozen=True, kw_only=True):
    """What a tool gives back, and the same in short."""

    value: Struct
    text: str


async def done(served: Served, name: str, given: arguments.Arguments, progress: Progress) -> Told:
    """Do what the tool of a name is for; `progress` is called from another thread.

    Raises:
        GsdRunError: what it is given is off, or the repository refuses.
    """
    match given:
        case arguments.Check():
            return await _checked(served, given, progress)
        case arguments.Run() | arguments.Resume() | arguments.Answer():
            result = await _worked(_request(served, name, given), progress)
            outcome = outcome_of(result, carried_out=True)
            return Told(value=outcome, text=text_of_outcome(outcome))
    return await anyio.to_thread.run_sync(_looked, served, given)


async def _checked(served: Served, given: arguments.Check, progress: Progress) -> Told:
    files = await anyio.to_thread.run_sync(
        partial(plans_of, _inside(given.plan), project=served.root)
    )
    judged = []
    for file in files:
        asked = Request(
            call="check",
            project=str(served.root),
            plan=str(file),
            options=Options(strict=given.strict, sandbox=served.sandbox),
            base=given.base,
        )
        judged.append(await _worked(asked, progress))
    value = outcomes_of(judged)
    return Told(value=value, text="\n\n".join(map(text_of_outcome, value.plans)))


async def _worked(asked: Request, progress: Progress) -> Result:
    """Let a process do what is asked for; a cancelled request interrupts it, and a run stands.

    Raises:
        GsdRunError: what it ended with.
    """
    process = await anyio.to_thread.run_sync(OwnProcess, WORKER, encoded(asked))
    cancelled = False

    async def watch() -> None:
        nonlocal cancelled
        try:
            await anyio.sleep_forever()
        finally:
            cancelled = True
            process.stop()

    def happened(letter: Happened) -> None:
        if letter.told and not cancelled:
            progress(letter.told)

    async with anyio.create_task_group() as group:
        group.start_soon(watch)
        with anyio.CancelScope(shield=True):  # it ends by itself, soon after it was stopped
            came = await anyio.to_thread.run_sync(_awaited, process, happened)
        group.cancel_scope.cancel()
    if isinstance(came, GsdRunError):
        raise came
    return came


def _awaited(process: OwnProcess, happened: Callable[[Happened], object]) -> Result | GsdRunError:
    try:
        return answer_of(process, happened)
    except GsdRunError as error:
        return error
    except BaseException:
        process.stop()
        raise
    finally:
        process.let_go()
        process.ended()


def _request(served: Served, call: str, given: Carried) -> Request:
    names = ("executor", "strict", "fresh", "redo", "task", "until", "allow_amendments")
    options = {name: getattr(given, name) for name in names if hasattr(given, name)}
    answer = None
    if isinstance(given, arguments.Answer):
        answer = Answer(kind=given.answer, choice=given.choice, reason=given.reason, by="mcp")
    return Request(
        call=call,
        project=str(served.root),
        plan=None if given.plan is None else _inside(given.plan),
        options=Options(**options, sandbox=served.sandbox),
        answer=answer,
    )


def _looked(served: Served, given: arguments.Arguments) -> Told:
    """Do what runs nothing."""
    root = served.root
    match given:
        case arguments.Lint():
            found = findings_of(lint(*map(_inside, given.plans), project=root))
            return Told(value=found, text=text_of_findings(found))
        case arguments.Status():
            standings = status(project=root)
            if given.plan is not None:
                meant = {
                    path.relative_to(root).as_posix()
                    for path in plans_of(_inside(given.plan), project=root)
                }
                standings = tuple(one for one in standings if one.plan.path in meant)
            standing = overview_of(standings)
            return Told(value=standing, text=text_of_overview(standing))
        case arguments.Show():
            plan = read_plan(_inside(given.plan), project=root)
            return Told(value=values.Shown(plan=msgspec.to_builtins(plan)), text=text_of_plan(plan))
        case arguments.Explain():
            return _explained(served, given)
        case arguments.Report():
            result = newest_result(place_at(root), _inside(given.plan))
            outcome = outcome_of(result, carried_out=True)
            return Told(value=outcome, text=text_of_outcome(outcome))
    raise TypeError(given)


def _explained(served: Served, given: arguments.Explain) -> Told:
    plan = read_plan(_inside(given.plan), project=served.root)
    claims = explain(_inside(given.plan), project=served.root)
    if given.claim is not None:
        wanted = [o for o in claims if o.id == given.claim or o.id.startswith(f"{given.claim}.")]
        if not wanted:
            ids = ", ".join(one.id for one in claims)
            raise UsageError(f"no claim {given.claim!r} in this plan; there are {ids}")
        claims = tuple(wanted)
    text = shown(msgspec.json.encode(explained(plan, claims)).decode("utf-8", "replace"))
    told = msgspec.json.decode(text)
    lines = []
    for one in told["claims"]:
        how = one["rule"] if one["checks"] else f"no check: {one['unproven']}"
        lines.append(f"{one['id']}: {how}")
    value = values.Explained(plan=plan.id, claims=told["claims"])
    nothing = "the plan claims nothing that could be judged"
    return Told(value=value, text="\n".join(lines) or nothing)


def _inside(name: str) -> str:
    """Return a name of a plan or phase; what looks like a path is none.

    Raises:
        UsageError: it is a path, and plans are called by their ids here.
    """
    if not name.strip() or name.startswith(("-", "/", "~")) or ".." in name or "\0" in name:
        raise UsageError(f"{name!r}: call a plan by its id; `status` lists them")
    with suppress(OSError, ValueError):
        if Path(name).is_absolute():
            raise UsageError(f"{name!r}: call a plan by its id; `status` lists them")
    return name
