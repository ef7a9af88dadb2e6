"""`gsd-run status`: how far the plans are, from summaries and journals."""

import argparse
from pathlib import Path

from gsd_run.cli.project import here
from gsd_run.domain.run import RunState
from gsd_run.domain.visible import visible
from gsd_run.outside.git import open_repository
from gsd_run.reading.locating import all_plans, is_complete
from gsd_run.reading.plan_names import plan_id
from gsd_run.running.attempts.checkpoints import named, waiting_task
from gsd_run.running.journals.journal import store_of


def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    place = here()
    root = place.project.root
    store = store_of(open_repository(root))
    runs = {run.plan.path: run for run in store.newest()}
    plans = [place.plan(arguments.plan)] if arguments.plan else all_plans(root)
    for plan in plans:
        run = runs.get(plan.resolve().relative_to(root.resolve()).as_posix())
        print(visible(f"{plan_id(plan)}: {_told(plan, run)}"))
        if run and arguments.plan:
            for line in _tasks(run):
                print(visible(line))
    return 0


def _told(plan: Path, run: RunState | None) -> str:
    if run is None:
        return "complete (no run of gsd-run here)" if is_complete(plan) else "not started"
    if run.undoing:
        return f"half taken back — `gsd-run undo {run.plan.id}` finishes it"
    if run.undone:
        return f"undone (the commits of run {run.started.run} were taken back)"
    if run.completed:
        proven = sum(verdict.state == "PROVEN" for verdict in run.end_verdicts.values())
        return f"complete, {proven} of {len(run.end_verdicts)} claims proven"
    done = sum(bool(task.committed) for task in run.tasks.values())
    return f"{done} of {len(run.tasks)} tasks committed; {_standing(run)}"


def _standing(run: RunState) -> str:
    """Say why an unfinished run stands, and what goes on with it."""
    if asked := waiting_task(run):
        return f"{named(asked)} waits for `gsd-run answer {run.plan.id}`"
    begun = any(task.started and not task.committed for task in run.tasks.values())
    if run.stopped is None and run.stands_on and not begun:
        return "what followed was taken back — `gsd-run resume` makes it anew"
    if run.stopped is None:
        return "running, or ended without a word — `gsd-run resume` goes on"
    first = run.stopped.reason.splitlines()[0]
    if run.stopped.exit_code != 0:
        where = f"in task {run.stopped.task}" if run.stopped.task else "outside a task"
        first = f"stopped {where}: {first}"
    return f"{first} — `gsd-run resume` goes on"


def _tasks(run: RunState) -> list[str]:
    lines = []
    for task in run.plan.tasks:
        state = run.tasks[task.number]
        outcome = state.ended.outcome if state.ended else ("begun" if state.started else "to do")
        commit = f" {state.committed.commit[:9]}" if state.committed else ""
        lines.append(f"  {task.number}. {task.name}: {outcome}{commit}")
    return lines
