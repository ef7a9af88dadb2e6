r"""Rules about patterns: of key links, and what artifacts should contain.

A pattern is looked for as it stands; only where that fails, and where it has something in it
that code has not (`.*`, `\\(`, `^`), is it read as a regular expression (see `searching`).
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from gsd_run.checking.files.searching import is_expression, search
from gsd_run.checking.lint.rules.plan_paths import line_of
from gsd_run.checking.lint.subject import LintRule, Subject
from gsd_run.domain import lazy
from gsd_run.domain.claim import PatternCheck, PatternItem
from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule

INVALID = Rule(
    code="M221",
    name="invalid-pattern",
    severity="warning",
    about="A pattern is written as a regular expression, but is no valid one.",
    why="It can be found only if it stands in the file letter by letter; otherwise the claim "
    "stays UNPROVEN.",
    mend=r"Escape what is meant literally: `useState\\(` in double quotes.",
)
MATCHES_ANYTHING = Rule(
    code="M222",
    name="pattern-matches-anything",
    severity="warning",
    about="A pattern matches any text, or nothing at all.",
    why="It would be found in a file that has nothing to do with the claim, so it proves nothing.",
    mend="Name what must be there: `fetch.*api/login` instead of `.*`.",
)
DOUBLY_ESCAPED = Rule(
    code="M223",
    name="pattern-doubly-escaped",
    severity="warning",
    about="A pattern asks for backslashes, because its escapes are doubled.",
    why="In single quotes and without quotes YAML keeps both backslashes. Such a pattern is "
    "tried with one of them here; tools that take it as it stands find nothing.",
    mend=r"""Leave one of them: `pattern: 'login\('`, or `pattern: "login\\("`.""",
)
IMPOSSIBLE_ANCHOR = Rule(
    code="M224",
    name="pattern-anchor-inside",
    severity="error",
    about="A pattern has ^ or $ where a line can't begin or end.",
    why="As an expression it matches no text at all, so the claim is REFUTED.",
    mend=r"Escape it, `\\$transaction` in double quotes, or write the pattern without expressions.",
)
PROSE = Rule(
    code="M225",
    name="pattern-is-a-sentence",
    severity="warning",
    about="The pattern of a link from a code file is a sentence.",
    why="It is looked for letter by letter, and code does not have it, so nothing shows the link.",
    mend="Write a piece of the code that makes the link, and put the sentence into `via:`.",
)
SLOW = Rule(
    code="M226",
    name="pattern-backtracks",
    severity="warning",
    about="A pattern repeats what is itself repeated.",
    why="On a line that almost matches, the search takes exponential time; it is stopped after "
    "two seconds, and the claim stays UNPROVEN.",
    mend=r"Repeat once: `\w+` instead of `(\w+)+`.",
)
LIST_IN_WORDS = Rule(
    code="M227",
    name="pattern-list-in-words",
    severity="note",
    about="A pattern is a list in words, not an expression.",
    why="It is read item by item; where an item does not hold the link stays UNPROVEN.",
    mend="Make one key link of each item, so that each has a verdict of its own.",
)
TOO_LITTLE = Rule(
    code="M228",
    name="pattern-says-too-little",
    severity="warning",
    about="A pattern is one or two letters long.",
    why="It is found in almost every file, so it shows nothing.",
    mend="Name the function, class or text that the work adds.",
)

# Words, blanks and signs that mean themselves; escaped signs; `.`, `.*`, `.+`; alternatives.
_PLAINLY_VALID = lazy.pattern(
    r"(?:[\w\s,;:'\"@#%&=<>/~`!-]|\\[.()\[\]{}|/$^*+?\"'sdwbSDWB-]|\.[*+]?|\|(?!\||$))+"
)
_ESCAPES = lazy.pattern(r"\\[.()\[\]{}|$^*+?]|\.[*+]")
_ANYTHING = lazy.pattern(r"(?:\.[*+?]?|\s|\\[swbSWB])*")
_OPEN_END = lazy.pattern(r"\|[^|]+|[^|]+(?:\|[^|]+)*\|")
_BRANCHES = lazy.pattern(r"(?<!\\)\|")
_DOUBLED = lazy.pattern(r"(?<!\\)\\\\(?=[.()\[\]{}|$^*+?sdwb])")
_SINGLE = lazy.pattern(r"(?<!\\)\\(?=[^\\])")
_CLASS = lazy.pattern(r"(?<!\\)\[(?:\\.|[^\]\\])*\]")
_ANCHOR_INSIDE = lazy.pattern(r"(?<!\\)\$(?=[\w{\[('\"])|(?<=[\w)\"'])(?<!\\.)\^(?=\w)")
_ATOM = r"(?:\\.|\[(?:\\.|[^\]\\])+\]|[\w.])"
_NESTED = lazy.pattern(rf"\((?:\?:)?{_ATOM}[+*](?:{_ATOM}[*?])*\)(?:[+*]|\{{\d+,\}})")
_SENTENCE = lazy.pattern(r"[A-Za-z][\w'-]*(?:,? +(?:[A-Za-z][\w'-]*|\w+\(\))){3,}[.]?")
_FUNCTION_WORDS = frozenset(
    {"the", "is", "are", "with", "that", "which", "when", "then", "to", "of", "by", "on", "into"}
    | {"uses", "calls", "called", "via", "and", "or", "before", "after", "must", "should", "its"}
)
_CODE_FILES = (
    ".py", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".go", ".rs", ".java", ".kt", ".cs",
    ".swift", ".php", ".rb", ".ex", ".exs", ".c", ".h", ".cpp", ".vue", ".svelte", ".dart",
)  # fmt: skip
_SHORT = 2  # letters that say nothing


class Pattern(Struct, frozen=True, kw_only=True):
    """A pattern of a claim, with the line from which on it stands and the file it is sought in."""

    claim: str
    text: str
    start: int
    file: str
    of_link: bool = False


def _patterns(subject: Subject) -> Iterator[Pattern]:
    musts = subject.plan.must_haves
    for number, artifact in enumerate(musts.artifacts, 1):
        for text in (*artifact.contains, *artifact.matches, *artifact.lacks):
            yield Pattern(
                claim=f"artifact.{number}", text=text, start=artifact.line, file=artifact.path
            )
    for number, link in enumerate(musts.key_links, 1):
        for text in (link.pattern, *link.lacks):
            if text.strip():
                yield Pattern(
                    claim=f"key_link.{number}",
                    text=text,
                    start=link.line,
                    file=link.source,
                    of_link=True,
                )


def _found(subject: Subject, rule: Rule, pattern: Pattern, what: str) -> Finding:
    """Return a finding at the line on which a pattern stands, as YAML spells it."""
    key = "pattern:" if pattern.of_link else "contains"
    line = line_of(subject, key, pattern.start, pattern.start)
    raw = re.split(r"[\\\"']", pattern.text.strip(), maxsplit=1)[0]
    line = line_of(subject, raw, line, line) if raw else line
    needle = key if key in subject.lines[line - 1] else raw
    return subject.found(rule, line, f"{pattern.claim}: the pattern {what}", needle)


def _is_list(subject: Subject) -> frozenset[str]:
    """Return the claims whose pattern is read as a list in words."""
    return frozenset(
        claim.id
        for claim in subject.compiled.claims
        for part in claim.parts
        if isinstance(part.check, PatternCheck) and part.check.prose
    )


def _invalid(subject: Subject) -> Iterator[Finding]:
    for pattern in _patterns(subject):
        if _PLAINLY_VALID.fullmatch(pattern.text) or not is_expression(pattern.text):
            continue
        doubt = search(pattern.text, "", "").doubt
        if "malformed" in doubt:
            why = doubt.partition("malformed as an expression: ")[2]
            yield _found(subject, INVALID, pattern, f"{pattern.text} is no valid expression: {why}")


def _matches_anything(subject: Subject) -> Iterator[Finding]:
    for pattern in _patterns(subject):
        text = pattern.text
        if _PLAINLY_VALID.fullmatch(text):
            anything = any(_ANYTHING.fullmatch(branch) for branch in _BRANCHES.split(text))
        else:
            open_end = _OPEN_END.fullmatch(text.strip()) is not None
            anything = open_end or (is_expression(text) and _any_text(text))
        if anything:
            told = f"{text} matches any text, so it shows nothing"
            yield _found(subject, MATCHES_ANYTHING, pattern, told)


def _any_text(text: str) -> bool:
    return "any text" in search(text, "", "").doubt


def _doubly_escaped(subject: Subject) -> Iterator[Finding]:
    lists = _is_list(subject)
    for pattern in _patterns(subject):
        text = pattern.text
        if pattern.claim in lists or not _DOUBLED.search(text):
            continue
        if not _SINGLE.search(_DOUBLED.sub("", text)):
            told = f"{text} doubles its escapes: write {_DOUBLED.sub(_one_backslash, text)}"
            yield _found(subject, DOUBLY_ESCAPED, pattern, told)


def _one_backslash(_match: re.Match[str]) -> str:
    return "\\"


def _anchors(subject: Subject) -> Iterator[Finding]:
    for pattern in _patterns(subject):
        text = _CLASS.sub("[]", pattern.text)
        inside = _ANCHOR_INSIDE.search(text)
        if inside and _ESCAPES.search(text) and "|" not in text:
            told = f"{pattern.text} can match nothing: {inside[0]} stands inside; escape it"
            yield _found(subject, IMPOSSIBLE_ANCHOR, pattern, told)


def _prose(subject: Subject) -> Iterator[Finding]:
    for pattern in _patterns(subject):
        text = pattern.text.strip()
        if not pattern.of_link or not pattern.file.endswith(_CODE_FILES):
            continue
        if _SENTENCE.fullmatch(text) and _FUNCTION_WORDS & set(text.split()):
            told = f'"{text}" is a sentence; write the code that makes the link'
            yield _found(subject, PROSE, pattern, told)


def _slow(subject: Subject) -> Iterator[Finding]:
    for pattern in _patterns(subject):
        if nested := _NESTED.search(pattern.text):
            told = f"repeats {nested[0]}, which is repeated inside already; repeat once"
            yield _found(subject, SLOW, pattern, told)


def _lists(subject: Subject) -> Iterator[Finding]:
    for claim in subject.compiled.claims:
        for part in claim.parts:
            if isinstance(part.check, PatternCheck) and part.check.prose:
                read = ", ".join(_worded(item) for item in part.check.items)
                told = f'{claim.id}: the pattern "{claim.text}" is a list in words, read as: {read}'
                line = line_of(subject, "pattern:", claim.line, claim.line)
                yield subject.found(LIST_IN_WORDS, line, told)


def _worded(item: PatternItem) -> str:
    what = f"call of {item.call}" if item.call else f"“{item.regex}”"
    if item.negated:
        return f"no {what}"
    return f"a {what}" if item.call else what


def _too_little(subject: Subject) -> Iterator[Finding]:
    for pattern in _patterns(subject):
        text = pattern.text.strip()
        if 0 < len(text) <= _SHORT:
            told = f'"{text}" is so short that it may stand anywhere'
            yield _found(subject, TOO_LITTLE, pattern, told)


RULES: tuple[LintRule, ...] = (
    LintRule(rule=INVALID, find=_invalid),
    LintRule(rule=MATCHES_ANYTHING, find=_matches_anything),
    LintRule(rule=DOUBLY_ESCAPED, find=_doubly_escaped),
    LintRule(rule=IMPOSSIBLE_ANCHOR, find=_anchors),
    LintRule(rule=PROSE, find=_prose),
    LintRule(rule=SLOW, find=_slow),
    LintRule(rule=LIST_IN_WORDS, find=_lists),
    LintRule(rule=TOO_LITTLE, find=_too_little),
)
