"""Which plan of the project is meant by the text that another program hands over."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from gsd_run.domain import lazy
from gsd_run.domain.errors import PlanError, UsageError
from gsd_run.domain.plan import Plan, Task, Text
from gsd_run.reading.locating import (
    LONGEST_NAME,
    all_plans,
    is_archived,
    is_complete,
    locate,
    relative_to_root,
)
from gsd_run.reading.plan import MOST_BYTES, read_plan

_TASKS = (
    lazy.pattern(r"<tasks\b.*</tasks>", re.DOTALL | re.IGNORECASE),
    lazy.pattern(r"<task\b.*</task>", re.DOTALL | re.IGNORECASE),
)
_PLAN_FILE = lazy.pattern(r"[^\s`\"'()<>\[\]@,;]*PLAN[^\s`\"'()<>\[\]@,;/]*\.md\b", re.IGNORECASE)
_LINE_BREAK = lazy.pattern(r"\\[abefnrtv]")  # as some shells' echo takes them


class _Candidate(Struct, frozen=True):
    """A plan of the project and its tasks as they can be compared."""

    path: Path
    plan: Plan
    tasks: tuple[dict[str, str], ...]


def plan_meant(text: str, root: Path, cwd: Path) -> Path:
    """Return the plan file whose tasks a text holds, or which it names.

    A text of one line is a plan's name. One with tasks means the plan that has just these: their
    wording decides, not line ends, indentation or entities. One without any means the only
    `*-PLAN.md` that it names.

    Raises:
        UsageError: it means no plan, or several, or one that reads otherwise on disk.

    """
    wording = text.strip()
    if not wording:
        raise UsageError(
            "nothing came on standard input; `-` reads there what plan to carry out: its tasks as "
            "GSD's cross-AI execution hands them over, the plan's text, its path or its id"
        )
    if "\n" not in wording and len(wording) <= LONGEST_NAME and "<" not in wording:
        return locate(wording, root, cwd)
    if len(wording.encode(errors="replace")) > MOST_BYTES:
        raise UsageError(f"more than {MOST_BYTES} bytes came on standard input; no plan is so long")
    said = _tasks_in(wording)
    named = _named(wording, root, cwd)
    if not said:
        return _only(named, wording, root)
    candidates = _candidates(root)
    same = [one for one in candidates if _same(one.tasks, said)]
    for narrower in (
        [one for one in same if one.path in named],
        [one for one in same if not is_complete(one.path)],
        same,
    ):
        if len(narrower) == 1:
            return narrower[0].path
    if same:
        listed = "\n".join(f"  {relative_to_root(one.path, root)}" for one in same)
        raise UsageError(
            f"{len(same)} plans have the tasks that came on standard input; name one:\n{listed}"
        )
    raise _differs(candidates, said, named, root)


def _tasks_in(wording: str) -> tuple[dict[str, str], ...]:
    """Return the tasks of a text, each as its elements."""
    found = next((match for one in _TASKS if (match := one.search(wording))), None)
    part = found[0] if found else wording
    if found and not part.lower().startswith("<tasks"):
        part = f"<tasks>\n{part}\n</tasks>"
    try:
        return _elements(read_plan(part, "standard input"))
    except PlanError:
        return ()


def _candidates(root: Path) -> list[_Candidate]:
    """Return the plans that can be read: those in work, or else all."""
    plans = all_plans(root)
    found = []
    for path in [one for one in plans if not is_archived(one, root)] or plans:
        try:
            plan = read_plan(path.read_bytes(), relative_to_root(path, root))
        except (PlanError, OSError):
            continue  # what can't be read can't be what was handed over
        found.append(_Candidate(path, plan, _elements(plan)))
    return found


def _elements(plan: Plan) -> tuple[dict[str, str], ...]:
    return tuple(dict(_elements_of(task)) for task in plan.tasks)


def _elements_of(task: Task) -> Iterator[tuple[str, str]]:
    texts: dict[str, tuple[Text, ...]] = {
        "action": (task.action,) if task.action else (),
        "verify": task.verify,
        "acceptance_criteria": task.acceptance,
        "done": task.done,
        **task.parts,
    }
    yield "name", task.name
    yield "type", task.type
    yield "files", "\n".join(task.files)
    for name, pieces in texts.items():
        yield name, "\n".join(piece.text for piece in pieces)


def _same(plan: tuple[dict[str, str], ...], said: tuple[dict[str, str], ...]) -> bool:
    return len(plan) == len(said) and not any(
        _other(*pair) for pair in zip(plan, said, strict=True)
    )


def _other(task: dict[str, str], said: dict[str, str]) -> tuple[str, ...]:
    """Return the elements in which two tasks differ."""
    return tuple(
        name
        for name in dict.fromkeys((*task, *said))
        if not _reads_alike(task.get(name, ""), said.get(name, ""))
    )


def _reads_alike(text: str, said: str) -> bool:
    """Tell whether two texts are the same but for space and entities.

    The text went through a shell's `echo`, and those of zsh and dash take backslashes for their
    own: it may have come as that leaves it.
    """
    words = _words(said)
    return words == _words(text) or words == _words(
        _LINE_BREAK.sub(" ", text).replace("\\\\", "\\")
    )


def _words(text: str) -> list[str]:
    return html.unescape(html.unescape(text)).split()


def _named(wording: str, root: Path, cwd: Path) -> list[Path]:
    """Return the plans whose files a text names."""
    found: dict[Path, None] = {}
    for match in _PLAN_FILE.finditer(wording):
        try:
            found[locate(match[0], root, cwd)] = None
        except UsageError:
            continue  # an example, or a plan of elsewhere
    return list(found)


def _only(named: list[Path], wording: str, root: Path) -> Path:
    if len(named) == 1:
        return named[0]
    if named:
        listed = "\n".join(f"  {relative_to_root(one, root)}" for one in named)
        raise UsageError(
            f"what came on standard input holds no tasks and names {len(named)} plans; name one:\n"
            f"{listed}"
        )
    first = " ".join(wording.splitlines()[0].split())[:60]
    raise UsageError(
        f"what came on standard input ({first!r} …) holds no tasks of a plan and names no "
        "*-PLAN.md of this project; give the plan's <tasks>, its path or its id"
    )


def _differs(
    candidates: list[_Candidate], said: tuple[dict[str, str], ...], named: list[Path], root: Path
) -> UsageError:
    """Say which plan comes closest to the tasks, and where the two part."""
    near = [one for one in candidates if one.path in named] or candidates
    best = max(near, key=lambda one: _likeness(one.tasks, said), default=None)
    if best is None or (best.path not in named and not _likeness(best.tasks, said)):
        return UsageError(
            f"no plan of {root} has the tasks that came on standard input; write them into a "
            "*-PLAN.md first: gsd-run carries out what is on disk, and nothing else"
        )
    way_on = "hand over what is on disk, or `gsd-run run` the plan by its id"
    for number, pair in enumerate(zip(best.tasks, said, strict=False), 1):
        other = _other(*pair)
        if other:
            line = best.plan.tasks[number - 1].lines.get(other[0], best.plan.tasks[number - 1].line)
            where = f"{best.plan.path}:{line}"
            listed = ", ".join(f"<{name}>" for name in other)
            return UsageError(
                f"{where}: {listed} of task {number} reads otherwise than what came on standard "
                f"input; {way_on}"
            )
    return UsageError(
        f"{best.plan.path}: has {len(best.tasks)} tasks, and {len(said)} came on standard input; "
        f"{way_on}"
    )


def _likeness(tasks: tuple[dict[str, str], ...], said: tuple[dict[str, str], ...]) -> int:
    """Return how many tasks are the same, or go by the same name."""
    pairs = list(zip(tasks, said, strict=False))
    names = sum(_reads_alike(task["name"], other["name"]) for task, other in pairs)
    return names + sum(not _other(*pair) for pair in pairs)
