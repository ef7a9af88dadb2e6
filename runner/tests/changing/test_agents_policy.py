"""What an agent must not have changed."""

import pytest
from gsd_run.changing.agents.policy import refused_edits
from gsd_run.domain.plan import Artifact, MustHaves, Plan, Task


def task(number: int, *files: str) -> Task:
    return Task(number=number, name=f"Task {number}", line=number, files=files)


def plan(*tasks: Task, artifacts: tuple[str, ...] = (), **more) -> Plan:
    found = tuple(Artifact(path=path, line=1) for path in artifacts)
    return Plan(
        id="01-02",
        path=".planning/phases/01-x/01-02-PLAN.md",
        sha256="",
        phase="01-x",
        number="02",
        tasks=tasks,
        must_haves=MustHaves(artifacts=found),
        summary_path=".planning/phases/01-x/01-02-SUMMARY.md",
        **more,
    )


RECORD = "is a record of the run or a setting of it, which no agent writes"


def test_what_a_task_names_is_its_own():
    one = task(1, "src/app.py", "./docs", "web/app/[id]/page.tsx", "tests/**/*.py", "package.json")
    changed = (
        "src/app.py",
        "docs/deep/guide.md",
        "web/app/[id]/page.tsx",
        "tests/unit/test_a.py",
        "tests/test_b.py",
        "package.json",
        "package-lock.json",
    )
    assert refused_edits(one, plan(one), changed) == ()


def test_what_it_does_not_name_is_not():
    one, two = task(1, "src/app.py", "web/app/[id]/page.tsx"), task(2, "src/models.py")
    changed = ["src/app.py.orig", "src/models.py", "web/app/i/page.tsx", "uv.lock", "src/models.py"]
    assert refused_edits(one, plan(one, two), changed) == (
        ("src/app.py.orig", "neither task 1 nor the plan names this file"),
        ("src/models.py", "task 2 names this file, task 1 does not"),
        ("web/app/i/page.tsx", "neither task 1 nor the plan names this file"),
        ("uv.lock", "neither task 1 nor the plan names this file"),
    )


def test_what_only_the_plan_names_is_everybodys():
    one, two = task(1, "a.py"), task(2, "b.py")
    whole = plan(
        one,
        two,
        artifacts=("c.py",),
        files_modified=("a.py", "b.py", "d.py"),
        files_deleted=("e.py",),
    )
    assert refused_edits(one, whole, ["a.py", "c.py", "d.py", "e.py"]) == ()
    assert refused_edits(one, whole, ["b.py"]) == (
        ("b.py", "task 2 names this file, task 1 does not"),
    )


def test_a_task_without_files_has_those_of_the_plan():
    one, two = task(1), task(2, "b.py")
    whole = plan(one, two, files_modified=("a.py", "b.py"))
    assert refused_edits(one, whole, ["a.py", "b.py", "c.py"]) == (
        ("c.py", "neither task 1 nor the plan names this file"),
    )
    assert refused_edits(one, plan(one), ["c.py"]) == ()


PROTECTED = {
    ".planning/STATE.md": "belongs to the planning; task 1 does not name it",
    "sub/.planning/STATE.md": "belongs to the planning; task 1 does not name it",
    ".PLANNING/state.md": "belongs to the planning; task 1 does not name it",
    ".planning/phases/01-x/01-02-PLAN.md": RECORD,
    ".planning/phases/01-x/01-02-RUN.yaml": RECORD,
    ".planning/phases/01-x/01-02-summary.md": RECORD,
    ".planning/phases/01-x/01-02-EVIDENCE.jsonl": RECORD,
    ".planning/gsd-run.toml": RECORD,
    ".git/config": "is no file of the project",
    "sub/.git/hooks/pre-commit": "is no file of the project",
    "../other/a.py": "is no file of the project",
    "/etc/passwd": "is no file of the project",
    ".github/workflows/ci.yml": "is a setting of CI; task 1 does not name it",
    ".gitlab-ci.yml": "is a setting of CI; task 1 does not name it",
    ".circleci/config.yml": "is a setting of CI; task 1 does not name it",
    "ci/Jenkinsfile": "is a setting of CI; task 1 does not name it",
    "azure-pipelines.yml": "is a setting of CI; task 1 does not name it",
    "src/.gitattributes": "is a setting of git; task 1 does not name it",
    ".gitmodules": "is a setting of git; task 1 does not name it",
    ".gitignore": "is a setting of git; task 1 does not name it",
    ".pre-commit-config.yaml": "is a setting of git's hooks; task 1 does not name it",
    ".husky/pre-commit": "is a setting of git's hooks; task 1 does not name it",
    ".claude/settings.json": "is a setting of coding agents; task 1 does not name it",
}


@pytest.mark.parametrize("path", PROTECTED)
def test_what_is_never_an_agents(path):
    one = task(1)
    assert refused_edits(one, plan(one), [path]) == ((path, PROTECTED[path]),)
    wide = task(1, "*", "**", "*.yml", "**/*.md")
    assert refused_edits(wide, plan(wide, files_modified=(path,)), [path]) == (
        (path, PROTECTED[path]),
    )


@pytest.mark.parametrize("path", PROTECTED)
def test_settings_may_be_changed_by_a_task_that_names_them(path):
    one = task(1, path)
    never = PROTECTED[path] in {RECORD, "is no file of the project"}
    assert refused_edits(one, plan(one), [path]) == (((path, PROTECTED[path]),) if never else ())


def test_a_folder_of_settings_may_be_named():
    one = task(1, ".github/workflows/", ".planning/research/*.md")
    changed = [".github/workflows/ci.yml", ".planning/research/a.md", ".github/CODEOWNERS"]
    assert refused_edits(one, plan(one), changed) == (
        (".github/CODEOWNERS", "is a setting of CI; task 1 does not name it"),
    )


def test_a_file_as_it_lay_on_another_machine():
    one = task(1, "/home/pat/shop/src/app.py")
    assert refused_edits(one, plan(one), ["src/app.py"]) == ()
    assert refused_edits(one, plan(one), ["app.py"]) == (
        ("app.py", "neither task 1 nor the plan names this file"),
    )
