"""Git through its command line: what changed, what is kept, what is committed.

All paths that the functions here take and give are relative to the project's root, with forward
slashes; a file of the repository outside of the project begins with `../`.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from gsd_run.domain.errors import Refusal
from gsd_run.outside.git_calls import (
    GitFailed,
    Repository,
    call,
    called,
    environment_of_git,
    fields,
    full,
    listed,
    literally,
    relative,
    run_git,
    text_of,
)

__all__ = ["GitFailed", "Position", "Repository", "TreeChange"]

# The run's own commits, refs and objects must survive a power cut; passing indexes need not.
_DURABLE = ("-c", "core.fsync=all")
_OBJECTS_DURABLE = ("-c", "core.fsync=committed")
_FROM_STDIN = ("--pathspec-from-file=-", "--pathspec-file-nul")
_IN_PROGRESS = {
    "MERGE_HEAD": "merge",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "BISECT_LOG": "bisect",
}


class TreeChange(Struct, frozen=True, kw_only=True):
    """A file that differs between two trees: status A (added), M (modified) or D (deleted)."""

    status: str
    path: str


class Position(Struct, frozen=True, kw_only=True):
    """Where a repository stands: its commit, branch ("HEAD" if detached) and index file."""

    head: str
    branch: str
    index: bytes | None


def open_repository(root: Path) -> Repository:
    """Return the repository that `root` is in.

    Raises:
        Refusal: git is missing, or `root` is in no repository, or that has no commit yet.
    """
    asked = ("--show-toplevel", "--absolute-git-dir", "--path-format=absolute", "--git-common-dir")
    try:
        found = run_git(["git", "rev-parse", *asked], root, environment_of_git())
    except FileNotFoundError:
        raise Refusal("git is not installed; a run needs it to know what changed") from None
    if found.status != 0:
        told = found.stderr.decode(errors="replace").strip()
        if "not a git repository" not in told:
            raise Refusal(f"git can't work in {root}: {told}")
        raise Refusal(f"{root} is in no git repository; start one with `git init` and a commit")
    top, git_dir, common_dir = (Path(os.fsdecode(line)) for line in found.stdout.splitlines()[:3])
    inner = root.resolve().relative_to(top.resolve()).as_posix()
    prefix = "" if inner == "." else f"{inner}/"
    repository = Repository(
        root=root, top=top, git_dir=git_dir, common_dir=common_dir, prefix=prefix
    )
    if call(repository, "rev-parse", "--verify", "-q", "HEAD").status != 0:
        raise Refusal("the repository has no commit yet; a run starts from one")
    return repository


def head(repository: Repository) -> str:
    """Return the commit that is checked out."""
    return text_of(repository, "rev-parse", "HEAD")


def commit_of(repository: Repository, revision: str) -> str | None:
    """Return the commit that a revision names, None if it names none."""
    found = call(
        repository, "rev-parse", "--verify", "-q", "--end-of-options", f"{revision}^{{commit}}"
    )
    return found.text if found.status == 0 else None


def tree_of(repository: Repository, commit: str) -> str:
    """Return the id of a commit's tree."""
    return text_of(repository, "rev-parse", f"{commit}^{{tree}}")


def branch(repository: Repository) -> str:
    """Return the current branch's name, "" on a detached HEAD."""
    return call(repository, "symbolic-ref", "-q", "--short", "HEAD").text


def position(repository: Repository) -> Position:
    """Return where the repository stands, to be compared with later."""
    told = text_of(repository, "rev-parse", "HEAD", "--symbolic-full-name", "HEAD")
    commit, _, name = told.partition("\n")
    index = repository.git_dir / "index"
    held = index.read_bytes() if index.exists() else None
    return Position(head=commit, branch=name, index=held)


def refs(repository: Repository) -> str:
    """Return the branches, tags and stashes with what they point to, to be compared with later.

    What was fetched from elsewhere is not among them: an editor may fetch at any time.
    """
    kinds = ("refs/heads", "refs/tags", "refs/stash")
    return text_of(repository, "for-each-ref", "--format=%(objectname) %(refname)", *kinds)


