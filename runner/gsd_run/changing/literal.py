"""`literal`: the steps that a task's own action spells out, when it does so for all of its files.

A block is taken only when it is certain which file it belongs to and that it is that whole file or
whole definitions of it. Everything else is a reason why the task is left to another executor.
"""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from gsd_run.changing import literal_words as words
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.literal_binding import (
    Chunk,
    Place,
    after,
    fits,
    mentioned,
    named_by_itself,
    places_of,
    titles_above,
)
from gsd_run.changing.literal_code import Doubt, doubts
from gsd_run.changing.literal_units import units_of
from gsd_run.changing.places import text_of
from gsd_run.changing.steps import plan_step
from gsd_run.domain.change import Facts
from gsd_run.domain.plan import Finding, Plan, Task
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project


class Literal(Struct, frozen=True, kw_only=True):
    """What a task spells out: steps for all of its files, or the reasons why they are none.

    A step's `line` is the line of the plan on which its code block begins. `passed_over` are the
    places of blocks that only show how to look at the result.
    """

    steps: tuple[Step, ...] = ()
    reasons: tuple[Finding, ...] = ()
    passed_over: tuple[Finding, ...] = ()


class Bound(Struct, frozen=True, kw_only=True):
    """A block and the file that it belongs to; `said` tells whether words beside it name that."""

    place: Place
    path: str
    said: bool


_SHELL = frozenset({"bash", "sh", "shell", "zsh", "console", "powershell", "terminal", "cmd"})
_SCRIPTS = (".sh", ".bash", ".ps1", ".zsh")
_NO_ONE_FILE = re.compile(r"[*?{}<>]|/$")
_LONGEST = 60  # characters of the plan's words in a reason


def literal_steps(task: Task, plan: Plan, project: Project) -> Literal:
    """Return the steps that the action spells out, seen with the project as it is on disk.

    Steps are given only when each file of the task gets at least one, and no block and no request
    of the action is left over; each holds as a step by itself on the project as it is.
    """
    if reasons := [*_obstacles(task, plan)]:
        return Literal(reasons=tuple(reasons))
    places = places_of(task)
    bound: list[Bound] = []
    passed_over: list[Finding] = []
    for index, place in enumerate(places):
        found = _bound(places, index, task)
        if isinstance(found, Bound):
            bound.append(found)
        elif _only_looks(place):
            passed_over.append(_finding(plan, place.block.line, "only looks at the result"))
        else:
            reasons.append(_finding(plan, place.block.line, found))
    steps: list[Step] = []
    for path, line in _declared(task):
        mine = [one for one in bound if one.path == path]
        if not mine:
            reasons.append(_finding(plan, line, f"{path}: no code block is certain to be of it"))
        made, against = _steps_of(mine, task, plan, project)
        steps += made
        reasons += against
    if not reasons:
        reasons += _left_over(places, bound, steps, task, plan)
    ordered = tuple(sorted(dict.fromkeys(reasons), key=lambda one: one.line))
    spelled = () if ordered else tuple(sorted(steps, key=lambda step: step.line))
    return Literal(steps=spelled, reasons=ordered, passed_over=tuple(passed_over))


def _finding(plan: Plan, line: int, message: str) -> Finding:
    return Finding(path=plan.path, line=line, message=message)


def _declared(task: Task) -> list[tuple[str, int]]:
    return [
        (path, task.lines.get(f"files.{number}", task.line))
        for number, path in enumerate(task.files, 1)
    ]


def _obstacles(task: Task, plan: Plan) -> Iterator[Finding]:
    """Yield why nothing at all can be taken from a task."""
    if task.checkpoint is not None:
        yield _finding(plan, task.line, "the task asks a person")
    if not task.files:
        yield _finding(plan, task.line, "the task names no files")
    if not task.blocks:
        yield _finding(plan, task.line, "the action holds no code block")
    for path, line in _declared(task):
        if _NO_ONE_FILE.search(path):
            yield _finding(plan, line, f"{path}: is no path of one file")


def _only_looks(place: Place) -> bool:
    return place.block.language in _SHELL and words.LOOKING.search(place.lead) is not None


def _bound(places: Sequence[Place], index: int, task: Task) -> Bound | str:
    """Return the block with its file, or why that is not certain."""
    place = places[index]
    if not place.closed:
        return "the fence of the block is not closed where it should be"
    if shown := words.ONLY_SHOWN.search(place.lead):
        return f"the words before the block only show it, perhaps (“{shown[0]}”)"
    names = _names(places, index, task)
    said = bool(names)
    if not names and len(task.files) == 1:
        names = task.files
    if place.block.language in _SHELL and not any(one.endswith(_SCRIPTS) for one in names):
        return "the block holds commands, which are not for literal to run"
    return _misfit(names, place, task) or Bound(place=place, path=names[0], said=said)


def _misfit(names: Sequence[str], place: Place, task: Task) -> str:
    """Say why the names around a block are not that of its file, "" if they are."""
    if len(names) != 1:
        said = f"the block may belong to {' or '.join(names)}"
        return said if names else "nothing says which file the block belongs to"
    if names[0] not in task.files:
        return f"the block belongs to {names[0]}, which is not one of the task's files"
    if not fits(place.block, names[0]):
        return f"a block of {place.block.language} can't be of {names[0]}"
    return ""


