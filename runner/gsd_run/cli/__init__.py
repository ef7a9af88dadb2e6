"""The command line: the only place with argv, stdout and exit codes."""
