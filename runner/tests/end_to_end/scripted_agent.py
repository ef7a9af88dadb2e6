"""An agent without a model: it makes the edits that are kept for a task of the bundled plan.

It is called with the file of its prompt. Like many a model it begins with a boast: its first
attempt at the first task changes nothing.
"""

import re
import subprocess
import sys
from pathlib import Path

EDITS = Path(__file__).parent / "agent_edits"


def main() -> None:
    prompt = Path(sys.argv[1]).read_text()
    task = re.search(r"\A# Task (\d+) of the plan ", prompt)
    if task is None:
        raise SystemExit("the prompt names no task")
    if task[1] == "1" and "## Earlier attempts" not in prompt:
        sys.stdout.write("The fixture is right as it is; all checks pass.\n")
        return
    patch = EDITS / f"task_{task[1]}.patch"
    subprocess.run(["git", "apply", "--unidiff-zero", str(patch)], check=True)
    sys.stdout.write(f"I applied the edits of task {task[1]}.\n")


if __name__ == "__main__":
    main()
