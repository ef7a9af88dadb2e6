"""`patch`: a unified diff, applied by git in a folder of its own."""

import re
import tempfile
from pathlib import Path

from gsd_run.changing import options
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.options import Option
from gsd_run.changing.places import contained, text_of
from gsd_run.domain.change import Applied, Edit, Facts, StepResult
from gsd_run.domain.plan import Task
from gsd_run.domain.run_file import Step
from gsd_run.outside import processes
from gsd_run.outside.project import Project

OPTIONS = {"text": Option("text", required=True)}

# Heads of a diff that name files; a removed line may look like one, which only costs a copy.
HEAD = re.compile(r"^(?:--- a/|\+\+\+ b/|rename from |copy from )([^\t\r\n]+)", re.MULTILINE)
SECONDS = 60
SHOWN_LINES = 24
PROGRESS = re.compile(r"^(Checking|Applied|Hunk|Applying) ")


def check(step: Step) -> list[str]:
    """List mistakes in the options; `patch: |` with the diff as its value works, too."""
    given = {**({"text": step.subject} if step.subject else {}), **step.options}
    mistakes = options.option_mistakes("patch", given, OPTIONS)
    if not mistakes and not HEAD.search(given["text"]):
        mistakes.append("patch: the text is no unified diff with `--- a/…` and `+++ b/…` lines")
    return mistakes


def may_touch(step: Step) -> tuple[str, ...]:
    """Return the files that the diff names."""
    return tuple(dict.fromkeys(HEAD.findall(_diff(step))))


def _diff(step: Step) -> str:
    text = str(step.options.get("text", step.subject))
    return text if text.endswith("\n") else text + "\n"


def plan(step: Step, task: Task | None, project: Project, facts: Facts) -> StepResult:
    """Apply the diff to copies of the files it names, and return what became of them."""
    del task, facts
    diff = _diff(step)
    before = {
        path: text for path in may_touch(step) if (text := text_of(project, path)) is not None
    }
    with tempfile.TemporaryDirectory(prefix="gsd-run-patch-") as folder:
        scratch = Path(folder).resolve()
        for path, text in before.items():
            _write(scratch / path, text)
        _apply(diff, scratch, project)
        after = {
            contained(project, place.relative_to(scratch).as_posix()): _text(place, scratch)
            for place in scratch.rglob("*")
            if place.is_file() or place.is_symlink()
        }
    touched = [p for p in sorted({*before, *after}) if before.get(p) != after.get(p)]
    edits = tuple(Edit(path=p, before=before.get(p), after=after.get(p)) for p in touched)
    if existing := [e.path for e in edits if e.before is None and text_of(project, e.path)]:
        raise StepFailure(f"the patch creates {', '.join(existing)}, which is there already")
    return StepResult(
        edits=edits,
        applied=tuple(
            Applied(rule="patch", path=e.path, line=1, message="applied the given diff")
            for e in edits
        ),
    )


def _apply(diff: str, scratch: Path, project: Project) -> None:
    # Above the scratch folder there may be a repository that is none of git's business here.
    environment = {
        name: value for name, value in project.environment().items() if not name.startswith("GIT_")
    } | {"GIT_CEILING_DIRECTORIES": str(scratch.parent), "LC_ALL": "C"}
    argv = ("git", "apply", "--whitespace=nowarn", "--verbose", "-")
    ended = processes.run(argv, cwd=scratch, env=environment, stdin=diff, timeout=SECONDS)
    if ended.status != 0:
        said = [line for line in ended.stderr.splitlines() if line and not PROGRESS.match(line)]
        shown = "\n  ".join(said[:SHOWN_LINES]) or f"git apply ended with {ended.status}"
        raise StepFailure(f"the patch does not apply:\n  {shown}")


def _write(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("w", encoding="utf-8", newline="") as file:
        file.write(text)


def _text(place: Path, scratch: Path) -> str:
    name = place.relative_to(scratch)
    if place.is_symlink() or place.stat().st_mode & 0o111:
        raise StepFailure(f"{name}: the patch makes a link or a program; only text can be patched")
    try:
        return place.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise StepFailure(f"{name}: the patch makes it something else than UTF-8 text") from error
