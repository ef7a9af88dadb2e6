"""The script that runs one test by itself, as the plan's own command would."""

import posixpath
import shlex
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from gsd_run.checking.compiling.adaptations import PROJECT
from gsd_run.checking.truths.test_texts import Ran
from gsd_run.domain import lazy
from gsd_run.outside.shell import split

_PYTEST = lazy.pattern(r"^(?P<call>.*?(?<![\w.-])(?:pytest|py\.test))(?=\s|$)")
_PLAIN = lazy.pattern(r"[\w@./+-]+")
# Characters that mean something in the expressions of Go and JavaScript.
_SPECIAL = lazy.pattern(r"([\\^$.|?*+()\[\]{}/])")


def alone(ran: Ran, script: str, root: Path) -> str:
    """Return a script that runs just this test, "" where that can't be asked of its runner.

    `script` is the plan's, whose folder and way to call pytest are taken over.
    """
    if not ran.path or not ran.names:
        return ""
    if ran.runner == "pytest":
        return _pytest(ran, script)
    call = _CALLS.get(ran.runner)
    return call(ran, root) if call else ""


def _pytest(ran: Ran, script: str) -> str:
    folder, call = "", "python -m pytest"
    for pipeline in split(script) or ():
        first = pipeline.members[0]
        if first.program == "cd" and len(first.arguments) == 1:
            folder = _folder_after(folder, first.arguments[0])
            continue
        if found := _PYTEST.match(first.text):
            call = found["call"]
            break
    if folder and (not _PLAIN.fullmatch(folder) or folder.startswith(("/", ".."))):
        return ""
    if folder not in {"", "."} and not ran.path.startswith(f"{folder}/"):
        return ""
    within = posixpath.relpath(ran.path, folder or ".")
    node = shlex.quote("::".join((within, *ran.names)))
    go = f"cd {folder}\n" if folder not in {"", "."} else ""
    return f"{go}{call} -q {node}"


def _folder_after(folder: str, to: str) -> str:
    """Return where `cd` leads, from the project's root."""
    within = to.removeprefix(PROJECT).removeprefix("/") if to.startswith(PROJECT) else to
    return posixpath.normpath(posixpath.join("" if to.startswith(PROJECT) else folder, within))


def _vitest(ran: Ran, root: Path) -> str:
    return _by_title(ran, root, "npx --no-install vitest run --reporter=verbose")


def _jest(ran: Ran, root: Path) -> str:
    return _by_title(ran, root, "npx --no-install jest --verbose")


def _node(ran: Ran, _: Path) -> str:
    pattern = shlex.quote(f"^{_escaped(ran.names[-1])}$")
    return f"node --test --test-name-pattern={pattern} {shlex.quote(ran.path)}"


def _by_title(ran: Ran, root: Path, call: str) -> str:
    folder = _nearest(ran.path, root, "package.json")
    within = posixpath.relpath(ran.path, folder or ".")
    title = shlex.quote(f"^{_escaped(' '.join(ran.names))}$")
    return f"{_into(folder)}{call} {shlex.quote(within)} -t {title}"


def _go(ran: Ran, root: Path) -> str:
    folder = posixpath.dirname(ran.path)
    if not (root / (_nearest(ran.path, root, "go.mod") or ".") / "go.mod").is_file():
        return ""
    levels = "/".join(f"^{_escaped(one)}$" for name in ran.names for one in name.split("/"))
    return f"{_into(folder)}go test -v -count=1 -run {shlex.quote(levels)} ."


def _cargo(ran: Ran, root: Path) -> str:
    folder = _nearest(ran.path, root, "Cargo.toml")
    return f"{_into(folder)}cargo test -- --exact {shlex.quote('::'.join(ran.names))}"


def _into(folder: str) -> str:
    return f"cd {shlex.quote(folder)}\n" if folder else ""


def _nearest(path: str, root: Path, name: str) -> str:
    """Return the closest folder above a file that has a file of this name, "" for the root."""
    for folder in PurePosixPath(path).parents:
        if (root / folder / name).is_file():
            return "" if folder.as_posix() == "." else folder.as_posix()
    return ""


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


_CALLS: dict[str, Callable[[Ran, Path], str]] = {
    "vitest": _vitest,
    "jest": _jest,
    "node:test": _node,
    "go test": _go,
    "cargo test": _cargo,
}
