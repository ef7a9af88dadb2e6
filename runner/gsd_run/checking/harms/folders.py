"""Where commands work: each command of a script with the folder that it runs in.

Folders and paths are POSIX and relative to the project's root: "" is the root itself, "backend"
lies in it, "../other" beside it. A path that begins with `/` or `~` lies wherever that is.
"""

import posixpath
import re
from collections.abc import Iterator

from msgspec import Struct

from gsd_run.domain import lazy
from gsd_run.outside.calls import Call, Commands, Step, Word

# Words for the project's own root.
_ROOT = lazy.pattern(
    r"\$\(git rev-parse --show-toplevel\)|\$\(pwd\)"
    r"|\$\{?(?:PWD|PROJECT_ROOT|REPO_ROOT|GITHUB_WORKSPACE)\}?"
)
# Lists of commands that run in a shell of their own: what they change ends with them.
_OWN_SHELL = frozenset({"subshell", "command_substitution", "process_substitution"})
# Options by which a program works in another folder.
_ELSEWHERE = {
    "git": ("-C",), "make": ("-C", "--directory"), "pnpm": ("-C", "--dir"), "npm": ("--prefix",),
    "yarn": ("--cwd",), "bun": ("--cwd",), "uv": ("--directory",), "poetry": ("-C", "--directory"),
    "go": ("-C",), "terraform": ("-chdir",),
}  # fmt: skip


class Placed(Struct, frozen=True, kw_only=True):
    """A command with the list and the step that it stands in; `folder` is None if not known."""

    call: Call
    step: Step
    commands: Commands
    folder: str | None


def joined(folder: str | None, path: str) -> str | None:
    """Return a path that a command names, seen from the project's root; None if not known."""
    path = _ROOT.sub("", path).lstrip("/") if _ROOT.match(path) else path
    if re.search(r"[$`]", path):
        return None
    if path.startswith(("/", "~")):
        return posixpath.normpath(path)
    if folder is None:
        return None
    whole = posixpath.normpath(posixpath.join(folder, path))
    return "" if whole == "." else whole


def is_outside(path: str) -> bool:
    """Tell whether a path seen from the root leads out of the project; /tmp is the run's own."""
    if path.startswith(("/tmp", "/dev/", "/var/tmp")):
        return False
    return path.startswith(("/", "~", "../")) or path == ".."


def placed_calls(commands: Commands, folder: str | None = "") -> Iterator[Placed]:
    """Return every command with its folder, outer before inner, and follow each `cd`."""
    yield from _walk(commands, [folder])


def folder_after(commands: Commands, folder: str | None = "") -> str | None:
    """Return the folder that a script ends in."""
    place = [folder]
    for _ in _walk(commands, place):
        pass
    return place[0]


def _walk(commands: Commands, place: list[str | None]) -> Iterator[Placed]:
    for step in commands.steps:
        here = [*place] if len(step.calls) > 1 else place
        for call in step.calls:
            yield Placed(call=call, step=step, commands=commands, folder=_folder_of(call, here[0]))
            for inner in call.inside:
                own = inner.kind in _OWN_SHELL or call.kind in {"subshell", "command"}
                yield from _walk(inner, [*here] if own else here)
            if call.program == "cd" or call.program in {"pushd", "popd"}:
                here[0] = _entered(call, here[0])


def _entered(call: Call, folder: str | None) -> str | None:
    named = [word for word in call.arguments if word.text != "--"]
    if call.program != "cd" or len(named) > 1 or (named and named[0].text == "-"):
        return None
    return joined(folder, named[0].text if named else "~")


def _folder_of(call: Call, folder: str | None) -> str | None:
    """Return the folder that a command works in, by its own option if it has one."""
    program = call.words[0].text.rpartition("/")[2] if call.words else ""
    options = _ELSEWHERE.get(program, ())
    for place, word in enumerate(call.words if options else ()):
        name, equals, value = word.text.partition("=")
        if name in options and equals:
            return joined(folder, value)
        if name in options and place + 1 < len(call.words):
            return joined(folder, call.words[place + 1].text)
    return folder


def values(commands: Commands) -> dict[str, Word]:
    """Return what the script itself sets variables to; the last setting counts."""
    found: dict[str, Word] = {}
    for placed in placed_calls(commands):
        found.update(placed.call.sets)
        if placed.call.program in {"read", "mapfile", "readarray"}:
            found.update(
                (word.text, Word(text="", start=0, literal=False)) for word in placed.call.named()
            )
    return found
