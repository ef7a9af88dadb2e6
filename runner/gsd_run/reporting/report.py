"""From a run's state, and nothing else, to its report."""

import datetime as dt
import re
from collections import Counter

from gsd_run.domain.claim import Claim, Verdict
from gsd_run.domain.event import Deviation
from gsd_run.domain.gsd_flow import flow_files
from gsd_run.domain.plan import Plan, Task
from gsd_run.domain.report import ClaimRow, Report, TaskRow
from gsd_run.domain.run import RunState, TaskState
from gsd_run.reporting.figures import all_tests_of, coverage_of, tests_of

_GAP = re.compile(r"\*\*\s*gaps? closed\s*:?\s*\*\*\s*:?\s*(?P<gap>.+)", re.IGNORECASE)


def report_of(state: RunState) -> Report:
    """Return the report of a run that has ended."""
    plan = state.plan
    return Report(
        plan=plan.id,
        phase=plan.phase,
        number=plan.number,
        scope=plan.phase_number,
        name=_name(plan),
        path=plan.path,
        run=state.started.run,
        started_at=state.started_at,
        ended_at=state.ended_at,
        seconds=_seconds(state),
        base=state.started.base,
        branch=state.started.branch,
        environment=state.started.environment,
        gap=_gap(plan),
        tasks=tuple(_task_row(state, task) for task in plan.tasks),
        claims=tuple(_claim_row(state, claim) for claim in state.claims),
        tests=tests_of(state),
        all_tests=all_tests_of(state),
        coverage=coverage_of(state),
        deviations=_deviations(state),
        mends=tuple(mend.commit for mend in state.mends),
        baseline=state.baseline_done,
        dirty=state.started.dirty,
        replayed=_replayed(state),
        requirements=plan.requirements,
        depends_on=plan.depends_on,
        provides=_provides(state),
        tokens=_tokens(state),
    )


def _provides(state: RunState) -> tuple[str, ...]:
    """Return what the plan's artifacts provide, of those that are PROVEN to be there."""
    lines = {
        claim.line
        for claim in state.claims
        if claim.kind == "artifact" and state.end_verdicts[claim.id].state == "PROVEN"
    }
    artifacts = state.plan.must_haves.artifacts
    return tuple(dict.fromkeys(
        one.provides for one in artifacts if one.provides and one.line in lines
    ))  # fmt: skip


def _tokens(state: RunState) -> int | None:
    usages = [ended.usage for task in state.tasks.values() for _, ended in task.calls]
    counted = [
        one for usage in usages for one in (usage.input_tokens, usage.output_tokens)
        if one is not None
    ]  # fmt: skip
    return sum(counted) if counted else None


def _replayed(state: RunState) -> str:
    recorded = state.run_file.recorded if state.run_file else None
    if recorded is None or state.ended is None or not state.ended.replayed:
        return ""
    if state.ended.replayed == "same":
        return f"The steps were recorded from run {recorded.run}; the final tree is the same."
    return (
        f"The steps were recorded from run {recorded.run}; the final tree is another: "
        f"{state.ended.replayed}."
    )


def _seconds(state: RunState) -> float:
    started, ended = (dt.datetime.fromisoformat(at) for at in (state.started_at, state.ended_at))
    return (ended - started).total_seconds()


def _name(plan: Plan) -> str:
    """Return what the plan is about: the first sentence of its objective, or its id."""
    text = plan.objective.text if plan.objective else ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    first = re.split(r"(?<=[.!?])\s", lines[0])[0] if lines else plan.id
    return re.sub(r"[*`]", "", first).rstrip(".:")


def _gap(plan: Plan) -> str:
    found = _GAP.search(plan.objective.text) if plan.objective else None
    return found["gap"].strip() if found else ""


def _task_row(state: RunState, task: Task) -> TaskRow:
    done = state.tasks[task.number]
    changed = done.changed
    applied = [one for step in done.steps for one in step.applied]
    rules = Counter(one.rule for one in applied)
    first = {one.rule: one.message for one in reversed(applied)}
    return TaskRow(
        number=task.number,
        name=task.title,
        outcome=done.ended.outcome if done.ended else "",
        attempts=len(done.failures) + 1,  # one that was cut short is no other attempt
        executor=done.started.executor if done.started else "",
        seconds=done.ended.seconds if done.ended else 0.0,
        commit=done.committed.commit if done.committed else "",
        added=changed.added if changed else (),
        modified=changed.modified if changed else (),
        deleted=changed.deleted if changed else (),
        fixes=tuple((rule, count, first[rule]) for rule, count in rules.items()),
        undecided=tuple(
            f"{one.path}:{one.line}: {one.message}" for step in done.steps for one in step.undecided
        ),
        by=_by(done),
        decision=_decision(task, done),
        failures=tuple(f"attempt {n}: {one.reason}" for n, one in enumerate(done.failures, 1)),
        red=_red(state, task),
        red_commit=done.red.commit if done.red else "",
        unseen=done.answered is not None and done.answered.unseen,
    )


