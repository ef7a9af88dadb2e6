"""Rules about the files that a plan refers to: what it wants read, and what its tasks touch."""

import re
from collections.abc import Callable, Iterator

from gsd_run.checking.lint.rules.plan_paths import (
    clean,
    has_placeholder,
    is_among,
    is_file_name,
    is_glob,
    line_of,
    line_of_key,
    maker,
    outside,
)
from gsd_run.checking.lint.subject import LintRule, Subject
from gsd_run.domain import lazy
from gsd_run.domain.plan import Finding, Text
from gsd_run.domain.rule import Rule

MISSING_CONTEXT = Rule(
    code="R201",
    name="missing-context-file",
    severity="warning",
    about="The context refers to a file that does not exist.",
    why="Whoever carries the plan out lacks what its writer relied on.",
    mend="Correct the path (`@src/auth/session.ts`), or take the reference out.",
)
FOREIGN_CONTEXT = Rule(
    code="R202",
    name="reference-to-other-machine",
    severity="warning",
    about="The context refers to a file by an absolute path.",
    why="The path holds on the machine of the plan's writer only.",
    mend="Write it from the project's root: `@src/auth/session.ts`.",
)
FOREIGN_TOOL_FILE = Rule(
    code="R203",
    name="tool-file-of-other-machine",
    severity="note",
    about="The plan refers to GSD's own files below somebody's home folder.",
    why="On other machines they stand elsewhere; gsd-run does not need them, an agent may.",
    mend="Write `@~/.claude/get-shit-done/workflows/execute-plan.md`.",
)
MISSING_TO_READ = Rule(
    code="R204",
    name="missing-read-first-file",
    severity="warning",
    about="A task wants a file read first that does not exist, and that nothing makes.",
    why="The task rests on what it says; without it an executor has to guess.",
    mend="Correct the path, or name what should be read instead.",
)
WORDS_AS_FILES = Rule(
    code="R205",
    name="files-in-words",
    severity="warning",
    about="The <files> of a task, or files_modified, hold a sentence.",
    why="What the task may touch can't be told from it, so every change is a deviation.",
    mend="List paths only: `<files>src/login.ts, src/login.test.ts</files>`.",
)
OUTSIDE_FILES = Rule(
    code="R206",
    name="files-outside-project",
    severity="warning",
    about="A plan means to change a file outside of the project.",
    why="A run commits what changes in the project; what changes elsewhere is neither judged, "
    "committed nor undone.",
    mend="Name files of the project, by paths from its root.",
)
UNDECLARED_FILES = Rule(
    code="R207",
    name="task-file-not-in-files-modified",
    severity="warning",
    about="A task names files that files_modified leaves out.",
    why="Plans of a wave run side by side if their files_modified differ; a file left out there "
    "can be changed by two at once.",
    mend="Add it to `files_modified:` in the frontmatter.",
)
UNASSIGNED_FILES = Rule(
    code="R208",
    name="modified-file-of-no-task",
    severity="note",
    about="files_modified names a file that no task has.",
    why="The file is kept from other plans of the wave, and no task says that it touches it.",
    mend="Add it to the <files> of the task that changes it, or take it out.",
)

_TOOLS_OWN = lazy.pattern(
    r"get-shit-done|gsd-core|/\.(?:claude|codex|gemini|cursor|config|opencode)/"
)
# Where people keep their files. `@/lib/api` is an alias in a project's own imports instead.
_MACHINE = lazy.pattern(
    r"/(?:Users|home|root|Volumes|mnt|workspaces?|private|data|tmp|opt|var)/|[A-Z]:/"
)
_LISTED = lazy.pattern(r"`([^`\n]+)`|^@?([\w.@/\\()\[\]-]+\.[A-Za-z]\w{0,9})(?=$|[\s,;:)])")
_WORDS = lazy.pattern(r"[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}")
_MANY = 3  # names in a message before it says how many more there are


def _context(subject: Subject) -> Iterator[tuple[Text, str]]:
    """Return the references of the context that mean files, with their paths."""
    for reference in subject.plan.context:
        path = reference.text.lstrip("@").replace("\\", "/")
        if not has_placeholder(path):
            yield reference, path


def _missing_context(subject: Subject) -> Iterator[Finding]:
    if subject.around.files is None:
        return
    is_made = maker(subject)
    for reference, path in _context(subject):
        if outside(path) or _TOOLS_OWN.search(path) or not _means_file(path):
            continue
        if not (is_glob(path) or _is_here(subject, path, is_made) or _comes_before(subject, path)):
            told = f"{path} does not exist; correct the reference or take it out"
            yield subject.found(MISSING_CONTEXT, reference.line, told, reference.text)


def _means_file(path: str) -> bool:
    """Tell a file's path from the name of a package or a person (`@types/node`, `@ada`)."""
    folder, _, last = clean(path).rpartition("/")
    if "@" in last:
        return False
    ending = r"\.[A-Za-z]\w{0,11}$" if folder else r"\.[a-z]\w{1,4}$"
    return path.startswith(".") or path.endswith("/") or bool(re.search(ending, last))


def _is_here(subject: Subject, path: str, is_made: Callable[[str], bool]) -> bool:
    """Tell whether a path leads to a file, from the root or from the plan's own folder."""
    folder = subject.plan.path.rpartition("/")[0]
    return is_made(path) or subject.around.exists(f"{folder}/{clean(path)}".lstrip("/"))


