"""Claims judged at a moment of the run, from measurements at one tree."""
