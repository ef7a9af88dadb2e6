"""Rules about figures: the same quantity with different numbers within one plan."""

import re
from collections.abc import Iterator

from gsd_run.checking.lint.rules.counted_tests import (
    PLACE,
    TEST_COUNTS,
    counting_tests,
    differing_counts,
    figures_of,
)
from gsd_run.checking.lint.subject import LintRule, Subject
from gsd_run.domain import lazy
from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule

WRONG_PERCENTAGE = Rule(
    code="C222",
    name="percentage-does-not-fit",
    severity="warning",
    about="A percentage is not what the counts beside it make.",
    why="Whoever compares before with after is misled, and a check of it is REFUTED.",
    mend="Work it out from the counts: 19 of 51 is 37.3 %.",
)
COVERAGE_LIMITS = Rule(
    code="C223",
    name="coverage-limits-differ",
    severity="warning",
    about="A claim asks for more coverage than the command that checks it.",
    why="The command is content with less, so it can pass while the claim does not hold.",
    mend="Give both the same limit: `--cov-fail-under=85` for `coverage of at least 85 %`.",
)
LINE_COUNTS = Rule(
    code="C224",
    name="line-counts-differ",
    severity="warning",
    about="min_lines of a file is not the number of lines that the text asks of it.",
    why="One of the two is out of date; the check follows min_lines alone.",
    mend="Write the same number in both places.",
)

_RATIO = lazy.pattern(
    r"(?<![\d./:-])(?P<part>\d+)(?: ?/ ?| (?:out )?of (?:the )?)(?P<whole>\d+)(?![\d./:-])"
    r"(?P<between>[^\d%\n.;|]{0,40}?)[(=≈~ ]{1,3}(?P<percent>\d+(?:\.\d+)?) ?%"
)
_NO_SHARE = lazy.pattern(
    r"\b(?:coverage|threshold|at least|minimum|target|above|below|confiden)", re.IGNORECASE
)
_FAILING = lazy.pattern(
    r"\b(?P<n>\d+) (?:of (?:the )?\d+ )?(?:failing |broken )(?:[A-Za-z][\w.-]* ){0,2}?tests?\b|"
    r"\b(?P<n2>\d+) (?:of (?:the )?\d+ )?(?:[A-Za-z][\w.-]* ){0,2}?tests? "
    r"(?:are |currently |still |now )*fail"
)
_RATE_BEFORE = lazy.pattern(
    r"pass(?:ing)? rate[^.\n%]{0,40}?(?:\d+(?:\.\d+)? ?%[^.\n%]{0,20}?)?"
    r"\b(?:up )?from (?P<up>\d+(?:\.\d+)?) ?%"
    r"|pass(?:ing)? rate[^.\n%]{0,40}?(?P<to>\d+(?:\.\d+)?) ?% ?(?:->|→|=>|to) ?\d+(?:\.\d+)? ?%",
    re.IGNORECASE,
)
_ONE_POINT = 1.0  # percentages are rounded, some of them down

_LIMIT = lazy.pattern(
    r"--cov-fail-under[= ](?P<n>\d+(?:\.\d+)?)|--fail-under[= ](?P<n2>\d+(?:\.\d+)?)"
    r"|--(?:coverage\.)?thresholds?[.=](?:lines|statements)?[ =]?(?P<n3>\d+(?:\.\d+)?)"
)
_COVERAGE = lazy.pattern(
    r"\bcoverage\b[^.;\n%\d]{0,30}?(?:≥|>=|at least|above|over|minimum)? ?(?P<a>\d+(?:\.\d+)?) ?%|"
    r"(?P<least>≥ ?|>= ?|at least |minimum )(?P<b>\d+(?:\.\d+)?) ?%\+? (?:[a-z]+ ){0,2}coverage\b",
    re.IGNORECASE,
)
_ONE_MODULE = lazy.pattern(
    r"[\w/-]+\.\w{1,5}\b|`|/|\b(?:branch|module|each|per|for|of|on|in)\b", re.IGNORECASE
)
_LINES = lazy.pattern(
    r"(?:at least|>= ?|≥ ?|minimum(?: of)?|min\.?) ?(?P<n>\d+) (?:total )?lines|"
    r"\b(?P<up>\d+)\+ lines|\b(?P<more>\d+) (?:or more lines|lines or more)"
)


def _percentages(subject: Subject) -> Iterator[Finding]:
    text = "\n".join(subject.lines)
    if "%" in text:
        yield from _shares(subject, text)
        yield from _rates_before(subject, text)


