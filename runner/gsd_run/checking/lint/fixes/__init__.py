"""Mends for what lint finds, each worked out from the claim's own text; fixing tries them."""

from gsd_run.checking.lint.fixes.fix import Fixer
from gsd_run.checking.lint.fixes.folders import (
    coverage_modules,
    doubled_folders,
    reports_elsewhere,
)
from gsd_run.checking.lint.fixes.searches import basic_patterns, searched_folders
from gsd_run.checking.lint.fixes.shows import (
    other_extensions,
    percentages,
    substrings_of_counts,
    swallowed_failures,
    unnamed_suites,
)

FIXERS: tuple[Fixer, ...] = (
    other_extensions,
    doubled_folders,
    coverage_modules,
    reports_elsewhere,
    substrings_of_counts,
    unnamed_suites,
    swallowed_failures,
    percentages,
    basic_patterns,
    searched_folders,
)
