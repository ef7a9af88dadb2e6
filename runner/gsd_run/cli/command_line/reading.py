"""The words of the commands that read plans and run nothing."""

from gsd_run.cli.command_line.adding import Commands, command


def add(commands: Commands) -> None:
    """Add `lint`, `show`, `explain`, `graph` and `schema`."""
    lint = command(commands, "lint", "say what is wrong with plans, running nothing")
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
    show = command(commands, "show", "print a plan as a run would take it")
    show.add_argument("plan", metavar="PLAN", help="a plan's id, or the path of any plan file")
    show.add_argument("--json", action="store_true", help="the whole plan as JSON")
    explain = command(commands, "explain", "say which checks a plan's claims got, running nothing")
    explain.add_argument("plan", metavar="PLAN", help="a plan's id, or the path of any plan file")
    explain.add_argument("claim", metavar="CLAIM", nargs="?", help="one claim (verify.2); else all")
    explain.add_argument("--json", action="store_true", help="for programs")
    graph = command(commands, "graph", "show which plans of a phase wait for which")
    graph.add_argument("phase", metavar="PHASE", help="a phase's number, name or folder")
    graph.add_argument(
        "--format",
        choices=("text", "mermaid", "json"),
        default="text",
        help="waves in lines (the default), a flowchart, or for programs",
    )
    schema = command(commands, "schema", "print the JSON Schema of a kind of file")
    schema.add_argument(
        "of",
        choices=("plan", "run-file", "event", "graph", "settings"),
        metavar="plan|run-file|event|graph|settings",
        help="what `show --json` prints, a run file, a line of a journal, a graph's JSON, or "
        "what is honoured of .planning/config.json",
    )
