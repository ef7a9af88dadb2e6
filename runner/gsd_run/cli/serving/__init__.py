"""The MCP server: gsd-run's verdicts as tools in an agent's own session."""
