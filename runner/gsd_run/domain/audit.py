"""An audit: what of a run's record still holds, what does not, and what could not be looked at."""

from typing import Literal

from msgspec import Struct

Held = Literal["holds", "broken", "unknown"]


class Looked(Struct, frozen=True, kw_only=True):
    """One thing that an audit looked at; `details` name what is broken or missing."""

    what: str
    held: Held
    found: str
    details: tuple[str, ...] = ()


class Audit(Struct, frozen=True, kw_only=True):
    """A whole audit of one run; `source` is the record that was read."""

    plan: str
    run: str
    source: str
    looked: tuple[Looked, ...]

    @property
    def broken(self) -> bool:
        """Tell whether anything contradicts the record."""
        return any(one.held == "broken" for one in self.looked)
