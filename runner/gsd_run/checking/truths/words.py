"""A sentence as its words of content: split from names, stemmed, with what turns its sense."""

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from gsd_run.domain import lazy

# Words that only hold a sentence together; what limits, counts or turns its sense is not here.
_STOP = frozenset(
    {"a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "with", "and", "or", "as", "is",
     "are", "be", "been", "being", "was", "were", "it", "its", "this", "that", "these", "those",
     "which", "who", "then", "so", "via", "from", "into", "onto", "do", "does", "did", "has",
     "have", "had", "will", "would", "shall", "should", "must", "can", "could", "may", "might",
     "when", "if", "while", "where", "there", "their", "they", "them", "we", "our", "us", "you",
     "your", "i", "he", "she", "his", "her", "also", "thus", "hence", "s", "t", "ve", "re", "ll",
     "d", "etc", "eg", "ie"}
)  # fmt: skip
_GENERIC = frozenset({"test", "tests", "spec", "specs", "still", "now", "new"})
_NOT = frozenset(
    {"not", "no", "never", "cannot", "without", "neither", "nor", "non", "none", "isn", "aren"}
    | {"doesn", "don", "didn", "won", "can't", "wasn", "weren", "shouldn", "mustn", "couldn"}
    | {"hasn", "haven", "nothing", "nobody", "nowhere"}
)
# By these a sentence says the contrary of what it says without them, or something narrower.
_TURNING = frozenset(
    {"reject", "refus", "fail", "deni", "deny", "ignor", "skip", "throw", "rais", "error",
     "invalid", "miss", "except", "unless", "only", "instead", "prevent", "block", "disabl",
     "forbid", "forbidden", "unauthor", "unauthoriz", "broken", "wrong", "drop", "remov", "delet",
     "partial", "mock", "stub", "fak", "todo", "some", "sometim", "abort", "cancel", "exclud",
     "un", "unabl", "lack", "off", "un-"}
)  # fmt: skip
_CONDITIONS = frozenset(
    {"when", "if", "unless", "for", "on", "with", "after", "before", "until", "in", "at", "while",
     "given", "under", "during", "once", "where", "by", "within", "using", "except"}
)  # fmt: skip
_ORDERING = frozenset(
    {"from", "to", "before", "after", "than", "over", "into", "between", "instead", "onto", "then",
     "above", "below", "precedes", "follows", "overrides", "wins", "per"}
)  # fmt: skip
_PIECE = lazy.pattern(r"[A-Za-z]+(?:['’][a-z]+)?|\d+(?:\.\d+)*|[<>]=?|[≥≤%$=→]|!=")
_HUMP = lazy.pattern(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_|(?<=[A-Za-z])(?=\d)")
_QUOTED = lazy.pattern(r"`([^`]+)`|\"([^\"]+)\"|(?<!\w)'([^']+)'(?!\w)|“([^”]+)”")
# What can only be a name of the code, or a path: camelCase, snake_case, a.b, a/b, call().
_NAME = lazy.pattern(
    r"[A-Za-z_$][\w$]*(?:(?:\.|::|/|#)[A-Za-z_$][\w$-]*)+|\b[a-z]+[a-z0-9]*[A-Z]\w*|\b[A-Z]\w*[a-z]\w*"
    r"[A-Z]\w*|\b\w*[A-Za-z0-9]_\w+|\b[\w$]+(?=\(\))|(?<!\w)--?[a-z][\w-]*|/[\w/:{}.-]+"
)
_LEAST = 3  # letters that a stem has


class Words(Struct, frozen=True, kw_only=True):
    """The words of a sentence.

    `content` are the stems in their order; `plain` all its words, lower-cased and split but not
    stemmed; `names` are the names of code in it, each as its pieces. `nots` counts the words that
    deny it, `turning` are those that turn or narrow its sense; `conditions` are the stems that
    stand behind a word such as "when". With `ordered` it matters which of two stands first.
    """

    content: tuple[str, ...]
    plain: tuple[str, ...]
    names: tuple[tuple[str, ...], ...] = ()
    nots: int = 0
    turning: frozenset[str] = frozenset()
    conditions: frozenset[str] = frozenset()
    ordered: bool = False


@lru_cache(maxsize=20_000)
def words_of(text: str) -> Words:
    """Return the words of a sentence, of a test's title, or of a test function's name."""
    plain = tuple(_pieces(text))
    content: list[str] = []
    conditions: set[str] = set()
    nots, behind = 0, False
    for word in plain:
        behind = behind or word in _CONDITIONS
        if word in _NOT or word.endswith(("n't", "n’t")):
            nots += 1
            continue
        if word in _STOP or word in _GENERIC:
            continue
        content.append(stem(word))
        if behind:
            conditions.add(content[-1])
    names = dict.fromkeys(tuple(_pieces(name)) for name in _names(text))
    return Words(
        content=tuple(dict.fromkeys(content)),
        plain=plain,
        names=tuple(name for name in names if name),
        nots=nots,
        turning=frozenset(content) & _TURNING,
        conditions=frozenset(conditions),
        ordered=not _ORDERING.isdisjoint(plain) or "→" in text,
    )


def _pieces(text: str) -> Iterator[str]:
    for piece in _PIECE.findall(_HUMP.sub(" ", text)):
        yield piece.lower()


def _names(text: str) -> Iterator[str]:
    for match in _QUOTED.finditer(text):
        yield next(one for one in match.groups() if one is not None)
    for match in _NAME.finditer(_QUOTED.sub(" ", text)):
        yield match[0]


def stem(word: str) -> str:
    """Return a word without the endings of its forms: creates, created, creating are one."""
    if not word.isalpha() or len(word) <= _LEAST:
        return word
    for ending, instead in (("ies", "y"), ("ied", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""),
                            ("s", "")):  # fmt: skip
        if word.endswith(ending) and not (ending == "s" and word.endswith(("ss", "us", "is"))):
            bare = word[: -len(ending)] + instead
            if len(bare) >= _LEAST and re.search(r"[aeiouy]", bare):
                word = _undoubled(bare) if ending in {"ing", "ed"} else bare
                break
    return word[:-1] if word.endswith("e") and len(word) > _LEAST + 1 else word


def _undoubled(word: str) -> str:
    doubled = len(word) > _LEAST and word[-1] == word[-2] and word[-1] not in "lsz"
    return word[:-1] if doubled else word
