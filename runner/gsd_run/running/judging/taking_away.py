"""Taking a check's subject away: one that then fails does look at it, so that it can be believed.

A check that a person supplied and that held at the base commit too may always hold, like `true`.
Where its proof names the files it is about, they are taken away for one measurement.
"""

import posixpath
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from gsd_run.checking.judging import Tree, judge
from gsd_run.domain.claim import (
    Claim,
    Evidence,
    Part,
    PartVerdict,
    ScriptCheck,
    Verdict,
    verdict_of,
)
from gsd_run.outside import git
from gsd_run.running.carrying import Carrying
from gsd_run.running.judging.setting_aside import set_aside

TreeAt = Callable[[str, tuple[str, ...]], Tree]


def tried(
    run: Carrying, claim: Claim, plain: Verdict, tempered: Verdict, tree: str, at: TreeAt
) -> Verdict:
    """Return a tempered verdict with those parts proven whose check fails without its subject.

    `plain` is the verdict before it was tempered; `at` gives a tree to judge at by its id and the
    files that were taken away for it.
    """
    if claim.amended and tempered.parts == plain.parts:
        return tempered  # the claim's text was amended, and that no proof of it can make good
    parts = list(tempered.parts)
    for index, (part, before, now) in enumerate(
        zip(claim.parts, plain.parts, tempered.parts, strict=True)
    ):
        check = before.again or part.check
        subject = check.subject if isinstance(check, ScriptCheck) else ()
        if subject and (before.state, now.state) == ("PROVEN", "UNPROVEN"):
            tried_by = replace(part, check=check)
            parts[index] = _without(run, claim, tried_by, before, now, tree, at)
    if tuple(parts) == tempered.parts:
        return tempered
    return verdict_of(claim.id, tuple(parts))


def _without(  # noqa: PLR0913, PLR0917 - the two verdicts on a part, and where it is judged
    run: Carrying,
    claim: Claim,
    part: Part,
    holds: PartVerdict,
    doubted: PartVerdict,
    tree: str,
    at: TreeAt,
) -> PartVerdict:
    assert isinstance(part.check, ScriptCheck)
    subject = part.check.subject
    named = ", ".join(subject)
    wanted = tuple(posixpath.normpath(name) for name in subject if _is_inside(name))
    now = git.snapshot(run.repository, [*git.untracked_files(run.repository), *wanted])
    paths = _files(git.files_in(run.repository, now), wanted)
    if not paths:
        reason = f"{doubted.reason}; its subject {named} is not there to be taken away"
        return replace(doubted, reason=reason)
    instead = git.tree_without(run.repository, now, paths)
    bare = git.tree_without(run.repository, tree, paths)
    with set_aside(run, now, instead, paths, f"{claim.id} without {named}"):
        verdict = judge(replace(claim, parts=(part,)), at(bare, paths)).parts[0]
    seen = Evidence(check=f"the same without {named}", found=f"{verdict.state}: {verdict.reason}")
    evidence = (*holds.evidence, seen)
    if verdict.state == "REFUTED":
        reason = f"{holds.reason}; fails when {named} is taken away ({verdict.reason})"
        return replace(holds, reason=reason, evidence=evidence)
    reason = f"{doubted.reason}; without {named} it is {verdict.state} too"
    if verdict.state != "PROVEN":
        reason = f"{doubted.reason}; without {named} it can't be judged: {verdict.reason}"
    return replace(doubted, reason=reason, evidence=evidence)


def _is_inside(name: str) -> bool:
    """Tell whether a name means something inside the project, and not all of it."""
    plain = posixpath.normpath(name)
    return bool(name) and plain != "." and not plain.startswith(("/", ".."))


def _files(present: frozenset[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the files that are meant; a folder stands for all in it."""
    folders = tuple(f"{name}/" for name in wanted)
    return tuple(sorted(path for path in present if path in wanted or path.startswith(folders)))
