"""What lint looks for: each rule by its code, with why it matters and how to mend it."""

from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning", "note"]


class Rule(Struct, frozen=True, kw_only=True):
    """A rule of lint.

    The code's letter tells what it speaks of: F frontmatter, T tags and tasks, M must-haves,
    V verify commands and what they should show, C claims and their words, D dependencies and
    order, R references to files, S safety, L what is written for lint itself. `about` is one
    sentence, `why` says what goes wrong without it, `mend` what to write instead. A run would
    fail or prove nothing at an `error`; a `warning` is worth a look; a `note` only tells.
    """

    code: str
    name: str
    severity: Severity
    about: str
    why: str
    mend: str
