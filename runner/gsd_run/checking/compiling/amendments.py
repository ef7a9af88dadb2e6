"""Amendments of a run file: corrections of claims' texts, each with its reason."""

import difflib
from collections.abc import Sequence

from msgspec.structs import replace

from gsd_run.checking.compiling.wording import Wording
from gsd_run.domain.plan import Finding
from gsd_run.domain.run_file import Amendment, RunFile


def unfit(run_file: RunFile, worded: Sequence[Wording]) -> list[Finding]:
    """Return every amendment that does not fit the plan's claims."""
    by_id = {wording.id: wording for wording in worded}
    findings = [
        _at(run_file, amendment.line, unknown(amendment.claim, list(by_id)))
        for amendment in run_file.amendments
        if amendment.claim and amendment.claim not in by_id
    ]
    texts = {wording.id: wording.text for wording in worded}
    for amendment in run_file.amendments:
        text = texts.get(amendment.claim, "")
        for old, new in amendment.replace if amendment.claim in by_id else ():
            count = text.count(old)
            if count != 1:
                message = (
                    f"the amendment of {amendment.claim} replaces {old!r}, which stands there "
                    f"{count} times; it must stand there exactly once"
                )
                findings.append(_at(run_file, amendment.line, message))
            text = text.replace(old, new, 1)
        texts[amendment.claim] = text
    return findings


def amended(worded: Sequence[Wording], run_file: RunFile | None) -> list[Wording]:
    """Return the wordings with all amendments applied, in the run file's order."""
    result = {wording.id: wording for wording in worded}
    for amendment in run_file.amendments if run_file else ():
        result[amendment.claim] = _applied(result[amendment.claim], amendment)
    return list(result.values())


def _applied(wording: Wording, amendment: Amendment) -> Wording:
    text = wording.text
    for old, new in amendment.replace:
        text = text.replace(old, new, 1)
    reasons = "; ".join(filter(None, (wording.amended, amendment.reason)))
    return replace(wording, text=text, amended=reasons)


def _at(run_file: RunFile, line: int, message: str) -> Finding:
    return Finding(path=run_file.path, line=line, message=message)


def unknown(claim: str, known: list[str]) -> str:
    """Say that the plan has no such claim, and which come close."""
    close = difflib.get_close_matches(claim, known, 3) or known
    return f"the plan has no claim {claim!r} (it has: {', '.join(close)})"
