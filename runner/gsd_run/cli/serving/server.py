"""The server: requests of a client to the tools, each in a process of its own where it runs."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import anyio.from_thread
import anyio.to_thread
import mcp_types as types
import msgspec
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from msgspec import Struct

from gsd_run import __version__
from gsd_run.api.calling import WORKER, answer_of
from gsd_run.api.judging import Request, newest_result
from gsd_run.api.letters import Happened
from gsd_run.api.looking import explain, lint, plans_of, read_plan, status
from gsd_run.api.places import place_at
from gsd_run.api.values import Answer, Options, Result
from gsd_run.checking.compiling.adaptations import shown
from gsd_run.cli.serving import tools
from gsd_run.cli.serving.outcomes import (
    findings_of,
    outcome_of,
    outcomes_of,
    stands_of,
    text_of_findings,
    text_of_outcome,
    text_of_plans,
)
from gsd_run.cli.serving.tools import TOOLS, Arguments, Tool, schema_of
from gsd_run.domain.errors import GsdRunError, Refusal, UsageError
from gsd_run.domain.visible import visible
from gsd_run.outside.own_process import OwnProcess
from gsd_run.reading.confining import Use
from gsd_run.reporting.explanation import explained

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext

_INSTRUCTIONS = """\
gsd-run judges the claims of GSD plans by running their own checks, and carries plans out task by \
task. Call `status` for the ids of the plans. Don't state that a plan's work is done: call `check` \
or `resume` and report its verdicts. UNPROVEN is not PROVEN. Approvals of checkpoints are your \
user's to give.
"""


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


Progress = Callable[[str], object]


async def serve(served: Served) -> None:
    """Serve on the standard input and output until the input ends."""
    server = made(served)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def made(served: Served) -> "Server[dict[str, Any]]":
    """Return the server of a project."""

    async def listed(_context: object, _asked: object) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_listed(one, served) for one in TOOLS])

    async def called(
        context: "ServerRequestContext[dict[str, Any]]", asked: types.CallToolRequestParams
    ) -> types.CallToolResult:
        try:
            tool, given = _understood(asked.name, asked.arguments or {}, served)
            told = await _done(context, served, tool, given)
        except GsdRunError as error:
            words = types.TextContent(type="text", text=visible(error.message))
            return types.CallToolResult(content=[words], is_error=True)
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=visible(told.text))],
            structured_content=msgspec.to_builtins(told.value),
        )

    return Server(
        "gsd-run",
        version=__version__,
        instructions=_INSTRUCTIONS,
        on_list_tools=listed,
        on_call_tool=called,
    )


def _listed(tool: Tool, served: Served) -> types.Tool:
    without = () if served.allow_amendments else ("allow_amendments",)
    return types.Tool(
        name=tool.name,
        description=tool.about,
        input_schema=schema_of(tool.given, without),
        output_schema=schema_of(tool.gives),
        annotations=types.ToolAnnotations(read_only_hint=tool.reads, open_world_hint=False),
    )


def _understood(name: str, given: dict[str, Any], served: Served) -> tuple[Tool, Arguments]:
    """Return the tool that is meant and what it is given.

    Raises:
        UsageError: there is no such tool, or it can't be given this.
        Refusal: that is not for an agent to decide.
    """
    tool = next((one for one in TOOLS if one.name == name), None)
    if tool is None:
        raise UsageError(f"no tool {name!r}; there are {', '.join(one.name for one in TOOLS)}")
    try:
        arguments = msgspec.convert(given, tool.given)
    except msgspec.ValidationError as error:
        raise UsageError(f"{name}: {error}") from error
    if getattr(arguments, "allow_amendments", False) and not served.allow_amendments:
        raise Refusal("amendments are a person's to accept: start with --allow-amendments for that")
    if isinstance(arguments, tools.Answer):
        _refuse_answer(arguments, served)
    return tool, arguments


def _refuse_answer(given: tools.Answer, served: Served) -> None:
    if given.answer == "reject" and not given.reason.strip():
        raise UsageError("answer: a rejection needs its `reason`")
    if given.answer == "choose" and not given.choice.strip():
        raise UsageError("answer: to choose, give the `choice`: an option's id")
    if given.answer != "reject" and not served.allow_answers:
        raise Refusal(
            "an approval is a person's to give: let your user answer by `gsd-run answer` in a "
            "terminal. (A server started with --allow-answers hands on what they tell you.)"
        )


async def _done(
    context: "ServerRequestContext[dict[str, Any]]", served: Served, tool: Tool, given: Arguments
) -> Told:
    steps = 0

    def progress(text: str) -> None:
        nonlocal steps
        steps += 1
        anyio.from_thread.run(context.session.report_progress, float(steps), None, visible(text))

    match given:
        case tools.Check():
            files = await anyio.to_thread.run_sync(
                partial(plans_of, _inside(given.plan), project=served.root)
            )
            options = Options(strict=given.strict, sandbox=served.sandbox)
            judged = []
            for file in files:
                asked = Request(
                    call="check",
                    project=str(served.root),
                    plan=str(file),
                    options=options,
                    base=given.base,
                )
                judged.append(await _worked(asked, progress))
            value = outcomes_of(judged)
            return Told(value=value, text="\n\n".join(map(text_of_outcome, value.plans)))
        case tools.Run() | tools.Resume() | tools.Answer():
            result = await _worked(_request(served, tool, given), progress)
            outcome = outcome_of(result, carried_out=True)
            return Told(value=outcome, text=text_of_outcome(outcome))
    return await anyio.to_thread.run_sync(_looked, served, given)


async def _worked(asked: Request, progress: Progress) -> Result:
    """Let a process do what is asked for; a cancelled request interrupts it, and a run stands.

    Raises:
        GsdRunError: what it ended with.
    """
    process = await anyio.to_thread.run_sync(OwnProcess, WORKER, msgspec.json.encode(asked))
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
    finally:
        process.stop()
        process.ended()


def _request(served: Served, tool: Tool, given: tools.Run | tools.Resume | tools.Answer) -> Request:
    names = ("executor", "strict", "fresh", "redo", "task", "until", "allow_amendments")
    options = {name: getattr(given, name) for name in names if hasattr(given, name)}
    answer = None
    if isinstance(given, tools.Answer):
        answer = Answer(kind=given.answer, choice=given.choice, reason=given.reason, by="mcp")
    return Request(
        call=tool.name,
        project=str(served.root),
        plan=None if given.plan is None else _inside(given.plan),
        options=Options(**options, sandbox=served.sandbox),
        answer=answer,
    )


def _looked(served: Served, given: Arguments) -> Told:
    """Do what runs nothing."""
    root = served.root
    match given:
        case tools.Lint():
            found = findings_of(lint(*map(_inside, given.plans), project=root))
            return Told(value=found, text=text_of_findings(found))
        case tools.Status():
            stands = status(project=root)
            if given.plan is not None:
                meant = {
                    path.relative_to(root).as_posix()
                    for path in plans_of(_inside(given.plan), project=root)
                }
                stands = tuple(one for one in stands if one.plan.path in meant)
            listed = [stands_of(one) for one in stands]
            return Told(value=tools.Overview(plans=listed), text=text_of_plans(listed))
        case tools.Show():
            plan = read_plan(_inside(given.plan), project=root)
            named = [f"{one.number}. {one.title}" for one in plan.tasks]
            value = tools.Shown(plan=msgspec.to_builtins(plan))
            return Told(value=value, text="\n".join([f"{plan.id} ({plan.path})", *named]))
        case tools.Explain():
            return _explained(served, given)
        case tools.Report():
            result = newest_result(place_at(root), _inside(given.plan))
            outcome = outcome_of(result, carried_out=True)
            return Told(value=outcome, text=text_of_outcome(outcome))
    raise TypeError(given)


def _explained(served: Served, given: tools.Explain) -> Told:
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
    value = tools.Explained(plan=plan.id, claims=told["claims"])
    return Told(value=value, text="\n".join(lines))


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
