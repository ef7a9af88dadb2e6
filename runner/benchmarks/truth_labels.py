"""Show by which rule truths that people have labelled get checks, and which stay UNPROVEN.

    python runner/benchmarks/truth_labels.py LABELS PLANS_FOLDER

LABELS is a file of JSON lines: `file` (below PLANS_FOLDER), `index` (of the truth in its plan,
counted from 0), `truth` and `class`, the main way in which a program could show it. Nothing is
run. A truth can be PROVEN only if each of its parts has a check; one of class `ui…` or
`unprovable…` for which that holds is an error, and makes the exit status 1.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

from gsd_run.checking.compiling.compile import compile_plan
from gsd_run.domain.claim import Claim
from gsd_run.reading.plan import read_plan

NEVER = ("ui", "unprovable")


def claim_of(plan: Path, index: int) -> Claim:
    """Return the claim that a plan's truth of this index was compiled to."""
    read = read_plan(plan.read_bytes(), plan.name)
    wanted = f"truth.{index + 1}"
    return next(one for one in compile_plan(read, None, None).claims if one.id == wanted)


def main() -> None:
    """Read the labels, print what became of each truth, and the counts by class."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("labels", type=Path)
    parser.add_argument("plans", type=Path, metavar="PLANS_FOLDER")
    arguments = parser.parse_args()
    by_class: dict[str, Counter[str]] = defaultdict(Counter)
    wrong = 0
    for line in arguments.labels.read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        claim = claim_of(arguments.plans / label["file"], label["index"])
        rules = dict.fromkeys(part.rule for part in claim.parts if part.check)
        open_parts = [part for part in claim.parts if part.check is None]
        could = bool(claim.parts) and not open_parts
        told = "; ".join(rules) or "no check"
        by_class[label["class"]][told + (", and a rest" if rules and open_parts else "")] += 1
        mark = "  "
        if could and label["class"].startswith(NEVER):
            mark, wrong = "!!", wrong + 1
        print(f"{mark} {label['class']:12} {told}\n     {claim.text}")
        for part in open_parts:
            print(f"     - {part.unproven}")
    for name, counts in sorted(by_class.items()):
        print(f"\n{name}: {counts.total()}")
        for told, number in counts.most_common():
            print(f"  {number:3} {told}")
    if wrong:
        sys.exit(f"{wrong} truths that no program can prove could be PROVEN")


if __name__ == "__main__":
    main()
