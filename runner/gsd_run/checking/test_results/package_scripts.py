"""Scripts that a project names for its package manager or make: `npm test`, `make test`."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from gsd_run.domain import lazy

SCRIPT_LIMIT = 200_000  # bytes of a file of scripts that are read
_MANAGERS = frozenset({"npm", "pnpm", "yarn", "bun"})
_FOLDERS = frozenset({"-C", "--dir", "--cwd", "--prefix"})
_WORKSPACES = frozenset({"-w", "--workspace", "-F", "--filter"})
_NPM_TEST = frozenset({"test", "t", "tst"})
_OWN_WORDS = frozenset(
    {
        "install",
        "i",
        "ci",
        "add",
        "remove",
        "exec",
        "x",
        "dlx",
        "publish",
        "init",
        "create",
        "audit",
    }
    | {"update", "up", "link", "list", "ls", "pack", "view", "version", "config", "cache", "why"}
    | {"outdated", "import", "store", "root", "prune", "rebuild", "dedupe"}
)
_RECIPE = (
    r"^{target}[ \t]*(?:[\w./-]+[ \t]*)*:(?![=:])(?P<needs>[^\n#]*)(?:#[^\n]*)?\n"
    r"(?P<lines>(?:[ \t]+[^\n]*\n|[ \t]*\n)*)"
)
_VARIABLE = lazy.pattern(r"^(?P<name>\w+)[ \t]*[:?+]?:?=[ \t]*(?P<value>[^\n]*)$", re.MULTILINE)


class PackageScript(Struct, frozen=True, kw_only=True):
    """A script's commands, as a shell gets them, and the folder in which they run."""

    text: str
    folder: Path


def script_called(program: str, arguments: Sequence[str], folder: Path) -> PackageScript | None:
    """Return the script that a command runs from the files in `folder`, None if it names none."""
    if program in _MANAGERS:
        return _package_script(program, list(arguments), folder)
    if program == "composer":
        return _composer_script(list(arguments), folder)
    if program == "deno" and list(arguments[:1]) == ["task"]:
        return _deno_task(list(arguments[1:]), folder)
    if program in {"make", "gmake", "just"}:
        return _recipe(program, list(arguments), folder)
    if program in {"bash", "sh", "zsh"}:
        return _shell_file(list(arguments), folder)
    return None


def _package_script(program: str, words: list[str], folder: Path) -> PackageScript | None:
    rest, workspace = list[str](), ""
    while words:
        word, *words = words
        option, equals, value = word.partition("=")
        if rest and word == "--":
            rest.append(word)
            break
        if option in _FOLDERS | _WORKSPACES and (program == "npm" or not rest):
            value = value if equals else (words.pop(0) if words else "")
            folder = folder / value if option in _FOLDERS else folder
            workspace = value if option in _WORKSPACES else workspace
        elif word in {"-r", "--recursive", "--workspaces", "-ws"}:
            return None
        elif not word.startswith("-") or rest:
            rest.append(word)
    if program == "yarn" and rest[:1] == ["workspace"]:
        workspace, rest = (rest[1] if len(rest) > 1 else ""), rest[2:]
    if workspace:
        found = _workspace(workspace, folder)
        if found is None:
            return None
        folder = found
    name, more = _script_name(program, rest)
    return _script(name, [*more, *words], folder) if name else None


def _script_name(program: str, rest: list[str]) -> tuple[str, list[str]]:
    if not rest:
        return "", []
    first, *more = rest
    if first in {"run", "run-script", "rum"}:
        more = [word for word in more if word not in {"--silent", "-s", "--if-present"}]
        return (more[0], more[1:]) if more else ("", [])
    if first in _NPM_TEST and program in {"npm", "pnpm"}:
        return "test", more
    takes_names = program in {"pnpm", "yarn"} or (program == "bun" and first != "test")
    return (first, more) if takes_names and first not in _OWN_WORDS else ("", [])


def _workspace(name: str, folder: Path) -> Path | None:
    """Return the folder of the workspace that is named so, or lies there."""
    bare = name.removeprefix("./").rstrip("/").removesuffix("...")
    if "*" in bare or "!" in bare:
        return None
    if (folder / bare / "package.json").is_file():
        return folder / bare
    for depth in ("*", "*/*", "*/*/*"):
        for file in sorted(folder.glob(f"{depth}/package.json")):
            if "node_modules" not in file.parts and _read(file).get("name") == bare:
                return file.parent
    return None


