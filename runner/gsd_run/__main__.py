"""`python -m gsd_run` is `gsd-run`."""

import sys

from gsd_run.cli.main import main

sys.exit(main())
