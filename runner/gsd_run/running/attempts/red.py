"""Red before green: the tests of a TDD task must fail without the rest of its change.

Whether the tests were really written first nobody can measure afterwards. That they fail without
the implementation can be: it is set aside for one measurement.
"""

import re
from collections.abc import Sequence

from gsd_run.checking.integrity.bodies import test_file
from gsd_run.checking.judging import judge
from gsd_run.domain.claim import Claim, Verdict
from gsd_run.domain.event import Changed, Judged
from gsd_run.domain.measurement import Measurement
from gsd_run.domain.plan import Plan, Task
from gsd_run.outside import git
from gsd_run.running.attempts.scoping import files_of
from gsd_run.running.carrying import Carrying
from gsd_run.running.judging.measuring import tree_to_judge
from gsd_run.running.judging.setting_aside import set_aside

# A sentence that says why the tests are to fail at first, and the reasons that it can name.
_FAILS = re.compile(r"[^.\n]*\b(?:RED\b|(?i:fails?\b|failing\b))[^\n]*")
_REASON = re.compile(
    r"\b[A-Z]\w*(?:Error|Exception|Failure)\b"
    r"|(?i:cannot find module|is not defined|is not a function|not implemented|no such file"
    r"|undefined: \w+|unresolved import|cannot find)"
)


def is_tdd(plan: Plan, task: Task) -> bool:
    """Tell whether a task is to be done test first."""
    told = task.attributes.get("tdd", "").strip().lower() == "true"
    return told or task.type == "tdd" or plan.type == "tdd"


def tests_of(run: Carrying, changed: Changed) -> tuple[str, ...]:
    """Return the files of a change that hold tests."""
    found = []
    for path in (*changed.added, *changed.modified):
        text = git.text_at(run.repository, changed.tree, path)
        file = test_file(text, path) if text is not None else None
        if file is not None and file.tests:
            found.append(path)
    return tuple(found)


def red_missing(run: Carrying, task: Task, changed: Changed) -> str:
    """Judge a TDD task's claims without what makes its tests pass; say what red lacks, or "".

    A change of tests alone, or without tests, has no red of its own to show.
    """
    tests = tests_of(run, changed)
    rest = [path for path in files_of(changed) if path not in tests]
    claims = [claim for claim in run.state.claims if claim.task == task.number]
    if not is_tdd(run.state.plan, task) or not tests or not rest or not claims:
        return ""
    started = run.state.tasks[task.number].started
    assert started is not None
    bare = git.tree_with(run.repository, changed.tree, rest, started.tree)
    reason = f"task {task.number}: red, without {', '.join(rest)}"
    with set_aside(run, changed.tree, bare, rest, reason):
        verdicts = [_judged(run, claim, bare, changed.added, rest) for claim in claims]
    return _lack(task, verdicts, _measurements(run, verdicts))


def _judged(
    run: Carrying, claim: Claim, bare: str, added: Sequence[str], rest: Sequence[str]
) -> Verdict:
    untracked = tuple(path for path in added if path not in rest)
    verdict = judge(claim, tree_to_judge(run, bare, untracked, tuple(rest)))
    run.add(Judged(moment="red", tree=bare, verdict=verdict, task=claim.task))
    return verdict


def _measurements(run: Carrying, verdicts: Sequence[Verdict]) -> list[Measurement]:
    """Return what was measured for the verdicts that are REFUTED."""
    keys = [
        one.measurement
        for verdict in verdicts
        if verdict.state == "REFUTED"
        for part in verdict.parts
        for one in part.evidence
    ]
    known = (run.state.measured.get(key) for key in dict.fromkeys(keys))
    return [one.measurement for one in known if one is not None]


def _lack(task: Task, verdicts: Sequence[Verdict], measured: Sequence[Measurement]) -> str:
    refuted = [one.claim for one in verdicts if one.state == "REFUTED"]
    failing = [one for one in measured if _tests_fail(one)]
    if not refuted or not failing:
        return (
            "red is not shown: without the rest of the change its tests do not fail, so they say "
            "nothing about it"
        )
    stated = _stated(task)
    shown = "\n".join(_shown(one) for one in failing)
    if stated and not any(reason.lower() in shown.lower() for reason in stated):
        return (
            f"red is for another reason than the plan states ({', '.join(stated)}): "
            f"{_telling_line(shown)}"
        )
    return ""


def _tests_fail(one: Measurement) -> bool:
    """Tell whether tests failed, or could not even be collected."""
    if any(tests.failed or tests.errors for tests in one.tests):
        return True
    collected = any(tests.collected for tests in one.tests)
    return not collected and any(command.status for command in one.commands)


def _stated(task: Task) -> tuple[str, ...]:
    """Return the reasons that the plan gives for the tests to fail at first."""
    texts = [
        text.text for name in ("behavior", "implementation") for text in task.parts.get(name, ())
    ]
    texts += [task.action.text] if task.action else []
    sentences = (found[0] for text in texts for found in _FAILS.finditer(text))
    return tuple(dict.fromkeys(one for told in sentences for one in _REASON.findall(told)))


def _shown(one: Measurement) -> str:
    messages = [case.message for tests in one.tests for case in tests.cases]
    outputs = [command.stdout + command.stderr for command in one.commands]
    return "\n".join([*messages, *outputs])


def _telling_line(text: str) -> str:
    """Return the first line that names a reason, else the first that says anything."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    named = (line for line in lines if _REASON.search(line))
    return next(named, lines[0] if lines else "nothing was shown")