def _comes_before(subject: Subject, path: str) -> bool:
    """Tell whether a path is the summary of a plan that this one waits for.

    It is written when that plan is done; any other summary of the phase may still come.
    """
    name = path.rpartition("/")[2]
    waits = subject.plan.depends_on or subject.around.others
    return name.endswith("SUMMARY.md") and bool(waits)


def _foreign_context(subject: Subject) -> Iterator[Finding]:
    for reference, path in _context(subject):
        if _MACHINE.match(path) and not _TOOLS_OWN.search(path):
            told = f"{path} is a path of one machine; write it from the project's root"
            yield subject.found(FOREIGN_CONTEXT, reference.line, told, reference.text)


def _foreign_tools(subject: Subject) -> Iterator[Finding]:
    texts = subject.plan.sections.get("execution_context", ())
    for text in texts:
        for offset, line in enumerate(text.text.split("\n")):
            path = line.strip().lstrip("@")
            if path.startswith("/") and _TOOLS_OWN.search(path):
                told = f"{path} is a path of one machine; write ~ for its home folder"
                yield subject.found(FOREIGN_TOOL_FILE, text.line + offset, told)


def _missing_to_read(subject: Subject) -> Iterator[Finding]:
    if subject.around.files is None:
        return
    is_made = maker(subject)
    for task in subject.plan.tasks:
        for text in task.parts.get("read_first", ()):
            for offset, line in enumerate(text.text.split("\n")):
                for path in _paths_in(line):
                    if not (_is_here(subject, path, is_made) or _comes_before(subject, path)):
                        told = f"task {task.number} wants {path} read first, which does not exist"
                        yield subject.found(MISSING_TO_READ, text.line + offset, told, path)


def _paths_in(line: str) -> Iterator[str]:
    bare = re.sub(r"^\s*(?:[-*+]|\d+[.)])\s+", "", line).strip()
    for match in _LISTED.finditer(bare):
        path = (match[1] or match[2]).lstrip("@")
        path = re.sub(r"(?::\d+(?:-\d+)?|#\S*)$", "", path.strip())
        plain = "/" in path.rstrip("/") and "." in path.rpartition("/")[2] and _means_file(path)
        if plain and not (is_glob(path) or has_placeholder(path) or outside(path)):
            yield path


def _named_files(subject: Subject) -> Iterator[tuple[str, int, str]]:
    """Return every file that the plan means to change, with its line and who names it."""
    start = line_of_key(subject, "files_modified") if subject.plan.files_modified else 1
    for file in subject.plan.files_modified:
        yield file, start, "files_modified"
    for task in subject.plan.tasks:
        for file in task.files:
            yield file, task.line, f"task {task.number}"


def _in_words(subject: Subject) -> Iterator[Finding]:
    for file, start, who in _named_files(subject):
        if _WORDS.search(file) and "/" not in file.split(" ", 1)[0]:
            told = f'{who}: "{file}" is no path of a file'
            yield subject.found(WORDS_AS_FILES, line_of(subject, file, start, start), told, file)


def _outside(subject: Subject) -> Iterator[Finding]:
    seen: set[str] = set()
    for file, start, who in _named_files(subject):
        way = outside(file)
        if way and file not in seen and not _WORDS.search(file):
            told = f"{who}: {file} {way}; what changes there is not judged or committed"
            yield subject.found(OUTSIDE_FILES, line_of(subject, file, start, start), told, file)
        seen.add(file)


def _undeclared(subject: Subject) -> Iterator[Finding]:
    declared = frozenset(clean(file) for file in subject.plan.files_modified)
    if not declared:
        return
    for task in subject.plan.tasks:
        files = [clean(file) for file in task.files if is_file_name(file) and not outside(file)]
        left = [file for file in files if not is_glob(file) and not is_among(file, declared)]
        if left:
            told = f"task {task.number} changes {_listed(left)}, not in files_modified"
            line = line_of(subject, left[0], task.line, task.line)
            yield subject.found(UNDECLARED_FILES, line, told, left[0])


def _unassigned(subject: Subject) -> Iterator[Finding]:
    plan = subject.plan
    named = frozenset(clean(file) for task in plan.tasks for file in task.files)
    if not named:
        return
    left = [file for file in plan.files_modified if not is_among(clean(file), named)]
    left = [file for file in left if not is_glob(file)]
    if left:
        line = line_of(subject, left[0], line_of_key(subject, "files_modified"))
        told = f"no task has {_listed(left)} among its files"
        yield subject.found(UNASSIGNED_FILES, line, told, left[0])


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
    return ", ".join(names[:_MANY]) + more


RULES: tuple[LintRule, ...] = (
    LintRule(rule=MISSING_CONTEXT, find=_missing_context),
    LintRule(rule=FOREIGN_CONTEXT, find=_foreign_context),
    LintRule(rule=FOREIGN_TOOL_FILE, find=_foreign_tools),
    LintRule(rule=MISSING_TO_READ, find=_missing_to_read),
    LintRule(rule=WORDS_AS_FILES, find=_in_words),
    LintRule(rule=OUTSIDE_FILES, find=_outside),
    LintRule(rule=UNDECLARED_FILES, find=_undeclared),
    LintRule(rule=UNASSIGNED_FILES, find=_unassigned),
)
