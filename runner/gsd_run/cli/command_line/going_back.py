"""The words of the commands that take back, bring back, and carry a run to another machine."""

from gsd_run.cli.command_line.adding import Commands, command


def add(commands: Commands) -> None:
    """Add `undo`, `restore`, `export` and `import`."""
    undo = command(
        commands,
        "undo",
        "take a run's commits back",
        ("01-02", "the whole run"),
        ("01-02 --task 3", "tasks 3 and on; `gsd-run resume 01-02` then goes on with 3"),
        ("01-02 --dry-run", "show which commits and files, and how"),
    )
    undo.add_argument("plan", metavar="PLAN", help="a plan's id (12-GAP-01) or path")
    undo.add_argument("--task", metavar="N", type=int, help="only this task and those after it")
    undo.add_argument("--dry-run", action="store_true", help="show it, change nothing")
    undo.add_argument(
        "--revert", action="store_true", help="by new commits, even where a reset would do"
    )
    undo.add_argument("--run", metavar="ID", default="", help="an older run of the plan")
    restore = command(
        commands,
        "restore",
        "list the states a run's files went through, and bring one back",
        ("01-02", "list the savepoints of its newest run"),
        ("01-02 17", "bring the run's files to savepoint 17"),
        ("01-02 17 --file a.py", "only that file"),
        ("--prune", "let go the savepoints of complete runs"),
    )
    restore.add_argument("plan", metavar="PLAN", nargs="?", help="without it, the newest run")
    restore.add_argument(
        "savepoint", metavar="SAVEPOINT", nargs="?", type=int, help="its number in the list"
    )
    restore.add_argument("--list", action="store_true", help="list them; so does no SAVEPOINT")
    restore.add_argument("--file", metavar="PATH", nargs="+", default=[], help="only these files")
    restore.add_argument("--prune", action="store_true", help="delete those of complete runs")
    restore.add_argument("--run", metavar="ID", default="", help="an older run")
    export = command(
        commands,
        "export",
        "write a run's state into one file, for another machine",
        ("01-02 -o ../state.tar.gz", "then `gsd-run import` it in another clone"),
    )
    export.add_argument("plan", metavar="PLAN", help="a plan's id (12-GAP-01) or path")
    export.add_argument("-o", "--output", metavar="FILE", help="else below .git/gsd-run/exports")
    export.add_argument("--run", metavar="ID", default="", help="an older run of the plan")
    taken = command(
        commands,
        "import",
        "take in a run's state that `export` wrote",
        ("state.tar.gz", "then `gsd-run resume` goes on with it"),
        ("state.tar.gz --checkout", "and check the run's commit out on its branch"),
    )
    taken.add_argument("file", metavar="FILE", help="what `gsd-run export` wrote")
    taken.add_argument(
        "--checkout", action="store_true", help="bring the run's branch forward and check it out"
    )
