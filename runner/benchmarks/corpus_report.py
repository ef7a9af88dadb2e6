"""Read every plan below a folder and print what the reader made of them.

    python runner/benchmarks/corpus_report.py FOLDER [--warnings]

Counted are frontmatters (kept as they are, repaired, lost in part or whole, absent), tasks against
the highest number in the tasks' own names, must-haves, and findings by code; then the time and the
memory.
"""

import argparse
import re
import resource
import statistics
import time
from collections import Counter
from pathlib import Path

from gsd_run.domain.errors import PlanError
from gsd_run.domain.plan import Plan
from gsd_run.reading.codes import Code
from gsd_run.reading.plan import read_plan
from gsd_run.reading.rules import RULES

# What became of a frontmatter, by the code that tells it; the first that fits.
FATES = (
    (Code.FRONTMATTER_ABSENT, "absent"),
    (Code.YAML_LOST, "lost in part"),
    (Code.YAML_LEFT_OUT, "lost in part"),
    (Code.NO_MAPPING, "lost"),
    (Code.YAML_MENDED, "repaired"),
)


def frontmatter_fate(plan: Plan) -> str:
    """Return kept, repaired, lost in part, lost or absent."""
    codes = {warning.code for warning in plan.warnings}
    fate = next((fate for code, fate in FATES if code in codes), "kept")
    return fate if plan.frontmatter or fate == "absent" else "lost"


def numbered_tasks(plan: Plan) -> int:
    """Return the highest N of names such as `Task N: …`, 0 where no name has one."""
    numbers = [re.match(r"(?i)\W*task\s+(\d+)\b", task.name) for task in plan.tasks]
    return max((int(match[1]) for match in numbers if match), default=0)


def main() -> None:
    """Read the folder and print the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--warnings", action="store_true", help="print every warning")
    arguments = parser.parse_args()
    files = sorted(arguments.folder.rglob("*.md"))
    fates: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    plans_by_code: Counter[str] = Counter()
    tasks: Counter[str] = Counter()
    seconds: list[float] = []
    for file in files:
        content = file.read_bytes()
        before = time.perf_counter()
        try:
            plan = read_plan(content, str(file.relative_to(arguments.folder)))
        except PlanError as error:
            fates["no plan"] += 1
            codes.update(finding.code for finding in error.findings)
            print(error)
            continue
        finally:
            seconds.append(time.perf_counter() - before)
        fates[frontmatter_fate(plan)] += 1
        tasks["plans without tasks"] += not plan.tasks
        tasks["checkpoints"] += sum(task.checkpoint is not None for task in plan.tasks)
        tasks["truths"] += len(plan.must_haves.truths)
        tasks["artifacts"] += len(plan.must_haves.artifacts)
        tasks["key links"] += len(plan.must_haves.key_links)
        tasks["tasks"] += len(plan.tasks)
        numbered = numbered_tasks(plan)
        if numbered > len(plan.tasks):
            tasks["plans with fewer tasks than their names count"] += 1
            print(f"{plan.path}: {len(plan.tasks)} tasks, named up to {numbered}")
        codes.update(warning.code for warning in plan.warnings)
        plans_by_code.update({warning.code for warning in plan.warnings})
        if arguments.warnings:
            print(*(f"{one.code} {one}" for one in plan.warnings), sep="\n", end="")
    print(f"\n{len(files)} files")
    for title, counts in (("frontmatter", fates), ("tasks and must-haves", tasks)):
        print(f"\n{title}")
        for name, count in counts.most_common():
            print(f"  {count:6}  {name}")
    print("\nfindings, plans")
    for rule in sorted(RULES, key=lambda rule: -codes[rule.code]):
        if codes[rule.code]:
            print(f"  {codes[rule.code]:6} {plans_by_code[rule.code]:6}  {rule.code} {rule.about}")
    mean, most = statistics.mean(seconds) * 1000, max(seconds) * 1000
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\n{mean:.2f} ms per plan, at most {most:.1f} ms,")
    print(f"{sum(seconds):.2f} s in all, {memory} MB")


if __name__ == "__main__":
    main()
