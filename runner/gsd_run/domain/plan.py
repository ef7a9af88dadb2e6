"""A plan as it was written: every part with the line it stands on."""

import re
from typing import Any

from msgspec import Struct

from gsd_run.domain.rule import Severity

_PHASE_NUMBER = re.compile(r"(?:[A-Z][A-Z0-9_]*-)?(\d+[A-Z]?(?:\.\d+)*)")
_TASK_LABEL = re.compile(r"^Task\s+[\w.]+\s*[:.—-]\s*")


class Finding(Struct, frozen=True, kw_only=True):
    """Something worth telling about a file, and where: a warning, or one mistake of an error.

    `line` and `column` count from 1; `code` names the rule that gave the finding, if one did.
    `severity` is set where this finding weighs other than its rule says.
    """

    path: str
    line: int
    message: str
    column: int = 1
    code: str = ""
    severity: Severity | None = None

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
    """A must-have that should be true of the finished work.

    `verification` is what the plan says of how it is seen: explicit, backstop, or its own words.
    """

    statement: str
    line: int
    verification: str = ""
    unknown: dict[str, Any] = {}


class Artifact(Struct, frozen=True, kw_only=True):
    """A must-have file. `status` is what the plan says of it: fixed, updated, created, …

    `contains` are literals or regular expressions as the plan has them, all of which must occur;
    `lacks` are such that must not. `matches` are said to be regular expressions. With `absent`
    the file must not be there; with `ignore_case` the three are searched in any case.
    """

    path: str
    line: int
    provides: str = ""
    status: str = ""
    min_lines: int | None = None
    contains: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()
    unknown: dict[str, Any] = {}
    max_lines: int | None = None
    exact_lines: int | None = None
    min_tests: int | None = None
    lacks: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    absent: bool = False
    ignore_case: bool = False


class KeyLink(Struct, frozen=True, kw_only=True):
    """A must-have connection between two places. `pattern` is as the plan wrote it.

    With `absent` the two must not be connected; `lacks` are patterns that must not be found.
    """

    source: str
    target: str
    line: int
    via: str = ""
    pattern: str = ""
    unknown: dict[str, Any] = {}
    lacks: tuple[str, ...] = ()
    absent: bool = False
    ignore_case: bool = False


class Prohibition(Struct, frozen=True, kw_only=True):
    """Something that must not become true; `verification` is GSD's test or judgment."""

    statement: str
    line: int
    status: str = ""
    verification: str = ""
    check_target: str = ""
    unknown: dict[str, Any] = {}


class MustHaves(Struct, frozen=True, kw_only=True):
    """The must_haves of the frontmatter, in the plan's order.

    `unknown` holds what stands under other keys, as dict, list and str.
    """

    truths: tuple[Truth, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    key_links: tuple[KeyLink, ...] = ()
    prohibitions: tuple[Prohibition, ...] = ()
    unknown: dict[str, Any] = {}


class CodeBlock(Struct, frozen=True, kw_only=True):
    """A fenced code block of a task's action, dedented; counted from 1 within the task.

    `line` is the line of the plan on which the code's first line stands.
    """

    language: str
    code: str
    line: int


class Option(Struct, frozen=True, kw_only=True):
    """One way out of a decision; `text` is all that the plan says of it."""

    id: str
    line: int
    name: str = ""
    pros: str = ""
    cons: str = ""
    text: str = ""


class Checkpoint(Struct, frozen=True, kw_only=True):
    """What a task asks of a person.

    `kind` is human-verify, decision, human-action, or the plan's own word; `gate` is blocking,
    blocking-human, or empty. A checkpoint written like any other task has its action as
    `instructions` and its verify as `how_to_verify`.
    """

    kind: str
    gate: str = ""
    what_built: Text | None = None
    how_to_verify: Text | None = None
    resume_signal: Text | None = None
    decision: Text | None = None
    context: Text | None = None
    options: tuple[Option, ...] = ()
    instructions: Text | None = None


class HumanCheck(Struct, frozen=True, kw_only=True):
    """A part of a task's verify that only a person can see to."""

    text: str
    line: int
    test: str = ""
    expected: str = ""
    why_human: str = ""


class Task(Struct, frozen=True, kw_only=True):
    """One task; `number` counts from 1 in the plan's order, whatever its name says.

    `parts` holds the elements without a field of their own (behavior, read_first, how-to-verify,
    …) by GSD's name. `checkpoint` is None where no person is asked. `fails_when` and
    `human_checks` are taken from the verify texts, which hold them too. `rating` is how easily
    the task can be undone: reversible, costly, one-way. `lines` gives the line of every element
    (`verify`), of every attribute (`@type`) and of the files by their place (`files.2`).
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
    checkpoint: Checkpoint | None = None
    fails_when: tuple[Text, ...] = ()
    human_checks: tuple[HumanCheck, ...] = ()
    rating: str = ""
    lines: dict[str, int] = {}

    @property
    def title(self) -> str:
        """Return the name without the label ("Task 2: ") that many plans put before it.

        A checkpoint that has none, as most, goes by its kind.
        """
        if self.checkpoint is not None and self.name in {"", f"Task {self.number}"}:
            return self.checkpoint.kind
        return _TASK_LABEL.sub("", self.name)

    def decided(self, choice: str) -> str:
        """Say what was decided at this checkpoint: the question, the option and what it is."""
        asked = self.checkpoint
        option = next((one for one in asked.options if one.id == choice), None) if asked else None
        question = asked.decision.text if asked and asked.decision else self.title
        meant = option.name or option.text if option else ""
        return " ".join(f"{question} {choice}{f' ({meant})' if meant else ''}".split())


class Plan(Struct, frozen=True, kw_only=True):
    """A whole plan.

    `id` is the file's name without `-PLAN.md`; `path` is relative to the project root.
    `verification` and `criteria` hold one item each, list markers taken off; `summary_path`
    is the path that `<output>` asks for, or None. `sections` holds the text of every section
    outside of the tasks by GSD's name; of some the fields above hold the parts.
    `purpose` and `deliverable` are what the objective says after Purpose: and Output:.
    `context` and `execution_context` are the files that those sections refer to, `@` included.
    `allowances` are what comments of GSD's planner allow. `lines` gives the line of every key of
    the frontmatter and of every item, counted from 1: `wave`, `depends_on.2`,
    `must_haves.truths.1`; of a key given twice, that of the last.
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
    purpose: Text | None = None
    deliverable: Text | None = None
    execution_context: tuple[Text, ...] = ()
    requirements: tuple[str, ...] = ()
    files_deleted: tuple[str, ...] = ()
    gap_closure: bool = False
    status: str = ""
    allowances: tuple[Text, ...] = ()
    lines: dict[str, int] = {}

    @property
    def phase_number(self) -> str:
        """Return the phase's number without its name or project code: 12, 03A, 4.1."""
        found = _PHASE_NUMBER.match(self.phase)
        return found[1] if found else self.phase
