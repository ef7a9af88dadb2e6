"""Truths that a command succeeds or a server answers, bound to the plan's own commands for it."""

import re
from collections.abc import Iterator, Sequence

from gsd_run.checking.compiling.adaptations import shown
from gsd_run.checking.predicates.http import CLIENTS
from gsd_run.checking.truths.sentences import parts, rest_of
from gsd_run.domain import lazy
from gsd_run.domain.claim import Expectation, Part, ScriptCheck, ScriptSource
from gsd_run.outside.shell import Member, Pipeline, split

_REQUEST = lazy.pattern(
    r"`?(?P<method>GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (?P<path>/[^\s`]*)`? "
    r"(?:(?:now |still )?(?:returns?|responds? with|answers(?: with)?|gives?)) "
    r"(?:an? |HTTP |status )*`?(?P<status>[1-5]\d\d)\b`?"
    r"(?: (?:OK|Created|Accepted|No Content|Not Found|Unauthorized|Forbidden|Bad Request))?"
)
_SUCCEEDS = lazy.pattern(
    r"(?:Running |The command )?(?:`(?P<quoted>[^`]+)`|(?P<plain>(?:npm|npx|pnpm|yarn|bun|node|"
    r"cargo|go|python3?|uv|pytest|ruff|mypy|tsc|make|just|dotnet|mix|bundle|composer|"
    r"gradle|mvn|terraform|helm|docker|nix|deno|swift|flutter|git) [^,;()—]+?)) "
    r"(?:still |now )?(?P<how>(?:exits?|returns?) (?:with )?(?:code |status )?0|succeeds?|"
    r"runs successfully|completes successfully|passes)"
    r"(?: without errors?| with no errors?| successfully)?(?![\w-])"
)
# After a command that has to succeed, this says nothing more.
_SAYS_NO_MORE = lazy.pattern(
    r"\(?(?:(?:and |still )?(?:with|without)(?: any| no| zero| 0)? (?:errors?|failures?|problems)|"
    r"(?:0|zero|no) (?:errors?|failures?)|cleanly)\)?",
    re.IGNORECASE,
)
_PASSES_ON = frozenset({"head", "tail", "cat", "tee"})
_METHOD = lazy.pattern(r"(?:-X|--request)[ =]?['\"]?([A-Z]+)")
_WITH_BODY = lazy.pattern(r"\s(?:-d|--data(?:-\w+)?|-F|--form|--json)\b")


def request_parts(text: str, sources: Sequence[ScriptSource]) -> tuple[Part, ...]:
    """Return the parts of "GET /path returns 200", shown by a plan's command that asks just that.

    No server is started for it: the plan's own commands do that, or it stays UNPROVEN.
    """
    match = _REQUEST.match(text)
    rest = _beyond(text, match.end()) if match else None
    if match is None or rest is None:
        return ()
    rule = "the plan's command that makes this request"
    for source, pipeline in _pipelines(sources):
        client = pipeline.members[0]
        if client.program in CLIENTS and _asks(client, match["method"], match["path"]):
            wanted = Expectation(
                kind="http_status",
                text=match[0],
                number=float(match["status"]),
                command=pipeline.text,
            )
            return parts(text, rule, [ScriptCheck(sources=(source,), expectations=(wanted,))], rest)
    why = f"no command of the plan asks for {match['method']} {match['path']}"
    return (Part(text=text, rule=rule, unproven=why),)


def command_parts(text: str, sources: Sequence[ScriptSource]) -> tuple[Part, ...]:
    """Return the parts of "`npm run build` succeeds", shown by the same command of the plan.

    A command that the plan does not run itself may do anything, and is not run.
    """
    match = _SUCCEEDS.match(text)
    rest = _beyond(text, match.end()) if match else None
    if match is None or rest is None:
        return ()
    command = " ".join((match["quoted"] or match["plain"]).split())
    rule = "the same command among those of the plan"
    for source, pipeline in _pipelines(sources):
        if _same(command, pipeline):
            wanted = Expectation(kind="exit_zero", text=match[0], command=pipeline.text)
            return parts(text, rule, [ScriptCheck(sources=(source,), expectations=(wanted,))], rest)
    return (Part(text=text, rule=rule, unproven=f"no command of the plan is `{command}`"),)


def _beyond(text: str, end: int) -> str | None:
    """Return what is said beyond a clause; a condition of it is said beyond, too."""
    behind = text[end:].strip(" .")
    if re.match(r"(?:or|and/or)\b", behind):
        return None
    rest = rest_of(text, end)
    behind = behind if rest is None else rest
    return "" if _SAYS_NO_MORE.fullmatch(behind) else behind


def _pipelines(sources: Sequence[ScriptSource]) -> Iterator[tuple[ScriptSource, Pipeline]]:
    for source in sources:
        for pipeline in split(source.script) or ():
            if not pipeline.background and not pipeline.negated and pipeline.members:
                yield source, pipeline


def _same(command: str, pipeline: Pipeline) -> bool:
    first, *later = pipeline.members
    bare = re.sub(r"\s*(?:2>&1|&>\s*\S+|2?>\s*\S+)", "", shown(first.text))
    through = all(one.program in _PASSES_ON for one in later)
    return through and " ".join(bare.split()) == command


def _asks(client: Member, method: str, path: str) -> bool:
    text = shown(client.text)
    if client.program in {"http", "https", "xh"}:
        asked = re.findall(r"\b(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b", text) or ["GET"]
    else:
        given = _METHOD.findall(text)
        implied = (
            "POST" if _WITH_BODY.search(text) else "HEAD" if re.search(r"\s-I\b", text) else "GET"
        )
        asked = given or [implied]
    urls = re.findall(
        r"(?:https?://)?(?:localhost|[\w.-]+|\$\{?\w+\}?)?(?::\d+|:\$\{?\w+\}?)?(/[^\s'\"]*)", text
    )
    return asked == [method] and any(url.rstrip("/") == path.rstrip("/") for url in urls)
