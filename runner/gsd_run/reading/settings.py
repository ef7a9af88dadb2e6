"""The settings of a project: what its two files of settings say that matters to a run."""

import json
import re
from pathlib import Path
from typing import Any

from msgspec import Struct

from gsd_run.domain.errors import UsageError
from gsd_run.domain.event import Template
from gsd_run.outside.project_files import read_within
from gsd_run.reading.confining import Rules, read_rules
from gsd_run.reading.known_settings import TEMPLATE_PATH

_MISSING = object()


class Settings(Struct, frozen=True, kw_only=True):
    """The settings that are honoured; everything else in the file is GSD's own business.

    `commit_docs` is false when either of its places says so; `phase_commit_docs` are exceptions
    by phase. `sub_repos` are folders with a repository of their own. `auto_approve` approves what
    `--yes` would. `agent_attempts` and `agent_seconds` hold for agents whose own settings say
    nothing. `timeout` bounds one script and `baseline_budget` the whole judging at base, both in
    seconds; None means no bound. `venv` is the project's environment, relative to its root.
    `rules` are those of `.planning/gsd-run.toml`; its limit of seconds goes before the one here.
    `summary_template` is the project's own template of SUMMARY.md. `update_planning` lets a
    complete plan be told in STATE.md, ROADMAP.md and REQUIREMENTS.md.
    """

    commit_docs: bool = True
    phase_commit_docs: dict[str, bool] = {}
    protected_branches: tuple[str, ...] = ()
    branching_strategy: str = "none"
    phase_branch_template: str = "gsd/phase-{phase}-{slug}"
    milestone_branch_template: str = "gsd/{milestone}-{slug}"
    project_code: str = ""
    sub_repos: tuple[str, ...] = ()
    auto_approve: bool = False
    agent_attempts: int | None = None
    agent_seconds: float | None = None
    commit_evidence: bool = True
    update_planning: bool = True
    venv: str | None = None
    timeout: float = 600
    baseline_budget: float | None = None
    rules: Rules = Rules()
    summary_template: Template | None = None

    @property
    def for_agents(self) -> dict[str, Any]:
        """Return the fields of agents that hold where their own settings do not name them."""
        wanted = {"attempts": self.agent_attempts, "time_limit": self.agent_seconds}
        return {name: value for name, value in wanted.items() if value is not None}

    def commits_docs(self, phase: str) -> bool:
        """Tell whether the planning files of a phase, by its number, are committed."""
        for name, wanted in self.phase_commit_docs.items():
            if name.lstrip("0").upper() == phase.lstrip("0").upper():
                return wanted
        return self.commit_docs


_LONGEST = 10**9  # seconds or milliseconds: the longest that a system waits is not much more
_MOST_TEMPLATE = 1 << 20  # bytes, the least that a message can name


def read_settings(root: Path) -> Settings:
    """Read the settings of the project at `root`; without a file, the defaults.

    Raises:
        UsageError: a file can't be read, or a setting has the wrong type; with all of the file.

    """
    rules = read_rules(root)
    template = template_at(root, TEMPLATE_PATH)
    path = root / ".planning" / "config.json"
    if not path.is_file():
        timeout = rules.seconds or Settings().timeout
        return Settings(rules=rules, timeout=timeout, summary_template=template)
    name = path.relative_to(root).as_posix()
    text, content = _loaded(path, name)
    wanted = _Wanted(name, text, content)
    defaults = Settings()
    settings = Settings(
        commit_docs=wanted.flag("commit_docs", default=True)
        and wanted.flag("planning.commit_docs", default=True),
        phase_commit_docs=wanted.flags("phase_commit_docs"),
        protected_branches=wanted.names("git.protected_branches"),
        branching_strategy=wanted.text("git.branching_strategy")
        or wanted.text("branching_strategy")
        or defaults.branching_strategy,
        phase_branch_template=wanted.text("git.phase_branch_template")
        or wanted.text("phase_branch_template")
        or defaults.phase_branch_template,
        milestone_branch_template=wanted.text("git.milestone_branch_template")
        or wanted.text("milestone_branch_template")
        or defaults.milestone_branch_template,
        project_code=wanted.text("project_code") or "",
        sub_repos=wanted.names("planning.sub_repos") or wanted.names("sub_repos"),
        auto_approve=wanted.flag("workflow.auto_advance", default=False),
        agent_attempts=_attempts(wanted),
        agent_seconds=_milliseconds(wanted.seconds("workflow.subagent_timeout", "milliseconds")),
        commit_evidence=wanted.flag("gsd_run.commit_evidence", default=True),
        update_planning=wanted.flag("gsd_run.update_planning", default=True),
        venv=wanted.text("gsd_run.venv"),
        timeout=rules.seconds
        or wanted.seconds("gsd_run.timeout")
        or wanted.seconds("workflow.test_gate_timeout")
        or defaults.timeout,
        baseline_budget=wanted.seconds("gsd_run.baseline_budget"),
        rules=rules,
        summary_template=template,
    )
    if wanted.mistakes:
        raise UsageError("\n".join(wanted.mistakes))
    return settings


