"""States of files that are kept aside: under a ref for good, or until a measurement is over.

Nothing that was in the tree is lost, whatever moment the run dies at: what is taken out of it is
a git object under a ref of the run, and in the journal, before the tree is touched.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from gsd_run.domain.event import Kept, PutBack, SetAside
from gsd_run.outside import git
from gsd_run.running.carrying import Carrying


def keep(run: Carrying, tree: str, reason: str) -> None:
    """Keep a state of the tree under a ref of its own."""
    ref = f"refs/gsd-run/{run.state.started.run}/kept-{len(run.state.kept) + 1}"
    git.keep(run.repository, ref, tree, f"gsd-run: {reason}")
    run.add(Kept(ref=ref, reason=reason))


@contextmanager
def set_aside(
    run: Carrying, tree: str, instead: str, paths: Sequence[str], reason: str
) -> Iterator[None]:
    """Bring files from their state in `tree`, which they are in, to that in `instead`, and back."""
    ref = f"refs/gsd-run/{run.state.started.run}/aside"
    git.keep(run.repository, ref, tree, f"gsd-run: {reason}")
    run.add(SetAside(tree=tree, instead=instead, ref=ref, paths=tuple(paths), reason=reason))
    try:
        git.put_back(run.repository, instead, paths)
        yield
    finally:
        restore(run)


def restore(run: Carrying) -> None:
    """Put back what is set aside, if anything is: after a measurement, or after a kill in it.

    A file that is neither as it was nor as it was brought to is somebody's work of the time
    between; that is kept under a ref.
    """
    aside = run.state.aside
    if aside is None:
        return
    now = git.snapshot(run.repository, aside.paths)
    from_old = {change.path for change in git.differences(run.repository, aside.tree, now)}
    from_new = {change.path for change in git.differences(run.repository, aside.instead, now)}
    foreign = sorted(from_old & from_new & set(aside.paths))
    if foreign:
        keep(run, now, f"{', '.join(foreign)} changed while set aside ({aside.reason})")
    git.put_back(run.repository, aside.tree, [path for path in aside.paths if path in from_old])
    run.add(PutBack(tree=aside.tree))
    git.forget(run.repository, aside.ref)