def put_index_back(repository: Repository, before: Position) -> bool:
    """Undo what was staged or unstaged since `before`; tell whether anything was.

    A refreshed index that says the same is left alone.
    """
    index = repository.git_dir / "index"
    now = index.read_bytes() if index.exists() else None
    if now == before.index or before.index is None:
        return False
    with _folder(repository) as folder:
        old = folder / "index"
        old.write_bytes(before.index)
        if _entries(repository, old) == _entries(repository, index):
            return False
        old.replace(index)
    return True


def _entries(repository: Repository, index: Path) -> bytes:
    extra = {"GIT_INDEX_FILE": str(index)}
    return called(repository, "ls-files", "--stage", "-z", ":/", extra=extra).stdout


def version(repository: Repository) -> str:
    """Return git's version."""
    return text_of(repository, "--version").removeprefix("git version ").strip()


def operation_in_progress(repository: Repository) -> str | None:
    """Return what git is in the middle of ("merge", "rebase", …), or None."""
    for name, operation in _IN_PROGRESS.items():
        if (repository.git_dir / name).exists():
            return operation
    return None


def has_identity(repository: Repository) -> bool:
    """Tell whether git knows whom to name as the author of a commit."""
    return call(repository, "var", "GIT_AUTHOR_IDENT").status == 0


def identity(repository: Repository) -> str:
    """Return whom git names as the author of a commit: name and address."""
    return text_of(repository, "var", "GIT_AUTHOR_IDENT").rpartition("> ")[0] + ">"


def dirty_files(repository: Repository) -> tuple[str, ...]:
    """Return the tracked files with uncommitted changes, staged or not."""
    told = called(
        repository, "status", "--porcelain=v1", "-z", "--untracked-files=no", "--no-renames",
        "--ignore-submodules=untracked",
    )  # fmt: skip
    return tuple(relative(repository, entry[3:]) for entry in fields(told))


def untracked_files(repository: Repository) -> tuple[str, ...]:
    """Return the untracked files of the project that git does not ignore.

    Repositories inside this one are none of its files. Nor can a file be worked on whose name is
    no UTF-8 text; as all that a run does not name, it is left alone.
    """
    told = called(repository, "ls-files", "-z", "--others", "--exclude-standard")
    found = []
    for field in told.stdout.split(b"\0"):
        with contextlib.suppress(UnicodeDecodeError):
            found.append(field.decode())
    return tuple(path for path in found if path and not path.endswith("/"))


def is_ignored(repository: Repository, path: str) -> bool:
    """Tell whether git ignores a path; a tracked file is never ignored."""
    return call(repository, "check-ignore", "-q", "--", path).status == 0


def is_tracked(repository: Repository, path: str) -> bool:
    """Tell whether a file is in the index."""
    return call(repository, "ls-files", "--error-unmatch", "--", f":(literal){path}").status == 0


def snapshot(repository: Repository, untracked: Sequence[str]) -> str:
    """Return the tree of the work tree as it is: tracked files, and the untracked ones named.

    The index of the user is not touched.
    """
    with _folder(repository) as folder:
        index = folder / "index"
        own = repository.git_dir / "index"
        if own.exists():
            # with its time: by it git knows which files may have changed since in one tick
            shutil.copy2(own, index)
        extra = {"GIT_INDEX_FILE": str(index)}
        safe = ("-c", "core.safecrlf=false", *_OBJECTS_DURABLE)
        called(repository, *safe, "add", "-u", "--", ":/", extra=extra)
        present = [path for path in untracked if os.path.lexists(repository.root / path)]
        if present:
            called(
                repository, *safe, "add", "-f", *_FROM_STDIN,
                extra=extra, stdin=literally(present),
            )  # fmt: skip
        return called(repository, *_OBJECTS_DURABLE, "write-tree", extra=extra).text


def tree_without(repository: Repository, tree: str, paths: Sequence[str]) -> str:
    """Return a tree that lacks some of the files of another."""
    with _folder(repository) as folder:
        extra = {"GIT_INDEX_FILE": str(folder / "index")}
        called(repository, "read-tree", tree, extra=extra)
        called(
            repository, "update-index", "--force-remove", "-z", "--stdin",
            extra=extra, stdin=listed(paths),
        )  # fmt: skip
        return called(repository, *_OBJECTS_DURABLE, "write-tree", extra=extra).text


