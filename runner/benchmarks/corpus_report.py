"""Read every plan below a folder and print what the reader made of them.

    python runner/benchmarks/corpus_report.py FOLDER [--warnings]

Counted are frontmatters (kept as they are, mended, lost in part or whole, absent), tasks against
the highest number in the tasks' own names, and warnings by kind; then the time and the memory.
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
from gsd_run.reading.plan import read_plan

# The mends of the frontmatter, by the words of their warnings.
MENDED = "no YAML as it stands"
LOST = ("left out:", "not understood as YAML", "lines are no YAML", "no `key: value` lines")

# What differs between two warnings of one kind.
_SAID = re.compile(r"'.*'|\".*\"|\d+|(?<=read as ).*|(?<=left out: ).*")


def frontmatter_fate(plan: Plan) -> str:
    """Return kept, mended, partly lost, lost or absent."""
    messages = [warning.message for warning in plan.warnings]
    if any(message.startswith("no frontmatter") for message in messages):
        return "absent"
    if not plan.frontmatter:
        return "lost"
    if any(word in message for message in messages for word in LOST):
        return "partly lost"
    return "mended" if any(m.startswith(MENDED) for m in messages) else "kept"


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
    kinds: Counter[str] = Counter()
    tasks: Counter[str] = Counter()
    seconds: list[float] = []
    for file in files:
        content = file.read_bytes()
        before = time.perf_counter()
        try:
            plan = read_plan(content, str(file.relative_to(arguments.folder)))
        except PlanError as error:
            fates["no plan"] += 1
            print(error)
            continue
        finally:
            seconds.append(time.perf_counter() - before)
        fates[frontmatter_fate(plan)] += 1
        tasks["plans without tasks"] += not plan.tasks
        tasks["tasks"] += len(plan.tasks)
        numbered = numbered_tasks(plan)
        if numbered > len(plan.tasks):
            tasks["plans with fewer tasks than their names count"] += 1
            print(f"{plan.path}: {len(plan.tasks)} tasks, named up to {numbered}")
        for warning in plan.warnings:
            kinds[_SAID.sub("…", warning.message)] += 1
            if arguments.warnings:
                print(warning)
    print(f"\n{len(files)} files")
    for title, counts in (("frontmatter", fates), ("tasks", tasks), ("warnings", kinds)):
        print(f"\n{title}")
        for name, count in counts.most_common(40):
            print(f"  {count:6}  {name}")
    mean, most = statistics.mean(seconds) * 1000, max(seconds) * 1000
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\n{mean:.2f} ms per plan, at most {most:.1f} ms,")
    print(f"{sum(seconds):.2f} s in all, {memory} MB")


if __name__ == "__main__":
    main()
