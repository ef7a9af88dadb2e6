"""Which runners a command of a pipe calls, by itself or through a script of the project."""

import re
from pathlib import Path

from msgspec import Struct

from gsd_run.checking.test_results.calls import WATCHING, runner_called, unwrapped
from gsd_run.checking.test_results.package_scripts import PackageScript, script_called
from gsd_run.domain import lazy
from gsd_run.outside.shell import Member, Pipeline, split

KEEPS_ALL = frozenset({"cat", "tee"})
# They build, check or clean; what they print is no test result.
_BESIDE = frozenset(
    {"", "cd", "export", "set", "true", ":", "mkdir", "rm", "rimraf", "cp", "mv", "touch", "sleep"}
    | {"tsc", "eslint", "prettier", "biome", "tsup", "vite", "webpack", "rollup", "esbuild", "swc"}
    | {"prisma", "next", "nuxt", "nest", "svelte-kit", "svelte-check", "vue-tsc", "astro", "turbo"}
    | {"ruff", "mypy", "black", "flake8", "pyright", "cmake", "ninja", "alembic", "migrate"}
    | {"phpstan", "pint", "php-cs-fixer", "psalm", "rubocop", "golangci-lint", "staticcheck"}
    | {"git", "which", "command", "test", "["}
)
_WORDS_BESIDE = lazy.pattern(
    r"(?:go|cargo|dotnet|mix|npm|pnpm|yarn|composer|bundle|swift|flutter|dart"
    r"|docker(?:-compose)?) (?:build|vet|fmt|clippy|check|restore|clean|deps\.get|compile|format"
    r"|install|ci|dump-autoload|config:clear|pub get|analyze|generate|mod|compose|ecto\.\w+)"
)
_DEPTH = 6  # scripts that call scripts


class Called(Struct, frozen=True, kw_only=True):
    """The runners that a command calls, in their order, and the folders in which they run.

    With `others`, something else runs before that may print whatever it likes. `watches` tells
    that one of them keeps watching for changes unless the environment says CI, and `by_script`
    that the runners' own words are not those of the command.
    """

    runners: tuple[str, ...]
    folders: tuple[Path, ...] = ()
    arguments: tuple[str, ...] = ()
    others: bool = False
    watches: bool = False
    by_script: bool = False


def called(member: Member, folder: Path | None) -> Called | None:
    """Return what a command of a pipe calls; None if that is no runner, or can't be told.

    `folder` is where it runs; without it, scripts of the project are not looked up.
    """
    return _called(member, folder, _DEPTH)


def names_runner(member: Member) -> bool:
    """Tell whether a command calls a runner by its own words; a build is for something else."""
    runner = runner_called(member.program, member.arguments)
    return bool(runner) and not runner.endswith(" build")


def _called(member: Member, folder: Path | None, depth: int) -> Called | None:
    runner = runner_called(member.program, member.arguments)
    if runner:
        name, _ = unwrapped(member.program, member.arguments)
        return Called(
            runners=(runner,),
            folders=(folder,) if folder else (),
            arguments=(member.program, *member.arguments),
            watches=name in WATCHING,
        )
    if folder is None or depth == 0:
        return None
    group = _group(member.text)
    if group is not None:
        return _of_script(PackageScript(text=group, folder=folder), depth - 1)
    name, rest = unwrapped(member.program, member.arguments)
    script = script_called(name, rest, folder)
    return _of_script(script, depth - 1) if script else None


def _group(text: str) -> str | None:
    """Return the commands of a subshell or a group, None for what is neither."""
    found = re.fullmatch(r"\((?!\()(.*)\)|\{\s(.*?);?\s*\}", text.strip(), re.DOTALL)
    return (found[1] or found[2]) if found else None


def _of_script(script: PackageScript, depth: int) -> Called | None:
    """Put together what the commands of a script call; None where one hides what was printed."""
    found = list[Called]()
    folder, others = script.folder, False
    for pipeline in split(script.text) or ():
        first = pipeline.members[0]
        if first.program == "cd" and len(first.arguments) == 1:
            folder = folder / first.arguments[0]
            continue
        inner = _called(first, folder, depth)
        if inner is None:
            beside = all(_is_beside(member) for member in pipeline.members)
            if not beside and found:
                return None
            others = others or not beside
            continue
        if not _shows_all(pipeline):
            return None
        found.append(inner)
    if not found:
        return None
    return Called(
        runners=tuple(one for part in found for one in part.runners),
        folders=tuple(one for part in found for one in part.folders),
        arguments=tuple(one for part in found for one in part.arguments),
        others=others or any(part.others for part in found),
        watches=any(part.watches for part in found),
        by_script=True,
    )


def _shows_all(pipeline: Pipeline) -> bool:
    behind = pipeline.members[1:]
    elsewhere = re.search(r"(?<![&\d])1?>(?!&)", re.sub(r"'[^']*'|\"[^\"]*\"", "", pipeline.text))
    return (
        not pipeline.background
        and all(one.program in KEEPS_ALL for one in behind)
        and not elsewhere
    )


def _is_beside(member: Member) -> bool:
    if member.program in {"echo", "printf"}:
        return not re.search(r"\d|\$|`", " ".join(member.arguments))
    if not member.program:
        return member.simple
    words = " ".join([member.program, *member.arguments[:2]])
    return member.program in _BESIDE or bool(_WORDS_BESIDE.match(words))
