"""The files that a truth names, told by what else the plan says of them."""

import posixpath
from collections.abc import Iterable

from gsd_run.domain import lazy
from gsd_run.domain.plan import Plan

_END = (
    r"(?:[cm]?[jt]sx?|py|pyi|rs|go|java|kts?|cs|rb|php|swift|dart|exs?|erl|hs|lua|scala|c|cc|cpp|hpp"
    r"|h|vue|svelte|astro|s?css|less|html?|mdx?|txt|rst|json[cl5]?|ndjson|ya?ml|toml|ini|cfg|conf|env"
    r"|xml|csv|tsv|sql|prisma|graphql|proto|sh|bash|zsh|fish|ps1|bat|lock|gradle|csproj|sln|props|tf"
    r"|tla|als|pm|feature|svg|png|ipynb|plist|service|template|example|j2|hbs|ejs|gemspec|rake|razor)"
)
_PIECE = r"[\w@.+\[\]()-]+"
# A path has an ending that files have, or ends in a slash.
PATH = (
    rf"`?(?:(?:\.?/)?(?:{_PIECE}/)*[\w@.+\[\]-]*[\w\]]\.{_END}(?![\w/])|(?:\.?/)?(?:{_PIECE}/)+)`?"
)
_WHOLE = lazy.pattern(PATH)
_PACKAGE = lazy.pattern(r"@[\w.-]+/[\w.-]+/?")
_WORDS = lazy.pattern(rf"(?<![\w/@.~-]){PATH}")
_AT_ROOT = frozenset(
    {"README.md", "package.json", "Cargo.toml", "pyproject.toml", "go.mod", "tsconfig.json"}
    | {"CHANGELOG.md", "CLAUDE.md", ".gitignore", "CONTRIBUTING.md", ".env.example"}
)
_DEEP = 3  # folders; a path with so many of them begins at the project's root


class UnknownPlace(Exception):
    """The plan does not say where a file that a truth names is; the text says why."""


def path_meant(words: str, plan: Plan) -> str:
    """Return the path, from the project's root, that a truth means by these words.

    Raises:
        UnknownPlace: it may be in any folder, as far as the plan tells.
    """
    path = posixpath.normpath(words.strip("`").removeprefix("./"))
    if words.strip("`").endswith("/"):
        path += "/"
    if not _WHOLE.fullmatch(words) or _PACKAGE.fullmatch(path) or path.startswith(("/", "..")):
        raise UnknownPlace(f"{words} is no path within the project")
    listed = _listed(plan)
    if path in listed or path.rstrip("/") in listed:
        return path
    known = listed | _spoken(plan)
    fitting = sorted({one for one in known if one.endswith(f"/{path}")})
    if len(fitting) == 1:
        return fitting[0]
    if len(fitting) > 1:
        raise UnknownPlace(f"{path} may be any of {', '.join(fitting[:3])}")
    below = path.endswith("/") and any(one.startswith(path) for one in known)
    deep = path.count("/") - path.endswith("/")
    if below or path in _AT_ROOT or deep >= _DEEP or (path in known and deep >= _DEEP - 1):
        return path
    raise UnknownPlace(f"the plan does not say in which folder {path} is")


def _listed(plan: Plan) -> frozenset[str]:
    """Return the paths that the plan lists: those of its artifacts, links and tasks."""
    must = plan.must_haves
    return _plain(
        [
            *(one.path for one in must.artifacts),
            *plan.files_modified,
            *plan.files_deleted,
            *(name for task in plan.tasks for name in task.files),
            *(end for link in must.key_links for end in (link.source, link.target)),
        ]
    )


def _spoken(plan: Plan) -> frozenset[str]:
    """Return the paths with a folder that stand in the texts of the plan's tasks."""
    texts = [text for task in plan.tasks for text in (*task.verify, *task.done, *task.acceptance)]
    texts += [task.action for task in plan.tasks if task.action]
    return _plain([name for text in texts for name in _WORDS.findall(text.text) if "/" in name])


def _plain(paths: Iterable[str]) -> frozenset[str]:
    bare = (path.strip("`").removeprefix("./") for path in paths)
    return frozenset(posixpath.normpath(path) for path in bare if path)


def source_files(plan: Plan) -> tuple[str, ...]:
    """Return the files of source code that the plan makes or changes, tests left out."""
    listed = [
        *(one.path for one in plan.must_haves.artifacts if not one.absent),
        *plan.files_modified,
        *(name for task in plan.tasks for name in task.files),
    ]
    return tuple(dict.fromkeys(path for path in listed if _is_source(path)))


_SOURCE = lazy.pattern(
    r"\.(?:[cm]?[jt]sx?|py|rs|go|java|kt|cs|rb|php|swift|dart|ex|vue|svelte|astro|scala|lua|sh)$"
)
_NO_SOURCE = lazy.pattern(
    r"(?:^|/)(?:tests?|__tests__|specs?|e2e|fixtures|__mocks__|testdata)/|[._-](?:test|tests|spec)\.|"
    r"(?:^|/)(?:test_|conftest\.)|(?:Tests?|Spec)\.\w+$|\.d\.[cm]?ts$|[\w.-]*config\.[cm]?[jt]s$|[*\s]"
)


def _is_source(path: str) -> bool:
    return bool(_SOURCE.search(path)) and not _NO_SOURCE.search(path)
