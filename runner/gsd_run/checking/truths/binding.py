"""A truth bound to what shows it: the first rule that reads the sentence gives its checks."""

import re
from collections.abc import Sequence

from gsd_run.checking.compiling.adaptations import shown
from gsd_run.checking.truths.beyond import is_seen
from gsd_run.checking.truths.commands import command_parts, request_parts
from gsd_run.checking.truths.contents import content_parts
from gsd_run.checking.truths.files import file_parts
from gsd_run.checking.truths.tested import tested_part
from gsd_run.domain import lazy
from gsd_run.domain.claim import ArtifactCheck, Part, ScriptCheck, ScriptSource
from gsd_run.domain.plan import Plan

# What a statement about tests asks; anything else in the output of tests shows nothing of a truth.
_OF_TESTS: frozenset[str] = frozenset(
    {"tests_passed", "tests_at_least", "tests_failed", "tests_fail", "tests_pass", "failures_lack"}
    | {"pass_rate", "pass_rate_before", "coverage_at_least", "coverage_above", "coverage_before"}
    | {"coverage_kept"}
)
# "All tests pass, without IntegrityError": what must not be in the output of those tests.
_OF_ERRORS = frozenset({"output_lacks"})
_LONGEST = 700  # characters; what is longer says so much that nothing would show all of it
_CONDITIONAL = lazy.pattern(
    r"(?:when|if|after|once|while|before|unless|during|on|given|with)\b", re.IGNORECASE
)


def truth_parts(
    text: str, plan: Plan, sources: Sequence[ScriptSource], stated: Sequence[Part]
) -> tuple[Part, ...]:
    """Return the parts of a truth; `stated` is what the rules for any statement made of it.

    Those rules stand where they decide something. What is left without any check is looked for
    among the tests, by the whole sentence: a piece of it alone would say something else.
    """
    sentence = " ".join(shown(text).split()).strip(" .")
    if len(sentence) > _LONGEST:
        why = f'no program check is known for "{sentence}"'
        return (Part(text=sentence, rule="too long to be one statement", unproven=why),)
    if not _CONDITIONAL.match(sentence):
        for found in (
            file_parts(sentence, plan),
            content_parts(sentence, plan),
            request_parts(sentence, sources),
            command_parts(sentence, sources),
        ):
            if found:
                return _otherwise_tested(found, sentence, plan, sources)
    beside = _OF_ERRORS if any(_asks_only(part, _OF_TESTS) for part in stated) else frozenset()
    kept = tuple(_kept(part, _OF_TESTS | beside) for part in stated)
    if not any(part.check for part in kept):
        return (tested_part(sentence, plan, sources),)
    if is_seen(sentence) and all(part.check for part in kept) and not _about_tests(kept):
        why = f'whether "{sentence}" holds has to be looked at by a person'
        return (*kept, Part(text=sentence, rule="prose", unproven=why))
    return kept


def _otherwise_tested(
    found: tuple[Part, ...], sentence: str, plan: Plan, sources: Sequence[ScriptSource]
) -> tuple[Part, ...]:
    """Look among the tests for a truth that a rule has read, but found nothing to decide it by."""
    if any(part.check for part in found):
        return found
    tested = tested_part(sentence, plan, sources)
    return (tested,) if tested.check else found


def _asks_only(part: Part, kinds: frozenset[str]) -> bool:
    check = part.check
    return isinstance(check, ScriptCheck) and {one.kind for one in check.expectations} <= kinds


def _kept(part: Part, near: frozenset[str]) -> Part:
    """Return a part without a check that is not about what a truth says."""
    check = part.check
    far = isinstance(check, ScriptCheck) and not _asks_only(part, near)
    package = isinstance(check, ArtifactCheck) and check.path.startswith("@")
    if not far and not package:
        return part
    return Part(
        text=part.text, rule="prose", unproven=f'no program check is known for "{part.text}"'
    )


def _about_tests(parts: Sequence[Part]) -> bool:
    return all(isinstance(part.check, ScriptCheck) for part in parts)
