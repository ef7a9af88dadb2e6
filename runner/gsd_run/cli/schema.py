"""`gsd-run schema plan|run-file|event`: JSON Schemas, for editors and other programs."""

import argparse
import json

from gsd_run.reading.schemas import schema_of


def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    print(json.dumps(schema_of(arguments.of), indent=2, ensure_ascii=False))
    return 0
