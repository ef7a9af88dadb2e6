"""`patch`: a unified diff, applied by git in a folder of its own, if need be by a merge."""

import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from gsd_run.changing import options
from gsd_run.changing.borrowing import copy_blobs, git_environment, new_repository
from gsd_run.changing.diff_files import Diff, DiffFile, read_diff
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.nearness import nearest
from gsd_run.changing.options import Option
from gsd_run.changing.places import Content, contained, content_at, edit_of
from gsd_run.domain.change import Applied, Facts, StepResult, bytes_of, content_of, is_binary
from gsd_run.domain.plan import Task
from gsd_run.domain.run_file import Step
from gsd_run.outside import processes
from gsd_run.outside.processes import Finished
from gsd_run.outside.project import Project

OPTIONS = {"text": Option("text", required=True)}

SECONDS = 60
SHOWN_LINES = 24
PROGRESS = re.compile(r"^(?:Checking|Applied|Hunk|Applying|Performing|Falling) ")
FAILED = re.compile(r"^error: patch failed: (.+):(\d+)$", re.MULTILINE)
CONFLICT = re.compile(r"^<{7}.*?^>{7}[^\n]*\n?", re.MULTILINE | re.DOTALL)
# Nothing of the user's settings may change line ends: the files are copied byte by byte.
GIT = ("git", "-c", "core.autocrlf=false", "-c", "core.eol=lf", "-c", "core.safecrlf=false",
       "-c", "core.attributesFile=/dev/null", "-c", "core.fileMode=true", "-c",
       "apply.whitespace=nowarn", "-c", "merge.conflictStyle=merge")  # fmt: skip

Files = dict[str, Content]


def check(step: Step) -> list[str]:
    """List mistakes in the options; `patch: |` with the diff as its value works, too."""
    given = {**({"text": step.subject} if step.subject else {}), **step.options}
    mistakes = options.option_mistakes("patch", given, OPTIONS)
    if mistakes:
        return mistakes
    files = read_diff(given["text"]).files
    if not files:
        return ["patch: the text is no unified diff with `--- a/…` and `+++ b/…` lines"]
    return [f"patch: {file.path}: {reason}" for file in files if (reason := _unfit(file))]


def _unfit(file: DiffFile) -> str:
    if file.unsaid:
        return (
            "the diff says that this binary file differs, but not how; make it with "
            "`git diff --binary`"
        )
    if file.is_link:
        return "the patch makes a link or a submodule; only files can be patched"
    return ""


def may_touch(step: Step) -> tuple[str, ...]:
    """Return the files that the diff names."""
    return read_diff(_text(step)).paths


def _text(step: Step) -> str:
    text = str(step.options.get("text", step.subject))
    return text if text.endswith("\n") else text + "\n"


def plan(step: Step, task: Task | None, project: Project, facts: Facts) -> StepResult:
    """Apply the diff to copies of the files it names, and return what became of them.

    Where the files are others than those it was made from, it is merged into them, if the
    project's repository has those: the diff's `index` lines name them. A conflict fails the step.
    """
    del task, facts
    text = _text(step)
    diff = read_diff(text)
    before = _held(diff, project)
    crlf = _in_windows_form(text, before)
    with tempfile.TemporaryDirectory(prefix="gsd-run-patch-") as folder:
        scratch = Path(folder).resolve() / "tree"
        scratch.mkdir()
        for path, content in before.items():
            _write(scratch / path, content, plain=path in crlf)
        merged = _apply(text, diff, scratch, project, before)
        after = _after(scratch, project, crlf)
    how = "merged the given diff" if merged else "applied the given diff"
    edits = tuple(
        edit_of(path, before.get(path), after.get(path))
        for path in sorted({*before, *after})
        if before.get(path) != after.get(path)
    )
    return StepResult(
        edits=edits,
        applied=tuple(
            Applied(rule="patch", path=edit.path, line=_line(diff, edit.path), message=how)
            for edit in edits
        ),
        deviations=tuple(
            f"{edit.path}: is not the file that the diff was made from; merged" for edit in edits
        )
        if merged
        else (),
    )


def _held(diff: Diff, project: Project) -> Files:
    found: Files = {}
    for path in diff.paths:
        plain = contained(project, path)
        content = content_at(project, plain)
        if content is not None:
            found[plain] = content
    return found


def _in_windows_form(text: str, before: Files) -> set[str]:
    """Return the files whose lines all end in CRLF, for a diff that has lost these ends.

    YAML's block texts have only line feeds; such files are patched without, and get them back.
    """
    if "\r\n" in text:
        return set()
    return {
        path
        for path, content in before.items()
        if "\r\n" in content.text
        and "\n" not in content.text.replace("\r\n", "")
        and not is_binary(content.text)
    }


