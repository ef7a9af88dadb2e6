"""How many claims that are false in a sneaky way come out PROVEN, and how many true ones do.

Judges every project of `runner/tests/adversarial/` with `gsd-run check`, and prints a table by
language: lies and how many of them were PROVEN (there should be none), truths and how many were.
A lie that is true of the base commit, too, may be PROVEN if it is marked as vacuous.

    uv run python runner/benchmarks/adversarial_report.py
"""

import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"
WORKERS = 2


def main() -> None:
    """Print one line a language, then each claim that came out wrong."""
    sys.path.insert(0, str(TESTS))  # the projects are the tests' data
    from adversarial.projects import Side, sides, verdicts, wrong  # noqa: PLC0415

    def judge(side: Side) -> dict[str, dict[str, str]]:
        with tempfile.TemporaryDirectory() as folder:
            return verdicts(side, Path(folder))

    todo = [side for side in sides() if not side.missing_tool]
    with ThreadPoolExecutor(WORKERS) as workers:
        judged = list(zip(todo, workers.map(judge, todo), strict=True))
    table: dict[str, Counter[str]] = {}
    mistakes = list[str]()
    for side, found in judged:
        row = table.setdefault(side.language, Counter())
        for claim, told in side.cases.items():
            sort = "truths" if side.name == "true" else "lies"
            row[sort] += 1
            row[f"{sort} PROVEN"] += found[claim]["state"] == "PROVEN"
            row[f"{sort} vacuous"] += found[claim]["note"] == "vacuous"
            if wrong(side, found[claim]):
                mistakes.append(f"{side}: {claim} {told}: {found[claim]['reason']}")
    _print(table)
    print("\n".join(mistakes))


def _print(table: dict[str, Counter[str]]) -> None:
    heads = ("lies", "lies PROVEN", "lies vacuous", "truths", "truths PROVEN")
    print(f"{'language':12}" + "".join(f"{head:>15}" for head in heads))
    whole = sum(table.values(), Counter[str]())
    for language, row in [*table.items(), ("all", whole)]:
        print(f"{language:12}" + "".join(f"{row[head]:15}" for head in heads))


if __name__ == "__main__":
    main()
