"""What words mean of a certain command, and whether they can speak of it at all."""

import re

from msgspec.structs import replace

from gsd_run.checking.predicates.http import CLIENTS
from gsd_run.domain import lazy
from gsd_run.domain.claim import Expectation
from gsd_run.outside.shell import programs

_STATUS = 100  # the least status of an HTTP response
_COUNTS = lazy.pattern(r"\|\s*(?:wc|grep\s+-\w*c|jq)\b")
_NO_ERRORS = lazy.pattern(r"\b(?:no|zero|0|without(?: any)?) errors?\b", re.IGNORECASE)
_FILES_EXIST = lazy.pattern(r"\b(?:files?|folders?|director(?:y|ies)) exists?\b", re.IGNORECASE)
# They end well whatever errors the text that they show speaks of.
_SHOWERS = frozenset(
    {"cat", "tail", "head", "less", "docker", "kubectl", "journalctl", "echo", "curl", "wget"}
    | {"git", "ls", "find", "sed", "awk", "jq", "grep", "egrep", "fgrep", "rg", "open", "ps"}
)
_LOOK_FOR_FILES = frozenset({"ls", "test", "[", "[[", "stat", "cd"})


def of_command(expectation: Expectation, command: str) -> Expectation:
    """Return what an expectation means of a command: "returns 200" of `curl` is a response's."""
    is_status = _STATUS <= (expectation.number or 0) < 6 * _STATUS
    if expectation.kind == "output_count" and expectation.value == "==" and is_status:
        asks = bool(command) and bool(programs(command) & CLIENTS)
        if asks and not _COUNTS.search(command):
            return replace(expectation, kind="http_status", value="")
    return expectation


def fits(expectation: Expectation, command: str) -> bool:
    """Tell whether a command's success can show what words about errors or files say."""
    if expectation.kind != "exit_zero" or not command:
        return True
    if _FILES_EXIST.search(expectation.text):
        return bool(programs(command)) and programs(command) <= _LOOK_FOR_FILES
    return not (_NO_ERRORS.search(expectation.text) and programs(command) & _SHOWERS)
