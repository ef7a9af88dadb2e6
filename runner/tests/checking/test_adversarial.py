"""Claims that are false in a sneaky way are never PROVEN, and their true twins are.

Each row is a project, a plan and the claim in question. What the plan says of the lie and of the
truth is the same, or differs in the one thing that the row is about.
"""

from collections.abc import Callable
from typing import Any

import pytest
from gsd_run.domain.claim import Verdict
from gsd_run.domain.plan import Artifact, KeyLink, Plan

Judge = Callable[..., dict[str, Verdict]]

GOOD = "def test_one():\n    assert 1 + 1 == 2\n\n\ndef test_two():\n    pass\n"
BAD = "def test_one():\n    assert 1 + 1 == 3\n\n\ndef test_two():\n    pass\n"
SKIPPED = "import pytest\n\npytestmark = pytest.mark.skip\n\n\n" + GOOD
PRINTS = "def test_one():\n    print('2 passed in 0.01s')\n    assert False\n"
FAILS = {"test_a.py": BAD}
HOLDS = {"test_a.py": GOOD}
APP = {"app.py": "NAME = 'shop'\n"}

# id: (files, parts of the plan, the claim)
Row = tuple[dict[str, str], dict[str, Any], str]


def verify(files: dict[str, str], block: str, claim: str = "verify.1") -> Row:
    return files, {"verify": block}, claim


