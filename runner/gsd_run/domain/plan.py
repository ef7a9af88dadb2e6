"""A plan as it was written: every part with the line it stands on."""

import re
from typing import Any

from msgspec import Struct

_PHASE_NUMBER = re.compile(r"(?:[A-Z][A-Z0-9_]*-)?(\d+[A-Z]?(?:\.\d+)*)")
_TASK_LABEL = re.compile(r"^Task\s+[\w.]+\s*[:.—-]\s*")


class Finding(Struct, frozen=True, kw_only=True):
    """Something worth telling about a file, and where: a warning, or one mistake of an error.

    `line` and `column` count from 1; `code` names the rule that gave the finding, if one did.
    """

    path: str
    line: int
    message: str
    column: int = 1
    code: str = ""

    def __str__(self) -> str:
        """Return the finding as `file:line: message`, which editors can jump to."""
        return f"{self.path}:{self.line}: {self.message}"


class Text(Struct, frozen=True):
    """A piece of a plan's text and the 1-based line of the plan on which it starts.

    The text is the plan's own, with LF line ends; nothing is dedented or unescaped.
    """

    text: str
    line: int


class Truth(Struct, frozen=True, kw_only=True):
    """A must-have that should be true of the finished work."""

    statement: str
    line: int


class Artifact(Struct, frozen=True, kw_only=True):
    """A must-have file. `status` is what the plan says of it: fixed, updated, created, …"""

    path: str
    line: int
    provides: str = ""
    status: str = ""
    min_lines: int | None = None
    contains: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()
    unknown: dict[str, Any] = {}


class KeyLink(Struct, frozen=True, kw_only=True):
    """A must-have connection between two places. `pattern` is as the plan wrote it."""

    source: str
    target: str
    line: int
    via: str = ""
    pattern: str = ""
    unknown: dict[str, Any] = {}


class MustHaves(Struct, frozen=True, kw_only=True):
    """The must_haves of the frontmatter, in the plan's order."""

    truths: tuple[Truth, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    key_links: tuple[KeyLink, ...] = ()


class CodeBlock(Struct, frozen=True, kw_only=True):
    """A fenced code block of a task's action, dedented; counted from 1 within the task.

    `line` is the line of the plan on which the code's first line stands.
    """

    language: str
    code: str
    line: int


class Task(Struct, frozen=True, kw_only=True):
    """One task; `number` counts from 1 in the plan's order, whatever its name says.

    `parts` holds the elements without a field of their own (behavior, read_first, how-to-verify,
    …) by GSD's name.
    """

    number: int
    name: str
    line: int
    type: str = "auto"
    files: tuple[str, ...] = ()
    action: Text | None = None
    blocks: tuple[CodeBlock, ...] = ()
    verify: tuple[Text, ...] = ()
    acceptance: tuple[Text, ...] = ()
    done: tuple[Text, ...] = ()
    attributes: dict[str, str] = {}
    parts: dict[str, tuple[Text, ...]] = {}

    @property
    def title(self) -> str:
        """Return the name without the label ("Task 2: ") that many plans put before it."""
        return _TASK_LABEL.sub("", self.name)


class Plan(Struct, frozen=True, kw_only=True):
    """A whole plan.

    `id` is the file's name without `-PLAN.md`; `path` is relative to the project root.
    `verification` and `criteria` hold one item each, list markers taken off; `summary_path`
    is the path that `<output>` asks for, or None. `sections` holds the text of every section
    outside of the tasks by GSD's name; of some the fields above hold the parts.
    """

    id: str
    path: str
    sha256: str
    phase: str
    number: str
    type: str = "execute"
    wave: int | None = None
    depends_on: tuple[str, ...] = ()
    files_modified: tuple[str, ...] = ()
    autonomous: bool = True
    must_haves: MustHaves = MustHaves()
    frontmatter: dict[str, Any] = {}
    objective: Text | None = None
    context: tuple[Text, ...] = ()
    tasks: tuple[Task, ...] = ()
    verification: tuple[Text, ...] = ()
    criteria: tuple[Text, ...] = ()
    output: Text | None = None
    summary_path: str | None = None
    sections: dict[str, tuple[Text, ...]] = {}
    warnings: tuple[Finding, ...] = ()

    @property
    def phase_number(self) -> str:
        """Return the phase's number without its name or project code: 12, 03A, 4.1."""
        found = _PHASE_NUMBER.match(self.phase)
        return found[1] if found else self.phase
