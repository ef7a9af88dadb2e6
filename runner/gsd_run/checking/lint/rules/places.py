"""Rules about where commands look: paths of other machines, missing files, doubled folders."""

import difflib
import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from msgspec.structs import replace

from gsd_run.checking.harms.folders import is_outside, joined
from gsd_run.checking.lint.declared import declared
from gsd_run.checking.lint.flow import Running, running
from gsd_run.checking.lint.reading_places import reads, writes
from gsd_run.checking.lint.scripts import Hit, at, run_commands
from gsd_run.checking.lint.subject import LintRule, Subject
from gsd_run.domain import lazy
from gsd_run.domain.claim import Command
from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule
from gsd_run.outside.calls import Word

OTHER_MACHINE = Rule(
    code="V211",
    name="path-of-another-machine",
    severity="error",
    about="A command uses an absolute path of the author's machine.",
    why="Nothing is there on any other machine, and the command fails.",
    mend="Write paths relative to the project's root: commands start there.",
)
ADAPTED = Rule(
    code="V212",
    name="path-adapted",
    severity="note",
    about="An absolute path of another machine leads to a file of this project.",
    why="gsd-run takes the project's own path in its place, and says so; others don't.",
    mend="Write it relative to the project's root.",
)
MISSING_FILE = Rule(
    code="V213",
    name="missing-file",
    severity="error",
    about="A command reads a file that does not exist and that nothing makes.",
    why="It fails whatever the work is like, so its claim is refuted.",
    mend="Correct the path, or name the file in the <files> of the task that makes it.",
)
UNWRITTEN = Rule(
    code="V214",
    name="reads-what-nothing-wrote",
    severity="error",
    about="A command reads a file in /tmp that no command before it wrote.",
    why="/tmp is a folder of the run's own, and empty when a block of commands begins: nothing "
    "left over from elsewhere can be counted.",
    mend="Read the file that the block writes, and write it in the same block.",
)
DOUBLED_FOLDER = Rule(
    code="V215",
    name="doubled-folder",
    severity="error",
    about="A command runs in a folder, and its paths begin with that folder again.",
    why="After `cd backend`, `backend/tests` means backend/backend/tests, which is not there.",
    mend="Take the folder off the path, or take the cd out.",
)

_MACHINE = lazy.pattern(
    r"(?<![\w.$}/~:*⟧-])(?:/(?:Users|home|Volumes)/[\w.@+-]+(?:/[\w.@+-]+)*/?"
    r"|(?:/mnt)?/[a-z]/(?:Users|Projects|Dev|dev|code|src|repos)(?:/[\w.@+-]+)+/?"
    r"|[A-Za-z]:(?:\\[\w .@+-]+)+|[A-Z]:(?:/[\w.@+-]+)+)"
)
_WINDOWS_VENV = lazy.pattern(r"[\w.-]*venv[\w.-]*[/\\]Scripts[/\\]\w+(?:\.exe)?")
_ENTERED = lazy.pattern(r"(?<=\bcd )/(?!tmp\b)[\w@+-][\w.@+/-]*")
# Folders that builds fill.
_GENERATED = lazy.pattern(
    r"(?:^|/)(?:dist|build|out|target|node_modules|coverage|htmlcov|\.next|\.nuxt|\.output|\.git"
    r"|\.svelte-kit|bin|obj|\.venv|venv|__pycache__|tmp|_site|public/build|generated|\.cache"
    r"|\.turbo|storybook-static|dist-\w+|site|logs?|reports?|test-results|playwright-report"
    r"|release|debug|_build|pkg|vendor)(?:/|$)"
)
_TMP = "/tmp/"
_CLOSE = 0.6


def _machines(subject: Subject) -> Iterator[Finding]:
    for _, command in run_commands(subject):
        if not re.search(r"/[A-Za-z]|\\", command.text):
            continue
        seen: set[str] = set()
        for match in _places(command.text):
            path = match[0].rstrip("/")
            if path in seen or _is_here(path):
                continue
            seen.add(path)
            told = f"{path} is a path of another machine; write it relative to the project's root"
            if match.re.pattern == _WINDOWS_VENV.pattern:
                told = f"{path} is there on Windows alone; write python, which is the project's own"
            hit = Hit(message=told, start=match.start(), needle=match[0])
            found = at(subject, OTHER_MACHINE, command, hit)
            # Without a project it may be the right path for somebody.
            yield found if subject.around.files is not None else replace(found, severity="warning")
            break


@lru_cache(maxsize=4096)
def _places(text: str) -> tuple[re.Match[str], ...]:
    """Return the absolute paths of a command: below somebody's home, or that it enters."""
    patterns = (_MACHINE, _WINDOWS_VENV, _ENTERED)
    return tuple(match for pattern in patterns for match in pattern.finditer(text))


