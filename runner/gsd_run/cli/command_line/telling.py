"""The words of the commands that tell of runs, from their journals."""

import argparse

from gsd_run.cli.command_line.adding import Commands, command


def add(commands: Commands) -> None:
    """Add `status`, `log`, `diff`, `summary`, `report`, `record`, `history` and `completion`."""
    for one in (_status, _log, _diff, _summary, _report, _record, _history, _completion):
        one(commands)


def _status(commands: Commands) -> None:
    status = command(
        commands,
        "status",
        "say where the plans stand, who waits for whom, and what to type next",
        ("", "all phases; a complete one is one line"),
        ("03", "the plans of phase 03, one by one"),
        ("03-02 --json", "one plan with its tasks, for programs"),
    )
    status.add_argument(
        "plan", metavar="PHASE|PLAN", nargs="?", help="a phase or one plan; without it, all"
    )
    status.add_argument("--all", action="store_true", help="every plan, also of archived phases")
    status.add_argument("--json", action="store_true", help="for programs")


def _log(commands: Commands) -> None:
    log = command(
        commands,
        "log",
        "tell the story of a run: attempts, steps, agents, commands, verdicts",
        ("03-02", "its newest run"),
        ("03-02 --task 2", "only what belongs to task 2"),
        ("03-02 --command 14", "all that command 14 of the list wrote"),
    )
    log.add_argument("plan", metavar="PLAN", help="a plan's id (12-GAP-01) or path")
    log.add_argument("--task", metavar="N", type=int, help="only what belongs to this task")
    log.add_argument(
        "--command", metavar="K", type=int, dest="command_number",
        help="print what command (or agent's call) K wrote; characters that act on a terminal "
        "are escaped",
    )  # fmt: skip
    log.add_argument("--raw", action="store_true", help="with --command: as it was kept, unescaped")
    log.add_argument("--run", metavar="ID", default="", help="an older run of the plan")
    log.add_argument("--json", action="store_true", help="for programs")


def _diff(commands: Commands) -> None:
    diff = command(
        commands,
        "diff",
        "show what a run changed, committed or not",
        ("03-02", "all of its newest run, without its summary"),
        ("03-02 --task 2 --stat", "the files of task 2, with the number of lines"),
        ("03-02 | git apply -R", "take it out of another tree"),
    )
    diff.add_argument("plan", metavar="PLAN", help="a plan's id (12-GAP-01) or path")
    diff.add_argument("--task", metavar="N", type=int, help="only what this task changed")
    diff.add_argument("--stat", action="store_true", help="files and numbers of lines only")
    diff.add_argument("--run", metavar="ID", default="", help="an older run of the plan")


def _summary(commands: Commands) -> None:
    summary = command(
        commands,
        "summary",
        "write a plan's SUMMARY.md again, from its journal",
        ("03-02", "by the project's template, or the built-in one"),
        ("03-02 --template my.md.j2 --stdout", "try a template of your own"),
        ("--template", "print the template in use, to begin your own with"),
    )
    summary.add_argument("plan", metavar="PLAN", nargs="?", help="a plan whose run has ended")
    summary.add_argument("--stdout", action="store_true", help="print it instead")
    summary.add_argument(
        "--template", metavar="FILE", nargs="?", const="",
        help="write it by this template; without FILE and PLAN: print the template in use",
    )  # fmt: skip


def _report(commands: Commands) -> None:
    report = command(
        commands,
        "report",
        "tell the whole of a run, or of all runs of a phase: a page to keep, or text",
        ("01-02", "as Markdown on stdout"),
        ("01-02 --html", "one HTML file, whose path it prints; it loads nothing"),
        ("01 --html -o phase.html", "a phase: its graph, and each plan's run"),
        ("01-02 --format json", "for programs"),
    )
    report.add_argument(
        "plan", metavar="PLAN|PHASE", nargs="?", default="", help="a plan, or a phase with its runs"
    )
    report.add_argument("--html", action="store_true", help="the same as --format html")
    report.add_argument("--format", choices=("md", "html", "json"), help="md, if nothing is said")
    report.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write it there, or - for stdout; without it a page goes below .git/gsd-run/reports",
    )
    report.add_argument("--run", metavar="ID", default="", help="an older run, by its id")


def _record(commands: Commands) -> None:
    record = command(commands, "record", "turn a finished run into the steps of a run file")
    record.add_argument("plan", metavar="PLAN", help="a plan whose newest run is complete")
    record.add_argument("--stdout", action="store_true", help="print the run file instead")


def _history(commands: Commands) -> None:
    history = command(
        commands,
        "history",
        "list the runs of all plans, or write them into a database",
        ("--since 30d", "the runs of the last thirty days"),
        ("01-02 --json", "all that is kept of one plan's runs"),
        ("--sql sqlite:///../h.db", "into SQLite; again is safe, nothing is written twice"),
        ("--sql env:DATABASE_URL", "into PostgreSQL, by the URL in that variable"),
    )
    history.add_argument(
        "plan", metavar="PLAN|PHASE", nargs="?", help="only its runs; without it, all"
    )
    history.add_argument("--since", metavar="WHEN", help="a date, a time, or 30d, 4w")
    history.add_argument("--json", action="store_true", help="for programs, with every row")
    history.add_argument(
        "--sql",
        metavar="URL",
        help="write them into this database (sqlite:///FILE, postgresql://…, env:VARIABLE)",
    )
    history.add_argument(
        "--project", metavar="NAME", help="what the project is called there; else as its origin is"
    )


def _completion(commands: Commands) -> None:
    completion = command(
        commands,
        "completion",
        "print the script by which a shell completes gsd-run's words, plans included",
        ("bash", 'for ~/.bashrc: eval "$(gsd-run completion bash)"'),
        ("fish", "for config.fish: gsd-run completion fish | source"),
    )
    completion.add_argument(
        "shell", choices=("bash", "zsh", "fish", "words"), metavar="bash|zsh|fish", help="which"
    )
    completion.add_argument("typed", nargs="*", default=[], help=argparse.SUPPRESS)