def tree_with(repository: Repository, tree: str, paths: Sequence[str], source: str) -> str:
    """Return a tree in which some files are as in another, `source`, or missing as there."""
    with _folder(repository) as folder:
        extra = {"GIT_INDEX_FILE": str(folder / "index")}
        called(repository, "read-tree", tree, extra=extra)
        held = files_in(repository, source)
        gone = [path for path in paths if path not in held]
        called(
            repository, "update-index", "--force-remove", "-z", "--stdin",
            extra=extra, stdin=listed(gone),
        )  # fmt: skip
        wanted = {full(repository, path) for path in paths if path in held}
        told = called(repository, "ls-tree", "-r", "-z", "--full-tree", source).stdout
        entries = [
            line for line in told.split(b"\0") if os.fsdecode(line.partition(b"\t")[2]) in wanted
        ]
        called(
            repository, "update-index", "-z", "--index-info",
            extra=extra, stdin=b"".join(entry + b"\0" for entry in entries),
        )  # fmt: skip
        return called(repository, *_OBJECTS_DURABLE, "write-tree", extra=extra).text


def differences(repository: Repository, before: str, after: str) -> tuple[TreeChange, ...]:
    """Return what differs between two trees.

    Raises:
        GitFailed: a file that differs has a name that is no UTF-8 text.
    """
    if before == after:
        return ()
    words = ("diff-tree", "-r", "-z", "--name-status", "--no-renames", before, after)
    told = fields(called(repository, *words))
    pairs = zip(told[::2], told[1::2], strict=True)
    return tuple(
        TreeChange(status="M" if status == "T" else status, path=relative(repository, path))
        for status, path in pairs
    )


def patch_between(repository: Repository, before: str, after: str, paths: Sequence[str]) -> bytes:
    """Return what turns files of one tree into those of another, as a diff that git applies.

    It holds whole object ids, so that it can be merged, and binary files as such. Paths in it are
    relative to the project's root.
    """
    words = (
        "diff-tree", "-r", "-p", "--binary", "--full-index", "--no-renames", "--no-color",
        "--no-ext-diff", "--no-textconv", "--src-prefix=a/", "--dst-prefix=b/", "--relative",
    )  # fmt: skip
    named = [f":(literal){path}" for path in paths]
    told = called(repository, *words, before, after, "--", *named).stdout
    if _is_plain(told):
        return told
    with _folder(repository) as folder:
        # A text in another encoding goes as bytes: in the middle of UTF-8 it would be mangled.
        binary = folder / "attributes"
        binary.write_text("* binary\n")
        setting = ("-c", f"core.attributesFile={binary}")
        return called(repository, *setting, *words, before, after, "--", *named).stdout


