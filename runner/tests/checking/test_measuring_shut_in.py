"""Scripts measured in the sandbox: tests and coverage come out of it, what is beside it stays."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from gsd_run.checking.measuring.measure import measure
from gsd_run.outside.bubblewrap import Sandbox
from gsd_run.outside.confinement import Confinement
from gsd_run.outside.limits import Limits


def _works() -> bool:
    if shutil.which("bwrap") is None:
        return False
    words = ["bwrap", "--unshare-pid", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    return subprocess.run([*words, "true"], check=False, capture_output=True).returncode == 0


needs_bubblewrap = pytest.mark.skipif(not _works(), reason="bubblewrap can't work here")
ENVIRONMENT = {
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    "LC_ALL": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTEST_PLUGINS": "pytest_cov",
}


@needs_bubblewrap
def test_tests_and_coverage_come_out_of_the_sandbox(tmp_path: Path) -> None:
    root = tmp_path / "project"
    scratch = root / ".git" / "scratch"
    scratch.mkdir(parents=True)
    (root / "shop.py").write_text("def price():\n    return 3\n\n\ndef tax():\n    return 1\n")
    (root / "test_shop.py").write_text(
        "from shop import price\n\n\ndef test_price():\n    assert price() == 3\n\n\n"
        "def test_free():\n    assert price() == 0\n"
    )
    sandbox = Sandbox(
        program=shutil.which("bwrap") or "",
        version="bubblewrap 1",
        root=root,
        guarded=(root / ".git",),
        readable=(Path(sys.prefix), Path(sys.base_prefix)),
    )
    measured = measure(
        "cd . && pytest -q -p no:cacheprovider --cov=shop | tail -1\necho out > /tmp/note; cat /tmp/note",
        root=root,
        environment=ENVIRONMENT,
        scratch=scratch,
        timeout=60,
        python=sys.executable,
        confinement=Confinement(sandbox=sandbox),
    )
    assert [(run.passed, run.failed, run.source) for run in measured.tests] == [(1, 1, "junit")]
    assert [(one.path, one.percent) for one in measured.coverage] == [("shop.py", 75.0)]
    assert [one.stdout for one in measured.commands][-1] == "out\n"
    assert measured.sandbox == "bubblewrap 1 (network off)"
    assert sorted(path.name for path in root.iterdir()) == [".git", "shop.py", "test_shop.py"]


def test_a_sandbox_that_cannot_be_set_up_proves_nothing(tmp_path: Path) -> None:
    program = tmp_path / "bwrap"
    program.write_text(
        "#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2; exit 1\n"
    )
    program.chmod(0o755)
    root = tmp_path / "project"
    root.mkdir()
    measured = measure(
        "true",
        root=root,
        environment=ENVIRONMENT,
        scratch=tmp_path / "scratch",
        timeout=60,
        python=sys.executable,
        confinement=Confinement(sandbox=Sandbox(program=str(program), version="b", root=root)),
    )
    assert measured.trouble == (
        "the sandbox can't be set up: bwrap: setting up uid map: Permission denied"
    )
    assert measured.commands == ()


def test_what_a_limit_ended_says_which_command(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    measured = measure(
        "echo first\n{ for i in {1..40}; do sleep 300 & done; wait; }",
        root=root,
        environment=ENVIRONMENT,
        scratch=tmp_path / "scratch",
        timeout=60,
        python=sys.executable,
        confinement=Confinement(limits=Limits(processes=10)),
    )
    assert measured.trouble == (
        "stopped, with more than 10 processes, while this was running: "
        "{ for i in {1..40}; do sleep 300 & done; wait; }"
    )
    assert measured.commands[0].stdout == "first\n"
