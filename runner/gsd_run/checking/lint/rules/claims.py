"""Rules about claims: what no check covers, so that a run can only say UNPROVEN."""

from collections.abc import Iterator

from gsd_run.checking.lint.subject import LintRule, Subject
from gsd_run.domain import lazy
from gsd_run.domain.claim import Claim
from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule

TRUTH_WITHOUT_CHECK = Rule(
    code="C201",
    name="truth-without-check",
    severity="note",
    about="A truth that no program checks.",
    why="It stays UNPROVEN: the run does its work and can't say whether the goal was reached.",
    mend="Supply a check in the run file: `proofs: [{claim: truth.1, command: …}]`.",
)
CLAIM_WITHOUT_CHECK = Rule(
    code="C202",
    name="claim-without-check",
    severity="note",
    about="A claim that no program checks.",
    why="It stays UNPROVEN, and a person has to look.",
    mend="Give the command that shows it in backticks, or supply one as a proof in the run file.",
)
NOTHING_TO_PROVE = Rule(
    code="C203",
    name="plan-proves-nothing",
    severity="error",
    about="No claim of the plan has a check.",
    why="A run would do the work and prove nothing: every verdict is UNPROVEN.",
    mend="Give at least one task a command: `<verify>npm test -- login</verify>`.",
)
TASK_WITHOUT_CHECK = Rule(
    code="C204",
    name="task-without-check",
    severity="warning",
    about="A task whose verify, acceptance criteria and done are all left to people.",
    why="The task is UNPROVEN whatever happens in it, is committed, and the run goes on.",
    mend="Give it a command that fails when the work is not done: `grep -q 'POST' src/route.ts`.",
)
WORDS_NOT_UNDERSTOOD = Rule(
    code="C205",
    name="words-not-understood",
    severity="note",
    about="A claim has a check, but some of its words ask for more than that shows.",
    why="It can't become PROVEN; only its commands are judged.",
    mend="Say what a program can see: `51/51 tests pass`, `should return empty`, `exits 1`.",
)
RESTATED_NAME = Rule(
    code="C206",
    name="claim-restates-task-name",
    severity="warning",
    about="An acceptance criterion or done says no more than the task's name.",
    why="That the task is done is what it should show, not what it may assume.",
    mend="Say what can be seen then: `GET /health answers 200` instead of `Health route added`.",
)

_WORD = lazy.pattern(r"[A-Za-z][\w-]*")
_STOP = frozenset(
    {"a", "an", "the", "is", "are", "be", "been", "was", "were", "has", "have", "and", "for", "to"}
    | {"of", "in", "on", "with", "task", "now", "as", "by", "all", "it", "done", "complete"}
    | {"completed", "successfully", "correctly", "properly"}
)
_LONGEST = 90  # letters of a claim in a message
_MORE_WORDS = 40  # letters: "is done", "has been completed successfully"


def is_checked(claim: Claim) -> bool:
    """Tell whether any part of a claim has a check."""
    for part in claim.parts:  # noqa: SIM110 - asked of every claim, by several rules
        if part.check is not None:
            return True
    return False


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"


def _why(claim: Claim) -> str:
    """Return why a claim has no check; its own words are not said twice."""
    reasons = dict.fromkeys(part.unproven for part in claim.parts if part.unproven)
    known = [one for one in reasons if not one.startswith("no program check is known")]
    return "; ".join(known) or "no program check is known for it"


def _uncovered_truths(subject: Subject) -> Iterator[Finding]:
    for claim in subject.compiled.claims:
        if claim.kind == "truth" and not is_checked(claim):
            told = f'{claim.id} "{_shortened(claim.text)}" stays UNPROVEN: {_why(claim)}'
            yield subject.found(TRUTH_WITHOUT_CHECK, claim.line, told)


def _uncovered_claims(subject: Subject) -> Iterator[Finding]:
    for claim in subject.compiled.claims:
        if claim.kind == "truth" or is_checked(claim) or not claim.text.strip():
            continue
        told = f'{claim.id} "{_shortened(claim.text)}" stays UNPROVEN: {_why(claim)}'
        yield subject.found(CLAIM_WITHOUT_CHECK, claim.line, told)


def _proves_nothing(subject: Subject) -> Iterator[Finding]:
    if not any(is_checked(claim) for claim in subject.compiled.claims):
        number = sum(1 for claim in subject.compiled.claims if claim.text.strip())
        what = f"none of its {number} claims has a check" if number else "it makes no claim"
        told = f"a run would prove nothing: {what}; give a task a command in <verify>"
        yield subject.found(NOTHING_TO_PROVE, 1, told)


def _unchecked_tasks(subject: Subject) -> Iterator[Finding]:
    claims = subject.compiled.claims
    checked = {claim.task for claim in claims if claim.task is not None and is_checked(claim)}
    for task in subject.plan.tasks:
        own = [claim for claim in claims if claim.task == task.number and claim.text.strip()]
        if not own or task.number in checked:
            continue
        told = f"nothing checks task {task.number}: {', '.join(claim.id for claim in own[:4])}"
        told += f"{', …' if len(own) > 4 else ''} can only stay UNPROVEN"  # noqa: PLR2004
        yield subject.found(TASK_WITHOUT_CHECK, task.line, told)


def _not_understood(subject: Subject) -> Iterator[Finding]:
    for claim in subject.compiled.claims:
        if not is_checked(claim):
            continue
        for part in claim.parts:
            if part.unproven:
                told = f'{claim.id}: "{_shortened(part.text)}" keeps it UNPROVEN: {part.unproven}'
                yield subject.found(WORDS_NOT_UNDERSTOOD, _line_in(subject, claim, part.text), told)


def _line_in(subject: Subject, claim: Claim, text: str) -> int:
    """Return the line of a claim on which a piece of its text begins."""
    first = text.strip().split("\n", 1)[0]
    lines = claim.text.count("\n") + 1
    for number in range(claim.line, min(claim.line + lines, len(subject.lines) + 1)):
        if first and first in subject.lines[number - 1]:
            return number
    return claim.line


def _restated(subject: Subject) -> Iterator[Finding]:
    titles = {task.number: task.title for task in subject.plan.tasks}
    for claim in subject.compiled.claims:
        if claim.kind not in {"acceptance", "done"}:
            continue
        title = titles.get(claim.task or 0, "")
        short = len(claim.text) < len(title) + _MORE_WORDS
        if not short or is_checked(claim):
            continue
        said = _stems(claim.text) if "`" not in claim.text else frozenset()
        if len(said) > 1 and said <= _stems(title):
            told = f'{claim.id} "{_shortened(claim.text)}" says no more than the task\'s name'
            yield subject.found(RESTATED_NAME, claim.line, told)


def _stems(text: str) -> frozenset[str]:
    words = (word.lower() for word in _WORD.findall(text))
    return frozenset(_stem(word) for word in words if word not in _STOP)


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s", "d", "e"):
        if word.endswith(ending) and len(word) - len(ending) > 2:  # noqa: PLR2004
            return word[: -len(ending)]
    return word


RULES: tuple[LintRule, ...] = (
    LintRule(rule=TRUTH_WITHOUT_CHECK, find=_uncovered_truths),
    LintRule(rule=CLAIM_WITHOUT_CHECK, find=_uncovered_claims),
    LintRule(rule=NOTHING_TO_PROVE, find=_proves_nothing),
    LintRule(rule=TASK_WITHOUT_CHECK, find=_unchecked_tasks),
    LintRule(rule=WORDS_NOT_UNDERSTOOD, find=_not_understood),
    LintRule(rule=RESTATED_NAME, find=_restated),
)
