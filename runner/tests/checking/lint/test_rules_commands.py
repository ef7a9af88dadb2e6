"""Rules that look at commands alone: what each finds, and what it leaves alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from gsd_run.checking.compiling.compile import compile_plan
from gsd_run.checking.lint.rules import (
    commands,
    masking,
    safety,
    searches,
    vacuous,
    watching,
)
from gsd_run.checking.lint.subject import Subject
from gsd_run.domain.plan import Plan

MODULES = (commands, masking, safety, searches, vacuous, watching)
Codes = Callable[[str], list[str]]


def found_in(plan: Plan, verify: str, root: Path) -> list[tuple[str, int, int, str]]:
    """Return code, line, column and message of all findings; the verify block is on line 10."""
    subject = Subject(
        plan=plan,
        lines=("",) * 9 + tuple(verify.split("\n")),
        compiled=compile_plan(plan, None, root),
    )
    return [
        (one.code, one.line, one.column, one.message)
        for module in MODULES
        for rule in module.RULES
        for one in rule.find(subject)
    ]


@pytest.fixture
def codes(plan_of: Callable[..., Plan], tmp_path: Path) -> Codes:
    def of(verify: str) -> list[str]:
        return [code for code, *_ in found_in(plan_of(verify=verify), verify, tmp_path)]

    return of


@pytest.mark.parametrize(
    ("command", "code"),
    [
        # what stands where a command should be
        ("diff <(sort a.txt) <(sort b.txt", "V201"),
        ("grep -q 'open tests/a.py", "V201"),
        ("for file in a b; do pytest $file", "V201"),
        ("if [ -f a.py ]; then\npytest", "V201"),
        ("<automated>Check that the login page still loads</automated>", "V202"),
        ("<automated>MISSING — the tests come with plan 02</automated>", "V203"),
        ("curl -f http://localhost:3000/api/{user-id}", "V204"),
        ("node tool.js --key YOUR_API_KEY", "V204"),
        # hidden failures
        ("cargo test 2>&1 | tail -20", "V231"),
        ("npx tsc --noEmit | grep -v generated", "V231"),
        ("pytest -q || true", "V232"),
        ("grep -q name f.py && echo yes || echo no", "V232"),
        ("pytest -q; echo done", "V233"),
        ("make check; exit 0", "V233"),
        ("for f in a b; do test -f $f && echo ok || echo missing; done", "V234"),
        ('sh -c "pytest -q || true"', "V234"),
        ('echo "$(pytest -q)"', "V235"),
        ("npm test &", "V236"),
        # checks that can't fail
        ("git status", "V241"),
        ("true", "V241"),
        ('[ "$(grep -c x f.py)" -ge 0 ]', "V242"),
        ('test -n "yes"', "V242"),
        ("pytest -q | grep '12 passed'", "V243"),
        ("[ $(grep -c x f.py || echo 0) -eq 0 ]", "V244"),
        ("curl -s http://localhost:8000/health", "V245"),
        # grep
        ('grep -q "one|two" src/a.py', "V261"),
        ("grep -q '[0-9]+ items' src/a.py", "V261"),
        (r"grep -E 'one\|two' src/a.py", "V261"),
        (r"grep -cE 'v\d' src/a.py", "V261"),
        ("grep -q name src/", "V262"),
        ('grep -q "price: $amount" src/a.py', "V263"),
        ('node -e "console.log(`x`)"', "V263"),
        # never ends
        ("npm run dev", "V271"),
        ("pnpm --filter web dev", "V271"),
        ("cd web && npx vite", "V271"),
        ("uv run uvicorn app:app", "V271"),
        ("python -m http.server 8000", "V271"),
        ("python manage.py runserver", "V271"),
        ("docker compose up", "V271"),
        ("tail -f log.txt", "V271"),
        ("npx tsc --watch", "V271"),
        ("jest --watch", "V271"),
        ("npx vitest tests/a.test.ts", "V272"),
        ("vim notes.md", "V273"),
        ('read -p "all well?" answer', "V273"),
        ("git rebase -i HEAD~2", "V273"),
    ],
)
def test_a_rule_finds(command: str, code: str, codes: Codes) -> None:
    assert code in codes(command)


@pytest.mark.parametrize(
    "command",
    [
        "pytest tests/test_a.py -q",
        "set -o pipefail; cargo test 2>&1 | tail -5",
        "grep -n name src/a.py | head -3",
        "pytest -q || { echo FAIL; exit 1; }",
        "pytest -q || exit 1",
        "for f in a b; do test -f $f || exit 1; done",
        '[ "$(grep -c x f.py)" -ge 1 ]',
        "[ $(grep -c x f.py || true) -eq 0 ]",
        "git diff --exit-code",
        "curl -fsS http://localhost:8000/health",
        "curl -s -o /dev/null -w '%{http_code}' http://localhost:8000 | grep -q 200",
        "cat out.txt | grep -v '^#' | wc -l",
        "test -f a.py && echo ok",
        'grep -q "a || b" src/a.ts',
        "grep -q 'string | null' src/a.ts",
        r"grep -q 'one\|two' src/a.py",
        "grep -qE '[0-9]+ items|none' src/a.py",
        r"grep -qP 'v\d+' src/a.py",
        "grep -rq name src/",
        "grep -q 'price: $amount' src/a.py",
        'grep -q "ends here$" src/a.py',
        'name=alice; grep -q "user: $name" src/a.py',
        'grep -q "$HOME" src/a.py',
        "npm run dev & pid=$!; sleep 1; curl -f localhost:3000; kill $pid",
        "timeout 5 npm run start:dev",
        "npm run build",
        "npm install && npm test",
        "npx vitest run tests/a.test.ts",
        "npx vite build",
        "docker compose up -d --wait",
        "uvicorn --version",
        "vim -es script.vim",
        "python3 -c \"import json; print(f'{json}')\"",
        "find . -name '*.py' | xargs -I{} python -m py_compile {}",
        "git log HEAD@{1} -1 --format=%H | grep -q .",
        'cat > /tmp/x.json <<\'EOF\'\n{"a": "<b>"}\nEOF\njq -e .a /tmp/x.json',
        "rm -rf dist && npm run build",
    ],
)
def test_no_rule_finds(command: str, codes: Codes) -> None:
    assert codes(command) == []


def test_findings_say_where_and_what_to_do(plan_of: Callable[..., Plan], tmp_path: Path) -> None:
    verify = (
        "pytest tests/test_a.py 2>&1 | tail -5\n"
        "grep -q 'one|two' src/a.py || echo none\n"
        "rm -rf ~/cache"
    )
    assert found_in(plan_of(verify=verify), verify, tmp_path) == [
        (
            "V231",
            10,
            1,
            "the pipe ends with the status of tail, not of `pytest tests/test_a.py 2>&1`; "
            "gsd-run looks at both, others don't",
        ),
        (
            "V232",
            11,
            28,
            "`|| echo none` turns a failure into success; the claim can't be refuted",
        ),
        ("S201", 12, 1, "`rm -rf ~/cache` deletes ~/cache, which is outside of the project"),
        (
            "V261",
            11,
            9,
            "`'one|two'`: without -E a bare | is searched for as such; write grep -E",
        ),
    ]


def test_a_bar_that_the_plan_has_as_a_text_is_meant(
    plan_of: Callable[..., Plan], tmp_path: Path
) -> None:
    verify = "grep -q 'MSA|AA' src/ack.py"
    subject = Subject(
        plan=plan_of(verify=verify),
        lines=("Answer with MSA|AA", "grep -q 'MSA|AA' src/ack.py"),
        compiled=compile_plan(plan_of(verify=verify), None, tmp_path),
    )
    assert [one for rule in searches.RULES for one in rule.find(subject)] == []


def test_commands_that_a_sentence_only_mentions_are_no_commands(
    plan_of: Callable[..., Plan], tmp_path: Path
) -> None:
    plan = plan_of(
        verify="pytest -q", truths=["A developer sees the page when `npm run dev` is up and fast"]
    )
    assert found_in(plan, "pytest -q", tmp_path) == []


def test_each_rule_has_a_code_of_its_own_and_says_why() -> None:
    rules = [one.rule for module in MODULES for one in module.RULES]
    assert len({rule.code for rule in rules}) == len({rule.name for rule in rules}) == len(rules)
    assert all(rule.about.endswith(".") and rule.why and rule.mend for rule in rules)
