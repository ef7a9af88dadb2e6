"""What a plan asks of each of its commands, one by one, as `explain` and lint show it."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from gsd_run.checking.commands.blocks import Block, Words
from gsd_run.checking.expecting.expectations import compiled
from gsd_run.domain import lazy
from gsd_run.domain.claim import Expectation

_IMPLICIT = Expectation(kind="exit_zero", text="", implicit=True)
_SENTENCE = lazy.pattern(r"(?<=[\w)`\"'])[.!]\s+(?=[A-Z`])|\n+")
_CLAUSE = lazy.pattern(r";\s+(?![^()]*\))")
# How sentences begin that speak of what a command shows, not of something else to look at.
_SPEAKS = lazy.pattern(
    r"(?:(?:verify|check|confirm|ensure|expect)(?: that)? )?(?:the |all |both |its )*"
    r"(?:should|must|expect|output|results?\b|returns?|shows?|prints?|lists?\b|exits?|no\b|none\b|"
    r"zero|0\b|each\b|every|tests?\b|\w+ tests? |\w+ should|\d+|[≥≤<>=]|command|build\b|compil|"
    r"pass|type|empty|not?\b|\w+ passes\b)|(?:all|both)\b",
    re.IGNORECASE,
)
_PURPOSE = lazy.pattern(
    r"(?:verify|check|confirm|ensure|validate|make sure|must|should)\b", re.IGNORECASE
)


def expects_of(block: Block) -> tuple[tuple[Expectation, ...], ...]:
    """Return for each command what is expected of it; where nothing is said, that it succeeds."""
    return tuple(
        tuple(dict.fromkeys(_expected(block, number))) or (_IMPLICIT,)
        for number in range(len(block.commands))
    )


def _expected(block: Block, number: int) -> Iterator[Expectation]:
    own = [words for words in block.words if number in words.of]
    behind = [one for words in own if words.role == "behind" for one in _spoken(words)]
    if not behind:
        behind = [
            words.text
            for words in own
            if words.role == "lead" and words.near and _PURPOSE.match(words.text)
        ]
    for words in behind:
        result = compiled(words, block.commands[number].text)
        if result.prose or not result.expectations:
            yield Expectation(kind="prose", text=words)
        else:
            yield from (replace(one, text=words) for one in result.expectations)


def _spoken(words: Words) -> Iterator[str]:
    """Return the sentences that speak of the command: the first beside it does in any case."""
    for place, sentence in enumerate(_SENTENCE.split(words.text)):
        for clause in _CLAUSE.split(sentence):
            beside = place == 0 and words.near
            if clause.strip() and (beside or _SPEAKS.match(clause.strip())):
                yield clause.strip()
