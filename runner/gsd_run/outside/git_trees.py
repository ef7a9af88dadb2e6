"""Git's trees: states of the project's files, taken, compared, changed and brought back.

All paths that the functions here take and give are relative to the project's root, as in `git`.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from gsd_run.outside.git_calls import (
    Repository,
    call,
    called,
    fields,
    full,
    listed,
    literally,
    relative,
)
from gsd_run.outside.project_files import delete_within
from gsd_run.outside.syncing import sync_files

# The run's own commits, refs and objects must survive a power cut; passing indexes need not.
DURABLE = ("-c", "core.fsync=all")
OBJECTS_DURABLE = ("-c", "core.fsync=committed")
FROM_STDIN = ("--pathspec-from-file=-", "--pathspec-file-nul")


class TreeChange(Struct, frozen=True, kw_only=True):
    """A file that differs between two trees: status A (added), M (modified) or D (deleted)."""

    status: str
    path: str


def snapshot(repository: Repository, untracked: Sequence[str]) -> str:
    """Return the tree of the work tree as it is: tracked files, and the untracked ones named.

    The index of the user is not touched.
    """
    with scratch_folder(repository) as folder:
        index = folder / "index"
        own = repository.git_dir / "index"
        if own.exists():
            # with its time: by it git knows which files may have changed since in one tick
            shutil.copy2(own, index)
        extra = {"GIT_INDEX_FILE": str(index)}
        safe = ("-c", "core.safecrlf=false", *OBJECTS_DURABLE)
        called(repository, *safe, "add", "-u", "--", ":/", extra=extra)
        present = [path for path in untracked if os.path.lexists(repository.root / path)]
        if present:
            called(
                repository, *safe, "add", "-f", *FROM_STDIN,
                extra=extra, stdin=literally(present),
            )  # fmt: skip
        return called(repository, *OBJECTS_DURABLE, "write-tree", extra=extra).text


def tree_without(repository: Repository, tree: str, paths: Sequence[str]) -> str:
    """Return a tree that lacks some of the files of another."""
    with scratch_folder(repository) as folder:
        extra = {"GIT_INDEX_FILE": str(folder / "index")}
        called(repository, "read-tree", tree, extra=extra)
        called(
            repository, "update-index", "--force-remove", "-z", "--stdin",
            extra=extra, stdin=listed(paths),
        )  # fmt: skip
        return called(repository, *OBJECTS_DURABLE, "write-tree", extra=extra).text


def tree_with(repository: Repository, tree: str, paths: Sequence[str], source: str) -> str:
    """Return a tree in which some files are as in another, `source`, or missing as there."""
    with scratch_folder(repository) as folder:
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
        return called(repository, *OBJECTS_DURABLE, "write-tree", extra=extra).text


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


def patch_between(
    repository: Repository,
    before: str,
    after: str,
    paths: Sequence[str],
    *,
    from_top: bool = False,
) -> bytes:
    """Return what turns files of one tree into those of another, as a diff that git applies.

    It holds whole object ids, so that it can be merged, and binary files as such. Paths in it are
    relative to the project's root, with `from_top` to the repository's, as `git apply` takes them.
    """
    words = (
        "diff-tree", "-r", "-p", "--binary", "--full-index", "--no-renames", "--no-color",
        "--no-ext-diff", "--no-textconv", "--src-prefix=a/", "--dst-prefix=b/",
        *(() if from_top else ("--relative",)),
    )  # fmt: skip
    named = [f":(literal){path}" for path in paths]
    told = called(repository, *words, before, after, "--", *named).stdout
    if _is_plain(told):
        return told
    with scratch_folder(repository) as folder:
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
        *OBJECTS_DURABLE,
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
            delete_within(repository.top, full(repository, path))
            _remove_empty_folders(repository.root, Path(path).parent)
    if there:
        with scratch_folder(repository) as folder:
            extra = {"GIT_INDEX_FILE": str(folder / "index")}
            called(repository, "read-tree", tree, extra=extra)
            called(
                repository, "checkout-index", "-f", "-z", "--stdin",
                extra=extra, stdin=listed(there),
            )  # fmt: skip
    sync_files(repository.root, paths)


def scratch(repository: Repository) -> Path:
    """Return the folder for what a run needs for a moment, inside the git folder."""
    folder = repository.common_dir / "gsd-run" / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def scratch_folder(repository: Repository) -> Iterator[Path]:
    """Give a folder inside the git folder, and take it away again."""
    with tempfile.TemporaryDirectory(dir=scratch(repository)) as folder:
        yield Path(folder)


def _remove_empty_folders(root: Path, folder: Path) -> None:
    """Remove a folder that a deleted file leaves empty, and its empty parents, below the root."""
    while folder != Path() and (root / folder).is_dir() and not any((root / folder).iterdir()):
        (root / folder).rmdir()
        folder = folder.parent
