"""Read broken plans until the time is up, and print how many and the slowest of them.

    python runner/benchmarks/fuzz_reader.py FOLDER [--seconds 60] [--seed 1] [--keep SECONDS_PER_KB]

Each input is a plan of the folder with lines lost, doubled, moved, cut and put in, tags and YAML
broken, pieces of other plans pasted in, a piece of it repeated many times, or bytes changed. An
exception other than PlanError ends the program with the input's seed; so does a line number
beyond the file's end. The worst milliseconds per KB are of the reader alone, in processor time.
"""

import argparse
import random
import sys
import time
from pathlib import Path

from gsd_run.domain.errors import PlanError
from gsd_run.domain.plan import Plan
from gsd_run.reading.plan import obstacles, read_plan

PIECES = (
    "<task>", "</task>", "<tasks>", "</tasks>", "<action>", "</action>", "<verify>", "</verify>",
    "<task", "<name>", "`</action>`", "<!--", "-->", "<![CDATA[", "]]>", "```", "```python", "~~~",
    "````", "---", "...", "## Task 1: x", "### Step 2", "## Tasks", "- [ ] x", "**Files:** a.py",
    "must_haves:", "  truths:", "    - ", 'contains: "a\\.b"', "- a: b: c", "\t- x", "key: [a, b",
    "{", "}", "*x", "&x", "? a", "| ", ">", "'", '"', "<option id=a>", "<fails_when>", "&lt;",
    "\u2028", "\x85", "\0", "\ufeff", "@a/b.md", "<checkpoint type=decision>", "[NEW] a",
)  # fmt: skip
LONGEST = 200_000  # characters of one input


def mutated(plans: list[str], chance: random.Random) -> str | bytes:
    """Return one broken plan."""
    lines = chance.choice(plans).split("\n")
    for _ in range(chance.choice((1, 2, 3, 5, 8, 30))):
        i = chance.randrange(len(lines)) if lines else 0
        kind = chance.randrange(10)
        if kind == 0 and lines:
            del lines[i : i + chance.choice((1, 1, 3, 20))]
        elif kind == 1 and lines:
            lines.insert(chance.randrange(len(lines)), lines[i])
        elif kind == 2 and lines:
            lines[i] = lines[i][: chance.randrange(len(lines[i]) + 1)]
        elif kind == 3 and lines:
            lines[i] = chance.choice((" ", "  ", "\t", "> ", "- ", "      ")) + lines[i].lstrip()
        elif kind == 4 and lines:
            at = chance.randrange(len(lines[i]) + 1)
            lines[i] = lines[i][:at] + chance.choice(PIECES) + lines[i][at:]
        elif kind == 5:
            other = chance.choice(plans).split("\n")
            start = chance.randrange(len(other))
            lines[i:i] = other[start : start + chance.choice((1, 5, 40))]
        elif kind == 6 and lines:
            lines[i : i + 1] = lines[i : i + chance.choice((1, 2, 6))] * chance.choice((2, 50, 400))
        elif kind == 7 and lines:
            lines[i] = lines[i].replace(chance.choice("<>\"':-`[]{}|/ "), "")
        elif kind == 8 and lines:
            lines[i] = (chance.choice(PIECES) + chance.choice(("", " "))) * chance.choice((3, 300))
        else:
            lines.insert(i, chance.choice(PIECES))
    text = "\n".join(lines)[:LONGEST]
    if chance.random() < 0.1:
        content = bytearray(text.encode("utf-8", "surrogatepass"))
        for _ in range(min(len(content), 4)):
            content[chance.randrange(len(content))] = chance.choice((0, 9, 10, 13, 32, 45, 60, 255))
        return bytes(content)
    return text.replace("\n", "\r\n") if chance.random() < 0.1 else text


def last_line(plan: Plan) -> int:
    """Return the greatest line number that a plan gives."""
    numbers = [*plan.lines.values(), *(warning.line for warning in plan.warnings), 1]
    for task in plan.tasks:
        numbers += [task.line, *task.lines.values(), *(block.line for block in task.blocks)]
    for texts in plan.sections.values():
        numbers += [text.line for text in texts]
    return max(numbers)


def main() -> None:
    """Read broken plans and print what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1, help="the first; each input adds one")
    parser.add_argument("--once", action="store_true", help="print the input of the seed alone")
    arguments = parser.parse_args()
    plans = [
        file.read_text(encoding="utf-8", errors="replace")
        for file in sorted(arguments.folder.rglob("*.md"))
    ]
    seed, inputs, refused = arguments.seed, 0, 0
    if arguments.once:
        print(mutated(plans, random.Random(seed)))
        return
    worst: list[tuple[float, int, int]] = []
    end = time.monotonic() + arguments.seconds
    while time.monotonic() < end:
        content = mutated(plans, random.Random(seed))
        before = time.process_time()
        try:
            plan = read_plan(content, "x/01-01-PLAN.md")
            obstacles(plan)
            raw = content if isinstance(content, bytes) else content.encode("utf-8", "ignore")
            breaks = raw.count(b"\n") + raw.count(b"\r")
            if last_line(plan) > breaks + 1 and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
                sys.exit(f"seed {seed}: line {last_line(plan)} of {breaks + 1}")
        except PlanError:
            refused += 1
        except Exception as error:
            sys.exit(f"seed {seed}: {type(error).__name__}: {error}")
        spent = (time.process_time() - before) * 1000
        worst = sorted([*worst, (spent / (len(content) / 1024 + 1), seed, len(content))])[-5:]
        inputs, seed = inputs + 1, seed + 1
    print(f"{inputs} inputs, {refused} of them no plan, seeds {arguments.seed} to {seed - 1}")
    for slowness, its_seed, size in reversed(worst):
        print(f"  {slowness:6.2f} ms per KB: seed {its_seed}, {size} characters")


if __name__ == "__main__":
    main()
