"""Mends for commands that can't show what they should, and for figures that contradict others."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from gsd_run.checking.compiling.wording import Wording
from gsd_run.checking.lint.fixes.fix import Fix, pair
from gsd_run.checking.lint.subject import Subject
from gsd_run.domain import lazy
from gsd_run.outside.shell import Member, split

_FILE = lazy.pattern(
    r"(?<![\w./-])(?:~?/)?(?:[\w.@+-]+/)*[\w@+-][\w.@+-]*\.[A-Za-z]\w{0,4}(?![\w/])"
)
_WRITTEN = lazy.pattern(r"(?:\btee(?:\s+-a)?\s+|(?<![<0-9&])[12&]?>>?\s*)(?P<path>[\w./~@+-]+)")
_COUNT_LACKS = lazy.pattern(
    r"(?P<quote>['\"])\d+ pass(?:ed|ing)(?P=quote) not in (?P<run>\w+)\.stdout"
)
_COUNT_HAS = lazy.pattern(r"(?P<quote>['\"])\d+ pass(?:ed|ing)(?P=quote) in (?P<run>\w+)\.stdout")
_SWALLOWED = lazy.pattern(
    r"[ \t]*(?P<swallows>\|\|[ \t]*(?:(?:true|:)[ \t]*(?=$|[;)`<])"
    r"|echo(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'|[\w:.!-]+))+[ \t]*(?=$|[)`<])))",
    re.MULTILINE,
)
_UP_FROM = lazy.pattern(r"up from (?P<percent>\d+(?:\.\d+)?) ?%")
_OF_TOTAL = lazy.pattern(r"(?<![\d/])(?P<count>\d+)/(?P<total>\d+)(?![\d/])")
_FAILING = lazy.pattern(r"(?<![\d/.])(\d+)(?: of \d+)? (?:\w+ )?failing\b")


def other_extensions(subject: Subject, wording: Wording) -> Iterator[Fix]:
    """Read the file that the claim's own commands write, where only its ending is another."""
    text = wording.text
    written = {match["path"] for match in _WRITTEN.finditer(text)}
    for match in _FILE.finditer(text):
        path = match[0]
        if path in written or subject.around.exists(path):
            continue
        stem = PurePosixPath(path).with_suffix("")
        same = [one for one in written if PurePosixPath(one).with_suffix("") == stem]
        if len(same) == 1:
            names = PurePosixPath(same[0]).name, PurePosixPath(path).name
            reason = f"the commands write {names[0]} and read {names[1]}, which nothing writes"
            change = pair(text, match.start(), match.end(), same[0])
            yield Fix(pairs=(change,), reason=reason)


def substrings_of_counts(_: Subject, wording: Wording) -> Iterator[Fix]:
    """Look at the status as well, where a number of passed tests is looked for in the output."""
    text = wording.text
    for pattern, status in ((_COUNT_LACKS, "!= 0 or"), (_COUNT_HAS, "== 0 and")):
        for match in pattern.finditer(text):
            if re.search(rf"\b{match['run']}\.returncode\b", text):
                continue
            new = f"{match['run']}.returncode {status} {match[0]}"
            said = match[0].split(match["quote"])[1]
            yield Fix(
                pairs=(pair(text, match.start(), match.end(), new),),
                reason=f'"{said}" also stands in the output of a run in which other tests failed',
            )


def unnamed_suites(subject: Subject, wording: Wording) -> Iterator[Fix]:
    """Give a call of pytest without a path the one suite that the plan's other calls name."""
    calls = [
        (claim.id, member)
        for claim, command in subject.commands()
        for member in _of_pytest(command.text)
    ]
    suites = {path.split("::")[0] for _, member in calls for path in _paths(member, subject)}
    if len(suites) != 1:
        return
    suite = suites.pop()
    text = wording.text
    for claim, member in calls:
        place = text.find(member.text)
        called = re.search(r"\bpytest\b", member.text)
        if claim != wording.id or place < 0 or called is None or _paths(member, subject):
            continue
        whole = f"{member.text[: called.end()]} {suite}{member.text[called.end() :]}"
        change = pair(text, place, place + len(member.text), whole)
        yield Fix(pairs=(change,), reason="without a path pytest collects another suite")


def _of_pytest(script: str) -> Iterator[Member]:
    for pipeline in split(script) or ():
        yield from (member for member in pipeline.members if member.program == "pytest")


def _paths(member: Member, subject: Subject) -> list[str]:
    words = [word for word in member.arguments if not word.startswith("-")]
    return [word for word in words if "/" in word or subject.around.exists(word)]


def swallowed_failures(_: Subject, wording: Wording) -> Iterator[Fix]:
    """Let a command of a verify block fail that `|| true` or `|| echo …` keeps from failing."""
    text = wording.text
    for match in _SWALLOWED.finditer(text) if wording.kind == "verify" else ():
        line = text.rfind("\n", 0, match.start()) + 1
        start = max(line, text.rfind(" ", line, match.start()) + 1)
        change = pair(text, start, match.end(), text[start : match.start()])
        reason = f"with {match['swallows'].strip()} the command could not fail"
        yield Fix(pairs=(change,), reason=reason)


def percentages(subject: Subject, wording: Wording) -> Iterator[Fix]:
    """Work a pass rate before the work out of the plan's own numbers of tests."""
    said = _UP_FROM.search(wording.text)
    totals = {match["total"] for match in _OF_TOTAL.finditer(wording.text)}
    failing = Counter(_FAILING.findall("\n".join(subject.lines))).most_common(2)
    if said is None or len(totals) != 1 or len(failing) != 1:
        return
    total, failed = int(totals.pop()), int(failing[0][0])
    if not 0 < failed < total:
        return
    rate = f"{100 * (total - failed) / total:.1f}".removesuffix(".0")
    yield Fix(
        pairs=(pair(wording.text, *said.span(), f"up from {rate}%"),),
        reason=f"{total - failed} of {total} tests passed before, which is {rate} %, "
        f"not {said['percent']} %",
    )
