"""The composite action for GitHub: its steps' own scripts, run by bash as a runner does."""

import os
import re
import shlex
import shutil
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
import yaml
from begun import copied, greeting_at
from gsd_run.cli.command_line import parser
from sandbox import PLAN_PATH, TOOLS, Output, Sandbox

ROOT = Path(__file__).parents[3]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = ACTION["runs"]["steps"]
DOCS = ROOT / "docs" / "ci.md"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    return greeting_at(tmp_path_factory.mktemp("action") / "project")


def _called(
    step: dict,
    project: Sandbox,
    place: Path,
    path: str,
    variables: Mapping[str, str] = MappingProxyType({}),
    **inputs: str,
) -> Output:
    """Run a step's script with its inputs where the action puts them."""
    given = {name: one.get("default", "") for name, one in ACTION["inputs"].items()} | {
        name.replace("_", "-"): value for name, value in inputs.items()
    }
    known = {f"inputs.{name}": value for name, value in given.items()}
    known["github.action_path"] = str(ROOT)
    given_variables = {
        name: re.sub(r"\$\{\{ (\S+) \}\}", lambda found: known[found[1]], value)
        for name, value in step["env"].items()
    }
    for name in ("GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"):
        given_variables[name] = str(place / name.lower())
    given_variables |= {
        "RUNNER_TEMP": str(place), "PATH": f"{path}{os.pathsep}{os.environ['PATH']}", **variables,
    }  # fmt: skip
    script = place / "step.sh"
    script.write_text(step["run"])
    return project.run(
        "bash", "--noprofile", "--norc", "-eo", "pipefail", str(script),
        **given_variables,
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
    assert (done.stderr, project.git("status", "--porcelain")) == ("", "")


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder with a gsd-run that only writes down how it is called."""
    folder = tmp_path / "tools"
    folder.mkdir()
    _program(folder / "gsd-run", 'printf "%s\\n" "$@" >"$RUNNER_TEMP/words"\nexit 7\n')
    return folder


def _program(place: Path, script: str) -> None:
    place.write_text(f"#!/bin/sh\n{script}")
    place.chmod(place.stat().st_mode | stat.S_IXUSR)


def test_inputs_are_never_run(project: Sandbox, tmp_path: Path, tools: Path) -> None:
    mark, words = tmp_path / "mark", tmp_path / "words"
    evil = f"$(touch {mark})`touch {mark}`; touch {mark} #"

    for inputs, status, word in (
        ({"plan": evil}, 7, f"--\n{evil}"),
        ({"plan": f"--base={evil}"}, 7, f"--\n--base={evil}"),
        ({"plan": "01-01", "base": evil}, 7, f"--base={evil}"),
        ({"plan": "01-01", "sandbox": evil}, 7, f"--sandbox={evil}"),
        ({"plan": "01-01", "args": f"--base\n{evil}\n*"}, 7, f"--base\n{evil}\n*\n--\n01-01"),
        ({"plan": "01-01", "command": evil}, 2, ""),
        ({"plan": "01-01", "strict": "yes"}, 2, ""),
        ({"plan": "01-01", "command": "run", "base": "HEAD"}, 2, ""),
        ({"plan": "01-01", "working_directory": evil}, 2, ""),
    ):
        words.write_text("")
        done = _called(STEPS[1], project, tmp_path, str(tools), **inputs)
        assert done.status == status, (inputs, done.text)
        assert f"\n{word}\n" in f"\n{words.read_text()}\n"
        assert bool(word) == bool(words.read_text())
        assert not mark.exists()


def test_the_installation_is_of_the_action_itself(
    project: Sandbox, tmp_path: Path, tools: Path
) -> None:
    # In place of the real one, which would ask a registry.
    _program(
        tools / "uv",
        f'echo "$PWD: $@" >>{tmp_path}/calls\n'
        '[ "$1" = venv ] && mkdir -p "$5/bin" && touch "$5/bin/gsd-run"\nexit 0\n',
    )

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


def test_no_module_of_the_checkout_is_imported_to_install(
    project: Sandbox, tmp_path: Path, tools: Path
) -> None:
    stranger = copied(project, tmp_path / "stranger")
    mark = tmp_path / "mark"
    for name in ("venv", "pip", "logging", "ensurepip"):
        stranger.write(f"{name}.py", f"open({str(mark)!r}, 'w')\n")
    # No uv is here; what would come next asks a registry.
    _program(
        tools / "python3",
        f'case "$*" in *venv*) {sys.executable} "$@" --without-pip && exit 9 ;; esac\n',
    )
    bare = {"PATH": f"{tools}:/usr/bin:/bin"}
    if shutil.which("uv", path=bare["PATH"]):
        pytest.skip("uv is installed for everybody here")

    done = _called(STEPS[0], stranger, tmp_path, str(tools), plan="01-01", variables=bare)

    assert done.status == 9, done.text
    assert not mark.exists()
    assert list(tmp_path.glob("gsd-run.*/uv/bin/python"))


YAML = re.findall(r"```yaml\n(.*?)```", DOCS.read_text(), re.DOTALL)
COMMANDS = [
    *re.findall(r"^\s*(?:- )?(gsd-run .*)$", DOCS.read_text(), re.MULTILINE),
    *re.findall(r"sh '(gsd-run .*?)'", DOCS.read_text()),
]


def test_what_the_docs_show_is_yaml_and_inputs_are_those_of_the_action() -> None:
    workflow, step, gitlab = map(yaml.safe_load, YAML)
    steps = workflow["jobs"]["check"]["steps"]
    ours = [one for one in steps if one.get("uses", "").startswith("OWNER/gsd-run@")]
    assert len(ours) == 1
    assert set(ours[0]["with"]) <= set(ACTION["inputs"])
    outputs = set(re.findall(r"steps\.plans\.outputs\.([\w-]+)", "".join(YAML)))
    assert outputs
    assert outputs <= set(ACTION["outputs"])
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow[True] == "pull_request"  # YAML 1.1 reads `on` so
    assert step[0]["with"]["category"] == "gsd-run"
    assert gitlab["plans"]["artifacts"]["reports"]["junit"] in gitlab["plans"]["script"][0]
    documented = re.findall(r"^\| `(\w[\w-]*)` \|", DOCS.read_text(), re.MULTILINE)
    assert set(documented) == set(ACTION["inputs"])


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_of_the_docs_are_known(command: str) -> None:
    words = shlex.split(command.replace("$CI_MERGE_REQUEST_DIFF_BASE_SHA", "HEAD"))
    assert parser().parse_args(words[1:]).command == "check"
