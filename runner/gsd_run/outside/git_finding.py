"""Finding a run's commits again: by id, by their trailers, or by what they change."""

from collections.abc import Iterable, Iterator, Sequence

from gsd_run.domain.event import Committed
from gsd_run.outside.git import history, patch_id
from gsd_run.outside.git_calls import Repository, call, called

_EMPTY_TREE = ("hash-object", "-t", "tree", "--stdin")


def commits_of(
    repository: Repository, run: str, wanted: Sequence[Committed], summary: str
) -> dict[str, str]:
    """Return the commits that hold a run's work now, by the ids that its journal knows.

    What is in HEAD's history goes before what git merely still has.
    """
    here = _before_head(repository, [one.commit for one in wanted])
    found = {one.commit: one.commit for one in wanted if one.commit in here}
    lost = [one for one in wanted if one.commit not in found]
    if not lost:
        return found
    trailers = dict(_by_trailers(repository, run))
    patches: dict[str, str] = {}
    for one in lost:
        same = trailers.get((one.task, one.subject))
        if same is None and one.patch:
            patches = patches or _by_patch(repository, wanted, summary)
            same = patches.get(one.patch)
        if same is None and is_there(repository, one.commit):
            same = one.commit
        if same is not None:
            found[one.commit] = same
    return found


def is_there(repository: Repository, name: str) -> bool:
    """Tell whether a commit or tree is in the repository."""
    return call(repository, "cat-file", "-e", f"{name}^{{tree}}").status == 0


def parents_of(repository: Repository, commits: Iterable[str]) -> dict[str, str]:
    """Return the first parent of each commit, the empty tree for one without."""
    listed = list(commits)
    if not listed:
        return {}
    told = called(repository, "rev-list", "--parents", "--no-walk=unsorted", *listed)
    found = [line.split() for line in told.text.splitlines()]
    if any(len(one) == 1 for one in found):
        empty = called(repository, *_EMPTY_TREE).text
        return {commit: parents[0] if parents else empty for commit, *parents in found}
    return {commit: parents[0] for commit, *parents in found}


def stat_of(repository: Repository, diff: bytes) -> str:
    """Return a diff in short: its files with the number of their lines, and the sum of them."""
    if not diff:
        return ""
    return called(repository, "apply", "--stat", "-", stdin=diff).stdout.decode(errors="replace")


def _before_head(repository: Repository, commits: Sequence[str]) -> set[str]:
    """Return those of a run's commits, oldest first, that are in HEAD's history."""
    if not commits:
        return set()
    # One call where all is as the run left it; without its first commit git has no answer to that.
    told = call(repository, "rev-list", "HEAD", f"^{commits[0]}^@")
    if told.status == 0:
        return {*told.text.splitlines()} & {*commits}
    return {
        one
        for one in commits
        if call(repository, "merge-base", "--is-ancestor", one, "HEAD").status == 0
    }


def _by_trailers(repository: Repository, run: str) -> Iterator[tuple[tuple[int | None, str], str]]:
    """Return the commits of HEAD's history that say they are of a run, by task and first line."""
    form = "%H%x00%(trailers:key=GSD-Task,valueonly,separator=%x2C)%x00%s"
    told = called(
        repository, "-c", "log.showSignature=false", "log", "--fixed-strings",
        f"--grep=GSD-Run: {run}", "--encoding=UTF-8", f"--format={form}",
    )  # fmt: skip
    for line in told.text.splitlines():
        commit, task, subject = line.split("\0", 2)
        number = int(task) if task.isdecimal() else None
        yield (number, subject), commit


def _by_patch(repository: Repository, wanted: Sequence[Committed], summary: str) -> dict[str, str]:
    """Return the commits that changed the run's files, by their patch ids."""
    files = {path for one in wanted for path in one.files} | {summary}
    found = {commit for path in files for commit in history(repository, path)}
    return {patch_id(repository, commit): commit for commit in sorted(found)}
