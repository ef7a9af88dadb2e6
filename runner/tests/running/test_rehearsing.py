"""`--dry-run`: everything is shown, and nothing on disk is another afterwards."""

import os
from pathlib import Path

from gsd_run.domain.rehearsal import Rehearsal
from gsd_run.domain.run_file import Step
from gsd_run.outside import git
from gsd_run.outside.project import project_at
from gsd_run.reporting.rehearsal import rehearsal_text
from gsd_run.running.beginning.preparing import prepared
from gsd_run.running.looking.rehearsing import rehearse
from sandbox import PLAN_PATH, RUN_PATH, Sandbox

RUN_FILE = """\
amend:
  - claim: verify.2
    replace: {"-n bye": "-c bye"}
    reason: how often is enough
changes:
  1:
    - write: {path: greeting.txt, text: "hello\\n"}
    - replace: {in: greeting.txt, old: "hello", new: "hello, hello"}
    - command: "sort -o greeting.txt greeting.txt; touch ran"
      files: greeting.txt
    - replace: {in: README.md, old: "# Greetings", new: "# Welcome"}
"""


def everything(root: Path) -> dict[str, tuple[object, ...]]:
    """Return every file and folder below a folder, `.git` included, with all that is of it."""
    found: dict[str, tuple[object, ...]] = {}
    for folder, folders, names in os.walk(root):
        for name in (*folders, *names):
            place = Path(folder) / name
            seen = place.lstat()
            held = place.read_bytes() if place.is_file() and not place.is_symlink() else b""
            found[str(place)] = (seen.st_mode, seen.st_mtime_ns, seen.st_ino, held)
    return found


def rehearsed(project: Sandbox, **options: object) -> Rehearsal:
    own = project_at(project.root)
    before = everything(project.root)
    ready = prepared(project.root / PLAN_PATH, own)
    repository = git.open_repository(project.root)
    found = rehearse(ready, own, repository, **options)  # type: ignore[arg-type]
    assert everything(project.root) == before
    return found


def test_every_step_and_command_is_shown_and_nothing_is_done(greeting: Sandbox) -> None:
    greeting.write(RUN_PATH, RUN_FILE)
    greeting.commit("a run file")
    found = rehearsed(greeting)
    assert (
        rehearsal_text(found)
        == f"""\
rehearsal of {PLAN_PATH} with {RUN_PATH}
nothing was changed and no command was run

deviations from the plan's text
  amendment verify.2: -n bye → -c bye (how often is enough)

task 1  Add the greeting
  by the steps of the run file

  step 1  write  {RUN_PATH}:7
  may touch greeting.txt
  greeting.txt:1: written anew from the write step's text [write]
diff --git a/greeting.txt b/greeting.txt
new file mode 100644
--- /dev/null
+++ b/greeting.txt
@@ -0,0 +1 @@
+hello

  step 2  replace  {RUN_PATH}:8
  may touch greeting.txt
  greeting.txt:1: replaced the given text [replace]
diff --git a/greeting.txt b/greeting.txt
--- a/greeting.txt
+++ b/greeting.txt
@@ -1 +1 @@
-hello
+hello, hello

  step 3  command  {RUN_PATH}:9
  may touch greeting.txt
  $ sort -o greeting.txt greeting.txt; touch ran
  not run: what follows is rehearsed without what it changes

  step 4  replace  {RUN_PATH}:11
  may touch README.md
  FAILS: README.md: the text to replace is not there. What comes closest:
          given        in the file
      1 ! # Greetings  # Greeting

  then judged by
  verify.1
    $ grep -n hello greeting.txt

task 2  Add the farewell
  by hand: the run waits for a person to edit farewell.txt

  then judged by
  verify.2
    $ grep -c bye farewell.txt

at the end, and at the base commit before the work, with all commands above
  verification.1
    $ grep -i damn greeting.txt farewell.txt

1 step would fail
  {RUN_PATH}:11: README.md: the text to replace is not there. What comes closest:
          given        in the file
      1 ! # Greetings  # Greeting
"""
    )


def test_some_tasks_and_who_else_does_them(greeting: Sandbox) -> None:
    def spelt(task, _):  # what the plan spells out, as far as the first task goes
        text = "hello\n" if task.number == 1 else ""
        options = {"path": task.files[0], "text": text}
        return (Step(kind="write", subject="", line=0, options=options),) if text else ()

    (greeting.root / RUN_PATH).unlink()
    greeting.commit("no run file")
    found = rehearsed(greeting, tasks=[2], otherwise="agent")
    assert [(task.number, task.executor) for task in found.tasks] == [(2, "agent")]
    assert found.scripts == ()
    found = rehearsed(greeting, otherwise={2: "agent"}, literal=spelt)
    assert [(task.number, task.executor) for task in found.tasks] == [(1, "literal"), (2, "agent")]
    assert [file.path for step in found.tasks[0].steps for file in step.files] == ["greeting.txt"]
    assert found.failures == ()


def test_files_that_git_does_not_track_are_not_written_over(greeting: Sandbox) -> None:
    greeting.write("greeting.txt", "mine\n")
    found = rehearsed(greeting)
    assert found.failures == (
        f"{RUN_PATH}:3: would write over greeting.txt, which git does not track; commit the file, "
        "or move it away",
    )


def test_uncommitted_work_linked_folders_and_links_are_seen_and_left(greeting: Sandbox) -> None:
    greeting.write(".gitignore", "node_modules\n.venv\n")
    greeting.write("web/node_modules/a/index.js", "1\n")
    greeting.write("README.md", "# Mine\n")
    (greeting.root / "alias.md").symlink_to(greeting.root / "README.md")
    greeting.commit("links")
    greeting.write("README.md", "# Mine, too\n")
    greeting.write(
        RUN_PATH,
        "changes:\n  1:\n    - replace: {in: alias.md, old: 'Mine, too', new: Yours}\n",
    )
    found = rehearsed(greeting)
    assert found.failures == ()
    diff = found.tasks[0].steps[0].files[0].diff
    assert diff.endswith("-# Mine, too\n+# Yours\n")


def test_a_patch_is_merged_with_what_the_repository_has(greeting: Sandbox) -> None:
    lines = "".join(f"{number}\n" for number in range(12))
    greeting.write("long.txt", lines)
    greeting.commit("long")
    greeting.write("long.txt", lines.replace("5\n", "five\n"))
    diff = greeting.git("diff")
    greeting.write("long.txt", lines.replace("4\n", "a\nb\n4\n").replace("2\n", "", 1))
    patch = "".join(f"        {line}\n" for line in diff.splitlines())
    greeting.write(RUN_PATH, f"changes:\n  1:\n    - patch: |\n{patch}")
    greeting.commit("others")
    found = rehearsed(greeting)
    [step] = found.tasks[0].steps
    assert step.failure == ""
    assert step.deviations == ("long.txt: is not the file that the diff was made from; merged",)
