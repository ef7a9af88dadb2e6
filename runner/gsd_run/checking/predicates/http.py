"""Responses over HTTP: the status that a client showed."""

import re

from gsd_run.checking.predicates.observation import Observation, observed
from gsd_run.checking.predicates.status import started, told
from gsd_run.domain import lazy
from gsd_run.domain.claim import Expectation
from gsd_run.domain.measurement import CommandRun, Measurement
from gsd_run.outside.shell import split

CLIENTS = frozenset({"curl", "http", "https", "xh", "wget", "hurl"})
_CLIENT_ERROR = 400
_REFUSED = 22  # what `curl -f` ends with on a status of 400 or more
# What only passes on what the client shows, or a part of it.
_PASSES_ON = frozenset({"head", "tail", "grep", "egrep", "tee", "cat"})
_STATUS_LINE = lazy.pattern(r"^(?:< )?HTTP/[\d.]+ (\d{3})\b", re.MULTILINE)


def http_status(
    expectation: Expectation, measurement: Measurement, _: Measurement | None
) -> Observation:
    """The response has the status that is asked for, as the client itself shows it.

    Shown is the last status line (`-i`, `-I`, `-v`), or the number alone that
    `-w '%{http_code}'` writes. Of a client that shows none, nothing is known.
    """
    commands = [one for one in measurement.commands if not one.background]
    asking = [one for one in commands if _asks(one)]
    if len(asking) != 1:
        return observed("UNPROVEN", "not one HTTP client alone ran", measurement)
    command = asking[0]
    if not started(command):
        return observed("UNPROVEN", told(command), measurement)
    status = _shown(command)
    if status is None:
        reason = f"no HTTP status is shown ({told(command) if command.status else 'exit 0'})"
        return observed("UNPROVEN", reason, measurement)
    wanted = int(expectation.number or 0)
    holds = status == wanted
    if holds and command.statuses[:1] not in {(0,), (_REFUSED,)}:
        return observed("UNPROVEN", told(command), measurement)
    reason = f"HTTP {status}" if holds else f"HTTP {status}, {wanted} is asked for"
    return observed("PROVEN" if holds else "REFUTED", reason, measurement)


def _asks(command: CommandRun) -> bool:
    pipelines = split(command.text)
    if not pipelines or len(pipelines) != 1:
        return False
    first, *later = pipelines[0].members
    return first.program in CLIENTS and all(one.program in _PASSES_ON for one in later)


def _shown(command: CommandRun) -> int | None:
    lines = _STATUS_LINE.findall(f"{command.stdout}\n{command.stderr}")
    if lines:
        return int(lines[-1])
    if "http_code" not in command.text and "response_code" not in command.text:
        return None
    printed = command.stdout.strip().splitlines()
    number = re.fullmatch(r"(?:[A-Za-z:=_ ]*\b)?(\d{3})", printed[-1].strip()) if printed else None
    return int(number[1]) if number else None
