"""Git through its command line: what changed, what is kept, what is committed."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from gsd_run.domain.errors import Refusal
from gsd_run.outside.processes import Finished, ProgramNotFound, run

# git exports these inside hooks and aliases; obeyed here they would point at another index.
_NOT_INHERITED = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY",
)
# The run's own commits and refs must survive a power cut.
_DURABLE = ("-c", "core.fsync=all")
_IN_PROGRESS = {
    "MERGE_HEAD": "merge",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "BISECT_LOG": "bisect",
}


class GitFailed(Exception):
    """A git command failed; the message is git's own."""


class Repository(Struct, frozen=True, kw_only=True):
    """The repository of a project: `root` is the project, `top` the work tree's top folder.

    `prefix` is the project's path below the top, "" or ending in a slash; all paths that the
    functions here take and give are relative to the project's root.
    """

    root: Path
    top: Path
    git_dir: Path
    common_dir: Path
    prefix: str


class TreeChange(Struct, frozen=True, kw_only=True):
    """A file that differs between two trees: status A (added), M (modified) or D (deleted)."""

    status: str
    path: str


def open_repository(root: Path) -> Repository:
    """Return the repository that `root` is in.

    Raises:
        Refusal: git is missing, or `root` is in no repository, or that has no commit yet.
    """
    try:
        asked = (
            "--show-toplevel",
            "--absolute-git-dir",
            "--path-format=absolute",
            "--git-common-dir",
        )
        found = run(["git", "rev-parse", *asked], cwd=root, env=_environment())
    except ProgramNotFound:
        raise Refusal("git is not installed; a run needs it to know what changed") from None
    if found.status != 0:
        raise Refusal(f"{root} is in no git repository; start one with `git init` and a commit")
    top, git_dir, common_dir = (Path(line) for line in found.stdout.splitlines()[:3])
    inner = root.resolve().relative_to(top.resolve()).as_posix()
    prefix = "" if inner == "." else f"{inner}/"
    repository = Repository(
        root=root, top=top, git_dir=git_dir, common_dir=common_dir, prefix=prefix
    )
    if _git(repository, "rev-parse", "--verify", "-q", "HEAD").status != 0:
        raise Refusal("the repository has no commit yet; a run starts from one")
    return repository


def head(repository: Repository) -> str:
    """Return the commit that is checked out."""
    return _text(repository, "rev-parse", "HEAD")


def tree_of(repository: Repository, commit: str) -> str:
    """Return the id of a commit's tree."""
    return _text(repository, "rev-parse", f"{commit}^{{tree}}")


def branch(repository: Repository) -> str:
    """Return the current branch's name, "" on a detached HEAD."""
    return _git(repository, "symbolic-ref", "-q", "--short", "HEAD").stdout.strip()


def version(repository: Repository) -> str:
    """Return git's version."""
    return _text(repository, "--version").removeprefix("git version ").strip()


def operation_in_progress(repository: Repository) -> str | None:
    """Return what git is in the middle of ("merge", "rebase", …), or None."""
    for name, operation in _IN_PROGRESS.items():
        if (repository.git_dir / name).exists():
            return operation
    return None


def has_identity(repository: Repository) -> bool:
    """Tell whether git knows whom to name as the author of a commit."""
    return _git(repository, "var", "GIT_AUTHOR_IDENT").status == 0


def dirty_files(repository: Repository) -> tuple[str, ...]:
    """Return the tracked files with uncommitted changes, staged or not."""
    out = _bytes_lines(
        repository, "status", "--porcelain=v1", "-z", "--untracked-files=no", "--no-renames"
    )
    return tuple(_relative(repository, line[3:]) for line in out)


def untracked_files(repository: Repository) -> tuple[str, ...]:
    """Return the untracked files that git does not ignore."""
    return tuple(_bytes_lines(repository, "ls-files", "-z", "--others", "--exclude-standard"))


def is_ignored(repository: Repository, path: str) -> bool:
    """Tell whether git ignores a path."""
    return _git(repository, "check-ignore", "-q", "--", path).status == 0


def snapshot(repository: Repository, untracked: Sequence[str]) -> str:
    """Return the tree of the work tree as it is: tracked files, and the untracked ones named.

    The index of the user is not touched.
    """
    with tempfile.TemporaryDirectory(dir=scratch(repository)) as folder:
        index = Path(folder) / "index"
        own = repository.git_dir / "index"
        if own.exists():
            index.write_bytes(own.read_bytes())
        extra = {"GIT_INDEX_FILE": str(index)}
        _git_or_raise(repository, "add", "-u", "--", ":/", extra=extra)
        present = [path for path in untracked if (repository.root / path).exists()]
        if present:
            _git_or_raise(
                repository, "add", "-f", "--pathspec-from-file=-", "--pathspec-file-nul",
                extra={**extra, "GIT_LITERAL_PATHSPECS": "1"}, stdin="\0".join(present),
            )  # fmt: skip
        return _git_or_raise(repository, "write-tree", extra=extra).stdout.strip()


def differences(repository: Repository, before: str, after: str) -> tuple[TreeChange, ...]:
    """Return what differs between two trees."""
    if before == after:
        return ()
    fields = _bytes_lines(
        repository, "diff-tree", "-r", "-z", "--name-status", "--no-renames", before, after
    )
    pairs = zip(fields[::2], fields[1::2], strict=True)
    return tuple(
        TreeChange(status="M" if status == "T" else status, path=_relative(repository, path))
        for status, path in pairs
    )


