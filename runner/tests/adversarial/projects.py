"""Small projects as data: what was there, what a cheat makes of it, and what honest work does.

A project is one text file. Its first lines say what it is about; then come files, each after a
line `-- WHERE/PATH --`:

- `base/…` is committed before the work;
- `after/…` is what the work leaves, done by whomever;
- `true/…` is that of honest work alone, `lie/…` that of a cheat; `lie NAME/…` belongs to one of
  several cheats, each on its own;
- `…/plan.md` is the plan, and `…/cases` lists `CLAIM: what it is about`, one a line. Both may
  stand without WHERE, and then hold for all.

A file that ends up as `(gone)` is deleted, `-> TARGET` makes a link, and one that begins with
`#!` can be run.
"""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox import Sandbox

HERE = Path(__file__).parent
PLAN = ".planning/phases/01-work/01-01-PLAN.md"
_FILE = re.compile(r"^-- (?P<where>base|after|true|lie(?: [^/\n]+)?|any)/(?P<path>\S+) --$")
_ALONE = re.compile(r"^-- (?P<path>plan\.md|cases) --$")
# What a language's projects need before their commands can be run.
_TOOLS = {"javascript": "node", "go": "go"}


@dataclass(frozen=True)
class Side:
    """One way in which a project was worked on: by honest work, or by one cheat."""

    project: str
    name: str  # "true", "lie" or "lie NAME"
    base: Mapping[str, str]
    after: Mapping[str, str]
    plan: str
    cases: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.project}: {self.name}"

    @property
    def language(self) -> str:
        return self.project.partition("/")[0]

    @property
    def missing_tool(self) -> str:
        """Return the tool that the project's commands need and that is not installed, or ""."""
        tool = _TOOLS.get(self.language, "")
        return "" if not tool or shutil.which(tool) else tool


def sides() -> Iterator[Side]:
    """Return all sides of all projects, the honest one of each first."""
    for file in sorted(HERE.glob("*/*.txt")):
        yield from read(file)


def lies() -> list[Side]:
    return [side for side in sides() if side.name != "true"]


def truths() -> list[Side]:
    return [side for side in sides() if side.name == "true"]


def read(file: Path) -> list[Side]:
    """Return the sides of one project."""
    parts = _parts(file.read_text())
    names = ["true", *sorted(name for name in parts if name.startswith("lie "))]
    names += ["lie"] if len(names) == 1 else []
    found = []
    for name in names:
        own = {**parts["any"], **parts.get("after", {})}
        own |= parts.get("lie", {}) if name.startswith("lie") else {}
        own |= parts.get(name, {})
        plan, cases = own.pop("plan.md"), own.pop("cases")
        found.append(
            Side(
                project=f"{file.parent.name}/{file.stem}",
                name=name,
                base=parts.get("base", {}),
                after=own,
                plan=plan,
                cases=dict(line.split(": ", 1) for line in cases.splitlines() if line),
            )
        )
    return found


def _parts(text: str) -> dict[str, dict[str, str]]:
    parts: dict[str, dict[str, str]] = {"any": {}}
    lines: list[str] = []
    for line in text.splitlines(keepends=True):
        if found := _FILE.match(line.rstrip("\n")) or _ALONE.match(line.rstrip("\n")):
            named = found.groupdict()
            lines = []
            parts.setdefault(named.get("where") or "any", {})[named["path"]] = ""
            place = (named.get("where") or "any", named["path"])
        elif lines or parts != {"any": {}}:
            lines.append(line)
            parts[place[0]][place[1]] = "".join(lines)
    return parts


def verdicts(side: Side, folder: Path) -> dict[str, dict[str, str]]:
    """Lay a project out in a repository, do the work, and return what `gsd-run check` says."""
    root = folder / "project"
    root.mkdir()
    made = Sandbox(root)
    made.git("init", "-q", "-b", "main")
    made.git("config", "user.name", "Pat Tester")
    made.git("config", "user.email", "pat@example.org")
    _lay_out(root, {**side.base, PLAN: side.plan})
    made.commit("start")
    _lay_out(root, side.after)
    checked = made.gsd_run("check", PLAN, "--base", "HEAD", "--format", "json")
    assert checked.status in {0, 1}, checked.text
    claims = json.loads(checked.stdout)["plans"][0]["claims"]
    return {claim["id"]: claim for claim in claims}


def wrong(side: Side, verdict: Mapping[str, str]) -> bool:
    """Tell whether a verdict is not what it should be on a side.

    What holds at the base already is no lie, if it is marked as saying nothing of the work.
    """
    proven = verdict["state"] == "PROVEN"
    if side.name == "true":
        return not proven
    return proven and not (side.project.endswith("/vacuous") and verdict["note"] == "vacuous")


def _lay_out(root: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        place = root / path
        if text == "(gone)\n":
            place.unlink()
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if text.startswith("-> "):
            place.unlink(missing_ok=True)
            place.symlink_to(text[3:].strip())
            continue
        place.write_text(text)
        if text.startswith("#!"):
            place.chmod(0o755)
