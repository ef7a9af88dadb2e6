"""Comments of a plan that take findings out, each with its reason."""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.checking.lint.subject import Subject
from gsd_run.domain import lazy
from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule

UNUSED = Rule(
    code="L201",
    name="unused-suppression",
    severity="note",
    about="A comment takes a finding out that is not there.",
    why="The mistake was mended, or the comment stands in the wrong place; left in, it would hide "
    "the next mistake of that kind.",
    mend="Take the comment out, or move it to the line before the finding.",
)
UNCLEAR = Rule(
    code="L202",
    name="unclear-suppression",
    severity="warning",
    about="A comment for gsd-run is not understood.",
    why="What it should take out is told anyway.",
    mend="Write `<!-- gsd-run: ignore V201 reason -->`, with the code that lint gives.",
)

_COMMENT = lazy.pattern(r"<!--\s*gsd-run:(?P<html>.*?)-->|(?:^|\s)#\s*gsd-run:(?P<yaml>.*)$")
_CODE = r"[FTMVCDRSL]\d{0,4}(?!\w)"  # or the beginning of codes
_IGNORE = lazy.pattern(rf"ignore\s+(?P<codes>{_CODE}(?:\s*,\s*{_CODE})*)[\s:—–-]*(?P<reason>.*)")
_OPENS = lazy.pattern(r"\s*<([a-zA-Z][\w-]*)\b[^>]*>")


class _Suppression(Struct, frozen=True, kw_only=True):
    """The lines `first` to `last`, on which findings of these codes are taken out."""

    codes: tuple[str, ...]
    line: int
    column: int
    first: int
    last: int

    def covers(self, finding: Finding, code: str) -> bool:
        return self.first <= finding.line <= self.last and finding.code.startswith(code)


def unsuppressed(subject: Subject, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings that no comment takes out, and those about such comments."""
    if not any("gsd-run:" in line for line in subject.lines):
        return tuple(findings)
    about = list(_comments(subject))
    comments = [one for one in about if isinstance(one, _Suppression)]
    told = [one for one in about if isinstance(one, Finding)]
    left = [
        finding
        for finding in findings
        if not any(one.covers(finding, code) for one in comments for code in one.codes)
    ]
    for one in comments:
        for code in one.codes:
            if not any(one.covers(finding, code) for finding in findings):
                message = f"nothing to ignore here: no finding {code}{_where(one)}"
                unused = subject.found(UNUSED, one.line, message)
                told.append(replace(unused, column=one.column))
    return (*left, *told)


def _where(one: _Suppression) -> str:
    if one.last - one.first <= 1:
        return f" on line {one.first} or {one.last}"
    return f" from line {one.first} to line {one.last}"


def _comments(subject: Subject) -> Iterator[_Suppression | Finding]:
    body = _body(subject.lines)
    for number, line in enumerate(subject.lines, 1):
        for match in _COMMENT.finditer(line) if "gsd-run:" in line else ():
            in_yaml = match["html"] is None
            if in_yaml and number >= body:
                continue  # a heading or a command of the body
            words = (match["yaml"] if in_yaml else match["html"]).strip()
            column = match.start() + len(match[0]) - len(match[0].lstrip()) + 1
            found = _IGNORE.fullmatch(words)
            if found is None:
                message = f'"{words}" is not understood; write: ignore CODE reason'
                yield replace(subject.found(UNCLEAR, number, message), column=column)
                continue
            first, last = _extent(subject.lines, number, body)
            codes = tuple(code.strip() for code in found["codes"].split(","))
            yield _Suppression(codes=codes, line=number, column=column, first=first, last=last)


def _body(lines: Sequence[str]) -> int:
    """Return the number of the first line behind the frontmatter."""
    if not lines or lines[0].strip() != "---":
        return 1
    ends = (number for number, line in enumerate(lines[1:], 2) if line.strip() == "---")
    return next(ends, 0) + 1


def _extent(lines: Sequence[str], number: int, body: int) -> tuple[int, int]:
    """Return the first and last line that a comment on line `number` speaks of."""
    above = lines[body - 1 : number - 1]
    alone = not _COMMENT.sub("", lines[number - 1]).strip()
    if number >= body and alone and all(not _COMMENT.sub("", line).strip() for line in above):
        return 1, len(lines)
    following = next(
        (place for place in range(number, len(lines)) if _COMMENT.sub("", lines[place]).strip()),
        number,
    )
    opened = _OPENS.match(lines[following]) if following < len(lines) else None
    if not alone or opened is None:
        return number, number + 1
    closing = f"</{opened[1]}>"
    ends = (place for place in range(following, len(lines)) if closing in lines[place])
    return number, next(ends, following) + 1
