"""Coverage as tools measured it, as FileCoverage values with paths of the project."""

from gsd_run.checking.coverage_results.coverage_py import from_json, read_data
from gsd_run.checking.coverage_results.finding import written
from gsd_run.checking.coverage_results.unreadable import Unreadable

__all__ = ["Unreadable", "from_json", "read_data", "written"]
