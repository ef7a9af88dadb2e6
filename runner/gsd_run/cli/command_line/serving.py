"""The words of the commands that serve other programs."""

from gsd_run.cli.command_line.adding import Commands, command, sandbox_option


def add(commands: Commands) -> None:
    """Add `mcp`."""
    mcp = command(
        commands,
        "mcp",
        "serve an agent's own session over MCP, on stdin and stdout",
        ("", "the project of the current folder; the agent's program starts it"),
        ("--project ~/shop", "another project, wherever it was started"),
        ("--allow-answers", "take the answers to checkpoints that an agent hands over"),
    )
    mcp.add_argument("--project", metavar="PATH", help="a folder of the project; else the current")
    mcp.add_argument(
        "--allow-answers",
        action="store_true",
        help="let agents approve checkpoints, never those whose gate is blocking-human",
    )
    mcp.add_argument(
        "--allow-amendments",
        action="store_true",
        help="let agents accept the amendments of checks that a coding agent proposes",
    )
    sandbox_option(mcp)
