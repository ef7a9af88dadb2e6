"""Whatever users, crashes and runs do in whatever order: what must hold holds.

The steps are drawn by hypothesis. A few short stories are told here, always the same; more of
them, and other ones, with `GSD_RUN_STORIES=500 pytest runner/tests/running/test_any_order.py`.
"""

import os
import shutil
import signal
import tempfile
from pathlib import Path

from gsd_run.domain.event import AttemptStarted, Committed, Completed
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sandbox import PLAN, PLAN_PATH, RUN_FILE, RUN_PATH, SUMMARY_PATH, Output, Sandbox
from scenes import DYING, events

STORIES = int(os.environ.get("GSD_RUN_STORIES", "2"))
CHECKPOINT = """\
<task type="checkpoint:human-verify" gate="blocking">
  <what-built>A greeting</what-built>
  <how-to-verify>Read greeting.txt aloud</how-to-verify>
</task>
<task type="auto">
  <name>Task 2"""
FILES = ("README.md", "greeting.txt", "farewell.txt", "notes.txt")
TEXTS = ("mine\n", "hello, mine\n", "bye, mine\n", "# Greeting\n")
EXITS = {0, 1, 2, 3, 10}


class AnyOrder(RuleBasedStateMachine):
    """One project, its user, and runs that are killed or not; `written` is what the user wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.project = Sandbox(self.folder / "project")
        self.written: list[str] = []

    @initialize()
    def begin(self) -> None:
        project = self.project
        project.root.mkdir()
        project.git("init", "-q", "-b", "main")
        project.git("config", "user.name", "Pat Tester")
        project.git("config", "user.email", "pat@example.org")
        project.git("config", "gc.auto", "0")
        project.write(PLAN_PATH, PLAN.replace('<task type="auto">\n  <name>Task 2', CHECKPOINT))
        project.write(RUN_PATH, RUN_FILE.replace("  2:", "  3:"))
        project.write("README.md", "# Greeting\n")
        project.commit("start")

    def called(self, *words: str) -> Output:
        done = self.project.gsd_run(*words)
        assert done.status in EXITS, (words, done.text)
        assert "Traceback" not in done.text, (words, done.text)
        return done

    @rule(words=st.sampled_from([("01-01",), ("01-01", "--no-baseline"), ("01-01", "--fresh")]))
    def run(self, words: tuple[str, ...]) -> None:
        done = self.called(*words)
        complete = done.status == 0
        assert not complete or (self.project.root / SUMMARY_PATH).exists(), done.text

    @rule(redo=st.booleans())
    def resume(self, redo: bool) -> None:
        self.called("resume", "01-01", *(["--redo"] if redo else []))

    @rule(words=st.sampled_from([("--approve",), ("--reject", "it mumbles")]))
    def answer(self, words: tuple[str, ...]) -> None:
        self.called("answer", "01-01", *words)

    @rule(
        number=st.integers(1, 700),
        words=st.sampled_from([("01-01",), ("resume", "01-01"), ("answer", "01-01", "--approve")]),
    )
    def kill(self, number: int, words: tuple[str, ...]) -> None:
        report = str(self.folder / "report")
        done = self.project.python(DYING, "kill", str(number), report, *words)
        assert done.status in {*EXITS, -signal.SIGKILL}, done.text

    @rule(path=st.sampled_from(FILES), text=st.sampled_from(TEXTS))
    def edit(self, path: str, text: str) -> None:
        own = f"{text}{len(self.written)}\n"
        self.written.append(own)
        self._leaves(path)
        self.project.write(path, own)

    @precondition(lambda self: (self.project.root / "README.md").exists())
    @rule()
    def delete(self) -> None:
        self._leaves("README.md")
        (self.project.root / "README.md").unlink()

    @rule()
    def commit(self) -> None:
        self.project.run("git", "add", "-A", "--", *FILES)
        self.project.run("git", "add", "-A", "--", "README.md", "notes.txt")
        self.project.run("git", "commit", "-qm", "the user's")

    @rule(old=st.sampled_from(["Write hello into", "Write bye into"]))
    def reword(self, old: str) -> None:
        place = self.project.root / PLAN_PATH
        if place.exists():
            self.project.write(PLAN_PATH, place.read_text().replace(old, f"{old} the file"))

    @rule()
    def undo(self) -> None:
        self.called("undo", "01-01")

    def _leaves(self, path: str) -> None:
        """The user overwrites a file: what they lose that way is not for a run to keep."""
        place = self.project.root / path
        if place.exists():
            text = place.read_text()
            self.written = [one for one in self.written if one != text]

    @invariant()
    def nothing_of_the_user_is_lost(self) -> None:
        if not self.written:
            return
        root = self.project.root
        there = {(root / path).read_text() for path in FILES if (root / path).exists()}
        missing = [one for one in self.written if one not in there]
        if missing:
            kept = self._in_git()
            assert not [one for one in missing if one not in kept]

    def _in_git(self) -> set[str]:
        """Return what every ref, and what the user could be told of, holds of the files."""
        listed = self.project.git("rev-list", "--all", "--objects", "--reflog").splitlines()
        ids = {line.split()[0] for line in listed if line.endswith(FILES)}
        return {self.project.git("cat-file", "-p", one) for one in ids}

    @invariant()
    def what_the_journal_says_is_so(self) -> None:
        runs = self.project.root / ".git" / "gsd-run" / "runs"
        if not runs.is_dir() or not any(place.stat().st_size for place in runs.glob("*.jsonl")):
            return
        happened = events(self.project)  # this proves the chain
        assert self.called("status").status == 0
        finished: set[int] = set()
        for event in happened:
            if event.__class__.__name__ == "Undone":
                finished = {one for one in finished if one < event.from_task}
            if isinstance(event, AttemptStarted):
                assert event.task not in finished
            if isinstance(event, Committed) and event.part == "task":
                finished.add(event.task or 0)
                kind = self.project.run("git", "cat-file", "-t", event.commit)
                assert kind.stdout == "commit\n"
        complete = any(isinstance(event, Completed) for event in happened)
        mine = (self.project.root / SUMMARY_PATH).exists()
        ended = any(event.__class__.__name__ == "Ended" for event in happened)
        older = len(list(runs.glob("*.jsonl"))) > 1
        assert not mine or complete or ended or older

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=STORIES,
    stateful_step_count=6,
    derandomize="GSD_RUN_STORIES" not in os.environ,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink] if "GSD_RUN_STORIES" in os.environ else [Phase.generate],
    suppress_health_check=list(HealthCheck),
)
