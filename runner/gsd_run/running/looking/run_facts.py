"""What `status` tells of a run, folded from the lines of its journal as plain JSON.

It is a part of `domain.run.folded`, for which all modules of a run would have to be imported; the
tests hold the two to the same. A journal that was changed, or that a later version wrote, is not
believed: it is refused here as everywhere.
"""

import json
import os
import re
from collections.abc import Iterable
from typing import Any

from gsd_run.domain.standing import Asks, RunFacts

FORMAT = 1  # of the journals that are understood, as `domain.event` has it
_HEAD = 4096  # bytes, in which a journal's first line tells whose run it is
_STATES = ("PROVEN", "REFUTED", "UNPROVEN")
_LABEL = re.compile(r"^Task\s+[\w.]+\s*[:.—-]\s*")
_Event = dict[str, Any]


class _Fold:
    """A run as far as it is read."""

    def __init__(self, first: _Event, time: str) -> None:
        self.started, self.last = time, time
        self.run: str = first["run"]
        self.branch: str = first["branch"]
        self.read: _Event = first["read"]
        self.tasks: dict[int, _Event] = {one["number"]: {} for one in self.read["plan"]["tasks"]}
        self.task_verdicts: dict[str, str] = {}
        self.end_verdicts: dict[str, str] = {}
        self.stopped: _Event | None = None
        self.completed = self.undoing = self.undone = self.stands_on = self.stands = False
        self.doing = ""


def facts_of(lines: Iterable[bytes]) -> RunFacts | None:
    """Return what the lines of a journal tell; None where not even the first is whole.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is no journal that this version reads.
    """
    from hashlib import sha256  # noqa: PLC0415 - 5 ms, and mostly no journal has changed

    fold: _Fold | None = None
    previous = ""
    for line in lines:
        if not line.endswith(b"\n"):
            break  # torn by a crash, or being written now
        record = json.loads(line)
        if record["prev"] != previous:
            raise ValueError("the line before is not the one that was written")
        previous = sha256(line).hexdigest()
        event = record["event"]
        if fold is None:
            fold = _begun(event, record["time"])
        else:
            fold.last, fold.stands = record["time"], event["type"] == "stopped"
            TAKEN_IN[event["type"]](fold, event)
    return _told(fold) if fold else None


def _begun(event: _Event, time: str) -> _Fold:
    if event["type"] != "run_started" or event["format"] > FORMAT:
        raise ValueError("it does not begin as a run's journal does")
    return _Fold(event, time)


def plan_of(place: str) -> str:
    """Return the path of the plan that a journal is of, "" where its first line is not whole.

    Raises:
        ValueError: it is no journal.
    """
    with open(place, "rb") as file:  # noqa: PTH123 - pathlib takes longer to import
        head = file.read(_HEAD)
        found = _path_in(head)
        if found is None:
            line = head + file.readline() if b"\n" not in head else head.partition(b"\n")[0]
            if b"\n" not in head and not line.endswith(b"\n"):
                return ""
            found = json.loads(line)["event"]["read"]["plan"]["path"]
    return str(found)


def lines_of(place: str) -> tuple[list[bytes], os.stat_result]:
    """Return a journal's lines, and what the file was like before they were read."""
    with open(place, "rb") as file:  # noqa: PTH123 - as above
        about = os.fstat(file.fileno())
        return file.readlines(), about


def _path_in(head: bytes) -> str | None:
    """Find the plan's path in the beginning of a line, where it stands as this version writes it.

    No text of a plan can look like it: its id, of letters that JSON does not escape, comes first.
    """
    before, mark, rest = head.partition(b'"read":{"type":"plan_read","plan":{"id":"')
    name, second, rest = rest.partition(b'","path":"')
    path, end, _ = rest.partition(b'"')
    if not (mark and second and end) or b'"read"' in before or {34, 92} & {*name, *path}:
        return None
    return path.decode()


def _nothing(fold: _Fold, event: _Event) -> None:
    """Leave what status says as it is."""


def _reread(fold: _Fold, event: _Event) -> None:
    old = {one["id"]: {**one, "line": 0} for one in fold.read["claims"]}
    same = {one["id"] for one in event["claims"] if old.get(one["id"]) == {**one, "line": 0}}
    fold.read = event
    fold.tasks = {
        one["number"]: fold.tasks.get(one["number"], {}) for one in event["plan"]["tasks"]
    }
    for verdicts in (fold.task_verdicts, fold.end_verdicts):
        for claim in verdicts.keys() - same:
            del verdicts[claim]


def _judged(fold: _Fold, event: _Event) -> None:
    verdict = event["verdict"]
    if event["moment"] == "task":
        fold.task_verdicts[verdict["claim"]] = verdict["state"]
    elif event["moment"] == "end":
        fold.end_verdicts[verdict["claim"]] = verdict["state"]
        fold.doing = "judging the whole plan"


