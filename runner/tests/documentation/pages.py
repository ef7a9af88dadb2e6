"""The pages of the documentation, and the commands that they show."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
# A fence with its language, and what stands in it; indented ones belong to list items.
_FENCE = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
_SHELL = {"", "console", "bash", "sh", "shell"}


@dataclass(frozen=True)
class Shown:
    """A command that a page shows, and the output it shows, if any, as lines with "…" in them."""

    page: str
    line: int
    command: str
    output: tuple[str, ...] = ()

    def is_in(self, printed: str) -> list[str]:
        """Return the shown lines whose parts between "…" are not in what was printed, in order."""
        missing, place = [], 0
        for line in self.output:
            for part in (one.strip() for one in line.split("…")):
                found = printed.find(part, place)
                if found < 0:
                    missing.append(line)
                    break
                place = found + len(part)
        return missing


def pages() -> list[Path]:
    """Return the README and all pages."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def shown(page: Path) -> list[Shown]:
    """Return the commands of a page's fences, in order."""
    text = page.read_text()
    found: list[Shown] = []
    for fence in _FENCE.finditer(text):
        language, lines = fence[2], fence[3].splitlines()
        first = text.count("\n", 0, fence.start(3)) + 1
        if language in _SHELL:
            prompted = any(line.strip().startswith("$ ") for line in lines)
            found += _commands(page, first, lines, prompted=prompted)
    return found


def _commands(page: Path, first: int, lines: list[str], *, prompted: bool) -> list[Shown]:
    name = page.relative_to(ROOT).as_posix()
    found: list[Shown] = []
    begun = ""  # the lines so far of a command that goes on in the next line
    for number, line in enumerate(lines, first):
        text = line.strip()
        if not begun and prompted and not text.startswith("$ "):
            last = found.pop()
            found.append(Shown(last.page, last.line, last.command, (*last.output, line)))
        elif begun or (text and not text.startswith("#")):
            begun = f"{begun}{text.removeprefix('$ ')}".removesuffix("\\")
            if not text.endswith("\\") and _is_whole(begun):
                found.append(Shown(name, number, _uncommented(begun)))
                begun = ""
    assert not begun, f"{name}:{first}: a command without an end: {begun}"
    return found


def _is_whole(command: str) -> bool:
    try:
        shlex.split(command, comments=True)
    except ValueError:
        return False
    return True


def _uncommented(command: str) -> str:
    return re.sub(r"\s+#\s.*$", "", command)


def words(command: str) -> list[str]:
    """Return the words of a command line, or none where it is no simple command."""
    try:
        return shlex.split(command)
    except ValueError:
        return []
