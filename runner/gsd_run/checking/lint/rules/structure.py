"""Rules about the build of a plan: its tasks, their elements, and what its head says of them."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from gsd_run.checking.lint.rules.plan_paths import line_of_key
from gsd_run.checking.lint.subject import LintRule, Subject
from gsd_run.domain import lazy
from gsd_run.domain.plan import Finding, Task
from gsd_run.domain.rule import Rule

REPEATED_NAME = Rule(
    code="T201",
    name="repeated-task-name",
    severity="warning",
    about="Two tasks of a plan have the same name.",
    why="Commits, the summary and a person who resumes tell tasks apart by their names.",
    mend="Say what each one does: `Add the session fixture`, `Use the session fixture`.",
)
REPEATED_ID = Rule(
    code="T202",
    name="repeated-task-id",
    severity="warning",
    about='Two tasks of a plan have the same id="…".',
    why="An id that two tasks have refers to neither of them.",
    mend="Give each task an id of its own, or leave the ids out.",
)
CHECKPOINT_IN_AUTONOMOUS = Rule(
    code="T203",
    name="checkpoint-in-autonomous-plan",
    severity="warning",
    about="A plan that says `autonomous: true` has a checkpoint.",
    why="Whoever starts it expects it to finish alone, but the run stops and waits for a person.",
    mend="Write `autonomous: false`, or turn the checkpoint into a task with a check.",
)
NOTHING_TO_ATTEND = Rule(
    code="T204",
    name="attended-plan-without-checkpoint",
    severity="note",
    about="A plan that says `autonomous: false` has no checkpoint.",
    why="It is kept out of unattended runs although nothing in it needs a person.",
    mend='Write `autonomous: true`, or add the `<task type="checkpoint:…">` that was meant.',
)
UNWORKABLE_TASK = Rule(
    code="T205",
    name="task-without-action-or-verify",
    severity="warning",
    about="A task does not say what to do, or not how to see that it is done.",
    why="Without <action> an executor has to guess; without <verify> nothing stops a wrong guess.",
    mend="Add `<action>…</action>` and `<verify>pytest tests/test_login.py</verify>`.",
)
SPARSE_TASK = Rule(
    code="T206",
    name="task-without-files-or-done",
    severity="note",
    about="A task names no files, or does not say when it is done.",
    why="Every file it changes is then a deviation from the plan, and its end is left open.",
    mend="Add `<files>src/login.py</files>` and `<done>A wrong password gives 401</done>`.",
)
MIXED_NUMBERS = Rule(
    code="T207",
    name="task-numbers-out-of-order",
    severity="warning",
    about='The numbers in the names ("Task 3: …") are not 1, 2, 3, … in order.',
    why="gsd-run counts tasks by their place, so Task 3 of the text may be task 2 of the run; a "
    "missing number may be a task that got lost.",
    mend="Number the tasks by their order, or leave the numbers out of the names.",
)
TDD_WITHOUT_TESTS = Rule(
    code="T212",
    name="tdd-without-test-command",
    severity="warning",
    about="Work that is marked as test-driven has no command that runs tests.",
    why="Neither the failing test before nor the passing one after is ever seen.",
    mend="Give it one: `<verify>npx vitest run src/parse.test.ts</verify>`.",
)

_NUMBERED = lazy.pattern(r"Task\s+(\d+)\s*[:.—–-]")
_MORE_NUMBERED = lazy.pattern(r"Task\s+\d+[\w.]*[A-Za-z.]\w*")
_TESTS = lazy.pattern(
    r"\b(?:pytest|vitest|jest|mocha|phpunit|pest|rspec|bats|ctest|playwright|cypress|tox|nox|unittest)\b"
    r"|--test\b|\b(?:npm|pnpm|yarn|bun|deno|cargo|go|mix|dotnet|swift|flutter|gradle|gradlew|mvn|make"
    r"|just|rake|rails|nx|turbo|zig|run|node|python3?|tsx|bash)\b[^\n]*(?:test|spec|check)",
    re.IGNORECASE,
)


def is_checkpoint(task: Task) -> bool:
    """Tell whether a task waits for a person."""
    return task.checkpoint is not None or task.type.lower().startswith("checkpoint")


def _repeated_names(subject: Subject) -> Iterator[Finding]:
    first: dict[str, Task] = {}
    for task in subject.plan.tasks:
        name = task.title.strip().lower()
        if name in first and name != f"task {task.number}" and not is_checkpoint(task):
            told = f'"{task.title}" is the name of task {first[name].number} too; tell them apart'
            yield subject.found(REPEATED_NAME, task.line, told)
        first.setdefault(name, task)


def _repeated_ids(subject: Subject) -> Iterator[Finding]:
    first: dict[str, Task] = {}
    for task in subject.plan.tasks:
        name = task.attributes.get("id", "")
        if name and name in first:
            told = f'id="{name}" is the id of task {first[name].number} too'
            yield subject.found(REPEATED_ID, task.line, told, f'"{name}"')
        first.setdefault(name, task)


def _autonomous(subject: Subject) -> Iterator[Finding]:
    if not (subject.plan.autonomous and "autonomous" in subject.plan.frontmatter):
        return
    for task in subject.plan.tasks:
        if is_checkpoint(task):
            told = f"task {task.number} is a checkpoint, but the plan says autonomous: true"
            yield subject.found(CHECKPOINT_IN_AUTONOMOUS, task.line, told)


def _attended(subject: Subject) -> Iterator[Finding]:
    plan = subject.plan
    if plan.autonomous or not plan.tasks:
        return
    if not any(is_checkpoint(task) or task.type == "manual" for task in plan.tasks):
        line = line_of_key(subject, "autonomous")
        told = "autonomous: false, but no task is a checkpoint; nothing here waits for a person"
        yield subject.found(NOTHING_TO_ATTEND, line, told)


def _unworkable(subject: Subject) -> Iterator[Finding]:
    for task in _tasks_of_work(subject):
        missing = ["<action>"] if task.action is None and "behavior" not in task.parts else []
        if not task.verify and not task.acceptance:
            missing.append("<verify>")
        if len(missing) == 1:  # of a task that has neither, the reader tells
            told = f"task {task.number} has no {missing[0]}"
            yield subject.found(UNWORKABLE_TASK, task.line, told)


def _is_feature(task: Task) -> bool:
    """Tell whether a task is a <feature>, which GSD gives a behavior instead of an end."""
    return task.type == "tdd" and "behavior" in task.parts and "implementation" in task.parts


def _sparse(subject: Subject) -> Iterator[Finding]:
    for task in _tasks_of_work(subject):
        missing = [] if task.files else ["<files>"]
        if not task.done and not task.acceptance and not _is_feature(task):
            missing.append("<done>")
        if missing:
            told = f"task {task.number} has no {' and no '.join(missing)}"
            yield subject.found(SPARSE_TASK, task.line, told)


def _tasks_of_work(subject: Subject) -> Iterable[Task]:
    return (task for task in subject.plan.tasks if not is_checkpoint(task))


def _numbers(subject: Subject) -> Iterator[Finding]:
    if any(_MORE_NUMBERED.match(task.name) for task in subject.plan.tasks):
        return
    said = [(int(m[1]), task) for task in subject.plan.tasks if (m := _NUMBERED.match(task.name))]
    for (before, _), (number, task) in pairwise(said):
        if number == before + 1:
            continue
        if number > before:
            lost = (
                f"Task {before + 1} is"
                if number == before + 2
                else f"Tasks {before + 1}–{number - 1} are"
            )
            told = f'"Task {number}" comes after "Task {before}": {lost} missing'
        else:
            told = f'"Task {number}" comes after "Task {before}"; number the tasks by their order'
        yield subject.found(MIXED_NUMBERS, task.line, told)


def _untested(subject: Subject) -> Iterator[Finding]:
    plan = subject.plan
    marked = [task for task in _tasks_of_work(subject) if plan.type == "tdd" or _is_tdd(task)]
    if not marked or any(_TESTS.search(item.text) for item in (*plan.verification, *plan.criteria)):
        return
    untested = [task for task in marked if not _names_tests(task)]
    if plan.type == "tdd":
        if len(untested) == len(marked):
            told = "a tdd plan in which no command runs tests"
            yield subject.found(TDD_WITHOUT_TESTS, marked[0].line, told)
        return
    for task in untested:
        told = f"task {task.number} is test-driven, but no command runs its tests"
        yield subject.found(TDD_WITHOUT_TESTS, task.line, told)


def _is_tdd(task: Task) -> bool:
    return task.type == "tdd" or task.attributes.get("tdd", "").lower() == "true"


def _names_tests(task: Task) -> bool:
    """Tell whether what proves a task speaks of a command that runs tests."""
    texts = (*task.verify, *task.acceptance, *task.done)
    return any(_TESTS.search(text.text) for text in texts)


RULES: tuple[LintRule, ...] = (
    LintRule(rule=REPEATED_NAME, find=_repeated_names),
    LintRule(rule=REPEATED_ID, find=_repeated_ids),
    LintRule(rule=CHECKPOINT_IN_AUTONOMOUS, find=_autonomous),
    LintRule(rule=NOTHING_TO_ATTEND, find=_attended),
    LintRule(rule=UNWORKABLE_TASK, find=_unworkable),
    LintRule(rule=SPARSE_TASK, find=_sparse),
    LintRule(rule=MIXED_NUMBERS, find=_numbers),
    LintRule(rule=TDD_WITHOUT_TESTS, find=_untested),
)
