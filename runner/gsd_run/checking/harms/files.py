"""Files and disks outside of the project: deleted, written, opened to everyone, sent away."""

import re
from collections.abc import Iterator

from gsd_run.checking.harms.folders import Placed, is_outside
from gsd_run.checking.harms.leaks import uploads
from gsd_run.checking.harms.saying import Rule, Said, both, place_of, written
from gsd_run.outside.calls import Call, Word


def _removes(call: Call, placed: Placed, known: dict[str, Word]) -> Iterator[Said]:
    for word in call.named():
        place = place_of(word, placed, known)
        bare = re.match(r"\$\{?([A-Za-z_]\w*)\}?/", word.text)
        whole = place in {"", "/tmp"} or word.text in {"*", "./*", ".*"}
        if place is not None and is_outside(place):
            yield "deletes", f"deletes {word.text}, which is outside of the project"
        elif whole and placed.folder == "" and place != "/tmp":
            yield "deletes", "deletes the whole project"
        elif place is None and bare and bare[1] not in known:
            yield "deletes", f"deletes from the root of the file system if ${bare[1]} is not set"


def _finds(call: Call, placed: Placed, known: dict[str, Word]) -> Iterator[Said]:
    texts = [word.text for word in call.arguments]
    if "-delete" in texts or ("-exec" in texts and "rm" in texts):
        first = next((n for n, text in enumerate(texts) if text.startswith(("-", "(", "!"))), 0)
        for word in call.arguments[:first]:
            place = place_of(word, placed, known)
            if place is not None and is_outside(place):
                yield "deletes", f"deletes below {word.text}, which is outside of the project"


def _writes_last(call: Call, placed: Placed, known: dict[str, Word]) -> Iterator[Said]:
    named = call.named()
    if len(named) > 1 and not any(":" in word.text for word in named):
        yield from written([named[-1]], placed, known)


def _writes_all(call: Call, placed: Placed, known: dict[str, Word]) -> Iterator[Said]:
    yield from written(list(call.named()), placed, known)


def _edits(call: Call, placed: Placed, known: dict[str, Word]) -> Iterator[Said]:
    if any(re.match(r"-\w*i|--in-place", word.text) for word in call.arguments):
        yield from written(list(call.named()[1:]), placed, known)


def _modes(call: Call, placed: Placed, known: dict[str, Word]) -> Iterator[Said]:
    named = call.named()
    deep = call.flags("R") or call.has("--recursive")
    if call.program == "chmod" and deep and named and named[0].text in {"777", "0777", "a+rwx"}:
        yield "permissions", "lets everyone on the machine change these files"
    for word in named[1:]:
        place = place_of(word, placed, known)
        if place is not None and is_outside(place):
            yield "permissions", f"changes the rights of {word.text}, outside of the project"


def _uploads(call: Call, _: Placed, __: dict[str, Word]) -> Iterator[Said]:
    for what in uploads(call):
        yield "uploads", what


def _fills(call: Call, _: Placed, __: dict[str, Word]) -> Iterator[Said]:
    devices = [word.text for word in call.arguments if "/dev/" in word.text]
    if call.program.startswith("mkfs") or any(
        one.startswith("of=/dev/") and one not in {"of=/dev/null", "of=/dev/stdout"}
        for one in devices
    ):
        yield "deletes", "overwrites a disk"


RULES: dict[str, Rule] = {
    "rm": _removes, "rmdir": _removes, "shred": _removes, "find": _finds,
    "mv": _writes_last, "cp": _writes_last, "ln": _writes_last, "install": _writes_last,
    "rsync": both(_writes_last, _uploads),
    "tee": _writes_all, "touch": _writes_all, "mkdir": _writes_all, "sed": _edits,
    "chmod": _modes, "chown": _modes,
    **dict.fromkeys(["curl", "scp", "wget"], _uploads),
    **dict.fromkeys(["dd", "mkfs", "mkfs.ext4"], _fills),
}  # fmt: skip
