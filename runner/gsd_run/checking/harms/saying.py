"""What is said of a harmful command, and where its words lead."""

import re
from collections.abc import Callable, Iterator
from typing import Literal

from gsd_run.checking.harms.folders import Placed, is_outside, joined
from gsd_run.domain import lazy
from gsd_run.outside.calls import Call, Word

DangerKind = Literal[
    "deletes",  # files outside of the project
    "writes",  # files outside of the project
    "discards",  # work that is not committed
    "repository",  # commits, branches or the stash change
    "pushes",  # history on a remote is replaced
    "publishes",  # others see it: a push, a package, a deployment
    "fetches",  # a download is run without a look at it
    "installs",  # packages
    "databases",  # a database or all of its data goes
    "containers",  # containers, images and volumes of other projects go
    "permissions",  # open to everyone, or outside of the project
    "kills",  # processes that the script did not start
    "privileges",  # another user's rights
    "secret",  # a password or token stands in the text
    "uploads",  # files go to another host
]
Said = tuple[DangerKind, str]
Rule = Callable[[Call, Placed, dict[str, Word]], Iterator[Said]]

# Below these lies no project, whoever wrote the plan.
_SYSTEM = lazy.pattern(r"/(?:(?:etc|usr|bin|sbin|lib|boot|var|System|Library)(?:/|$)|$)")


def place_of(word: Word, placed: Placed, known: dict[str, Word]) -> str | None:
    """Return where a word leads, with the variables filled in that the script itself sets."""

    def value(match: re.Match[str]) -> str:
        setting = known.get(match[1])
        if setting is None or not (setting.literal or "mktemp" in setting.text):
            return match[0]
        return "/tmp/new" if "mktemp" in setting.text else setting.text

    text = re.sub(r"\$\{?(?:HOME)\b\}?", "~", word.text)
    text = re.sub(r"\$\{?TMPDIR(?::-/tmp)?\}?", "/tmp", text)
    text = re.sub(r"\$\{?(\w+)\}?", value, text)
    folder = placed.folder
    if folder is not None and folder.startswith("/") and not _SYSTEM.match(folder):
        folder = None  # somebody's project on another machine, perhaps this one
    return joined(folder, text)


def written(words: list[Word], placed: Placed, known: dict[str, Word]) -> Iterator[Said]:
    """Say which of the files that a command writes are not the project's."""
    for word in words:
        place = place_of(word, placed, known)
        if place is not None and is_outside(place):
            yield "writes", f"writes {word.text}, which is outside of the project"


def both(*rules: Rule) -> Rule:
    """Return a rule that says what each of several says."""

    def rule(call: Call, placed: Placed, known: dict[str, Word]) -> Iterator[Said]:
        for one in rules:
            yield from one(call, placed, known)

    return rule
