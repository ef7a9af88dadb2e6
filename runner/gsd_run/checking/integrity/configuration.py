"""What decides which tests run and what fails them: settings of runners, and pytest's hooks."""

import ast
import configparser
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any

from ast_grep_py import SgNode

from gsd_run.checking.integrity.weakening import Weakening
from gsd_run.domain import lazy
from gsd_run.outside.grammars import root_of

# Settings of pytest that decide what is collected, run, or counts as failed.
_PYTEST = frozenset(
    {"addopts", "testpaths", "python_files", "python_classes", "python_functions", "norecursedirs"}
    | {
        "xfail_strict",
        "collect_imported_tests",
        "usefixtures",
        "required_plugins",
        "filterwarnings",
    }
)
# A project that gets its first settings may well need them; these leave tests out.
_LEAVES_OUT = lazy.pattern(
    r"--(?:deselect|ignore|ignore-glob)\b|(?:^|\s)-[km]\s|passWithNoTests|--co\b|-p\s+no:|"
    r"testPathIgnorePatterns|continue-on-collection-errors|suppress-no-test-exit-code"
)
_REGISTERS = lazy.pattern(
    r"config\.addinivalue_line\(['\"]markers['\"], |parser\.addoption\(|['\"]"
)
_ONLY_TELLS = lazy.pattern(
    r"(?<!\S)(?:-r\w+|-v+|-q+|-s|-l|-x|--(?:verbose|quiet|showlocals|strict-markers|strict-config|strict"
    r"|no-header|no-summary|exitfirst|(?:tb|color|durations|durations-min|junitxml|capture|maxfail"
    r"|code-highlight|show-capture)(?:=\S+)))(?!\S)"
)
_JAVASCRIPT = lazy.pattern(
    r"(?:jest|vitest|vite|playwright|cypress|karma|ava|wdio)[\w.]*\.config\.[cm]?[jt]s|"
    r"\.mocharc\.\w+|karma\.conf\.\w+"
)
_JAVASCRIPT_KEYS = lazy.pattern(
    r"\b(?:testMatch|testRegex|testPathIgnorePatterns|testNamePattern|modulePathIgnorePatterns|"
    r"include|exclude|passWithNoTests|allowOnly|forbidOnly|retry|retries|bail|grep|spec|ignore|"
    r"testIgnore|dangerouslyIgnoreUnhandledErrors|coverageThreshold|thresholds?)\b\s*[:=]"
)
_OTHERS = {
    "phpunit.xml": lazy.pattern(r"<(?:exclude|directory|file|groups?|testsuite)\b"),
    "phpunit.xml.dist": lazy.pattern(r"<(?:exclude|directory|file|groups?|testsuite)\b"),
    ".rspec": lazy.pattern(r"--(?:tag|pattern|exclude-pattern|failure-exit-code|example)\b"),
    "pom.xml": lazy.pattern(
        r"skipTests|testFailureIgnore|maven\.test\.skip|<excludes?>|failIfNoTests"
    ),
    "build.gradle": lazy.pattern(
        r"ignoreFailures|exclude\b|excludeTestsMatching|enabled\s*=\s*false"
    ),
    "build.gradle.kts": lazy.pattern(
        r"ignoreFailures|exclude\b|excludeTestsMatching|(?:isE|e)nabled\s*=\s*false"
    ),
    "Cargo.toml": lazy.pattern(r"^\s*(?:test|harness|doctest)\s*=\s*false", re.MULTILINE),
    "test_helper.exs": lazy.pattern(r"exclude:|ExUnit\.configure"),
    "dart_test.yaml": lazy.pattern(r"skip|exclude_tags|paths:"),
}


def changed_settings(path: str, before: str | None, now: str | None) -> Iterator[Weakening]:
    """Return the settings of test runners in a file that are other than at the base."""
    name = PurePosixPath(path).name
    if name in {"pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg", "pyproject.toml"}:
        yield from _of_pytest(path, before, now)
    elif name == "conftest.py":
        yield from _of_hooks(path, before, now)
    elif name == "package.json":
        yield from _of_package(path, before, now)
    elif _JAVASCRIPT.fullmatch(name):
        yield from _of_lines(path, before, now, _JAVASCRIPT_KEYS)
    elif name in _OTHERS:
        yield from _of_lines(path, before, now, _OTHERS[name])


def _of_pytest(path: str, before: str | None, now: str | None) -> Iterator[Weakening]:
    then, after = (_pytest_settings(path, text) for text in (before, now))
    if then is None or after is None:
        return  # what can't be read, pytest can't read either, and says so
    for key in sorted(_PYTEST & {*then, *after}):
        old, new = then.get(key, ""), after.get(key, "")
        if _bare(key, old) != _bare(key, new) and (then or _LEAVES_OUT.search(new)):
            yield _setting(path, now, key, old, new)


def _bare(key: str, value: str) -> str:
    """Return a setting without the options that only say how to tell of tests, or ask for more."""
    return " ".join(_ONLY_TELLS.sub(" ", value).split()) if key == "addopts" else value


