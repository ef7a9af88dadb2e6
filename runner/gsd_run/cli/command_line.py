"""The words of the command line: every command with its options, and what is said of them."""

import argparse

from gsd_run import __version__

_ABOUT = """\
Carry a GSD plan out, task by task, and write its summary from what was measured.

A plan is a claim; a run is the evidence. gsd-run makes each task's change, runs the plan's own
checks, judges every claim PROVEN, REFUTED or UNPROVEN, commits task by task, and keeps a journal
from which a stopped run goes on.
"""
_ENDS = """\
examples:
  gsd-run 12-GAP-01             carry the plan out, or go on with it
  gsd-run 03-02 --agent codex   let a coding agent make the changes
  gsd-run resume                go on with the run that stopped
  gsd-run check 12-GAP-01       judge the tree as it is, changing nothing

exit status:
  0 finished, nothing refuted   1 a task or claim failed     2 usage, plan or run file invalid
  3 the repository refuses      10 waits for a person        130 interrupted (resumable)
"""


def parser() -> argparse.ArgumentParser:
    """Return what reads the words of the command line, a command each."""
    words = argparse.ArgumentParser(
        prog="gsd-run",
        description=_ABOUT,
        epilog=_ENDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    words.add_argument("--version", action="version", version=f"gsd-run {__version__}")
    commands = words.add_subparsers(dest="command", metavar="COMMAND")
    run = _command(commands, "run", "carry a plan out; `gsd-run PLAN` for short")
    run.add_argument("plan", metavar="PLAN", help="a plan's id (12-GAP-01) or path")
    _run_options(run)
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
    resume = _command(commands, "resume", "go on with a run that stopped")
    resume.add_argument("plan", metavar="PLAN", nargs="?", help="which, if several plans stopped")
    _run_options(resume)
    _answer_command(commands)
    _audit_command(commands)
    record = _command(commands, "record", "turn a finished run into the steps of a run file")
    record.add_argument("plan", metavar="PLAN", help="a plan whose newest run is complete")
    record.add_argument("--stdout", action="store_true", help="print the run file instead")
    _going_back_commands(commands)
    check = _command(commands, "check", "judge the tree as it is; changes nothing")
    check.add_argument("plan", metavar="PLAN|PHASE", help="a plan, or a phase with all its plans")
    check.add_argument("--strict", action="store_true", help="unproven claims count too (exit 10)")
    _sandbox_option(check)
    check.add_argument("--base", metavar="REV", help="judge at this commit too: before and after")
    check.add_argument(
        "--summary", action="store_true", help="judge what the SUMMARY.md beside it states, too"
    )
    check.add_argument(
        "--format", choices=("text", "json", "junit", "sarif", "github"), default="text"
    )
    _lint_command(commands)
    status = _command(commands, "status", "say how far the plans are")
    status.add_argument("plan", metavar="PLAN", nargs="?")
    summary = _command(commands, "summary", "write a plan's SUMMARY.md again, from its journal")
    summary.add_argument("plan", metavar="PLAN")
    summary.add_argument("--stdout", action="store_true", help="print it instead")
    _reading_commands(commands)
    return words


def _audit_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    audit = _command(commands, "audit", "see whether what a run recorded still holds")
    audit.add_argument("plan", metavar="PLAN", help="a plan whose run has ended, in any clone")
    audit.add_argument(
        "--rerun", action="store_true", help="run its checks again, in a worktree, and compare"
    )


def _answer_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    answer = _command(commands, "answer", "answer the checkpoint at which a run stands, and go on")
    answer.add_argument("plan", metavar="PLAN", nargs="?", help="which, if several plans stopped")
    given = answer.add_mutually_exclusive_group()
    given.add_argument("--approve", action="store_true", help="it is as it should be, or done")
    given.add_argument("--choose", metavar="ID", help="take this option of a decision")
    given.add_argument("--reject", metavar="WHY", help="it is not; the run stops with your reason")
    _run_options(answer)


def _going_back_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that take back, bring back, and carry a run to another machine."""
    undo = _command(
        commands,
        "undo",
        "take a run's commits back",
        ("01-02", "the whole run"),
        ("01-02 --task 3", "tasks 3 and on; `gsd-run resume 01-02` then goes on with 3"),
        ("01-02 --dry-run", "show which commits and files, and how"),
    )
    undo.add_argument("plan", metavar="PLAN")
    undo.add_argument("--task", metavar="N", type=int, help="only this task and those after it")
    undo.add_argument("--dry-run", action="store_true", help="show it, change nothing")
    undo.add_argument(
        "--revert", action="store_true", help="by new commits, even where a reset would do"
    )
    undo.add_argument("--run", metavar="ID", default="", help="an older run of the plan")
    restore = _command(
        commands,
        "restore",
        "list the states a run's files went through, and bring one back",
        ("01-02", "list the savepoints of its newest run"),
        ("01-02 17", "bring the run's files to savepoint 17"),
        ("01-02 17 --file a.py", "only that file"),
        ("--prune", "let go the savepoints of complete runs"),
    )
    restore.add_argument("plan", metavar="PLAN", nargs="?", help="without it, the newest run")
    restore.add_argument("savepoint", metavar="SAVEPOINT", nargs="?", type=int)
    restore.add_argument("--list", action="store_true", help="list them; so does no SAVEPOINT")
    restore.add_argument("--file", metavar="PATH", nargs="+", default=[], help="only these files")
    restore.add_argument("--prune", action="store_true", help="delete those of complete runs")
    restore.add_argument("--run", metavar="ID", default="", help="an older run")
    export = _command(
        commands,
        "export",
        "write a run's state into one file, for another machine",
        ("01-02 -o ../state.tar.gz", "then `gsd-run import` it in another clone"),
    )
    export.add_argument("plan", metavar="PLAN")
    export.add_argument("-o", "--output", metavar="FILE", help="else below .git/gsd-run/exports")
    export.add_argument("--run", metavar="ID", default="", help="an older run of the plan")
    taken = _command(
        commands,
        "import",
        "take in a run's state that `export` wrote",
        ("state.tar.gz", "then `gsd-run resume` goes on with it"),
        ("state.tar.gz --checkout", "and check the run's commit out on its branch"),
    )
    taken.add_argument("file", metavar="FILE")
    taken.add_argument(
        "--checkout", action="store_true", help="bring the run's branch forward and check it out"
    )


def _lint_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    lint = _command(commands, "lint", "say what is wrong with plans, running nothing")
    lint.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        help="plans (ids or files) and folders of plans; without any, all plans of the project "
        "that are neither complete nor archived",
    )
    lint.add_argument("--all", action="store_true", help="complete and archived plans, too")
    lint.add_argument(
        "--format",
        choices=("text", "json", "sarif", "github"),
        default="text",
        help="file:line:column: CODE message, a line each (the default), or for programs",
    )
    for name, about in (
        ("--select", "only findings of these codes, or codes that begin so (V,M201)"),
        ("--ignore", "none of these"),
    ):
        lint.add_argument(name, metavar="CODES", action="append", default=[], help=about)
    lint.add_argument("--explain", metavar="CODE", help="say why a rule is there; `all`: every one")
    lint.add_argument(
        "--fix", action="store_true", help="write amendments into run files, never into plans"
    )


def _reading_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that read plans and run nothing."""
    show = _command(commands, "show", "print a plan as a run would take it")
    show.add_argument("plan", metavar="PLAN", help="a plan's id, or the path of any plan file")
    show.add_argument("--json", action="store_true", help="the whole plan as JSON")
    explain = _command(commands, "explain", "say which checks a plan's claims got, running nothing")
    explain.add_argument("plan", metavar="PLAN", help="a plan's id, or the path of any plan file")
    explain.add_argument("claim", metavar="CLAIM", nargs="?", help="one claim (verify.2); else all")
    explain.add_argument("--json", action="store_true", help="for programs")
    graph = _command(commands, "graph", "show which plans of a phase wait for which")
    graph.add_argument("phase", metavar="PHASE", help="a phase's number, name or folder")
    graph.add_argument("--format", choices=("text", "mermaid", "json"), default="text")
    schema = _command(commands, "schema", "print the JSON Schema of a kind of file")
    schema.add_argument(
        "of",
        choices=("plan", "run-file", "event", "graph"),
        metavar="plan|run-file|event|graph",
        help="what `show --json` prints, a run file, a line of a journal, or a graph's JSON",
    )


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    about: str,
    *examples: tuple[str, str],
) -> argparse.ArgumentParser:
    lines = [f"  gsd-run {name} {words:<22}  {told}" for words, told in examples]
    return commands.add_parser(
        name,
        help=about,
        description=about[0].upper() + about[1:] + ".",
        epilog="\n".join(["examples:", *lines]) if lines else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _sandbox_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sandbox",
        nargs="?",
        choices=("yes", "require", "off"),
        metavar="require|off",
        help="run commands in bubblewrap: nothing but the project can be written, no network; "
        "with =require, refuse to run without it",
    )


