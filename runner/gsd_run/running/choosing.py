"""Who makes a task's change: the run file's steps, an agent, the plan's own text, or a person."""

from typing import Literal

from msgspec import Struct

from gsd_run.changing.literal import literal_steps
from gsd_run.domain.agent import Agent
from gsd_run.domain.plan import Task
from gsd_run.domain.run_file import Step
from gsd_run.reading.agents import agent_named
from gsd_run.running.carrying import Carrying

Executor = Literal["steps", "literal", "agent", "model", "hand"]


_WHY = {
    "": "nothing says how to make its change",
    "steps": "the run file has no steps for it",
    "hand": "it is to be made by hand",
    "agent": "no agent is set: name one with --agent, or as `agent` in .planning/gsd-run.toml",
}


class Choice(Struct, frozen=True, kw_only=True):
    """The executor of a task's change, with what it works by; `why` says why a person has to."""

    executor: Executor
    steps: tuple[Step, ...] = ()
    agent: Agent | None = None
    why: str = ""


def chosen(run: Carrying, task: Task) -> Choice:
    """Return who makes a task's change: as the user told, else steps, else the settings' agent."""
    started = run.state.started
    told = run.options.executor or ("agent" if run.options.agent else started.executor)
    name = run.options.agent or started.agent or run.agents.default
    steps = run.state.run_file.changes.get(task.number) if run.state.run_file else None
    if told == "literal":
        return _literal(run, task)
    if steps is not None and told not in {"agent", "hand"}:
        return Choice(executor="steps", steps=steps)
    if name and told in {"agent", ""}:
        agent = agent_named(run.agents, name)
        return Choice(executor="model" if agent.profile == "model" else "agent", agent=agent)
    return Choice(executor="hand", why=_WHY[told])


def _literal(run: Carrying, task: Task) -> Choice:
    found = literal_steps(task, run.state.plan, run.project)
    if found.steps:
        return Choice(executor="literal", steps=found.steps)
    reasons = "\n".join(f"  {reason}" for reason in found.reasons)
    return Choice(executor="hand", why=f"the plan does not spell its change out:\n{reasons}")
