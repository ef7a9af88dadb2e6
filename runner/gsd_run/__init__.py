"""Carries a GSD plan out, task by task, and writes the summary from what it measured."""

__version__ = "0.1.0"
