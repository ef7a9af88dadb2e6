"""Criteria about files: each sentence bound to the file that it names, or that its task has."""

from collections.abc import Callable
from pathlib import Path

import pytest
from gsd_run.checking.compiling.compile import compile_plan
from gsd_run.checking.files.artifacts import judge_artifact
from gsd_run.checking.judging import Tree, judge
from gsd_run.domain.claim import ArtifactCheck, Check, NameCheck
from gsd_run.domain.measurement import Measurement
from gsd_run.domain.plan import Plan
from msgspec.structs import replace

CART = "src/cart.ts"


def of_files(plan: Plan, *files: str) -> Plan:
    return replace(plan, tasks=(replace(plan.tasks[0], files=files),))


@pytest.mark.parametrize(
    ("sentence", "checks", "rest"),
    [
        ("`src/cart.ts` contains `export function total`",
         [ArtifactCheck(path=CART, contains=("export function total",))], []),
        ("src/cart.ts does not contain 'any'", [NameCheck(path=CART, lacks=("any",))], []),
        ("src/cart.ts contains: `tax = 0.2`", [ArtifactCheck(path=CART, contains=("tax = 0.2",))], []),
        ("File contains: `tax = 0.2`", [ArtifactCheck(path=CART, contains=("tax = 0.2",))], []),
        ("Exports `total` and `CartLine`", [ArtifactCheck(path=CART, exports=("total", "CartLine"))], []),
        ("cart.ts exists and contains `a. B`", [ArtifactCheck(path=CART, contains=("a. B",))], []),
        ("src/cart.ts has at least 60 lines", [ArtifactCheck(path=CART, min_lines=60)], []),
        ("src/cart.ts is under 300 lines", [ArtifactCheck(path=CART, max_lines=299)], []),
        ("src/cart.ts has at least 3 tests", [ArtifactCheck(path=CART, min_tests=3)], []),
        ("No `TODO` in src/cart.ts", [NameCheck(path=CART, lacks=("TODO",))], []),
        ("src/cart.ts exports `total`. The page looks nice.",
         [ArtifactCheck(path=CART, exports=("total",))], ["The page looks nice."]),
        ("If the flag is set, src/cart.ts contains `flag`", [],
         ["If the flag is set", "src/cart.ts contains `flag`"]),
        ("Contains `a b` or a loop", [], ["Contains `a b` or a loop"]),
    ],
)  # fmt: skip
def test_sentences(
    plan_of: Callable[..., Plan],
    tmp_path: Path,
    sentence: str,
    checks: list[Check],
    rest: list[str],
) -> None:
    plan = of_files(plan_of(verify="pytest", acceptance=[sentence]), CART)
    claim = next(
        one for one in compile_plan(plan, None, tmp_path).claims if one.kind == "acceptance"
    )

    found = [part.check for part in claim.parts if part.check]
    assert (found, [part.text for part in claim.parts if not part.check]) == (checks, rest)


def test_without_a_file_one_of_several_is_not_guessed(
    plan_of: Callable[..., Plan], tmp_path: Path
) -> None:
    plan = plan_of(verify="pytest", acceptance=["File contains: `tax = 0.2`"])
    claims = compile_plan(of_files(plan, CART, "src/tax.ts"), None, tmp_path).claims

    parts = [part for one in claims if one.kind == "acceptance" for part in one.parts]
    assert [part.check for part in parts if part.check] == []


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("export 'function' total\n", "REFUTED"),
        ("export function total() { return 1 }\n", "PROVEN"),
        ("// export function total\n", "REFUTED"),
        ("const it = 1\n// export function total\n", "UNPROVEN"),
        ("const it = 1\n", "REFUTED"),
        ('const a = "b"; export function total() { return 1 }\n', "PROVEN"),
    ],
)
def test_a_file_looked_at(
    plan_of: Callable[..., Plan], tmp_path: Path, text: str, state: str
) -> None:
    plan = plan_of(verify="pytest", acceptance=["src/cart.ts contains `export function total`"])
    (tmp_path / "src").mkdir()
    (tmp_path / CART).write_text(text)
    claims = compile_plan(of_files(plan, CART), None, tmp_path).claims
    tree = Tree(
        root=tmp_path,
        measure=lambda _: Measurement(key="", script=""),
        before=lambda _: None,
        base_text=None,
    )

    assert [judge(one, tree).state for one in claims if one.kind == "acceptance"] == [state]


def test_other_quotes_are_a_formatters_doing(plan_of: Callable[..., Plan], tmp_path: Path) -> None:
    plan = plan_of(verify="pytest", acceptance=["File contains: `read('a', 1)`"])
    (tmp_path / "src").mkdir()
    (tmp_path / CART).write_text('read(\n  "a",\n  1)\n')
    claims = compile_plan(of_files(plan, CART), None, tmp_path).claims
    check = next(part.check for one in claims if one.kind == "acceptance" for part in one.parts)

    assert isinstance(check, ArtifactCheck)
    assert judge_artifact(check, tmp_path, None).state == "UNPROVEN"
