"""What an agent may not change: other tasks' files, the planning, settings of CI, git, agents."""

import fnmatch
import posixpath
from collections.abc import Sequence
from pathlib import PurePosixPath

from gsd_run.domain.plan import Plan, Task

_PLANNING = ".planning"
# What settles for gsd-run itself what it may do.
_OWN_SETTINGS = "gsd-run.toml"
_OWN_ENDINGS = ("PLAN.md", "RUN.yaml", "RUN.yml", "SUMMARY.md", "EVIDENCE.jsonl")
# Each as the names of a path show it, in lower case: a folder anywhere on it, or the file.
_FOLDERS = {
    **dict.fromkeys((".github", ".gitlab", ".circleci", ".buildkite", ".woodpecker"), "CI"),
    **dict.fromkeys((".teamcity", ".forgejo", ".gitea", ".ci"), "CI"),
    **dict.fromkeys((".githooks", ".husky", ".lefthook"), "git's hooks"),
    **dict.fromkeys((".claude", ".codex", ".gemini", ".opencode", ".cursor"), "coding agents"),
}
_FILES = {
    ".gitattributes": "git",
    ".gitmodules": "git",
    ".gitignore": "git",
    ".gitconfig": "git",
    ".pre-commit-config.y*ml": "git's hooks",
    "lefthook.y*ml": "git's hooks",
    ".lefthook.y*ml": "git's hooks",
    "lefthook-local.y*ml": "git's hooks",
    ".overcommit.yml": "git's hooks",
    ".gitlab-ci.y*ml": "CI",
    ".travis.yml": "CI",
    "jenkinsfile": "CI",
    "jenkinsfile.*": "CI",
    "azure-pipelines*.y*ml": "CI",
    "bitbucket-pipelines.yml": "CI",
    ".drone.y*ml": "CI",
    ".woodpecker.y*ml": "CI",
    "appveyor.yml": "CI",
    ".appveyor.yml": "CI",
    "buildspec.y*ml": "CI",
    "cloudbuild.y*ml": "CI",
    ".cirrus.yml": "CI",
    ".mcp.json": "coding agents",
    ".aider.conf.yml": "coding agents",
    "opencode.json*": "coding agents",
}
# What a tool rewrites whenever the file beside or below it is changed.
_LOCK_FILES = {
    "package.json": {"package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"},
    "pyproject.toml": {"uv.lock", "poetry.lock", "pdm.lock"},
    "Pipfile": {"Pipfile.lock"},
    "Cargo.toml": {"Cargo.lock"},
    "go.mod": {"go.sum", "go.work.sum"},
    "Gemfile": {"Gemfile.lock"},
    "composer.json": {"composer.lock"},
    "mix.exs": {"mix.lock"},
    "pubspec.yaml": {"pubspec.lock"},
    "flake.nix": {"flake.lock"},
}


def allowed_files(task: Task, plan: Plan, may_touch: Sequence[str] = ()) -> tuple[str, ...]:
    """Return what an agent may change: files, folders and patterns, () where nothing is named.

    That is what its task names, what the plan names (`files_modified`, `files_deleted`,
    artifacts) but no other task, and `may_touch`, which the user's settings open.
    """
    artifacts = (artifact.path for artifact in plan.must_haves.artifacts)
    whole = (*plan.files_modified, *plan.files_deleted, *artifacts)
    others = [one.files for one in plan.tasks if one.number != task.number]
    free = (path for path in whole if not any(is_named(path, files) for files in others))
    named = (*task.files, *(free if task.files else whole))
    return tuple(dict.fromkeys((*named, *may_touch))) if named else ()


def refused_edits(
    task: Task, plan: Plan, changed: Sequence[str], may_touch: Sequence[str] = ()
) -> tuple[tuple[str, str], ...]:
    """Return those of the paths that an agent changed and must not have, each with the reason.

    Paths are relative to the project root; added, modified and deleted ones are alike. With a
    named manifest go its lock files. Where neither task nor plan names any file, all are free but
    those that are never an agent's: see `protected`.
    """
    allowed = allowed_files(task, plan, may_touch)
    others = [one for one in plan.tasks if one.number != task.number and one.files]
    records = (*records_of(plan.path.removesuffix("PLAN.md")), plan.summary_path or "")
    refused = []
    for path in dict.fromkeys(changed):
        reason = protected(task, path, records)
        if not reason and allowed and not is_named(path, allowed):
            owner = next((one for one in others if is_named(path, one.files)), None)
            reason = f"neither task {task.number} nor the plan names this file"
            if owner is not None:
                reason = f"task {owner.number} names this file, task {task.number} does not"
        if reason:
            refused.append((path, reason))
    return tuple(refused)


