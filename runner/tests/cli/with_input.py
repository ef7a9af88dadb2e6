"""Call gsd-run with a file as its standard input: `with_input.py FILE WORDS…`."""

import os
import sys

from gsd_run.cli.main import main

os.dup2(os.open(sys.argv[1], os.O_RDONLY), 0)
sys.exit(main(sys.argv[2:]))
