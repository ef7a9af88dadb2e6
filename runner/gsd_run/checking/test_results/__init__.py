"""Test results: JUnit XML, and the closing lines of test runners, as TestRun values."""

from gsd_run.checking.test_results.called import Called, called
from gsd_run.checking.test_results.junit import Unreadable, from_junit
from gsd_run.checking.test_results.reading import from_closing_lines, from_reports, runner_of

__all__ = [
    "Called",
    "Unreadable",
    "called",
    "from_closing_lines",
    "from_junit",
    "from_reports",
    "runner_of",
]
