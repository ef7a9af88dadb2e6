"""A small plan compiled as a whole: each claim, its parts, and by which rule they are checked."""

from collections.abc import Callable
from pathlib import Path

import pytest
from gsd_run.checking.compiling.compile import compile_plan
from gsd_run.domain.claim import Claim, Part, ScriptCheck, Verdict
from gsd_run.domain.plan import Artifact, KeyLink, Plan


def told(claim: Claim) -> list[str]:
    return [f"{claim.id}: {_part(part)}" for part in claim.parts]


def _part(part: Part) -> str:
    words = " ".join(part.text.split())
    if part.check is None:
        return f"{words} | {part.rule} | {part.unproven}"
    if not isinstance(part.check, ScriptCheck):
        return f"{words} | {part.rule} | {type(part.check).__name__}"
    kinds = ", ".join(one.kind for one in part.check.expectations)
    sources = ", ".join(source.claim for source in part.check.sources)
    every = "every of " if part.check.every else ""
    return f"{words} | {part.rule} | {kinds} of {every}{sources}"


def test_a_whole_plan(plan_of: Callable[..., Plan], tmp_path: Path) -> None:
    plan = plan_of(
        verify="pytest tests/test_cart.py -v\nExpected: 3/3 tests pass without KeyError",
        more_verify=["<automated>MISSING — no tests yet</automated>"],
        done="All 3 cart tests pass, the cart looks nice",
        truths=["The cart feels fast"],
        artifacts=[Artifact(path="cart.py", line=5, status="created")],
        key_links=[KeyLink(source="cart.py", target="shop.py", line=6)],
        verification=[
            "No prints: `grep -n 'print(' cart.py` returns nothing",
            "No debugger: `grep -n pdb cart.py`",
            "Cart page shows 3 items",
        ],
        criteria=["`pytest --cov=cart` passes"],
    )
    claims = compile_plan(plan, None, tmp_path).claims
    assert [line for claim in claims if claim.kind != "truth" for line in told(claim)] == [
        "verify.1: pytest tests/test_cart.py -v | its own commands | exit_zero of verify.1",
        "verify.1.1: 3/3 tests pass | the command before it | tests_passed of verify.1",
        "verify.1.1: without KeyError | the command before it | output_lacks of every of verify.1",
        "done.1: All 3 cart tests pass | the plan's commands that run tests | "
        "tests_passed of verify.1",
        'done.1: the cart looks nice | prose | no program check is known for "the cart looks nice"',
        "verify.2: <automated>MISSING — no tests yet</automated> | sentinel | "
        'no command: "MISSING — no tests yet"',
        "artifact.1: cart.py | the file itself | ArtifactCheck",
        "artifact.1: status: created | compared with the base commit | ArtifactCheck",
        "key_link.1: cart.py → shop.py | imports | PatternCheck",
        "verification.1: No prints: `grep -n 'print(' cart.py` returns nothing | its own command | "
        "exit_zero_or_no_match, output_empty of verification.1",
        "verification.2: No debugger: `grep -n pdb cart.py` | its own command | "
        'whether it should succeed can\'t be told from "No debugger"',
        'verification.3: Cart page shows 3 items | prose | no program check is known for "Cart page '
        'shows 3 items"',
        "criterion.1: `pytest --cov=cart` passes | its own command | exit_zero of criterion.1",
    ]


@pytest.mark.parametrize(
    ("block", "asked"),
    [
        (
            "grep a f\nExpected: a match\ngrep b f\nExpected: no output",
            ["exit_zero_or_no_match grep a f", "output_count grep a f",
             "exit_zero_or_no_match grep b f", "output_empty grep b f"],
        ),
        ("npm test\nnpm run lint", ["exit_zero "]),
        ("pytest x.py\nExpected: exits 1", ["exit_nonzero "]),
        ("pytest x.py\nExpected: it fails", []),
        ("grep a f\ngrep b f\nExpected: no matches",
         ["exit_zero_or_no_match grep b f", "output_empty grep b f"]),
    ],
)  # fmt: skip
def test_how_each_command_should_end(
    block: str, asked: list[str], plan_of: Callable[..., Plan], tmp_path: Path
) -> None:
    claim = compile_plan(plan_of(verify=block), None, tmp_path).claims[0]
    checks = [part.check for part in claim.parts if isinstance(part.check, ScriptCheck)]
    found = [f"{one.kind} {one.command}" for check in checks for one in check.expectations]
    assert found == asked


def test_artifacts_of_another_machine_are_the_projects_own(
    plan_of: Callable[..., Plan], tmp_path: Path
) -> None:
    root = tmp_path / "shop"
    (root / "src").mkdir(parents=True)
    (root / "src" / "cart.py").touch()
    plan = plan_of(artifacts=[Artifact(path="/Users/kim/code/shop/src/cart.py", line=1)])
    compiled = compile_plan(plan, None, root)
    assert compiled.claims[-1].parts[0].text == "src/cart.py"
    assert [change.id for _, change in compiled.adaptations] == ["foreign-path"]


def test_commands_of_another_group_start_at_the_root_again(
    plan_of: Callable[..., Plan], judged: Callable[..., dict[str, Verdict]]
) -> None:
    plan = plan_of(
        verify="1. `cd web && test -f a.js` passes\n2. `cd web && test -f a.js` passes",
        more_verify=["cd web\ntest -f a.js"],
    )
    verdicts = judged(plan, {"web/a.js": "1\n"})
    assert {claim: verdict.state for claim, verdict in verdicts.items()} == {
        "verify.1": "PROVEN",
        "verify.1.1": "PROVEN",
        "verify.1.2": "PROVEN",
        "verify.2": "PROVEN",
    }


@pytest.mark.parametrize(
    ("block", "reasons"),
    [
        (
            "<automated>npm test</automated>\n<automated>MISSING — no e2e yet</automated>",
            ['no command: "MISSING — no e2e yet"'],
        ),
        (
            "curl -f localhost/jobs/<id>",
            ["<id> stands for something that the plan does not say"],
        ),
        (
            "No type errors: `npx tsc --noEmit | grep error`",
            ['whether it should succeed can\'t be told from "No type errors"'],
        ),
        (
            "<automated>npm test</automated>\n<manual>Look at the page</manual>",
            ['a person is to look at this: "Look at the page"'],
        ),
        ("`npm run build` works on Windows", ['no program check is known for "works on Windows"']),
    ],
)
def test_what_nothing_decides_says_why(
    block: str, reasons: list[str], plan_of: Callable[..., Plan], tmp_path: Path
) -> None:
    claims = compile_plan(plan_of(verify=block), None, tmp_path).claims
    parts = [part for claim in claims for part in claim.parts]
    assert [part.unproven for part in parts if part.check is None] == reasons


def test_each_command_keeps_its_own_text_line_group_and_expectations(
    plan_of: Callable[..., Plan], tmp_path: Path
) -> None:
    block = "cd /Users/kim/x &amp;&amp; npm test\n# expect 3 passed\n1. `npm run lint` is clean"
    (claim, *_) = compile_plan(plan_of(verify=block), None, tmp_path).claims
    assert [(one.text, one.line, one.group) for one in claim.commands] == [
        ("cd /Users/kim/x && npm test", 10, 0),
        ("npm run lint", 12, 1),
    ]
    assert [[(one.kind, one.text) for one in command.expects] for command in claim.commands] == [
        [("tests_passed", "expect 3 passed")],
        [("prose", "is clean")],
    ]
