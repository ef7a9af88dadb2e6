"""Compare the commands that verify blocks are read to with labels that people gave them.

    python runner/benchmarks/verify_labels.py LABELS PLANS_FOLDER

LABELS is a file of JSON lines: `file` (below PLANS_FOLDER), `task` (counted from 1), `commands`,
`groups` (indexes of commands that share a shell) and `expectations` (`kind`, `text`, `cmd`: the
command's index or null, `implicit`). What `gsd-run explain --json` says of the plan's verify claims
is compared with it. Expectations count as found by command and kind; those of no command are left
out. Every difference is listed first.
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from gsd_run.checking.compiling.compile import compile_plan
from gsd_run.reading.plan import read_plan
from gsd_run.reporting.explanation import explained

Expected = Counter[tuple[int, str]]
"""How often a kind of expectation is there for a command."""


def commands_of(plan: Path, task: int) -> list[dict[str, Any]]:
    """Return the commands of a task's verify claims as `explain --json` has them."""
    read = read_plan(plan.read_bytes(), plan.name)
    claims = explained(read, compile_plan(read, None, None).claims)["claims"]
    mine = [claim for claim in claims if claim["kind"] == "verify" and claim["task"] == task]
    return [command for claim in mine for command in claim["commands"]]


def groups_of(commands: list[dict[str, Any]]) -> list[list[int]]:
    """Return the indexes of the commands of each group."""
    groups: dict[int, list[int]] = {}
    for number, command in enumerate(commands):
        groups.setdefault(command["group"], []).append(number)
    return list(groups.values())


def main() -> None:
    """Read the labels and print the comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("labels", type=Path)
    parser.add_argument("plans", type=Path, metavar="PLANS_FOLDER")
    arguments = parser.parse_args()
    counts: Counter[str] = Counter()
    right, ours, theirs = Counter[str](), Counter[str](), Counter[str]()
    for line in arguments.labels.read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        commands = commands_of(arguments.plans / label["file"], label["task"])
        texts = [command["command"] for command in commands]
        counts["blocks"] += 1
        counts["commands"] += texts == label["commands"]
        counts["groups"] += groups_of(commands) == label["groups"]
        found: Expected = Counter(
            (number, one["kind"])
            for number, command in enumerate(commands)
            for one in command["expect"]
        )
        wanted: Expected = Counter(
            (one["cmd"], one["kind"]) for one in label["expectations"] if one["cmd"] is not None
        )
        for tally, some in ((right, found & wanted), (ours, found), (theirs, wanted)):
            for (_, kind), number in some.items():
                tally[kind] += number
        _tell(label, commands, found, wanted)
    print(f"\n{counts['blocks']} blocks, of which agree in")
    for name in ("commands", "groups"):
        print(f"  {name:9} {counts[name]}")
    print("\nexpectations      labelled  found  agreed")
    for kind in sorted(ours | theirs):
        print(f"  {kind:15} {theirs[kind]:8} {ours[kind]:6} {right[kind]:7}")
    precision = right.total() / max(ours.total(), 1)
    recall = right.total() / max(theirs.total(), 1)
    print(f"precision {precision:.1%}, recall {recall:.1%}")


def _tell(
    label: dict[str, Any], commands: list[dict[str, Any]], found: Expected, wanted: Expected
) -> None:
    texts = [command["command"] for command in commands]
    named = f"{label['file']} task {label['task']}"
    if texts != label["commands"]:
        print(f"{named}\n  labelled {label['commands']}\n  found    {texts}")
    elif groups_of(commands) != label["groups"]:
        print(f"{named}\n  groups labelled {label['groups']}, found {groups_of(commands)}")
    if found != wanted:
        print(named)
        for number, kind in sorted((wanted - found).elements()):
            print(f"  missing: {kind} of command {number}")
        for number, kind in sorted((found - wanted).elements()):
            print(f"  not labelled: {kind} of command {number}")


if __name__ == "__main__":
    main()