def _attempts(wanted: "_Wanted") -> int | None:
    """Return how often an agent may try: once, and as often again as GSD's budget of repairs."""
    if not wanted.flag("workflow.node_repair", default=True):
        return 1
    budget = wanted.count("workflow.node_repair_budget")
    return None if budget is None else 1 + budget


def _milliseconds(number: float | None) -> float | None:
    return None if number is None else number / 1000


def template_at(root: Path, path: str, called: str = "") -> Template | None:
    """Return a template that lies below `root`, None where there is none; `called` names it.

    Raises:
        UsageError: it is there, and can't be read.
    """
    named = called or path
    try:
        content = read_within(root, path, _MOST_TEMPLATE)
        return None if content is None else Template(path=named, text=_unmarked(content))
    except UnicodeDecodeError as error:
        told = f"not UTF-8 ({error.reason}); save the file as UTF-8"
        raise UsageError(f"{named}:1: {told}") from None
    except OSError as error:
        raise UsageError(f"{named}: can't be read: {error.strerror}") from None


def _unmarked(content: bytes) -> str:
    """Return a file's text with the line ends that GSD reads."""
    return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def _loaded(path: Path, name: str) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = json.loads(text)
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}:1: not UTF-8 ({error.reason}); save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        raise UsageError(f"{name}:{error.lineno}: no JSON: {error.msg}") from None
    except ValueError:
        raise UsageError(f"{name}:1: no settings: a number of thousands of digits") from None
    except RecursionError:
        raise UsageError(f"{name}:1: no settings: nested too deep") from None
    except OSError as error:
        raise UsageError(f"{name}: can't be read: {error.strerror}") from None
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

    def seconds(self, name: str, unit: str = "seconds") -> float | None:
        value = self._value(name)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and 0 < value <= _LONGEST:  # type: ignore[operator]
            return float(value)  # type: ignore[arg-type]
        if value is not _MISSING:
            great = number and value > _LONGEST  # type: ignore[operator]
            most = f", at most {_LONGEST}" if great else ""
            self._refuse(name, value, f"a number of {unit} above 0{most}")
        return None

    def count(self, name: str) -> int | None:
        value = self._value(name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        if value is not _MISSING:
            self._refuse(name, value, "a whole number")
        return None

    def flags(self, name: str) -> dict[str, bool]:
        value = self._value(name)
        if isinstance(value, dict):
            # As in GSD, what is neither true nor false is no exception.
            return {key: one for key, one in value.items() if isinstance(one, bool)}
        if value is not _MISSING:
            self._refuse(name, value, "an object with true or false for a phase")
        return {}

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
        keys = name.split(".")
        for depth, key in enumerate(keys):
            if not isinstance(value, dict):
                self._refuse(".".join(keys[:depth]), value, "an object {…}")
                return _MISSING
            if value.get(key) is None:
                return _MISSING
            value = value[key]
        return value

    def _refuse(self, name: str, value: object, wanted: str) -> None:
        shown = json.dumps(value)[:60]
        told = f"{self._path}:{self._line(name)}: {name} is {wanted}, not {shown}"
        if told not in self.mistakes:
            self.mistakes.append(told)

    def _line(self, name: str) -> int:
        """Return the line on which the keys of the name follow each other, as far as it shows."""
        position = 0
        for key in name.split("."):
            match = re.compile(rf'"{re.escape(key)}"\s*:').search(self._text, position)
            if match is None:
                break
            position = match.start()
        return self._text.count("\n", 0, position) + 1
