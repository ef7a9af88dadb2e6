"""Rules about commands that hide whether another one failed.

gsd-run measures the status of each command at the level of the script, also inside a pipe. What
it sees through is a warning here, since whoever runs the plan otherwise does not; what is lost
to it as well is an error.
"""

import re
from collections.abc import Iterator

from gsd_run.checking.lint.scripts import Hit, brief, by_text
from gsd_run.checking.lint.subject import LintRule
from gsd_run.checking.measuring.telling import ALWAYS_SUCCEED, FILTERS, hides_failure
from gsd_run.domain import lazy
from gsd_run.domain.rule import Rule
from gsd_run.outside.calls import Call, Step, every
from gsd_run.outside.shell_calls import commands_of

PIPED = Rule(
    code="V231",
    name="pipe-hides-status",
    severity="warning",
    about="A pipe ends with the status of its last command, not of the one that matters.",
    why="`cargo test | tail` succeeds whatever the tests do. gsd-run looks at every command of "
    "the pipe and sees the failure; an agent or a person who runs the line does not.",
    mend="Take the filter off, or write `set -o pipefail` before it.",
)
OR_TRUE = Rule(
    code="V232",
    name="or-hides-failure",
    severity="warning",
    about="`|| true` or `|| echo` turns a failure into success.",
    why="gsd-run sees the failure, but the script says to go on past it: the claim is then "
    "UNPROVEN and never refuted. Others don't see it at all.",
    mend="Take it out, or end it with a failure: `|| { echo FAIL; exit 1; }`.",
)
STATUS_REPLACED = Rule(
    code="V233",
    name="status-replaced",
    severity="warning",
    about="What stands behind `;` gives the script its status.",
    why="`pytest; echo done` succeeds whatever pytest does. gsd-run looks at each command's own "
    "status; an agent or a person who runs the line does not.",
    mend="Join them by `&&`, or take the last one out.",
)
LOST = Rule(
    code="V234",
    name="failure-lost",
    severity="error",
    about="A loop, condition, subshell or inner shell succeeds although what it runs fails.",
    why="What happens inside is measured as one command, so the failure is lost to gsd-run, too: "
    "the claim can't be proven.",
    mend="Let it fail: `set -e` inside, `&&` between, `|| exit 1` behind what must succeed.",
)
LOST_IN_TEXT = Rule(
    code="V235",
    name="status-lost-in-substitution",
    severity="error",
    about="A test or build runs inside `$(…)`, and only its output is used.",
    why='`echo "$(pytest)"` and `export OUT=$(pytest)` succeed whatever pytest does.',
    mend="Run it as a command of its own; keep its output by `| tee /tmp/out.txt`.",
)
BACKGROUND = Rule(
    code="V236",
    name="test-in-background",
    severity="warning",
    about="A test or build is put into the background, and nothing waits for it.",
    why="Its status is lost, and it may be killed before it ends.",
    mend="Take the `&` away, or write `wait $pid` behind it.",
)

_GREPS = frozenset({"grep", "egrep", "fgrep", "rg"})
# What only looks, or prepares: that its status is lost is no loss.
_LOOKS = (
    ALWAYS_SUCCEED
    | FILTERS
    | _GREPS
    | frozenset(
        {"ls", "git", "jq", "yq", "du", "stat", "which", "curl", "diff", "xargs", "", "docker"}
    )
    | frozenset(
        {"man", "gh", "type", "lsof", "tree", "strings", "file", "[", "[[", "test", "kubectl"}
    )
)
# They build or test, whatever their words.
_WORKS = frozenset(
    {"pytest", "unittest", "jest", "vitest", "mocha", "cargo", "tsc", "mypy", "pyright", "ruff"}
    | {"eslint", "biome", "dotnet", "mvn", "gradle", "gradlew", "rspec", "rake", "phpunit", "mix"}
    | {"make", "cmake", "ctest", "tox", "nox", "swift", "xcodebuild", "flutter", "playwright"}
)
_WORDS = frozenset({"test", "build", "lint", "check", "typecheck", "vet", "compile", "t"})
_BY_WORD = frozenset(
    {"npm", "pnpm", "yarn", "bun", "go", "just", "deno", "zig", "turbo", "nx", "node"}
)
_FAILS = lazy.pattern(r"\b(?:exit|return)[ \t]+\"?(?:[1-9]|\$)|\bfalse\b")
_PIPEFAIL = lazy.pattern(r"\bset\s+-\w*o\s+pipefail|\bset\s+-o\s+pipefail|pipefail")


def _works(call: Call) -> bool:
    """Tell whether a command builds or tests something."""
    if call.program in _BY_WORD:
        words = {word.text for word in call.arguments}
        return (
            bool(words & _WORDS)
            or "--test" in words
            or any(re.match(r"(?:test|build|lint|typecheck|check):", word) for word in words)
        )
    return call.program in _WORKS


