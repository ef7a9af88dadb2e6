"""The composite action for GitHub: its steps' own scripts, run by bash as a runner does."""

import os
import re
import stat
from pathlib import Path

import pytest
import yaml
from begun import greeting_at
from sandbox import PLAN_PATH, TOOLS, Output, Sandbox

ROOT = Path(__file__).parents[3]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = ACTION["runs"]["steps"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    return greeting_at(tmp_path_factory.mktemp("action") / "project")


def _called(step: dict, project: Sandbox, place: Path, path: str, **inputs: str) -> Output:
    """Run a step's script with its inputs where the action puts them."""
    given = {name: one.get("default", "") for name, one in ACTION["inputs"].items()} | {
        name.replace("_", "-"): value for name, value in inputs.items()
    }
    known = {f"inputs.{name}": value for name, value in given.items()}
    known["github.action_path"] = str(ROOT)
    variables = {
        name: re.sub(r"\$\{\{ (\S+) \}\}", lambda found: known[found[1]], value)
        for name, value in step["env"].items()
    }
    for name in ("GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"):
        variables[name] = str(place / name.lower())
    script = place / "step.sh"
    script.write_text(step["run"])
    return project.run(
        "bash", "--noprofile", "--norc", "-eo", "pipefail", str(script),
        RUNNER_TEMP=str(place), PATH=f"{path}{os.pathsep}{os.environ['PATH']}", **variables,
    )  # fmt: skip


def _outputs(place: Path) -> dict[str, str]:
    lines = (place / "github_output").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_no_script_has_an_input_in_its_text() -> None:
    assert ACTION["runs"]["using"] == "composite"
    assert all("${{" not in step["run"] for step in STEPS)
    assert not [step for step in STEPS if "uses" in step]
    assert all(step["shell"] == "bash" for step in STEPS)
    judge = next(step for step in STEPS if step.get("id") == "judge")
    for name, output in ACTION["outputs"].items():
        assert output["value"] == f"${{{{ steps.judge.outputs.{name} }}}}"
        assert f'echo "{name}=' in judge["run"]
    told = {value for step in STEPS for value in step["env"].values()}
    assert {f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"]} <= told


def test_check_leaves_its_reports(project: Sandbox, tmp_path: Path) -> None:
    done = _called(STEPS[1], project, tmp_path, TOOLS, plan="01-01", sandbox="off", base="HEAD")

    assert done.status == 1, done.text
    found = _outputs(tmp_path)
    assert found["status"] == "1"
    assert found["html"] == ""
    for name in ("junit-xml", "sarif", "json"):
        assert Path(found[name]).is_relative_to(found["reports"])
        assert Path(found[name]).stat().st_size
    assert f"::error file={PLAN_PATH},line=" in done.stdout
    assert "## gsd-run: 0 PROVEN, 3 REFUTED" in (tmp_path / "github_step_summary").read_text()
    assert project.git("status", "--porcelain") == ""


def test_inputs_are_never_run(project: Sandbox, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    evil = f"$(touch {mark})`touch {mark}`; touch {mark} #"

    for inputs in (
        {"plan": evil},
        {"plan": f"--base={evil}"},
        {"plan": "01-01", "base": evil},
        {"plan": "01-01", "sandbox": evil},
        {"plan": "01-01", "command": evil},
        {"plan": "01-01", "args": f"--base\n{evil}\n*"},
        {"plan": "01-01", "working_directory": evil},
    ):
        done = _called(STEPS[1], project, tmp_path, TOOLS, **{"sandbox": "off", **inputs})
        assert done.status == 2, (inputs, done.text)
        assert not mark.exists()


def test_the_installation_is_of_the_action_itself(project: Sandbox, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    uv = tools / "uv"  # in place of the real one, which would ask a registry
    uv.write_text(
        f'#!/bin/sh\necho "$PWD: $@" >>{tmp_path}/calls\n'
        '[ "$1" = venv ] && mkdir -p "$5/bin" && touch "$5/bin/gsd-run"\nexit 0\n'
    )
    uv.chmod(uv.stat().st_mode | stat.S_IXUSR)

    done = _called(STEPS[0], project, tmp_path, str(tools), plan="01-01")

    assert done.status == 0, done.text
    (folder,) = (tmp_path / "github_path").read_text().splitlines()
    assert (Path(folder) / "gsd-run").is_symlink()
    assert [one.name for one in Path(folder).iterdir()] == ["gsd-run"]
    calls = (tmp_path / "calls").read_text().replace(str(Path(folder).parent), "HOME")
    assert calls.splitlines() == [
        f"{ROOT}: venv --quiet --python >=3.11 HOME/environment",
        f"{ROOT}: pip install --quiet --python HOME/environment/bin/python {ROOT}[sandbox]",
    ]
