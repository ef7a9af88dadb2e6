"""Where plans stand, as lines for people and as JSON. Templates take too long to load for this."""

import json
from collections.abc import Iterator
from itertools import groupby
from unicodedata import combining, east_asian_width

from gsd_run.domain.standing import Overview, Standing
from gsd_run.domain.visible import visible

MOST_NEXT = 5  # plans that are ready, and twice as many that have begun, named below
_WIDTHS = {"W": 2, "F": 2}
_URGENT = ("running", "half taken back", "waits for you", "stopped")


def status_text(seen: Overview, *, all_plans: bool) -> str:
    """Return the plans by phase and what to type next; complete phases as one line each.

    With `all_plans` every plan has its line, in archived phases too.
    """
    lines: list[str] = []
    if seen.holder:
        who = f"process {seen.holder.process} on {seen.holder.host}"
        lines += [f"{who} works here since {_clock(seen.holder.since)}", ""]
    shown = [one for one in seen.plans if all_plans or not _is_archived(one)]
    left = len(seen.plans) - len(shown)
    for _, group in groupby(shown, key=lambda one: one.plan.folder):
        lines += _phase(list(group), all_plans=all_plans)
    if left:
        lines.append(f"archived: {left} plan{_s(left)}, listed with --all")
    lines += _next(shown)
    return "\n".join(lines) + "\n" if lines else "no plan lies below .planning\n"


def plan_status_text(one: Standing) -> str:
    """Return one plan with its tasks."""
    lines = [_line(one, 0, 0).strip()]
    lines += [f"  {line}" for line in _below(one)]
    for number, title, outcome, commit in _tasks(one):
        told = " ".join(part for part in (outcome or "to do", commit[:9]) if part)
        lines.append(f"  {number}. {_on_a_line(title)}: {told}")
    if one.run:
        lines.append(f"  run {one.run.run}, its last event {_clock(one.run.last)}")
    lines += [f"next: {_on_a_line(one.next)}"] if one.next else []
    return "\n".join(lines) + "\n"


def status_json(seen: Overview) -> str:
    """Return where plans stand, for programs."""
    told = {
        "holder": seen.holder._asdict() if seen.holder else None,
        "plans": [_as_json(one) for one in seen.plans],
        "troubles": [one._asdict() for one in seen.troubles],
    }
    return json.dumps(told, indent=2) + "\n"


def _as_json(one: Standing) -> dict[str, object]:
    plan, run = one.plan, one.run
    told: dict[str, object] = {
        "id": plan.id,
        "name": one.name,
        "path": plan.path,
        "phase": plan.phase,
        "title": plan.title,
        "archived": plan.archived,
        "wave": plan.wave,
        "state": one.state,
        "why": one.why,
        "next": one.next,
        "waits_for": [{"name": unmet.name, "path": unmet.path} for unmet in one.waits_for],
        "tasks": len(run.tasks) if run else plan.tasks,
        "committed": run.committed if run else 0,
        "run": None,
    }
    if run:
        states = ("PROVEN", "REFUTED", "UNPROVEN")
        about = run._asdict()
        about["tasks"] = [
            dict(zip(("number", "title", "outcome", "commit"), task, strict=True))
            for task in run.tasks
        ]
        about["asks"] = run.asks._asdict() if run.asks else None
        about["verdicts"] = dict(zip(states, run.verdicts, strict=True))
        told["run"] = about
    return told


def _phase(plans: list[Standing], *, all_plans: bool) -> Iterator[str]:
    states = [one.state for one in plans]
    done = states.count("complete")
    live = len(plans) - states.count("superseded")
    name = _on_a_line(_phase_name(plans[0]))
    if done == live and not all_plans:
        yield f"{name}  complete, {done} plan{_s(done)}{_by_summaries(plans)}"
        return
    yield f"{name}  {done} of {live} plan{_s(live)} complete"
    widths = max(_columns(one.plan.id) for one in plans), max(map(len, states))
    for one in plans:
        yield _line(one, *widths)
        yield from (f"{' ' * (sum(widths) + 6)}{line}" for line in _below(one))


def _phase_name(one: Standing) -> str:
    """Return what a phase is called, one that lies elsewhere than most with where that is."""
    plan = one.plan
    usual = plan.folder == f".planning/phases/{plan.phase}"
    return plan.phase if usual else plan.folder.removeprefix(".planning/")


