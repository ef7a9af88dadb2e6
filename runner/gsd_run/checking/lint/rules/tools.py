"""Rules about the programs and scripts that commands call: whether they are there, and whose."""

import json
import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from msgspec.structs import replace

from gsd_run.checking.lint.declared import declared
from gsd_run.checking.lint.flow import Running, running
from gsd_run.checking.lint.scripts import Hit, at, brief
from gsd_run.checking.lint.subject import LintRule, Subject
from gsd_run.domain import lazy
from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule
from gsd_run.outside.calls import Word
from gsd_run.outside.shell_calls import calls_of

NOT_INSTALLED = Rule(
    code="V221",
    name="tool-not-installed",
    severity="error",
    about="A program is not installed where the run would look for it.",
    why="The shell says 127, command not found, and the claim is refuted for that alone.",
    mend="Install it, or call it the way the project does: npx tsc, uv run pytest.",
)
NO_SUCH_SCRIPT = Rule(
    code="V222",
    name="missing-script",
    severity="error",
    about="npm run, pnpm run or make is asked for what the project does not define.",
    why="It ends at once with an error.",
    mend="Correct the name, or let the plan change package.json or the Makefile.",
)
OWN_TOOL = Rule(
    code="V223",
    name="tool-of-gsd-run",
    severity="warning",
    about="A program would come from the environment that gsd-run itself runs in.",
    why="It doesn't know the project's packages, and its version is not the project's.",
    mend="Make the project an environment of its own (.venv), or name one in the settings.",
)

# What bash does itself, and its keywords.
_BUILTINS = frozenset(
    (  # noqa: SIM905 - one word a line would fill a page
        "alias bg bind break builtin caller case cd command compgen complete continue declare "
        "dirs disown do done echo elif else enable esac eval exec exit export false fc fg fi "
        "for function getopts hash help history if in jobs kill let local logout mapfile popd "
        "printf pushd pwd read readarray readonly return select set shift shopt source suspend "
        "test then time times trap true type typeset ulimit umask unalias unset until wait "
        "while coproc "
    ).split()
)
# They run another program, whose name follows.
_BEFORE = frozenset(
    {"timeout", "env", "time", "nohup", "nice", "stdbuf", "setsid", "sudo", "command", "exec"}
)
_NPM_OWN = frozenset({"test", "start", "stop", "restart"})
_ELSEWHERE = (
    "--filter",
    "-F",
    "-w",
    "--workspace",
    "--workspaces",
    "-ws",
    "-r",
    "--recursive",
    "-C",
    "--dir",
    "--prefix",
    "--if-present",
)
_SCAFFOLDS = lazy.pattern(r"\b(?:npm|pnpm|yarn|bun|cargo|go) (?:init|create)\b|\bcreate-")
_TARGET = lazy.pattern(r"^([\w./ -]+?)\s*::?(?!=)", re.MULTILINE)


def _missing(subject: Subject) -> Iterator[Finding]:
    program = subject.around.program
    if program is None:
        return
    told: set[str] = set()
    for one in running(subject):
        word = _program(one)
        if word is None or word.text in told or program(word.text) is not None:
            continue
        if _is_brought(subject, word.text) or word.text in _functions(one.command.text):
            continue
        told.add(word.text)
        message = f"{word.text} is not installed: it is neither the project's nor on the PATH"
        hit = Hit(message=message, start=word.start or one.start, needle=word.text)
        yield at(subject, NOT_INSTALLED, one.command, hit)


def _program(one: Running) -> Word | None:
    """Return the name that the shell looks for, None where it looks for none."""
    if one.python is not None or one.call.kind != "command":
        return None
    words = list(one.call.words)
    while words and words[0].text in _BEFORE:
        words = words[1:]
        while words and (re.match(r"-|\d|\w+=", words[0].text)):
            words = words[1:]
    first = words[0] if words else None
    if first is None or not first.literal or not re.fullmatch(r"[\w.+-]+", first.text):
        return None
    return None if first.text in _BUILTINS else first


@lru_cache(maxsize=1024)
def _functions(text: str) -> frozenset[str]:
    """Return the functions and aliases that a script defines."""
    aliases = [
        word.text.partition("=")[0]
        for call in calls_of(text)
        if call.program == "alias"
        for word in call.arguments
    ]
    return frozenset(
        [*re.findall(r"(?:^|[\s;])(?:function\s+)?([\w-]+)\s*\(\s*\)", text), *aliases]
    )


def _is_brought(subject: Subject, name: str) -> bool:
    """Tell whether the plan itself brings a program: it installs or builds it."""
    spoken = declared(subject).spoken
    if name not in spoken:
        return False
    brings = re.compile(rf"(?:install|add|build|bin)\b.*\b{re.escape(name)}\b")
    return any(brings.search(line) for line in spoken.split("\n") if name in line)


def _scripts(subject: Subject) -> Iterator[Finding]:
    if subject.around.read is None or subject.around.files is None:
        return
    for one in running(subject):
        if one.python is not None or one.folder is None:
            continue
        first = one.call.words[0].text if one.call.words else ""
        if first in {"npm", "pnpm"}:
            yield from _package_script(subject, one)
        elif one.call.program == "make":
            yield from _target(subject, one)


