"""Read broken plans until the time is up, and print how many and the slowest of them.

    python runner/benchmarks/fuzz_reader.py FOLDER [--seconds 60] [--seed 1] [--once]

Each input is a plan of the folder with lines lost, doubled, moved, cut and put in, tags and YAML
broken, pieces of other plans pasted in, a piece of it repeated many times, or bytes changed. An
exception other than PlanError ends the program with the input's seed; so does a line number
beyond the file's end. The worst milliseconds per KB are of the reader alone, in processor time.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable
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
SHARE_OF_BYTES = SHARE_OF_CRLF = 0.1
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
WORST = 5  # inputs that are shown

Lines = list[str]
Change = Callable[[Lines, int, list[str], random.Random], None]


def lose(lines: Lines, i: int, _plans: list[str], chance: random.Random) -> None:
    """Take some lines out."""
    del lines[i : i + chance.choice((1, 1, 3, 20))]


def double(lines: Lines, i: int, _plans: list[str], chance: random.Random) -> None:
    """Put a line somewhere else as well."""
    lines.insert(chance.randrange(len(lines)), lines[i])


def cut(lines: Lines, i: int, _plans: list[str], chance: random.Random) -> None:
    """Cut a line off."""
    lines[i] = lines[i][: chance.randrange(len(lines[i]) + 1)]


def indent(lines: Lines, i: int, _plans: list[str], chance: random.Random) -> None:
    """Put something else before a line's text."""
    lines[i] = chance.choice((" ", "  ", "\t", "> ", "- ", "      ")) + lines[i].lstrip()


def break_up(lines: Lines, i: int, _plans: list[str], chance: random.Random) -> None:
    """Put a piece into a line."""
    at = chance.randrange(len(lines[i]) + 1)
    lines[i] = lines[i][:at] + chance.choice(PIECES) + lines[i][at:]


def put_in(lines: Lines, i: int, _plans: list[str], chance: random.Random) -> None:
    """Put a piece in as a line."""
    lines.insert(i, chance.choice(PIECES))


def paste(lines: Lines, i: int, plans: list[str], chance: random.Random) -> None:
    """Put lines of another plan in."""
    other = chance.choice(plans).split("\n")
    start = chance.randrange(len(other))
    lines[i:i] = other[start : start + chance.choice((1, 5, 40))]


def repeat(lines: Lines, i: int, _plans: list[str], chance: random.Random) -> None:
    """Repeat lines many times."""
    lines[i : i + 1] = lines[i : i + chance.choice((1, 2, 6))] * chance.choice((2, 50, 400))


def unsign(lines: Lines, i: int, _plans: list[str], chance: random.Random) -> None:
    """Take one sign out of a line."""
    lines[i] = lines[i].replace(chance.choice("<>\"':-`[]{}|/ "), "")


def stutter(lines: Lines, i: int, _plans: list[str], chance: random.Random) -> None:
    """Make a line of one piece many times over."""
    lines[i] = (chance.choice(PIECES) + chance.choice(("", " "))) * chance.choice((3, 300))


CHANGES: tuple[Change, ...] = (
    lose, double, cut, indent, break_up, put_in, paste, repeat, unsign, stutter,
)  # fmt: skip


def mutated(plans: list[str], chance: random.Random) -> str | bytes:
    """Return one broken plan."""
    lines = chance.choice(plans).split("\n")
    for _ in range(chance.choice((1, 2, 3, 5, 8, 30))):
        lines = lines or [""]
        chance.choice(CHANGES)(lines, chance.randrange(len(lines)), plans, chance)
    text = "\n".join(lines)[:LONGEST]
    if chance.random() < SHARE_OF_BYTES:
        content = bytearray(text.encode("utf-8", "surrogatepass"))
        for _ in range(min(len(content), 4)):
            content[chance.randrange(len(content))] = chance.choice((0, 9, 10, 13, 32, 45, 60, 255))
        return bytes(content)
    return text.replace("\n", "\r\n") if chance.random() < SHARE_OF_CRLF else text


def last_line(plan: Plan) -> int:
    """Return the greatest line number that a plan gives."""
    numbers = [*plan.lines.values(), *(warning.line for warning in plan.warnings), 1]
    for task in plan.tasks:
        numbers += [task.line, *task.lines.values(), *(block.line for block in task.blocks)]
    for texts in plan.sections.values():
        numbers += [text.line for text in texts]
    return max(numbers)


def is_plan(content: str | bytes, seed: int) -> bool:
    """Read an input; what must not happen ends the program."""
    try:
        plan = read_plan(content, "x/01-01-PLAN.md")
        obstacles(plan)
    except PlanError:
        return False
    except Exception as error:  # noqa: BLE001 - any other is what is looked for
        sys.exit(f"seed {seed}: {type(error).__name__}: {error}")
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "ignore")
    lines = raw.count(b"\n") + raw.count(b"\r") + 1
    if last_line(plan) > lines and not raw.startswith(UTF_16_MARKS):
        sys.exit(f"seed {seed}: line {last_line(plan)} of {lines}")
    return True


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
        refused += not is_plan(content, seed)
        spent = (time.process_time() - before) * 1000
        worst = sorted([*worst, (spent / (len(content) / 1024 + 1), seed, len(content))])[-WORST:]
        inputs, seed = inputs + 1, seed + 1
    print(f"{inputs} inputs, {refused} of them no plan, seeds {arguments.seed} to {seed - 1}")
    for slowness, its_seed, size in reversed(worst):
        print(f"  {slowness:6.2f} ms per KB: seed {its_seed}, {size} characters")


if __name__ == "__main__":
    main()
