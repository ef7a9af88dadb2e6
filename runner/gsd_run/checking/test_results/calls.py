"""Which test runner the words of a command call, seen through what only starts it."""

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import PurePosixPath

from gsd_run.domain import lazy
from gsd_run.outside.command_words import program_of

# Programs that are a runner by their bare name, and the name that the runner goes by.
_BY_NAME = {
    "pytest": "pytest", "py.test": "pytest", "unittest": "unittest",
    "jest": "jest", "vitest": "vitest", "mocha": "mocha", "_mocha": "mocha", "ava": "ava",
    "tap": "tap", "gotestsum": "go test", "bats": "bats", "prove": "prove", "ctest": "ctest",
    "phpunit": "phpunit", "paratest": "phpunit", "pest": "pest", "rspec": "rspec",
    "cargo-nextest": "cargo nextest",
}  # fmt: skip
# Programs that are a runner when their first words are these.
_BY_WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "go": (("test", "go test"),),
    "cargo": (("test", "cargo test"), ("t", "cargo test"), ("nextest run", "cargo nextest"),
              ("nextest r", "cargo nextest")),
    "dotnet": (("test", "dotnet test"), ("vstest", "dotnet test")),
    "mix": (("test", "mix test"), ("coveralls", "mix test")),
    "swift": (("test", "swift test"),),
    "flutter": (("test", "dart test"),),
    "dart": (("test", "dart test"), ("run test", "dart test")),
    "deno": (("test", "deno test"),),
    "bun": (("test", "bun test"),),
    "playwright": (("test", "playwright"),),
    "react-scripts": (("test", "jest"),),
    "craco": (("test", "jest"),),
    "rails": (("test", "rake"), ("spec", "rake")),
    "rake": (("test", "rake"), ("spec", "rake")),
    "artisan": (("test", "pest"),),
    "sail": (("test", "pest"), ("artisan test", "pest"), ("pest", "pest"), ("phpunit", "phpunit")),
    "django-admin": (("test", "unittest"),),
    "manage.py": (("test", "unittest"),),
}  # fmt: skip
# These keep watching when nothing tells them that nobody looks on.
WATCHING = frozenset({"react-scripts", "craco"})
# What starts another program, by its own words, beside what every shell command may start with.
_STARTERS: dict[str, frozenset[str]] = {
    "c8": frozenset({"-r", "--reporter", "--reports-dir", "-x", "--exclude", "-n", "--include"}),
    "nyc": frozenset({"-r", "--reporter", "--report-dir", "-x", "--exclude", "-n", "--include"}),
    "cross-env": frozenset(),
    "cross-env-shell": frozenset(),
    "dotenv": frozenset({"-e", "-v"}),
    "dotenvx": frozenset({"-f", "--env-file"}),
    "env-cmd": frozenset({"-f", "--file", "-e"}),
    "xvfb-run": frozenset({"-n", "-s"}),
    "doppler": frozenset({"-p", "-c", "--project", "--config"}),
    "fvm": frozenset(),
}
_RUN_WORDS = frozenset({"run", "exec", "--"})
_PACKAGE_RUNNERS = frozenset({"npm", "pnpm", "yarn", "bun", "bunx"})
_MANAGER_VALUES = frozenset(
    {"-C", "--dir", "--cwd", "--prefix", "-F", "--filter", "-w", "--workspace", "-p", "--package"}
)
_JS_TOOLS = frozenset(
    {"jest", "vitest", "mocha", "ava", "tap", "playwright", "react-scripts", "craco", "c8", "nyc"}
    | {"cross-env", "dotenv", "env-cmd"}
)
_FILE_TOOLS = lazy.pattern(
    r"(?:.*/)?(?:node_modules/\.bin/(?P<bin>[\w-]+)"
    r"|node_modules/(?P<package>jest|vitest|mocha|ava|tap)/.*"
    r"|(?:vendor/bin|bin)/(?P<vendor>phpunit|pest|paratest|simple-phpunit|rspec|rails|rake)"
    r"|(?P<artisan>artisan))$"
)
_INTERPRETERS = lazy.pattern(r"(?:node|tsx|php|ruby|python|dart)[\d.]*")
# Programs that are a runner when one of their words is of this form.
_BY_ANY_WORD = {
    "node": (lazy.pattern(r"--test"), "node:test"),
    "tsx": (lazy.pattern(r"--test"), "node:test"),
    "ruby": (lazy.pattern(r"(?:.*/)?(?:test_\w+|\w+_test|\w+_spec)\.rb"), "minitest"),
    "xcodebuild": (lazy.pattern(r"test(?:-without-building)?"), "swift test"),
}


