"""Rules that look at a command beside its project: files, folders, tools, coverage, suites."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from gsd_run.checking.compiling.compile import compile_plan
from gsd_run.checking.lint.rules import coverage, places, searches, suites, tools
from gsd_run.checking.lint.subject import Subject, Surroundings
from gsd_run.domain.plan import Plan, Text
from gsd_run.reading.plan import read_plan
from msgspec.structs import replace

MODULES = (coverage, places, searches, suites, tools)
ROOT = Path(__file__).parents[4]
BUNDLED = ".planning/phases/12-tier-1-coverage-push/12-tier-1-coverage-push-GAP-01-PLAN.md"
FILES: Mapping[str, str] = {
    "package.json": '{"scripts": {"build": "tsc", "test": "vitest run"}}',
    "web/package.json": '{"scripts": {"build": "vite build"}}',
    "Makefile": "all: build\n\nbuild:\n\tcc a.c\n",
    "README.md": "",
    "backend/core/__init__.py": "",
    "backend/core/models.py": "",
    "backend/core/reports.py": "",
    "backend/tests/unit/test_models.py": "",
    "backend/tests/unit/conftest.py": "",
    "tools/tests/test_tools.py": "",
    "scripts/check.sh": "",
    "web/src/page.tsx": "",
}
INSTALLED = frozenset({"bash", "cat", "grep", "make", "npm", "python", "python3", "sed", "wc"})

Told = list[tuple[str, int, str]]
Lint = Callable[..., Told]


@pytest.fixture
def told(plan_of: Callable[..., Plan], tmp_path: Path) -> Lint:
    """Lint a plan with these verify blocks and action; return code, line and message."""

    def of(*verify: str, action: str = "", files: Sequence[str] = (), alone: bool = False) -> Told:
        plan = plan_of(verify=verify[0], more_verify=verify[1:])
        plan = replace(
            plan,
            files_modified=tuple(files),
            tasks=(replace(plan.tasks[0], action=Text(action, 5)), *plan.tasks[1:]),
        )
        lines = [""] * 40
        for number, block in enumerate(verify, 1):
            written = block.split("\n")
            lines[10 * number - 1 : 10 * number - 1 + len(written)] = written
        around = Surroundings(
            files=frozenset(FILES),
            program=lambda name: f"/usr/bin/{name}" if name in INSTALLED else None,
            read=FILES.get,
        )
        subject = Subject(
            plan=plan,
            lines=tuple(lines),
            compiled=compile_plan(plan, None, tmp_path),
            around=Surroundings() if alone else around,
        )
        return [
            (one.code, one.line, one.message)
            for module in MODULES
            for rule in module.RULES
            for one in rule.find(subject)
        ]

    return of


@pytest.mark.parametrize(
    ("verify", "found"),
    [
        (
            "grep passed /tmp/log.txt",
            [("V214", 10, "nothing writes /tmp/log.txt, and /tmp is empty when a block begins")],
        ),
        (
            "npm test > /tmp/new.txt\npython3 -c \"print(open('/tmp/now.txt').read())\"",
            [("V214", 11, "nothing has written /tmp/now.txt; the block writes /tmp/new.txt")],
        ),
        ("python3 -c \"open('/tmp/a', 'w'); print(open('/tmp/a').read())\"", []),
        (
            "python -m pytest backend --cov=backends.core",
            [("V251", 10, "there is no module or folder backends whose coverage could be measured")],
        ),
        (
            "make -s all\ncd scripts && make all",
            [("V222", 11, "`cd scripts && make all` needs a Makefile, and there is none")],
        ),
        (
            "cat backend/core/model.py",
            [
                ("V213", 10, "there is no backend/core/model.py, and nothing makes it; do you mean "
                 "backend/core/models.py?")
            ],
        ),
        (
            "grep -q x README.md\nbash scripts/verify.sh",
            [
                ("V213", 11, "there is no scripts/verify.sh, and nothing makes it; do you mean "
                 "scripts/check.sh?")
            ],
        ),
        (
            "cd backend/web && npm test",
            [("V213", 10, "there is no folder backend/web, and nothing makes one")],
        ),
        (
            "cd web && grep -q x README.md",
            [("V213", 10, "README.md is there, but this runs in web: there is no web/README.md")],
        ),
        (
            "cd web && grep -q page web/src/page.tsx",
            [
                ("V215", 10, "this runs in web, where web/src/page.tsx means web/web/src/page.tsx; "
                 "write src/page.tsx")
            ],
        ),
        (
            "python3 -c \"import subprocess; subprocess.run(['pytest', 'backend/tests/unit/"
            "test_models.py'], cwd='backend')\"",
            [
                ("V215", 10, "this runs in backend, where backend/tests/unit/test_models.py means "
                 "backend/backend/tests/unit/test_models.py; write tests/unit/test_models.py"),
                ("V221", 10, "pytest is not installed: it is neither the project's nor on the "
                 "PATH"),
            ],
        ),
        (
            "python3 -m pytest backend/tests > /tmp/out.txt\ngrep -q passed /tmp/out.log",
            [
                ("V214", 11, "nothing has written /tmp/out.log; the block writes /tmp/out.txt")
            ],
        ),
        (
            "cd backend/core && grep -q x models.py\ncd backend/core && grep -q x reports.py",
            [
                ("V215", 11, "a cd before this one leads to backend/core already, where there is "
                 "no backend/core")
            ],
        ),
        (
            "cd /Users/someone/elsewhere/app && make build",
            [
                ("V211", 10, "/Users/someone/elsewhere/app is a path of another machine; write it "
                 "relative to the project's root")
            ],
        ),
        (
            "venv/Scripts/python.exe -m pytest backend/tests",
            [
                ("V211", 10, "venv/Scripts/python.exe is there on Windows alone; write python, "
                 "which is the project's own")
            ],
        ),
        (
            "grep -q x backend/core",
            [
                ("V262", 10, "grep is given the folder backend/core without -r, and only "
                 "complains")
            ],
        ),
        (
            "jq -e .scripts package.json",
            [("V221", 10, "jq is not installed: it is neither the project's nor on the PATH")],
        ),
        (
            "npm run lint",
            [("V222", 10, 'package.json has no script "lint" (it has: build, test)')],
        ),
        (
            "cd web && npm test",
            [("V222", 10, 'package.json has no script "test" (it has: build)')],
        ),
        ("make check", [("V222", 10, "Makefile has no target check")]),
        (
            "python -m pytest backend/tests/unit --cov=backend/core/models",
            [
                ("V251", 10, "backend/core/models is no folder but the file "
                 "backend/core/models.py; write --cov=core.models")
            ],
        ),
        (
            "cd backend && python -m pytest tests --cov=core/models.py",
            [
                ("V251", 10, "--cov takes a folder or a module, and core/models.py is a file; "
                 "write --cov=core.models")
            ],
        ),
        (
            "python -m pytest backend/tests/unit/test_models.py\npython -m pytest -q",
            [
                ("V224", 11, "`python -m pytest -q` names no path, and collects 1 test file "
                 "outside of backend, such as tools/tests/test_tools.py")
            ],
        ),
    ],
)  # fmt: skip
def test_what_is_not_there(verify: str, found: Told, told: Lint) -> None:
    assert told(verify) == found


@pytest.mark.parametrize(
    "verify",
    [
        "cat README.md backend/core/*.py",
        "grep -c x backend/core/new.py",  # named in files_modified
        "bash scripts/made_later.sh",  # the action speaks of it
        "cat dist/index.js",  # what builds make
        "test -f backend/core/gone.py",  # the question itself
        "! grep -q x backend/core/gone.py",
        "grep -c x backend/core/gone.py 2>/dev/null",
        "make build > out.txt; cat out.txt",
        "cd backend && python -m pytest tests/unit",
        "cd backend && grep -q x core/models.py && cd .. && grep -q x backend/core/models.py",
        "(cd web && npm run build) && grep -q x web/src/page.tsx",
        "python3 -c 'print(1)' | grep -q 1",
        "make build > /tmp/a.txt; grep -q x /tmp/a.txt",
        "make all",
        "npm run build && npm test && npm --prefix web run build",
        "python -m pytest backend/tests --cov=backend/core",
        "cd backend && python -m pytest tests --cov=core.models",
        "grep -rq x backend/core",
        "sed -n 1,5p README.md | wc -l",
        "check() { grep -q x README.md; }; check",
    ],
)
def test_what_is_there_or_will_be(verify: str, told: Lint) -> None:
    action = "Write scripts/made_later.sh, which checks the rest."
    assert told(verify, action=action, files=["backend/core/new.py"]) == []


def test_a_block_can_not_read_what_another_one_wrote(told: Lint) -> None:
    assert told("make build > /tmp/log.txt", "grep -q done /tmp/log.txt") == [
        ("V214", 20, "/tmp/log.txt is written by verify.1, but /tmp is emptied before each block")
    ]


def test_a_plan_without_a_project_is_judged_by_its_own_words(told: Lint) -> None:
    assert told("cat nowhere.txt; npm run nothing; gonetool", alone=True) == []
    assert told("cd web && cat web/new.tsx", files=["web/new.tsx"], alone=True) == [
        (
            "V215",
            10,
            "this runs in web, where web/new.tsx means web/web/new.tsx; write new.tsx",
        )
    ]


def test_a_tool_of_gsd_runs_own_environment(plan_of: Callable[..., Plan], tmp_path: Path) -> None:
    plan = plan_of(verify="ruff check")
    around = Surroundings(program=lambda name: f"/opt/gsd/bin/{name}", own_tools="/opt/gsd")
    subject = Subject(
        plan=plan, lines=("",) * 20, compiled=compile_plan(plan, None, tmp_path), around=around
    )
    own = replace(subject, around=replace(around, root=Path("/opt/gsd")))
    found = [one.message for rule in tools.RULES for one in rule.find(subject)]
    assert found == ["ruff would come from gsd-run's own environment, /opt/gsd"]
    assert [one for rule in tools.RULES for one in rule.find(own)] == []


def test_the_bundled_plans_commands() -> None:
    content = (ROOT / BUNDLED).read_bytes()
    plan = read_plan(content, BUNDLED)
    files = frozenset(
        path.relative_to(ROOT).as_posix()
        for top in ("backend", "runner/tests")
        for path in (ROOT / top).rglob("*.py")
    )

    def read(path: str) -> str | None:
        place = ROOT / path
        return place.read_text() if place.is_file() else None

    subject = Subject(
        plan=plan,
        lines=tuple(content.decode().split("\n")),
        compiled=compile_plan(plan, None, ROOT),
        around=Surroundings(files=files | {"backend/pytest.ini"}, root=ROOT, read=read),
    )
    found = {
        (one.line, one.code)
        for module in MODULES
        for rule in module.RULES
        for one in rule.find(subject)
    }
    assert sorted(found) == [
        (120, "V212"),  # the author's own checkout
        (202, "V212"),
        (204, "V214"),  # .py where .txt was written
        (267, "V215"),  # backend/ below backend/
        (268, "V251"),  # a path that is no folder
        (270, "V212"),
        (279, "V252"),  # the report lies elsewhere
        (281, "V253"),  # and calls the file otherwise
        (301, "V224"),  # without a path, two suites
        (301, "V251"),
    ]
