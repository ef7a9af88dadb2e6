"""A bash script made to record what each of its commands did, and the records read back.

The records are files in the folder that the variable GSD_RUN_OUT names, by the number of the
command: `3.start` with the folder in which it begins (the file's time is the beginning),
`3.out`, `3.err`, and `3.end` (its time is the end) with the status and the statuses of the pipe.
What the first member of a pipe wrote into it is in `3.0.own`, where that was asked for. The
script runs in one shell as it would by itself: each command stands in a group with its output
redirected.
"""

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from msgspec import Struct

from gsd_run.domain import lazy
from gsd_run.outside.processes import bounded_text
from gsd_run.outside.shell import Member, Pipeline, Reading, pipelines, read

# Plain bash 3.2, which is what macOS has. On one line, so that bash's messages name the lines
# of the script. `$?`, `$_` and PIPESTATUS are handed on to the next command. GSD_RUN_JUNIT, if
# set, is what PYTEST_ADDOPTS gets, short of the number of the command and `.xml`.
OPENING = " ".join(  # noqa: FLY002 - one statement a line reads better
    [
        "__gsd_run_asked=; __gsd_run_last=; __gsd_run_statuses=(0);",
        "__gsd_run_quiet() { return 0; } 2>/dev/null;",
        "__gsd_run_begin() {",
        'builtin printf %s "$PWD" >|"$GSD_RUN_OUT/$1.start";',
        'if [[ -n "${GSD_RUN_JUNIT-}" ]]; then',
        'PYTEST_ADDOPTS="${PYTEST_ADDOPTS-}";',
        'PYTEST_ADDOPTS="${PYTEST_ADDOPTS%"$__gsd_run_asked"}";',
        '__gsd_run_asked=" $GSD_RUN_JUNIT$1.xml";',
        'builtin export PYTEST_ADDOPTS="$PYTEST_ADDOPTS$__gsd_run_asked";',
        "fi;",
        'return "$2"; } 2>/dev/null;',
        "__gsd_run_end() {",
        '__gsd_run_last="$3"; __gsd_run_statuses=("${@:4}");',
        'builtin printf \'%s \' "$2" "${@:4}" >|"$GSD_RUN_OUT/$1.end";',
        'return "$2"; } 2>/dev/null;',
        '__gsd_run_status() { return "$1"; } 2>/dev/null;',
        "",
    ]
)
TRACES = lazy.pattern(r"^.*__gsd_run_.*\n?", re.MULTILINE)
LAST_WORD = lazy.pattern(r"\$(_(?!\w)|\{_\W)")


class Record(Struct, frozen=True, kw_only=True):
    """What one command left: when it began and ended (seconds since 1970), and its output.

    Without `ended` it was still running when the script ended, or in the background; then
    `status` is None and `statuses` empty. `folder` is where it began, and `own` what members of
    its pipe wrote into it, by their place, as far as that was kept.
    """

    folder: Path
    started: float
    ended: float | None
    status: int | None
    statuses: tuple[int, ...]
    stdout: str
    stderr: str
    own: Mapping[int, str]


def _nothing(_: Member) -> bool:
    return False


def instrumented(script: str, keeps: Callable[[Member], bool] = _nothing) -> str:
    """Return the script with its commands recorded, numbered from 0 as `split` returns them.

    `keeps` tells of which members of a pipe the output into the pipe is recorded. A script comes
    back as it is when that can't be done without changing what it does: the grammar can't read
    it, it redirects the whole shell, or watches its own commands.
    """
    reading = read(script)
    cut = None if reading is None else pipelines(reading)
    if reading is None or not cut or _watches_itself(reading):
        return script
    changes = [*_renamed(reading, cut), *_asking(reading)]
    keep_last = LAST_WORD.search(script) is not None
    for number, pipeline in enumerate(cut):
        wrap = _background if pipeline.background else _foreground
        changes += wrap(number, pipeline, keep_last=keep_last)
        if not pipeline.background:
            changes += _kept(script, number, pipeline, keeps)
    text, place = "", 0
    for start, end, new in sorted(changes, key=lambda change: change[0]):
        text += script[place:start] + new
        place = end
    return OPENING + text + script[place:]


Change = tuple[int, int, str]  # a stretch of the script, and what stands there instead


def _redirection(number: int) -> str:
    return f'>>"$GSD_RUN_OUT/{number}.out" 2>>"$GSD_RUN_OUT/{number}.err"'


def _begin(number: int, *, keep_last: bool) -> str:
    # As the left side of `&&` it may hand on a status without `set -e` or a trap noticing.
    quiet = ': "$__gsd_run_last"' if keep_last else "__gsd_run_quiet"
    return f'__gsd_run_begin {number} "$?" && {quiet}; '


