"""Carrying a plan out: the engine, the workspace and the journal."""
