"""Errors for the person at the keyboard, each with the exit code it ends the program with.

* GsdRunError
  x UsageError (2): the words of the call are off, or the plan can't be found
  x PlanError (2): a plan or run file can't be understood; lists every mistake
  x Refusal (3): the repository, the journal or a policy does not allow it
  x Waiting (10): the run goes on after a person has acted

A failing task is no error: it is a value in the journal.
"""

from collections.abc import Sequence

from gsd_run.domain.plan import Finding


class GsdRunError(Exception):
    """Something the user can act on; printed without a traceback."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UsageError(GsdRunError):
    """The call names something that does not exist or is ambiguous."""

    exit_code = 2


class PlanError(GsdRunError):
    """A plan or run file that can't be understood, with every mistake found in it."""

    exit_code = 2

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)


class Refusal(GsdRunError):
    """The repository, the journal or a policy does not allow the run."""

    exit_code = 3


class Waiting(GsdRunError):
    """The run stands until a person has acted."""

    exit_code = 10