def _shares(subject: Subject, text: str) -> Iterator[Finding]:
    """Find a percentage beside two counts that make another one."""
    position = text.find("%")
    while position >= 0:
        number = text.count("\n", 0, position) + 1
        for match in _RATIO.finditer(subject.lines[number - 1]):
            part, whole = int(match["part"]), int(match["whole"])
            no_share = _NO_SHARE.search(match["between"]) or PLACE.search(
                match.string[: match.start()]
            )
            if no_share or not 0 <= part <= whole or whole == 0:
                continue
            percent, share = float(match["percent"]), 100 * part / whole
            if min(abs(percent - share), abs(percent - (100 - share))) > _ONE_POINT:
                told = f"{part} of {whole} is {share:.1f} %, not {match['percent']} %"
                yield subject.found(WRONG_PERCENTAGE, number, told, match[0])
        end = text.find("\n", position)
        position = text.find("%", end) if end >= 0 else -1


def _rates_before(subject: Subject, text: str) -> Iterator[Finding]:
    """Find a pass rate before the work that the failing tests contradict."""
    if "pass rate" not in text and "passing rate" not in text:
        return
    failing = {int(m["n"] or m["n2"]) for m in _FAILING.finditer(text)}
    totals = {
        figure.number
        for claim in counting_tests(subject)
        for figure in figures_of(subject, claim)
        if figure.subject and not figure.at_least
    }
    if len(failing) != 1 or len(totals) != 1:
        return
    (failed,), (total,) = failing, totals
    if not 0 < failed < total:
        return
    share = 100 * (total - failed) / total
    for match in _RATE_BEFORE.finditer(text):
        said = match["up"] or match["to"]
        if abs(float(said) - share) > _ONE_POINT:
            line = text.count("\n", 0, match.start()) + 1
            told = f"{failed} of {total} tests fail before, so {share:.1f} % pass, not {said} %"
            yield subject.found(WRONG_PERCENTAGE, line, told, match[0].rpartition(" ")[2])


def _coverage(subject: Subject) -> Iterator[Finding]:
    limits = [
        (float(match["n"] or match["n2"] or match["n3"]), command.line, match[0])
        for _, command in subject.commands()
        for match in _LIMIT.finditer(command.text)
    ]
    if not limits:
        return
    highest, place, words = max(limits)
    for claim in subject.compiled.claims:
        for offset, line in enumerate(claim.text.split("\n")):
            match = _COVERAGE.search(line)
            if match is None or _LIMIT.search(line) or _ONE_MODULE.search(_around(line, match)):
                continue
            asked = float(match["a"] or match["b"])
            if asked > highest:
                told = f"{claim.id} asks for {asked:g} % coverage; {words} (line {place}) for less"
                yield subject.found(COVERAGE_LIMITS, claim.line + offset, told, match[0])


def _around(line: str, match: re.Match[str]) -> str:
    """Return the clause in which a match stands."""
    before = re.split(r"[,;—]", line[: match.start()])[-1]
    after = re.split(r"[,;—]", line[match.end() :])[0]
    return before + re.sub(r"\d+(?:\.\d+)?", "", match[0]) + after


def _line_counts(subject: Subject) -> Iterator[Finding]:
    asked = [one for one in subject.plan.must_haves.artifacts if one.min_lines]
    names = [one.path.rpartition("/")[2] for one in asked]
    claims = [claim for claim in subject.compiled.claims if " lines" in claim.text]
    for artifact, name in zip(asked, names, strict=True):
        if names.count(name) > 1 or "." not in name:
            continue
        for claim in claims:
            for offset, line in enumerate(claim.text.split("\n")):
                match = _LINES.search(line)
                others = len(re.findall(r"[\w-]+\.[a-z]{1,4}\b", line)) > line.count(name)
                if match is None or name not in line or others or "grep" in line:
                    continue
                said = int(match["n"] or match["up"] or match["more"])
                if said != artifact.min_lines:
                    told = f"{name} needs {said} lines here, but min_lines: {artifact.min_lines}"
                    told += f" in line {artifact.line}"
                    yield subject.found(LINE_COUNTS, claim.line + offset, told, match[0])


RULES: tuple[LintRule, ...] = (
    LintRule(rule=TEST_COUNTS, find=differing_counts),
    LintRule(rule=WRONG_PERCENTAGE, find=_percentages),
    LintRule(rule=COVERAGE_LIMITS, find=_coverage),
    LintRule(rule=LINE_COUNTS, find=_line_counts),
)
