"""What a run's history needs of git: its refs, who else has its commits, taking them back.

Paths are relative to the project's root, as in `git`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from gsd_run.outside.git import tree_of
from gsd_run.outside.git_calls import Repository, call, called, text_of

_DURABLE = ("-c", "core.fsync=all")
_SCRATCH_REFS = ("refs/gsd-run/", "refs/stash", "refs/bisect/", "refs/notes/")


class Commit(Struct, frozen=True, kw_only=True):
    """A commit as it is shown: its id and the first line of its message."""

    id: str
    subject: str


def point(repository: Repository, ref: str, target: str) -> None:
    """Let a ref name a commit or a tree, durably."""
    called(repository, *_DURABLE, "update-ref", ref, target)


def refs_below(repository: Repository, folder: str) -> dict[str, str]:
    """Return the refs in a folder (ending in a slash) with what they name."""
    told = text_of(repository, "for-each-ref", "--format=%(objectname) %(refname)", folder)
    pairs = (line.partition(" ") for line in told.splitlines())
    return {ref: name for name, _, ref in pairs}


def change_refs(repository: Repository, new: Mapping[str, str], gone: Sequence[str] = ()) -> None:
    """Make refs and delete others, all or none."""
    lines = [f"update {ref} {name}\n" for ref, name in new.items()]
    lines += [f"delete {ref}\n" for ref in gone]
    if lines:
        text = "".join(lines).encode()
        called(repository, *_DURABLE, "update-ref", "--stdin", stdin=text)


def tree_named(repository: Repository, name: str) -> str | None:
    """Return the tree that a ref, a commit or a tree's id names, None if it is not there."""
    found = call(repository, "rev-parse", "--verify", "-q", "--end-of-options", f"{name}^{{tree}}")
    if found.status != 0:
        return None
    there = call(repository, "cat-file", "-e", found.text)
    return found.text if there.status == 0 else None


def is_ancestor(
    repository: Repository, commit: str, of: str, extra: Mapping[str, str] | None = None
) -> bool:
    """Tell whether a commit is another one or comes before it; one that is not here does not."""
    return call(repository, "merge-base", "--is-ancestor", commit, of, extra=extra).status == 0


def refs_with(repository: Repository, commit: str, branch: str) -> tuple[str, ...]:
    """Return the refs, but for a branch and scratch ones, whose history holds a commit."""
    told = text_of(repository, "for-each-ref", f"--contains={commit}", "--format=%(refname)")
    return tuple(
        ref
        for ref in told.splitlines()
        if ref != f"refs/heads/{branch}" and not ref.startswith(_SCRATCH_REFS)
    )


def worktrees_with(repository: Repository, commit: str) -> tuple[str, ...]:
    """Return the other work trees that have a commit checked out, or one that comes after it.

    One in git's own folder is nobody's: an audit that was killed left it.
    """
    told = text_of(repository, "worktree", "list", "--porcelain")
    found = []
    for block in told.split("\n\n"):
        lines = dict(line.partition(" ")[::2] for line in block.splitlines())
        place, head = lines.get("worktree", ""), lines.get("HEAD")
        if place == str(repository.top) or head is None:
            continue
        if Path(place).is_relative_to(repository.common_dir):
            continue
        if is_ancestor(repository, commit, head):
            found.append(place)
    return tuple(found)


def commits_between(
    repository: Repository, base: str, head: str, paths: Sequence[str] | None = None
) -> tuple[Commit, ...]:
    """Return the commits after `base` up to `head`, newest first, without merges.

    With `paths`, those that touch one of them.
    """
    words = ("log", "-z", "--no-merges", "--full-history", "--encoding=UTF-8", "--format=%H %s")
    plain = ("-c", "log.showSignature=false")
    if paths is None:
        told = called(repository, *plain, *words, f"{base}..{head}").stdout
    else:
        # git takes no paths from a file here; a tree is compared once, so in shares.
        shares = [paths[start : start + 500] for start in range(0, len(paths), 500)]
        told = b""
        for share in shares:
            named = [f":(literal){path}" for path in share]
            told += called(repository, *plain, *words, f"{base}..{head}", "--", *named).stdout
    lines = [entry.decode(errors="replace").strip() for entry in told.split(b"\0")]
    pairs = [line.partition(" ") for line in dict.fromkeys(lines) if line]
    return tuple(Commit(id=name, subject=subject) for name, _, subject in pairs)


def first_parents(repository: Repository, base: str, head: str) -> tuple[str, ...]:
    """Return the ids from `head` back to `base`, without it, along first parents."""
    return tuple(text_of(repository, "rev-list", "--first-parent", f"{base}..{head}").split())


def subject_of(repository: Repository, commit: str) -> str:
    """Return the first line of a commit's message."""
    return text_of(repository, "show", "-s", "--no-show-signature", "--format=%s", commit)


def commit_of_tree(repository: Repository, tree: str, parent: str, message: str) -> str:
    """Make a commit that no branch has yet; signed where git's settings ask for it."""
    wanted = call(repository, "config", "--type=bool", "commit.gpgSign").text == "true"
    words = ("commit-tree", tree, "-p", parent, *(["-S"] if wanted else []), "-F", "-")
    return called(repository, *_DURABLE, *words, stdin=message.encode()).text


def staged_is(repository: Repository, commit: str, paths: Sequence[str]) -> bool:
    """Tell whether the index has these paths as a commit has them."""
    named = [f":(literal){path}" for path in paths]
    words = ("diff-index", "--cached", "--quiet", commit, "--", *named)
    return not paths or call(repository, *words).status == 0


def move(repository: Repository, old: str, new: str, why: str) -> None:
    """Bring HEAD with its branch, the index and the work tree from a commit to another.

    Only files that differ between the two are touched.

    Raises:
        GitFailed: one of these has changes that are not committed, or HEAD is not at `old`.
    """
    call(repository, "update-index", "-q", "--refresh")
    called(repository, *_DURABLE, "read-tree", "-m", "-u", old, new)
    set_head(repository, old, new, why)


def set_head(repository: Repository, old: str, new: str, why: str) -> None:
    """Let HEAD's branch name another commit; index and work tree are there already."""
    called(repository, *_DURABLE, "update-ref", "-m", f"gsd-run {why}", "HEAD", new, old)


def parent_tree(repository: Repository, commit: str) -> str:
    """Return the tree of a commit's first parent."""
    return tree_of(repository, f"{commit}~1")


def kinds_of(
    repository: Repository, names: Sequence[str], extra: Mapping[str, str]
) -> tuple[str, ...]:
    """Return what kinds of objects these are: commit, tree, blob, missing."""
    listed = "".join(f"{name}\n" for name in names).encode()
    words = ("cat-file", "--batch-check=%(objecttype)")
    told = called(repository, *words, extra=extra, stdin=listed).text
    return tuple(line.split()[-1] for line in told.splitlines())


def check_out(repository: Repository, branch: str, commit: str) -> None:
    """Check a commit out on a branch, made or brought to it; "" for a detached HEAD."""
    called(repository, "switch", "-q", *(["-C", branch] if branch else ["--detach"]), commit)
