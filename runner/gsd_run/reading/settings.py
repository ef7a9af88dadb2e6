"""The settings of a project: what its two files of settings say that matters to a run."""

import json
import re
from pathlib import Path
from typing import Any

from msgspec import Struct

from gsd_run.domain.errors import UsageError
from gsd_run.reading.confining import Rules, read_rules

_MISSING = object()


class Settings(Struct, frozen=True, kw_only=True):
    """The settings that are honoured; everything else in the file is GSD's own business.

    `commit_docs` is false when either of its places says so. `timeout` bounds one script and
    `baseline_budget` the whole judging at base, both in seconds; None means no bound. `venv` is
    the project's environment, relative to its root. `rules` are those of `.planning/gsd-run.toml`;
    its limit of seconds goes before the one here.
    """

    commit_docs: bool = True
    protected_branches: tuple[str, ...] = ()
    branching_strategy: str = "none"
    commit_evidence: bool = True
    venv: str | None = None
    timeout: float = 600
    baseline_budget: float | None = None
    rules: Rules = Rules()


def read_settings(root: Path) -> Settings:
    """Read the settings of the project at `root`; without a file, the defaults.

    Raises:
        UsageError: a file can't be read, or a setting has the wrong type; with all of the file.

    """
    rules = read_rules(root)
    path = root / ".planning" / "config.json"
    if not path.is_file():
        return Settings(rules=rules, timeout=rules.seconds or Settings().timeout)
    name = path.relative_to(root).as_posix()
    text, content = _loaded(path, name)
    wanted = _Wanted(name, text, content)
    defaults = Settings()
    settings = Settings(
        commit_docs=wanted.flag("commit_docs", default=True)
        and wanted.flag("planning.commit_docs", default=True),
        protected_branches=wanted.names("git.protected_branches"),
        branching_strategy=wanted.text("git.branching_strategy")
        or wanted.text("branching_strategy")
        or defaults.branching_strategy,
        commit_evidence=wanted.flag("gsd_run.commit_evidence", default=True),
        venv=wanted.text("gsd_run.venv"),
        timeout=rules.seconds or wanted.seconds("gsd_run.timeout") or defaults.timeout,
        baseline_budget=wanted.seconds("gsd_run.baseline_budget"),
        rules=rules,
    )
    if wanted.mistakes:
        raise UsageError("\n".join(wanted.mistakes))
    return settings


def _loaded(path: Path, name: str) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = json.loads(text)
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}:1: not UTF-8 ({error.reason}); save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        raise UsageError(f"{name}:{error.lineno}: no JSON: {error.msg}") from None
    except RecursionError:
        raise UsageError(f"{name}:1: no settings: nested too deep") from None
    if not isinstance(content, dict):
        raise UsageError(f"{name}:1: the settings are an object {{…}}")
    return text, content


class _Wanted:
    """Settings by dotted name, each of the type that it must have."""

    def __init__(self, path: str, text: str, content: dict[str, Any]) -> None:
        self.mistakes: list[str] = []
        self._path = path
        self._text = text
        self._content = content

    def flag(self, name: str, *, default: bool) -> bool:
        value = self._value(name)
        if isinstance(value, bool):
            return value
        if value is not _MISSING:
            self._refuse(name, value, "true or false")
        return default

    def text(self, name: str) -> str | None:
        value = self._value(name)
        if value is _MISSING or isinstance(value, str):
            return value if isinstance(value, str) and value else None
        self._refuse(name, value, "a text")
        return None

    def seconds(self, name: str) -> float | None:
        value = self._value(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            return float(value)
        if value is not _MISSING:
            self._refuse(name, value, "a number of seconds above 0")
        return None

    def names(self, name: str) -> tuple[str, ...]:
        value = self._value(name)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        if value is not _MISSING:
            self._refuse(name, value, "a list of texts")
        return ()

    def _value(self, name: str) -> object:
        """Return the value; null, like absence, leaves the default."""
        value: object = self._content
        for key in name.split("."):
            if not isinstance(value, dict) or value.get(key) is None:
                return _MISSING
            value = value[key]
        return value

    def _refuse(self, name: str, value: object, wanted: str) -> None:
        shown = json.dumps(value)[:60]
        self.mistakes.append(f"{self._path}:{self._line(name)}: {name} is {wanted}, not {shown}")

    def _line(self, name: str) -> int:
        """Return the line on which the keys of the name follow each other, as far as it shows."""
        position = 0
        for key in name.split("."):
            match = re.compile(rf'"{re.escape(key)}"\s*:').search(self._text, position)
            if match is None:
                break
            position = match.start()
        return self._text.count("\n", 0, position) + 1