@lru_cache(maxsize=512)
def _is_here(path: str) -> bool:
    return Path(path).exists()


def _adapted(subject: Subject) -> Iterator[Finding]:
    claims = {claim.id: claim for claim in subject.compiled.claims}
    told: set[tuple[str, str]] = set()
    for name, change in subject.compiled.adaptations:
        claim = claims.get(name)
        if change.id != "foreign-path" or claim is None or (name, change.before) in told:
            continue
        told.add((name, change.before))
        line = _line_with(subject, change.before, claim.line)
        message = f"{change.before} is taken as {change.after}, a path of this project"
        yield subject.found(ADAPTED, line, message, change.before)


def _line_with(subject: Subject, text: str, start: int) -> int:
    lines = subject.lines[start - 1 :]
    return next((number for number, line in enumerate(lines, start) if text in line), start)


def _missing(subject: Subject) -> Iterator[Finding]:
    if subject.around.files is None:
        return
    made: set[str] = set()
    for one in running(subject):
        if one.python is not None:
            made.update(
                joined(one.folder, opened.path) or ""
                for opened in one.python.opened
                if opened.writes
            )
            continue
        if one.folder and not _is_known(subject, one.folder):
            continue  # if anything is wrong, it is the cd that led there
        for word in reads(one.call) if not _may_miss(one) else ():
            path = _project_path(one, word)
            if (
                path is None
                or path in made
                or _is_there(subject, path)
                or _doubled_in(subject, one, word)
            ):
                continue
            hit = Hit(
                message=_absent(subject, one, word, path), start=_start(one, word), needle=word.text
            )
            yield at(subject, MISSING_FILE, one.command, hit)
        if one.call.program == "cd":
            yield from _missing_folder(subject, one, made)
        made.update(joined(one.folder, word.text) or "" for word in writes(one.call))


def _may_miss(one: Running) -> bool:
    """Tell whether a command is written so that its file may be absent."""
    silenced = any(
        held.descriptor == "2" and held.target.text == "/dev/null" for held in one.call.redirections
    )
    return one.placed.step.negated or silenced


def _missing_folder(subject: Subject, one: Running, made: set[str]) -> Iterator[Finding]:
    for word in one.call.named():
        path = _project_path(one, word)
        known = path is None or path in made or _is_there(subject, path)
        if not known and not _doubled_in(subject, one, word):
            told = f"there is no folder {path}, and nothing makes one"
            hit = Hit(message=told, start=_start(one, word), needle=word.text)
            yield at(subject, MISSING_FILE, one.command, hit)


def _project_path(one: Running, word: Word) -> str | None:
    """Return a path inside of the project that a command names for certain, else None."""
    named = re.search(r"[/.]", word.text) and re.search(r"\w", word.text)
    plain = named and word.literal and not re.search(r"[*?{}<>|\[\]\s\"'=:]|^-", word.text)
    path = joined(one.folder, word.text) if plain else None
    return None if path is None or is_outside(path) or path.startswith(("/", "~")) else path


def _is_there(subject: Subject, path: str) -> bool:
    if path in {"", "."} or _GENERATED.search(path):
        return True
    return _is_known(subject, path) or declared(subject).speaks_of(path)


def _is_known(subject: Subject, path: str) -> bool:
    return subject.around.exists(path) or declared(subject).makes(path)


def _absent(subject: Subject, one: Running, word: Word, path: str) -> str:
    files = subject.around.files or frozenset()
    if one.folder and word.text in files:
        return f"{word.text} is there, but this runs in {one.folder}: there is no {path}"
    name = posixpath.basename(path)
    same = sorted(file for file in files if posixpath.basename(file) == name)
    near = same or difflib.get_close_matches(path, _in_folder(files, path), 1, _CLOSE)
    hint = f"; do you mean {near[0]}?" if near else ""
    return f"there is no {path}, and nothing makes it{hint}"


def _in_folder(files: frozenset[str], path: str) -> list[str]:
    folder = posixpath.dirname(path)
    return [file for file in files if posixpath.dirname(file) == folder]


def _start(one: Running, word: Word) -> int:
    return word.start or one.start


