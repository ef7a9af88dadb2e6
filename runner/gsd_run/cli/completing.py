"""Which words can come next on a command line, by its parser and by what the project holds."""

import argparse
import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gsd_run.domain.standing import Overview, Standing

FILES = ":files"  # stands for the names of files, which the shell knows best
_AGENTS = ("claude", "codex", "gemini", "opencode", "aider")
_GOING_ON = frozenset({"stopped", "waits for you"})
# Commands that are for plans of some states only; the others are for all.
_FOR = {
    "run": frozenset({"ready", "waits", "stopped", "waits for you", "halted"}),
    "resume": _GOING_ON,
    "answer": frozenset({"waits for you"}),
}
_WITH_A_RUN = frozenset({"log", "diff", "undo", "restore", "export", "record", "summary", "audit"})


class Word(NamedTuple):
    """A word that can come next, and what it means."""

    word: str
    told: str = ""


class _Typed(NamedTuple):
    """What is typed already: the command, its parser, its positional words, its options.

    `waiting` is the option whose value comes next.
    """

    command: str
    parser: argparse.ArgumentParser
    positionals: tuple[str, ...]
    options: tuple[str, ...]
    waiting: argparse.Action | None


def completions(parser: argparse.ArgumentParser, typed: list[str]) -> list[Word]:
    """Return the words that can stand for the last one of `typed`, which may have begun."""
    words, cut = _joined(typed)
    *before, current = words
    found = _next(parser, before, current)
    if any(one.word == FILES for one in found):
        return [Word(FILES)]
    return [
        Word(one.word[cut:], one.told)
        for one in dict.fromkeys(found)
        if one.word.startswith(current)
    ]


def _joined(typed: list[str]) -> tuple[list[str], int]:
    """Join what bash parts at `=`, and return how much of the last word it has already."""
    words: list[str] = []
    cut = 0
    for place, word in enumerate(typed):
        last = place == len(typed) - 1
        if word == "=" and words and words[-1].startswith("--"):
            words[-1] += "="
            cut = len(words[-1]) if last else 0
        elif place and typed[place - 1] == "=" and words and words[-1].endswith("="):
            cut = len(words[-1]) if last else 0
            words[-1] += word
        else:
            words.append(word)
    return words, cut


def _next(parser: argparse.ArgumentParser, before: list[str], current: str) -> list[Word]:
    """Return what can stand at the end of a command line, whatever of it is typed."""
    commands = _commands(parser)
    if not any(not word.startswith("-") for word in before):
        if current.startswith("-"):
            return list(_options(parser, ()))
        return [*commands.values(), *_plans("run")]
    at = _at(parser, before)
    if at.waiting is not None:
        return list(_values(at.waiting, at))
    if current.startswith("--") and "=" in current:
        name = current.partition("=")[0]
        action = at.parser._option_string_actions.get(name)  # noqa: SLF001 - it has no other way
        values = _values(action, at) if action else ()
        return [Word(f"{name}={one.word}", one.told) for one in values if one.word != FILES]
    if current.startswith("-"):
        return list(_options(at.parser, at.options))
    return list(_positional(at))


def _positional(at: _Typed) -> Iterator[Word]:
    """Return what the next word can be that is no option."""
    places = [one for one in at.parser._actions if not one.option_strings]  # noqa: SLF001 - as above
    taken = len(at.positionals)
    if taken < len(places):
        yield from _values(places[taken], at)
    elif places and places[-1].nargs in {"*", "+"}:
        yield from _values(places[-1], at)


def _commands(parser: argparse.ArgumentParser) -> dict[str, Word]:
    """Return the commands with what is said of them."""
    room = next(one for one in parser._actions if one.dest == "command")  # noqa: SLF001 - as above
    said = {one.dest: one.help or "" for one in room._choices_actions}  # type: ignore[attr-defined] # noqa: SLF001 - as above
    return {name: Word(name, said.get(name, "")) for name in room.choices or ()}


def _at(parser: argparse.ArgumentParser, before: list[str]) -> _Typed:
    """Return where on the command line the next word stands."""
    room = next(one for one in parser._actions if one.dest == "command")  # noqa: SLF001 - as above
    names = room.choices or {}
    first = next(place for place, word in enumerate(before) if not word.startswith("-"))
    is_command = before[first] in names
    command = before[first] if is_command else "run"
    own = names[command]  # type: ignore[index]
    rest = before[first + 1 :] if is_command else before
    actions: dict[str, argparse.Action] = own._option_string_actions  # noqa: SLF001 - as above
    positionals: list[str] = []
    options: list[str] = []
    waiting: argparse.Action | None = None
    for word in rest:
        if word.startswith("-") and word != "-":
            name, mark, _ = word.partition("=")
            options.append(name)
            action = actions.get(name)
            # One that may have a value has it behind a `=`.
            takes = action is not None and action.nargs not in {0, "?"} and not mark
            waiting = action if takes else None
        elif waiting is not None:
            waiting = waiting if waiting.nargs in {"*", "+"} else None
        else:
            positionals.append(word)
    return _Typed(command, own, tuple(positionals), tuple(options), waiting)


