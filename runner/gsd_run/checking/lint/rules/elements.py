"""Rules about the elements of a plan: misspelt and empty ones, and types that GSD has not."""

from collections.abc import Iterator
from difflib import get_close_matches

from gsd_run.checking.lint.rules.plan_paths import line_of_key
from gsd_run.checking.lint.subject import LintRule, Subject
from gsd_run.domain import lazy
from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule

UNKNOWN_TASK_TYPE = Rule(
    code="T208",
    name="unknown-task-type",
    severity="warning",
    about="A task has a type that GSD does not know.",
    why="It is carried out like any other task, even where a checkpoint was meant.",
    mend='Use `type="auto"`, `type="tdd"` or `type="checkpoint:human-verify"`.',
)
UNKNOWN_PLAN_TYPE = Rule(
    code="T209",
    name="unknown-plan-type",
    severity="note",
    about="The frontmatter gives a type that GSD does not know.",
    why="Nothing reads it: the plan is carried out as `type: execute`.",
    mend="Write `type: execute` or `type: tdd`.",
)
MISSPELT_ELEMENT = Rule(
    code="T210",
    name="misspelt-element",
    severity="warning",
    about="An element has a name that is almost one of GSD's.",
    why="Its content is not read: a <verfy> checks nothing.",
    mend="Write the name that GSD has: `<verify>…</verify>`.",
)
EMPTY_ELEMENT = Rule(
    code="T211",
    name="empty-element",
    severity="warning",
    about="An element that should say something is empty.",
    why="It looks as if something were checked or asked for, and nothing is.",
    mend="Fill it in, or leave it out.",
)
_TASK_TYPES = ("auto", "tdd", "tracer", "manual", "execute", "code", "bare")
_CHECKPOINTS = ("checkpoint:human-verify", "checkpoint:decision", "checkpoint:human-action")
_PLAN_TYPES = ("execute", "tdd")
_ELEMENTS = (
    "name", "title", "files", "read_first", "precondition", "reversibility", "action", "behavior",
    "implementation", "instructions", "description", "verify", "automated", "fails_when",
    "human-check", "acceptance_criteria", "done", "what-built", "how-to-verify", "resume-signal",
    "decision", "options", "context", "verification", "objective", "execution_context",
    "interfaces", "threat_model", "success_criteria", "output", "user_setup", "must_haves",
)  # fmt: skip
_SHOULD_SAY = ("verify", "action", "done", "acceptance_criteria", "verification",
               "success_criteria", "objective")  # fmt: skip
_CLOSES = lazy.pattern(r"\s*</([a-z_]+)>")


def _task_types(subject: Subject) -> Iterator[Finding]:
    for task in subject.plan.tasks:
        kind = task.type.lower()
        if kind in _TASK_TYPES or kind in _CHECKPOINTS or kind == "checkpoint":
            continue
        told = f'type="{task.type}" is no type of GSD\'s{_meant(kind, _TASK_TYPES + _CHECKPOINTS)}'
        yield subject.found(UNKNOWN_TASK_TYPE, task.line, told, task.type)


def _plan_type(subject: Subject) -> Iterator[Finding]:
    kind = subject.plan.type.lower()
    if kind not in _PLAN_TYPES and subject.plan.frontmatter:
        line = line_of_key(subject, "type")
        told = f"type: {subject.plan.type} is no type of GSD's{_meant(kind, _PLAN_TYPES)}"
        yield subject.found(UNKNOWN_PLAN_TYPE, line, told + "; it is carried out as execute")


def _meant(name: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.75)
    return f"; did you mean {close[0]}?" if close else ""


def _misspelt(subject: Subject) -> Iterator[Finding]:
    plan = subject.plan
    given = [(name, part) for task in plan.tasks for name, part in task.parts.items()]
    for name, texts in (*given, *plan.sections.items()):
        plain = name.replace("-", "_")
        if plain in _PLAIN_ELEMENTS or not texts:
            continue
        close = get_close_matches(plain, _PLAIN_ELEMENTS, n=1, cutoff=0.8)
        if close and not plain.startswith(close[0] + "_"):
            line = _tag_above(subject, name, texts[0].line)
            told = f"<{name}> is no element of GSD's; did you mean <{_PLAIN_ELEMENTS[close[0]]}>?"
            yield subject.found(MISSPELT_ELEMENT, line, told, f"<{name}")


def _tag_above(subject: Subject, name: str, line: int) -> int:
    """Return the line of the tag whose content starts on `line`."""
    above = range(min(line, len(subject.lines)), 0, -1)
    return next((one for one in above if f"<{name}" in subject.lines[one - 1].lower()), line)


_PLAIN_ELEMENTS = {name.replace("-", "_"): name for name in _ELEMENTS}


def _empty(subject: Subject) -> Iterator[Finding]:
    text = "\n".join(subject.lines)
    for name in _SHOULD_SAY:
        opening = f"<{name}>"
        position = text.find(opening)
        while position >= 0:
            closes = _CLOSES.match(text, position + len(opening))
            if closes and closes[1] == name:
                line = text.count("\n", 0, position) + 1
                if _opens(subject, line, opening):
                    told = f"{opening} is empty; fill it in or leave it out"
                    yield subject.found(EMPTY_ELEMENT, line, told)
            position = text.find(opening, position + 1)


def _opens(subject: Subject, line: int, tag: str) -> bool:
    """Tell whether a tag opens a line of the plan that is not in a block of code."""
    blocks = (block for task in subject.plan.tasks for block in task.blocks)
    in_code = any(one.line <= line <= one.line + one.code.count("\n") for one in blocks)
    return not in_code and subject.lines[line - 1].lstrip().startswith(tag)


RULES: tuple[LintRule, ...] = (
    LintRule(rule=UNKNOWN_TASK_TYPE, find=_task_types),
    LintRule(rule=UNKNOWN_PLAN_TYPE, find=_plan_type),
    LintRule(rule=MISSPELT_ELEMENT, find=_misspelt),
    LintRule(rule=EMPTY_ELEMENT, find=_empty),
)
