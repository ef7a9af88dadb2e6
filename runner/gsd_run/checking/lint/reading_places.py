"""Which files a command reads and writes, as far as its words say so."""

import re
from collections.abc import Iterator

from gsd_run.checking.lint.rules.searches import GREPS, search_of
from gsd_run.domain import lazy
from gsd_run.outside.calls import Call, Word

# Programs all of whose names are files that they read.
_READS_ALL = frozenset(
    {
        "cat",
        "head",
        "tail",
        "wc",
        "sort",
        "uniq",
        "diff",
        "cmp",
        "comm",
        "nl",
        "tac",
        "cut",
        "paste",
    }
    | {"md5sum", "sha256sum", "shasum", "xxd", "od", "stat", "file", "less", "more", "strings"}
    | {"shellcheck", "source", ".", "hadolint", "actionlint", "yamllint", "bats", "mypy"}
)
# Those that take something else first: a program, a pattern, an expression.
_READS_AFTER_FIRST = frozenset({"sed", "awk", "jq"})
# … unless one of these options gives it.
_FIRST_GIVEN = {"sed": ("-e", "-f"), "awk": ("-f",), "jq": ("-f", "--from-file")}
_INTERPRETERS = frozenset(
    {
        "python",
        "python3",
        "node",
        "bash",
        "sh",
        "zsh",
        "ruby",
        "perl",
        "php",
        "tsx",
        "ts-node",
        "Rscript",
    }
)
# Interpreters' and filters' options that take the next word.
_VALUED: dict[str, frozenset[str]] = {
    "head": frozenset({"-n", "-c"}),
    "tail": frozenset({"-n", "-c"}),
    "cut": frozenset({"-d", "-f", "-c", "-b"}),
    "paste": frozenset({"-d"}),
    "sort": frozenset({"-k", "-t", "-o", "-T", "-S"}),
    "stat": frozenset({"-c", "-f", "--format", "--printf"}),
    "od": frozenset({"-A", "-t", "-N", "-j", "-w"}),
    "xxd": frozenset({"-l", "-s", "-c", "-g"}),
    "shellcheck": frozenset({"-e", "-s", "-S", "-f", "-x"}),
    "jq": frozenset({"-f", "--arg", "--argjson", "--indent", "--slurpfile", "--rawfile"}),
    "awk": frozenset({"-F", "-v", "-f"}),
    "sed": frozenset({"-e", "-f", "-E"}),
    "mypy": frozenset(
        {"-p", "-m", "-c", "--config-file", "--python-version", "--python-executable"}
    ),
    "node": frozenset(
        {"-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--env-file"}
    ),
    "python": frozenset({"-W", "-X"}),
    "python3": frozenset({"-W", "-X"}),
    "tsx": frozenset({"--tsconfig", "--import"}),
    "bats": frozenset({"-f", "-j", "--filter", "--jobs", "--formatter", "-F"}),
    "diff": frozenset({"-U", "-C", "-I", "-x", "--label"}),
}
# With these an interpreter is given no file.
_NO_FILE = frozenset(
    {
        "-c",
        "-e",
        "-m",
        "-p",
        "-pe",
        "-ne",
        "-E",
        "-r",
        "--eval",
        "--print",
        "--test",
        "-s",
        "-",
        "--check-prefix",
    }
)
_SCRIPT = lazy.pattern(r"(?:\.{1,2}/|\w[\w-]*/)[\w./-]*\.(?:sh|bash|py|[cm]?js|ts|rb|pl)")
_BY_TEST_FILE = frozenset(
    {"npm", "pnpm", "yarn", "bun", "jest", "vitest", "mocha", "node", "rspec", "phpunit", "ava"}
)
_PYTEST_VALUED = frozenset(
    {"-k", "-m", "-p", "-n", "-c", "-o", "-W", "-r", "--rootdir", "--tb", "--cov", "--deselect"}
    | {"--ignore", "--maxfail", "--durations", "--timeout", "--log-cli-level", "--basetemp"}
    | {"--junitxml", "--cov-report", "--cov-config", "--color", "--dist"}
)
_TEST_FILE = lazy.pattern(
    r"[\w@./-]*(?:\.(?:test|spec)\.[cm]?[jt]sx?|_test\.go|_spec\.rb|_test\.py|(?:^|/)test_[\w-]+\.py|Test\.php)$"
)
_WITH_VALUE = lazy.pattern(
    r"-o|--output(?:-file)?|--out|--outfile|--report|--json-report-file|--junit-?xml"
)


def reads(call: Call) -> Iterator[Word]:
    """Return the words of a command that name files which it needs."""
    for redirection in call.redirections:
        if redirection.operator == "<":
            yield redirection.target
    program = call.program
    if program in GREPS:
        yield from search_of(call).places
    elif program in _READS_ALL or program in _READS_AFTER_FIRST:
        if program == "sed" and any(re.match(r"-\w*i", word.text) for word in call.arguments):
            return
        named = list(_named(call))
        given = program in _READS_ALL or call.has(*_FIRST_GIVEN[program])
        yield from named if given else named[1:]
    elif program in _INTERPRETERS:
        yield from _script(call)
    elif program == "pytest":
        yield from given_tests(call)
    elif call.words and _SCRIPT.fullmatch(call.words[0].source):
        yield call.words[0]
    yield from (word for word in call.arguments if _is_test_file(program, word))


def _named(call: Call) -> Iterator[Word]:
    valued = _VALUED.get(call.program, frozenset())
    skip = False
    for word in call.arguments:
        if skip:
            skip = False
        elif word.text in valued:
            skip = True
        elif not word.text.startswith("-") or word.quoted:
            yield word


def _script(call: Call) -> Iterator[Word]:
    options = {word.text for word in call.arguments if word.text.startswith("-")}
    if options & _NO_FILE or any(re.match(r"-\w*[ce]$", one) for one in options):
        return
    first = next(_named(call), None)
    if first is not None and "." in first.text.rpartition("/")[2]:
        yield first


def given_tests(call: Call) -> Iterator[Word]:
    """Return the tests that pytest is given: files or folders, without the names of tests."""
    valued = False
    for word in call.arguments:
        path = word.text.partition("::")[0]
        if not valued and not path.startswith("-") and ("/" in path or path.endswith(".py")):
            yield Word(text=path, start=word.start, source=path, literal=word.literal)
        valued = word.text in _PYTEST_VALUED


def _is_test_file(program: str, word: Word) -> bool:
    """Tell whether a word names a file of tests for another runner."""
    return (
        program in _BY_TEST_FILE
        and word.literal
        and "/" in word.text
        and bool(_TEST_FILE.search(word.text))
    )


def writes(call: Call) -> Iterator[Word]:
    """Return the words of a command that name files which it makes."""
    for redirection in call.redirections:
        if redirection.writes or redirection.operator == ">":
            yield redirection.target
    program = call.program
    named = call.named()
    if program in {"tee", "touch", "mkdir", "git", "tar", "unzip", "install"} or (
        program in {"cp", "mv", "ln", "rsync"} and len(named) > 1
    ):
        yield from named
    for place, word in enumerate(call.arguments):
        name, equals, value = word.text.partition("=")
        if _WITH_VALUE.fullmatch(name):
            if equals:
                yield Word(text=value, start=word.start, literal=word.literal)
            elif place + 1 < len(call.arguments):
                yield call.arguments[place + 1]
        elif match := re.match(r"--?[\w-]+[:=](?:\w+:)?(?P<path>\S+)", word.text):
            yield Word(text=match["path"], start=word.start, literal=word.literal)
