"""`gsd-run graph PHASE`: what waits for what in a phase, and what is wrong with that."""

import argparse
import sys
from pathlib import Path

from gsd_run.cli.coloured import print_coloured
from gsd_run.domain.visible import visible
from gsd_run.reading.graph import graph_of
from gsd_run.reading.locating import find_root
from gsd_run.reading.phases import phase_plans


def main(arguments: argparse.Namespace) -> int:
    """Run the command: 1 where plans wait for each other in a circle, 2 where one is unreadable."""
    cwd = Path.cwd()
    root = find_root(cwd)
    graph = graph_of(phase_plans(arguments.phase, root, cwd), root)
    if arguments.format == "json":
        import msgspec  # noqa: PLC0415 - loaded already by the reader; named where it is used

        text = msgspec.json.format(msgspec.json.encode(graph), indent=2).decode() + "\n"
        sys.stdout.write(visible(text))
    elif arguments.format == "mermaid":
        from gsd_run.reporting.graph import graph_mermaid  # noqa: PLC0415

        sys.stdout.write(visible(graph_mermaid(graph)))
    else:
        from gsd_run.reporting.graph import graph_text  # noqa: PLC0415

        print_coloured(graph_text(graph))
    if graph.cycles:
        return 1
    return 2 if any(node.state == "unreadable" for node in graph.plans) else 0