def _run_options(parser: argparse.ArgumentParser) -> None:
    for name, about in (
        ("--no-baseline", "judge nothing at the base commit: faster, and proves less"),
        ("--redo", "keep a mend aside and make the stopped task's change anew"),
        ("--strict", "wait for a person (exit 10) where a claim is unproven"),
    ):
        parser.add_argument(name, action="store_true", help=about)
    parser.add_argument(
        "--executor",
        choices=("steps", "agent", "literal", "hand"),
        help="who makes the changes: the run file's steps, a coding agent, what the plan itself "
        "spells out, or you; without it, steps where there are some, else the settings' agent",
    )
    parser.add_argument(
        "--agent", metavar="NAME", help="a coding agent: claude, codex, gemini, opencode, aider, "
        "or one of .planning/gsd-run.toml"
    )  # fmt: skip
    parser.add_argument(
        "--allow-amendments",
        action="store_true",
        help="accept the amendments of checks that an agent proposes",
    )
    parser.add_argument(
        "--yes",
        action="store_true",
        help="approve what human-verify checkpoints ask, unless their gate is blocking-human",
    )
    _sandbox_option(parser)
    parser.add_argument("--task", metavar="N", type=int, help="carry out this task only")
    parser.add_argument("--until", metavar="N", type=int, help="stop after this task")
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=float, help="how long one script of checks may take"
    )