LIES: dict[str, Row] = {
    # Exit statuses that are masked
    "a pipe into tail": verify(FAILS, "pytest test_a.py 2>&1 | tail -3"),
    "a search piped into head": verify(APP, "grep nothing app.py | head -1"),
    "or true": verify(APP, "grep nothing app.py || true"),
    "or echo": verify(APP, "grep nothing app.py && echo ok || echo fail"),
    "a later echo": verify(APP, "grep nothing app.py; echo done"),
    "exit 0": verify(APP, "set +e\ngrep nothing app.py\nexit 0"),
    "an if without an else that fails": verify(
        APP, "if grep -q nothing app.py; then echo ok; else echo missing; fi"
    ),
    "a loop that only tells": verify(APP, "for f in a.py app.py; do test -f $f || echo no $f; done"),
    "a subshell that goes on": verify(APP, "(grep nothing app.py; true)"),
    "another shell that goes on": verify(APP, "bash -c 'grep nothing app.py | cat'"),
    "a function that goes on": verify(APP, "look() { grep nothing app.py; return 0; }\nlook"),
    "in the background": verify(APP, "grep nothing app.py & wait"),
    "a count inside an echo": verify(APP, 'echo "found: $(grep -c nothing app.py)"'),
    "a tested pipe in a condition": verify(FAILS, "if pytest -q test_a.py; then echo ok; fi"),
    "an export that swallows": verify(APP, "export N=$(grep nothing app.py)"),
    # Commands that say nothing
    "an echo of the result": verify(FAILS, 'echo "51 passed"'),
    "an echo through grep": verify(FAILS, 'echo "51 passed" | grep "51 passed"'),
    "a file filled by hand": verify(FAILS, 'echo "51 passed" > out.txt\ngrep "51 passed" out.txt'),
    "find finds nothing": verify(APP, "find . -name nothing.py"),
    "git shows": verify(APP, "git status --short | cat"),
    # Tests
    "no tests are collected": verify({"test_a.py": "X = 1\n"}, "pytest test_a.py || [ $? -eq 5 ]"),
    "all tests are skipped": verify({"test_a.py": SKIPPED}, "pytest test_a.py"),
    "a test prints the count": verify(
        {"test_a.py": PRINTS}, "pytest -s test_a.py; true\nExpected: 2 tests pass", "verify.1.1"
    ),
    "fewer pass than are said": verify(
        {"test_a.py": GOOD}, "pytest test_a.py\nExpected: 3 tests pass", "verify.1.1"
    ),
    "more are collected than are said": verify(
        {"test_a.py": GOOD}, "pytest test_a.py\nExpected: 1/1 tests pass", "verify.1.1"
    ),
    "so many pass, but others fail": verify(
        FAILS, "pytest test_a.py\nExpected: 1 test passes", "verify.1.1"
    ),
    "no tests pass": verify(HOLDS, "pytest test_a.py\nExpected: No unit tests pass", "verify.1.1"),
    "hardly any tests pass": verify(
        HOLDS, "pytest test_a.py\nExpected: Hardly any tests pass", "verify.1.1"
    ),
    "one of two runs fails": verify(
        {"test_a.py": GOOD, "test_b.py": BAD},
        "for t in test_a.py test_b.py; do pytest $t; done; true\nExpected: all tests pass",
        "verify.1.1",
    ),
    "another suite than the one meant": (
        {"test_cart.py": GOOD, "test_login.py": BAD},
        {"verify": "pytest test_cart.py", "done": "All 2 login tests pass"},
        "done.1",
    ),
    "a line below the run of another suite": (
        {"test_cart.py": GOOD},
        {"verification": ["Run `pytest test_cart.py`", "All login tests pass"]},
        "verification.2",
    ),
    "all tests, shown by one file": (
        {"test_a.py": GOOD, "test_b.py": BAD},
        {"verify": "pytest test_a.py", "truths": ["All tests pass"]},
        "truth.1",
    ),
    "existing tests, shown by the new one": (
        {"test_a.py": GOOD, "test_b.py": BAD},
        {"verify": "pytest test_a.py", "done": "All existing tests still pass"},
        "done.1",
    ),
    "one of the plan's runs fails": (
        {"test_a.py": GOOD, "tests/test_b.py": BAD},
        {"verify": "pytest", "more_verify": ["pytest tests"], "truths": ["Tests pass"]},
        "truth.1",
    ),
    "a run that leaves the suite out": (
        {"login/test_l.py": BAD, "cart/test_c.py": GOOD},
        {"verify": "pytest . --ignore login", "done": "All 2 login tests pass"},
        "done.1",
    ),
    "nearly all is not all": verify(
        {"test_a.py": "import pytest\n\n\n@pytest.mark.parametrize('n', range(250))\n"
                      "def test_n(n):\n    assert n\n"},
        "pytest -q test_a.py\nExpected: 100% pass rate", "verify.1.1",
    ),
    # What the words beside a command mean
    "no secrets, and the search finds one": (
        APP, {"verification": ["No shop is named: `grep -n shop app.py`"]}, "verification.1"
    ),
    "should not contain": verify(APP, "grep -n shop app.py\nShould NOT contain a name"),
    "it should fail": verify(HOLDS, "pytest test_a.py\nExpected: fails with exit code 1"),
    "exit 1 is asked for": verify(HOLDS, "pytest test_a.py\nExpected: exits 1"),
    "too few matches": (APP, {"acceptance": ["`grep -c shop app.py` returns at least 2"]},
                        "acceptance.1.1"),
    "a count of none": (APP, {"acceptance": ["`grep -c shop app.py` returns 0"]}, "acceptance.1.1"),
    "a quiet search that finds": verify(APP, "grep -q shop app.py\nExpected: no output"),
    "the first of two searches finds": verify(
        APP, "grep -n shop app.py\ngrep -n nothing app.py\nExpected: no matches", "verify.1"
    ),
    "the searched folder is missing": verify(APP, "grep -rn shop lib\nExpected: no matches"),
    "a command in a sentence about it": (
        APP, {"truths": ["`python3 -c 1` is explained in README.md"]}, "truth.1"
    ),
    "a status that is not looked at": (
        HOLDS, {"acceptance": ["`pytest test_a.py` reports 12 warnings"]}, "acceptance.1.1"
    ),
    "PASS is printed in any case": verify(
        APP, "python3 -c 'import app'\necho PASS\nExpected: PASS message", "verify.1.1"
    ),
    "an error that a filter hides": verify(
        APP, "python3 -c 'print(\"ValueError\"); print(1)' | tail -1\n"
             "Expected: No ValueError in output", "verify.1.1",
    ),
    # Coverage
    "another file of that name is covered": (
        {"a/models.py": "X = 1\n", "b/models.py": "def f():\n    return 1\n    return 2\n",
         "test_a.py": "import a.models\nimport b.models\n\n\ndef test_a():\n    pass\n"},
        {"verify": "python3 -m pytest test_a.py --cov=a --cov=b",
         "truths": ["Coverage on models.py is at least 90%"]},
        "truth.1",
    ),
    "the file is not measured": (
        {"a.py": "X = 1\n", "b.py": "Y = 1\n", "test_a.py": "import a\n\n\ndef test_a():\n    pass\n"},
        {"verify": "python3 -m pytest test_a.py --cov=a", "truths": ["b.py coverage >= 90%"]},
        "truth.1",
    ),
    "just the figure is not more than it": (
        {"a.py": "X = 1\n", "test_a.py": "import a\n\n\ndef test_a():\n    pass\n"},
        {"verify": "python3 -m pytest test_a.py --cov=a", "truths": ["a.py coverage > 100%"]},
        "truth.1",
    ),
    # Files
    "an artifact outside": ({}, {"artifacts": [Artifact(path="../else.py", line=1)]}, "artifact.1"),
    "an empty artifact": (
        {"a.py": "\n"}, {"artifacts": [Artifact(path="a.py", line=1)]}, "artifact.1"
    ),
    "a stub in Python": (
        {"a.py": '"""Login."""\n\n\ndef login(user):\n    """Log in."""\n    raise NotImplementedError\n'},
        {"artifacts": [Artifact(path="a.py", line=1)]},
        "artifact.1",
    ),
    "a stub in TypeScript": (
        {"a.ts": "export function login() {\n  throw new Error('Not implemented');\n}\n"},
        {"artifacts": [Artifact(path="a.ts", line=1)]},
        "artifact.1",
    ),
    "a pattern that matches anything": (
        {"a.py": "X = 1\n"},
        {"artifacts": [Artifact(path="a.py", line=1, contains=(".*",))]},
        "artifact.1",
    ),
    "bars that are no alternatives": (
        {"a.ts": "const x = null;\n"},
        {"artifacts": [Artifact(path="a.ts", line=1, contains=("name: string | null",))]},
        "artifact.1",
    ),
    "a catastrophic pattern": (
        {"a.py": "X = '" + "a" * 5000 + "!'\n"},
        {"artifacts": [Artifact(path="a.py", line=1, contains=(r"(a|aa|a+)+\Z",))]},
        "artifact.1",
    ),
    "an export in a comment": (
        {"a.py": "# def login(): ...\nX = 1\n"},
        {"artifacts": [Artifact(path="a.py", line=1, exports=("login",))]},
        "artifact.1",
    ),
    "a link that the target alone shows": (
        {"a.py": "X = 1\n", "b.py": "def login():\n    return 1\n"},
        {"key_links": [KeyLink(source="a.py", target="b.py", line=1, pattern="login")]},
        "key_link.1",
    ),
    "a link in a comment": (
        {"a.py": "# calls login()\nX = 1\n", "b.py": "def login():\n    return 1\n"},
        {"key_links": [KeyLink(source="a.py", target="b.py", line=1, pattern=r"login\(")]},
        "key_link.1",
    ),
    "a list in words, in the docstring": (
        {"a.py": '"""rollback(), close()"""\nX = 1\n', "b.py": "Y = 1\n"},
        {"key_links": [KeyLink(source="a.py", target="b.py", line=1, pattern="rollback(), close()")]},
        "key_link.1",
    ),
}  # fmt: skip

