"""What an agent is told for an attempt: the task, its files, its checks, what failed before."""

from collections.abc import Sequence

from msgspec.structs import replace

from gsd_run.changing.agents.policy import allowed_files
from gsd_run.changing.agents.prompt import prompt_of
from gsd_run.domain.agent import Brief, BriefCheck, BriefFile, EarlierAttempt, Refutation
from gsd_run.domain.claim import Claim, Verdict
from gsd_run.domain.event import FORMAT, PlanRead, Record, RunStarted, TaskEnded
from gsd_run.domain.measurement import Measurement
from gsd_run.domain.plan import Task
from gsd_run.domain.run import RunState, advanced
from gsd_run.outside.project import Project
from gsd_run.outside.secrets import without_secrets

PROPOSALS = ".gsd-run-amendments.yaml"  # in the project's root; taken away after each attempt
SHOWN = 4000  # letters of an output that an agent is shown of each refuted claim


def brief_of(state: RunState, task: Task, project: Project, may_touch: Sequence[str] = ()) -> Brief:
    """Return what an agent is told for the next attempt at a task.

    `may_touch` are patterns of files that its settings open to it.
    """
    plan = state.plan
    claims = [claim for claim in state.claims if claim.task == task.number]
    done = state.tasks[task.number]
    ends = (*done.failures, *((done.ended,) if done.ended else ()))
    return Brief(
        plan=plan.id,
        objective=plan.objective.text if plan.objective else "",
        task=task,
        files=tuple(BriefFile(path=path, text=_text(project, path)) for path in task.files),
        context=(*(text.text for text in plan.context), *_answers(state)),
        checks=tuple(_check(claim) for claim in claims),
        earlier=tuple(
            replace(
                _earlier(state, end, claims if end is ends[-1] else ()),
                put_back=done.started is not None and not done.started.left,
            )
            for end in ends
        ),
        proposals=PROPOSALS,
        allowed=allowed_files(task, plan, may_touch),
    )


def first_prompt(
    read: PlanRead, task: Task, project: Project, may_touch: Sequence[str] = ()
) -> str:
    """Return what an agent would be told if a run began now."""
    begun = RunStarted(
        format=FORMAT, run="", read=read, summary="", base="", base_tree="", branch=""
    )
    state = advanced(None, Record(seq=1, time="", prev="", event=begun))
    return prompt_of(brief_of(state, task, project, may_touch))


def _text(project: Project, path: str) -> str | None:
    """Return a file's text; what can't be read as text is as good as not there."""
    try:
        return project.read(path)
    except (UnicodeDecodeError, OSError):
        return None


def _answers(state: RunState) -> list[str]:
    """Return what a person decided at the plan's checkpoints, as far as they were reached."""
    told = []
    for task in state.plan.tasks:
        answered = state.tasks[task.number].answered
        if answered is not None and answered.answer == "choose":
            told.append(f"decided at task {task.number}: {task.decided(answered.choice)}")
    return told


def _check(claim: Claim) -> BriefCheck:
    texts = tuple(dict.fromkeys(command.text for command in claim.commands))
    return BriefCheck(claim=claim.id, text=claim.text, commands=texts)


def _earlier(state: RunState, end: TaskEnded, claims: Sequence[Claim]) -> EarlierAttempt:
    """Return how an attempt failed; with evidence where its verdicts are the last ones."""
    refuted = [
        (claim, verdict)
        for claim in claims
        if (verdict := state.task_verdicts.get(claim.id)) is not None
        if verdict.state == "REFUTED" and verdict.reason in end.reason
    ]
    return EarlierAttempt(
        attempt=end.attempt,
        reason=end.reason,
        refuted=tuple(_refutation(state, claim, verdict) for claim, verdict in refuted),
    )


def _refutation(state: RunState, claim: Claim, verdict: Verdict) -> Refutation:
    evidence = [one for part in verdict.parts if part.state == "REFUTED" for one in part.evidence]
    told = [f"{one.check}: {one.found}" for one in evidence]
    for key in dict.fromkeys(one.measurement for one in evidence):
        known = state.measured.get(key)
        told.extend(_output(known.measurement) if known else ())
    return Refutation(
        claim=claim.id,
        text=claim.text,
        reason=verdict.reason,
        excerpt=_cut(without_secrets("\n".join(dict.fromkeys(told)))),
    )


def _output(measurement: Measurement) -> list[str]:
    """Return what a script's commands wrote, and which tests did not pass."""
    told = []
    for command in measurement.commands:
        wrote = f"{command.stdout}{command.stderr}".strip()
        told.append(f"$ {command.text}\n{wrote}".rstrip())
    told.extend(
        f"{case.name}: {case.outcome}: {case.message}"
        for tests in measurement.tests
        for case in tests.cases
        if case.outcome in {"failed", "error"}
    )
    return told


def _cut(text: str) -> str:
    if len(text) <= SHOWN:
        return text
    return f"{text[: SHOWN // 2]}\n… left out …\n{text[-SHOWN // 2 :]}"
