"""Claims to checks, checks to evidence, evidence to verdicts."""
