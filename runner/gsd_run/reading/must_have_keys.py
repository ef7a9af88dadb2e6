"""The keys of must-haves as plans spell them; of several that mean one thing all count."""

from functools import lru_cache

from gsd_run.domain import lazy
from gsd_run.reading.fields import field_name

LISTS = ("truths", "artifacts", "key_links", "prohibitions")

PATH = ("path", "file", "name", "filename", "filepath")
STATEMENT = ("statement", "truth", "prohibition", "description", "text", "criterion")
REMARKS = frozenset((
    "id", "note", "notes", "comment", "reason", "rationale", "requirement", "requirements", "flags",
))  # fmt: skip

CONTAINS = ("contains", "contains_also", "must_contain", "includes", "contains_all")
LACKS = (
    "not_contains", "contains_negated", "must_not_contain", "does_not_contain", "excludes",
    "contains_not", "not_contain", "lacks", "absent_text", "forbidden",
    "not_pattern", "pattern_negated", "negated_pattern", "forbidden_pattern",
)  # fmt: skip
MATCHES = ("pattern", "regex", "matches", "contains_regex", "contains_pattern")
ABSENT = ("absent", "deleted", "removed", "must_not_exist", "not_exists")
PRESENT = ("exists", "present", "must_exist")
ANY_CASE = ("ignore_case", "case_insensitive")
NEGATED = ("negated", "negate", "must_not_match")
FLAGS = frozenset((*ABSENT, *PRESENT, *ANY_CASE, *NEGATED))
NUMBERS = ("min_lines", "max_lines", "exact_lines", "lines", "min_tests")

OF_ARTIFACTS = frozenset(
    ("provides", "status", "exports", *NUMBERS, *CONTAINS, *LACKS, *MATCHES, *FLAGS)
)
OF_LINKS = frozenset(("from", "to", "via", "pattern", *LACKS, *FLAGS))

_NUMBERED = lazy.pattern(r"(?<=\D)_?\d{1,2}$")


@lru_cache(maxsize=1024)
def unnumbered(key: str) -> str:
    """Return a key's name without its number: `contains2` is one more `contains`."""
    return _NUMBERED.sub("", field_name(key))
