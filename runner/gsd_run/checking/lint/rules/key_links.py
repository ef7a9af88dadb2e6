"""Rules about key links: ends that are no files, or that nobody makes.

An end may be a file, a folder, a pattern of files, or a file with the name in it that is meant
(`src/login.py:check`, `src/login.ts (check)`); a class may stand for the file that is called so.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath

from gsd_run.checking.lint.rules.plan_paths import (
    clean,
    is_file_name,
    is_glob,
    is_mentioned,
    line_of,
    made_by,
    maker,
    outside,
)
from gsd_run.checking.lint.subject import LintRule, Subject
from gsd_run.domain import lazy
from gsd_run.domain.plan import Finding, KeyLink
from gsd_run.domain.rule import Rule

NO_FILE_IN_LINK = Rule(
    code="M211",
    name="key-link-from-no-file",
    severity="warning",
    about="A key link's `from` names no file, or words of it are not understood.",
    why="The link is looked for in that file; without knowing which it stays UNPROVEN.",
    mend="Name the file, and perhaps a function in it: `from: src/login.py:check`.",
)
UNMADE_LINK = Rule(
    code="M212",
    name="key-link-file-nobody-makes",
    severity="warning",
    about="A key link's `from` does not exist, and no task says that it makes it.",
    why="There is nothing to search, so the link is REFUTED at the end of the run.",
    mend="Correct the path, or add the file to the <files> of the task that writes it.",
)
NOTHING_TO_LOOK_FOR = Rule(
    code="M213",
    name="key-link-to-words-without-pattern",
    severity="warning",
    about="A key link has no pattern, and its `to` names no file.",
    why="Neither an import nor a pattern could show the link, so it stays UNPROVEN.",
    mend="Name the file that is linked to, or give the pattern that the link has in the code.",
)

_IN_FILE = lazy.pattern(
    r"(?P<path>[\w@./+\[\]$-]*[\w\]]\.[A-Za-z]\w{0,7}?)(?:::|[:#]|\s+|(?=\())(?P<rest>\S.*)"
)
# One name, with the word beside it that says what it is.
_SYMBOL = lazy.pattern(
    r"\(?(?:the |fn |function |class |method |export(?:ed)? )?"
    r"[A-Za-z_$][\w$]*(?:(?:\.|::|#)[A-Za-z_$][\w$]*)*(?:\(\))?"
    r"(?: (?:function|method|class|helper|hook|handler|component|struct|command))?\)?"
)
_CLASS = lazy.pattern(r"[A-Z]\w*")


def _links(subject: Subject) -> Iterator[tuple[str, KeyLink]]:
    for number, link in enumerate(subject.plan.must_haves.key_links, 1):
        yield f"key_link.{number}", link


def _trouble(subject: Subject, end: str) -> str:
    """Say what can't be understood of an end, "" where it names files."""
    if _names_files(subject, end):
        return ""
    if outside(end):
        return f'"{end}" is no file of the project'
    inner = _IN_FILE.fullmatch(end)
    if inner is None:
        return f'"{end}" names no file'
    if _SYMBOL.fullmatch(inner["rest"].strip()):
        return ""
    return f'what is meant by "{inner["rest"]}" in {inner["path"]} can\'t be told'


def _names_files(subject: Subject, end: str) -> bool:
    if subject.around.exists(clean(end)):
        return True
    if _CLASS.fullmatch(end):
        return subject.around.files is None or _has_file(subject, end)
    listed = "," in end and all(is_file_name(piece) for piece in end.split(","))
    return not outside(end) and (listed or is_file_name(end) or is_glob(end))


def _has_file(subject: Subject, name: str) -> bool:
    """Tell whether a file is called as a class is, or this plan makes such a file."""
    files = (*(subject.around.files or ()), *made_by(subject.plan))
    return any(name in file and PurePosixPath(file).stem == name for file in files)


def _no_file(subject: Subject) -> Iterator[Finding]:
    for claim, link in _links(subject):
        source = link.source.strip()
        trouble = _trouble(subject, source) if source else ""
        if trouble:
            inner = _IN_FILE.fullmatch(source)
            told = f"{claim}: from: {trouble}, so the link stays UNPROVEN"
            told += f"; write from: {inner['path']}" if inner else ""
            line = line_of(subject, source, link.line, link.line)
            yield subject.found(NO_FILE_IN_LINK, line, told, source)


def _unmade_sources(subject: Subject) -> Iterator[Finding]:
    files = subject.around.files
    if files is None or not subject.plan.tasks:
        return
    is_made = maker(subject)
    for claim, link in _links(subject):
        source = link.source.strip()
        is_one_file = is_file_name(source) and not (outside(source) or is_glob(source))
        if link.absent or not is_one_file or is_made(source) or is_mentioned(subject, source):
            continue
        if not any(file.endswith("/" + clean(source)) for file in files):
            line = line_of(subject, source, link.line, link.line)
            told = f"{claim}: {source} does not exist, and no task says that it makes it"
            yield subject.found(UNMADE_LINK, line, told, source)


def _nothing_to_look_for(subject: Subject) -> Iterator[Finding]:
    for claim, link in _links(subject):
        target = link.target.strip()
        if link.pattern.strip() or link.lacks or not target:
            continue
        if trouble := _trouble(subject, target):
            told = f"{claim}: to: {trouble}, and there is no pattern to look for"
            line = line_of(subject, target, link.line, link.line)
            yield subject.found(NOTHING_TO_LOOK_FOR, line, told, target)


RULES: tuple[LintRule, ...] = (
    LintRule(rule=NO_FILE_IN_LINK, find=_no_file),
    LintRule(rule=UNMADE_LINK, find=_unmade_sources),
    LintRule(rule=NOTHING_TO_LOOK_FOR, find=_nothing_to_look_for),
)
