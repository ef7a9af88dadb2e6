"""Coding agents: how each is called, what it is told, and what it may not touch."""
