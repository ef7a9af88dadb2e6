"""Mends for grep: the option by which it reads a pattern, or a folder, as it is meant."""

import re
from collections.abc import Iterable, Iterator

from gsd_run.checking.compiling.wording import Wording
from gsd_run.checking.lint.fixes.fix import Fix, pair
from gsd_run.checking.lint.rules.searches import folder_searches, misread, searches
from gsd_run.checking.lint.subject import Subject
from gsd_run.domain import lazy
from gsd_run.outside.calls import Call

# What -E reads otherwise, and a bar or a plus beside it does not show to be meant so: an escaped
# bracket, a question mark, a call's brackets, a sum, a counted repetition.
_OTHERWISE = lazy.pattern(r"\\[(){}?+|]|\?|\w\(|\(\)|\{|(?<![\]).])(?<!\\[wsSW])\+|^[*|]|\|$|\|\|")


def basic_patterns(subject: Subject, wording: Wording) -> Iterator[Fix]:
    """Have grep read a pattern with a bare | or + as an extended one, where all of it can be."""
    for text in _commands(subject, wording):
        for call, search in searches(text):
            patterns = [word.text for word in search.patterns]
            if any("-E" in misread(search.dialect, pattern) for pattern in patterns) and all(
                _reads_the_same(pattern) for pattern in patterns
            ):
                reason = "without -E, grep takes | and + in its pattern for themselves"
                yield from _with_option(wording, text, call, "-E", reason)


def _reads_the_same(pattern: str) -> bool:
    balanced = pattern.count("(") == pattern.count(")")
    return balanced and _OTHERWISE.search(pattern) is None


def searched_folders(subject: Subject, wording: Wording) -> Iterator[Fix]:
    """Have grep go into the folders that it is given; but a count would become one per file."""
    for text in _commands(subject, wording):
        seen: set[int] = set()
        for call, word in folder_searches(subject, text):
            if call.start not in seen and not call.flags("c") and not call.has("--count"):
                seen.add(call.start)
                reason = f"grep does not go into the folder {word.text} without -r"
                yield from _with_option(wording, text, call, "-r", reason)


def _commands(subject: Subject, wording: Wording) -> Iterable[str]:
    return [command.text for claim, command in subject.commands() if claim.id == wording.id]


def _with_option(
    wording: Wording, text: str, call: Call, option: str, reason: str
) -> Iterator[Fix]:
    """Write an option behind the name of a call's program, wherever the claim has that call."""
    name = next((word for word in call.words if re.search(r"grep$", word.text)), None)
    if name is None or text[name.start : name.start + len(name.text)] != name.text:
        return
    whole = text[call.start : call.end]
    place = wording.text.find(whole)
    while place >= 0:
        start = place + name.start - call.start
        end = start + len(name.text)
        after = f"{name.text} {option}{wording.text[end : place + len(whole)]}"
        change = pair(wording.text, start, place + len(whole), after)
        yield Fix(pairs=(change,), reason=reason)
        place = wording.text.find(whole, place + len(whole))
