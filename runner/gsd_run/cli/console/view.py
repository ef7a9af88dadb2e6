"""The screen of a run: a moment of it drawn into so many columns and rows, and no more."""

from typing import NamedTuple

from rich.text import Text

from gsd_run.cli.console.seen import Seen, tests_at
from gsd_run.domain.claim import State
from gsd_run.domain.measurement import TestRun
from gsd_run.domain.plan import Plan
from gsd_run.domain.run import RunState, TaskState
from gsd_run.domain.visible import visible
from gsd_run.outside.templates import duration

WIDEST = 120  # columns; on a wider terminal, what belongs together would stand far apart
NARROW = 60  # columns; below, the log's columns have no room
MOST_OUTPUT = 12  # lines of a command's output
RECENT_AT_FIRST = 5  # lines of the log, while nothing else is known
STATES: tuple[State, ...] = ("PROVEN", "REFUTED", "UNPROVEN")
STYLES = {
    "PROVEN": "green",
    "PASSED": "green",
    "REFUTED": "red",
    "FAILED": "red",
    "UNPROVEN": "yellow",
    "ANSWERED": "cyan",
}
_MARKS = {"PASSED": "✓", "UNPROVEN": "?", "ANSWERED": "✓", "FAILED": "✗"}


class Rows(NamedTuple):
    """How many rows the parts of a screen get; the same for every moment of a run."""

    tasks: int
    output: int
    recent: int


