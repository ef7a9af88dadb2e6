"""Rules about checks that can't fail, or that other results pass as well."""

import re
from collections.abc import Iterator

from gsd_run.checking.lint.flow import running
from gsd_run.checking.lint.rules.searches import search_of
from gsd_run.checking.lint.scripts import Hit, at, brief, by_text, run_commands
from gsd_run.checking.lint.subject import LintRule, Subject
from gsd_run.checking.measuring.telling import ALWAYS_SUCCEED, FILTERS, tells
from gsd_run.domain import lazy
from gsd_run.domain.claim import Claim, ScriptCheck
from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule
from gsd_run.outside.calls import Call
from gsd_run.outside.shell_calls import calls_of, commands_of

ALWAYS_SUCCEEDS = Rule(
    code="V241",
    name="cannot-fail",
    severity="error",
    about="The commands of a check succeed whatever the state of the project.",
    why="A check that can't fail shows nothing, so its claim stays UNPROVEN.",
    mend="Ask a command that fails: test -f PATH, grep -q PATTERN FILE, the tests.",
)
ALWAYS_TRUE = Rule(
    code="V242",
    name="always-true",
    severity="error",
    about="A test compares what is the same in any case.",
    why="A count is never less than 0, and fixed words never change: it succeeds always.",
    mend='Compare with what the work brings: [ "$(grep -c PATTERN FILE)" -ge 1 ].',
)
COUNT_AS_TEXT = Rule(
    code="V243",
    name="count-found-as-text",
    severity="warning",
    about='"N passed" is searched for in the output of tests.',
    why='"51 passed" also stands in "1 failed, 51 passed" and in "151 passed".',
    mend="Let the runner's exit status decide and say `Expected: 51 passed, 0 failed`: gsd-run "
    "reads the counts from the results.",
)
ANY_ANSWER = Rule(
    code="V245",
    name="curl-takes-any-answer",
    severity="warning",
    about="curl without -f succeeds at any answer of the server.",
    why="404 and 500 are answers, too: the check only shows that something listens.",
    mend="Write curl -f, or compare the status: curl -s -o /dev/null -w '%{http_code}'.",
)
COUNTED_TWICE = Rule(
    code="V244",
    name="count-with-two-lines",
    severity="warning",
    about="`$(grep -c … || echo 0)` gives two lines when nothing is found.",
    why="grep -c prints 0 and fails, so echo prints another 0; no comparison with a number works.",
    mend="Write `$(grep -c … || true)`.",
)

_MAY_FAIL = lazy.pattern(r"\b(\d+) (?:tests? )?(?:passed|passing|pass|ok)\b")
_COUNTS = lazy.pattern(r"^\"?\$\((?:.*\b(?:wc|grep -\w*c|grep --count)\b.*)\)\"?$", re.DOTALL)
_NO_TELLING = (
    ALWAYS_SUCCEED | FILTERS | {"git", "ls", "curl", "grep", "egrep", "rg", "jq", "column"}
)


def _cannot_fail(subject: Subject) -> Iterator[Finding]:
    told: set[str] = set()
    for claim, command in run_commands(subject):
        if claim.id in told:
            continue
        told.add(claim.id)
        calls = [call for one in claim.commands for call in calls_of(one.text)]
        if not calls or any(_may_fail(call) for call in calls) or _asks_more(subject, claim):
            continue
        if all(call.kind == "declaration" for call in calls):
            continue  # `export const x` is code
        script = "\n".join(one.text for one in claim.commands)
        if any(call.program == "curl" for call in calls):
            continue  # it fails where nothing listens; V245 tells what it takes
        if not tells(script):
            hit = Hit(
                message=f"`{brief(script)}` succeeds whatever the state of the project",
                needle=brief(command.text).rstrip("…"),
            )
            yield at(subject, ALWAYS_SUCCEEDS, command, hit)


def _may_fail(call: Call) -> bool:
    return bool(call.program) and call.program not in _NO_TELLING


def _asks_more(subject: Subject, claim: Claim) -> bool:
    """Tell whether words beside the commands ask something of what they print."""
    beside = any(one.id.startswith(f"{claim.id}.") for one in subject.compiled.claims)
    checks = [part.check for part in claim.parts if isinstance(part.check, ScriptCheck)]
    asked = [one for check in checks for one in check.expectations]
    asked += [one for command in claim.commands for one in command.expects]
    return beside or any(not one.kind.startswith("exit") for one in asked)


