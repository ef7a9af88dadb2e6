"""What a power cut takes: found in a trace of all that a run and its programs wrote and synced.

A file that was written and not brought to disk since is taken to be empty afterwards, and a line
of the journal that was not, to be gone: the worst that file systems in use do.
"""

import re
import subprocess
import sys
from pathlib import Path

from sandbox import Sandbox, environment
from scenes import DYING

_CALLS = "write,pwrite64,writev,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,link,linkat,ftruncate"
_CALL = re.compile(r"^(\d+) +(?:<\.\.\. )?(\w+)(?: resumed>|\()(.*)$")
_OPENED = re.compile(r"^\d+<([^>]*)>")
_NAMED = re.compile(r'(?:AT_FDCWD<([^>]*)>, |\d+<([^>]*)>, )?"((?:[^"\\]|\\.)*)"')


def killed(project: Sandbox, number: int, folder: Path, *words: str) -> tuple[int, list[Path]]:
    """Let a call be killed at an action; return its status, and the files that were not on disk."""
    log = folder / "trace"
    done = subprocess.run(
        ["strace", "-f", "-qq", "-y", "-s", "0", "-o", str(log), "-e", f"trace={_CALLS}", "--",
         sys.executable, str(DYING), "kill", str(number), str(folder / "report"), *words],
        cwd=project.root, env=environment(), capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode, [place for place in unsynced(log) if place.is_file()]


def unsynced(log: Path) -> list[Path]:
    """Return the files that were written in a trace, and not synced after that, oldest first."""
    dirty: dict[str, None] = {}
    waiting: dict[str, str] = {}
    for line in log.read_text(errors="replace").splitlines():
        found = _CALL.match(line)
        if found is None:
            continue
        process, call, rest = found.groups()
        if " resumed>" in line:
            rest = waiting.pop(process, "") + rest
        elif rest.endswith("<unfinished ...>"):
            waiting[process] = rest
            continue
        if " = -1 " not in rest:
            _take_in(call, rest, dirty)
    return [Path(one) for one in dirty]


def _take_in(call: str, rest: str, dirty: dict[str, None]) -> None:
    if call in {"write", "pwrite64", "writev", "ftruncate", "fsync", "fdatasync"}:
        opened = _OPENED.match(rest)
        if opened is None or not opened[1].startswith("/"):
            return
        dirty.pop(opened[1], None)
        if not call.endswith("sync"):
            dirty[opened[1]] = None
        return
    names = [str(Path(a or b or "/", name)) for a, b, name in _NAMED.findall(rest)]
    if call.startswith("unlink"):
        dirty.pop(names[0], None)
    elif names[0] in dirty:
        if call.startswith("rename"):
            dirty.pop(names[0])
        dirty[names[1]] = None
    elif call.startswith("rename"):
        dirty.pop(names[1], None)


def cut(lost: list[Path]) -> None:
    """Take what was not on disk away."""
    for place in lost:
        if place.suffix == ".jsonl" or "logs" in place.parts:  # these are only added to
            lines = place.read_bytes().splitlines(keepends=True)
            place.write_bytes(b"".join(lines[:-1]))
        else:
            place.write_bytes(b"")
