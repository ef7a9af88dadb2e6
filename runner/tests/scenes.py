"""Whole stories of a plan, from its first command to its end, to be played with a crash in them.

Each scene is a small project and the calls that bring its plan to the end, with what the user
does between them. What a change does is counted outside of the project, by task.
"""

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from sandbox import FOLDER, PLAN, RUN_FILE, Output, Sandbox

from gsd_run.domain.event import AttemptStarted, Committed, Event, Judged
from gsd_run.running.journal import read

DYING = Path(__file__).parent / "dying.py"
PLAN_PATH = f"{FOLDER}/01-01-PLAN.md"
RUN_PATH = f"{FOLDER}/01-01-RUN.yaml"
SUMMARY_PATH = f"{FOLDER}/01-01-SUMMARY.md"
OWN_WORDS = "my own words,\nno newline at the end, \xff\x00 and what not"


@dataclass(frozen=True)
class Call:
    """What the user types, after having written these files; `status` is what it ends with.

    `again` is what they type when it was cut short; the same, unless told.
    """

    words: tuple[str, ...]
    status: int = 0
    files: dict[str, str] = field(default_factory=dict)
    again: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scene:
    """A story: a project prepared, and the calls to its end. `marks` counts what was done."""

    name: str
    prepare: Callable[[Sandbox, Path], None]
    calls: tuple[Call, ...]
    untracked: dict[str, str] = field(default_factory=dict)
    dirty: dict[str, str] = field(default_factory=dict)


class Stage:
    """A place where a scene is played again and again from the same beginning."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        self.scene = scene
        self.folder = folder
        self.marks = folder / "marks"
        self.project = Sandbox(folder / "project")
        self.report = folder / "actions"
        self.project.root.mkdir(parents=True)
        _repository(self.project)
        scene.prepare(self.project, self.marks)
        self.project.commit("start")
        for path, text in {**scene.untracked, **scene.dirty}.items():
            self.project.write(path, text)
        shutil.copytree(self.project.root, folder / "pristine", symlinks=True)

    def reset(self) -> None:
        for place in (self.project.root, self.marks):
            shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.folder / "pristine", self.project.root, symlinks=True)
        self.marks.mkdir()

    def play(self, struck: int | None = None, mode: str = "count", number: int = 0) -> list[Output]:
        """Play from the beginning; the call with the number `struck` meets its fate."""
        self.reset()
        return [self.call(n, mode, number, strikes=n == struck) for n in self._until(struck)]

    def _until(self, struck: int | None) -> range:
        return range(len(self.scene.calls) if struck is None else struck + 1)

    def call(self, place: int, mode: str, number: int, *, strikes: bool) -> Output:
        call = self.scene.calls[place]
        for path, text in call.files.items():
            self.project.write(path, text)
        if strikes:
            return self.project.python(DYING, mode, str(number), str(self.report), *call.words)
        done = self.project.gsd_run(*call.words)
        assert done.status == call.status, (call.words, done.text)
        return done

    def go_on(self, struck: int) -> Output:
        """Go on after the call was cut short: as a user would, then play the rest."""
        call = self.scene.calls[struck]
        done = self.project.gsd_run(*(call.again or call.words))
        if done.status == 10 and call.status != 10 or done.status == 2:
            done = self.project.gsd_run(*call.words)  # the answer had not been heard
        if done.status != call.status:
            return done
        for place in range(struck + 1, len(self.scene.calls)):
            done = self.call(place, "count", 0, strikes=False)
        return done

    def actions(self, place: int) -> list[str]:
        """Return the actions of a call, played undisturbed."""
        self.play(place, "count", 0)
        return self.report.read_text().splitlines()

    def made(self) -> dict[str, int]:
        """Return how often each thing was done."""
        return {one.name: len(one.read_bytes()) for one in self.marks.iterdir()}

    def finished(self) -> set[int]:
        """Return the tasks that are committed, whether or not that is in the journal."""
        told = self.project.git("log", "--format=%(trailers:key=GSD-Task,valueonly)").split()
        return {int(one) for one in told if one.isdigit()}

    def end(self) -> dict[str, object]:
        """Return all that must be as in an undisturbed run."""
        return end_of(self.project)


def end_of(project: Sandbox) -> dict[str, object]:
    """Return what a run leaves: commits, files, verdicts, summary; without times and ids."""
    commits = []
    for commit in project.git("log", "--reverse", "--format=%H").split():
        message = project.git("show", "-s", "--format=%B", commit)
        listed = project.git("ls-tree", "-r", commit)
        held = [line for line in listed.splitlines() if not line.endswith(("SUMMARY.md", "EVIDENCE.jsonl"))]
        names = project.git("ls-tree", "-r", "--name-only", commit).split()
        commits.append((_plain(message), held, names))
    files = {
        place.relative_to(project.root).as_posix(): place.read_bytes()
        for place in sorted(project.root.rglob("*"))
        if place.is_file() and ".git/" not in f"{place.relative_to(project.root).as_posix()}/"
        if not place.name.endswith(("SUMMARY.md", "EVIDENCE.jsonl"))
    }
    summary = project.root / SUMMARY_PATH
    return {
        "commits": commits,
        "status": project.git("status", "--porcelain"),
        "files": {path: _plain_bytes(content) for path, content in files.items()},
        "verdicts": verdicts(project),
        "summary": _plain(summary.read_text()) if summary.exists() else None,
    }


def events(project: Sandbox) -> list[Event]:
    """Return a project's newest run; reading it proves its chain of hashes."""
    return [record.event for record in read(project.journal)]


def verdicts(project: Sandbox) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the last verdict on each claim at each moment, and why."""
    return {
        (event.moment, event.verdict.claim): (event.verdict.state, _plain(event.verdict.reason))
        for event in events(project)
        if isinstance(event, Judged)
    }


def _plain(text: str) -> str:
    """Take times and ids out of a text."""
    text = re.sub(r"\b\d{8}-\d{6}-[0-9a-f]+\b", "RUN", text)
    text = re.sub(r"\b\d{4}-\d\d-\d\d(T[\d:.+Z]*)?", "DATE", text)
    text = re.sub(r"\b\d+(\.\d+)? ?(s|ms|min|seconds)\b", "TIME", text)
    text = re.sub(r"savepoint-\d+|kept-\d+", "REF", text)
    return re.sub(r"\b(?=[0-9a-f]*\d)[0-9a-f]{7,64}\b", "ID", text)


def _plain_bytes(content: bytes) -> bytes:
    return _plain(content.decode("latin-1")).encode("latin-1")


def _repository(project: Sandbox) -> None:
    project.git("init", "-q", "-b", "main")
    project.git("config", "user.name", "Pat Tester")
    project.git("config", "user.email", "pat@example.org")
    project.git("config", "gc.auto", "0")


def _greeting(project: Sandbox) -> None:
    project.write(PLAN_PATH, PLAN)
    project.write("README.md", "# Greeting\n")
    project.write("mine.txt", "as committed\n")
