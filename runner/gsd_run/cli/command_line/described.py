"""What the help of every command says beside its options: the tree, examples, exit statuses.

It stands here in one table, so that what is promised of the commands can be read side by side.
"""

from typing import NamedTuple

_INVALID = (2, "usage, plan or run file invalid")
_REFUSED = (3, "the repository, the journal or a policy refuses")
_INTERRUPTED = (130, "interrupted; `gsd-run resume` goes on")
_SHOWN = ((0, "shown"), (2, "no such plan or phase, or it can't be read"))
_CARRIED = (
    (0, "finished, nothing refuted (--strict: nothing unproven either)"),
    (1, "a task or claim failed; the tree is left as it is, `gsd-run resume` goes on"),
    _INVALID,
    _REFUSED,
    (10, "waits for a person: a checkpoint, work by hand, unproven under --strict"),
    _INTERRUPTED,
)


class Described(NamedTuple):
    """What is told of a command: what happens to the tree, how it ends, and examples.

    Examples are the words behind the command's name, and what they do.
    """

    tree: str
    ends: tuple[tuple[int, str], ...]
    examples: tuple[tuple[str, str], ...] = ()


_CHANGES = """\
Each task's change is made in the work tree, judged, and committed with exactly its files;
uncommitted changes in tracked files refuse the run, untracked files are never touched."""
_READS = "Nothing is run, and no file is changed."
_LOOKS = "No file is changed; the journals of runs are read."

