"""Checkpoints: the run stands and asks, a person answers, and the answer is in the journal."""

import re
from collections.abc import Iterator

from gsd_run.domain.errors import UsageError, Waiting
from gsd_run.domain.event import (
    AUTO_ADVANCE,
    YES,
    Answered,
    AttemptStarted,
    Deviation,
    TaskOutcome,
)
from gsd_run.domain.plan import Checkpoint, Task, Text
from gsd_run.domain.run import RunState
from gsd_run.outside import git
from gsd_run.running.attempts.scoping import files_of, new_files, scoped
from gsd_run.running.attempts.settling import commit_and_judge, failed, judge_and_commit
from gsd_run.running.carrying import Carrying


def is_checkpoint(task: Task) -> bool:
    """Tell whether a task asks a person."""
    return task.checkpoint is not None or task.type.startswith("checkpoint")


def waiting_task(state: RunState) -> Task | None:
    """Return the checkpoint that was asked and has no answer yet, None if nothing is asked."""
    for task in state.plan.tasks:
        done = state.tasks[task.number]
        asked = done.started is not None and done.started.executor == "person"
        if asked and done.ended is None and done.answered is None:
            return task
    return None


def checkpoint_of(task: Task) -> Checkpoint:
    """Return what a task asks; a type that is no known checkpoint's asks to be looked at."""
    return task.checkpoint or Checkpoint(kind="human-verify")


def named(task: Task) -> str:
    """Return what messages call a checkpoint, which often has no name."""
    return f"task {task.number} ({task.title or checkpoint_of(task).kind})"


def take_answer(run: Carrying) -> None:
    """Put the user's answer into the journal, if one was given.

    Raises:
        UsageError: nothing is asked, or that is no answer to it.
    """
    answer = run.options.answer
    if answer is None:
        return
    task = waiting_task(run.state)
    if task is None:
        raise UsageError(f"{run.state.plan.id} asks nothing now; `gsd-run status` says where it is")
    if mistake := _mistake(checkpoint_of(task), answer):
        raise UsageError(f"{named(task)}: {mistake}")
    run.add(
        Answered(
            task=task.number,
            answer=answer.answer,
            by=answer.by,
            choice=answer.choice,
            reason=answer.reason,
        )
    )


def _mistake(asked: Checkpoint, answer: Answered) -> str:
    ids = [option.id for option in asked.options]
    listed = ", ".join(ids)
    if answer.answer == "approve" and asked.kind == "decision" and ids:
        return f"a decision is asked for; --choose one of {listed}"
    if answer.answer == "choose" and ids and answer.choice not in ids:
        return f"there is no option '{answer.choice}'; --choose one of {listed}"
    if answer.answer == "choose" and not ids and asked.kind != "decision":
        return "there is nothing to choose; --approve or --reject"
    return ""


def pass_checkpoint(run: Carrying, task: Task) -> TaskOutcome:
    """Ask at a checkpoint, or go on with the answer; what the person changed is committed with it.

    Raises:
        Waiting: the question, for whoever can answer it.
    """
    state = run.state.tasks[task.number]
    if state.ended is not None and state.ended.outcome != "FAILED":
        return commit_and_judge(run, task)
    if state.started is None or state.ended is not None:
        earlier = state.started
        run.add(
            AttemptStarted(
                task=task.number,
                attempt=state.attempt + 1,
                executor="person",
                tree=earlier.tree if earlier else git.snapshot(run.repository, ()),
                untracked=earlier.untracked if earlier else git.untracked_files(run.repository),
            )
        )
    if run.state.tasks[task.number].answered is None and (waving := _waved_through_by(run, task)):
        run.add(Answered(task=task.number, answer="approve", by=waving))
    state = run.state.tasks[task.number]
    if state.answered is None:
        raise Waiting(question(run.state, task))
    return _answered(run, task, state.answered)


# What GSD writes above a package that somebody is to look at before it is installed.
_OF_PACKAGES = re.compile(r"package\s+(?:verification|install|legitimacy)", re.IGNORECASE)


def _waved_through_by(run: Carrying, task: Task) -> str:
    """Say what approves a checkpoint that nobody looks at; "" where somebody must."""
    asked = checkpoint_of(task)
    if asked.kind != "human-verify" or asked.gate == "blocking-human":
        return ""
    if run.options.yes:
        return YES
    built = f"{task.name}\n{asked.what_built.text if asked.what_built else ''}"
    may = run.settings.auto_approve and not _OF_PACKAGES.search(built)
    return AUTO_ADVANCE if may else ""


def _answered(run: Carrying, task: Task, answered: Answered) -> TaskOutcome:
    started = run.state.tasks[task.number].started
    assert started is not None
    if answered.answer == "reject":
        return failed(run, started, f"rejected by {answered.by}: {answered.reason}")
    changed = scoped(run, task, new_files(run, started), ())
    if files := files_of(changed):
        made = Deviation(
            kind="mend",
            where=f"task {task.number}",
            what=f"{', '.join(files)} changed by hand",
            reason="at the checkpoint",
        )
        changed = scoped(run, task, new_files(run, started), (made,))
    run.add(changed)
    return judge_and_commit(run, task, changed)


def question(state: RunState, task: Task) -> str:
    """Return what a checkpoint asks, where it stands, and how to answer it."""
    asked = checkpoint_of(task)
    lines = [f"{state.plan.path}:{task.line}: {named(task)} asks you:"]
    for title, text in (
        ("Built", asked.what_built),
        ("To decide", asked.decision),
        ("Context", asked.context),
        ("To do", asked.instructions),
        ("To verify", asked.how_to_verify),
    ):
        lines.extend(_told(title, text))
    for option in asked.options:
        lines.append(f"  {option.id}: {option.name or option.text}".rstrip(": "))
        lines.extend(
            f"      {word}: {what}"
            for word, what in (("pros", option.pros), ("cons", option.cons))
            if what
        )
    lines += ["Answer with:", *_answers(state.plan.id, asked)]
    return "\n".join(lines)


def _told(title: str, text: Text | None) -> Iterator[str]:
    if text is not None and text.text.strip():
        yield f"  {title}:"
        yield from (f"    {line}" for line in _dedented(text.text).splitlines())


def _dedented(text: str) -> str:
    """Take the indentation off; that of the first line may have been taken off already."""
    lines = text.strip().expandtabs().splitlines()
    rest = [len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()]
    deep = min(rest, default=0)
    return "\n".join([lines[0], *(line[deep:].rstrip() for line in lines[1:])])


def _answers(plan: str, asked: Checkpoint) -> Iterator[str]:
    if asked.kind == "decision":
        ids = "|".join(option.id for option in asked.options) or "ID"
        yield f"  gsd-run answer {plan} --choose {ids}"
    else:
        yield f"  gsd-run answer {plan} --approve"
    yield f'  gsd-run answer {plan} --reject "why"'
    if asked.gate == "blocking-human":
        yield "Its gate asks for a person: the answer is taken at a terminal only."
