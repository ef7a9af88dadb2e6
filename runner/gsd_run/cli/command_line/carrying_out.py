"""The words of the commands that carry a plan out."""

from gsd_run.cli.command_line.adding import Commands, command, run_options


def add(commands: Commands) -> None:
    """Add `run`, `resume` and `answer`."""
    run = command(commands, "run", "carry a plan out; `gsd-run PLAN` for short")
    run.add_argument(
        "plan",
        metavar="PLAN",
        help="a plan's id (12-GAP-01) or path; `-` reads from standard input what plan to carry "
        "out and prints its SUMMARY.md alone, as GSD's workflow.cross_ai_command must",
    )
    run_options(run)
    run.add_argument(
        "--dry-run", action="store_true", help="show every step's diff and every command, run none"
    )
    run.add_argument("--fresh", action="store_true", help="start a new run, leaving an older one")
    run.add_argument(
        "--allow-dirty",
        action="store_true",
        help="run beside uncommitted changes, leaving them",
    )
    run.add_argument("--branch", metavar="NAME", help="work on this branch, made if need be")
    resume = command(commands, "resume", "go on with a run that stopped")
    resume.add_argument("plan", metavar="PLAN", nargs="?", help="which, if several plans stopped")
    run_options(resume)
    answer = command(commands, "answer", "answer the checkpoint at which a run stands, and go on")
    answer.add_argument("plan", metavar="PLAN", nargs="?", help="which, if several plans stopped")
    given = answer.add_mutually_exclusive_group()
    given.add_argument("--approve", action="store_true", help="it is as it should be, or done")
    given.add_argument("--choose", metavar="ID", help="take this option of a decision")
    given.add_argument("--reject", metavar="WHY", help="it is not; the run stops with your reason")
    run_options(answer)
