"""Codemods of other distributions: found by their entry points, told apart, held to the rules."""

import re
import shutil
import sys
from pathlib import Path

import pytest
from gsd_run.changing.codemods import registry
from gsd_run.changing.codemods.testing import assert_codemod
from gsd_run.changing.steps import check_step, plan_step
from gsd_run.domain.change import Facts
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project
from sandbox import PLAN_PATH, RUN_PATH, Output, Sandbox

HOW_TO = Path(__file__).parents[3] / "docs" / "writing-a-codemod.md"

SHOUT = '''\
"""Writes texts in capitals."""
from gsd_run.changing.options import Option
from gsd_run.changing.places import existing_text
from gsd_run.domain.change import Applied, Edit, StepResult

OPTIONS = {"in": Option("text", required=True)}

def wants(options):
    return ()

def may_touch(options):
    return (options["in"],)

def apply(options, project, facts):
    path = options["in"]
    before = existing_text(project, path)
    if before == before.upper():
        return StepResult()
    done = Applied(rule="shout", path=path, line=1, message="in capitals")
    edit = Edit(path=path, before=before, after=before.upper())
    return StepResult(edits=(edit,), applied=(done,))
'''


def install(site: Path, name: str, modules: dict[str, str], points: dict[str, str]) -> None:
    """Lay a distribution into a folder for sys.path, as installers do."""
    known = site / f"{name.replace('-', '_')}-1.0.dist-info"
    known.mkdir(parents=True)
    (known / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    lines = "".join(f"{key} = {value}\n" for key, value in points.items())
    (known / "entry_points.txt").write_text(f"[{registry.GROUP}]\n{lines}")
    for path, text in modules.items():
        (site / path).write_text(text)


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder with other distributions that is on sys.path."""
    folder = tmp_path / "site"
    folder.mkdir()
    known = set(sys.modules)
    monkeypatch.syspath_prepend(folder)
    yield folder
    for name in set(sys.modules) - known:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(folder)):
            del sys.modules[name]


@pytest.fixture
def project(tmp_path) -> Project:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "a.txt").write_text("hi\n")
    return Project(root=tmp_path / "project")


def gsd_run(sandbox: Sandbox, site: Path, *words: str) -> Output:
    """Run the program in a process of its own, with other distributions beside it."""
    return sandbox.run(sys.executable, "-m", "gsd_run", *words, PYTHONPATH=str(site))


def step(name: str, **options) -> Step:
    return Step(kind="codemod", subject=name, line=1, options=options)


def test_a_run_uses_the_codemod_of_another_distribution(greeting: Sandbox, tmp_path):
    site = tmp_path / "site"
    install(site, "shouting", {"shouting.py": SHOUT}, {"shout": "shouting"})
    greeting.write(
        RUN_PATH,
        """\
changes:
  1:
    - write: {path: greeting.txt, text: "hello\\n"}
  2:
    - write: {path: farewell.txt, text: "bye\\n"}
    - codemod: shout
      in: farewell.txt
""",
    )
    greeting.write(PLAN_PATH, greeting.read(PLAN_PATH).replace("grep -n bye", "grep -n BYE"))
    greeting.commit("capitals")

    without = greeting.gsd_run("01-01")
    assert without.status == 2, without.text
    assert "there is no codemod 'shout' (known: factories, notes, pytest_asserts)" in without.text

    done = gsd_run(greeting, site, "01-01")
    assert done.status == 0, done.text
    assert greeting.read("farewell.txt") == "BYE\n"
    journal = greeting.journal.read_text()
    assert '"rule":"shout"' in journal.replace('": "', '":"')


def test_broken_codemods_disturb_only_those_who_use_them(greeting: Sandbox, tmp_path):
    site = tmp_path / "site"
    install(
        site,
        "broken",
        {"broken_one.py": "import nothing_of_this_name\n", "broken_two.py": "OPTIONS = {}\n"},
        {"one": "broken_one", "two": "broken_two", "factories": "broken_one"},
    )
    done = gsd_run(greeting, site, "01-01")
    assert done.status == 0, done.text

    changes = "changes:\n  1:\n    - codemod: one\n    - codemod: two\n    - codemod: three\n"
    greeting.write(RUN_PATH, changes)
    greeting.commit("broken")
    refused = gsd_run(greeting, site, "01-01", "--fresh")
    assert refused.status == 2, refused.text
    told = " ".join(refused.text.split())
    assert (
        f"{RUN_PATH}:3: codemod one, which broken 1.0 provides as broken_one, can't be imported: "
        "ModuleNotFoundError: No module named 'nothing_of_this_name'"
    ) in told
    assert (
        f"{RUN_PATH}:4: codemod two, which broken 1.0 provides as broken_two, can't be used: it "
        "has no function wants(); it has no function may_touch(); it has no function apply()"
    ) in told
    assert "there is no codemod 'three' (known: factories, notes, one, pytest_asserts, two)" in told


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("raise SystemExit(3)\n", "can't be imported: SystemExit: 3"),
        ("def (\n", "can't be imported: SyntaxError: "),
        (SHOUT.replace("OPTIONS", "NONE"), "can't be used: it has no OPTIONS"),
        (
            SHOUT.replace('Option("text", required=True)', '"text"'),
            "can't be used: OPTIONS['in'] is no Option of a kind that there is",
        ),
        (
            SHOUT.replace('{"in":', '{"codemod": Option("text"), "in":'),
            "can't be used: OPTIONS has 'codemod', which can't be the name of an option",
        ),
        (
            SHOUT.replace('return (options["in"],)', 'return options["in"]'),
            "codemod shout of shouting 1.0: may_touch() returned no tuple of paths, but 'a.txt'",
        ),
        (
            SHOUT.replace("return ()", "return options['nothing']"),
            "codemod shout of shouting 1.0: KeyError: 'nothing' (",
        ),
    ],
)
def test_what_is_wrong_with_a_codemod_is_told_when_it_is_checked(site, module, said):
    install(site, "shouting", {"shouting.py": module}, {"shout": "shouting"})
    [mistake] = check_step(step("shout", **{"in": "a.txt"}))
    assert said in mistake
    assert "shouting 1.0" in mistake


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("    return None", "apply() returned no StepResult, but None"),
        ("    return 1 / 0", "codemod shout of shouting 1.0: ZeroDivisionError: division by zero"),
        (
            "    return StepResult(edits=(Edit(path='../a', before=None, after=''),))",
            "../a: a step may only name files by their path inside the project",
        ),
    ],
)
def test_what_is_wrong_with_what_it_does_fails_the_step(site, project, wrong, said):
    text = SHOUT.replace('    path = options["in"]\n', f"{wrong}\n")
    install(site, "shouting", {"shouting.py": text}, {"shout": "shouting"})
    result = plan_step(step("shout", **{"in": "a.txt"}), None, project, Facts())
    assert said in (result.failure or "")


def test_options_are_checked_as_ever(site):
    install(site, "shouting", {"shouting.py": SHOUT}, {"shout": "shouting"})
    assert check_step(step("shout", into="a.txt")) == [
        "codemod shout: unknown option 'into' (known: in)",
        "codemod shout: the option 'in' is missing; it holds a text",
    ]
    assert check_step(step("shout", **{"in": "a.txt"})) == []


def test_the_built_in_names_are_taken(site):
    install(site, "thief", {"thief.py": "raise SystemExit\n"}, {"notes": "thief"})
    assert registry.names() == ("factories", "notes", "pytest_asserts")
    assert check_step(step("notes", **{"in": "a.py"})) == []


def test_two_of_one_name(site):
    install(site, "shouting", {"shouting.py": SHOUT}, {"shout": "shouting"})
    install(site, "louder", {"louder.py": SHOUT}, {"shout": "louder"})
    assert check_step(step("shout", **{"in": "a.txt"})) == [
        "codemod shout: louder 1.0 and shouting 1.0 both have a codemod of this name; "
        "uninstall all but one"
    ]


def test_authors_are_told_of_files_that_may_touch_does_not_name(site, tmp_path):
    text = SHOUT.replace('return (options["in"],)', 'return ("b.txt", "docs")')
    install(site, "shouting", {"shouting.py": text}, {"shout": "shouting"})
    with pytest.raises(AssertionError, match="but the codemod changes"):
        assert_codemod(
            tmp_path / "p", "shout", {"a.txt": "hi"}, {"a.txt": "HI"}, options={"in": "a.txt"}
        )


def test_the_example_of_the_how_to_works(sandbox: Sandbox, tmp_path):
    files = dict(
        re.findall(
            r"^`([\w.]+)`:\n\n```\w+\n(.*?)^```$", HOW_TO.read_text(), re.MULTILINE | re.DOTALL
        )
    )
    assert sorted(files) == ["pyproject.toml", "rename_keyword.py", "test_rename_keyword.py"]
    points = re.findall(
        r'^\[project\.entry-points\."([\w.]+)"\]\n(\w+) = "(\w+)"$',
        files["pyproject.toml"],
        re.MULTILINE,
    )
    assert points == [(registry.GROUP, "rename_keyword", "rename_keyword")]
    site = tmp_path / "site"
    install(site, "rename-keyword", files, {"rename_keyword": "rename_keyword"})
    tests = sandbox.root / "test_rename_keyword.py"
    shutil.move(site / tests.name, tests)

    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", tests.name)
    done = sandbox.run(sys.executable, *words, PYTHONPATH=str(site))

    assert done.status == 0, done.text
    assert "1 passed" in done.stdout
