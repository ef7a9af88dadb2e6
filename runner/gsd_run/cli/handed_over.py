"""`gsd-run run -`: carry out the plan that another program hands over on standard input.

Made to be GSD's `workflow.cross_ai_command`: whatever is for people goes to standard error, and
standard output holds the plan's SUMMARY.md and nothing else, and that only when it is complete.
"""

import argparse
import sys
from contextlib import redirect_stdout
from pathlib import Path

from msgspec.structs import replace

from gsd_run.api.places import Place
from gsd_run.cli.console import mode_of, write
from gsd_run.cli.project import here
from gsd_run.domain.errors import Refusal, UsageError
from gsd_run.domain.gsd_flow import flow_files
from gsd_run.outside.git import dirty_files, open_repository
from gsd_run.reading.handed_over import plan_meant
from gsd_run.reading.locating import relative_to_root
from gsd_run.reading.plan import read_plan
from gsd_run.reading.plan_names import plan_id
from gsd_run.running.engine import Exit
from gsd_run.running.journals.store import store_of
from gsd_run.running.looking.auditing import look_at_summary
from gsd_run.running.summaries import summary_of


def main(arguments: argparse.Namespace) -> int:
    """Run the command.

    Raises:
        UsageError: what came means no plan, or the options leave a plan undone on purpose.
        Refusal: the plan has a summary that no run wrote.
    """
    from gsd_run.cli.run import carry, options_of  # noqa: PLC0415 - run hands over to here

    _refuse_parts(arguments)
    place = _beside_orchestrator(here(arguments.sandbox))
    plan = place.plan(str(plan_meant(_handed_over(), place.project.root.resolve(), Path.cwd())))
    options = replace(
        options_of(arguments),
        fresh=arguments.fresh,
        allow_dirty=arguments.allow_dirty or _only_the_flows(place, plan),
        branch=arguments.branch,
        orchestrated=True,
    )
    with redirect_stdout(sys.stderr):
        write(f"handed over: {relative_to_root(plan, place.project.root.resolve())}")
        try:
            status = carry(place, plan, options, arguments.timeout, mode_of(arguments))
        except Refusal:
            write(_WAYS_ON[Exit.REFUSED])
            raise
        if status != Exit.FINISHED:
            write(_WAYS_ON.get(Exit(status), _WAYS_ON[Exit.FAILED]))
            return status
    print(_summary(place, plan), end="", flush=True)
    return Exit.FINISHED


_SKIP = (
    "Don't choose `skip`: the tasks that passed are committed, and GSD's own executor would make "
    "them a second time."
)
_WAYS_ON = {
    Exit.FAILED: f"For GSD: mend what is said above, then `retry` goes on with this run. {_SKIP}",
    Exit.REFUSED: "For GSD: mend what is said below, then `retry`; no task was begun by this call.",
    Exit.WAITING: "For GSD: the plan waits for a person (exit 10). Do what is asked above, then "
    f"`retry` goes on with this run. {_SKIP}",
}


def _refuse_parts(arguments: argparse.Namespace) -> None:
    """Refuse options by which a plan would end without a summary, or without being carried out."""
    given = [
        name
        for name, value in (
            ("--task", arguments.task),
            ("--until", arguments.until),
            ("--dry-run", arguments.dry_run or None),
        )
        if value is not None
    ]
    if given:
        raise UsageError(
            f"{given[0]} and `-` don't go together: whoever hands a plan over takes exit 0 for the "
            "whole of it; give the plan's id instead of `-`"
        )


def _handed_over() -> str:
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError(
            "`-` reads from standard input what plan to carry out, and that is a terminal; "
            "`gsd-run PLAN` takes an id or a path"
        )
    return sys.stdin.buffer.read().decode("utf-8-sig", "replace").replace("\r\n", "\n")


def _beside_orchestrator(place: Place) -> Place:
    """Leave STATE.md, ROADMAP.md and REQUIREMENTS.md to GSD's flow, which brings them on next."""
    return replace(place, settings=replace(place.settings, update_planning=False))


def _only_the_flows(place: Place, plan: Path) -> bool:
    """Tell whether all uncommitted changes are in what GSD's flow writes by itself.

    It writes STATE.md before it hands the first plan of a phase over, and commits that later.
    """
    root = place.project.root
    known = flow_files(relative_to_root(plan, root.resolve()))
    return known.issuperset(dirty_files(open_repository(root)))


def _summary(place: Place, plan: Path) -> str:
    """Return the summary that a run of the plan, as it is now, wrote.

    Raises:
        Refusal: there is none by gsd-run, whatever lies beside the plan; or it is of what the plan
            was before, or somebody has changed it.
    """
    root = place.project.root
    path = plan.relative_to(root.resolve()).as_posix()
    repository = open_repository(root)
    done = store_of(repository).latest(plan_id(plan), path, root)
    if done is None or not done.completed or not (root / done.started.summary).is_file():
        raise Refusal(
            f"{path} has a summary that no run here wrote, so nothing was carried out; "
            "`gsd-run check` judges what holds, and `gsd-run run - --fresh` carries the plan out"
        )
    now = read_plan(plan.read_bytes(), path)
    if now.sha256 != done.plan.sha256:
        raise Refusal(
            f"{path} has changed since run {done.started.run} carried it out, so what came on "
            f"standard input is not done; `gsd-run undo {now.id}` takes that run's commits back, "
            "and `gsd-run run - --fresh` carries the plan out as it is now"
        )
    looked = look_at_summary(done, repository, summary_of, place.settings.summary_template)
    if looked.held == "broken":
        raise Refusal(
            f"{looked.found}, so it is not handed on; `gsd-run audit {now.id}` shows where, and "
            f"`gsd-run summary {now.id}` writes it anew"
        )
    return (root / done.started.summary).read_text(encoding="utf-8")
