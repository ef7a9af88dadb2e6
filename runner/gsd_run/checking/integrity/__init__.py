"""Whether tests still say as much as they did at the base: what was made weaker, and where."""
