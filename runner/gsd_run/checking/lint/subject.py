"""What the rules of lint look at: one plan, its claims, and what is known of its project."""

import posixpath
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from gsd_run.checking.compiling.compile import Compiled
from gsd_run.domain.claim import Claim, Command
from gsd_run.domain.plan import Finding, Plan
from gsd_run.domain.rule import Rule
from gsd_run.domain.run_file import RunFile


class Surroundings(Struct, frozen=True, kw_only=True):
    """What is known of a plan's project without running anything.

    `files` are the project's files (POSIX, relative to the root), None for a plan outside of any
    project: then rules about files stay silent. At `root` lie those that git ignores as well.
    `program` gives the path that a program's name has in the environment of the project's
    commands, None where it is not installed; `own_tools` is the folder of gsd-run's own
    environment, whose programs are not the project's. `read` gives the text of one of the files,
    None where it is none. `others` are the other plans of the phase and those that the plan
    depends on.
    """

    files: frozenset[str] | None = None
    root: Path | None = None
    program: Callable[[str], str | None] | None = None
    own_tools: str = ""
    others: tuple[Plan, ...] = ()
    read: Callable[[str], str | None] | None = None

    def exists(self, path: str) -> bool:
        """Tell whether a file, or a folder with files, of this name is in the project."""
        if self.files is None:
            return False
        clean = posixpath.normpath(path)
        if clean in self.files or clean in folders_of(self.files):
            return True
        return self.root is not None and _on_disk(self.root, clean)


@lru_cache(maxsize=8)
def folders_of(files: frozenset[str]) -> frozenset[str]:
    """Return the folders that files lie in, "." included."""
    found = {"."}
    for file in files:
        folder = posixpath.dirname(file)
        while folder and folder not in found:
            found.add(folder)
            folder = posixpath.dirname(folder)
    return frozenset(found)


def _on_disk(root: Path, path: str) -> bool:
    try:
        return (root / path).exists()
    except (OSError, ValueError):  # a name that no file can have
        return False


class Subject(Struct, frozen=True, kw_only=True):
    """One plan as lint looks at it.

    `lines` are the plan's lines (`lines[0]` is line 1). `compiled` is what the plan's own text
    compiles to; `run_file` and `amended` are None where there is no run file beside it. `told` is
    what others than its reader and the rules have found in it: the graph of its phase.
    """

    plan: Plan
    lines: tuple[str, ...]
    compiled: Compiled
    around: Surroundings = Surroundings()
    run_file: RunFile | None = None
    amended: Compiled | None = None
    told: tuple[Finding, ...] = ()

    def commands(self) -> Iterable[tuple[Claim, Command]]:
        """Return every command of every claim, in the plan's order."""
        for claim in self.compiled.claims:
            for command in claim.commands:
                yield claim, command

    def found(self, rule: Rule, line: int, message: str, needle: str = "") -> Finding:
        """Return a finding at a line, at the column where `needle` stands in it."""
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        column = text.find(needle) + 1 if needle else len(text) - len(text.lstrip()) + 1
        return Finding(
            path=self.plan.path, line=line, column=max(column, 1), message=message, code=rule.code
        )


class LintRule(Struct, frozen=True, kw_only=True):
    """A rule and the function that finds where a plan breaks it."""

    rule: Rule
    find: Callable[[Subject], Iterable[Finding]]
