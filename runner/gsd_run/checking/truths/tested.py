"""Truths that a test may show: given to the tests that the plan's own commands run."""

from collections.abc import Sequence

from gsd_run.checking.runners import test_members
from gsd_run.checking.truths.beyond import beyond_tests
from gsd_run.checking.truths.named_files import source_files
from gsd_run.checking.truths.words import words_of
from gsd_run.domain.claim import Part, ScriptSource, TestedCheck
from gsd_run.domain.plan import Plan

LEAST_WORDS = 3  # words of content that a truth must have for a test to match it
_RULE = "a test that says the same, run by itself"


def tested_part(text: str, plan: Plan, sources: Sequence[ScriptSource]) -> Part:
    """Return the part by which a truth is looked for among the names of tests, or why it is not."""
    if why := beyond_tests(text):
        return Part(
            text=text, rule="prose", unproven=f'no program check is known for "{text}": {why}'
        )
    if len(words_of(text).content) < LEAST_WORDS:
        why = f'no program check is known for "{text}": it has too few words to find a test by'
        return Part(text=text, rule="prose", unproven=why)
    running = tuple(source for source in sources if test_members(source.script))
    if not running:
        why = f'no program check is known for "{text}": no command of the plan runs tests'
        return Part(text=text, rule="prose", unproven=why)
    check = TestedCheck(sources=running, statement=text, subject=source_files(plan))
    return Part(text=text, rule=_RULE, check=check)
