"""Data layer of the agent platform."""
