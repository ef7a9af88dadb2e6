"""What every stage of a run is given: the project, the repository, the journal, the watcher."""

from pathlib import Path
from typing import Literal, Protocol

from msgspec import Struct, field

from gsd_run.domain.event import Answered, Changed, Event, Record
from gsd_run.domain.gsd_flow import flow_files
from gsd_run.domain.run import RunState
from gsd_run.domain.savepoint import new_tree, ref_of
from gsd_run.outside import git_history
from gsd_run.outside.git import Repository
from gsd_run.outside.project import Project
from gsd_run.outside.syncing import sync_files
from gsd_run.reading.agents import Agents
from gsd_run.reading.settings import Settings
from gsd_run.running.journals.journal import Journal
from gsd_run.running.journals.store import Store


class Watcher(Protocol):
    """Somebody who looks on: a terminal, a log, nobody."""

    def event(self, record: Record, state: RunState) -> None:
        """Take notice of an event that is in the journal."""

    def running(self, command: str) -> None:
        """Take notice of a command that starts now."""

    def printed(self, text: str) -> None:
        """Take notice of the end of what that command has printed so far, secrets redacted.

        It comes up to ten times a second; what it holds acts on a terminal as its writer liked.
        """

    def said(self, text: str) -> None:
        """Take notice of a warning that is no event."""


class Options(Struct, frozen=True, kw_only=True):
    """How the user wants a plan carried out.

    `task` is the only task to be carried out now, `until` the last one; `yes` approves what a
    checkpoint asks to be looked at, where its gate allows that; `answer` answers the one that
    was asked. `orchestrated` says that GSD's own flow called: it writes STATE.md, ROADMAP.md and
    the like itself, before, meanwhile and after.
    """

    baseline: bool = True
    redo: bool = False
    fresh: bool = False
    allow_dirty: bool = False
    strict: bool = False
    branch: str | None = None
    executor: Literal["steps", "literal", "agent", "hand"] | None = None
    agent: str | None = None
    allow_amendments: bool = False
    yes: bool = False
    task: int | None = None
    until: int | None = None
    answer: Answered | None = None
    orchestrated: bool = False


class Asked(Struct, frozen=True, kw_only=True):
    """What a user asks for: this plan of this project, carried out like this."""

    plan_path: Path
    project: Project
    settings: Settings
    options: Options = Options()
    agents: Agents = Agents()


class Carrying(Struct, frozen=True, kw_only=True):
    """One run being carried out.

    `measured_here` are the keys of what was measured since this program started, `mend` the files
    that a person changed after the last task.
    """

    project: Project
    repository: Repository
    settings: Settings
    store: Store
    journal: Journal
    watcher: Watcher
    options: Options = Options()
    agents: Agents = Agents()
    measured_here: set[str] = field(default_factory=set)
    mend: set[str] = field(default_factory=set)

    @property
    def state(self) -> RunState:
        """Return what the journal says now."""
        assert self.journal.state is not None
        return self.journal.state

    @property
    def not_ours(self) -> frozenset[str]:
        """Return the files that the run reads or steers clear of, and never commits."""
        state = self.state
        own = {state.plan.path, *((state.run_file.path,) if state.run_file else ())}
        if self.options.orchestrated:
            named = {
                *state.plan.files_modified,
                *(f for one in state.plan.tasks for f in one.files),
            }
            own |= flow_files(state.plan.path).difference(named)
        return frozenset({*own, *state.started.dirty})

    def add(self, event: Event) -> None:
        """Put an event into the journal, then show it.

        A tree that it names is kept before, and the files that it tells of are on disk.
        """
        if isinstance(event, Changed):
            sync_files(self.project.root, (*event.added, *event.modified, *event.deleted))
        if tree := new_tree(self.journal.records, event):
            ref = ref_of(self.state.started.run, len(self.journal.records) + 1)
            git_history.point(self.repository, ref, tree)
        record = self.journal.add(event)
        self.watcher.event(record, self.state)
