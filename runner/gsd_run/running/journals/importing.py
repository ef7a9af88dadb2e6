"""A run's state taken in from a file: everything in it is checked before anything is written."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from gsd_run.domain.errors import Refusal
from gsd_run.domain.event import FORMAT as JOURNAL_FORMAT
from gsd_run.domain.event import Imported, Record, StepPlanned
from gsd_run.domain.run import RunState
from gsd_run.domain.savepoint import folder_of
from gsd_run.outside import git, git_history
from gsd_run.outside.archives import contents
from gsd_run.outside.git import Repository
from gsd_run.outside.git_packs import missing, quarantined, unpack
from gsd_run.outside.syncing import write_durably
from gsd_run.running.carrying import Carrying
from gsd_run.running.journals.exporting import (
    FORMAT,
    JOURNAL,
    MANIFEST,
    OUTPUTS,
    PACK,
    RUN_ID,
    Manifest,
    outputs_of,
)
from gsd_run.running.journals.journal import Journal
from gsd_run.running.journals.store import Store

MOST_BYTES = 2 * 1024**3
_OUTPUT = re.compile(rf"{OUTPUTS}[0-9a-f]{{64}}")
_OBJECT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REF_NAME = re.compile(r"[a-z]+(?:-[0-9]+)?")


class StateFile(Struct, frozen=True, kw_only=True):
    """A state file whose parts fit together, with the run that its journal tells of."""

    manifest: Manifest
    files: dict[str, bytes]
    state: RunState
    events: int


def read_state_file(place: Path, scratch: Path) -> StateFile:
    """Read a state file and check it against itself; `scratch` is a folder to work in.

    Raises:
        Refusal: something in it is missing, too much, changed or of a later version.
    """
    files = contents(place, _may_be_in_it, MOST_BYTES)
    manifest = _manifest(place, files.pop(MANIFEST, b""))
    if set(files) != set(manifest.files) or not {JOURNAL, PACK} <= set(files):
        raise Refusal(f"{place}: its manifest lists other files than it holds")
    for name, content in files.items():
        if hashlib.sha256(content).hexdigest() != manifest.files[name]:
            raise Refusal(f"{place}: {name} was changed: it does not have its recorded hash")
        if name.startswith(OUTPUTS) and name != f"{OUTPUTS}{manifest.files[name]}":
            raise Refusal(f"{place}: {name} is not named by its hash")
    state, events = _journal(place, manifest, files, scratch)
    return StateFile(manifest=manifest, files=files, state=state, events=events)


def _may_be_in_it(name: str) -> bool:
    return name in {MANIFEST, JOURNAL, PACK} or _OUTPUT.fullmatch(name) is not None


def _manifest(place: Path, content: bytes) -> Manifest:
    class Versioned(Struct):
        format: int

    try:
        version = msgspec.json.decode(content, type=Versioned).format
        if version > FORMAT:
            raise Refusal(f"{place}: written by a later gsd-run (format {version}); update this")
        manifest = msgspec.json.decode(content, type=Manifest)
    except msgspec.DecodeError as error:
        raise Refusal(f"{place}: no state of a run ({MANIFEST}: {error})") from error
    names = [manifest.base, manifest.head, manifest.working.tree, *manifest.refs.values()]
    folder = folder_of(manifest.run)
    if not (
        RUN_ID.fullmatch(manifest.run)
        and all(_OBJECT.fullmatch(name) for name in names)
        and all(
            ref.startswith(folder) and _REF_NAME.fullmatch(ref.removeprefix(folder))
            for ref in manifest.refs
        )
    ):
        raise Refusal(f"{place}: {MANIFEST} names what is no run, object or ref of one")
    for path in manifest.working.paths:
        if _leads_out(path):
            raise Refusal(f"{place}: {path!r} leads out of the project")
    return manifest


def _leads_out(path: str) -> bool:
    parts = path.split("/")
    git_folder = any(part.rstrip(" .").lower() in {".git", "git~1"} for part in parts)
    return not path or path.startswith("/") or bool({"", ".", ".."} & set(parts)) or git_folder


def _journal(
    place: Path, manifest: Manifest, files: dict[str, bytes], scratch: Path
) -> tuple[RunState, int]:
    """Return what the journal folds to, its chain of hashes checked, and how many events it has."""
    content = files[JOURNAL]
    path = scratch / f"{manifest.run}.jsonl"
    path.write_bytes(content)
    try:
        journal = Journal(path)
    except (KeyError, ValueError, AssertionError) as error:
        raise Refusal(f"{place}: its journal tells what no run does: {error!r}") from error
    state = journal.state
    if state is None or not content.endswith(b"\n") or content.count(b"\n") != len(journal.records):
        raise Refusal(f"{place}: its journal is cut short")
    started = state.started
    told = (started.run, started.base, started.branch, state.plan.id)
    if told != (manifest.run, manifest.base, manifest.branch, manifest.plan):
        raise Refusal(f"{place}: its journal is of another run than its manifest says")
    if started.format > JOURNAL_FORMAT:
        raise Refusal(f"{place}: its journal was written by a later gsd-run; update this one")
    if state.aside or any(map(_leads_out, _paths(state, journal.records))):
        raise Refusal(f"{place}: its journal names paths that lead out of the project")
    if set(files) != {JOURNAL, PACK, *(f"{OUTPUTS}{one}" for one in outputs_of(journal.records))}:
        raise Refusal(f"{place}: its outputs are not those that its journal names")
    return state, len(journal.records)


def _paths(state: RunState, records: Sequence[Record]) -> list[str]:
    """Return the paths of a journal at which going on with its run writes or deletes."""
    own = [state.started.summary, state.plan.path]
    own += [state.run_file.path] if state.run_file else []
    steps = [record.event for record in records if isinstance(record.event, StepPlanned)]
    return own + [file.path for step in steps for file in step.files]


def take_in(repository: Repository, store: Store, given: StateFile) -> bool:
    """Write a run's state into a repository, the journal last; False if it is all here already.

    Raises:
        Refusal: its base commit is not here, its objects are broken, or another run or another
            state of this one is in the way. Nothing was written.
    """
    manifest = given.manifest
    if git.commit_of(repository, manifest.base) is None:
        raise Refusal(
            f"commit {manifest.base[:12]}, on which the run began, is not in this repository; "
            "fetch it (in a shallow clone: `git fetch --unshallow`)"
        )
    place = store.journal(manifest.run)
    content = given.files[JOURNAL]
    here = place.read_bytes() if place.exists() else b""
    if here.startswith(content):
        return False
    if not content.startswith(here):
        raise Refusal(
            f"run {manifest.run} is here already and went on in another way; only one of the two "
            "can be gone on with"
        )
    _refuse_hidden(store, given, repository.root)
    _check_objects(repository, given)
    unpack(repository, given.files[PACK])
    for name, output in given.files.items():
        if name.startswith(OUTPUTS):
            store.keep_output(output)
    git_history.change_refs(repository, manifest.refs)
    place.parent.mkdir(parents=True, exist_ok=True)
    write_durably(place, content)
    return True


def _refuse_hidden(store: Store, given: StateFile, root: Path) -> None:
    """Refuse a run that a newer one of its plan would hide, or that would hide an open one."""
    latest = store.latest(given.state.plan.id, given.state.plan.path, root)
    run = given.manifest.run
    if latest is None or latest.started.run == run:
        return
    name = latest.started.run
    if not latest.is_over:
        raise Refusal(
            f"run {name} of {given.state.plan.id} has stopped here and is not over; finish it or "
            f"`gsd-run undo {given.state.plan.id}` first"
        )
    if not given.state.is_over and name > run:
        raise Refusal(f"run {name} of {given.state.plan.id} is here and newer than {run}")


def _check_objects(repository: Repository, given: StateFile) -> None:
    """Make sure that all objects are whole, and are what the manifest and the journal name."""
    manifest = given.manifest
    names = [manifest.head, manifest.working.tree, *manifest.refs.values()]
    with quarantined(repository, given.files[PACK]) as extra:
        if lack := missing(repository, names, extra):
            raise Refusal(f"the state file lacks objects that it needs: {lack}")
        kinds = git_history.kinds_of(repository, [manifest.head, manifest.working.tree], extra)
        if kinds != ("commit", "tree"):
            raise Refusal(f"the state file names {kinds} where a commit and a tree belong")
        if not git_history.is_ancestor(repository, given.state.head, manifest.head, extra):
            raise Refusal("the state file's last commit does not build on its run's")


def refuse_working(run: Carrying, given: StateFile) -> str:
    """Say why the work tree of the attempt in flight can't be restored here, "" if it can.

    Files that were restored already, before a crash, are no hindrance.
    """
    manifest, working = given.manifest, given.manifest.working
    branch, head = git.branch(run.repository), git.head(run.repository)
    if (branch, head) != (manifest.branch, manifest.head):
        wanted = manifest.branch or "a detached HEAD"
        return f"the run stands on {manifest.head[:9]} of {wanted}, and another is checked out"
    there = [path for path in working.paths if (run.project.root / path).exists()]
    now = git.snapshot(run.repository, there)
    other = {one.path for one in git.differences(run.repository, working.tree, now)}
    done = {*working.paths} - other
    if dirty := [path for path in git.dirty_files(run.repository) if path not in done]:
        return f"files have changes that are not committed: {', '.join(dirty[:5])}"
    at_head = git.files_in(run.repository, manifest.head)
    in_the_way = [path for path in there if path not in at_head and path not in done]
    return f"files are in the way: {', '.join(in_the_way[:5])}" if in_the_way else ""


def went_on(run: Carrying, given: StateFile) -> bool:
    """Tell whether the run has come further here than in the state file."""
    later = run.journal.records[given.events :]
    return any(not isinstance(record.event, Imported) for record in later)


def check_out(repository: Repository, given: StateFile) -> None:
    """Bring the run's branch forward to its head, made if need be, and check it out.

    Raises:
        Refusal: files have changes, or the branch is not behind the run's head.
    """
    manifest = given.manifest
    if dirty := git.dirty_files(repository):
        raise Refusal(f"files have changes that are not committed: {', '.join(dirty[:5])}")
    branch = manifest.branch
    tip = git.commit_of(repository, f"refs/heads/{branch}") if branch else None
    if tip and not git_history.is_ancestor(repository, tip, manifest.head):
        raise Refusal(
            f"branch {branch} has commits that the run does not build on; the run's head is "
            f"{folder_of(manifest.run)}head"
        )
    git_history.check_out(repository, branch, manifest.head)


def restore_working(run: Carrying, given: StateFile, environment: dict[str, str]) -> None:
    """Journal that the run goes on here, and bring back the files of the attempt in flight."""
    working = given.manifest.working
    root = run.project.root
    outside = [path for path in working.paths if not _is_inside(root, path)]
    if outside:
        raise Refusal(f"{', '.join(outside)}: a link on the way leads out of the project")
    theirs = tuple(
        path for path in git.untracked_files(run.repository) if path not in working.paths
    )
    if len(run.journal.records) == given.events:
        run.add(Imported(environment=environment, untracked=theirs))
    git.put_back(run.repository, working.tree, working.paths)


def _is_inside(root: Path, path: str) -> bool:
    return (root / path).parent.resolve().is_relative_to(root.resolve())
