"""Run a command of gsd-run, and be killed just before one of the actions that others can see.

Arguments: the action's number, then the command's words. These actions are the changes of refs, of
the index and the work tree, the objects and outputs taken in, and the lines of the journal.
"""

import os
import signal
import sys

from gsd_run.cli.main import main
from gsd_run.outside import git, git_history
from gsd_run.running.journals import importing
from gsd_run.running.journals.journal import Journal
from gsd_run.running.journals.store import Store

left = int(sys.argv[1])


def deadly(action, before_death=None):
    def counted(*words, **named):
        global left  # noqa: PLW0603
        left -= 1
        if left == 0:
            if before_death:
                before_death(*words)
            os.kill(os.getpid(), signal.SIGKILL)
        return action(*words, **named)

    return counted


def half_moved(repository, old, new, _why):
    """Bring one file to the new state, as a checkout does that is cut short."""
    tree = git.tree_of(repository, new)
    changed = git.differences(repository, git.tree_of(repository, old), tree)
    put_back(repository, tree, [changed[0].path])


def half_put_back(repository, tree, paths):
    put_back(repository, tree, paths[:1])


put_back = git.put_back
git.put_back = deadly(put_back, half_put_back)
git_history.move = deadly(git_history.move, half_moved)
git_history.set_head = deadly(git_history.set_head)
git_history.point = deadly(git_history.point)
git_history.change_refs = deadly(git_history.change_refs)
importing.unpack = deadly(importing.unpack)
importing.write_durably = deadly(importing.write_durably)
Store.keep_output = deadly(Store.keep_output)
Journal.add = deadly(Journal.add)
sys.exit(main(sys.argv[2:]))