def _pytest_settings(path: str, text: str | None) -> dict[str, str] | None:
    if text is None:
        return {}
    try:
        if path.endswith(".toml"):
            table = tomllib.loads(text).get("tool", {}).get("pytest", {})
            table = {**table, **table.get("ini_options", {})}
            return {key: _spelled(value) for key, value in table.items() if key in _PYTEST}
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        parser.read_string(text)
    except (tomllib.TOMLDecodeError, configparser.Error, AttributeError, TypeError):
        return None
    found = {}
    for section in ("pytest", "tool:pytest"):
        if parser.has_section(section):
            found.update({key: " ".join(value.split()) for key, value in parser.items(section)})
    return found


def _spelled(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _of_hooks(path: str, before: str | None, now: str | None) -> Iterator[Weakening]:
    then, after = _hooks(before), _hooks(now)
    for name, (line, text) in after.items():
        if name not in then and _only_registers(text):
            continue
        if name not in then:
            yield _everywhere(path, line, f"{name} is new: it can change which tests run and fail")
        elif then[name][1] != text:
            yield _everywhere(path, line, f"{name} is other than at the base")
    for name in then:
        if name not in after and now is not None:
            yield _everywhere(path, 1, f"{name} stood here and is gone")


def _only_registers(hook: str) -> bool:
    """Tell whether a hook does nothing but register marks and options."""
    try:
        function = ast.parse(hook).body[0]
    except (SyntaxError, IndexError):
        return False
    return isinstance(function, ast.FunctionDef) and all(map(_registers, function.body))


def _registers(statement: ast.stmt) -> bool:
    """Tell whether a statement registers a mark or an option, and calls nothing else for it."""
    if not isinstance(statement, ast.Expr) or not _REGISTERS.match(ast.unparse(statement)):
        return False
    return sum(isinstance(one, ast.Call | ast.Lambda) for one in ast.walk(statement)) <= 1


def _hooks(text: str | None) -> dict[str, tuple[int, str]]:
    """Return pytest's hooks and the lists that leave files out, by name, with line and text."""
    if text is None:
        return {}
    found = {}
    for node in _statements(root_of(text, "python")):
        name = node.field("name") if node.kind() == "function_definition" else node.field("left")
        if name is not None and re.match(r"pytest_(?!plugins)|collect_ignore", name.text()):
            found[name.text()] = (node.range().start.line + 1, node.text())
    return found


def _statements(root: SgNode) -> Iterator[SgNode]:
    for child in root.children():
        if child.kind() in {"decorated_definition", "expression_statement"}:
            yield from _statements(child)
        yield child


def _of_package(path: str, before: str | None, now: str | None) -> Iterator[Weakening]:
    """Compare the scripts that run tests, and the settings of runners that stand beside them."""
    then, after = (_package_settings(text) for text in (before, now))
    for key in sorted({*then, *after}):
        old, new = then.get(key, ""), after.get(key, "")
        fresh = not old or "no test specified" in old
        if old != new and (not fresh or _LEAVES_OUT.search(new)):
            yield _setting(path, now, key, old, new)


def _package_settings(text: str | None) -> dict[str, str]:
    try:
        package: Any = json.loads(text or "{}")
    except ValueError:
        return {}
    if not isinstance(package, dict):
        return {}
    scripts = package.get("scripts")
    found = {
        name: str(script)
        for name, script in (scripts.items() if isinstance(scripts, dict) else ())
        if re.match(r"(?:pre|post)?test(?:$|:)", name)
    }
    for key in ("jest", "mocha", "ava", "vitest", "tap"):
        if key in package:
            found[key] = json.dumps(package[key], sort_keys=True)
    return found


def _of_lines(
    path: str, before: str | None, now: str | None, keys: re.Pattern[str]
) -> Iterator[Weakening]:
    """Compare the lines that name a setting; those of a new file only if they leave tests out."""
    if now is None:
        return
    known = {line.strip() for line in (before or "").split("\n")}
    for number, line in enumerate(now.split("\n"), 1):
        told = line.strip()
        if told in known or told.startswith(("//", "#", "*")) or not keys.search(told):
            continue
        if before is not None or _LEAVES_OUT.search(told):
            yield _everywhere(path, number, f"this setting is new: {told[:80]}")
    if before is not None:
        kept = {line.strip() for line in now.split("\n")}
        for line in before.split("\n"):
            gone = line.strip()
            if gone not in kept and keys.search(gone) and not _replaced(gone, now, keys):
                yield _everywhere(path, 1, f"this setting is gone: {gone[:80]}")


def _replaced(line: str, now: str, keys: re.Pattern[str]) -> bool:
    found = keys.search(line)
    return found is not None and found[0] in now


def _setting(path: str, now: str | None, key: str, old: str, new: str) -> Weakening:
    find: Callable[[str], bool] = re.compile(rf"^\W*{re.escape(key)}\W").search  # type: ignore[assignment]
    lines = (now or "").split("\n")
    line = next((number for number, text in enumerate(lines, 1) if find(text)), 1)
    was = f"was {old!r}" if old else "was not set"
    return _everywhere(
        path, line, f"{key} is {new!r}, and {was}" if new else f"{key} {was}, is gone"
    )


def _everywhere(path: str, line: int, what: str) -> Weakening:
    return Weakening(path=path, line=line, what=what, everywhere=True)
