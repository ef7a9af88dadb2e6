"""Journal to report, report to what people and programs read."""