_CENT = 0.01

_EXECUTORS = {
    "steps": "steps of the run file",
    "literal": "what the plan itself spells out",
    "hand": "made by hand",
}


def _decision(task: Task, done: TaskState) -> str:
    answered = done.answered
    return task.decided(answered.choice) if answered and answered.answer == "choose" else ""


def _by(done: TaskState) -> str:
    """Say who made a task's change, or who answered its checkpoint."""
    executor = done.started.executor if done.started else ""
    if done.answered is not None:
        word = {"approve": "approved", "choose": f"{done.answered.choice} chosen"}
        how = word.get(done.answered.answer, "rejected")
        return f"{how} by {done.answered.by}; an answer, not a measurement"
    if not done.calls:
        return _EXECUTORS.get(executor, executor)
    called, _ = done.calls[-1]
    usages = [ended.usage for _, ended in done.calls]
    tokens = sum((one.input_tokens or 0) + (one.output_tokens or 0) for one in usages)
    cost = sum(one.cost or 0 for one in usages)
    told = [f"agent {called.agent}{f', model {called.model}' if called.model else ''}"]
    told.append(f"{len(done.calls)} call{'s' if len(done.calls) > 1 else ''}")
    told += [f"{tokens:,} tokens"] if tokens else []
    told += [f"${cost:.4f}" if cost < _CENT else f"${cost:.2f}"] if cost else []
    return ", ".join(told)


def _red(state: RunState, task: Task) -> tuple[str, ...]:
    """Say which of a task's claims were refuted without what makes its tests pass."""
    mine = {claim.id for claim in state.claims if claim.task == task.number}
    return tuple(
        f"{one.claim}: {one.reason}"
        for one in state.red_verdicts.values()
        if one.claim in mine and one.state == "REFUTED"
    )


def _claim_row(state: RunState, claim: Claim) -> ClaimRow:
    verdict = state.end_verdicts[claim.id]
    amended = {one.id for one in state.claims if one.amended}
    marks = ["amended"] if claim.amended else []
    if any(part.supplied for part in verdict.parts):
        marks.append("supplied check")
    own = {claim.id, claim.id.rpartition(".")[0]}
    sources = dict.fromkeys(part.source for part in verdict.parts if part.source not in own)
    marks.extend(
        f"by {source}{', amended' if source in amended else ''}" for source in sources if source
    )
    return ClaimRow(
        id=claim.id,
        kind=claim.kind,
        line=claim.line,
        text=claim.text,
        state=verdict.state,
        reason=verdict.reason,
        note=note_of(state, claim, verdict),
        marks=tuple(marks),
        evidence=tuple(
            dict.fromkeys(evidence for part in verdict.parts for evidence in part.evidence)
        ),
        task=claim.task,
        before=before.state if (before := state.base_verdicts.get(claim.id)) else "",
    )


def _allowed(state: RunState, path: str) -> str:
    """Say why a run began although a file had uncommitted changes."""
    flows = state.started.orchestrated and path in flow_files(state.plan.path)
    return "GSD's flow writes it" if flows else "--allow-dirty"


def note_of(state: RunState, claim: Claim, verdict: Verdict) -> str:
    """Say of a PROVEN claim whether it was true before the work."""
    if verdict.state != "PROVEN":
        return ""
    base = state.base_verdicts.get(claim.id)
    if base is not None and base.state == "PROVEN":
        return "vacuous"
    before = state.before_verdicts.get(claim.id)
    return "settled earlier" if before is not None and before.state == "PROVEN" else ""


def _deviations(state: RunState) -> tuple[Deviation, ...]:
    made = [one for task in state.tasks.values() if task.changed for one in task.changed.deviations]
    told: dict[str, dict[str, None]] = {}  # a difference that several claims rest on is told once
    for verdict in state.end_verdicts.values():
        for text in (text for part in verdict.parts for text in part.deviations):
            told.setdefault(text, {})[verdict.claim] = None
    figures = [
        Deviation(kind="figure", where=", ".join(claims), what=text, reason="measured")
        for text, claims in told.items()
    ]
    undone = [
        Deviation(
            kind="restored",
            where=", ".join(one.measurement.changed_files),
            what="changed by a verify command, and put back",
            reason="checks must leave the tree as it is",
        )
        for one in state.measured.values()
        if one.measurement.changed_files
    ]
    dirty = [
        Deviation(
            kind="dirty", where=path, what="had uncommitted changes", reason=_allowed(state, path)
        )
        for path in state.started.dirty
    ]
    moved = [
        Deviation(
            kind="moved",
            where="the run",
            what="went on in another clone",
            reason="its state was exported and imported",
        )
        for _ in state.imported
    ]
    return tuple(dict.fromkeys((*dirty, *moved, *state.deviations, *made, *figures, *undone)))