def _piped(text: str) -> Iterator[Hit]:
    if "|" not in text or _PIPEFAIL.search(text):
        return
    commands = commands_of(text)
    for step in commands.steps if commands else ():
        *before, last = step.calls
        hidden = [call for call in before if call.program not in _LOOKS]
        if hidden and last.program in FILTERS | _GREPS | {"tee", "sort", "uniq", "tr"}:
            told = brief(text[hidden[0].start : hidden[0].end])
            yield Hit(
                message=f"the pipe ends with the status of {last.program}, not of `{told}`; "
                "gsd-run looks at both, others don't",
                start=hidden[0].start,
                needle=told.rstrip("…"),
            )


def _or_true(text: str) -> Iterator[Hit]:
    if "||" not in text:
        return
    commands = commands_of(text)
    steps = commands.steps if commands else ()
    for number, step in enumerate(steps):
        if step.joined != "||" or not _succeeds(step):
            continue
        later = steps[number + 1 :]
        fails = bool(_FAILS.search(text[step.start : step.end])) or any(
            one.joined == "&&" and _FAILS.match(text[one.start : one.end]) for one in later[:1]
        )
        if not fails:
            told = brief(text[step.start : step.end])
            yield Hit(
                message=f"`|| {told}` turns a failure into success; the claim can't be refuted",
                start=step.start,
                needle=f"|| {told}".rstrip("…"),
            )


def _succeeds(step: Step) -> bool:
    call = step.calls[-1]
    if call.program == "exit":
        return [word.text for word in call.arguments] == ["0"]
    return call.program in {"true", ":", "echo", "printf"}


def _replaced(text: str) -> Iterator[Hit]:
    commands = commands_of(text) if ";" in text else None
    steps = commands.steps if commands else ()
    if len(steps) < 2 or _FAILS.search(text) or re.search(r"\bset -\w*e", text):  # noqa: PLR2004
        return
    last, before = steps[-1], steps[-2]
    between = text[before.end : last.start]
    if last.joined != ";" or ";" not in between or not _succeeds(last):
        return
    lost = before.calls[-1]
    if lost.kind == "command" and (lost.program not in _LOOKS or lost.program in _GREPS):
        told = brief(text[last.start : last.end])
        hidden = brief(text[before.start : before.end])
        yield Hit(
            message=f"`; {told}` gives the line its status, not `{hidden}`; "
            "gsd-run looks at both, others don't",
            start=last.start,
            needle=told.rstrip("…"),
        )


def _lost(text: str) -> Iterator[Hit]:
    commands = commands_of(text)
    if commands is None or not any(
        _holds_others(call) for step in commands.steps for call in step.calls
    ):
        return
    hidden = hides_failure(text)
    if hidden:
        yield Hit(
            message=f"`{brief(hidden)}` succeeds even if what it runs fails; gsd-run can't see it",
            start=max(text.find(hidden), 0),
            needle=brief(hidden).rstrip("…"),
        )


def _holds_others(call: Call) -> bool:
    simple = call.kind in {"command", "test", "declaration", "assignment"}
    return not simple or call.program in {"bash", "sh", "zsh", "dash", "eval"} or not call.program


def _lost_in_text(text: str) -> Iterator[Hit]:
    commands = commands_of(text) if "$(" in text else None
    for _, _, call in every(commands) if commands else ():
        if call.program not in {"echo", "printf", "export", "local", "declare", "readonly"}:
            continue
        for inner in call.inside:
            working = [one for step in inner.steps for one in step.calls if _works(one)]
            if working:
                told = brief(text[working[0].start : working[0].end])
                yield Hit(
                    message=f"the status of `{told}` is lost: {call.program} succeeds in any case",
                    start=working[0].start,
                    needle=told.rstrip("…"),
                )


def _background(text: str) -> Iterator[Hit]:
    commands = commands_of(text) if "&" in text else None
    for number, step in enumerate(commands.steps if commands else ()):
        assert commands is not None
        waits = any(one.calls[-1].program == "wait" for one in commands.steps[number:])
        works = next((call for call in step.calls if _works(call)), None)
        if step.background and works is not None and not waits:
            told = brief(text[works.start : works.end])
            yield Hit(
                message=f"`{told} &` is not waited for, and its status is lost",
                start=works.start,
                needle=told.rstrip("…"),
            )


RULES: tuple[LintRule, ...] = (
    by_text(PIPED, _piped),
    by_text(OR_TRUE, _or_true),
    by_text(STATUS_REPLACED, _replaced),
    by_text(LOST, _lost),
    by_text(LOST_IN_TEXT, _lost_in_text),
    by_text(BACKGROUND, _background),
)