def _always_true(text: str) -> Iterator[Hit]:
    if "[" not in text and "test " not in text:
        return
    for call in calls_of(text):
        if call.program not in {"[", "[[", "test"}:
            continue
        words = [word for word in call.arguments if word.text not in {"]", "]]"}]
        texts = [word.text for word in words]
        if _is_true(texts, literal=all(word.literal for word in words)):
            yield Hit(
                message=f"`{brief(text[call.start : call.end])}` is true in any case",
                start=call.start,
                needle=brief(text[call.start : call.end]).rstrip("…"),
            )


def _is_true(texts: list[str], *, literal: bool) -> bool:
    match texts:
        case [one]:
            return literal and bool(one) and not one.startswith("-")
        case ["-n", one]:
            return literal and bool(one)
        case [one, "=" | "==" | "-eq" | "-ge" | "-le", other] if literal:
            return one == other
        case [count, "-ge", "0"] | [count, "-gt", "-1"]:
            return not literal and bool(_COUNTS.match(count))
    return False


def _as_text(subject: Subject) -> Iterator[Finding]:
    for one in running(subject):
        if one.python is not None:
            for text, line, asked in one.python.texts:
                if (
                    asked
                    and _MAY_FAIL.fullmatch(text.strip())
                    and not one.python.names & {"returncode", "check_call"}
                ):
                    start = _line(one.command.text, one.start, line)
                    hit = Hit(message=_also_true(text), start=start, needle=text)
                    yield at(subject, COUNT_AS_TEXT, one.command, hit)
        elif one.call.program in {"grep", "egrep", "fgrep", "rg"}:
            for word in search_of(one.call).patterns:
                match = _MAY_FAIL.search(word.text)
                if match and not re.search(r"[\^\\]|failed|\bb", word.text[: match.start()]):
                    hit = Hit(message=_also_true(word.text), start=word.start, needle=word.source)
                    yield at(subject, COUNT_AS_TEXT, one.command, hit)


def _also_true(text: str) -> str:
    found = _MAY_FAIL.search(text)
    count = found[0] if found else text
    return f'"{count}" also stands in "1 failed, {count}" and in "1{count}"'


def _line(text: str, start: int, line: int) -> int:
    """Return where a line begins, counted from the line of a character."""
    for _ in range(line):
        start = text.find("\n", start) + 1 or start
    return start


def _any_answer(subject: Subject) -> Iterator[Finding]:
    for claim, command in run_commands(subject):
        if "curl" not in command.text or _asks_more(subject, claim):
            continue
        commands = commands_of(command.text)
        for step in commands.steps[-1:] if commands else ():
            call = step.calls[-1]
            asks = call.has("--fail", "--fail-with-body", "-w", "--write-out") or call.flags("fw")
            if call.program == "curl" and not asks:
                told = brief(command.text[call.start : call.end])
                hit = Hit(
                    message=f"`{told}` succeeds at any answer, 404 and 500 included; write curl -f",
                    start=call.start,
                    needle=told.rstrip("…"),
                )
                yield at(subject, ANY_ANSWER, command, hit)


def _two_lines(text: str) -> Iterator[Hit]:
    if "echo" not in text or "$(" not in text:
        return
    for call in calls_of(text):
        for inner in call.inside:
            if inner.kind != "command_substitution" or len(inner.steps) < 2:  # noqa: PLR2004
                continue
            first, second = inner.steps[0], inner.steps[1]
            counts = first.calls[-1]
            zero = [word.text for word in second.calls[0].arguments] == ["0"]
            if (
                counts.program in {"grep", "egrep", "fgrep"}
                and counts.flags("c")
                and second.joined == "||"
                and second.calls[0].program == "echo"
                and zero
            ):
                told = brief(text[first.start : second.end])
                yield Hit(
                    message=f"`$({told})` gives two lines, 0 and 0, when nothing is found",
                    start=first.start,
                    needle=told.rstrip("…"),
                )


RULES: tuple[LintRule, ...] = (
    LintRule(rule=ALWAYS_SUCCEEDS, find=_cannot_fail),
    by_text(ALWAYS_TRUE, _always_true),
    LintRule(rule=COUNT_AS_TEXT, find=_as_text),
    by_text(COUNTED_TWICE, _two_lines),
    LintRule(rule=ANY_ANSWER, find=_any_answer),
)