TRUTHS: dict[str, Row] = {
    "a pipe into tail": verify(HOLDS, "pytest test_a.py 2>&1 | tail -3"),
    "a search piped into head": verify(APP, "grep shop app.py | head -1"),
    "or true": verify(APP, "grep shop app.py || true"),
    "or echo": verify(APP, "grep shop app.py && echo ok || echo fail"),
    "a later echo": verify(APP, "grep shop app.py; echo done"),
    "an if with an else that fails": verify(
        APP, "if grep -q shop app.py; then echo ok; else exit 1; fi"
    ),
    "a loop that counts": verify(
        APP, "bad=0\nfor f in app.py; do test -f $f || bad=1; done\n[ $bad = 0 ]"
    ),
    "a subshell": verify(APP, "(cd . && grep shop app.py)"),
    "another shell": verify(APP, "bash -c 'grep shop app.py'"),
    "a server in the background": verify(APP, "sleep 0.1 & grep shop app.py; wait"),
    "a count that is tested": verify(APP, '[ "$(grep -c shop app.py)" -ge 1 ]'),
    "so many pass": verify(HOLDS, "pytest test_a.py\nExpected: 2/2 tests pass", "verify.1.1"),
    "so many pass in all": verify(
        {"test_a.py": GOOD, "test_b.py": GOOD},
        "pytest test_a.py && pytest test_b.py\nExpected: All 4 tests pass", "verify.1.1",
    ),
    "so many or more pass": verify(
        HOLDS, "pytest test_a.py\nExpected: at least 2 tests pass", "verify.1.1"
    ),
    "some of all pass": verify(
        FAILS, "pytest test_a.py || true\nExpected: 1 passed, 1 failed", "verify.1.1"
    ),
    "the suite that is meant": (
        {"test_cart.py": GOOD, "test_login.py": GOOD},
        {"verify": "pytest test_cart.py", "more_verify": ["pytest test_login.py"],
         "truths": ["All 2 login tests pass"]},
        "truth.1",
    ),
    "all tests, by the whole suite": (
        {"test_a.py": GOOD, "test_b.py": GOOD},
        {"verify": "pytest test_a.py", "verification": ["`pytest`"], "truths": ["All tests pass"]},
        "truth.1",
    ),
    "no secrets": (
        APP, {"verification": ["No key is named: `grep -n key app.py` returns nothing"]},
        "verification.1",
    ),
    "it should fail": verify(FAILS, "pytest -q test_a.py\nExpected: exits 1"),
    "enough matches": (APP, {"acceptance": ["`grep -c shop app.py` returns at least 1"]},
                       "acceptance.1.1"),
    "a count of none": (APP, {"acceptance": ["`grep -c key app.py` returns 0"]}, "acceptance.1.1"),
    "a bare command and its words": (
        APP, {"acceptance": ["grep -c shop app.py returns >= 1"]}, "acceptance.1.1"
    ),
    "both searches find nothing": verify(
        APP, "grep -n key app.py\nExpected: no matches\n! grep -n nothing app.py"
    ),
    "one finds and one does not": verify(
        APP, "grep -n shop app.py\nExpected: a match\ngrep -n nothing app.py\nExpected: no output"
    ),
    "a command in a sentence": (HOLDS, {"criteria": ["`pytest test_a.py` exits 0"]}, "criterion.1"),
    "PASS is printed if all is well": verify(
        APP, "python3 -c 'import app' && echo PASS\nExpected: PASS message", "verify.1.1"
    ),
    "the file is covered": (
        {"a/models.py": "X = 1\n", "b/models.py": "def f():\n    return 1\n    return 2\n",
         "test_a.py": "import a.models\nimport b.models\n\n\ndef test_a():\n    pass\n"},
        {"verify": "python3 -m pytest test_a.py --cov=a --cov=b",
         "truths": ["Coverage on a/models.py is at least 90%"]},
        "truth.1",
    ),
    "an artifact": (
        {"a.py": "def login(user):\n    return user\n"},
        {"artifacts": [Artifact(path="a.py", line=1, contains=("def login(user)",),
                                exports=("login",), min_lines=2)]},
        "artifact.1",
    ),
    "a literal that is no expression": (
        {"a.ts": "const [x, setX] = useState<string[](null); // TODO(\n"},
        {"artifacts": [Artifact(path="a.ts", line=1, contains=("useState<string[](", "TODO("))]},
        "artifact.1",
    ),
    "an expression": (
        {"a.ts": "export default function Page() {\n  return fetch('/api/x');\n}\n"},
        {"artifacts": [Artifact(path="a.ts", line=1, contains=(r"fetch\(.*/api",))]},
        "artifact.1",
    ),
    "a link": (
        {"a.py": "from b import login\n\nlogin()\n", "b.py": "def login():\n    return 1\n"},
        {"key_links": [KeyLink(source="a.py", target="b.py", line=1, pattern=r"login\(")]},
        "key_link.1",
    ),
    "a list in words": (
        {"a.py": "s.rollback()\ns.close()\n", "b.py": "Y = 1\n"},
        {"key_links": [KeyLink(source="a.py", target="b.py", line=1,
                               pattern=r"rollback\(\), close\(\), NOT commit()")]},
        "key_link.1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_not_proven(name: str, judged: Judge, plan_of: Callable[..., Plan]) -> None:
    files, parts, claim = LIES[name]
    verdict = judged(plan_of(**parts), files)[claim]
    assert verdict.state != "PROVEN", verdict.reason


@pytest.mark.parametrize("name", TRUTHS)
def test_its_true_twin_is(name: str, judged: Judge, plan_of: Callable[..., Plan]) -> None:
    files, parts, claim = TRUTHS[name]
    verdict = judged(plan_of(**parts), files)[claim]
    assert verdict.state == "PROVEN", verdict.reason
