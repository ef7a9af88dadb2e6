"""Who makes a task's change: the run file's steps, an agent, the plan's own text, or a person."""

from typing import Literal

from msgspec import Struct

from gsd_run.changing.literal import literal_steps
from gsd_run.domain.agent import Agent
from gsd_run.domain.plan import Plan, Task
from gsd_run.domain.run_file import RunFile, Step
from gsd_run.outside.project import Project
from gsd_run.reading.agents import Agents, agent_named
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


class Wish(Struct, frozen=True, kw_only=True):
    """What the user told of who makes the changes; "" leaves it to run file and settings."""

    executor: str = ""
    agent: str = ""


def chosen(run: Carrying, task: Task) -> Choice:
    """Return who makes a task's change in a run: as it was told now, or when it began."""
    options, started = run.options, run.state.started
    wish = Wish(
        executor=options.executor or ("agent" if options.agent else started.executor),
        agent=options.agent or started.agent,
    )
    return choice(task, run.state.plan, run.state.run_file, run.project, run.agents, wish)


def choice(
    task: Task,
    plan: Plan,
    run_file: RunFile | None,
    project: Project,
    agents: Agents,
    wish: Wish,
) -> Choice:
    """Return who makes a task's change: as the user told, else steps, else the settings' agent."""
    steps = run_file.changes.get(task.number) if run_file else None
    name = wish.agent or agents.default
    if wish.executor == "literal":
        return _literal(task, plan, project)
    if steps is not None and wish.executor not in {"agent", "hand"}:
        return Choice(executor="steps", steps=steps)
    if name and wish.executor in {"agent", ""}:
        agent = agent_named(agents, name)
        return Choice(executor="model" if agent.profile == "model" else "agent", agent=agent)
    return Choice(executor="hand", why=_WHY[wish.executor])


def _literal(task: Task, plan: Plan, project: Project) -> Choice:
    found = literal_steps(task, plan, project)
    if found.steps:
        return Choice(executor="literal", steps=found.steps)
    reasons = "\n".join(f"  {reason}" for reason in found.reasons)
    return Choice(executor="hand", why=f"the plan does not spell its change out:\n{reasons}")
