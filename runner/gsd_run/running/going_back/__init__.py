"""Ways back: savepoints restored, commits undone."""
