"""Undo plan 01-01, and be killed just before the given one of the actions that others can see.

Arguments: the action's number, then the words of `undo`. These actions are the changes of refs, of
the index and the work tree, and the lines of the journal.
"""

import os
import signal
import sys

from gsd_run.cli.main import main
from gsd_run.outside import git, git_history
from gsd_run.running.journal import Journal

left = int(sys.argv[1])


def deadly(action):
    def counted(*words, **named):
        global left  # noqa: PLW0603
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return action(*words, **named)

    return counted


def half_written(repository, old, new, why):
    """Bring one file to the new state as a checkout that is cut short does, then die."""
    global left  # noqa: PLW0603
    left -= 1
    if left == 0:
        changed = git.differences(repository, git.tree_of(repository, old), f"{new}^{{tree}}")
        git.put_back(repository, f"{new}^{{tree}}", [changed[0].path])
        os.kill(os.getpid(), signal.SIGKILL)
    move(repository, old, new, why)


move = git_history.move
git_history.move = deadly(half_written)
git_history.set_head = deadly(git_history.set_head)
git_history.point = deadly(git_history.point)
Journal.add = deadly(Journal.add)
sys.exit(main(["undo", "01-01", *sys.argv[2:]]))
