"""`literal`: the steps that a task's own action spells out, when it does so for all of its files.

A block is taken only when it is certain which file it belongs to and that it is that whole file or
whole definitions of it. Everything else is a reason why the task is left to another executor.
"""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

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
from gsd_run.changing.literal_code import doubts
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
    """A block and the file that it belongs to."""

    place: Place
    path: str


_SHELL = frozenset({"bash", "sh", "shell", "zsh", "console", "powershell", "terminal", "cmd"})
_LOOKING = re.compile(r"\b(?:verif\w+|confirm\w*|check\w*|test\w*|validat\w+|lint\w*)\b", re.I)
# Words before a block that tells of code instead of giving it.
_ONLY_SHOWN = re.compile(
    r"\b(?:before|current(?:ly)?|instead of|rather than|wrong|bad|do not|don['’]t|avoid|anti-?pattern"
    r"|for example|for instance|examples?|e\.g\.|similar|patterns?|reference|sketch|skeleton|outline"
    r"|pseudo-?code|structure|roughly|something like|approximate\w*|along the lines|from research"
    r"|signatures?|shape|output|looks? like this today|was|old|original|previous(?:ly)?|snippet"
    r"|looks? like|in the style|inspired|interfaces? (?:block|section)|adapt\w*|adjust\w*|key parts?"
    r"|expected|relevant|optional(?:ly)?|if needed|as needed|alternativ\w*|either|core logic)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"\b(?:creat(?:e|es|ing)|writ(?:e|ing) (?:the |a |new |exactly )*`?[\w./-]+\.\w+|new file)\b"
    r"|\b(?:full|complete|entire|whole|exact|following|this|file)"
    r" (?:updated |new )?(?:contents?|file|implementation)\b",
    re.IGNORECASE,
)
# Headings behind a block that tell of it; any other may tell of another part of the file.
_REMARK = re.compile(
    r"\b(?:notes?|key|decisions?|important|constraints?|critical|why|rationale|per|features?|details"
    r"|explan\w*|behaviou?rs?|requirements?|invariants?|warnings?|caveats?|verif\w*|checks?|security"
    r"|design|reasons?|do not|never|remarks?|see|considerations|this)\b",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"\b(?:(?:replace|rewrite|overwrite) (?:the )?(?:entire|whole|complete|full|all)\b"
    r"|(?:replace|rewrite|overwrite) (?:the )?(?:file|contents?|placeholder|stub|`?[\w./-]+\.\w+`?)\b"
    r"|(?:full|complete|entire|whole) (?:new )?(?:file|contents?))",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:inside|within|fields?|attributes?|members?|bod(?:y|ies)|lines?|remove|delete|rename|move"
    r"|after line|before line|variants?|cases?|arms?|propert(?:y|ies)|hooks?)\b"
    r"|\b(?:in|to|into|of) (?:the |each |this )?(?:existing )?`?[\w.]+(?:\(\))?`? (?:class|function|method"
    r"|constructor|component|hook|impl|struct|interface|type|enum|module|block|section|describe"
    r"|object|trait)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^(?:[-*+•]\s+|\d{1,3}[.)]\s+|[a-z][.)]\s+|\*\*|\[[ x]\]\s+|`|step \d+\s*[:.—-]?\s*)*"
    r"(?:(?:then|also|next|finally|additionally|and|now|please)[,:]?\s+)*(?:also\s+)?"
    r"(?:add|append|remove|delete|rename|replace|change|modify|update|extend|wire|register|insert"
    r"|import|install|create|implement|write|define|convert|refactor|edit|configure|set|move|extract"
    r"|introduce|include|export|re-export|adjust|adapt|fix|mark|copy|generate|run|execute|apply)\b",
    re.IGNORECASE,
)


def literal_steps(task: Task, plan: Plan, project: Project) -> Literal:
    """Return the steps that the action spells out, seen with the project as it is on disk.

    Steps are given only when each file of the task gets at least one, and no block and no request
    of the action is left over; each holds as a step by itself on the project as it is.
    """
    reasons = list(_obstacles(task, plan))
    if reasons:
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
        steps += _steps_of(mine, task, plan, project, reasons)
    steps.sort(key=lambda step: step.line)
    if not reasons:
        reasons += _left_over(places, bound, steps, task, plan)
    if reasons:
        ordered = sorted(dict.fromkeys(reasons), key=lambda one: one.line)
        return Literal(reasons=tuple(ordered), passed_over=tuple(passed_over))
    return Literal(steps=tuple(steps), passed_over=tuple(passed_over))


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
        if path.endswith("/") or re.search(r"[*?{}<>]", path):
            yield _finding(plan, line, f"{path}: is no path of one file")


def _only_looks(place: Place) -> bool:
    return place.block.language in _SHELL and _LOOKING.search(place.lead) is not None


