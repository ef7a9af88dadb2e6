"""`gsd-run answer`: answer the checkpoint at which a run stands, and go on."""

import argparse
import sys

from msgspec.structs import replace

from gsd_run.api.places import plan_file_of, stopped_run
from gsd_run.cli.ci_reports import reported
from gsd_run.cli.console import mode_of, write, write_aside
from gsd_run.cli.project import here
from gsd_run.cli.run import carry, options_of
from gsd_run.domain.errors import UsageError, Waiting
from gsd_run.domain.event import Answered
from gsd_run.domain.plan import Task
from gsd_run.outside import git
from gsd_run.outside.git import open_repository
from gsd_run.running.attempts.checkpoints import checkpoint_of, named, question, waiting_task


@reported
def main(arguments: argparse.Namespace) -> int:
    """Run the command; without an answer, say what is asked."""
    place = here(arguments.sandbox)
    run = stopped_run(place, arguments.plan)
    task = waiting_task(run)
    if task is None:
        raise UsageError(f"{run.plan.id} asks nothing now; `gsd-run status` says where it is")
    if not (arguments.approve or arguments.choose or arguments.reject):
        (write_aside if arguments.json else write)(question(run, task))
        return Waiting.exit_code
    if not arguments.reject:
        _confirm(run.plan.id, task)
    answer = Answered(
        task=task.number,
        answer="approve" if arguments.approve else "choose" if arguments.choose else "reject",
        by=git.identity(open_repository(place.project.root)),
        choice=arguments.choose or "",
        reason=arguments.reject or "",
    )
    options = replace(options_of(arguments), answer=answer)
    return carry(place, plan_file_of(place, run), options, arguments.timeout, mode_of(arguments))


def _confirm(plan: str, task: Task) -> None:
    """Make sure that a person answers where the plan's gate asks for one.

    Raises:
        Waiting: nobody is at a terminal, or they did not confirm.
    """
    if checkpoint_of(task).gate != "blocking-human":
        return
    if not sys.stdin.isatty():
        raise Waiting(
            f"the gate of {named(task)} is blocking-human: a person has to answer at a terminal"
        )
    typed = input(f"This gate is for a person. Type {plan} to confirm: ")
    if typed.strip() != plan:
        raise Waiting("not confirmed; the run still waits")
