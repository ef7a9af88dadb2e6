"""`gsd-run PLAN --dry-run`: what a run would do, shown; nothing is written, no command is run."""

import os
from pathlib import Path

from msgspec.structs import replace

from gsd_run.api.places import Place
from gsd_run.cli.coloured import print_coloured
from gsd_run.domain.agent import Agent
from gsd_run.domain.plan import Task
from gsd_run.domain.rehearsal import RehearsedTask
from gsd_run.domain.run_file import Step
from gsd_run.domain.visible import visible
from gsd_run.outside.git import open_repository
from gsd_run.outside.project import Project
from gsd_run.reading.agents import read_agents
from gsd_run.reporting.rehearsal import rehearsal_text
from gsd_run.running.attempts.briefing import first_prompt
from gsd_run.running.attempts.choosing import Choice, Wish, choice
from gsd_run.running.beginning.preparing import Prepared, prepared
from gsd_run.running.beginning.sandboxing import confined
from gsd_run.running.beginning.selecting import refuse_selection, selected
from gsd_run.running.carrying import Options
from gsd_run.running.looking.rehearsing import rehearse


def rehearse_plan(place: Place, path: Path, options: Options) -> int:
    """Show what carrying a plan out would do; exit status 1 when a step of it would fail."""
    repository = open_repository(place.project.root)
    # A codemod may ask the project's own modules; they are not run outside of a sandbox then.
    project = confined(place.project, repository, place.settings.rules, print)
    place = replace(place, project=project)
    os.environ["GIT_OPTIONAL_LOCKS"] = "0"  # looking must not even refresh the index
    ready = prepared(path, place.project)
    for warning in ready.warnings:
        print(visible(str(warning)))
    plan = ready.read.plan
    refuse_selection(plan, None, replace(options, task=None, until=options.task or options.until))
    choices = {task.number: _choice(place, ready, task, options) for task in plan.tasks}
    told = rehearse(
        _without_steps(ready, choices),
        place.project,
        repository,
        [task.number for task in selected(plan, options)] if _partly(options) else None,
        otherwise={number: one.executor for number, one in choices.items()},
        literal=lambda task, copy: _spelt(ready, choices, task, copy),
    )
    tasks = {task.number: task for task in plan.tasks}
    shown = tuple(
        _prompted(ready, place, one, tasks[one.number], choices[one.number].agent)
        for one in told.tasks
    )
    print_coloured(rehearsal_text(replace(told, tasks=shown)))
    return 1 if told.failures else 0


def _partly(options: Options) -> bool:
    return options.task is not None or options.until is not None


def _choice(place: Place, ready: Prepared, task: Task, options: Options) -> Choice:
    wish = Wish(
        executor=options.executor or ("agent" if options.agent else ""), agent=options.agent or ""
    )
    agents = read_agents(place.project.root)
    return choice(task, ready.read.plan, ready.read.run_file, place.project, agents, wish)


def _without_steps(ready: Prepared, choices: dict[int, Choice]) -> Prepared:
    """Take away the steps of tasks that are not carried out by steps."""
    run_file = ready.read.run_file
    if run_file is None:
        return ready
    kept = {n: steps for n, steps in run_file.changes.items() if choices[n].executor == "steps"}
    return replace(ready, read=replace(ready.read, run_file=replace(run_file, changes=kept)))


def _spelt(
    ready: Prepared, choices: dict[int, Choice], task: Task, copy: Project
) -> tuple[Step, ...]:
    """Return the steps that the plan spells out, seen with the files as the steps before left."""
    if choices[task.number].executor != "literal":
        return ()
    wish = Wish(executor="literal")
    return choice(task, ready.read.plan, None, copy, read_agents(copy.root), wish).steps


def _prompted(
    ready: Prepared, place: Place, told: RehearsedTask, task: Task, agent: Agent | None
) -> RehearsedTask:
    if told.executor not in {"agent", "model"}:
        return told
    may_touch = agent.may_touch if agent else ()
    return replace(told, prompt=first_prompt(ready.read, task, place.project, may_touch))
