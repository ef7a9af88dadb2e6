"""The words of the commands that judge a tree or a run, carrying nothing out."""

from gsd_run.cli.command_line.adding import (
    Commands,
    command,
    output_options,
    report_options,
    sandbox_option,
)


def add(commands: Commands) -> None:
    """Add `check` and `audit`."""
    check = command(commands, "check", "judge the tree as it is; changes nothing")
    check.add_argument("plan", metavar="PLAN|PHASE", help="a plan, or a phase with all its plans")
    check.add_argument("--strict", action="store_true", help="unproven claims count too (exit 10)")
    sandbox_option(check)
    check.add_argument("--base", metavar="REV", help="judge at this commit too: before and after")
    check.add_argument(
        "--summary", action="store_true", help="judge what the SUMMARY.md beside it states, too"
    )
    check.add_argument(
        "--format",
        choices=("text", "json", "junit", "sarif", "github"),
        default="text",
        help="lines for people (the default), or for programs",
    )
    check.add_argument(
        "--verification",
        action="store_true",
        help="write the phase's VERIFICATION.md in GSD's format, from what was judged",
    )
    check.add_argument(
        "--stdout", action="store_true", help="with --verification: print it, write no file"
    )
    check.add_argument(
        "--force", action="store_true", help="with --verification: write over another's report"
    )
    output_options(check)
    report_options(check)
    audit = command(commands, "audit", "see whether what a run recorded still holds")
    audit.add_argument("plan", metavar="PLAN", help="a plan whose run has ended, in any clone")
    audit.add_argument(
        "--rerun", action="store_true", help="run its checks again, in a worktree, and compare"
    )
