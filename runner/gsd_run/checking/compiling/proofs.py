"""Proofs of a run file: checks that a person supplied for claims which nothing else decides."""

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from gsd_run.checking.compiling.adaptations import adapted
from gsd_run.checking.compiling.amendments import unknown
from gsd_run.checking.expecting.expectations import compiled
from gsd_run.domain.claim import (
    Claim,
    Expectation,
    ExpectationKind,
    Part,
    PatternCheck,
    ScriptCheck,
    ScriptSource,
    TestedCheck,
)
from gsd_run.domain.plan import Finding
from gsd_run.domain.run_file import Proof, RunFile


def proven_by(claims: Sequence[Claim], run_file: RunFile, root: Path) -> list[Claim]:
    """Give each proof to the undecided parts of its claim; to the whole claim if there is none."""
    by_claim: dict[str, list[Proof]] = {}
    for proof in run_file.proofs:
        by_claim.setdefault(proof.claim, []).append(proof)
    return [_with(claim, by_claim.get(claim.id, []), root) for claim in claims]


def not_understood(run_file: RunFile) -> list[Finding]:
    """Return the proofs whose `expect` can't be compiled."""
    return [
        Finding(
            path=run_file.path,
            line=proof.line,
            message=f"can't compile the expectation {clause!r} of the proof of {proof.claim}; "
            "leave `expect` out to go by the exit status alone",
        )
        for proof in run_file.proofs
        for clause in compiled(proof.expect).prose
    ]


def unknown_claims(run_file: RunFile, claims: Sequence[Claim]) -> list[Finding]:
    """Return the proofs of claims that the plan does not have."""
    known = [claim.id for claim in claims]
    return [
        Finding(path=run_file.path, line=proof.line, message=unknown(proof.claim, known))
        for proof in run_file.proofs
        if proof.claim and proof.claim not in known
    ]


def _with(claim: Claim, proofs: Sequence[Proof], root: Path) -> Claim:
    if not proofs:
        return claim
    checks = [_check(proof, root) for proof in proofs]
    kept = [part for part in claim.parts if not _undecided(part)]
    open_parts = [part for part in claim.parts if _undecided(part)]
    words = "; ".join(part.text for part in open_parts) or claim.text
    supplied = [Part(text=words, rule="proof in the run file", check=check) for check in checks]
    return replace(claim, parts=(*kept, *supplied))


def _undecided(part: Part) -> bool:
    if isinstance(part.check, TestedCheck):
        return True  # whether there is such a test is not known yet
    return part.check is None or (isinstance(part.check, PatternCheck) and part.check.prose)


def _check(proof: Proof, root: Path) -> ScriptCheck:
    script, _ = adapted(proof.command, root)
    wanted = compiled(proof.expect).expectations if proof.expect else ()
    kinds = {expectation.kind for expectation in wanted}
    how: ExpectationKind = "exit_zero"
    if kinds & {"output_empty", "output_count"}:
        how = "exit_zero_or_no_match"
    expectations = (Expectation(kind=how, text="the command succeeds"), *wanted)
    if "exit_nonzero" in kinds:
        expectations = wanted
    return ScriptCheck(
        sources=(ScriptSource(claim=proof.claim, script=script),),
        expectations=expectations,
        supplied=True,
        subject=proof.subject,
    )
