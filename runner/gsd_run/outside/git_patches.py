"""What changed between states of a project, as text to be shown: many of them in few calls."""

import re
from collections.abc import Iterable, Sequence

from gsd_run.outside.git_calls import Repository, call, called, full

LARGEST = 65_536  # bytes of a file whose whole text is wanted
_HEAD = re.compile(rb"^([0-9a-f]{40,64}) ([0-9a-f]{40,64})\n", re.MULTILINE)


def objects(repository: Repository, names: Sequence[str]) -> dict[str, str]:
    """Return the ids of the objects that names (`COMMIT^{tree}`) mean, without what is not here."""
    plain = [name for name in dict.fromkeys(names) if name and "\n" not in name]
    if not plain:
        return {}
    listed = "".join(f"{name}\n" for name in plain).encode()
    told = called(repository, "cat-file", "--batch-check", stdin=listed).stdout
    lines = told.decode(errors="replace").splitlines()
    return {
        name: fields[0]
        for name, line in zip(plain, lines, strict=True)
        if len(fields := line.split()) == 3 and fields[1] in {"commit", "tree", "blob"}  # noqa: PLR2004
    }


def patches(repository: Repository, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return what turns a tree into another as unified diffs, by the ids of both trees.

    Paths are relative to the project's root; blobs have their whole ids. Bytes that are no UTF-8
    are replaced. Both trees must be here.
    """
    found = dict.fromkeys(pairs, "")
    wanted = [pair for pair in found if pair[0] != pair[1]]
    if not wanted:
        return found
    words = (
        "diff-tree", "--stdin", "-r", "-p", "--full-index", "--find-renames", "--no-color",
        "--no-ext-diff", "--no-textconv", "--src-prefix=a/", "--dst-prefix=b/", "--relative",
    )  # fmt: skip
    listed = "".join(f"{before} {after}\n" for before, after in wanted).encode()
    told = called(repository, *words, stdin=listed).stdout
    heads = list(_HEAD.finditer(told))
    for head, end in zip(heads, [*(one.start() for one in heads[1:]), len(told)], strict=True):
        pair = (head[1].decode(), head[2].decode())
        if pair in found:
            found[pair] = told[head.end() : end].decode(errors="replace")
    return found


def texts(repository: Repository, blobs: Sequence[str]) -> dict[str, str]:
    """Return the texts of blobs that are not too large, and are text, by their ids."""
    names = [blob for blob in dict.fromkeys(blobs) if blob.strip("0")]
    if not names:
        return {}
    listed = "".join(f"{name}\n" for name in names).encode()
    sizes = called(repository, "cat-file", "--batch-check", stdin=listed).text.splitlines()
    small = [
        fields[0]
        for line in sizes
        if len(fields := line.split()) == 3  # noqa: PLR2004
        and fields[1] == "blob"
        and int(fields[2]) <= LARGEST
    ]
    if not small:
        return {}
    told = called(
        repository, "cat-file", "--batch", stdin="".join(f"{one}\n" for one in small).encode()
    ).stdout
    return _parted(told)


def _parted(told: bytes) -> dict[str, str]:
    """Part what `cat-file --batch` writes: id, kind and size, then the content."""
    found = {}
    at = 0
    while at < len(told):
        end = told.index(b"\n", at)
        name, _, size = told[at:end].decode().split()
        content = told[end + 1 : end + 1 + int(size)]
        at = end + 2 + int(size)
        if b"\0" not in content:
            found[name] = content.decode(errors="replace")
    return found


def content(repository: Repository, revision: str, path: str) -> bytes | None:
    """Return a file's bytes as a commit has them, None if it has none or is not here."""
    found = call(repository, "cat-file", "blob", f"{revision}:{full(repository, path)}")
    return found.stdout if found.status == 0 else None
