"""A task carried out: who changes what, what git says of it, the commit, the answer."""
