"""What a reader has to tell about the file that it reads."""

from typing import Protocol

from gsd_run.domain.plan import Finding


class Place(Protocol):
    """Where something stands in a file; both numbers count from 1."""

    @property
    def line(self) -> int:
        """The line."""

    @property
    def column(self) -> int:
        """The column."""


class Notes:
    """The findings about one file, gathered while it is read."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []

    def add(self, line: int, message: str, code: str = "", column: int = 1) -> None:
        """Note a finding at a line of the file, by the rule with this code."""
        self.findings.append(
            # str(): a code may be one of an enumeration, which the journal should not know of
            Finding(path=self.path, line=line, message=message, column=column, code=str(code))
        )

    def at(self, place: Place, message: str, code: str) -> None:
        """Note a finding at the place of a node."""
        self.add(place.line, message, code, place.column)

    def in_order(self) -> tuple[Finding, ...]:
        """Return the findings by line, each once."""
        by_place = sorted(self.findings, key=lambda finding: (finding.line, finding.column))
        return tuple(dict.fromkeys(by_place))
