"""The bundled plan and its code base, as they are before any run, in a repository of their own."""

import io
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

from sandbox import Output, Sandbox

REPOSITORY = Path(__file__).parents[3]
PHASE = ".planning/phases/12-tier-1-coverage-push"
PLAN_ID = "12-tier-1-coverage-push-GAP-01"
PLAN = f"{PHASE}/{PLAN_ID}-PLAN.md"
RUN_FILE = f"{PHASE}/{PLAN_ID}-RUN.yaml"
SUMMARY = f"{PHASE}/{PLAN_ID}-SUMMARY.md"
EVIDENCE = f"{PHASE}/{PLAN_ID}-EVIDENCE.jsonl"
SUITE = "backend/tests/unit/test_models_orm.py"
# pytest takes long to draw tracebacks through SQLAlchemy. The first draws the same ones sooner; one
# run of the plan does without the second.
SAME = {"PYTEST_PLUGINS": "pytest_cov,quick_tracebacks"}
QUICK = {**SAME, "PYTEST_ADDOPTS": "--tb=native"}


def lay_out(root: Path) -> Sandbox:
    """Put the bundled plan and its code base into a new repository at `root`, committed."""
    root.mkdir(parents=True)
    _copy(root)
    made = Sandbox(root)
    made.git("init", "-q", "-b", "main")
    made.git("config", "user.name", "Pat Tester")
    made.git("config", "user.email", "pat@example.org")
    made.commit("start")
    return made


def _copy(root: Path) -> None:
    """Copy from the newest commit that no run made: the clone may have been repaired by one."""
    parts = (".gitignore", ".planning", "backend")
    listed = subprocess.run(
        ["git", "log", "--format=%H%x00%B%x01"], cwd=REPOSITORY, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    commits = [entry.strip().split("\0") for entry in listed.stdout.split("\1") if entry.strip()]
    base = next((commit for commit, message in commits if "GSD-Run:" not in message), None)
    if listed.returncode != 0 or base is None:
        for part in parts:
            place = REPOSITORY / part
            copy = shutil.copytree if place.is_dir() else shutil.copy
            copy(place, root / part)
        return
    archive = subprocess.run(
        ["git", "archive", base, *parts],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(root, filter="data")


def last_line(output: Output) -> str:
    lines = [line for line in output.stdout.splitlines() if re.search(r"\d (passed|failed)", line)]
    return re.sub(r",? *\d+ warnings?| in [\d.]+s.*|=+", "", lines[-1]).strip()


def verdicts(output: Output) -> dict[str, str]:
    """Return the last verdict that was printed of each claim."""
    found = re.findall(
        r"^  (\S+) +(PROVEN|REFUTED|UNPROVEN)(?!.* at base)",
        output.stdout,
        re.MULTILINE,
    )
    return dict(found)
