"""The words of the commands that tell of runs, from their journals."""

from gsd_run.cli.command_line.adding import Commands, command


def add(commands: Commands) -> None:
    """Add `status`, `summary` and `record`."""
    status = command(commands, "status", "say how far the plans are")
    status.add_argument("plan", metavar="PLAN", nargs="?")
    summary = command(commands, "summary", "write a plan's SUMMARY.md again, from its journal")
    summary.add_argument("plan", metavar="PLAN")
    summary.add_argument("--stdout", action="store_true", help="print it instead")
    record = command(commands, "record", "turn a finished run into the steps of a run file")
    record.add_argument("plan", metavar="PLAN", help="a plan whose newest run is complete")
    record.add_argument("--stdout", action="store_true", help="print the run file instead")
