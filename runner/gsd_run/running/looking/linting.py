"""Plans linted by their files, by several processes where they are many."""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.checking.lint.linting import in_order, lint
from gsd_run.checking.lint.rules import RULES as LINT_RULES
from gsd_run.checking.lint.suppressing import UNCLEAR, UNUSED
from gsd_run.domain.errors import PlanError
from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule
from gsd_run.reading.graph_rules import RULES as GRAPH_RULES
from gsd_run.reading.rules import RULES as READING_RULES
from gsd_run.running.looking.opening import forget, open_plan, root_of

UNFIT_RUN_FILE = Rule(
    code="L203",
    name="run-file-mistake",
    severity="error",
    about="The run file can't be understood, or does not fit the plan.",
    why="A run does not begin; without the run file the plan is linted as its own text stands.",
    mend="Mend the run file at the line; `gsd-run schema run-file` prints what may stand in it.",
)
UNREADABLE = Rule(
    code="L204",
    name="unreadable-plan",
    severity="error",
    about="The file can't be read as a plan.",
    why="A run does not begin, and nothing else can be said of the plan.",
    mend="Mend what the message names; a plan is frontmatter and `<task>` elements in UTF-8.",
)
RULES: tuple[Rule, ...] = tuple(
    dict.fromkeys(
        (
            *READING_RULES,
            *GRAPH_RULES,
            *(one.rule for one in LINT_RULES),
            UNUSED,
            UNCLEAR,
            UNFIT_RUN_FILE,
            UNREADABLE,
        )
    )
)
"""Every rule of lint, whoever goes by it."""

_FEW = 40  # files; below, starting processes costs more than they save
_SHARE = 12  # files that a process takes at a time, or those of one folder


class Linted(Struct, frozen=True, kw_only=True):
    """What was found in one plan and its run file; not `readable` when one is beyond reading.

    The paths of the findings are relative to `root`.
    """

    root: Path
    findings: tuple[Finding, ...]
    readable: bool = True


def lint_files(paths: Sequence[Path]) -> tuple[Linted, ...]:
    """Lint plans by their files; the results are in their order.

    Raises:
        UsageError: the settings of a project can't be understood.
    """
    forget()
    shares = _shares(paths)
    processes = min(_processors(), len(shares))
    if len(paths) < _FEW or processes == 1:
        return tuple(map(lint_file, paths))
    with ProcessPoolExecutor(processes) as pool:
        return tuple(one for share in pool.map(_lint_share, shares) for one in share)


def lint_file(path: Path) -> Linted:
    """Lint one plan; what can't be read of it is a finding, too.

    Raises:
        UsageError: the settings of its project can't be understood.
    """
    root = root_of(path)
    try:
        opened = open_plan(path)
    except PlanError as error:
        found = in_order(_coded(error.findings, UNREADABLE))
        return Linted(root=root, findings=found, readable=False)
    found = (*lint(opened.subject), *in_order(_coded(opened.mistakes, UNFIT_RUN_FILE)))
    return Linted(root=root, findings=found, readable=not opened.mistakes)


def _shares(paths: Sequence[Path]) -> list[list[Path]]:
    """Cut a list into shares; plans of one folder that follow each other look at each other."""
    shares: list[list[Path]] = []
    for path in paths:
        if shares and (len(shares[-1]) < _SHARE or shares[-1][-1].parent == path.parent):
            shares[-1].append(path)
        else:
            shares.append([path])
    return shares


def _lint_share(paths: Sequence[Path]) -> list[Linted]:
    return [lint_file(path) for path in paths]


def _processors() -> int:
    affinity: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _coded(findings: Iterable[Finding], rule: Rule) -> tuple[Finding, ...]:
    """Give findings without a code that of a rule."""
    return tuple(one if one.code else replace(one, code=rule.code) for one in findings)