def runner_called(program: str, arguments: Sequence[str]) -> str:
    """Return the name of the test runner that a program with these arguments is, or "".

    `program` is what a command comes down to, as Member has it.
    """
    name, rest = unwrapped(program, arguments)
    if name in _BY_NAME:
        lists = name == "vitest" and rest[:1] in ([one] for one in ("bench", "list", "init"))
        return "" if lists else _BY_NAME[name]
    if name in {"gradle", "gradlew", "mvn", "mvnw", "mvnd"}:
        return _build_tool(name, rest)
    if name in _BY_ANY_WORD:
        form, runner = _BY_ANY_WORD[name]
        return runner if any(form.fullmatch(word) for word in rest) else ""
    return _by_first_words(name, rest)


def _by_first_words(name: str, rest: Sequence[str]) -> str:
    words = [word for word in rest if not word.startswith(("-", "+"))]
    if name == "rake" and not words:
        return "rake"
    for wanted, runner in _BY_WORDS.get(name, ()):
        asked = wanted.split()
        first = [
            re.split(r"[:\[]", word)[0] if name in {"rake", "rails"} else word for word in words
        ]
        if first[: len(asked)] == asked:
            return runner
    return ""


def _build_tool(name: str, rest: Sequence[str]) -> str:
    """Tell a tool that is asked for tests from one that is asked to build, and tests on its way."""
    if name.startswith("gradle"):
        left_out = {task for option, task in pairwise(rest) if option in {"-x", "--exclude-task"}}
        tasks = {word.rpartition(":")[2] for word in rest if word not in left_out}
        if any(re.fullmatch(r"test|\w+Test|test\w+UnitTest", task) for task in tasks):
            return "gradle"
        builds = {"check", "build", "buildNeeded"} & tasks
        return "gradle build" if builds and "test" not in left_out else ""
    skipped = any(re.match(r"-D(?:skipTests|maven\.test\.skip)(?!=false)", word) for word in rest)
    if skipped:
        return ""
    if {"test", "verify", "integration-test", "surefire:test"}.intersection(rest):
        return "maven"
    return "maven build" if {"package", "install", "deploy"}.intersection(rest) else ""


def unwrapped(program: str, arguments: Sequence[str]) -> tuple[str, list[str]]:
    """Return the program and arguments behind those that only start another one.

    `npm exec -- vitest run`, `pnpm --filter web vitest`, `c8 mocha` and `php vendor/bin/phpunit`
    come down to vitest, vitest, mocha and phpunit.
    """
    name, rest = program, list(arguments)
    for _ in range(6):  # nobody starts a program through more than a few others
        inner = _inner(name, rest)
        if not inner:
            return name, rest
        name, behind = program_of(inner)
        rest = list(behind)
    return name, rest


def _inner(name: str, rest: list[str]) -> list[str]:
    if name in _STARTERS:
        words = _behind_options(rest, _STARTERS[name])
        while words and (words[0] in _RUN_WORDS or re.match(r"[A-Za-z_]\w*=", words[0])):
            words = _behind_options(words[1:], _STARTERS[name])
        return words
    if name == "coverage":
        return _measured(rest)
    if name in _PACKAGE_RUNNERS:
        return _package_tool(name, rest)
    if _INTERPRETERS.fullmatch(name):
        return _file_tool(name, rest)
    return []


def _measured(rest: list[str]) -> list[str]:
    """Return the words of the program whose coverage `coverage run` measures."""
    if rest[:1] != ["run"]:
        return []
    words = rest[1:]
    while words and words[0].startswith("-") and words[0] != "-m":
        words = words[1:]
    return words[1:] if words[:1] == ["-m"] else ["python", *words] * bool(words)


def _package_tool(name: str, rest: list[str]) -> list[str]:
    """Return the words of a package's program that a package manager starts; not of its scripts."""
    words = _behind_options(rest, _MANAGER_VALUES)
    if words[:1] == ["workspace"]:
        words = _behind_options(words[2:], _MANAGER_VALUES)
    if words and words[0] in {"exec", "x", "dlx"}:
        words = _behind_options(words[1:], _MANAGER_VALUES)
        return words[1:] if words[:1] == ["--"] else words
    if words and words[0] == "run" and name in {"bun", "yarn"}:
        words = _behind_options(words[1:], _MANAGER_VALUES)
    return words if words and name != "npm" and words[0] in _JS_TOOLS else []


def _file_tool(name: str, rest: list[str]) -> list[str]:
    """Return the runner that an interpreter is given as a file, with its arguments."""
    words = _behind_options(
        rest, frozenset({"-r", "--require", "--import", "--loader", "-d", "-I"})
    )
    if not words:
        return []
    if PurePosixPath(words[0]).name == "manage.py":
        return ["manage.py", *words[1:]]
    found = _FILE_TOOLS.fullmatch(words[0])
    if not found:
        return []
    if found["artisan"]:
        return ["artisan", *words[1:]] if name.startswith("php") else []
    tool = found["bin"] or found["package"] or found["vendor"]
    return ["phpunit" if tool == "simple-phpunit" else tool, *words[1:]]


def _behind_options(words: Sequence[str], valued: frozenset[str]) -> list[str]:
    place = 0
    while place < len(words) and words[place].startswith("-") and words[place] != "--":
        place += 2 if words[place] in valued else 1
    return list(words[place:])
