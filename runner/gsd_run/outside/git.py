"""Git through its command line: what changed, what is kept, what is committed.

All paths that the functions here take and give are relative to the project's root, with forward
slashes; a file of the repository outside of the project begins with `../`.
"""

import contextlib
import os
from collections.abc import Mapping, Sequence
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
    literally,
    relative,
    run_git,
    text_of,
)
from gsd_run.outside.git_trees import (
    DURABLE,
    FROM_STDIN,
    TreeChange,
    blob_of,
    blob_of_file,
    differences,
    files_in,
    patch_between,
    put_back,
    scratch,
    scratch_folder,
    snapshot,
    text_at,
    tree_with,
    tree_without,
)
from gsd_run.outside.syncing import sync_files

__all__ = [
    "GitFailed",
    "Position",
    "Repository",
    "TreeChange",
    "blob_of",
    "blob_of_file",
    "differences",
    "files_in",
    "patch_between",
    "put_back",
    "scratch",
    "snapshot",
    "text_at",
    "tree_with",
    "tree_without",
]  # fmt: skip

_IN_PROGRESS = {
    "MERGE_HEAD": "merge",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "BISECT_LOG": "bisect",
}


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
    except FileNotFoundError as error:
        if error.filename != "git":
            raise Refusal(f"no temporary file can be made: {error.strerror}") from error
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


def patch_id(repository: Repository, commit: str) -> str:
    """Return git's id of what a commit changes, whatever it stands on; "" if it changes nothing."""
    words = ("diff-tree", "-p", "--no-color", "--no-ext-diff", "--no-textconv", "--root", commit)
    diff = called(repository, *words).stdout
    return called(repository, "patch-id", "--stable", stdin=diff).text.partition(" ")[0]


def blobs_at(repository: Repository, commit: str, paths: Sequence[str]) -> dict[str, str]:
    """Return the content of files at a commit or tree, as blob ids; "" where there is no file."""
    told = called(repository, "ls-tree", "-r", "-z", "--full-tree", commit)
    found = {}
    for entry in told.stdout.split(b"\0"):
        about, _, path = entry.partition(b"\t")
        found[path] = about.split()[2].decode() if about else ""
    return {path: found.get(full(repository, path).encode(), "") for path in paths}


def history(repository: Repository, path: str) -> tuple[str, ...]:
    """Return the commits before HEAD, and it, that changed a file; newest first."""
    told = called(repository, "log", "--format=%H", "--full-history", "--", f":(literal){path}")
    return tuple(told.text.split())


def is_in_history(repository: Repository, commit: str) -> bool:
    """Tell whether a commit is HEAD or one before it."""
    if commit_of(repository, commit) is None:
        return False
    return call(repository, "merge-base", "--is-ancestor", commit, "HEAD").status == 0


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

    What was fetched from elsewhere is not among them: an editor may fetch at any time. HEAD is,
    with the length of its log: a reset to where it stands shows there alone.
    """
    kinds = ("refs/heads", "refs/tags", "refs/stash")
    told = text_of(repository, "for-each-ref", "--format=%(objectname) %(refname)", *kinds)
    log = repository.git_dir / "logs" / "HEAD"
    return f"{told}\n{log.stat().st_size if log.exists() else 0} HEAD"


def put_index_back(repository: Repository, before: Position) -> bool:
    """Undo what was staged or unstaged since `before`; tell whether anything was.

    A refreshed index that says the same is left alone.
    """
    index = repository.git_dir / "index"
    now = index.read_bytes() if index.exists() else None
    if now == before.index or before.index is None:
        return False
    with scratch_folder(repository) as folder:
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


def keep(repository: Repository, ref: str, tree: str, message: str) -> None:
    """Keep a tree from being collected, as a commit under a ref of the run."""
    commit = text_of(repository, *DURABLE, "commit-tree", tree, "-p", "HEAD", "-m", message)
    called(repository, *DURABLE, "update-ref", ref, commit)


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
    # Deleted and staged already: a kill came between staging and committing.
    gone = {path for path in paths if not os.path.lexists(repository.root / path)}
    left = [path for path in paths if path not in gone or is_tracked(repository, path)]
    if left:
        called(repository, *DURABLE, "add", "-A", "-f", *FROM_STDIN, stdin=literally(left))
    try:
        with scratch_folder(repository) as folder:
            text = folder / "message"
            text.write_text(message, encoding="utf-8")
            called(
                repository, *DURABLE, "commit", "--quiet", "--cleanup=whitespace", "--only",
                "-F", str(text), *FROM_STDIN, stdin=named, environment=environment,
            )  # fmt: skip
    except BaseException:
        unstage(repository, paths)
        raise
    sync_files(repository.git_dir, ["index"])  # with --only, git does not
    return head(repository)


def unstage(repository: Repository, paths: Sequence[str]) -> None:
    """Bring the index to what HEAD has at these paths; the work tree stays as it is."""
    if paths:  # without any, git takes all
        call(repository, "reset", "-q", *FROM_STDIN, stdin=literally(paths))
        sync_files(repository.git_dir, ["index"])


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


def is_branch_name(repository: Repository, name: str) -> bool:
    """Tell whether a branch can have this name."""
    return call(repository, "check-ref-format", "--branch", name).status == 0


def switch(repository: Repository, name: str) -> None:
    """Work on a branch, made at HEAD if it does not exist."""
    called(repository, "switch", *([] if has_branch(repository, name) else ["-c"]), name)