def rows_of(tasks: int, height: int) -> Rows:
    """Share a screen's rows out, between so many tasks, a command's output and the log."""
    free = max(0, height - 8)  # heading, table and what parts them
    for_tasks = min(tasks, max(3, free * 2 // 5), free)
    left = max(0, free - for_tasks - 2)  # the command, and a blank row below its output
    output = min(MOST_OUTPUT, left // 2)
    return Rows(tasks=for_tasks, output=output, recent=max(0, left - output))


def screen(seen: Seen, now: float, width: int, height: int) -> list[Text]:
    """Draw a moment: at most `height` lines of at most `width` columns."""
    wide = min(width, WIDEST)
    if seen.state is None:
        lines = _before_any_event(seen, now, wide, height)
        return [fitted(line, wide) for line in lines[:height]]
    rows = rows_of(len(seen.state.plan.tasks), height)
    lines = [*_heading(seen, seen.state, now), Text()]
    lines += [*_tasks(seen, seen.state, now, rows.tasks, wide), Text()]
    lines += [*_command(seen, now, rows.output, wide), Text()]
    table = _table(seen.state)
    room = max(0, min(rows.recent, height - len(lines) - len(table) - 1))
    recent = [log_line(line, wide) for line in seen.recent[-room:]] if room else []
    lines += [*recent, *[Text()] * (room - len(recent)), Text(), *table]
    return [fitted(line, wide) for line in lines[:height]]


def _before_any_event(seen: Seen, now: float, width: int, height: int) -> list[Text]:
    """Return what is known until something happens: at the beginning, or of a run that goes on."""
    doing = "judging" if seen.command else seen.doing
    lines = [Text(f"{duration_whole(now - seen.began)}  {doing}", "bold")]
    lines += [Text(), *(log_line(line, width) for line in seen.recent[-RECENT_AT_FIRST:]), Text()]
    return lines + _command(seen, now, max(0, min(MOST_OUTPUT, height - len(lines) - 1)), width)


def _heading(seen: Seen, state: RunState, now: float) -> list[Text]:
    first = Text.assemble((state.plan.id, "bold cyan"), "  ", (_title(state.plan), "bold"))
    about = [duration_whole(now - seen.began)]
    about += [seen.doing] if seen.task is None else []
    about += [f"phase {state.plan.phase}"] if state.plan.phase else []
    about.append(f"on {state.started.branch or 'a detached HEAD'}")
    return [_one_line(first), _one_line(Text(" · ".join(about), "dim"))]


def _title(plan: Plan) -> str:
    """Return the first line of what the plan is for."""
    text = plan.objective.text if plan.objective else ""
    lines = (line.strip(" *`#.") for line in text.splitlines())
    return next((line for line in lines if line), "")


def _tasks(seen: Seen, state: RunState, now: float, rows: int, width: int) -> list[Text]:
    """Return a row for each task, or for those around the one at work."""
    tasks = state.plan.tasks
    if not tasks:
        return []
    current = next((n for n, one in enumerate(tasks) if one.number == seen.task), None)
    if current is None:
        current = sum(state.tasks[one.number].ended is not None for one in tasks)
    first = min(max(0, current - rows // 2), max(0, len(tasks) - rows))
    last = first + rows
    told = [_task_words(seen, state.tasks[one.number], now) for one in tasks]
    numbers = len(str(len(tasks)))
    names = [_plain(one.title) for one in tasks]
    words = max(len(word) for word, _ in told)
    times = max(len(time) for _, time in told)
    most = max(8, width - numbers - words - times - 9)
    column = min(max(Text(name).cell_len for name in names), most)
    lines = []
    for task, name, (word, time) in list(zip(tasks, names, told, strict=True))[first:last]:
        known = state.tasks[task.number]
        mark, style = _mark(seen, known)
        shown = Text(name, "bold" if known.number == seen.task else style if mark == "·" else "")
        shown.truncate(column, overflow="ellipsis", pad=True)
        line = Text.assemble((f"{mark} ", style), (f"{task.number:>{numbers}} ", "dim"), shown)
        line.append(f"  {word:<{words}}", style)
        line.append(f"  {time:>{times}}", "dim")
        line.rstrip()
        lines.append(line)
    if first and lines:
        lines[0] = Text(f"  … {first + 1} tasks before", "dim")
    if last < len(tasks) and lines:
        lines[-1] = Text(f"  … {len(tasks) - last + 1} more tasks", "dim")
    return lines


def _mark(seen: Seen, task: TaskState) -> tuple[str, str]:
    if task.number == seen.task:
        return "●", "bold cyan"
    if task.ended is None:
        return "·", "dim"
    return _MARKS[task.ended.outcome], STYLES[task.ended.outcome]


def _task_words(seen: Seen, task: TaskState, now: float) -> tuple[str, str]:
    """Return a task's state and its time."""
    again = f", attempt {task.attempt}" if task.attempt > 1 else ""
    if task.number == seen.task:
        return f"{seen.doing}{again}", duration_whole(now - seen.task_began)
    if task.ended is None:
        return "", ""
    return f"{task.ended.outcome}{again}", duration(task.ended.seconds)


def _command(seen: Seen, now: float, rows: int, width: int) -> list[Text]:
    """Return the command that runs and the end of its output, always in as many rows."""
    if not seen.command:
        return [Text()] * (rows + 1)
    if seen.command_ended is None:
        time = f"  {duration_whole(now - seen.command_began)}"
    else:
        time = f"  {duration(seen.command_ended - seen.command_began)}"
    first = Text.assemble(("$ ", "cyan"), (_plain(seen.command), "bold"))
    first.truncate(max(8, width - len(time)), overflow="ellipsis")
    first.append(time, "dim")
    shown = seen.output[-rows:] if rows else ()
    lines = [Text.assemble(("│ ", "cyan"), (line, "dim")) for line in shown]
    return [first, *lines, *[Text()] * (rows - len(lines))]


def _table(state: RunState) -> list[Text]:
    """Return how many claims have which verdict, and tests: at the base and by now."""
    later = {**state.task_verdicts, **state.end_verdicts}
    moments = (
        ("at base", [one.state for one in state.base_verdicts.values()], True),
        ("now", [one.state for one in later.values()], False),
    )
    lines = [Text(f"{'claims':<7} {' '.join(STATES)}   tests", "dim")]
    for name, states, base in moments:
        line = Text(f"{name:<7}", "dim")
        for word in STATES:
            count = states.count(word)
            style = "dim" if base or not count else f"bold {STYLES[word]}"
            line.append(f" {count if states else '-':>{len(word)}}", style)
        if tests := tests_at(state, base=base):
            style = "dim" if base else "bold green" if not _bad(tests) else "bold red"
            line.append(f"   {tests.passed}/{tests.collected}", style)
        lines.append(line)
    return lines


def _bad(tests: TestRun) -> int:
    return tests.failed + tests.errors


def log_line(line: str, width: int | None = None) -> Text:
    """Return a line of the log with its verdict in colour; a narrow one has no columns."""
    if width is not None and width < NARROW:
        line = f"  {' '.join(line.split())}"
    text = _one_line(Text(visible(line)))
    if line.startswith("    $ "):
        text.stylize("dim")
    for word, style in STYLES.items() if line.startswith("  ") else ():
        place = f" {text.plain} ".find(f" {word} ")
        if place >= 0:
            text.stylize(style, place, place + len(word))
            break
    if line.startswith("task ") or (line and not line.startswith(" ")):
        text.stylize("bold")
    return text


def duration_whole(seconds: float) -> str:
    """Write the seconds of something that still goes on: whole ones, so that it stays calm."""
    return f"{int(seconds)}s" if seconds < 60 else duration(seconds)  # noqa: PLR2004 - a minute


def _plain(text: str) -> str:
    return " ".join(visible(text).split())


def _one_line(text: Text) -> Text:
    text.no_wrap = True
    return text


def is_told_whole(line: str) -> bool:
    """Tell whether a line of the log is worth several rows: it says what went wrong, or begins."""
    if not line.startswith("  "):
        return True
    expected = " at base " in line or " before " in line
    return " FAILED " in line or (" REFUTED " in line and not expected)


def fitted(text: Text, width: int) -> Text:
    """Return a text cut to so many columns."""
    fitted = text.copy()
    fitted.truncate(width, overflow="ellipsis")
    fitted.no_wrap = True
    return fitted
