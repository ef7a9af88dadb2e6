"""Which files of a project are tied to which: by imports, by names, or by paths in their text."""
