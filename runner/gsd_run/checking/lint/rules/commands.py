"""Rules about what stands where a command should be: prose, gaps, and what bash can't parse."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from gsd_run.checking.commands.blocks import looks_like_command
from gsd_run.checking.commands.quoting import open_quote
from gsd_run.checking.lint.scripts import Hit, at, brief, run_commands
from gsd_run.checking.lint.subject import LintRule, Subject
from gsd_run.domain import lazy
from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule
from gsd_run.outside.shell import syntax_error
from gsd_run.outside.shell_calls import commands_of

SYNTAX = Rule(
    code="V201",
    name="syntax-error",
    severity="error",
    about="bash can't parse a command.",
    why="Nothing of it is run: an open quote or bracket, or words of explanation among those of "
    "the command.",
    mend='Close what is open; put explanations on a line of their own: "Expected: …".',
)
PROSE = Rule(
    code="V202",
    name="prose-for-command",
    severity="error",
    about="A sentence stands in <automated>, where a command belongs.",
    why="Its first word is run as a program, and is none.",
    mend="Write the command; keep the sentence beside it, outside of <automated>.",
)
SENTINEL = Rule(
    code="V203",
    name="no-command-yet",
    severity="warning",
    about="MISSING, N/A, MANUAL or TODO stands where a command should be.",
    why="Nothing is run, and the claim stays UNPROVEN.",
    mend="Write the command as soon as there is one, or make the task a checkpoint.",
)
PLACEHOLDER = Rule(
    code="V204",
    name="placeholder-in-command",
    severity="error",
    about="A command has a gap that was never filled in.",
    why="`<name>` is a redirection to bash, and no file or value is called {name} or YOUR_KEY.",
    mend='Fill it in; take what differs between machines from a variable: "$API_URL".',
)

_AUTOMATED = lazy.pattern(r"<automated[^>]*>(.*?)(?:</automated>|\Z)", re.DOTALL | re.IGNORECASE)
_SENTINEL = lazy.pattern(
    r"^(?:\s*<automated[^>]*>|[^\w\n<]*)(?P<line>(?:MISSING|N/?A|[Nn]/[Aa]|MANUAL|Manual|TODO|TBD|NONE|none)\b[^\n<]*)",
    re.MULTILINE,
)
_ANGLE = lazy.pattern(r"(?<![<\w(&-])<(?!/)[A-Za-z][A-Za-z0-9_ -]{1,30}>(?!\()")
_BRACES = lazy.pattern(r"(?<![$\w{@^])\{[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*\}(?!\})")
_WORDS = lazy.pattern(r"\b(?:YOUR|MY|INSERT|REPLACE)_[A-Z][A-Z_]+\b|/?\bpath/to/[\w./-]+")
# Code of other languages, given to a program as one word, has braces and angles of its own.
_NOT_SHELL = lazy.pattern(r"<<|\s-\w*[ce]\s|--eval|\bxargs\b|\bfind\b")
_CLOSED_BY = (("then", "fi"), ("do", "done"), ("case", "esac"))
_OPENING = lazy.pattern(r"\b(?:then|do|case)\b")
_CAPITAL = lazy.pattern(r"[A-Z][a-z]+$")
_SIGNS = lazy.pattern(r"(?:^|\s)-{1,2}\w|[|&;<>=$`]|\w/\w|\.\w{1,5}(?:\s|$)")
_SENTENCE = 3  # words that make a sentence


def _syntax(subject: Subject) -> Iterator[Finding]:
    for claim, command in run_commands(subject):
        text = command.text
        if (commands_of(text) is not None and _is_balanced(text)) or _is_code(text) or _gaps(text):
            continue
        said = _bash_says(text)
        if said:
            quote = open_quote(text) if "<<" not in text else ""
            told = f"a {quote} is open at the end" if quote else said
            hit = Hit(
                message=f"bash can't parse `{brief(text)}`: {told}", needle=brief(text).rstrip("…")
            )
            if claim.kind == "verify" or looks_like_command(text):
                yield at(subject, SYNTAX, command, hit)


def _is_balanced(text: str) -> bool:
    """Tell whether brackets and keywords are closed; the grammar closes them by itself."""
    if "(" not in text and not _OPENING.search(text):
        return True
    plain = _without_quotes(text)
    words = re.findall(r"[\w-]+", plain)
    return plain.count("(") == plain.count(")") and all(
        words.count(opening) == words.count(closing) for opening, closing in _CLOSED_BY
    )


def _is_code(text: str) -> bool:
    """Tell whether words that the shell knows too begin a line of another language."""
    if re.search(r"(?:;|\n)\s*(?:then|do)\b|\bin\b", text):
        return False
    return bool(re.match(r"(?:export|if|for|while|case|function|import|type|declare)\b", text))


@lru_cache(maxsize=512)
def _bash_says(text: str) -> str:
    """Return what bash says of a script that it can't parse; nothing of it is run.

    The grammar that all rules read scripts by stumbles over some that bash takes, so that bash has
    the last word.
    """
    said = syntax_error(text, environment={"PATH": "/usr/bin:/bin", "LC_ALL": "C"}, cwd=Path("/"))
    first = (said or "").split("\n", 1)[0]
    return re.sub(r"^bash: (?:-c: )?(?:line \d+: )?", "", first)


def _prose(subject: Subject) -> Iterator[Finding]:
    for text in (verify for task in subject.plan.tasks for verify in task.verify):
        for match in _AUTOMATED.finditer(text.text):
            words = match[1].strip()
            if _is_prose(words):
                first = words.split("\n", 1)[0]
                line = text.line + text.text.count("\n", 0, text.text.index(words, match.start()))
                told = f'"{brief(words)}" is no command, and its first word would be run as one'
                yield subject.found(PROSE, line, told, first)


def _is_prose(text: str) -> bool:
    words = text.split()
    if len(words) < _SENTENCE or looks_like_command(text) or _SIGNS.search(text):
        return False
    lower = [word for word in words[1:] if re.fullmatch(r"[a-z]+[,.;:]?", word)]
    return bool(_CAPITAL.match(words[0])) and len(lower) >= len(words) // 2


def _sentinels(subject: Subject) -> Iterator[Finding]:
    for claim in subject.compiled.claims:
        if claim.kind != "verify" or all(part.rule != "sentinel" for part in claim.parts):
            continue
        found = _SENTINEL.search(claim.text)
        if found:
            line = _line_with(subject, found["line"], claim.line)
            told = f'"{brief(found["line"])}" stands where a command should be'
            yield subject.found(SENTINEL, line, told, found["line"])


def _line_with(subject: Subject, text: str, start: int) -> int:
    lines = subject.lines[start - 1 :]
    return next((number for number, line in enumerate(lines, start) if text in line), start)


def _placeholders(subject: Subject) -> Iterator[Finding]:
    for _, command in run_commands(subject):
        text = command.text
        if not re.search(r"[<{]|YOUR_|MY_|INSERT_|REPLACE_|path/to/", text):
            continue
        for match in _gaps(text):
            told = f"{match[0]} in `{brief(text)}` was never filled in"
            yield at(
                subject,
                PLACEHOLDER,
                command,
                Hit(message=told, start=match.start(), needle=match[0]),
            )
            break


@lru_cache(maxsize=1024)
def _gaps(text: str) -> tuple[re.Match[str], ...]:
    if _NOT_SHELL.search(text):
        return ()
    plain = _without_quotes(text)
    found = [*_ANGLE.finditer(plain), *_BRACES.finditer(plain), *_WORDS.finditer(plain)]
    return tuple(sorted(found, key=lambda match: match.start()))


def _without_quotes(text: str) -> str:
    """Return a text of the same length in which all that stands in quotes is blank."""
    return re.sub(r"'[^']*'|\"(?:\\.|[^\"\\])*\"", lambda match: "_" * len(match[0]), text)


RULES: tuple[LintRule, ...] = (
    LintRule(rule=SYNTAX, find=_syntax),
    LintRule(rule=PROSE, find=_prose),
    LintRule(rule=SENTINEL, find=_sentinels),
    LintRule(rule=PLACEHOLDER, find=_placeholders),
)
