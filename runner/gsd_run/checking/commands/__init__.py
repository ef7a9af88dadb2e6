"""Where a plan's text holds commands, and which: nothing is run or judged here."""