def _foreground(number: int, pipeline: Pipeline, *, keep_last: bool) -> list[Change]:
    last = '"$_"' if keep_last else '""'
    end = f'__gsd_run_end {number} "$?" {last} "${{PIPESTATUS[@]}}"'
    if all(member.simple for member in pipeline.members):
        # The end is reached even under `set -e`, which then acts on the second call.
        closing = f" && {end} || {end}" + (" && __gsd_run_quiet" if pipeline.negated else "")
    else:
        # Inside, `set -e` must act as it would. What it lets pass here is not to be acted on.
        closing = f"; {end} && __gsd_run_quiet"
    inner = pipeline.members[0].start  # behind `!`
    return [
        (inner, inner, "{ " + _begin(number, keep_last=keep_last)),
        (pipeline.end, pipeline.end, closing + "; } " + _redirection(number)),
    ]


def _kept(
    script: str, number: int, pipeline: Pipeline, keeps: Callable[[Member], bool]
) -> Iterator[Change]:
    """Let members write into a file, too; the pipe has as many members and statuses as before."""
    for place, (member, after) in enumerate(pairwise(pipeline.members)):
        if keeps(member):
            pipe = "|&" if "|&" in script[member.end : after.start] else "|"
            file = f'"$GSD_RUN_OUT/{number}.{place}.own"'
            # Not found by PATH: the script may have set that to anything.
            tee = f"{pipe} command -p tee -a {file}"
            yield member.start, member.start, "{ "
            yield member.end, member.end, f' {tee}; __gsd_run_status "${{PIPESTATUS[0]}}"; }}'


def _background(number: int, pipeline: Pipeline, *, keep_last: bool) -> list[Change]:
    """Record the start; what `$!` names must stay the program itself, so there is no group."""
    start, end = pipeline.start, pipeline.end
    begin = _begin(number, keep_last=keep_last)
    (first, *others) = pipeline.members
    if others or pipeline.text.startswith("time "):
        return [(start, start, begin)]
    if first.simple and not pipeline.negated:
        return [(start, start, f"{begin}{_redirection(number)} ")]
    return [(start, start, begin + "{ "), (end, end, "; } " + _redirection(number))]


def _watches_itself(reading: Reading) -> bool:
    """Tell whether redirected groups would show: `exec >log`, `set -v`, a DEBUG trap."""
    for node in reading.root.find_all(kind="command"):
        words = node.text().split()
        redirects = len(words) == 1 or node.find(kind="file_redirect") is not None
        if words[0] == "exec" and redirects:
            return True
        if words[0] == "set" and re.search(r" (-\w*v|-o +verbose)", node.text()):
            return True
        if words[0] == "trap" and "DEBUG" in words:
            return True
    return False


def _renamed(reading: Reading, cut: tuple[Pipeline, ...]) -> Iterator[Change]:
    """Let PIPESTATUS mean the command before, where that is another recorded one."""
    commands = [node.range() for node in reading.root.find_all(kind="command")]
    for node in reading.root.find_all(kind="variable_name"):
        start, end = node.range().start.index, node.range().end.index
        if node.text() != "PIPESTATUS":
            continue
        unit = next((one for one in cut[1:] if one.start <= start < one.end), None)
        inside = any(
            unit and unit.start <= one.start.index and one.end.index <= start for one in commands
        )
        substituted = any(above.kind() == "command_substitution" for above in node.ancestors())
        if unit and not inside and not substituted:
            yield start, end, "__gsd_run_statuses"


def _asking(reading: Reading) -> Iterator[Change]:
    """Add what is asked of pytest wherever the script sets PYTEST_ADDOPTS itself."""
    for node in reading.root.find_all(kind="variable_assignment"):
        if node.text().startswith(("PYTEST_ADDOPTS=", "PYTEST_ADDOPTS+=")):
            end = node.range().end.index
            yield end, end, '"$__gsd_run_asked"'


def begun(folder: Path) -> tuple[int, ...]:
    """Return the numbers of the commands that have begun."""
    return tuple(sorted(int(path.stem) for path in folder.glob("*.start")))


def written(folder: Path) -> int:
    """Return how many bytes of output the commands have written."""
    return sum(path.stat().st_size for path in folder.iterdir())


def record(folder: Path, number: int) -> Record:
    """Read what the command with this number left; it has begun."""
    end = folder / f"{number}.end"
    numbers = [int(text) for text in end.read_text().split()] if end.exists() else []
    start = folder / f"{number}.start"
    return Record(
        folder=Path(start.read_text(errors="surrogateescape")),
        started=start.stat().st_mtime,
        ended=end.stat().st_mtime if numbers else None,
        status=numbers[0] if numbers else None,
        statuses=tuple(numbers[1:]),
        stdout=_output(folder / f"{number}.out"),
        stderr=TRACES.sub("", _output(folder / f"{number}.err")),
        own={int(file.suffixes[0][1:]): _output(file) for file in folder.glob(f"{number}.*.own")},
    )


def _output(path: Path) -> str:
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        return bounded_text(file)
    return ""
