"""`gsd-run schema KIND`: JSON Schemas, for editors and other programs."""

import argparse
import json

from gsd_run.reading.schemas import schema_of
from gsd_run.reading.settings_page import settings_schema


def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    schema = settings_schema() if arguments.of == "settings" else schema_of(arguments.of)
    print(json.dumps(schema, indent=2, ensure_ascii=False))
    return 0