def _after(scratch: Path, project: Project, crlf: set[str]) -> Files:
    found: Files = {}
    for place in scratch.rglob("*"):
        path = place.relative_to(scratch).as_posix()
        if path.split("/", 1)[0] == ".git" or (place.is_dir() and not place.is_symlink()):
            continue
        if place.is_symlink():
            raise StepFailure(f"{path}: the patch makes a link; only files can be patched")
        text = content_of(place.read_bytes())
        if path in crlf:
            text = text.replace("\n", "\r\n")
        found[contained(project, path)] = Content(text, bool(place.stat().st_mode & 0o111))
    return found


def _line(diff: Diff, path: str) -> int:
    hunks = [hunk for file in diff.files if path in {file.old, file.new} for hunk in file.hunks]
    return max(1, hunks[0].start) if hunks else 1


def _apply(text: str, diff: Diff, scratch: Path, project: Project, before: Files) -> bool:
    """Apply the diff in the scratch folder; tell whether that took a merge."""
    strip = f"-p{diff.strip}"
    # Above the scratch folder there may be a repository that is none of git's business here.
    new_repository(project, scratch)
    plainly = _git(project, scratch, "apply", strip, "--verbose", "-", stdin=text)
    if plainly.status == 0:
        return False
    if _git(project, scratch, "apply", strip, "--check", "-R", "-", stdin=text).status == 0:
        return False  # it has been applied already
    if _stand_once(diff, before):
        # Without lines after its change git takes a hunk to end the file; here it is clear where.
        bare = ("apply", strip, "--unidiff-zero", "-")
        if _git(project, scratch, *bare, stdin=text).status == 0:
            return False
    conflicts = ""
    blobs = [file.blob for file in diff.files if file.hunks and file.old and file.blob]
    if blobs and copy_blobs(project, scratch, blobs):
        _git(project, scratch, "add", "--all", "--force", ".")
        merged = _git(project, scratch, "apply", strip, "--3way", "-", stdin=text)
        if merged.status == 0:
            return True
        conflicts = _conflicts(scratch, before)
    raise StepFailure(_told(plainly, diff, before, conflicts))


def _stand_once(diff: Diff, before: Mapping[str, Content]) -> bool:
    """Tell whether the lines that each hunk wants stand in its file just once."""
    for file in diff.files:
        here = before.get(file.old or "")
        text = "\n" + here.text.replace("\r\n", "\n").removesuffix("\n") + "\n" if here else ""
        for hunk in file.hunks:
            wanted = "\n".join(("", *hunk.wanted, ""))
            if file.old and (not hunk.wanted or text.count(wanted) != 1):
                return False
    return True


def _git(project: Project, scratch: Path, *words: str, stdin: str = "") -> Finished:
    return processes.run(
        (*GIT, *words),
        cwd=scratch,
        env=git_environment(project, scratch),
        stdin=stdin,
        timeout=SECONDS,
    )


def _conflicts(scratch: Path, before: Mapping[str, Content]) -> str:
    """Return the places where a merge did not know what to do, as git marks them."""
    told = []
    for path in sorted(before):
        place = scratch / path
        text = content_of(place.read_bytes()) if place.is_file() else ""
        for found in CONFLICT.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            shown = found[0].rstrip("\n").split("\n")[:SHOWN_LINES]
            told.append(f"\n{path}:{line}: both sides changed this:")
            told += [f"\n    {one}" for one in shown]
    return "".join(told)


def _told(ended: Finished, diff: Diff, before: Mapping[str, Content], conflicts: str) -> str:
    """Say what does not apply: each failing hunk beside the lines that are there instead."""
    failing = "".join(
        _hunk_beside(path, int(line), diff, before) for path, line in FAILED.findall(ended.stderr)
    )
    if failing or conflicts:
        return f"the patch does not apply:{failing}{conflicts}"
    said = [line for line in ended.stderr.splitlines() if line and not PROGRESS.match(line)]
    shown = "\n  ".join(said[:SHOWN_LINES]) or f"git apply ended with {ended.status}"
    return f"the patch does not apply:\n  {shown}"


def _hunk_beside(path: str, line: int, diff: Diff, before: Mapping[str, Content]) -> str:
    wanted: Sequence[str] = ()
    for file in diff.files:
        if path in {file.old, file.new}:
            wanted = next((hunk.wanted for hunk in file.hunks if hunk.start == line), wanted)
    here = before.get(path)
    if here is None or not wanted:
        return f"\n{path}:{line}: the hunk for this place does not fit"
    shown = nearest(here.text.replace("\r\n", "\n"), "\n".join(wanted))
    if not shown:
        shown = "".join(f"\n    {one}" for one in wanted[:SHOWN_LINES])
        return f"\n{path}:{line}: the lines of the hunk stand nowhere in the file:{shown}"
    return f"\n{path}:{line}: the lines of the hunk are not there. What comes closest:{shown}"


def _write(place: Path, content: Content, *, plain: bool) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    text = content.text.replace("\r\n", "\n") if plain else content.text
    place.write_bytes(bytes_of(text))
    place.chmod(0o755 if content.executable else 0o644)
