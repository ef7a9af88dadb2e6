"""The report of a run, or of a phase, as one page that needs nothing beside itself."""