def _names(places: Sequence[Place], index: int, task: Task) -> tuple[str, ...]:
    """Return what names the file of a block: its own mark, the words before it, or a title.

    The first of them that names a file at all decides.
    """
    if own := named_by_itself(places[index], task.files):
        return (own,)
    if names := mentioned(places[index].lead, task.files):
        return names
    return titles_above(places, index, task.files)


def _steps_of(
    mine: Sequence[Bound], task: Task, plan: Plan, project: Project
) -> tuple[list[Step], list[Finding]]:
    """Return the steps for one file from its blocks, and the reasons against them."""
    steps: list[Step] = []
    reasons: list[Finding] = []
    known: set[str] = set()
    for one in mine:
        block = one.place.block
        try:
            text = text_of(project, one.path)
        except StepFailure as failure:
            reasons.append(_finding(plan, block.line, str(failure)))
            continue
        whole = _is_whole(one, mine, text)
        against = doubts(one.path, block.code)
        if isinstance(whole, str):
            against = [*against, Doubt(1, whole)]
        elif not against and not whole:
            against = _against_merging(one, text or "", known)
        step = _step(one, whole=whole is True)
        if not against and (failed := plan_step(step, task, project, Facts()).failure):
            against = [Doubt(1, failed)]
        about = f"block {one.place.number}, {one.path}"
        reasons += [
            _finding(plan, block.line + doubt.line - 1, f"{about}: {doubt.message}")
            for doubt in against
        ]
        steps.append(step)
    return steps, reasons


def _against_merging(one: Bound, text: str, known: set[str]) -> list[Doubt]:
    """Return why a block can't be merged into its file; `known` takes in what it defines."""
    units = units_of(one.path, one.place.block.code, text)
    against = list(units.doubts)
    against += [Doubt(1, f"{name} is given twice") for name in units.names if name in known]
    known |= set(units.names)
    if not one.said:
        against.append(Doubt(1, "no words beside the block say that it is for this file"))
    if part := words.PART.search(one.place.lead):
        against.append(Doubt(1, f"may be meant for a part of a definition (“{part[0]}”)"))
    return against


def _step(one: Bound, *, whole: bool) -> Step:
    number, line = one.place.number, one.place.block.line
    if whole:
        options = {"path": one.path, "block": number}
        return Step(kind="write", subject="", line=line, options=options)
    options = {"into": one.path, "block": number}
    return Step(kind="merge", subject="", line=line, options=options)


def _is_whole(one: Bound, mine: Sequence[Bound], text: str | None) -> bool | str:
    """Tell whether a block is its whole file; a text says why that can't be told."""
    lead = one.place.lead
    over = text is not None and words.OVER.search(lead) is not None
    if text == one.place.block.code:
        return True
    if len(mine) > 1 and (text is None or over):
        return f"it is one of {len(mine)} blocks for a file that is to be written whole"
    if text is None:
        said = " ".join(chunk.text for chunk in one.place.prose[-2:])
        unsaid = "the file is not there, and nothing says that the block is all of it"
        return True if words.WHOLE.search(said) else unsaid
    if not over and words.CREATE.search(lead) and mentioned(lead, (one.path,)) == (one.path,):
        return "the plan creates the file, but it is there already"
    return over


def _left_over(
    places: Sequence[Place], bound: Sequence[Bound], steps: Sequence[Step], task: Task, plan: Plan
) -> Iterator[Finding]:
    """Yield what the action asks for beside the blocks.

    What stands before the only block of a file that is written whole tells of that block.
    """
    merged = any(step.kind == "merge" for step in steps)
    leading = {chunk for one in bound for chunk in _leading(one)}
    leading |= {place.prose[-1] for place in places if place.prose and _only_looks(place)}
    behind = after(task)
    later = [chunk for place in places[1:] for chunk in place.prose]
    for chunk in (*places[0].prose, *later, *behind):
        if choice := words.CHOICE.search(chunk.text):
            yield _finding(plan, chunk.line, f"leaves a choice (“{choice[0]}”)")
    for chunk in (*(places[0].prose if merged else ()), *later, *behind):
        if chunk not in leading and words.REQUEST.match(chunk.text):
            yield _asked(plan, chunk)
    for chunk in (*later, *behind):
        heads = chunk.text.startswith(("#", "**")) and chunk.text.endswith((":", "**"))
        if heads and chunk not in leading and not words.REMARK.search(chunk.text):
            yield _asked(plan, chunk)


def _leading(one: Bound) -> Iterator[Chunk]:
    """Yield the prose that leads to a block: the words before it, and the titles of its file."""
    for chunk in one.place.prose:
        if chunk.is_title and mentioned(chunk.text, (one.path,)) == (one.path,):
            yield chunk
    yield from one.place.prose[-1:]
    yield from (chunk for chunk in one.place.prose[-2:-1] if chunk.text.startswith(("#", "**")))


def _asked(plan: Plan, chunk: Chunk) -> Finding:
    said = chunk.text if len(chunk.text) <= _LONGEST else f"{chunk.text[: _LONGEST - 1]}…"
    return _finding(plan, chunk.line, f"asks for what no block holds, perhaps: {said}")
