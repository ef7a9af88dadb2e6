"""Amendments that mend what lint found, each tried on the compiled plan before it is proposed."""

from pathlib import Path

from msgspec.structs import replace

from gsd_run.checking.compiling.compile import compile_plan
from gsd_run.checking.compiling.wording import Wording, wordings
from gsd_run.checking.lint.amending import amended_subject, compared
from gsd_run.checking.lint.fixes import FIXERS
from gsd_run.checking.lint.linting import found_in
from gsd_run.checking.lint.subject import Subject
from gsd_run.domain.errors import PlanError
from gsd_run.domain.run_file import Amendment, RunFile


def proposed(subject: Subject, root: Path) -> tuple[Amendment, ...]:
    """Return amendments to add to a plan's run file, at most one for each claim.

    With them the plan compiles, each of their replacements takes a finding away, and none brings
    a new one. What the run file amends already is taken as amended.
    """
    trial = _Trial(subject, root)
    found = (trial.mend(wording.id) for wording in wordings(subject.plan))
    return tuple(amendment for amendment in found if amendment)


class _Trial:
    """A plan that is mended claim by claim; a mend that does not help is not kept."""

    def __init__(self, subject: Subject, root: Path) -> None:
        self._subject = subject
        self._root = root
        self._kept = subject.run_file or RunFile(path="", sha256="")
        self._now = amended_subject(subject)
        self._found = found_in(self._now)

    def mend(self, claim: str) -> Amendment | None:
        """Try what the fixers propose for a claim, on its text as mended so far."""
        without = self._kept
        pairs: tuple[tuple[str, str], ...] = ()
        reasons: list[str] = []
        for fixer in FIXERS:
            for fix in fixer(self._now, _worded(self._now, claim)):
                amendment = _amendment(claim, (*pairs, *fix.pairs), [*reasons, fix.reason])
                if self._helps(_with(without, amendment)):
                    pairs, reasons = amendment.replace, [*reasons, fix.reason]
        return _amendment(claim, pairs, reasons) if pairs else None

    def _helps(self, run_file: RunFile) -> bool:
        """Tell whether a run file takes a finding away and brings none; then it is kept."""
        try:
            compiled = compile_plan(self._subject.plan, run_file, self._root)
        except PlanError:
            return False
        now = amended_subject(replace(self._subject, run_file=run_file, amended=compiled))
        found = found_in(now)
        _, gone, new = compared(self._found, found)
        if new or not gone:
            return False
        self._kept, self._now, self._found = run_file, now, found
        return True


def _amendment(claim: str, pairs: tuple[tuple[str, str], ...], reasons: list[str]) -> Amendment:
    reason = "; ".join(dict.fromkeys(reasons))
    return Amendment(claim=claim, replace=pairs, reason=reason, line=1)


def _with(run_file: RunFile, amendment: Amendment) -> RunFile:
    return replace(run_file, amendments=(*run_file.amendments, amendment))


def _worded(subject: Subject, claim: str) -> Wording:
    return next(wording for wording in wordings(subject.plan) if wording.id == claim)
