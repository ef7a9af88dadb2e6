"""Statements without a command of their own, bound to the plan's own commands that decide them."""

import re
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.checking.expecting.expectations import compiled
from gsd_run.checking.expecting.file_statements import file_parts
from gsd_run.checking.measuring.runners import is_about, runs_whole_suite, selects, test_members
from gsd_run.domain import lazy
from gsd_run.domain.claim import Expectation, Part, ScriptCheck, ScriptSource

_COVERAGE = lazy.pattern(
    r"--cov\b|--cov=|\bcoverage\b|--coverage\b|-cover(?:profile)?\b|\bnyc\b|\bc8\b"
)
_ABOUT_COVERAGE = {"coverage_at_least", "coverage_above", "coverage_before", "coverage_kept"}
_WITH_SUBJECT = {"tests_passed", "tests_at_least", "tests_failed", "tests_pass"}
_ABOUT_TESTS = _WITH_SUBJECT | {"failures_lack", "pass_rate", "pass_rate_before"}
_IN_OUTPUT = {"output_lacks", "output_contains"}
# Statements of these kinds hold for every run that they are about, or do not hold.
_OF_EVERY_RUN = {"tests_pass", "failures_lack", "output_lacks", "pass_rate"}
# Words that mean all tests of a project, whatever a command selects.
_WHOLE = frozenset({"existing", "previous", "other", "full", "entire", "whole", "complete"})


class Sources(Struct, frozen=True, kw_only=True):
    """The plan's commands that a statement may be about, in order; the first `own` are its task's.

    With `nearest` it speaks of the first alone, as a line below a command does; then `command` is
    the one of the script's commands that it stands below, "" for all of them.
    """

    scripts: tuple[ScriptSource, ...]
    own: int = 0
    nearest: bool = False
    command: str = ""


def statement_parts(text: str, sources: Sources, *, of_all: bool = False) -> tuple[Part, ...]:
    """Compile a statement and bind each piece to those of the plan's commands that can decide it.

    `of_all` says that "all tests" means the project's, not those of some command.
    """
    result = compiled(text, sources.command or _only(sources))
    parts = [part for clause in result.prose for part in _of_files_or_prose(clause)]
    groups: dict[str, list[Expectation]] = {}
    expectations = with_files(result.expectations)
    for expectation in expectations:
        groups.setdefault(expectation.text, []).append(expectation)
    meant = _meant(expectations, of_all=of_all)
    bound = [_bound(words, group, sources, meant) for words, group in groups.items()]
    return (*bound, *parts)


def _only(sources: Sources) -> str:
    return sources.scripts[0].script if sources.nearest and sources.scripts else ""


def _of_files_or_prose(clause: str) -> tuple[Part, ...]:
    why = f'no program check is known for "{clause}"'
    return file_parts(clause) or (Part(text=clause, rule="prose", unproven=why),)


class _Meant(Struct, frozen=True):
    """Which tests a statement means: those that words name, or all of the project."""

    words: str = ""
    whole: bool = False

    def are_those_of(self, script: str) -> bool:
        """Tell whether a script runs these tests."""
        return is_about(script, self.words) and (not self.whole or runs_whole_suite(script))


def _meant(expectations: Sequence[Expectation], *, of_all: bool = False) -> _Meant:
    spoken = [one for one in expectations if one.kind in _WITH_SUBJECT]
    words = [word for one in spoken for word in one.value.split()]
    named = " ".join(word for word in words if word.lower() not in _WHOLE)
    every = any(
        one.kind == "tests_pass" and re.search(r"\b(?:all|every|suite)\b", one.text, re.IGNORECASE)
        for one in spoken
    )
    whole = any(word.lower() in _WHOLE for word in words) or (of_all and every)
    return _Meant(words=named, whole=whole and not named)


def with_files(expectations: Sequence[Expectation]) -> list[Expectation]:
    """Give "no regression" and "up from 51 %" the file of the coverage claim beside them."""
    reached = {"coverage_at_least", "coverage_above"}
    file = next((item.value for item in expectations if item.kind in reached), "")
    return [
        replace(item, value=file) if item.kind in {"coverage_kept", "coverage_before"} else item
        for item in expectations
    ]


def misses(expectation: Expectation, script: str) -> str:
    """Say why a command can't speak of the tests that an expectation means, "" if it can."""
    meant = _meant([expectation])
    if expectation.kind not in _WITH_SUBJECT or meant.are_those_of(script):
        return ""
    return f'the command does not say that its tests are those of "{expectation.text}"'


def _bound(words: str, group: Sequence[Expectation], sources: Sources, meant: _Meant) -> Part:
    """Bind the expectations of one clause."""
    kinds = {expectation.kind for expectation in group}
    scripts = sources.scripts
    if sources.nearest and scripts:
        rule = "the command before it"
        command = sources.command
        if kinds & _WITH_SUBJECT and not meant.are_those_of(command or scripts[0].script):
            return _part(words, group, (), rule)
        told = [
            one if one.kind in _ABOUT_COVERAGE else replace(one, command=command) for one in group
        ]
        return _part(words, told, scripts[:1], rule)
    if kinds & _ABOUT_COVERAGE:
        fitting = [source for source in scripts if _COVERAGE.search(source.script)]
        return _part(words, group, fitting, "the plan's commands that measure coverage")
    if kinds & (_ABOUT_TESTS | _IN_OUTPUT):
        for some in (scripts[: sources.own], scripts):
            running = [one for one in some if test_members(one.script) and not selects(one.script)]
            fitting = [source for source in running if meant.are_those_of(source.script)]
            if fitting:
                break
        return _part(words, group, fitting, "the plan's commands that run tests")
    return Part(text=words, rule="prose", unproven=f'"{words}" names no command that would show it')


def _part(
    words: str, group: Sequence[Expectation], sources: Sequence[ScriptSource], rule: str
) -> Part:
    if not sources:
        return Part(text=words, rule=rule, unproven=f'none of {rule} is about "{words}"')
    every = all(one.kind in _OF_EVERY_RUN or _none_failed(one) for one in group)
    check = ScriptCheck(sources=tuple(sources), expectations=tuple(group), every=every)
    return Part(text=words, rule=rule, check=check)


def _none_failed(expectation: Expectation) -> bool:
    return expectation.kind == "tests_failed" and expectation.number == 0