DESCRIBED = {
    "run": Described(
        _CHANGES,
        _CARRIED,
        (
            ("12-GAP-01", "by the run file's steps, or the settings' agent"),
            ("03-02 --agent codex", "let a coding agent make the changes"),
            ("03-02 --dry-run", "show what would be done; nothing is run or changed"),
        ),
    ),
    "resume": Described(
        f"{_CHANGES}\nWhat you mended since the run stopped is judged and committed with its task.",
        _CARRIED,
        (
            ("", "the run that stopped"),
            ("03-02 --redo", "keep what lies there aside, and make the change anew"),
        ),
    ),
    "answer": Described(
        f"{_CHANGES}\nWhat you changed at the checkpoint is judged and committed with it.",
        _CARRIED,
        (
            ("--approve", "it is as it should be, or done"),
            ("03-02 --choose postgres", "take this option of a decision"),
            ('--reject "the colours clash"', "the run stops with your reason"),
        ),
    ),
    "check": Described(
        "The plan's own commands run in the work tree; what they change\n"
        "in tracked files is undone.",
        (
            (0, "nothing refuted"),
            (1, "a claim is refuted"),
            _INVALID,
            _REFUSED,
            (10, "a claim is unproven, under --strict"),
        ),
        (
            ("12-GAP-01", "judge one plan's claims"),
            ("03 --base main --format junit", "all plans of phase 03, before and after, for CI"),
        ),
    ),
    "audit": Described(
        "Nothing is changed; --rerun runs the checks again in a worktree of its own.",
        (
            (0, "all that can be looked at here holds"),
            (1, "something does not"),
            (2, "no such plan, or no record of a run that has ended"),
            _REFUSED,
        ),
        (
            ("03-02", "record, commits, outputs and summary against each other"),
            ("03-02 --rerun", "measure again, and compare"),
        ),
    ),
    "status": Described(
        f"{_LOOKS} A run at work is shown, and not disturbed.",
        (*_SHOWN, (3, "no git repository, or a journal can't be read; all else is shown")),
    ),
    "log": Described(
        f"{_LOOKS} In a clone without them the evidence\nbeside the summary is, "
        "which holds excerpts of outputs.",
        ((0, "shown"), (2, "no such plan, run, task or command"), (3, "the record is broken")),
    ),
    "diff": Described(
        "No file is changed. In a pipe the diff is what `git apply` takes, byte for byte. Commits\n"
        "that were rebased are found again by their trailers or patch ids.",
        (
            (0, "shown; empty where the run has changed nothing"),
            (2, "no such plan, run or task"),
            (3, "some of the run's commits are nowhere in this repository"),
        ),
    ),
    "history": Described(
        _LOOKS,
        ((0, "shown, or written"), (2, "usage"), _REFUSED),
        (("", "all runs of all plans"), ("--json", "for programs")),
    ),
    "report": Described(
        f"{_LOOKS} A page is written\nwhere -o says, else below .git/gsd-run/reports.",
        ((0, "written"), (2, "no such plan, phase or run"), _REFUSED),
    ),
    "summary": Described(
        "The summary's file is written, and not committed; with --stdout nothing is.",
        ((0, "written"), (2, "no run of the plan"), (3, "its run has not ended")),
        (("03-02", "write it anew"), ("03-02 --stdout", "print it")),
    ),
    "record": Described(
        "The run file beside the plan is written, and not committed; with --stdout nothing is.",
        (
            (0, "written"),
            (2, "no run of the plan"),
            (3, "it is not finished, or steps would be lost"),
        ),
        (("03-02", "into 03-02-RUN.yaml, beside the plan"), ("03-02 --stdout", "print it")),
    ),
    "completion": Described(
        "Nothing is changed; the script is printed.",
        ((0, "printed"), (2, "no such shell")),
    ),
    "mcp": Described(
        "It serves until its input ends. What it carries out for a client changes the tree as\n"
        "`gsd-run run` does; its tool `check` runs the plan's commands; the others only read.",
        ((0, "its client has gone"), (2, "usage, or the extra is not installed"), _REFUSED),
    ),
    "lint": Described(
        "Nothing is run. With --fix, amendments are written into run files; plans stay as they\n"
        "are.",
        ((0, "no errors"), (1, "errors found"), (2, "no such plan or path")),
        (
            ("", "all plans that are neither complete nor archived"),
            ("03-02 --fix", "mend what can be"),
        ),
    ),
    "show": Described(
        _READS,
        _SHOWN,
        (("03-02", "tasks, must-haves and warnings"), ("03-02 --json", "for programs")),
    ),
    "explain": Described(
        _READS,
        _SHOWN,
        (("03-02", "all claims, with their checks"), ("03-02 verify.2", "one claim, and the rule")),
    ),
    "graph": Described(
        _READS,
        (
            (0, "shown"),
            (1, "plans wait for each other in a circle"),
            (2, "no such phase, or a plan can't be read"),
        ),
        (("03", "waves, and what waits for what"), ("03 --format mermaid", "as a flowchart")),
    ),
    "schema": Described(
        _READS,
        ((0, "printed"), (2, "no such kind of file")),
        (("run-file", "for an editor, or to check a run file"), ("event", "a line of a journal")),
    ),
    "undo": Described(
        "The branch goes back, or on by reverting commits; files of other work stay as they are.\n"
        "What is taken back is kept under refs/gsd-run.",
        ((0, "taken back, or shown"), (2, "no such plan or task"), _REFUSED),
    ),
    "restore": Described(
        "Files of the run are brought to their state in the savepoint; no commit is made or\n"
        "moved, and what was there is kept under refs/gsd-run. A list changes nothing.",
        ((0, "brought back, or listed"), (2, "no such plan or savepoint"), _REFUSED),
    ),
    "export": Described(
        "The work tree stays as it is; one file is written, where git does not see it.",
        ((0, "written"), (2, "no such plan"), _REFUSED),
        (
            ("01-02 -o ../state.tar.gz", "then `gsd-run import` it in another clone"),
            ("01-02", "below .git/gsd-run/exports"),
        ),
    ),
    "import": Described(
        "Journal, outputs and commits are taken in; with --checkout the work tree changes, too.",
        ((0, "taken in"), (2, "it is no such file"), _REFUSED),
    ),
}


def epilog(name: str, examples: tuple[tuple[str, str], ...], described: Described | None) -> str:
    """Return what stands below a command's options: its examples and its exit statuses."""
    lines = ["examples:"] if examples else []
    words = [f"gsd-run {name} {said}".rstrip() for said, _ in examples]
    width = max(map(len, words), default=0)
    lines += [f"  {said:<{width}}  {told}" for said, (_, told) in zip(words, examples, strict=True)]
    if described:
        lines += ["", "exit status:"]
        lines += [f"  {status:<3}  {told}" for status, told in described.ends]
    return "\n".join(lines)
