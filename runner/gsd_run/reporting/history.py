"""From a run's events to its row in the history."""

import datetime as dt
from collections.abc import Iterable, Sequence

from gsd_run.domain.agent import AgentCalled, AgentEnded
from gsd_run.domain.event import AttemptStarted, Measured, Record, TaskEnded
from gsd_run.domain.history import (
    PastAttempt,
    PastClaim,
    PastCommand,
    PastRun,
    PastTask,
    PastTests,
    RunOutcome,
)
from gsd_run.domain.report import Report, TestsRow
from gsd_run.domain.run import RunState, folded
from gsd_run.reporting.ci.standing import as_it_stands
from gsd_run.reporting.report import report_of
from gsd_run.reporting.summary import short

_OUTCOMES: dict[int, RunOutcome] = {0: "open", 1: "failed", 2: "refused", 3: "refused",
                                    10: "waiting", 130: "interrupted"}  # fmt: skip
_LONGEST = 2000  # characters of a reason


def past_run(records: Sequence[Record], project: str, source: str) -> PastRun:
    """Return the row of a run of which there are one or more events.

    Events that no run has, as when two claims have one id, may raise any LookupError, TypeError,
    ValueError and the like.
    """
    state, report = folded(records), report_of(as_it_stands(records))
    attempts = _attempts(records)
    before, after = _counts(report.tests)
    started, last = _time(records[0].time), _time(records[-1].time)
    called = [one for one in attempts if one.agent]
    return PastRun(
        project=project,
        run=report.run,
        plan=report.plan,
        phase=report.phase,
        path=report.path,
        outcome=_outcome(state),
        reason=state.stopped.reason[:_LONGEST] if state.stopped else "",
        started_at=started,
        week=f"{started:%G-W%V}",
        last_at=last,
        seconds=round((last - started).total_seconds(), 3),
        tasks=len(report.tasks),
        tasks_passed=sum(row.outcome == "PASSED" for row in report.tasks),
        attempts=len(attempts),
        retries=len(attempts) - len({one.task for one in attempts}),
        proven=report.count("PROVEN"),
        refuted=report.count("REFUTED"),
        unproven=report.count("UNPROVEN"),
        vacuous=sum(row.note == "vacuous" for row in report.claims),
        tests_before=before[0],
        tests_before_total=before[1],
        tests_after=after[0],
        tests_after_total=after[1],
        input_tokens=_total(one.input_tokens for one in attempts),
        output_tokens=_total(one.output_tokens for one in attempts),
        cost_usd=_sum(one.cost_usd for one in attempts),
        executor=state.started.executor or _joined(one.executor for one in attempts),
        agent=_joined(one.agent for one in called) or state.started.agent,
        model=_joined(one.model for one in called),
        base_commit=report.base,
        head_commit=state.head,
        branch=report.branch,
        events=len(records),
        source=source,
        of_tasks=_tasks(report, attempts),
        of_attempts=attempts,
        of_claims=_claims(report),
        of_commands=_commands(records),
        of_tests=_tests(report),
    )


def _outcome(state: RunState) -> RunOutcome:
    if state.undone:
        return "undone"
    if state.ended and not state.stopped:
        return "complete"  # committed evidence goes as far as the end, the journal one event more
    return _OUTCOMES.get(state.stopped.exit_code, "failed") if state.stopped else "open"


def _time(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def _attempts(records: Iterable[Record]) -> tuple[PastAttempt, ...]:
    """Return all attempts, those of tasks that were taken back later among them."""
    found: dict[tuple[int, int], PastAttempt] = {}
    for record in records:
        match record.event:
            case AttemptStarted(task=task, attempt=attempt) as event:
                known = found.get((task, attempt))
                found[task, attempt] = _begun(event, _time(record.time), known)
            case AgentCalled(task=task, attempt=attempt) as event:
                found[task, attempt] = _with(
                    found[task, attempt], agent=event.agent, model=event.model
                )
            case AgentEnded(task=task, attempt=attempt, usage=used):
                one = found[task, attempt]
                found[task, attempt] = _with(
                    one,
                    input_tokens=_total((one.input_tokens, used.input_tokens)),
                    output_tokens=_total((one.output_tokens, used.output_tokens)),
                    cost_usd=_sum((one.cost_usd, used.cost)),
                )
            case TaskEnded(task=task, attempt=attempt) as event if (task, attempt) in found:
                found[task, attempt] = _with(
                    found[task, attempt],
                    outcome=event.outcome,
                    reason=event.reason[:_LONGEST],
                    seconds=event.seconds,
                )
            case _:
                pass
    return tuple(found.values())


def _begun(event: AttemptStarted, at: dt.datetime, known: PastAttempt | None) -> PastAttempt:
    if known is not None:
        return known
    return PastAttempt(
        task=event.task,
        attempt=event.attempt,
        executor=event.executor,
        agent="",
        model="",
        outcome="",
        reason="",
        started_at=at,
        seconds=None,
        input_tokens=None,
        output_tokens=None,
        cost_usd=None,
    )


def _with(one: PastAttempt, **values: object) -> PastAttempt:
    from msgspec.structs import replace  # noqa: PLC0415

    return replace(one, **values)


def _tasks(report: Report, attempts: Sequence[PastAttempt]) -> tuple[PastTask, ...]:
    return tuple(
        PastTask(
            task=row.number,
            name=row.name,
            outcome=row.outcome,
            executor=row.executor,
            attempts=sum(one.task == row.number for one in attempts),
            seconds=row.seconds,
            commit_id=row.commit,
        )
        for row in report.tasks
    )


def _claims(report: Report) -> tuple[PastClaim, ...]:
    if len({row.id for row in report.claims}) < len(report.claims):
        raise ValueError("two claims have one id")
    return tuple(
        PastClaim(
            claim=row.id,
            kind=row.kind,
            task=row.task,
            line=row.line,
            text=short(row.text),
            verdict=row.state,
            before=row.before,
            vacuous=row.note == "vacuous",
            reason=row.reason[:_LONGEST],
        )
        for row in report.claims
    )


def _commands(records: Iterable[Record]) -> tuple[PastCommand, ...]:
    ran = [
        (record.event.tree, command)
        for record in records
        if isinstance(record.event, Measured)
        for command in record.event.measurement.commands
    ]
    return tuple(
        PastCommand(
            number=number,
            tree=tree,
            command=short(command.text),
            exit_status=command.status,
            seconds=command.seconds,
        )
        for number, (tree, command) in enumerate(ran, 1)
    )


def _tests(report: Report) -> tuple[PastTests, ...]:
    return tuple(
        PastTests(
            number=number,
            command=short(row.command),
            runner=row.after.runner,
            passed_before=row.before.passed if row.before else None,
            total_before=row.before.collected if row.before else None,
            passed=row.after.passed,
            failed=row.after.failed + row.after.errors,
            skipped=row.after.skipped,
            total=row.after.collected,
        )
        for number, row in enumerate(report.all_tests, 1)
    )


def _counts(
    row: TestsRow | None,
) -> tuple[tuple[int | None, int | None], tuple[int | None, int | None]]:
    """Return how many tests passed, of how many, before and after."""
    if row is None:
        return (None, None), (None, None)
    before = (row.before.passed, row.before.collected) if row.before else (None, None)
    return before, (row.after.passed, row.after.collected)


def _total(counts: Iterable[int | None]) -> int | None:
    known = [one for one in counts if one is not None]
    return sum(known) if known else None


def _sum(amounts: Iterable[float | None]) -> float | None:
    known = [one for one in amounts if one is not None]
    return sum(known) if known else None


def _joined(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, words)))