def _unwritten(subject: Subject) -> Iterator[Finding]:
    if not any(_TMP in command.text for _, command in run_commands(subject)):
        return
    claim, made = "", list[str]()
    for one in running(subject):
        if one.claim.id != claim:
            claim, made = one.claim.id, []
        if one.python is not None:
            yield from _unwritten_for_python(subject, one, made)
            made += [opened.path for opened in one.python.opened if opened.writes]
            continue
        for word in reads(one.call):
            if not word.text.startswith(_TMP) or not word.literal or word.text in made:
                continue
            told = _wrote(subject, word.text, made, _said_before(one, word))
            if not told and one.start == 0 and one.command is one.claim.commands[0]:
                told = f"nothing writes {word.text}, and /tmp is empty when a block begins"
            if told:
                hit = Hit(message=told, start=_start(one, word), needle=word.text)
                yield at(subject, UNWRITTEN, one.command, hit)
        made += [word.text for word in writes(one.call)]


def _unwritten_for_python(subject: Subject, one: Running, made: list[str]) -> Iterator[Finding]:
    for opened in one.python.opened if one.python else ():
        if opened.writes or not opened.path.startswith(_TMP) or opened.path in made:
            continue
        said = "\n".join(command.text for command in _commands_before(one))
        told = _wrote(subject, opened.path, made, said or one.command.text[: one.start])
        if told and opened.path not in said:
            start = one.command.text.find(opened.path, one.start)
            hit = Hit(message=told, start=max(start, one.start), needle=opened.path)
            yield at(subject, UNWRITTEN, one.command, hit)


def _commands_before(one: Running) -> tuple[Command, ...]:
    return one.claim.commands[: one.claim.commands.index(one.command)]


def _said_before(one: Running, word: Word) -> str:
    """Return what stands before a word in its block of commands."""
    texts = [command.text for command in one.claim.commands]
    return "\n".join([*texts[: texts.index(one.command.text)], one.command.text[: word.start]])


def _wrote(subject: Subject, path: str, made: list[str], said: str) -> str:
    """Say which file was written instead of one that is read, "" if it may have been written."""
    stem = re.sub(r"\.\w+$", "", path)
    if path in said or any(one.startswith(path) or path.startswith(one + "/") for one in made):
        return ""
    near = difflib.get_close_matches(path, [one for one in made if one.startswith(_TMP)], 1, _CLOSE)
    near = [one for one in made if re.sub(r"\.\w+$", "", one) == stem] or near
    if near:
        return f"nothing has written {path}; the block writes {near[0]}"
    for claim, command in run_commands(subject):
        if re.search(rf"(?:>|tee(?: -a)?)\s*{re.escape(path)}(?!\w)", command.text):
            return f"{path} is written by {claim.id}, but /tmp is emptied before each block"
    return ""


def _doubled(subject: Subject) -> Iterator[Finding]:
    for one in running(subject):
        if one.python is not None or not one.folder:
            continue
        for word in (*one.call.arguments, *(held.target for held in one.call.redirections)):
            folder = _doubled_in(subject, one, word)
            if folder:
                told = _twice(one, word.text.partition("::")[0], folder)
                hit = Hit(message=told, start=_start(one, word), needle=word.text)
                yield at(subject, DOUBLED_FOLDER, one.command, hit)


def _twice(one: Running, path: str, folder: str) -> str:
    if one.call.program == "cd" and path.rstrip("/") == folder:
        return f"a cd before this one leads to {folder} already, where there is no {path}"
    own = path.removeprefix(f"{folder}/")
    return f"this runs in {folder}, where {path} means {folder}/{path}; write {own}"


def _doubled_in(subject: Subject, one: Running, word: Word) -> str:
    """Return the folder that a word names again, "" if it does not."""
    path = word.text.partition("::")[0].removeprefix("./")
    folder = _own_folder(one.folder or "", path)
    if one.call.program == "cd" and path.rstrip("/") == one.folder:
        folder = one.folder
    if not folder or not word.literal:
        return ""
    there = f"{folder}/{path}"
    twice = _is_known(subject, path) and not _is_known(subject, there)
    return folder if twice else ""


def _own_folder(folder: str, path: str) -> str:
    """Return the end of a folder that a path begins with: of /home/me/app/web, web for web/src."""
    if "/" not in path:
        return ""
    if not folder.startswith("/"):
        return folder if path.startswith(folder + "/") else ""
    pieces = folder.strip("/").split("/")
    for size in range(1, len(pieces)):
        end = "/".join(pieces[-size:])
        if path.startswith(end + "/"):
            return end
    return ""


RULES: tuple[LintRule, ...] = (
    LintRule(rule=OTHER_MACHINE, find=_machines),
    LintRule(rule=ADAPTED, find=_adapted),
    LintRule(rule=MISSING_FILE, find=_missing),
    LintRule(rule=UNWRITTEN, find=_unwritten),
    LintRule(rule=DOUBLED_FOLDER, find=_doubled),
)
