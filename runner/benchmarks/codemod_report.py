"""What the codemod `factories` makes of suites that it was not made for.

Copies every suite of `runner/tests/changing/suites/`, runs it, changes it in a process that has
neither SQLAlchemy nor factory_boy, and runs it again. Prints pytest's counts before and after,
which rules were applied how often, what was left undecided, and what says less than before.

    uv run python runner/benchmarks/codemod_report.py
"""

import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"


def main() -> None:
    """Print a paragraph for each suite."""
    sys.path.insert(0, str(TESTS))  # the suites are the tests' data
    from changing.suites.trying import NEEDS, Tried, names, tried  # noqa: PLC0415

    def told(suite: Tried) -> str:
        """Return the paragraph's lines."""
        before, after = (sum(counted.values()) for counted in suite.assertions)
        lines = [
            f"  before     {suite.before}",
            f"  after      {suite.after}",
            f"  assertions {before} before, {after} after",
            f"  weakened   {len(suite.weakened)}",
            *(f"             {one}" for one in suite.weakened),
            f"  undecided  {len(suite.undecided)}",
            *(f"             {one}" for one in suite.undecided),
            f"  again      {len(suite.again.edits)} files would change",
            "  rules      " + ", ".join(f"{rule} {n}" for rule, n in suite.rules.items()),
        ]
        return "\n".join(lines)

    for name in names():
        if name in NEEDS and find_spec(NEEDS[name]) is None:
            print(f"{name}: not run, it needs {NEEDS[name]}")
            continue
        with tempfile.TemporaryDirectory() as folder:
            print(f"{name}\n{told(tried(name, Path(folder)))}\n", flush=True)


if __name__ == "__main__":
    main()
