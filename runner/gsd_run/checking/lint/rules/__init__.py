"""The rules of lint, one module for each thing they look at; each module's RULES lists its own."""

from gsd_run.checking.lint.subject import LintRule

RULES: tuple[LintRule, ...] = ()
