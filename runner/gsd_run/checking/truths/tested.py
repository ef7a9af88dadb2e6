"""Truths that a test may show: given to the tests that the plan's own commands run."""

from collections.abc import Sequence

from gsd_run.checking.measuring.runners import test_members
from gsd_run.checking.truths.beyond import beyond_tests
from gsd_run.checking.truths.named_files import source_files
from gsd_run.checking.truths.words import words_of
from gsd_run.domain.claim import Part, ScriptSource, TestedCheck
from gsd_run.domain.plan import Plan

LEAST_WORDS = 3  # words of content that a truth must have for a test to match it
_RULE = "a test that says the same, run by itself"


def tested_part(text: str, plan: Plan, sources: Sequence[ScriptSource]) -> Part:
    """Return the part by which a truth is looked for among the names of tests.

    Without a check, its rule says why no test is looked for.
    """
    running = tuple(source for source in sources if test_members(source.script))
    if why := _why_none(text, running):
        unproven = f'no program check is known for "{text}"'
        return Part(text=text, rule=f"no test is looked for: {why}", unproven=unproven)
    check = TestedCheck(sources=running, statement=text, subject=source_files(plan))
    return Part(text=text, rule=_RULE, check=check)


def _why_none(text: str, running: Sequence[ScriptSource]) -> str:
    if not running:
        return "no command of the plan runs tests"
    if why := beyond_tests(text):
        return why
    few = len(words_of(text).content) < LEAST_WORDS
    return "it has too few words to find a test by" if few else ""