def _package_script(subject: Subject, one: Running) -> Iterator[Finding]:
    asked = _asked_script(one)
    if asked is None:
        return
    hit = Hit(message="", start=asked.start or one.start, needle=asked.text)
    scripts = _declared_scripts(subject, one.folder or "")
    if scripts is None and _lacks(subject, one.folder or "", "package.json", above=True):
        told = f"`{brief(one.command.text)}` needs a package.json, and there is none"
        yield at(subject, NO_SUCH_SCRIPT, one.command, replace(hit, message=told))
    if scripts is None or not asked.literal or asked.text in scripts | {"env", "restart"}:
        return
    if asked.text == "start" and subject.around.exists("server.js"):
        return
    known = ", ".join(sorted(scripts)) or "none"
    told = f'package.json has no script "{asked.text}" (it has: {known})'
    yield at(subject, NO_SUCH_SCRIPT, one.command, replace(hit, message=told))


def _asked_script(one: Running) -> Word | None:
    """Return the word that names the script which npm or pnpm is to run in this folder."""
    words = one.call.words[1:]
    stop = next((n for n, word in enumerate(words) if word.text == "--"), len(words))
    words = words[:stop]
    if any(word.text.partition("=")[0] in _ELSEWHERE for word in words):
        return None
    named = [word for word in words if not word.text.startswith("-")]
    if not named:
        return None
    asked = named[0]
    if asked.text in {"run", "run-script"}:
        if len(named) < 2:  # noqa: PLR2004 - it lists the scripts
            return None
        asked = named[1]
    elif asked.text not in _NPM_OWN - {"restart"}:
        return None
    return asked


def _lacks(subject: Subject, folder: str, *names: str, above: bool = False) -> bool:
    """Tell whether a folder has none of these files, nor those `above`, and no plan speaks of one.

    A plan that sets a project up may well make them.
    """
    files, says = subject.around.files, declared(subject)
    if not files or folder.startswith(("/", "~", "..")):
        return False
    places = [folder]
    while above and places[-1]:
        places.append(posixpath.dirname(places[-1]))
    known = files | says.files
    there = any(posixpath.join(place, name) in known for place in places for name in names)
    spoken = any(says.speaks_of(name) for name in names)
    return not (there or spoken or _SCAFFOLDS.search(says.spoken))


def _declared_scripts(subject: Subject, folder: str) -> frozenset[str] | None:
    """Return the scripts of the package.json that a folder belongs to, None if they may change."""
    read = subject.around.read
    place = folder
    while read is not None and not place.startswith(("/", "~", "..")):
        path = posixpath.join(place, "package.json")
        if declared(subject).makes(path):
            return None
        text = read(path)
        if text is not None:
            return _scripts_in(text)
        if not place:
            break
        place = posixpath.dirname(place)
    return None


@lru_cache(maxsize=64)
def _scripts_in(text: str) -> frozenset[str] | None:
    try:
        package = json.loads(text)
    except ValueError:
        return None
    scripts = package.get("scripts", {}) if isinstance(package, dict) else {}
    return frozenset(scripts) if isinstance(scripts, dict) else None


def _target(subject: Subject, one: Running) -> Iterator[Finding]:
    if one.call.has("-f", "--file", "--makefile"):
        return
    read, folder = subject.around.read, one.folder or ""
    path = posixpath.join(folder, "Makefile")
    text = read(path) if read else None
    lacks = _lacks(subject, folder, "Makefile", "makefile", "GNUmakefile")
    if text is None and lacks and not one.call.has("-C", "--directory"):
        told = f"`{brief(one.command.text)}` needs a Makefile, and there is none"
        hit = Hit(message=told, start=one.start, needle="make")
        yield at(subject, NO_SUCH_SCRIPT, one.command, hit)
    if (
        text is None
        or declared(subject).makes(path)
        or re.search(r"^-?include\b|%\s*:|\$\(", text, re.MULTILINE)
    ):
        return
    targets = {name for match in _TARGET.finditer(text) for name in match[1].split()}
    for word in one.call.named():
        is_target = word.literal and re.fullmatch(r"[\w.-]+", word.text)
        if (
            is_target
            and word.text not in targets
            and not subject.around.exists(posixpath.join(folder, word.text))
        ):
            hit = Hit(
                message=f"{path} has no target {word.text}",
                start=word.start or one.start,
                needle=word.text,
            )
            yield at(subject, NO_SUCH_SCRIPT, one.command, hit)


def _own(subject: Subject) -> Iterator[Finding]:
    program, own = subject.around.program, subject.around.own_tools
    if program is None or not own or _is_projects(subject, own):
        return
    told: set[str] = set()
    for one in running(subject):
        word = _program(one)
        place = program(word.text) if word is not None and word.text not in told else None
        if word is not None and place and place.startswith(own.rstrip("/") + "/"):
            told.add(word.text)
            message = f"{word.text} would come from gsd-run's own environment, {own}"
            hit = Hit(message=message, start=word.start or one.start, needle=word.text)
            yield at(subject, OWN_TOOL, one.command, hit)


def _is_projects(subject: Subject, own: str) -> bool:
    """Tell whether gsd-run runs in an environment of the project itself."""
    root = subject.around.root
    return root is not None and Path(own).is_relative_to(root)


RULES: tuple[LintRule, ...] = (
    LintRule(rule=NOT_INSTALLED, find=_missing),
    LintRule(rule=NO_SUCH_SCRIPT, find=_scripts),
    LintRule(rule=OWN_TOOL, find=_own),
)
