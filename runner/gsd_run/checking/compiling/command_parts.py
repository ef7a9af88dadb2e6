"""Claims with commands of their own, compiled: how those should end, and what they should show."""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from gsd_run.checking.commands.blocks import Block, Words
from gsd_run.checking.compiling.texts import STATED, Read, claim_of
from gsd_run.checking.expecting.beside import ENDS, Asked, asked
from gsd_run.checking.expecting.expectations import compiled
from gsd_run.checking.expecting.statements import Sources, misses, statement_parts, with_files
from gsd_run.checking.measuring.runners import test_members
from gsd_run.domain import lazy
from gsd_run.domain.claim import Claim, Expectation, Part, ScriptCheck, ScriptSource

# What stands around a command in a sentence and says no more than that it is run.
_RUNS = lazy.pattern(
    r"(?:(?:please )?(?:run|running|execute|then|and|also|with|via|using|by|under|when|check|"
    r"verify|confirm|the command|first|finally|again|successfully|"
    r"from (?:the )?(?:repo(?:sitory)?|project) root)\b\W*)*",
    re.IGNORECASE,
)
# Words in front of a command that ask more than their command says.
_DEMANDS = lazy.pattern(r"\b(?:should|must|at least|at most|exactly)\b|[≥≤<>=]", re.IGNORECASE)
_ENDING = ENDS | {"exit_zero", "exit_zero_or_no_match"}


def verify_claims(item: Read) -> list[Claim]:
    """The commands are one claim; each line of prose beside them is a claim of its own.

    Words in front of a command that only say what it is for are none: the plan itself names the
    command as their check.
    """
    block = item.block
    own = item.source
    what = asked(block)
    parts = [*_ending(item, own, what.ends), *_unclear(what)]
    if block.absent:
        reason = f'no command: "{block.absent}"'
        parts.append(Part(text=block.absent, rule="sentinel", unproven=reason))
    claims = [claim_of(item, parts)]
    stated = [words for words in block.words if _is_claim(words)]
    for number, words in enumerate(stated, 1):
        wording = item.wording.beside(number, words.text, words.offset)
        beside = Read(wording=wording, text=words.text, block=Block())
        found: list[Part] = []
        if words.role == "apart":
            why = f'a person is to look at this: "{words.text}"'
            found.append(Part(text=words.text, rule="for a person", unproven=why))
            claims.append(claim_of(beside, found))
            continue
        for command in _spoken_of(words, block):
            below = Sources(scripts=(own,), nearest=True, command=command)
            found += statement_parts(words.text, below)
        claims.append(claim_of(beside, tuple(dict.fromkeys(found))))
    return claims


def _is_claim(words: Words) -> bool:
    if words.role != "lead":
        return True
    return bool(compiled(words.text).expectations or _DEMANDS.search(words.text))


def _spoken_of(words: Words, block: Block) -> list[str]:
    """Return the commands that a line of prose speaks of, "" for all of them.

    Words that stand by themselves mean the command above, and if they are about tests, the last
    one above that runs tests.
    """
    if len(block.commands) == 1 or not words.of:
        return [""]
    if words.near or len(words.of) > 1:
        return [block.texts[number] for number in words.of]
    found = compiled(words.text).expectations
    about_tests = any(one.kind.startswith("tests_") for one in found)
    above = block.texts[: words.of[-1] + 1]
    running = [command for command in above if test_members(command)] if about_tests else []
    return [(running or above)[-1]]


def _ending(item: Read, own: ScriptSource, ends: Sequence[Expectation]) -> list[Part]:
    if not ends:
        return []
    check = ScriptCheck(sources=(own,), expectations=tuple(ends))
    return [Part(text="\n".join(item.block.texts), rule="its own commands", check=check)]


def _unclear(what: Asked) -> list[Part]:
    return [
        Part(text=command, rule="its own commands", unproven=why) for command, why in what.unclear
    ]


def mentions_only(item: Read) -> bool:
    """Tell whether a sentence has a command in it, but says more than that it is run.

    Such a command is not the sentence's check, and is not run.
    """
    if item.wording.kind not in STATED:
        return False
    clauses = [clause for prose in item.block.prose for clause in compiled(prose).prose]
    return not all(_RUNS.fullmatch(clause.strip(" .:()")) for clause in clauses)


def command_parts(item: Read) -> list[Part]:
    """A list item: its command decides it, with what its words ask of the output.

    Words that are not understood say what the command is for, unless they ask something of it;
    the plan itself names the command as their check.
    """
    block = item.block
    own = item.source
    what = asked(block)
    leading = [compiled(words.text) for words in block.words if words.role == "around"]
    if len(block.commands) == 1:
        leading = []
    shows = with_files([*what.shows, *(one for words in leading for one in words.expectations)])
    strange = {one.text: why for one in shows if (why := misses(one, one.command or own.script))}
    fitting = [one for one in shows if one.text not in strange and one.kind not in _ENDING]
    parts = [*_ending(item, own, (*what.ends, *dict.fromkeys(fitting))), *_unclear(what)]
    parts = [replace(part, text=item.text, rule="its own command") for part in parts]
    for clause in dict.fromkeys(what.unknown):
        why = f'no program check is known for "{clause}"'
        parts.append(Part(text=clause, rule="prose", unproven=why))
    parts += [
        Part(text=text, rule="its own command", unproven=why) for text, why in strange.items()
    ]
    return parts