def _read(file: Path) -> dict[str, object]:
    try:
        if file.stat().st_size > SCRIPT_LIMIT:
            return {}
        text = re.sub(r"^\s*//.*$", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
        read = json.loads(text)
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _script(name: str, more: list[str], folder: Path) -> PackageScript | None:
    scripts = _read(folder / "package.json").get("scripts")
    if not isinstance(scripts, dict) or not isinstance(scripts.get(name), str):
        return None
    words = [word for word in more if word != "--"]
    around = [scripts.get(f"pre{name}"), scripts[name], scripts.get(f"post{name}")]
    around[1] = " ".join([scripts[name], *(_quoted(word) for word in words)])
    return PackageScript(
        text="\n".join(text for text in around if isinstance(text, str)), folder=folder
    )


def _quoted(word: str) -> str:
    return word if re.fullmatch(r"[\w@%+=:,./-]+", word) else "'" + word.replace("'", "'\\''") + "'"


def _composer_script(words: list[str], folder: Path) -> PackageScript | None:
    rest = [word for word in words if not word.startswith("-")]
    if rest[:1] in (["run"], ["run-script"]):
        rest = rest[1:]
    scripts = _read(folder / "composer.json").get("scripts")
    found = scripts.get(rest[0]) if rest and isinstance(scripts, dict) else None
    lines = [found] if isinstance(found, str) else found
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        return None
    text = "\n".join(
        f"php {line[5:]}" if line.startswith("@php ")
        else f"composer {line[1:]}" if line.startswith("@")
        else line
        for line in lines
        if not line.startswith("@putenv") and "::" not in line.split(" ")[0]
    )  # fmt: skip
    return PackageScript(text=text, folder=folder)


def _deno_task(words: list[str], folder: Path) -> PackageScript | None:
    rest = [word for word in words if not word.startswith("-")]
    for name in ("deno.json", "deno.jsonc"):
        tasks = _read(folder / name).get("tasks")
        found = tasks.get(rest[0]) if rest and isinstance(tasks, dict) else None
        if isinstance(found, dict):
            found = found.get("command")
        if isinstance(found, str):
            return PackageScript(text=found, folder=folder)
    return None


def _recipe(program: str, words: list[str], folder: Path) -> PackageScript | None:
    if words[:1] == ["-C"] and len(words) > 1:
        folder, words = folder / words[1], words[2:]
    targets = [word for word in words if not word.startswith("-") and "=" not in word]
    names = ("justfile", "Justfile", ".justfile") if program == "just" else (
        "GNUmakefile", "makefile", "Makefile"
    )  # fmt: skip
    file = next((folder / name for name in names if (folder / name).is_file()), None)
    if file is None or len(targets) != 1 or file.stat().st_size > SCRIPT_LIMIT:
        return None
    text = file.read_text(encoding="utf-8", errors="replace").replace("\\\n", " ") + "\n"
    variables = {one["name"]: one["value"].strip() for one in _VARIABLE.finditer(text)}
    lines = _recipe_lines(targets[0], text, program, depth=3)
    if lines is None:
        return None
    script = "\n".join(lines)
    script = re.sub(r"\$[({]MAKE[)}]", "make", script)
    for _ in range(3):
        script = re.sub(r"\$[({](\w+)[)}]", lambda one: variables.get(one[1], one[0]), script)
    return PackageScript(text=script, folder=folder)


def _recipe_lines(target: str, text: str, program: str, *, depth: int) -> list[str] | None:
    found = re.search(_RECIPE.format(target=re.escape(target)), text, re.MULTILINE)
    if found is None or depth == 0:
        return None
    lines = list[str]()
    for need in found["needs"].split():
        lines += _recipe_lines(need, text, program, depth=depth - 1) or []
    own = [line.strip() for line in found["lines"].splitlines() if line.strip()]
    return [*lines, *(_command(line) for line in own)]


def _command(line: str) -> str:
    """Return a recipe's line without its marks; one whose failure is ignored says so."""
    marks = line[: len(line) - len(line.lstrip("@-+ "))]
    return line.lstrip("@-+ ").strip() + (" || true" if "-" in marks else "")


def _shell_file(words: list[str], folder: Path) -> PackageScript | None:
    rest = [word for word in words if not re.fullmatch(r"-[eux]+|-o|pipefail", word)]
    if not rest or rest[0].startswith("-") or not rest[0].endswith(".sh"):
        return None
    file = folder / rest[0]
    if not file.is_file() or file.stat().st_size > SCRIPT_LIMIT:
        return None
    return PackageScript(text=file.read_text(encoding="utf-8", errors="replace"), folder=folder)