def _bound(places: Sequence[Place], index: int, task: Task) -> Bound | str:
    """Return the block with its file, or why it is not certain."""
    place = places[index]
    if not place.closed:
        return "the fence of the block is not closed where it should be"
    own = named_by_itself(place, task.files)
    if place.block.language in _SHELL and not (own or "").endswith((".sh", ".bash")):
        if not any(one.endswith((".sh", ".bash")) for one in mentioned(place.lead, task.files)):
            return "the block holds commands, which are not for literal to run"
    if shown := _ONLY_SHOWN.search(place.lead):
        return f"the words before the block only show it, perhaps (“{shown[0]}”)"
    names: tuple[str, ...] = (own,) if own else mentioned(place.lead, task.files)
    if not names:
        names = titles_above(places, index, task.files)
    if not names and len(task.files) == 1:
        names = task.files
    if not names:
        return "nothing says which file the block belongs to"
    if len(names) > 1:
        return f"the block may belong to {' or '.join(names)}"
    if names[0] not in task.files:
        return f"the block belongs to {names[0]}, which is not one of the task's files"
    if not fits(place.block, names[0]):
        return f"a block of {place.block.language} can't be of {names[0]}"
    return Bound(place=place, path=names[0])


def _steps_of(
    mine: Sequence[Bound], task: Task, plan: Plan, project: Project, reasons: list[Finding]
) -> list[Step]:
    """Return the steps for one file from its blocks, and add the reasons against them."""
    steps: list[Step] = []
    known: set[str] = set()
    for one in mine:
        block = one.place.block
        try:
            text = text_of(project, one.path)
        except StepFailure as failure:
            reasons.append(_finding(plan, block.line, str(failure)))
            continue
        against = [(doubt.line, doubt.message) for doubt in doubts(one.path, block.code)]
        whole = _is_whole(one, mine, text)
        if not against and isinstance(whole, str):
            against.append((1, whole))
        elif not against and not whole:
            units = units_of(one.path, block.code, text or "")
            against += [(doubt.line, doubt.message) for doubt in units.doubts]
            against += [(1, f"{name} is given twice") for name in units.names if name in known]
            if part := _PART.search(one.place.lead):
                against.append((1, f"may be meant for a part of a definition (“{part[0]}”)"))
            known |= set(units.names)
        step = _step(one, whole=whole is True)
        if not against and (failure := plan_step(step, task, project, Facts()).failure):
            against.append((1, failure))
        reasons += [
            _finding(plan, block.line + line - 1, f"block {one.place.number}, {one.path}: {said}")
            for line, said in against
        ]
        steps.append(step)
    return steps


def _step(one: Bound, *, whole: bool) -> Step:
    number, line = one.place.number, one.place.block.line
    if whole:
        return Step(
            kind="write", subject="", line=line, options={"path": one.path, "block": number}
        )
    return Step(kind="merge", subject="", line=line, options={"into": one.path, "block": number})


def _is_whole(one: Bound, mine: Sequence[Bound], text: str | None) -> bool | str:
    """Tell whether a block is its whole file; a text says why that can't be told."""
    words = " ".join(chunk.text for chunk in one.place.prose[-2:])
    if text is None:
        if len(mine) > 1:
            return f"the file is not there, and {len(mine)} blocks are for it"
        if not _WHOLE.search(words):
            return "the file is not there, and nothing says that the block is all of it"
        return True
    if text == one.place.block.code:
        return True
    if _OVER.search(one.place.lead):
        return True if len(mine) == 1 else f"{len(mine)} blocks are for the file"
    if re.search(r"\bcreate\b", one.place.lead, re.I) and one.path in mentioned(
        one.place.lead, (one.path,)
    ):
        return "the plan creates the file, but it is there already"
    return False


def _left_over(
    places: Sequence[Place], bound: Sequence[Bound], steps: Sequence[Step], task: Task, plan: Plan
) -> Iterator[Finding]:
    """Yield what the action asks for beside the blocks."""
    merged = any(step.kind == "merge" for step in steps)
    leading = {id(chunk) for one in bound for chunk in _leading(one)}
    leading |= {id(place.prose[-1]) for place in places if place.prose and _only_looks(place)}
    for index, place in enumerate(places):
        for chunk in place.prose:
            if id(chunk) not in leading and (merged or index > 0) and _asks(chunk):
                yield _asked(plan, chunk)
    behind = after(task)
    for chunk in (*(one for place in places[1:] for one in place.prose), *behind):
        heads = chunk.text.startswith(("#", "**")) and chunk.text.endswith((":", "**"))
        if heads and id(chunk) not in leading and not _REMARK.search(chunk.text):
            yield _asked(plan, chunk)
    for chunk in behind:
        if _asks(chunk):
            yield _asked(plan, chunk)


def _leading(one: Bound) -> Iterator[Chunk]:
    """Yield the prose that leads to a block: the words before it, and the titles of its file."""
    for chunk in one.place.prose:
        if chunk.is_title and mentioned(chunk.text, (one.path,)) == (one.path,):
            yield chunk
    yield from one.place.prose[-1:]
    if len(one.place.prose) > 1 and one.place.prose[-2].is_title:
        yield one.place.prose[-2]


def _asks(chunk: Chunk) -> bool:
    return _ASKS.match(chunk.text) is not None


def _asked(plan: Plan, chunk: Chunk) -> Finding:
    said = chunk.text if len(chunk.text) <= 60 else f"{chunk.text[:57]}…"  # noqa: PLR2004
    return _finding(plan, chunk.line, f"asks for what no block holds, perhaps: {said}")
