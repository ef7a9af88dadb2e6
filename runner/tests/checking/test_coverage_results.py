"""Reports of coverage.py as figures of the project's files."""

from pathlib import Path

import pytest
from gsd_run.checking.coverage_results import Unreadable, from_json, read_data
from gsd_run.domain.measurement import FileCoverage
from gsd_run.outside.confinement import Confinement

REPORT = b"""{"meta": {"version": "7.17.3"}, "files": {
  "core/models.py": {"summary": {"covered_lines": 97, "num_statements": 100,
     "percent_covered": 97.0, "missing_lines": 3, "excluded_lines": 0}},
  "/elsewhere/lib.py": {"summary": {"num_statements": 1, "percent_covered": 0, "missing_lines": 1}},
  "/project/a.py": {"summary": {"num_statements": 3, "percent_covered": 66.66666666666667,
     "missing_lines": 1}}}}"""


def test_paths_are_those_of_the_project() -> None:
    found = from_json(REPORT, folder=Path("/project/backend"), root=Path("/project"))
    assert found == (
        FileCoverage(path="a.py", percent=66.66666666666667, statements=3, missing=1),
        FileCoverage(path="backend/core/models.py", percent=97.0, statements=100, missing=3),
    )


@pytest.mark.parametrize("report", [b"", b"[]", b'{"files": {"a.py": {"summary": {}}}}'])
def test_what_is_no_report(report: bytes) -> None:
    with pytest.raises(Unreadable, match="the coverage report can't be read"):
        from_json(report, folder=Path("/"), root=Path("/"))


def test_a_project_without_coverage(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"no database")
    missing = tmp_path / "python"
    missing.write_text("#!/bin/sh\necho 'No module named coverage' >&2\nexit 1\n")
    missing.chmod(0o755)
    reader = (str(missing), Confinement())
    with pytest.raises(Unreadable, match="can't be read: No module named coverage"):
        read_data(tmp_path / "data", root=tmp_path, environment={}, reader=reader)
