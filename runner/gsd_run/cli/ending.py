"""The last words of a run: what came out, or why it stopped and what to type next."""

from gsd_run.cli.console import Mode, write, write_aside
from gsd_run.domain.measurement import Measurement
from gsd_run.domain.run import RunState
from gsd_run.running.engine import Ending, Exit

MOST_TESTS = 10  # failing tests that are named


def tell(ending: Ending, mode: Mode = "lines") -> None:
    """Tell how a run ended, in as many words as the mode wants."""
    if ending.told:
        lines = [ending.told]
    elif ending.exit is Exit.FAILED:
        assert ending.state is not None
        lines = failure_lines(ending.state)
    else:
        assert ending.state is not None
        lines = _complete_lines(ending.state)
    if mode in {"quiet", "json"} and not lines[0]:
        lines = lines[1:]  # nothing stands above it
    if mode == "quiet" and ending.exit is Exit.FINISHED:
        lines = lines[:1]
    if mode == "json":
        # The events say that all went well; why not, and what to do, is for people.
        for line in lines if ending.told or ending.exit is not Exit.FINISHED else ():
            write_aside(line)
        return
    for line in lines:
        write(line)


def _complete_lines(state: RunState) -> list[str]:
    counted = [verdict.state for verdict in state.end_verdicts.values()]
    told = (
        f"{state.plan.id} is complete: {counted.count('PROVEN')} claims PROVEN, "
        f"{counted.count('UNPROVEN')} UNPROVEN, {counted.count('REFUTED')} REFUTED"
    )
    return ["", told, f"summary: {state.started.summary}"]


def failure_lines(state: RunState) -> list[str]:
    """Say why a run stopped: refuted claims, failing tests with their first error lines."""
    assert state.stopped is not None
    task = state.stopped.task
    lines = [""]
    if task is None:
        lines.append("The last check of the whole plan found claims that do not hold:")
        verdicts = state.end_verdicts
        tree = state.head
    else:
        ended = state.tasks[task].ended
        assert ended is not None
        name = next(one.name for one in state.plan.tasks if one.number == task)
        lines.append(f"Task {task} ({name}) failed:")
        verdicts = {
            claim.id: state.task_verdicts[claim.id]
            for claim in state.claims
            if claim.task == task and claim.id in state.task_verdicts
        }
        tree = ended.tree
    # A verdict of an earlier attempt is not why the last one failed.
    refuted = [
        told
        for verdict in verdicts.values()
        if verdict.state == "REFUTED"
        if (told := f"{verdict.claim}: {verdict.reason}") in state.stopped.reason
    ]
    lines.extend(f"  {told}" for told in refuted or [state.stopped.reason])
    lines.extend(_failing_tests(state, tree))
    return [*lines, "", *_ways_on(state, task)]


def _ways_on(state: RunState, task: int | None) -> list[str]:
    """Say what to type next, by who made the change."""
    resume = f"gsd-run resume {state.plan.id}"
    lines = ["The tree is left as it is, no summary is written. To go on:"]
    started = state.tasks[task].started if task is not None else None
    made_by = started.executor if started else ""
    if made_by == "person":
        return [*lines, f"  mend what was rejected, then `{resume}` asks again"]
    lines.append(f"  mend the files, then `{resume}`: your mend is judged and committed with it")
    if task is None:
        return lines
    if made_by in {"agent", "model"}:
        lines.append(f"  `{resume}` as it is calls the agent again, from the task's begin")
    elif made_by == "steps":
        lines.append(f"  mend the run file, then `{resume}`: the change is made anew")
    lines.append(f"  `{resume} --redo` keeps the tree aside and makes the change anew")
    accepted = {(one.claim, one.replace) for one in state.proposals if one.accepted}
    asked = [one for one in state.proposals if one.task == task and not one.accepted]
    claims = dict.fromkeys(one.claim for one in asked if (one.claim, one.replace) not in accepted)
    if claims:
        lines.append(
            f"  `{resume} --allow-amendments` accepts the amendment of {', '.join(claims)} that "
            "the agent proposes"
        )
    return lines


def _failing_tests(state: RunState, tree: str) -> list[str]:
    """Name the failing tests of the largest run at a tree."""
    found: list[Measurement] = [
        one.measurement for one in state.measured.values() if one.tree == tree
    ]
    runs = [run for one in found for run in one.tests if run.failed or run.errors]
    if not runs:
        return []
    largest = max(runs, key=lambda run: run.collected)
    bad = [case for case in largest.cases if case.outcome in {"failed", "error"}]
    lines = [
        "",
        f"  {largest.failed + largest.errors} of {largest.collected} tests do not pass:",
    ]
    lines.extend(f"    {case.name}: {case.message[:160]}" for case in bad[:MOST_TESTS])
    if len(bad) > MOST_TESTS:
        lines.append(f"    … and {len(bad) - MOST_TESTS} more")
    return lines