def _options(parser: argparse.ArgumentParser, given: Iterable[str]) -> Iterator[Word]:
    """Return the options that were not given yet."""
    for action in parser._actions:  # noqa: SLF001 - as above
        if action.option_strings and not set(action.option_strings) & set(given):
            told = "" if action.help in {None, argparse.SUPPRESS} else str(action.help)
            yield Word(action.option_strings[-1], told)


def _values(action: argparse.Action, at: _Typed) -> Iterator[Word]:
    """Return what a positional word or the value of an option can be."""
    what = str(action.metavar or action.dest).upper()
    if action.choices is not None:
        hidden = at.command == "completion"
        yield from (Word(str(one)) for one in action.choices if not (hidden and one == "words"))
    elif what in {"PLAN", "PHASE|PLAN", "PLAN|PHASE", "PHASE"}:
        if "PLAN" in what:
            yield from _plans(at.command)
        if "PHASE" in what:
            yield from _phases()
    elif action.dest in {"task", "until"}:
        yield from _tasks(at)
    elif action.dest == "choose":
        yield from _choices(at)
    elif action.dest == "run":
        yield from _runs(at)
    elif action.dest == "agent":
        yield from _agents()
    elif what in {"PATH", "FILE", "DIR", "FOLDER"}:
        yield Word(FILES)


def _seen() -> Overview:
    """Return where the project's plans stand; nothing where that can't be told."""
    from gsd_run.cli.status import project_root  # noqa: PLC0415 - not for options
    from gsd_run.running.looking.overview import overview  # noqa: PLC0415 - as above

    try:
        return overview(project_root())
    except Exception:  # noqa: BLE001 - whatever is wrong, a half-typed word is no place to say it
        return Overview(())


def _plans(command: str) -> Iterator[Word]:
    """Return the names of the plans that a command is for, of all if it is for none of them."""
    plans = [one for one in _seen().plans if not one.plan.archived or one.run is not None]
    states = _FOR.get(command)
    fit = [
        one
        for one in plans
        if (states is None or one.state in states) and (command not in _WITH_A_RUN or one.run)
    ]
    for one in fit or plans:
        yield Word(one.name, ", ".join(part for part in (one.state, one.plan.title) if part))


def _phases() -> Iterator[Word]:
    phases = dict.fromkeys(one.plan.phase for one in _seen().plans if not one.plan.archived)
    yield from (Word(phase, "a phase") for phase in phases)


def _meant(at: _Typed) -> Standing | None:
    """Return the plan that is typed already, else the only one that the command can be for."""
    plans = _seen().plans
    for word in at.positionals:
        found = [one for one in plans if word in {one.plan.id, one.plan.path}]
        if found:
            return found[0]
    fit = [one for one in plans if one.state in _FOR.get(at.command, _GOING_ON)]
    return fit[0] if len(fit) == 1 and not at.positionals else None


def _tasks(at: _Typed) -> Iterator[Word]:
    one = _meant(at)
    if one is None:
        return
    if one.run is not None:
        yield from (Word(str(number), name) for number, name, _, _ in one.run.tasks)
    else:
        yield from (Word(str(number)) for number in range(1, one.plan.tasks + 1))


def _choices(at: _Typed) -> Iterator[Word]:
    one = _meant(at)
    if one and one.run and one.run.asks:
        yield from (Word(option) for option in one.run.asks.options)


def _runs(at: _Typed) -> Iterator[Word]:
    """Return the runs of the plan that is typed already, else all; the newest first."""
    one = _meant(at)
    wanted = one.plan.path if one else ""
    for run, plan in reversed(_seen().runs):
        if wanted in {"", plan}:
            yield Word(run, plan)


def _agents() -> Iterator[Word]:
    """Return the agents that are known, and those of the project's settings."""
    import tomllib  # noqa: PLC0415 - only here

    from gsd_run.cli.status import project_root  # noqa: PLC0415 - only here

    yield from (Word(name) for name in _AGENTS)
    try:
        place = os.path.join(project_root(), ".planning", "gsd-run.toml")  # noqa: PTH118 - in a hurry
        with open(place, "rb") as file:  # noqa: PTH123 - as above
            agents = tomllib.load(file).get("agents", {})
    except Exception:  # noqa: BLE001 - as above
        return
    if isinstance(agents, dict):
        yield from (Word(str(name), "of this project") for name in agents)