def text_at(repository: Repository, revision: str, path: str) -> str | None:
    """Return a file's text at a commit or tree, or None when it is not there."""
    found = _git(repository, "cat-file", "blob", f"{revision}:{repository.prefix}{path}")
    return found.stdout if found.status == 0 else None


def blob_of(repository: Repository, text: str) -> str:
    """Store a text as a git blob and return its id."""
    return _git_or_raise(repository, "hash-object", "-w", "--stdin", stdin=text).stdout.strip()


def blob_of_file(repository: Repository, path: str) -> str | None:
    """Return the blob id that a file in the work tree would have, None if there is no file."""
    if not (repository.root / path).is_file():
        return None
    found = _git_or_raise(repository, "hash-object", "--no-filters", "--", path)
    return found.stdout.strip()


def blob_text(repository: Repository, blob: str) -> str:
    """Return the text of a blob."""
    return _git_or_raise(repository, "cat-file", "blob", blob).stdout


def has(repository: Repository, tree: str, path: str) -> bool:
    """Tell whether a tree holds a path."""
    return _git(repository, "cat-file", "-e", f"{tree}:{repository.prefix}{path}").status == 0


def put_back(repository: Repository, tree: str, paths: Sequence[str]) -> None:
    """Bring files of the work tree to their state in a tree; what it lacks is deleted."""
    there = [path for path in paths if has(repository, tree, path)]
    if there:
        with tempfile.TemporaryDirectory(dir=scratch(repository)) as folder:
            extra = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            _git_or_raise(repository, "read-tree", tree, extra=extra)
            _git_or_raise(
                repository, "checkout-index", "-f", "-z", "--stdin",
                extra=extra, stdin="\0".join(there) + "\0",
            )  # fmt: skip
    for path in paths:
        if path not in there:
            (repository.root / path).unlink(missing_ok=True)
            _remove_empty_folders(repository.root, Path(path).parent)


def keep(repository: Repository, ref: str, tree: str, message: str) -> None:
    """Keep a tree from being collected, as a commit under a ref of the run."""
    commit = _text(repository, "commit-tree", tree, "-p", "HEAD", "-m", message)
    _git_or_raise(repository, "update-ref", ref, commit)


def commit(repository: Repository, message: str, paths: Sequence[str]) -> str:
    """Commit exactly these paths, hooks on, and return the commit.

    Raises:
        GitFailed: git or a hook refused; the message is theirs.
    """
    listed = "\0".join(paths)
    literal = {"GIT_LITERAL_PATHSPECS": "1"}
    from_stdin = ("--pathspec-from-file=-", "--pathspec-file-nul")
    _git_or_raise(repository, "add", "-A", "-f", *from_stdin, stdin=listed, extra=literal)
    with tempfile.TemporaryDirectory(dir=scratch(repository)) as folder:
        text = Path(folder) / "message"
        text.write_text(message)
        _git_or_raise(
            repository, "commit", "--quiet", "--only", "-F", str(text), *from_stdin,
            stdin=listed, extra=literal,
        )  # fmt: skip
    return head(repository)


def commits_since(repository: Repository, base: str) -> tuple[tuple[str, str], ...]:
    """Return the commits after `base` as (id, message), oldest first; () if base is no ancestor."""
    if _git(repository, "merge-base", "--is-ancestor", base, "HEAD").status != 0:
        return ()
    ids = _text(repository, "rev-list", "--reverse", "--first-parent", f"{base}..HEAD").split()
    return tuple((one, _text(repository, "log", "-1", "--format=%B", one)) for one in ids)


def switch(repository: Repository, name: str) -> None:
    """Work on a branch, made at HEAD if it does not exist."""
    exists = _git(repository, "show-ref", "--verify", "-q", f"refs/heads/{name}").status == 0
    _git_or_raise(repository, "switch", *([] if exists else ["-c"]), name)


def scratch(repository: Repository) -> Path:
    """Return the folder for what a run needs for a moment, inside the git folder."""
    folder = repository.common_dir / "gsd-run" / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _remove_empty_folders(root: Path, folder: Path) -> None:
    """Remove a folder that a deleted file leaves empty, and its empty parents, below the root."""
    while folder != Path() and (root / folder).is_dir() and not any((root / folder).iterdir()):
        (root / folder).rmdir()
        folder = folder.parent


def _relative(repository: Repository, path: str) -> str:
    """Turn a path below the top folder into one below the project's root."""
    return os.path.relpath(path, repository.prefix) if repository.prefix else path


def _environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    return {**kept, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", **(extra or {})}


def _git(
    repository: Repository,
    *words: str,
    extra: Mapping[str, str] | None = None,
    stdin: str | None = None,
) -> Finished:
    return run(
        ["git", *_DURABLE, *words], cwd=repository.root, env=_environment(extra), stdin=stdin
    )


def _git_or_raise(
    repository: Repository,
    *words: str,
    extra: Mapping[str, str] | None = None,
    stdin: str | None = None,
) -> Finished:
    finished = _git(repository, *words, extra=extra, stdin=stdin)
    if finished.status != 0:
        told = (finished.stderr.strip() or finished.stdout.strip()).strip()
        raise GitFailed(f"git {words[0]}: {told}")
    return finished


def _text(repository: Repository, *words: str) -> str:
    return _git_or_raise(repository, *words).stdout.strip()


def _bytes_lines(repository: Repository, *words: str) -> list[str]:
    return [field for field in _git_or_raise(repository, *words).stdout.split("\0") if field]
