"""From a plan and its run file to claims with checks."""
