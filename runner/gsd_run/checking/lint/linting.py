"""lint(subject) → findings: what a run would stumble over, said before anything runs."""

import re
from collections.abc import Iterable

from msgspec.structs import replace

from gsd_run.checking.lint.amending import amended_subject, settled
from gsd_run.checking.lint.rules import RULES
from gsd_run.checking.lint.subject import Subject
from gsd_run.checking.lint.suppressing import unsuppressed
from gsd_run.domain.claim import Command
from gsd_run.domain.plan import Finding


def lint(subject: Subject) -> tuple[Finding, ...]:
    """Return what is to be told of a plan, by line and column.

    That is what its reader and the rules find, without what comments in the plan take out; what
    the run file amends is a note that names the amendment.
    """
    found = found_in(subject)
    if subject.run_file and subject.amended:
        found = settled(subject, found, found_in(amended_subject(subject)))
    return in_order(unsuppressed(subject, found))


def found_in(subject: Subject) -> tuple[Finding, ...]:
    """Return what the reader and the rules find in a plan as its own text stands."""
    found = {*subject.plan.warnings, *subject.told}
    here = _localized(subject)
    for rule in RULES:
        found.update(rule.find(here))
    return in_order(found)


def _localized(subject: Subject) -> Subject:
    """Return a plan with its commands as they run here: other machines' paths are the project's."""
    paths: dict[str, dict[str, str]] = {}
    for claim, change in subject.compiled.adaptations:
        if change.id == "foreign-path":
            paths.setdefault(claim, {})[change.before] = change.after
    if not paths:
        return subject
    claims = tuple(
        replace(claim, commands=_with_paths(claim.commands, paths[claim.id]))
        if claim.id in paths
        else claim
        for claim in subject.compiled.claims
    )
    return replace(subject, compiled=replace(subject.compiled, claims=claims))


def _with_paths(commands: tuple[Command, ...], paths: dict[str, str]) -> tuple[Command, ...]:
    longest_first = sorted(paths, key=len, reverse=True)
    known = re.compile("|".join(map(re.escape, longest_first)))
    return tuple(
        replace(one, text=known.sub(lambda match: paths[match[0]], one.text)) for one in commands
    )


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings as they are told: by line, column, code and message."""
    return tuple(sorted(findings, key=lambda one: (one.line, one.column, one.code, one.message)))
