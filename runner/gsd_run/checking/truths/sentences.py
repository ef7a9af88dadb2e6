"""What all rules over a truth's sentence share: its parts, and what is left of it."""

import re

from gsd_run.domain import lazy
from gsd_run.domain.claim import Check, Part

# What stands before a name and says nothing of it.
ARTICLE = r"(?:(?:the|a|an|file|both|new|existing|old|legacy|deprecated|barrel|module) )*"
_CONDITION = lazy.pattern(
    r"(?:when|if|unless|once|after|before|until|while|whenever|during|for|in|at|on|under|by|from|via|"
    r"only|upon|per|to|given|into|inside|within|except|excluding|or|either)\b",
    re.IGNORECASE,
)
_SOON = lazy.pattern(
    r"(?:[\w-]+ ){0,3}(?:when|if|unless|once|after|before|while|during)\b", re.IGNORECASE
)
_LEADING = lazy.pattern(r"^[\s,;:.—–-]+")


def rest_of(sentence: str, end: int, *, purpose: bool = False) -> str | None:
    """Return what follows a clause that ends at a character, "" for nothing.

    None when what follows makes the clause itself something else: a condition, an alternative.
    `purpose` tells that "for" says here what something is for.
    """
    behind = sentence[end:]
    if behind and re.match(r"[\w/-]", behind):
        return None
    rest = _LEADING.sub("", behind).strip(" .")
    if purpose and rest.lower().startswith("for "):
        return rest
    return None if _CONDITION.match(rest) or _SOON.match(rest) else rest


def parts(text: str, rule: str, checks: list[Check], rest: str) -> tuple[Part, ...]:
    """Return the parts of a truth of which a clause has checks; the rest is undecided."""
    clause = text.removesuffix(rest).rstrip(" ,;:—–-(") if rest else text
    found = [Part(text=clause, rule=rule, check=check) for check in checks]
    return (*found, left(rest)) if rest else tuple(found)


def left(rest: str) -> Part:
    """Return the undecided part that is left of a sentence."""
    return Part(text=rest, rule="the rest of the truth", unproven=f'nothing checks "{rest}"')
