"""Rules about must-haves: artifacts that can't be looked at, demands that can't all hold."""

from collections.abc import Iterator

from gsd_run.checking.lint.rules.plan_paths import (
    clean,
    is_file_name,
    is_glob,
    is_mentioned,
    line_of,
    line_of_key,
    maker,
    outside,
)
from gsd_run.checking.lint.subject import LintRule, Subject, folders_of
from gsd_run.domain.plan import Artifact, Finding
from gsd_run.domain.rule import Rule
from gsd_run.outside.grammars import language_of

NO_MUST_HAVES = Rule(
    code="M201",
    name="no-must-haves",
    severity="warning",
    about="The frontmatter has no must_haves.",
    why="Nothing says what should be true of the finished work, so the end of a run has nothing "
    "to judge but the tasks' own commands.",
    mend='Add `must_haves:` with `truths: ["A wrong password is refused"]` and artifacts.',
)
NO_TRUTHS = Rule(
    code="M202",
    name="no-truths",
    severity="note",
    about="The must_haves name files or links, but no truths.",
    why="That a file is there does not say that anybody can do with it what was wanted.",
    mend='Add `truths:` with sentences about behaviour: `- "A user can log out"`.',
)
OUTSIDE_ARTIFACT = Rule(
    code="M203",
    name="artifact-outside-project",
    severity="warning",
    about="An artifact's path is absolute or leads out of the project.",
    why="gsd-run looks at nothing outside of the project, so the claim stays UNPROVEN.",
    mend="Write the path from the project's root: `src/login.py`.",
)
VAGUE_ARTIFACT = Rule(
    code="M204",
    name="artifact-not-a-file",
    severity="warning",
    about="An artifact is words, or a folder of which lines or content are asked.",
    why="Its lines and content can't be looked at, so the claim stays UNPROVEN.",
    mend="Name each file by itself: `- path: src/auth/login.ts`.",
)
UNMADE_ARTIFACT = Rule(
    code="M205",
    name="artifact-nobody-makes",
    severity="warning",
    about="An artifact does not exist, and no task says that it makes it.",
    why="The run ends with a REFUTED claim, although every task did what it was told.",
    mend="Add the file to the <files> of the task that writes it, or correct its path.",
)
EMPTY_MINIMUM = Rule(
    code="M206",
    name="min-lines-say-nothing",
    severity="warning",
    about="min_lines is 0 or 1.",
    why="Any file has that many lines; the demand looks like a check and is none.",
    mend="Say how long a real version is, `min_lines: 40`, or leave it out.",
)
AT_ODDS = Rule(
    code="M208",
    name="artifact-demands-at-odds",
    severity="error",
    about="The demands on one file can't hold together.",
    why="Whatever the tasks do, one of the claims is REFUTED and the run fails.",
    mend="Keep the entry that is meant: a file is either there with its content, or deleted.",
)
TWO_MINIMUMS = Rule(
    code="M209",
    name="two-minimums-for-one-file",
    severity="warning",
    about="A file is an artifact twice, with different min_lines.",
    why="Each entry is a claim of its own; the lower one can hold while the other is REFUTED.",
    mend="Join them to one entry with the number that is meant.",
)
UNREADABLE_EXPORTS = Rule(
    code="M210",
    name="exports-not-readable",
    severity="note",
    about="exports are asked of a file in whose language no names can be read.",
    why="Names are read with the language's own grammar; without it the claim stays UNPROVEN.",
    mend='Ask for the text instead: `contains: "export function login"`.',
)

_GONE = frozenset(("deleted", "removed", "absent"))
# Languages whose files can be asked for their names.
_READABLE = frozenset(
    {"typescript", "tsx", "javascript", "python", "go", "rust", "java", "csharp", "php", "ruby"}
    | {"swift", "kotlin"}
)
_COMPONENTS = (".vue", ".svelte", ".astro")


def _artifacts(subject: Subject) -> Iterator[tuple[str, Artifact]]:
    """Return the artifacts that name a path, by the ids of their claims."""
    for number, artifact in enumerate(subject.plan.must_haves.artifacts, 1):
        if artifact.path.strip():
            yield f"artifact.{number}", artifact


def _is_gone(artifact: Artifact) -> bool:
    return artifact.absent or artifact.status.strip().lower() in _GONE


def _no_must_haves(subject: Subject) -> Iterator[Finding]:
    plan = subject.plan
    if not plan.frontmatter:
        return  # the reader says that there is no frontmatter at all
    musts = plan.must_haves
    line = line_of_key(subject, "must_haves")
    if not (musts.truths or musts.artifacts or musts.key_links):
        told = "no must_haves: nothing says what should be true of the finished work"
        yield subject.found(NO_MUST_HAVES, line, told)


def _no_truths(subject: Subject) -> Iterator[Finding]:
    musts = subject.plan.must_haves
    if not musts.truths and (musts.artifacts or musts.key_links):
        told = "must_haves without truths: files and links alone show no behaviour"
        yield subject.found(NO_TRUTHS, line_of_key(subject, "must_haves"), told)


