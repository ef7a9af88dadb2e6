"""lint(subject) → findings: what a run would stumble over, said before anything runs."""

from gsd_run.checking.lint.rules import RULES
from gsd_run.checking.lint.subject import Subject
from gsd_run.domain.plan import Finding


def lint(subject: Subject) -> tuple[Finding, ...]:
    """Return what the rules find in a plan, after what its reader found, by line and column."""
    found = {*subject.plan.warnings}
    for rule in RULES:
        found.update(rule.find(subject))
    return tuple(sorted(found, key=lambda one: (one.line, one.column, one.code, one.message)))
