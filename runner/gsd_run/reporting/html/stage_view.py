"""The stages of a run as a page wants them, with what ran and what changed in each."""

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from gsd_run.domain.event import Judged, Measured
from gsd_run.domain.measurement import CommandRun, Measurement
from gsd_run.domain.plan import Task
from gsd_run.domain.report import TaskRow
from gsd_run.reporting.html.diffs import FileDiff, Marking, file_diffs
from gsd_run.reporting.html.material import Material, Patch
from gsd_run.reporting.html.timeline import Entry, Stage, Timeline

MOST_OUTPUT = 64_000  # characters of one output that a page bears


class Output(Struct, frozen=True, kw_only=True):
    """One stream of a command; `cut` is how many characters the page leaves out."""

    name: str
    text: str
    cut: int


class CommandView(Struct, frozen=True, kw_only=True):
    """A command as it ran."""

    run: CommandRun
    outputs: tuple[Output, ...]


class MeasuredView(Struct, frozen=True, kw_only=True):
    """A script as it was measured. `whole` tells that its outputs are not mere excerpts.

    `prefix` begins the ids of the claims that rest on it.
    """

    anchor: str
    prefix: str
    entry: Entry
    measurement: Measurement
    without: tuple[str, ...]
    commands: tuple[CommandView, ...]
    whole: bool
    claims: tuple[str, ...]


class StageView(Struct, frozen=True, kw_only=True):
    """A part of the run: the base, a task or the end. `stage` is None for what was not begun."""

    anchor: str
    title: str
    outcome: str
    stage: Stage | None
    task: Task | None
    row: TaskRow | None
    measured: Mapping[int, MeasuredView]
    diffs: tuple[FileDiff, ...]
    patches: tuple[Patch, ...]
    counts: Mapping[str, int]


def measured_in(material: Material, timeline: Timeline, anchor: str) -> dict[int, MeasuredView]:
    """Return what was measured, by the numbers of the records."""
    claims: dict[str, dict[str, None]] = {}
    for record in material.records:
        if isinstance(record.event, Judged):
            for part in record.event.verdict.parts:
                for one in part.evidence:
                    claims.setdefault(one.measurement, {})[record.event.verdict.claim] = None
    found = {}
    for stage in timeline.stages:
        for entry in stage.entries:
            event = entry.event
            if not isinstance(event, Measured):
                continue
            whole = material.wholes.get(event.stored)
            measurement = whole or event.measurement
            found[entry.seq] = MeasuredView(
                anchor=f"{anchor}m{entry.seq}",
                prefix=anchor,
                entry=entry,
                measurement=measurement,
                without=event.without,
                commands=tuple(map(_command, measurement.commands)),
                whole=whole is not None,
                claims=tuple(claims.get(measurement.key, ())),
            )
    return found


def _command(run: CommandRun) -> CommandView:
    outputs = tuple(
        _output(name, text)
        for name, text in (("output", run.stdout), ("error output", run.stderr))
        if text.strip()
    )
    return CommandView(run=run, outputs=outputs)


def _output(name: str, text: str) -> Output:
    """Cut what is too long in its middle: how a command begins and how it ends says most."""
    text = text.rstrip("\n")
    cut = max(0, len(text) - MOST_OUTPUT)
    if cut:
        half = MOST_OUTPUT // 2
        text = f"{text[:half]}\n\n… {cut} characters are left out here …\n\n{text[-half:]}"
    return Output(name=name, text=text, cut=cut)


def stages_of(
    material: Material,
    timeline: Timeline,
    measured: Mapping[int, MeasuredView],
    anchor: str,
    marking: Marking,
) -> tuple[StageView, ...]:
    """Return the base, every task of the plan, begun or not, and the end."""
    state, report = material.state, material.report
    views = []
    base = timeline.stage("base")
    if base is not None:
        outcome = "judged" if state.baseline_done else "not judged"
        views.append(_stage(f"{anchor}base", "At the base commit", outcome, base, measured))
    rows = {row.number: row for row in report.tasks}
    patches: dict[int, list[Patch]] = {}
    for patch in material.patches:
        patches.setdefault(patch.task, []).append(patch)
    for task in state.plan.tasks:
        stage = timeline.stage("task", task.number)
        view = _stage(f"{anchor}task{task.number}", task.title, "", stage, measured)
        own = tuple(patches.get(task.number, ()))
        views.append(
            StageView(
                anchor=view.anchor,
                title=view.title,
                outcome=_outcome(material, task),
                stage=stage,
                task=task,
                row=rows[task.number],
                measured=view.measured,
                diffs=tuple(one for patch in own for one in file_diffs(patch, marking)),
                patches=own,
                counts=view.counts,
            )
        )
    end = timeline.stage("end")
    if end is not None:
        mends = tuple(patches.get(0, ()))
        diffs = tuple(one for patch in mends for one in file_diffs(patch, marking))
        outcome = "judged" if material.is_judged else ""
        views.append(
            _stage(f"{anchor}end", "At the end", outcome, end, measured, (mends, diffs))
        )  # fmt: skip
    return tuple(views)


def _outcome(material: Material, task: Task) -> str:
    """Return how a task ended, or how far it has come."""
    done = material.state.tasks[task.number]
    if done.ended is not None:
        return done.ended.outcome
    if done.started is None:
        return "to do"
    asked = material.standing.word == "waiting" and material.standing.task in {None, task.number}
    return "waits" if asked or done.started.executor == "person" else "begun"


def _stage(
    anchor: str,
    title: str,
    outcome: str,
    stage: Stage | None,
    measured: Mapping[int, MeasuredView],
    work: tuple[tuple[Patch, ...], tuple[FileDiff, ...]] = ((), ()),
) -> StageView:
    entries = stage.entries if stage else ()
    states = Counter(one.event.verdict.state for one in entries if isinstance(one.event, Judged))
    return StageView(
        anchor=anchor,
        title=title,
        outcome=outcome,
        stage=stage,
        task=None,
        row=None,
        measured={one.seq: measured[one.seq] for one in entries if one.seq in measured},
        diffs=work[1],
        patches=work[0],
        counts={str(state): count for state, count in states.items()},
    )


def kind_of(entry: Entry) -> str:
    """Return what sort of line an entry is on the page, "" for one that has none of its own."""
    # A call of an agent is told with its end, verdicts are told together.
    tag = str(entry.event.__struct_config__.tag)
    return "" if tag in {"agent_called", "judged"} else tag
