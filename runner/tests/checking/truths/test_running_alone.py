"""The scripts that run one test by itself, for each runner."""

from pathlib import Path

import pytest
from gsd_run.checking.truths.alone import alone
from gsd_run.checking.truths.test_texts import Ran
from gsd_run.domain.measurement import TestCase


def ran(runner: str, path: str, *names: str) -> Ran:
    case = TestCase(name=" > ".join(names), outcome="passed", file=path)
    return Ran(case=case, path=path, names=names, runner=runner, outcomes=("passed",))


@pytest.mark.parametrize(
    ("test", "script", "told"),
    [
        (ran("pytest", "tests/test_a.py", "TestA", "test_one"), "uv run pytest tests -x --cov=a",
         "uv run pytest -q tests/test_a.py::TestA::test_one"),
        (ran("pytest", "api/tests/test_a.py", "test_one"), "cd api && python -m pytest",
         "cd api\npython -m pytest -q tests/test_a.py::test_one"),
        (ran("pytest", "api/tests/test_a.py", "test_one"), "make test",
         "python -m pytest -q api/tests/test_a.py::test_one"),
        (ran("pytest", "lib/test_a.py", "test_one"), "cd api && pytest", ""),
        (ran("vitest", "web/a.test.ts", "cart", "adds 1+1"), "npm test",
         "cd web\nnpx --no-install vitest run --reporter=verbose a.test.ts -t '^cart adds 1\\+1$'"),
        (ran("jest", "web/a.test.ts", "it's"), "npm test",
         "cd web\nnpx --no-install jest --verbose a.test.ts -t '^it'\"'\"'s$'"),
        (ran("node:test", "test/a.mjs", "cart", "adds"), "npm test",
         "node --test --test-name-pattern='^adds$' test/a.mjs"),
        (ran("go test", "pkg/a/a_test.go", "TestCart", "adds_one"), "go test ./...",
         "cd pkg/a\ngo test -v -count=1 -run '^TestCart$/^adds_one$' ."),
        (ran("cargo test", "core/src/a.rs", "a", "tests", "adds"), "cargo test",
         "cd core\ncargo test -- --exact a::tests::adds"),
        (ran("phpunit", "tests/ATest.php", "testAdds"), "phpunit", ""),
        (ran("pytest", "", "test_one"), "pytest", ""),
    ],
)  # fmt: skip
def test_a_test_by_itself(tmp_path: Path, test: Ran, script: str, told: str) -> None:
    for path in ("web/package.json", "go.mod", "core/Cargo.toml"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("")
    assert alone(test, script, tmp_path) == told
