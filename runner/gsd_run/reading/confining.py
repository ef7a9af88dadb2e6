"""How a project's commands are run: what `.planning/gsd-run.toml` says of it.

The tables are [environment], [limits], [sandbox] and [commands].
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from gsd_run.domain import lazy
from gsd_run.domain.errors import UsageError
from gsd_run.outside.limits import Limits
from gsd_run.reading.agent_fields import shown
from gsd_run.reading.agents import PATH, Read, loaded

Use = Literal["no", "yes", "require", "off"]

_VARIABLE = lazy.pattern(r"[A-Za-z_]\w*", re.ASCII)
_PASSES = lazy.pattern(r"[A-Za-z_*?][\w*?]*", re.ASCII)
_SIZE = lazy.pattern(r"(\d+(?:\.\d+)?)\s*(?:([KMGT])i?B?|B|bytes)?", re.IGNORECASE)
_UNITS = {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}
_SMALLEST = 1 << 20  # bytes; with less, no program starts
_KEYS = {
    "environment": ("pass", "set"),
    "limits": ("seconds", "output", "memory", "processes"),
    "sandbox": ("use", "network", "writable", "readable"),
    "commands": ("allow",),
}


class Rules(Struct, frozen=True, kw_only=True):
    """What the settings say of a project's commands.

    `passes` are names and patterns of variables, `sets` variables with values, `seconds` the time
    of one script, `allowed` the dangerous commands that may run. `writable` and `readable` are
    places that a sandbox leaves open: relative to the root, absolute, or below `~`. `sandbox` is
    "off" where somebody says so expressly: then a run that began in one goes on without.
    """

    passes: tuple[str, ...] = ()
    sets: tuple[tuple[str, str], ...] = ()
    limits: Limits = Limits()
    seconds: float | None = None
    sandbox: Use = "no"
    network: bool = False
    writable: tuple[str, ...] = ()
    readable: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


def read_rules(root: Path) -> Rules:
    """Read what the settings of the project at `root` say of its commands.

    Raises:
        UsageError: the file is no TOML, or something in these tables is off; with all that is.
    """
    path = root / PATH
    if not path.is_file():
        return Rules()
    text, content = loaded(path)
    if not any(name in content for name in _KEYS):
        return Rules()
    wanted = _Wanted(Read(text), content)
    defaults = Limits()
    rules = Rules(
        passes=wanted.texts("environment", "pass", _pass_mistake),
        sets=wanted.variables("environment", "set"),
        limits=Limits(
            output=wanted.size("output") or defaults.output,
            memory=wanted.size("memory"),
            processes=wanted.count("processes") or defaults.processes,
        ),
        seconds=wanted.seconds("seconds"),
        sandbox=wanted.use(),
        network=wanted.flag("sandbox", "network"),
        writable=wanted.texts("sandbox", "writable", _place_mistake),
        readable=wanted.texts("sandbox", "readable", _place_mistake),
        allowed=wanted.texts("commands", "allow", _blank_mistake),
    )
    if wanted.read.mistakes:
        raise UsageError("\n".join(told for _, told in sorted(wanted.read.mistakes)))
    return rules


class _Wanted:
    """Values by table and key, each of the type that it must have."""

    def __init__(self, read: Read, content: Mapping[str, Any]) -> None:
        self.read = read
        self._tables = dict[str, Mapping[str, Any]]()
        for name, keys in _KEYS.items():
            table = content.get(name, {})
            if not isinstance(table, dict):
                read.note("", name, f"{name} is a table: [{name}], not {shown(table)}")
                table = {}
            read.unknown(table, keys, name, f"[{name}]")
            self._tables[name] = table

    def texts(self, table: str, key: str, mistake: Callable[[str], str]) -> tuple[str, ...]:
        value = self._tables[table].get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.read.note(table, key, f"{key} is a list of texts, not {shown(value)}")
            return ()
        for one in value:
            if told := mistake(one):
                self.read.note(table, key, f"{key}: {told}")
        return tuple(value)

    def variables(self, table: str, key: str) -> tuple[tuple[str, str], ...]:
        value = self._tables[table].get(key, {})
        if not isinstance(value, dict):
            self.read.note(table, key, f'{key} is a table such as {{NODE_ENV = "test"}}')
            return ()
        for name, text in value.items():
            if not _VARIABLE.fullmatch(name):
                self.read.note(table, key, f"{key}: {name!r} is no name of a variable")
            elif not isinstance(text, str):
                self.read.note(table, key, f"{key}: {name} is a text, not {shown(text)}")
        return tuple((name, str(text)) for name, text in value.items())

    def size(self, key: str) -> int | None:
        value = self._tables["limits"].get(key)
        if value is None:
            return None
        found = _SIZE.fullmatch(str(value).strip()) if not isinstance(value, bool) else None
        size = int(float(found[1]) * (1 << _UNITS[(found[2] or "").upper()])) if found else 0
        if size >= _SMALLEST:
            return size
        told = f'{key} is a size of at least "1 MiB", such as "512 MiB" or "4 GiB"'
        self.read.note("limits", key, f"{told}, not {shown(value)}")
        return None

    def count(self, key: str) -> int | None:
        value = self._tables["limits"].get(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
            return value
        self.read.note("limits", key, f"{key} is a whole number above 0, not {shown(value)}")
        return None

    def seconds(self, key: str) -> float | None:
        value = self._tables["limits"].get(key)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if value is None or (number and 0 < value < float("inf")):
            return None if value is None else float(value)
        self.read.note("limits", key, f"{key} is a number of seconds above 0, not {shown(value)}")
        return None

    def flag(self, table: str, key: str) -> bool:
        value = self._tables[table].get(key, False)
        if not isinstance(value, bool):
            self.read.note(table, key, f"{key} is true or false, not {shown(value)}")
        return value is True

    def use(self) -> Use:
        value = self._tables["sandbox"].get("use", False)
        if value == "require":
            return "require"
        if not isinstance(value, bool):
            self.read.note("sandbox", "use", f'use is true, false or "require", not {shown(value)}')
        return "yes" if value is True else "no"


def _pass_mistake(entry: str) -> str:
    """Say what is wrong with an entry of `pass`; a value beside a name may be a secret."""
    if _PASSES.fullmatch(entry):
        return ""
    name = entry.partition("=")[0].strip()
    if name != entry:
        return f"an entry such as {shown(name)} has more than a name; values stand in `set`"
    return f"{shown(entry)} is neither the name of a variable nor a pattern such as MY_*"


def _place_mistake(entry: str) -> str:
    if not entry.strip() or "\0" in entry:
        return f"{shown(entry)} is no path"
    if Path(entry).expanduser() in {Path("/"), Path.home()}:
        return (
            f"{shown(entry)} would leave nothing of the sandbox; name the folders that are needed"
        )
    return ""


def _blank_mistake(entry: str) -> str:
    return "" if entry.strip() else "an entry is empty"
