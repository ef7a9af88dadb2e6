"""Whole stories of a plan, from its first command to its end, to be played with a crash in them.

Each scene is a small project and the calls that bring its plan to the end, with what the user
does between them. What a change does is counted outside of the project, by task.
"""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gsd_run.domain.event import Event, Judged
from gsd_run.running.journals.journal import read
from planning_projects import REQUIREMENTS, ROADMAP, STATE
from sandbox import FOLDER, PLAN, RUN_FILE, Output, Sandbox

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

    def listed(self) -> list[list[str]]:
        """Play to the end, and return each call's actions."""
        self.reset()
        found = []
        for place in range(len(self.scene.calls)):
            done = self.call(place, "list", 0, strikes=True)
            assert done.status == self.scene.calls[place].status, done.text
            found.append([line[1:] for line in self.report.read_text().splitlines()])
        return found

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
        if (done.status == 10 and call.status != 10) or done.status == 2:
            done = self.project.gsd_run(*call.words)  # the answer had not been heard
        if done.status != call.status:
            return done
        for place in range(struck + 1, len(self.scene.calls)):
            done = self.call(place, "count", 0, strikes=False)
        return done

    def actions(self, place: int) -> list[tuple[str, str]]:
        """Return a call's actions, played undisturbed: the state of all files, what comes next."""
        self.play(place, "count", 0)
        lines = self.report.read_text().splitlines()
        return [(line[:16], line[17:]) for line in lines]

    def moments(self, place: int) -> list[int]:
        """Return the numbers of the actions before which the files are as never before."""
        states = [state for state, _ in self.actions(place)]
        return [n for n, state in enumerate(states, 1) if state not in states[: n - 1]]

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
        held = [
            line
            for line in listed.splitlines()
            if not line.endswith(("SUMMARY.md", "EVIDENCE.jsonl", "STATE.md"))
        ]
        names = project.git("ls-tree", "-r", "--name-only", commit).split()
        commits.append((_plain(message), held, names))
    files = {
        place.relative_to(project.root).as_posix(): place.read_bytes()
        for place in sorted(project.root.rglob("*"))
        if place.is_file() and ".git/" not in f"{place.relative_to(project.root).as_posix()}/"
        if not place.name.endswith(("SUMMARY.md", "EVIDENCE.jsonl"))
    }
    summaries = sorted(project.root.glob(".planning/phases/*/*-SUMMARY.md"))
    return {
        "commits": commits,
        "status": project.git("status", "--porcelain"),
        "files": {
            path: _plain(content.decode()) if path.endswith(("-RUN.yaml", "STATE.md")) else content
            for path, content in files.items()
        },
        "verdicts": verdicts(project),
        "summary": [_plain(place.read_text()) for place in summaries],
    }


def events(project: Sandbox) -> list[Event]:
    """Return a project's newest run; reading it proves its chain of hashes."""
    runs = (project.root / ".git" / "gsd-run" / "runs").glob("*.jsonl")
    return [record.event for record in read(max(one for one in runs if one.stat().st_size))]


def verdicts(project: Sandbox) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the last verdict on each claim at each moment, and why."""
    return {
        (event.moment, event.verdict.claim): (event.verdict.state, _plain(event.verdict.reason))
        for event in events(project)
        if isinstance(event, Judged)
    }


def _plain(text: str) -> str:
    """Take times and ids out of a text."""
    text = re.sub(r"\b\d{8}T\d{6}-[0-9a-f]+\b", "RUN", text)
    text = re.sub(r"\b\d{4}-\d\d-\d\d(T[\d:.+Z]*)?", "DATE", text)
    text = re.sub(r"\b\d+(\.\d+)? ?(s|ms|min|seconds)\b", "TIME", text)
    return re.sub(r"\b(?=[0-9a-f]*\d)[0-9a-f]{9,64}\b", "ID", text)


def _repository(project: Sandbox) -> None:
    project.git("init", "-q", "-b", "main")
    project.git("config", "user.name", "Pat Tester")
    project.git("config", "user.email", "pat@example.org")
    project.git("config", "gc.auto", "0")


def _greeting(project: Sandbox, plan: str = PLAN) -> None:
    project.write(PLAN_PATH, plan)
    project.write("README.md", "# Greeting\n")
    project.write("mine.txt", "as committed\n")


PROOF = """\
proofs:
  - {claim: criterion.1, command: grep Greeting README.md, subject: [README.md]}
"""


DELETING = "Write bye into farewell.txt and delete old.txt"


def _steps(project: Sandbox, marks: Path) -> None:
    """Steps of three kinds, a check that changes a file and leaves one, and a proof."""
    check = "<verify>grep -n bye farewell.txt"
    noise = "<verify>echo more >> noise.txt; touch left.txt; grep -n bye farewell.txt"
    plan = PLAN.replace(check, noise).replace("Write bye into farewell.txt", DELETING)
    plan = plan.replace("autonomous:", "files_deleted: [old.txt]\nautonomous:")
    _greeting(project, plan)
    project.write("noise.txt", "noise\n")
    project.write(
        RUN_PATH,
        "changes:\n"
        "  1:\n"
        '    - write: {path: greeting.txt, text: "helo\\n"}\n'
        f'    - command: {{run: "printf . >> {marks}/1; chmod +x greeting.txt", '
        "files: [greeting.txt]}\n"
        "    - replace: {in: greeting.txt, old: helo, new: hello}\n"
        "  2:\n"
        f'    - command: {{run: "printf . >> {marks}/2; echo bye > farewell.txt; rm old.txt", '
        "files: [farewell.txt, old.txt]}\n" + PROOF,
    )
    project.write("old.txt", "to be taken away\n")


SETTINGS = """\
agent = "scripted"

