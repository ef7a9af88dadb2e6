"""Whether a test says what a truth says: all of its words, in the same sense, and little more."""

import re
from collections.abc import Sequence

from msgspec import Struct

from gsd_run.checking.truths.words import Words, words_of
from gsd_run.domain import lazy

_MOST_MORE = 2  # words that a test's title may have beyond those of the truth
_LEAST_OWN = 2  # of the truth's words that the title itself must have


class TestWords(Struct, frozen=True, kw_only=True):
    """What a test says of itself: titles or docstring each alone, and what stands around it."""

    __test__ = False

    titles: tuple[str, ...]
    around: tuple[str, ...] = ()


class Fit(Struct, frozen=True, kw_only=True):
    """How well a test says what a truth says: not at all with `why`, and how many words it has."""

    covered: int
    why: str = ""

    @property
    def fits(self) -> bool:
        """Tell whether the test says the same."""
        return not self.why


def fit(truth: Words, test: TestWords) -> Fit:
    """Return how well a test fits a truth; of title and docstring the one that fits better."""
    around = [words_of(text) for text in test.around]
    fits = [_of_title(truth, words_of(title), around) for title in test.titles if title]
    return max(fits, key=lambda one: (one.fits, one.covered), default=Fit(covered=0, why="no name"))


def _of_title(truth: Words, title: Words, around: Sequence[Words]) -> Fit:
    said = {word for words in (title, *around) for word in words.content}
    missing = [word for word in truth.content if word not in said]
    covered = len(truth.content) - len(missing)
    return Fit(covered=covered, why=_why(truth, title, around, missing))


def _why(truth: Words, title: Words, around: Sequence[Words], missing: list[str]) -> str:  # noqa: PLR0911 - rules
    if missing:
        return f"it does not say {_listed(truth, missing)}"
    for name in truth.names:
        if not any(_stands_in(name, words.plain) for words in (title, *around)):
            return f"it does not name {' '.join(name)}"
    if title.nots != truth.nots:
        return "one of the two denies what the other says"
    more = [word for word in title.content if word not in truth.content]
    if turned := sorted((title.turning | _all_turning(around)) - truth.turning):
        return f'it says "{turned[0]}", which the truth does not'
    if narrower := [word for word in more if word in title.conditions]:
        return f'it is for "{narrower[0]}" alone'
    if len(more) > _MOST_MORE:
        return f"it says more: {', '.join(more)}"
    if len(set(title.content) & set(truth.content)) < _LEAST_OWN:
        return "its own title says too little"
    if truth.ordered and not _same_order(truth, title):
        return "it says the words in another order"
    return ""


def _all_turning(around: Sequence[Words]) -> frozenset[str]:
    return frozenset(word for words in around for word in words.turning)


def _listed(truth: Words, missing: Sequence[str]) -> str:
    """Return the words as the truth has them."""
    spelled = {stem: word for word in reversed(truth.plain) for stem in words_of(word).content}
    return ", ".join(repr(spelled.get(one, one)) for one in missing[:4])


def _stands_in(name: tuple[str, ...], plain: tuple[str, ...]) -> bool:
    size = len(name)
    return any(plain[at : at + size] == name for at in range(len(plain) - size + 1))


def _same_order(truth: Words, title: Words) -> bool:
    common = set(truth.content) & set(title.content)
    return [w for w in truth.content if w in common] == [w for w in title.content if w in common]


_DENYING = frozenset(
    {"reject", "refus", "throw", "rais", "deni", "deny", "forbid", "fail", "error"}
)
# What is written for people: docstrings and comments.
_NO_CODE = lazy.pattern(
    r"\"\"\".*?\"\"\"|\'\'\'.*?\'\'\'|(?:^|(?<=\s))(?:#|//)[^\n]*|/\*.*?\*/", re.DOTALL
)
_DENIED = lazy.pattern(
    r"rais|throw|reject|error|\berr\b|Err\(|fail|fals|deni|forbid|panic|[45]\d\d|!==? ?0|status|"
    r"exit|return_?code|not|null|none|invalid",
    re.IGNORECASE,
)


def unlike(truth: Words, body: str, beside: str) -> str:
    """Say what of a truth the body of a test with a fitting title does not deal with, "" if all.

    Its numbers must stand in it, what is refused must be looked for, and some of its words must
    come up in the code: in the body or `beside` it, in the names of the modules that it uses.
    """
    code = _NO_CODE.sub(" ", body.partition("\n")[2])
    plain = set(re.findall(r"\d+(?:\.\d+)*", code.replace("_", "")))
    for number in (word for word in truth.plain if word[0].isdigit()):
        if number not in plain:
            return f"there is no {number} in it"
    denying = bool(truth.turning & _DENYING)
    if denying and not _DENIED.search(code):
        return "nothing in it looks for a refusal or an error"
    common = set(truth.content) & {*words_of(code).content, *words_of(beside).content}
    if len(common) + denying < _LEAST_OWN:
        return "its code deals with too little of it"
    return ""