def _of_task(fold: _Fold, event: _Event) -> None:
    """Take in an event of an attempt: all of them say that the run goes on."""
    fold.stopped = None
    task, kind = fold.tasks[event["task"]], event["type"]
    if kind == "attempt_started":
        fold.tasks[event["task"]] = {"started": event}
        fold.doing = str(_BY.get(event["executor"], event["executor"]))
    elif kind == "step_planned":
        fold.doing = f"step {event['step']} ({event['kind']})"
    elif kind == "agent_called":
        fold.doing = f"agent {event['agent']} works"
    elif kind == "answered":
        task["answered"] = event
    elif kind == "changed":
        task.pop("ended", None)
        fold.doing = "running its checks"
    elif kind == "task_ended":
        task["ended"] = event


def _committed(fold: _Fold, event: _Event) -> None:
    if event["part"] != "docs":
        fold.stands_on = False
    if event["part"] == "task":
        fold.tasks[event["task"]]["committed"] = event
        fold.doing = ""


def _stopped(fold: _Fold, event: _Event) -> None:
    fold.stopped = event


def _ended(fold: _Fold, event: _Event) -> None:  # noqa: ARG001 - as all of the table
    fold.stopped = None
    fold.doing = "writing the summary"


def _completed(fold: _Fold, event: _Event) -> None:  # noqa: ARG001 - as all of the table
    fold.completed = True


def _undo_planned(fold: _Fold, event: _Event) -> None:  # noqa: ARG001 - as all of the table
    fold.undoing = True


def _undone(fold: _Fold, event: _Event) -> None:
    first = event["from_task"]
    fold.tasks = {number: task if number < first else {} for number, task in fold.tasks.items()}
    left = {
        one["id"]
        for one in fold.read["claims"]
        if one["task"] is not None and one["task"] in fold.tasks and one["task"] < first
    }
    fold.task_verdicts = {
        claim: state for claim, state in fold.task_verdicts.items() if claim in left
    }
    fold.end_verdicts, fold.stopped, fold.doing = {}, None, ""
    fold.completed = fold.undoing = False
    fold.undone, fold.stands_on = event["whole"], True


_BY = {
    "steps": "making its steps",
    "agent": "an agent works",
    "model": "a model works",
    "literal": "taking what the plan spells out",
    "hand": "taking what was made by hand",
    "person": "asking a person",
}
# Every kind of event there is: one that is missing here, a later version wrote.
TAKEN_IN = {
    "plan_read": _reread,
    "judged": _judged,
    "attempt_started": _of_task,
    "step_planned": _of_task,
    "agent_called": _of_task,
    "agent_ended": _of_task,
    "answered": _of_task,
    "changed": _of_task,
    "task_ended": _of_task,
    "committed": _committed,
    "stopped": _stopped,
    "ended": _ended,
    "completed": _completed,
    "undo_planned": _undo_planned,
    "undone": _undone,
    **dict.fromkeys(
        (
            "measured",
            "baseline_done",
            "amendment_proposed",
            "kept",
            "set_aside",
            "put_back",
            "restored",
            "planning_updated",
            "imported",
        ),
        _nothing,
    ),
}


def _told(fold: _Fold) -> RunFacts:
    plan, stopped = fold.read["plan"], fold.stopped or {}
    titles = {one["number"]: _title(one) for one in plan["tasks"]}
    begun = [n for n, one in fold.tasks.items() if one.get("started") and not one.get("committed")]
    verdicts = list((fold.end_verdicts or fold.task_verdicts).values())
    proven, refuted, unproven = (verdicts.count(state) for state in _STATES)
    return RunFacts(
        run=fold.run,
        plan=plan["id"],
        path=plan["path"],
        branch=fold.branch,
        started=fold.started,
        last=fold.last,
        tasks=tuple(
            (
                number,
                titles[number],
                one["ended"]["outcome"] if one.get("ended") else "begun" if one else "",
                one["committed"]["commit"] if one.get("committed") else "",
            )
            for number, one in fold.tasks.items()
        ),
        task=begun[0] if begun else 0,
        attempt=fold.tasks[begun[0]]["started"]["attempt"] if begun else 0,
        doing=fold.doing,
        stopped=_first_line(stopped.get("reason", "")),
        exit_code=stopped.get("exit_code", 0),
        stopped_task=stopped.get("task") or 0,
        asks=_asks(fold),
        verdicts=(proven, refuted, unproven),
        completed=fold.completed,
        undoing=fold.undoing,
        undone=fold.undone,
        stands_on=fold.stands_on,
        stands=fold.stands,
    )


def _first_line(text: str) -> str:
    return next(iter(text.splitlines()), "") or ("without a word" if text else "")


def _title(task: _Event) -> str:
    """Return what a task is called without its label, a checkpoint without a name by its kind."""
    name, about = task["name"], task["checkpoint"] or {}
    if about and name in {"", f"Task {task['number']}"}:
        return str(about["kind"])
    return _LABEL.sub("", name) or str(about.get("kind", ""))


def _asks(fold: _Fold) -> Asks | None:
    """Return the checkpoint that was asked and has no answer yet."""
    for task in fold.read["plan"]["tasks"]:
        done = fold.tasks[task["number"]]
        asked = done.get("started", {}).get("executor") == "person"
        if asked and not done.get("ended") and not done.get("answered"):
            about = task["checkpoint"] or {"kind": "human-verify"}
            return Asks(
                task=task["number"],
                title=_title(task),
                kind=about["kind"],
                options=tuple(one["id"] for one in about.get("options", ())),
            )
    return None
