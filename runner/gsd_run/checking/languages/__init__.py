"""What source files offer, import and leave undone, read by their grammars: one file a language."""
