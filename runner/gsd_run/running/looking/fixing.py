"""Amendments that lint proposes, written into a plan's run file."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.checking.lint.fixing import proposed
from gsd_run.domain.errors import PlanError
from gsd_run.domain.run_file import Amendment, RunFile
from gsd_run.reading.locating import run_file_path
from gsd_run.reading.run_file import read_run_file
from gsd_run.reading.run_file_splicing import amend_text, spliced
from gsd_run.running.looking.opening import forget, open_plan


class Written(Struct, frozen=True, kw_only=True):
    """A run file that was written: its text `before` (None if there was none) and `after`.

    `path` is relative to `root`. A file into which amendments can't be put was left alone: then
    `by_hand` is what to write into it.
    """

    root: Path
    path: str
    amendments: tuple[Amendment, ...]
    before: str | None
    after: str
    by_hand: str = ""


def fix_files(plan_paths: Sequence[Path]) -> Iterator[Written]:
    """Add the amendments that mend plans' findings to their run files, where there are any.

    A plan that can't be read and a run file with mistakes are left to lint, which names them.
    """
    forget()
    for path in plan_paths:
        written = _fix(path)
        if written:
            yield written


def _fix(plan_path: Path) -> Written | None:
    try:
        opened = open_plan(plan_path)
    except PlanError:
        return None
    amendments = () if opened.mistakes else proposed(opened.subject, opened.root)
    if not amendments:
        return None
    place = run_file_path(plan_path)
    before = place.read_bytes().decode() if place.is_file() else None
    after = spliced(before, amendments, opened.subject.plan.id)
    says = _says(after, opened.subject.run_file, amendments)
    if says:
        place.write_bytes(after.encode())
    return Written(
        root=opened.root,
        path=place.relative_to(opened.root).as_posix(),
        amendments=amendments,
        before=before,
        after=after if says else before or "",
        by_hand="" if says else amend_text(amendments),
    )


def _says(text: str, before: RunFile | None, added: tuple[Amendment, ...]) -> bool:
    """Tell whether a text is the run file from before with the amendments added to it."""
    try:
        now = read_run_file(text, "")
    except PlanError:
        return False
    known = before or RunFile(path="", sha256="")
    wanted = [replace(one, line=0) for one in (*known.amendments, *added)]
    same_changes = {number: len(steps) for number, steps in now.changes.items()} == {
        number: len(steps) for number, steps in known.changes.items()
    }
    same = [replace(one, line=0) for one in now.amendments] == wanted
    return same and same_changes and len(now.proofs) == len(known.proofs)
