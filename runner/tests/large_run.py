"""A run of many tasks, made of the values that a real one is made of."""

import datetime as dt
from collections.abc import Iterator

from gsd_run.domain.claim import Claim, Evidence, Part, PartVerdict, Verdict, verdict_of
from gsd_run.domain.event import (
    AttemptStarted,
    BaselineDone,
    Changed,
    Committed,
    Completed,
    Ended,
    Event,
    Judged,
    Measured,
    PlanRead,
    Record,
    RunStarted,
    TaskEnded,
)
from gsd_run.domain.measurement import CommandRun, Measurement, TestCase, TestRun
from gsd_run.domain.plan import Plan, Task, Text
from gsd_run.domain.run import folded
from gsd_run.reporting.html.material import Material, Patch, Standing
from gsd_run.reporting.report import report_of

BASE, LAST = "b" * 40, "f" * 40
BEGIN = dt.datetime(2026, 3, 4, 9, 0, tzinfo=dt.UTC)


def large_material(tasks: int, tests: int = 400, lines: int = 40) -> Material:
    """Return what the report of such a run needs; each task's diff has so many lines."""
    records = tuple(_recorded(_events(_plan(tasks), tests)))
    state = folded(records)
    return Material(
        records=records,
        state=state,
        report=report_of(state),
        standing=Standing(word="complete"),
        source=".git/gsd-run/runs/large.jsonl",
        plan_text="\n".join(f"line {n} of the plan" for n in range(1, 4 * tasks + 20)),
        patches=tuple(_patch(number, lines) for number in range(1, tasks + 1)),
    )


def _plan(tasks: int) -> Plan:
    return Plan(
        id="01-01",
        path=".planning/phases/01-large/01-01-PLAN.md",
        sha256="0" * 64,
        phase="01-large",
        number="01",
        objective=Text("Do very much at once.", 5),
        tasks=tuple(
            Task(
                number=n,
                name=f"Task {n}: Take step {n} of the long way",
                line=4 * n,
                verify=(Text(f"pytest tests/test_step{n}.py", 4 * n + 1),),
                done=(Text(f"Step {n} is taken", 4 * n + 2),),
            )
            for n in range(1, tasks + 1)
        ),
    )


def _claims(plan: Plan) -> tuple[Claim, ...]:
    found = []
    for task in plan.tasks:
        for kind, text in (("verify", task.verify[0]), ("done", task.done[0])):
            part = Part(text=text.text, rule="its own commands")
            found.append(
                Claim(
                    id=f"{kind}.{task.number}",
                    kind="verify" if kind == "verify" else "done",
                    text=text.text,
                    line=text.line,
                    task=task.number,
                    parts=(part,),
                )
            )
    return tuple(found)


def _events(plan: Plan, tests: int) -> Iterator[Event]:
    claims = _claims(plan)
    yield RunStarted(
        format=1,
        run="20260304T090000-large",
        read=PlanRead(plan=plan, claims=claims),
        summary="01-01-SUMMARY.md",
        base="a" * 40,
        base_tree=BASE,
        branch="main",
        environment={"gsd-run": "0.1.0", "python": "3.12.1"},
    )
    yield _measured("base", BASE, "pytest", tests, failing=tests // 4)
    for claim in claims:
        yield Judged(moment="base", tree=BASE, verdict=_verdict(claim, "base", "REFUTED"))
    yield BaselineDone(seconds=3.0)
    for task in plan.tasks:
        yield from _task(task, [one for one in claims if one.task == task.number])
    yield _measured("end", LAST, "pytest", tests, failing=0)
    for number, claim in enumerate(claims):
        state = "UNPROVEN" if number % 7 == 6 else "PROVEN"
        yield Judged(moment="end", tree=LAST, verdict=_verdict(claim, "end", state))
    yield Ended(tree=LAST, seconds=60.0)
    yield Completed(summary="01-01-SUMMARY.md")


def _task(task: Task, claims: list[Claim]) -> Iterator[Event]:
    n, tree = task.number, f"{task.number:040d}"
    path = f"src/step{n}.py"
    yield AttemptStarted(task=n, attempt=1, executor="steps", tree=BASE)
    yield Changed(task=n, attempt=1, tree=tree, modified=(path,))
    yield _measured(f"task{n}", tree, f"pytest tests/test_step{n}.py", 1, failing=0)
    for claim in claims:
        yield Judged(
            moment="task", tree=tree, task=n, verdict=_verdict(claim, f"task{n}", "PROVEN")
        )
    yield TaskEnded(
        task=n, attempt=1, outcome="PASSED", reason="proven: verify", tree=tree, seconds=1.5
    )
    yield Committed(
        part="task", commit=f"{n:040x}", tree=tree, files=(path,), subject=f"feat: step {n}", task=n
    )


def _verdict(claim: Claim, key: str, state: str) -> Verdict:
    part = PartVerdict(
        text=claim.text,
        state="PROVEN" if state == "PROVEN" else "REFUTED" if state == "REFUTED" else "UNPROVEN",
        reason="1 passed" if state == "PROVEN" else "not shown",
        rule="its own commands",
        evidence=(Evidence(check=claim.text, found="1 passed", measurement=key),),
    )
    return verdict_of(claim.id, (part,))


def _measured(key: str, tree: str, script: str, tests: int, failing: int) -> Measured:
    output = "\n".join(f"tests/test_steps.py::test_{n} took {n % 10} ms" for n in range(80))
    run = CommandRun(
        text=script, status=int(failing > 0), statuses=(int(failing > 0),), members=(script,),
        seconds=0.8, stdout=output, stderr="",
    )  # fmt: skip
    cases = tuple(
        TestCase(name=f"test_{n}", outcome="failed" if n < failing else "passed")
        for n in range(tests)
    )
    found = TestRun(
        command=0, runner="pytest", source="junit", passed=tests - failing, failed=failing,
        errors=0, skipped=0, cases=cases,
    )  # fmt: skip
    measurement = Measurement(
        key=key, script=script, status=run.status, seconds=0.8, commands=(run,), tests=(found,)
    )
    return Measured(tree=tree, measurement=measurement, stored=key)


def _patch(number: int, lines: int) -> Patch:
    path = f"src/step{number}.py"
    body = "".join(
        f"+    total_{n} = sum(values[{n}:]) if values else None  # step {n}\n"
        for n in range(lines)
    )
    text = (
        f"diff --git a/{path} b/{path}\nindex {'1' * 40}..{'2' * 40} 100644\n--- a/{path}\n"
        f"+++ b/{path}\n@@ -1,2 +1,{lines + 2} @@\n def step(values):\n{body}     return values\n"
    )
    return Patch(task=number, commit=f"{number:040x}", subject=f"feat: step {number}", text=text)


def _recorded(events: Iterator[Event]) -> Iterator[Record]:
    for number, event in enumerate(events, 1):
        time = BEGIN + dt.timedelta(seconds=0.9 * number)
        yield Record(seq=number, time=time.isoformat(), prev="", event=event)
