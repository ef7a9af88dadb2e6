"""What a reader has to tell about the file that it reads."""

from gsd_run.domain.plan import Finding


class Notes:
    """The findings about one file, gathered while it is read."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []

    def add(self, line: int, message: str, code: str = "", column: int = 1) -> None:
        """Note a finding at a line of the file, by the rule with this code."""
        self.findings.append(
            Finding(path=self.path, line=line, message=message, column=column, code=code)
        )

    def in_order(self) -> tuple[Finding, ...]:
        """Return the findings by line, each once."""
        return tuple(dict.fromkeys(sorted(self.findings, key=lambda finding: finding.line)))