def _by_summaries(plans: list[Standing]) -> str:
    """Say how many of a phase's plans are complete without a run that stands for it."""
    done = [one for one in plans if one.state == "complete"]
    said = sum(one.run is None or not one.run.completed for one in done)
    whose = "its summary" if said == 1 else "their summaries"
    number = "" if said == len(done) else f"{said} "
    return f", {number}by {whose} alone" if said else ""


def _tasks(one: Standing) -> tuple[tuple[int, str, str, str], ...]:
    """Return the tasks of the run that a plan stands by."""
    return one.run.tasks if one.run and _counts(one) else ()


def _counts(one: Standing) -> bool:
    """Tell whether what a plan's run did is part of how far the plan is here."""
    run = one.run
    return run is not None and not (run.is_over and (run.undone or one.state != "complete"))


def _line(one: Standing, id_width: int, state_width: int) -> str:
    """Return a plan's line: what it is called, its state, its progress."""
    name = _on_a_line(one.plan.id)
    padded = name + " " * (id_width - _columns(name))
    return f"  {padded}  {one.state:<{state_width}}  {_progress(one)}".rstrip()


def _progress(one: Standing) -> str:
    run = one.run
    if run is None or not _counts(one):
        tasks = f"{one.plan.tasks} task{_s(one.plan.tasks)}" if one.plan.tasks else ""
        told = [tasks, _on_a_line(one.why) if one.state == "complete" else ""]
        if one.state == "waits":
            told.append(f"waits for {', '.join(_needed(one))}")
        return ", ".join(part for part in told if part)
    proven, refuted, unproven = run.verdicts
    counts = [
        f"{number} {word}"
        for number, word in ((proven, "proven"), (refuted, "refuted"), (unproven, "unproven"))
        if number
    ]
    return ", ".join([f"{run.committed} of {len(run.tasks)} tasks committed", *counts])


def _needed(one: Standing) -> Iterator[str]:
    for unmet in one.waits_for:
        yield _on_a_line(unmet.name if unmet.path else f"{unmet.name} (no such plan)")


def _below(one: Standing) -> Iterator[str]:
    """Return what is to be said below a plan's line."""
    if one.state != "complete" and one.why:
        yield _on_a_line(one.why)
    elif one.state == "complete" and one.next:
        yield _on_a_line(f"{one.why} {one.next}")


def _next(plans: list[Standing]) -> Iterator[str]:
    """Return what to type next: first for what has begun, then the plans that are ready."""
    urgent = [one for state in _URGENT for one in plans if one.state == state and one.next]
    ready = [one for one in plans if one.state == "ready" and not one.plan.archived]
    shown = [*urgent[: 2 * MOST_NEXT], *ready[:MOST_NEXT]]
    left = len(urgent) + len(ready) - len(shown)
    if not shown:
        return
    yield ""
    yield "next:"
    width = max(_columns(one.next) for one in shown)
    for one in shown:
        words = _on_a_line(one.next)
        yield f"  {words}{' ' * (width - _columns(words))}  {_on_a_line(_reason(one))}".rstrip()
    if left:
        yield f"  … and {left} more"


def _reason(one: Standing) -> str:
    match one.state:
        case "running":
            return "look on"
        case "half taken back":
            return "finish taking it back"
        case "waits for you":
            return "answer it" if one.run and one.run.asks else "go on when it is done"
        case "stopped":
            return "go on with it"
        case _:
            return one.plan.title


def _is_archived(one: Standing) -> bool:
    """Tell whether a plan lies among what is done; one with a run that is not over does not."""
    return one.plan.archived and (one.run is None or one.run.is_over)


def _clock(time: str) -> str:
    """Return a time of the journal to the second."""
    return f"{time[:10]} {time[11:19]} UTC"


def _on_a_line(text: str) -> str:
    """Return a text in which nothing acts on who reads it, on one line."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


def _columns(text: str) -> int:
    """Return how wide a text is on a terminal."""
    shown = _on_a_line(text)
    if shown.isascii():
        return len(shown)
    return sum(_WIDTHS.get(east_asian_width(one), 1) for one in shown if not combining(one))


def _s(number: int) -> str:
    return "" if number == 1 else "s"
