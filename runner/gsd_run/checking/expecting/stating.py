"""From the words that a pattern found to the expectations that they state."""

import re
from collections.abc import Callable

from gsd_run.domain.claim import Expectation, ExpectationKind

Rule = Callable[[re.Match[str], str], tuple[Expectation, ...]]

NAME = r"[A-Z]\w*(?:Error|Exception|Warning|Failure)"
# Words in quotes, whichever those are.
QUOTE = r"\"([^\"]+)\"|'([^']+)'|`([^`]+)`"
_ANY_KIND = frozenset(["all", "the", "these", "of", "every", "each", "its", "unit", "new", "full"])


def count(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
    """Compile a number of tests that passed, of all that ran if that is said."""
    groups = match.groupdict()
    total = groups.get("m") or (match["n"] if groups.get("all") else None)
    return (
        Expectation(
            kind="tests_passed",
            text=text,
            value=_kind(match),
            number=int(match["n"]),
            total=int(total) if total else None,
        ),
    )


_SIGNS = {
    "": "==", "exactly": "==", "=": "==", "==": "==", "at least": ">=", "≥": ">=", ">=": ">=",
    "at most": "<=", "≤": "<=", "<=": "<=", "more than": ">", ">": ">", "less than": "<",
    "fewer than": "<", "<": "<", "under": "<", "below": "<", "greater than": ">", "over": ">",
    "above": ">", "no more than": "<=", "up to": "<=", "no fewer than": ">=", "no less than": ">=",
    "minimum": ">=", "maximum": "<=",
}  # fmt: skip
_COUNT_WORDS = {"one": 1, "a": 1, "two": 2, "three": 3, "zero": 0}


def counted(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
    """Compile a number of matches; without a number, one or more are meant."""
    groups = match.groupdict()
    said = groups.get("n")
    sign = " ".join((groups.get("sign") or "").lower().split())
    if said is None:
        return (Expectation(kind="output_count", text=text, value=">=", number=1),)
    number = float(_COUNT_WORDS.get(said.lower(), said))
    value = ">=" if groups.get("up") or said.lower() == "a" else _SIGNS[sign]
    return (Expectation(kind="output_count", text=text, value=value, number=number),)


def amount(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
    """Compile a percentage or size in comparison; its unit stands behind the sign."""
    sign = " ".join((match["sign"] or "").lower().split())
    unit = match["unit"].upper().removesuffix("S").replace("BYTE", "B")
    value = f"{_SIGNS[sign]} {unit}"
    return (Expectation(kind="output_amount", text=text, value=value, number=float(match["n"])),)


def between(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
    """Compile a range of numbers, both ends included."""
    return (
        Expectation(kind="output_count", text=text, value=">=", number=float(match["low"])),
        Expectation(kind="output_count", text=text, value="<=", number=float(match["high"])),
    )


def statuses(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
    """Compile a choice of exit statuses."""
    value = ",".join(re.findall(r"\d+", match["statuses"]))
    return (Expectation(kind="exit_in", text=text, value=value),)


def quoted(kind: ExpectationKind) -> Rule:
    """Compile words in quotes; a number in quotes that is printed is a number."""

    def rule(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
        groups = match.groupdict()
        values = [next(filter(None, one)) for one in re.findall(QUOTE, match["values"])]
        if groups.get("prints") and len(values) == 1 and values[0].isdecimal():
            number = float(values[0])
            return (Expectation(kind="output_count", text=text, value="==", number=number),)
        return tuple(Expectation(kind=kind, text=text, value=value) for value in values)

    return rule


def files(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
    """Compile the names of files that the output shows."""
    names = re.split(r",? and |, ", match["files"])
    return tuple(Expectation(kind="output_contains", text=text, value=one) for one in names)


def at_least_tests(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
    """Compile the least number of tests that pass."""
    more = (match.groupdict().get("strict") or "").strip() in {">", "more than", "over"}
    number = int(match["n"]) + more
    return (Expectation(kind="tests_at_least", text=text, value=_kind(match), number=number),)


def covered(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
    """Compile the coverage of a file, or of all."""
    groups = match.groupdict()
    return (
        Expectation(
            kind="coverage_above" if groups["more"] else "coverage_at_least",
            text=text,
            value=groups.get("file") or "",
            number=float(match["percent"]),
        ),
    )


def _kind(match: re.Match[str]) -> str:
    """Return the words that say which tests are meant ("ORM"), less those that say nothing."""
    words = (match.groupdict().get("kind") or "").split()
    return " ".join(word for word in words if word.lower() not in _ANY_KIND)


def each(kind: ExpectationKind) -> Rule:
    """Return the rule that makes an expectation of each name of an error."""

    def rule(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
        names = re.findall(NAME, match["names"])
        return tuple(Expectation(kind=kind, text=text, value=name) for name in names)

    return rule


def plain(kind: ExpectationKind, number: float | None = None) -> Rule:
    """Return the rule that takes the number, the file or the words as the pattern found them."""

    def rule(match: re.Match[str], text: str) -> tuple[Expectation, ...]:
        groups = match.groupdict()
        figure = groups.get("n") or groups.get("percent")
        return (
            Expectation(
                kind=kind,
                text=text,
                value=groups.get("file") or groups.get("value") or _kind(match),
                number=float(figure) if figure else number,
            ),
        )

    return rule
