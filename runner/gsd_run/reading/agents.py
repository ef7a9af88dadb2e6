"""The agents of a project: what `.planning/gsd-run.toml` says of them."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from msgspec import Struct

from gsd_run.domain.agent import Agent, Profile
from gsd_run.domain.errors import UsageError
from gsd_run.reading.agent_fields import FIELDS, near, shown, template_mistakes
from gsd_run.reading.exact_fields import listed

PATH = ".planning/gsd-run.toml"
PROFILES: tuple[Profile, ...] = get_args(Profile)
# Agents that need no section: their profile says all.
BUILT_IN = tuple(name for name in PROFILES if name not in {"command", "model"})
# Tables of the file that are read elsewhere; a name that is in neither list is a mistake.
READ_ELSEWHERE: tuple[str, ...] = ("commands", "environment", "limits", "sandbox")

_TOP = ("agent", "agents", *READ_ELSEWHERE)
_KEYS = tuple(name for name in Agent.__struct_fields__ if name != "name")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,60}", re.ASCII)
_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class Agents(Struct, frozen=True, kw_only=True):
    """The agents that the settings describe, and the one that works on tasks without steps.

    `common` are fields that hold for those whose own settings do not name them.
    """

    default: str | None = None
    by_name: dict[str, Agent] = {}
    common: dict[str, Any] = {}


def read_agents(root: Path, common: Mapping[str, Any] | None = None) -> Agents:
    """Read the agents of the project at `root`; without a file there are only the built-in ones.

    `common` are fields that hold for agents whose own settings do not name them.

    Raises:
        UsageError: the file is no TOML, or something in it is off; with all that is.
    """
    path = root / PATH
    shared = dict(common or {})
    if not path.is_file():
        return Agents(common=shared)
    text, content = loaded(path)
    read = Read(text)
    read.unknown(content, _TOP, "", "the settings")
    sections = read.table(content, "agents")
    by_name = {name: read.agent(name, sections, shared) for name in sections}
    known = {name: agent for name, agent in by_name.items() if agent is not None}
    default = read.default(content, sections)
    if read.mistakes:
        raise UsageError("\n".join(told for _, told in sorted(read.mistakes)))
    return Agents(default=default, by_name=known, common=shared)


def agent_named(agents: Agents, name: str) -> Agent:
    """Return an agent by its name: one of the settings, or a built-in one.

    Raises:
        UsageError: there is none of that name.
    """
    if name in agents.by_name:
        return agents.by_name[name]
    for profile in BUILT_IN:
        if profile == name:
            return Agent(name=name, profile=profile, **agents.common)
    known = dict.fromkeys((*agents.by_name, *BUILT_IN))
    if name in PROFILES:
        needed = "command" if name == "command" else "model"
        raise UsageError(
            f"{name!r} is a profile that needs settings: add to {PATH} a section [agents.{name}] "
            f'with {needed} = "…" (known without: {listed(known)})'
        )
    raise UsageError(
        f"no agent is named {name!r}{near(name, known)} (known: {listed(known)}); "
        f"add it to {PATH} as [agents.NAME] with its profile, or choose another"
    )


def loaded(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the text of the settings and what it says.

    Raises:
        UsageError: the file can't be read, or is no TOML.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        return text, tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise UsageError(f"{PATH}:1: not UTF-8 ({error.reason}); save the file as UTF-8") from None
    except OSError as error:
        raise UsageError(f"{PATH}: can't be read: {error.strerror}") from None
    except RecursionError:
        raise UsageError(f"{PATH}:1: no settings: nested too deep") from None
    except tomllib.TOMLDecodeError as error:
        place = _AT_LINE.search(str(error))
        line = place[1] if place and place[1] else text.count("\n") + 1
        told = _AT_LINE.sub("", str(error))
        raise UsageError(f"{PATH}:{line}: no TOML: {told}") from None


class Read:
    """What is read, with the mistakes found in it, each with its line."""

    def __init__(self, text: str) -> None:
        self.mistakes: list[tuple[int, str]] = []
        self._lines = text.splitlines()

    def unknown(
        self, table: Mapping[str, Any], known: Iterable[str], place: str, what: str
    ) -> None:
        """Note the keys of a table that nothing reads."""
        names = tuple(known)
        for key in table:
            if key not in names:
                hint = near(key, names)
                self.note(
                    place, key, f"unknown key {key!r} in {what}{hint} (known: {listed(names)})"
                )

    def table(self, content: Mapping[str, Any], name: str) -> dict[str, Any]:
        """Return a table of the file; empty where there is none."""
        value = content.get(name, {})
        if isinstance(value, dict):
            return value
        self.note("", name, f"{name} is a table: [{name}.NAME] for each, not {shown(value)}")
        return {}

    def default(self, content: Mapping[str, Any], sections: Mapping[str, Any]) -> str | None:
        """Return the name of the agent for tasks without steps."""
        value = content.get("agent")
        if value is None or (isinstance(value, str) and value in {*sections, *BUILT_IN}):
            return value
        known = tuple(dict.fromkeys((*sections, *BUILT_IN)))
        hint = near(value, known) if isinstance(value, str) else ""
        self.note(
            "",
            "agent",
            f"agent is the name of an agent ({listed(known)}), not {shown(value)}{hint}",
        )
        return None

    def agent(
        self, name: str, sections: Mapping[str, Any], common: Mapping[str, Any]
    ) -> Agent | None:
        """Return the agent of a section, or None where it has mistakes."""
        found = len(self.mistakes)
        place = f"agents.{name}"
        section = sections[name]
        if not isinstance(section, dict):
            self.note("agents", name, f"{place} is a table: [{place}], not {shown(section)}")
            return None
        if not _NAME.fullmatch(name):
            self.note(place, "", f"{name!r} is no name of an agent; use letters, digits, . _ -")
        self.unknown(section, _KEYS, place, f"[{place}]")
        profile = self._profile(name, section)
        values: dict[str, Any] = {
            key: value
            for key in section
            if key in FIELDS and (value := self._field(place, section, key)) is not None
        }
        if profile is not None:
            self._fitting(place, profile, section)
        if len(self.mistakes) > found or profile is None:
            return None
        return Agent(name=name, profile=profile, **{**common, **values})

    def _profile(self, name: str, section: Mapping[str, Any]) -> Profile | None:
        place = f"agents.{name}"
        value = section.get("profile", name if name in PROFILES else None)
        for profile in PROFILES:
            if profile == value:
                return profile
        if value is None:
            self.note(place, "", f"[{place}] without profile; give one of {listed(PROFILES)}")
            return None
        hint = near(value, PROFILES) if isinstance(value, str) else ""
        told = f"profile is one of {listed(PROFILES)}, not {shown(value)}{hint}"
        self.note(place, "profile", told)
        return None

    def _field(self, place: str, section: Mapping[str, Any], key: str) -> object | None:
        """Return a value of the type that it must have, None where it has not."""
        wanted, fits = FIELDS[key]
        value = section[key]
        told = fits(value)
        if told:
            self.note(place, key, f"{key} is {wanted}, not {told}")
            return None
        return tuple(value) if isinstance(value, list) else value

    def _fitting(self, place: str, profile: Profile, section: Mapping[str, Any]) -> None:
        """Note what a profile needs and has not, and what only another one can use."""
        needed = {"command": "command", "model": "model"}.get(profile)
        if needed and needed not in section:
            example = (
                '"my-agent --file {prompt_file}"' if needed == "command" else '"provider:name"'
            )
            told = f"[{place}] without {needed}, which {profile} needs: {needed} = {example}"
            self.note(place, "", told)
        if profile != "command" and "command" in section:
            told = f"command is for the profile command; {profile} is called by its own name"
            self.note(place, "command", told)
        if profile != "model" and "address" in section:
            told = (
                f"address is for the profile model; set what {profile} itself has for that, in "
                "arguments or by a variable of environment"
            )
            self.note(place, "address", told)
        if profile == "model" and section.get("arguments"):
            self.note(place, "arguments", "arguments are for a command line; a model has none")
        if isinstance(section.get("command"), str):
            for told in template_mistakes(section["command"]):
                self.note(place, "command", told)

    def note(self, place: str, key: str, told: str) -> None:
        """Note a mistake at a key of a table, or at the table where there is no key."""
        line = self._line(place, key)
        self.mistakes.append((line, f"{PATH}:{line}: {told}"))

    def _line(self, place: str, key: str) -> int:
        """Return the line of a key under the header of its table, as far as that shows."""
        header = re.compile(rf"\s*\[\s*{_dotted(place)}\s*\]") if place else None
        begin = 0
        if header is not None:
            found = [n for n, line in enumerate(self._lines) if header.match(line)]
            begin = found[0] if found else self._line(*_parted(place)) - 1
            if not key:
                return begin + 1
        assigned = re.compile(rf"[\s{{,]*{_dotted(key)}\s*[=.]")
        for number in range(begin, len(self._lines)):
            line = self._lines[number]
            if header is not None and number > begin and re.match(r"\s*\[", line):
                break
            if assigned.match(line) or re.match(rf"\s*\[\s*{_dotted(key)}\s*[\].]", line):
                return number + 1
        return begin + 1


def _parted(place: str) -> tuple[str, str]:
    above, _, name = place.rpartition(".")
    return above, name


def _dotted(name: str) -> str:
    """Return a pattern of a dotted name as TOML may write it, each part quoted or not."""
    above, _, last = name.partition(".") if name.startswith("agents.") else ("", "", name)
    parts = [part for part in (above, last) if part]
    return r"\s*\.\s*".join(rf"[\"']?{re.escape(part)}[\"']?" for part in parts)
