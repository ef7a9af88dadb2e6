"""One module per outside thing: programs, git, files, grammars, templates."""