def _is_plain(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def files_in(repository: Repository, tree: str) -> frozenset[str]:
    """Return the files of a tree whose names are UTF-8 text."""
    told = called(repository, "ls-tree", "-r", "-z", "--name-only", "--full-tree", tree)
    found = []
    for field in told.stdout.split(b"\0"):
        with contextlib.suppress(UnicodeDecodeError):
            found.append(field.decode())
    return frozenset(relative(repository, path) for path in found if path)


def text_at(repository: Repository, revision: str, path: str) -> str | None:
    """Return a file's text at a commit or tree as a checkout would write it, None if not there.

    Bytes that are no UTF-8 are replaced.
    """
    place = f"{revision}:{full(repository, path)}"
    found = call(repository, "cat-file", "--filters", place)
    return found.stdout.decode(errors="replace") if found.status == 0 else None


def blob_of(repository: Repository, text: str) -> str:
    """Store a text as a git blob and return its id."""
    return called(
        repository,
        *_OBJECTS_DURABLE,
        "hash-object",
        "-w",
        "--stdin",
        stdin=text.encode(errors="surrogateescape"),
    ).text


def blob_of_file(repository: Repository, path: str) -> str | None:
    """Return the blob id that a file in the work tree would have, None if there is no file."""
    if not (repository.root / path).is_file():
        return None
    return called(repository, "hash-object", "--no-filters", "--", path).text


def put_back(repository: Repository, tree: str, paths: Sequence[str]) -> None:
    """Bring files of the work tree to their state in a tree; what it lacks is deleted."""
    if not paths:
        return
    held = files_in(repository, tree)
    there = [path for path in paths if path in held]
    for path in paths:
        if path not in held:
            (repository.root / path).unlink(missing_ok=True)
            _remove_empty_folders(repository.root, Path(path).parent)
    if there:
        with _folder(repository) as folder:
            extra = {"GIT_INDEX_FILE": str(folder / "index")}
            called(repository, "read-tree", tree, extra=extra)
            called(
                repository, "checkout-index", "-f", "-z", "--stdin",
                extra=extra, stdin=listed(there),
            )  # fmt: skip


def keep(repository: Repository, ref: str, tree: str, message: str) -> None:
    """Keep a tree from being collected, as a commit under a ref of the run."""
    commit = text_of(repository, *_DURABLE, "commit-tree", tree, "-p", "HEAD", "-m", message)
    called(repository, *_DURABLE, "update-ref", ref, commit)


def forget(repository: Repository, ref: str) -> None:
    """Delete a ref of the run."""
    called(repository, "update-ref", "-d", ref)


def commit(
    repository: Repository, message: str, paths: Sequence[str], environment: Mapping[str, str]
) -> str:
    """Commit exactly these paths, hooks on, and return the commit.

    The hooks get `environment`. When git or a hook refuses, the index is left without the paths,
    as it was before.

    Raises:
        GitFailed: git or a hook refused; the message is theirs.
    """
    named = literally(paths)
    called(repository, *_DURABLE, "add", "-A", "-f", *_FROM_STDIN, stdin=named)
    try:
        with _folder(repository) as folder:
            text = folder / "message"
            text.write_text(message, encoding="utf-8")
            called(
                repository, *_DURABLE, "commit", "--quiet", "--only", "-F", str(text), *_FROM_STDIN,
                stdin=named, environment=environment,
            )  # fmt: skip
    except BaseException:
        call(repository, "reset", "-q", *_FROM_STDIN, stdin=named)
        raise
    return head(repository)


def commits_since(repository: Repository, base: str) -> tuple[tuple[str, str], ...]:
    """Return the commits after `base` as (id, message), oldest first; () if base is no ancestor."""
    if head(repository) == base:
        return ()
    if call(repository, "merge-base", "--is-ancestor", base, "HEAD").status != 0:
        return ()
    told = called(
        repository, "-c", "log.showSignature=false", "log", "-z", "--reverse", "--first-parent",
        "--encoding=UTF-8", "--format=%H%n%B", f"{base}..HEAD",
    )  # fmt: skip
    pairs = [entry.decode(errors="replace").partition("\n") for entry in told.stdout.split(b"\0")]
    return tuple((one, message.rstrip("\n") + "\n") for one, _, message in pairs if one)


def has_branch(repository: Repository, name: str) -> bool:
    """Tell whether there is a branch of this name."""
    return call(repository, "show-ref", "--verify", "-q", f"refs/heads/{name}").status == 0


def switch(repository: Repository, name: str) -> None:
    """Work on a branch, made at HEAD if it does not exist."""
    called(repository, "switch", *([] if has_branch(repository, name) else ["-c"]), name)


def scratch(repository: Repository) -> Path:
    """Return the folder for what a run needs for a moment, inside the git folder."""
    folder = repository.common_dir / "gsd-run" / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def _folder(repository: Repository) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=scratch(repository)) as folder:
        yield Path(folder)


def _remove_empty_folders(root: Path, folder: Path) -> None:
    """Remove a folder that a deleted file leaves empty, and its empty parents, below the root."""
    while folder != Path() and (root / folder).is_dir() and not any((root / folder).iterdir()):
        (root / folder).rmdir()
        folder = folder.parent