def _outside(subject: Subject) -> Iterator[Finding]:
    for claim, artifact in _artifacts(subject):
        if way := outside(artifact.path):
            told = f"{claim}: {artifact.path} {way}, so it is not looked at"
            yield subject.found(OUTSIDE_ARTIFACT, artifact.line, told, artifact.path)


def _vague(subject: Subject) -> Iterator[Finding]:
    for claim, artifact in _artifacts(subject):
        path = artifact.path.strip()
        if outside(path) or is_glob(path):
            continue
        if path.endswith("/") or _is_folder(subject, path):
            if not _asks_of_content(artifact):
                continue
            told = f"{claim}: {path} is a folder, which has no lines or content of its own"
        elif is_file_name(path) or subject.around.exists(path):
            continue
        else:
            told = f'{claim}: "{path}" is no path of a file'
        yield subject.found(VAGUE_ARTIFACT, artifact.line, told, path)


def _is_folder(subject: Subject, path: str) -> bool:
    files = subject.around.files
    return files is not None and clean(path) not in files and clean(path) in folders_of(files)


def _asks_of_content(artifact: Artifact) -> bool:
    lines = (artifact.min_lines, artifact.max_lines, artifact.exact_lines, artifact.min_tests)
    texts = (artifact.contains, artifact.matches, artifact.lacks, artifact.exports)
    return any(lines) or any(texts)


def _unmade(subject: Subject) -> Iterator[Finding]:
    if subject.around.files is None or not subject.plan.tasks:
        return
    is_made = maker(subject)
    for claim, artifact in _artifacts(subject):
        path = artifact.path
        if _is_gone(artifact) or is_glob(path) or not is_file_name(path):
            continue
        if not (outside(path) or is_made(path) or is_mentioned(subject, path)):
            told = f"{claim}: {path} does not exist, and no task says that it makes it"
            yield subject.found(UNMADE_ARTIFACT, artifact.line, told, path)


def _empty_minimum(subject: Subject) -> Iterator[Finding]:
    for claim, artifact in _artifacts(subject):
        if artifact.min_lines is not None and artifact.min_lines < 2:  # noqa: PLR2004
            told = f"{claim}: min_lines: {artifact.min_lines} is true of any file"
            yield subject.found(EMPTY_MINIMUM, line_of(subject, "min_lines", artifact.line), told)


def _at_odds(subject: Subject) -> Iterator[Finding]:
    """Find files that one entry wants gone and another wants there.

    Also one entry alone, whose file should be gone and still have content.
    """
    gone: dict[str, str] = {}
    there: dict[str, str] = {}
    for claim, artifact in _artifacts(subject):
        path = clean(artifact.path)
        is_gone = _is_gone(artifact)
        (gone if is_gone else there).setdefault(path, claim)
        other = (there if is_gone else gone).get(path)
        if other:
            told = f"{claim}: {path} should be {'deleted' if is_gone else 'there'}, "
            told += f"which {other} contradicts"
            yield subject.found(AT_ODDS, artifact.line, told, artifact.path)


def _two_minimums(subject: Subject) -> Iterator[Finding]:
    first: dict[str, tuple[str, int]] = {}
    for claim, artifact in _artifacts(subject):
        if artifact.min_lines is None:
            continue
        path = clean(artifact.path)
        other, number = first.setdefault(path, (claim, artifact.min_lines))
        if number != artifact.min_lines:
            told = f"{claim}: {path} needs {artifact.min_lines} lines here, {number} in {other}"
            yield subject.found(TWO_MINIMUMS, artifact.line, told, artifact.path)


def _exports(subject: Subject) -> Iterator[Finding]:
    for claim, artifact in _artifacts(subject):
        if not artifact.exports or artifact.path.endswith(_COMPONENTS):
            continue
        if language_of(artifact.path) not in _READABLE:
            line = line_of(subject, "exports", artifact.line, artifact.line)
            told = f"{claim}: the exports of {artifact.path} can't be read; use contains:"
            yield subject.found(UNREADABLE_EXPORTS, line, told)


RULES: tuple[LintRule, ...] = (
    LintRule(rule=NO_MUST_HAVES, find=_no_must_haves),
    LintRule(rule=NO_TRUTHS, find=_no_truths),
    LintRule(rule=OUTSIDE_ARTIFACT, find=_outside),
    LintRule(rule=VAGUE_ARTIFACT, find=_vague),
    LintRule(rule=UNMADE_ARTIFACT, find=_unmade),
    LintRule(rule=EMPTY_MINIMUM, find=_empty_minimum),
    LintRule(rule=AT_ODDS, find=_at_odds),
    LintRule(rule=TWO_MINIMUMS, find=_two_minimums),
    LintRule(rule=UNREADABLE_EXPORTS, find=_exports),
)
