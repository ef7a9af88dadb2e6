"""Statements without a command of their own, bound to the plan's own commands that decide them."""

import re
from collections.abc import Sequence

from gsd_run.checking.expectations import compiled
from gsd_run.domain.claim import Expectation, Part, ScriptCheck, ScriptSource

_RUNNER = re.compile(
    r"\b(?:pytest|unittest|jest|vitest|mocha|phpunit|rspec|ctest|nextest|"
    r"(?:go|cargo|dotnet|mix|swift|flutter|dart|npm|pnpm|yarn|bun|deno|gradlew?|mvn)\b[^\n|;&]*\btest)\b"
)
# A selection of single tests can't speak for a suite.
_SELECTION = re.compile(r"::|\s-k[\s=]|\s--grep\b|\s-t\s|\s-run\b|--collect-only")
_COVERAGE = re.compile(
    r"--cov\b|--cov=|\bcoverage\b|--coverage\b|-cover(?:profile)?\b|\bnyc\b|\bc8\b"
)
_ABOUT_TESTS = {
    "tests_passed", "tests_failed", "tests_pass", "failures_lack", "pass_rate", "pass_rate_before",
}  # fmt: skip
_WITH_SUBJECT = {"tests_passed", "tests_failed", "tests_pass"}
_ABOUT_COVERAGE = {"coverage_at_least", "coverage_kept"}


def statement_parts(text: str, sources: Sequence[ScriptSource], nearest: bool) -> tuple[Part, ...]:
    """Compile a statement and bind each piece to those of `sources` that can decide it.

    `nearest` says that the statement speaks of the first source alone, as a line below a command
    does.
    """
    result = compiled(text)
    parts = [
        Part(text=clause, rule="prose", unproven=f'no program check is known for "{clause}"')
        for clause in result.prose
    ]
    groups: dict[str, list[Expectation]] = {}
    for expectation in with_files(result.expectations):
        groups.setdefault(expectation.text, []).append(expectation)
    subject = " ".join(item.value for item in result.expectations if item.kind in _WITH_SUBJECT)
    about = list(sources) if nearest else [one for one in sources if _is_about(one, subject)]
    bound = [
        _bound(words, group, sources if _on_coverage(group) else about, nearest)
        for words, group in groups.items()
    ]
    return (*bound, *parts)


def _on_coverage(group: Sequence[Expectation]) -> bool:
    return any(expectation.kind in _ABOUT_COVERAGE for expectation in group)


def _is_about(source: ScriptSource, subject: str) -> bool:
    """Tell whether a script can speak of the tests that a statement means ("ORM")."""
    script = source.script.lower()
    return all(word.lower() in script for word in subject.split())


def with_files(expectations: Sequence[Expectation]) -> list[Expectation]:
    """Give "no regression" the file of the coverage claim that it stands beside."""
    file = next((item.value for item in expectations if item.kind == "coverage_at_least"), "")
    return [
        Expectation(kind=item.kind, text=item.text, value=file)
        if item.kind == "coverage_kept"
        else item
        for item in expectations
    ]


def _bound(
    words: str, group: Sequence[Expectation], sources: Sequence[ScriptSource], nearest: bool
) -> Part:
    """Bind the expectations of one clause."""
    kinds = {expectation.kind for expectation in group}
    if nearest and sources:
        return _part(words, group, sources[:1], "the command before it")
    if _on_coverage(group):
        fitting = [source for source in sources if _COVERAGE.search(source.script)]
        return _part(words, group, fitting, "the plan's commands that measure coverage")
    if kinds & (_ABOUT_TESTS | {"output_lacks", "output_contains"}):
        fitting = [
            source
            for source in sources
            if _RUNNER.search(source.script) and not _SELECTION.search(source.script)
        ]
        return _part(words, group, fitting, "the plan's commands that run tests")
    return Part(text=words, rule="prose", unproven=f'"{words}" names no command that would show it')


def _part(
    words: str, group: Sequence[Expectation], sources: Sequence[ScriptSource], rule: str
) -> Part:
    if not sources:
        return Part(text=words, rule=rule, unproven=f'none of {rule} is about "{words}"')
    check = ScriptCheck(sources=tuple(sources), expectations=tuple(group))
    return Part(text=words, rule=rule, check=check)
