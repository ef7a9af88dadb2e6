"""Coverage asked of a file: what lint says to write, and what a mend writes, is one name."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from gsd_run.checking.compiling.compile import compile_plan
from gsd_run.checking.lint.fixing import proposed
from gsd_run.checking.lint.rules import coverage
from gsd_run.checking.lint.subject import Subject, Surroundings
from gsd_run.domain.plan import Plan

IS_FILE = "--cov takes a folder or a module, and src/calc.py is a file; write "
OPEN = "its dotted name as the tests import it"


@pytest.mark.parametrize(
    ("others", "name"),
    [
        ({"tests/test_calc.py": "from src.calc import add\n"}, "src.calc"),
        ({"tests/test_calc.py": "from src import calc, text\n"}, "src.calc"),
        ({"tests/test_calc.py": "from src import (\n    text,\n    calc,\n)\n"}, "src.calc"),
        ({"tests/test_calc.py": "def test():\n    import os, calc\n"}, "calc"),
        (
            {"tests/test_calc.py": "import calc\n", "src/__init__.py": ""},
            "calc",
        ),
        ({"tests/test_calc.py": "import calculus\n", "src/__init__.py": ""}, "src.calc"),
        ({"tests/test_calc.py": "import calculus\n"}, ""),
        ({"tests/test_a.py": "import calc\n", "tests/test_b.py": "import src.calc\n"}, ""),
        ({"tests/test_calc.py": "import calc\n", "lib/calc.py": ""}, ""),
        ({"app.py": "import calc\n"}, ""),
    ],
)
def test_the_name_that_tests_import(
    others: Mapping[str, str], name: str, plan_of: Callable[..., Plan], tmp_path: Path
) -> None:
    files = {"src/calc.py": "", "README.md": "", **others}
    plan = plan_of(verify="pytest tests --cov=src/calc.py")
    subject = Subject(
        plan=plan,
        lines=("",) * 20,
        compiled=compile_plan(plan, None, tmp_path),
        around=Surroundings(files=frozenset(files), read=files.get),
    )
    told = [one.message for rule in coverage.RULES for one in rule.find(subject)]
    assert told == [IS_FILE + (f"--cov={name}" if name else OPEN)]
    changes = [change for one in proposed(subject, tmp_path) for change in one.replace]
    assert changes == ([("--cov=src/calc.py", f"--cov={name}")] if name else [])