def records_of(stem: str) -> tuple[str, ...]:
    """Return the files that belong to the run of a plan, whose own file is `<stem>PLAN.md`."""
    return tuple(f"{stem}{ending}" for ending in _OWN_ENDINGS)


def protected(task: Task, path: str, records: Sequence[str] = ()) -> str:
    """Return why a path is never an agent's to change, "" if it may be.

    Never are git's own files, `records` (paths, or names of files in any folder) and the settings
    of gsd-run. Other files of the planning, and settings of CI, git, its hooks and coding agents,
    may be when the task names them, by themselves or by a folder or pattern among them.
    """
    names = [part.casefold() for part in PurePosixPath(posixpath.normpath(path)).parts]
    if not names or names[0] in {"/", ".."} or ".git" in names:
        return "is no file of the project"
    planning = _PLANNING in names
    kept = {posixpath.normpath(record).casefold() for record in records if record}
    if kept & {"/".join(names), names[-1]} or (planning and names[-1] == _OWN_SETTINGS):
        return "is a record of the run or a setting of it, which no agent writes"
    named = [entry.casefold() for entry in task.files if _names(entry, path)]
    if planning and not any(_PLANNING in entry for entry in named):
        return f"belongs to the planning; task {task.number} does not name it"
    settings = _settings(names)
    if settings and not any(_settings(entry.rstrip("/").split("/")) for entry in named):
        return f"is a setting of {settings}; task {task.number} does not name it"
    return ""


def _settings(names: Sequence[str]) -> str:
    """Return what a path is a setting of, given the names on it in lower case."""
    for name in names:
        if name in _FOLDERS:
            return _FOLDERS[name]
    return next((of for one, of in _FILES.items() if fnmatch.fnmatchcase(names[-1], one)), "")


def is_named(path: str, entries: Sequence[str]) -> bool:
    """Tell whether a path is named by an entry, or is the lock file of a manifest that is."""
    if any(_names(entry, path) for entry in entries):
        return True
    folder, _, name = path.rpartition("/")
    for entry in entries:
        beside, _, manifest = entry.strip().rpartition("/")
        # The members of a workspace share the lock file of a folder above.
        above = not folder or beside.removeprefix("./") == folder or beside.startswith(f"{folder}/")
        if above and name in _LOCK_FILES.get(manifest, ()):
            return True
    return False


def _names(entry: str, path: str) -> bool:
    """Tell whether an entry of a list of files is the path, a folder above it, or fits it."""
    plain = posixpath.normpath(entry.strip().strip("`")) if entry.strip() else ""
    if plain in {"", "."}:
        return False
    path = posixpath.normpath(path)
    if plain == path or path.startswith(f"{plain}/"):
        return True
    if plain.startswith(("/", "~")):  # as it lay on the machine of whoever wrote the plan
        return "/" in path and plain.endswith(f"/{path}")
    return any(sign in plain for sign in "*?") and _fits_pattern(path, plain)


def _fits_pattern(path: str, pattern: str) -> bool:
    """Match name by name; `**` stands for any number of folders."""
    return _fit(PurePosixPath(path).parts, PurePosixPath(pattern).parts)


def _fit(names: Sequence[str], patterns: Sequence[str]) -> bool:
    if not patterns:
        return not names
    if patterns[0] == "**":
        return any(_fit(names[start:], patterns[1:]) for start in range(len(names) + 1))
    # Brackets are letters here: routes such as app/[id]/page.tsx are files, not patterns.
    first = patterns[0].replace("[", "[[]")
    return bool(names) and fnmatch.fnmatchcase(names[0], first) and _fit(names[1:], patterns[1:])
