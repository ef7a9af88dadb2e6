"""A plan as its run file amends it, and which findings are settled by that."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.checking.compiling.wording import Wording, wordings
from gsd_run.checking.lint.subject import Subject
from gsd_run.domain.plan import Finding, Plan, Task
from gsd_run.domain.run_file import RunFile

S = TypeVar("S", bound=Struct)
Key = tuple[object, ...]

# Where a claim's text is kept, by the claim's kind.
_IN_TASKS = frozenset({"verify", "acceptance", "done"})
_IN_LISTS = {"verification": ("verification", "text"), "criterion": ("criteria", "text")}
_IN_MUST_HAVES = {
    "truth": ("truths", "statement"),
    "artifact": ("artifacts", "path"),
    "key_link": ("key_links", "pattern"),
    "prohibition": ("prohibitions", "statement"),
}

# How the same finding is known again: word for word, in other words on its line, on another line.
_KEYS: tuple[Callable[[Finding], Key], ...] = (
    lambda one: (one.code, one.line, one.message),
    lambda one: (one.code, one.line),
    lambda one: (one.code, one.message),
)


def amended_subject(subject: Subject) -> Subject:
    """Return the plan as it reads after its run file's amendments, for the rules to look at.

    Every part stays on its line: lines that an amendment adds are joined, for those it takes
    away stand empty ones.
    """
    if subject.run_file is None or subject.amended is None:
        return subject
    plan, lines = subject.plan, list(subject.lines)
    for amendment in subject.run_file.amendments:
        before = {wording.id: wording for wording in wordings(plan)}
        for old, new in amendment.replace:
            plan = _replaced(plan, amendment.claim, old, new)
            if amendment.claim in before:
                _replace_in_lines(lines, before[amendment.claim], old, new)
    return replace(subject, plan=plan, lines=tuple(lines), compiled=subject.amended)


def settled(
    subject: Subject, before: Sequence[Finding], after: Sequence[Finding]
) -> tuple[Finding, ...]:
    """Return what is left of findings after amendment, and those that it settled as notes."""
    left, gone, new = compared(before, after)
    run_file = subject.run_file
    assert run_file is not None
    notes = [
        replace(one, severity="note", message=f"{one.message}; {_how(one, subject.plan, run_file)}")
        for one in gone
    ]
    return (*left, *notes, *new)


def compared(
    before: Sequence[Finding], after: Sequence[Finding]
) -> tuple[list[Finding], list[Finding], list[Finding]]:
    """Return the findings that stay (as they read afterwards), those gone, and those new."""
    left: list[Finding] = []
    old, new = list(before), list(after)
    for key in _KEYS:
        waiting: dict[Key, list[Finding]] = defaultdict(list)
        for one in new:
            waiting[key(one)].append(one)
        unmatched = []
        for one in old:
            if waiting[key(one)]:
                left.append(waiting[key(one)].pop(0))
            else:
                unmatched.append(one)
        old, new = unmatched, [one for rest in waiting.values() for one in rest]
    return left, old, new


def _how(finding: Finding, plan: Plan, run_file: RunFile) -> str:
    """Say which amendments or proofs of the run file settle a finding, and why they are there."""
    name = PurePosixPath(run_file.path).name
    here = {wording.id for wording in wordings(plan) if _holds(wording, finding.line)}
    told = [
        f"amended in {name}:{one.line}: {one.reason}"
        for one in run_file.amendments
        if one.claim in here
    ] or [
        f"a proof is supplied at {name}:{one.line}" + (f": {one.reason}" if one.reason else "")
        for one in run_file.proofs
        if one.claim in here
    ]
    return "; ".join(dict.fromkeys(told)) or f"settled by {name}"


def _holds(wording: Wording, line: int) -> bool:
    return wording.line <= line <= wording.line + wording.text.count("\n")


def _replaced(plan: Plan, claim: str, old: str, new: str) -> Plan:
    """Return a plan with a claim's text changed in the part of the plan that holds it."""
    kind, _, numbers = claim.partition(".")
    first, *rest = (int(number) for number in numbers.split("."))

    def within(field: str) -> Callable[[S], S]:
        return lambda one: replace(one, **{field: getattr(one, field).replace(old, new, 1)})

    def in_task(task: Task) -> Task:
        if kind == "acceptance":
            return replace(task, acceptance=_changed(task.acceptance, rest[0], within("text")))
        return replace(task, **{kind: tuple(map(within("text"), getattr(task, kind)))})

    if kind in _IN_TASKS:
        return replace(plan, tasks=_changed(plan.tasks, first, in_task))
    if kind in _IN_LISTS:
        items, field = _IN_LISTS[kind]
        return replace(plan, **{items: _changed(getattr(plan, items), first, within(field))})
    items, field = _IN_MUST_HAVES[kind]
    changed = _changed(getattr(plan.must_haves, items), first, within(field))
    return replace(plan, must_haves=replace(plan.must_haves, **{items: changed}))


def _changed(items: tuple[S, ...], number: int, change: Callable[[S], S]) -> tuple[S, ...]:
    """Return a list with its item of that number (from 1) changed."""
    return tuple(change(one) if place == number else one for place, one in enumerate(items, 1))


def _replace_in_lines(lines: list[str], wording: Wording, old: str, new: str) -> None:
    """Do the same to the plan's lines, where the text stands there as it is."""
    first = wording.line - 1
    last = min(len(lines), first + wording.text.count("\n") + old.count("\n") + 1)
    text = "\n".join(lines[first:last])
    if text.count(old) != 1:
        return
    changed = text.replace(old, new).split("\n")
    room = last - first
    if len(changed) > room:
        changed[room - 1 :] = [" ".join(changed[room - 1 :])]
    lines[first:last] = [*changed, *[""] * (room - len(changed))]