[agents.scripted]
profile = "command"
command = "{marks}.sh {{prompt_file}}"
attempts = 3
"""


def _agent(script: str) -> Callable[[Sandbox, Path], None]:
    def prepare(project: Sandbox, marks: Path) -> None:
        _greeting(project, PLAN.replace('contains: "hello"', 'contains: "h"'))
        project.write(".planning/gsd-run.toml", SETTINGS.format(marks=marks))
        place = marks.with_suffix(".sh")
        place.write_text(f"#!/bin/bash\nM={marks}\n{script}")
        place.chmod(0o755)

    return prepare


# It is wrong at first: with the evidence against it, it does better.
LEARNING = """
if ! grep -q 'Write hello' "$1"; then printf . >> $M/2; echo bye > farewell.txt
elif grep -q helo "$1"; then printf . >> $M/1b; echo hello > greeting.txt
else printf . >> $M/1a; echo helo > greeting.txt; echo new > new.txt; fi
"""
PROPOSING = """
if ! grep -q 'Write hello' "$1"; then printf . >> $M/2; echo bye > farewell.txt; exit; fi
printf . >> $M/1
echo hallo > greeting.txt
cat > .gsd-run-amendments.yaml <<END
amend:
  - claim: verify.1
    replace: {"grep -n hello": "grep -n hallo"}
    reason: the greeting is German
END
"""


def _by_hand(project: Sandbox, _: Path) -> None:
    _greeting(project)


CHECKPOINT = """\
<task type="checkpoint:human-verify" gate="blocking">
  <what-built>A greeting</what-built>
  <how-to-verify>Read greeting.txt aloud</how-to-verify>
</task>
<task type="auto">
  <name>Task 2"""


def _asking(project: Sandbox, _: Path) -> None:
    plan = PLAN.replace('<task type="auto">\n  <name>Task 2', CHECKPOINT)
    _greeting(project, plan.replace("autonomous: true", "autonomous: false"))
    project.write(RUN_PATH, RUN_FILE.replace("  2:", "  3:"))


def _test_first(project: Sandbox, marks: Path) -> None:
    verify = '<verify>python -c "import test_sums; test_sums.test_add()"</verify>'
    plan = PLAN.replace("<verify>grep -n hello greeting.txt</verify>", verify)
    plan = plan.replace('<task type="auto">', '<task type="auto" tdd="true">', 1)
    _greeting(project, plan.replace("greeting.txt", "sums.py").replace('contains: "hello"', ""))
    project.write(".gitignore", "__pycache__\n")
    project.write(
        RUN_PATH,
        "changes:\n"
        "  1:\n"
        '    - write: {path: test_sums.py, text: "from sums import add\\n\\n\\n'
        'def test_add():\\n    assert add(2, 3) == 5\\n"}\n'
        f"    - command: {{run: \"printf . >> {marks}/1; printf 'def add(a, b):\\\\n    "
        "return a + b\\\\n' > sums.py\", files: [sums.py]}\n"
        '  2:\n    - write: {path: farewell.txt, text: "bye\\n"}\n',
    )


def _planning(settings: str) -> Callable[[Sandbox, Path], None]:
    """GSD's planning files beside the plan."""

    def prepare(project: Sandbox, marks: Path) -> None:
        _steps(project, marks)
        plan = project.read(PLAN_PATH)
        project.write(
            PLAN_PATH, plan.replace("autonomous:", "requirements: [AUTH-01]\nautonomous:")
        )
        project.write(".planning/config.json", settings)
        row = "| 1/1 | Complete    | 2026-02-20 |"
        project.write(".planning/ROADMAP.md", ROADMAP.replace(row, "| 0/1 | - | - |"))
        project.write(".planning/STATE.md", STATE.replace("2 of 3 (Acc", "1 of 3 (Acc"))
        project.write(".planning/REQUIREMENTS.md", REQUIREMENTS)

    return prepare


_UNTRACKED = {"notes.txt": OWN_WORDS, "drafts/one.txt": "# a draft\n"}
_RUN = ("01-01",)
SCENES = (
    Scene(
        "steps",
        _steps,
        (Call((*_RUN, "--allow-dirty")),),
        untracked=_UNTRACKED,
        dirty={"mine.txt": "not committed yet\n"},
    ),
    Scene("agent", _agent(LEARNING), (Call(_RUN),), untracked=_UNTRACKED),
    Scene(
        "amendments",
        _agent(PROPOSING),
        (
            Call(_RUN, 1),
            Call(("resume", "--allow-amendments"), again=(*_RUN, "--allow-amendments")),
        ),
        untracked=_UNTRACKED,
    ),
    Scene(
        "hand",
        _by_hand,
        (
            Call((*_RUN, "--allow-dirty"), 10),
            Call(("resume",), 10, {"greeting.txt": "hello\n"}, _RUN),
            Call(("resume",), 0, {"farewell.txt": "bye\n"}, _RUN),
        ),
        dirty={"mine.txt": "not committed yet\n"},
    ),
    Scene(
        "checkpoint",
        _asking,
        (
            Call(_RUN, 10),
            Call(("answer", "--approve"), 0, {"greeting.txt": "hello, loud and clear\n"}, _RUN),
        ),
        untracked=_UNTRACKED,
    ),
    Scene("test first", _test_first, (Call(_RUN),), untracked=_UNTRACKED),
    Scene("record", _steps, (Call(_RUN), Call(("record", "01-01")))),
    Scene("undo", _planning("{}"), (Call(_RUN), Call(("undo", "01-01")))),
    Scene(
        "uncommitted",
        _planning('{"commit_docs": false}'),
        (Call(_RUN), Call(("undo", "01-01"))),
    ),
)
