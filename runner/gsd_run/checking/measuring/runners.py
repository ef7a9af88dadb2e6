"""Which commands run tests, and what their words say of which tests those are."""

import re
from collections.abc import Iterator
from functools import cache

from gsd_run.checking.compiling.adaptations import shown
from gsd_run.checking.measuring.telling import words_in
from gsd_run.checking.test_results.called import names_runner
from gsd_run.checking.test_results.calls import unwrapped
from gsd_run.domain import lazy
from gsd_run.outside.shell import Member, split

_RUNNERS = frozenset(
    {"pytest", "py.test", "unittest", "jest", "vitest", "mocha", "phpunit", "pest", "rspec"}
    | {"ctest", "nextest", "bats", "ava", "tap", "playwright", "cypress", "tox", "nox", "prove"}
    | {"paratest", "gotestsum"}
)
_WITH_TEST = frozenset(
    {"go", "cargo", "dotnet", "mix", "swift", "flutter", "dart", "npm", "pnpm", "yarn", "bun"}
    | {"deno", "gradle", "gradlew", "mvn", "mvnw", "turbo", "nx", "rails", "rake", "make", "just"}
    | {"zig", "composer", "xcodebuild", "sail", "artisan", "manage.py"}
)
_TEST_WORD = lazy.pattern(r"(?:[\w-]+:)?(?:tests?|nextest|vitest|jest|playwright)(?::[\w:-]+)?")
_IN_A_SCRIPT = lazy.pattern(r"\b(?:pytest|unittest|jest|vitest|mocha|phpunit|rspec)\b")
_INTERPRETERS = lazy.pattern(r"(?:python|node|ruby|perl|php|bash|sh)[\d.]*")
# A selection of single tests can't speak for a suite.
_SELECTION = lazy.pattern(
    r"::|\s-[kt][\s=]|\s--(?:grep|last-failed|lf|testNamePattern|collect-only|co|list)\b|\s-run\b"
    r"|pytest\b[^|;&\n]*\s-m\s"
)
_PARTS = lazy.pattern(
    r"\s--(?:filter|ignore|deselect|exclude|project|package)\b|\s-p\s|\s-[CF]\s"
    r"|\b(?:npm|pnpm|yarn|bun)\b.*\s(?:workspace\s|-w\s|--(?:workspace|prefix|cwd|dir)\b)"
)
_EXCLUDES = lazy.pattern(r"--(?:ignore|deselect|exclude|ignore-glob|testPathIgnorePatterns)\b")
_WHOLE = frozenset({".", "./", "./...", "tests", "test", "spec", "src", "run", "all"})


def test_members(script: str) -> list[Member]:
    """Return the commands of a script that run tests."""
    return list(_running(script))


@cache
def _running(script: str) -> tuple[Member, ...]:
    return tuple(member for member in _members(script) if runs_tests(member))


def runs_tests(member: Member) -> bool:
    """Tell whether a command runs tests, by its name or by what its script names."""
    program, arguments = member.program, member.arguments
    if program in _RUNNERS or names_runner(member):
        return True
    if program in _WITH_TEST:
        return any(_TEST_WORD.fullmatch(one) for one in arguments)
    inside = not program or _INTERPRETERS.fullmatch(program) is not None
    return inside and bool(_IN_A_SCRIPT.search(member.text))


@cache
def _members(script: str) -> tuple[Member, ...]:
    """Return the members of all pipelines; a plan asks for the same few scripts often."""
    pipelines = split(shown(script)) or ()
    return tuple(member for pipeline in pipelines for member in pipeline.members)


def selects(script: str) -> bool:
    """Tell whether a script runs a selection of single tests only."""
    return bool(_SELECTION.search(script))


def runs_whole_suite(script: str) -> bool:
    """Tell whether some command of a script runs all tests of a project."""
    whole = [member for member in test_members(script) if _is_whole(member)]
    return not selects(script) and any(not _PARTS.search(member.text) for member in whole)


def _is_whole(member: Member) -> bool:
    program, arguments = unwrapped(member.program, member.arguments)
    if program not in _RUNNERS | _WITH_TEST | {"node"}:
        return False
    named = [one for one in arguments if not one.startswith("-")]
    named = [one for one in named if not _TEST_WORD.fullmatch(one) and one not in _WHOLE]
    return all(one.rstrip("/").rpartition("/")[2] in _WHOLE for one in named if _is_path(one)) and (
        all(_is_path(one) for one in named) or program in {"npm", "pnpm", "yarn", "bun"}
    )


def _is_path(word: str) -> bool:
    return "/" in word or "." in word


def is_about(script: str, words: str) -> bool:
    """Tell whether a script's tests are those that words mean: "ORM" is test_models_orm.py.

    Each word must be one of a path, an option's value or a folder that a test command names; what
    an option leaves out does not count.
    """
    if not words:
        return True
    names = _tokens(" ".join(_said(script)))
    return all(_named(word, names) for word in _tokens(words))


def _said(script: str) -> Iterator[str]:
    for member in _members(script):
        if member.program == "cd":
            yield from member.arguments
        elif runs_tests(member):
            words = member.arguments if member.program in _RUNNERS else words_in(member.text)
            skip = False
            for word in words:
                left_out = bool(_EXCLUDES.match(word)) or word.startswith("not ")
                if not skip and not left_out:
                    yield word
                skip = left_out and "=" not in word and word.startswith("-")


def _tokens(text: str) -> set[str]:
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return set(re.findall(r"[a-z0-9]+", f"{parted} {text}".lower()))


def _named(word: str, names: set[str]) -> bool:
    return word in names or word.removesuffix("s") in names or f"{word}s" in names
