"""judge(claim, tree) → verdict: the one primitive that everything else is made of."""

from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.checking.files.artifacts import judge_artifact, judge_pattern
from gsd_run.checking.integrity.resting import resting_on, without_declared
from gsd_run.checking.integrity.weakening import Weakening
from gsd_run.checking.measuring.choosing import Measured, chosen
from gsd_run.checking.measuring.pretending import pretended
from gsd_run.checking.measuring.runners import test_members
from gsd_run.checking.predicates import judge_expectation
from gsd_run.checking.predicates.observation import Observation, ran
from gsd_run.checking.truths.looking import judge_names
from gsd_run.checking.truths.showing import judge_tested
from gsd_run.domain.claim import (
    ArtifactCheck,
    Claim,
    Evidence,
    NameCheck,
    Part,
    PartVerdict,
    PatternCheck,
    ScriptCheck,
    ScriptSource,
    State,
    TestedCheck,
    Verdict,
    verdict_of,
)
from gsd_run.domain.measurement import Measurement


class Tree(Struct, frozen=True, kw_only=True):
    """A state of the project to judge at, with what can be asked of it.

    `measure` runs a script there; `before` gives the measurement of the same script at the base
    commit, or None; `base_text` the content of a file at the base, or None when it was absent
    (itself None when no base is known); `at_base` says that this tree is the base itself.
    `weakened` gives what makes its tests weaker than those of the base.
    """

    root: Path
    measure: Callable[[ScriptSource], Measurement]
    before: Callable[[ScriptSource], Measurement | None]
    base_text: Callable[[str], str | None] | None
    at_base: bool = False
    weakened: Callable[[], tuple[Weakening, ...]] = tuple


def judge(claim: Claim, tree: Tree) -> Verdict:
    """Return the verdict on a claim at a tree."""
    return verdict_of(claim.id, tuple(_judge_part(part, tree) for part in claim.parts))


def tempered(claim: Claim, verdict: Verdict, at_base: Verdict | None) -> Verdict:
    """Return the verdict with what supplied and amended checks can't show taken back.

    Such a check proves something only if it was REFUTED at the base: one that always holds, like
    `true`, says nothing. Nor does it count as REFUTED there if it did not get to its work: its
    program or its own script was missing, bash can't parse it, time ran out. (A test runner that
    finds no tests has looked, and does count.) An amendment changes the whole claim, a proof only
    its own part.
    """
    if claim.amended and verdict.state == "PROVEN" and not _could_fail(at_base):
        reason = "the amended check " + _not_shown(at_base)
        return replace(verdict, state="UNPROVEN", reason=reason)
    parts = tuple(_tempered_part(index, verdict, at_base) for index in range(len(verdict.parts)))
    return verdict if parts == verdict.parts else verdict_of(claim.id, parts)


def _tempered_part(index: int, verdict: Verdict, at_base: Verdict | None) -> PartVerdict:
    part = verdict.parts[index]
    if part.doubt and part.state == "PROVEN":
        reason = f"{part.reason}, but {part.doubt}, so nothing shows that it can fail"
        return replace(part, state="UNPROVEN", reason=reason)
    if not part.supplied or part.state != "PROVEN":
        return part
    then = at_base.parts if at_base else ()
    same = index < len(then) and then[index].supplied and then[index].text == part.text
    before = then[index] if same else None
    if before is not None and before.state == "REFUTED" and before.started:
        return part
    reason = "the supplied check " + _not_shown(before)
    return replace(part, state="UNPROVEN", reason=reason)


def _could_fail(at_base: Verdict | None) -> bool:
    refuted = [part for part in at_base.parts if part.state == "REFUTED"] if at_base else []
    return any(part.started for part in refuted)


def _not_shown(before: Verdict | PartVerdict | None) -> str:
    if before is None:
        return "holds, but was not judged at the base commit, so nothing shows that it can fail"
    if before.state == "REFUTED":
        return (
            f"holds, but could not start at the base commit ({before.reason}), so nothing shows "
            "that it can fail"
        )
    return f"holds, but was {before.state} at the base commit, so nothing shows that it can fail"


def _judge_part(part: Part, tree: Tree) -> PartVerdict:
    match part.check:
        case None:
            return PartVerdict(
                text=part.text, state="UNPROVEN", reason=part.unproven, rule=part.rule
            )
        case ArtifactCheck() as check:
            observation = judge_artifact(check, tree.root, tree.base_text)
            return _verdict(part, [observation], observation.evidence)
        case PatternCheck() as check:
            observation = judge_pattern(check, tree.root)
            return _verdict(part, [observation], observation.evidence)
        case NameCheck() as check:
            observation = judge_names(check, tree.root)
            return _verdict(part, [observation], observation.evidence)
        case TestedCheck() as check:
            return _judge_tested(part, check, tree)
        case ScriptCheck() as check:
            return _judge_script(part, check, tree)


def _judge_tested(part: Part, check: TestedCheck, tree: Tree) -> PartVerdict:
    shown = judge_tested(check, tree.root, tree.measure, tree.before)
    verdict = _verdict(part, [shown.observation], shown.observation.evidence)
    if shown.alone is None:
        return verdict
    verdict = replace(verdict, source=shown.alone[0].claim)
    whole = _on_whole_tests(verdict, [shown.alone], tree)
    if whole.state != "PROVEN":
        return whole
    return replace(whole, doubt=shown.doubt, again=shown.again)


def _judge_script(part: Part, check: ScriptCheck, tree: Tree) -> PartVerdict:
    measured, why = chosen(check, tree.measure, tree.before)
    if why:
        seen = tuple(ran(measurement, why) for _, measurement in measured)
        observations = [Observation(state="UNPROVEN", reason=why, evidence=seen)]
    else:
        observations = [
            judge_expectation(expectation, measurement, then)
            for source, measurement in measured
            for then in [measurement if tree.at_base else _before(source, measurement, tree)]
            for expectation in check.expectations
        ]
    evidence = [one for observation in observations for one in observation.evidence]
    verdict = _verdict(part, observations, tuple(dict.fromkeys(evidence)))
    decisive = _decisive(measured, check, observations, verdict)
    by_coverage = any(one.kind.startswith("coverage") for one in check.expectations)
    whole = _on_whole_tests(verdict, measured, tree, by_coverage=by_coverage)
    whole = _not_pretended(whole, measured, tree)
    return replace(whole, supplied=check.supplied, source=decisive)


def _before(source: ScriptSource, measurement: Measurement, tree: Tree) -> Measurement | None:
    """Return what a script showed at the base, less the tests whose end the run file declares."""
    then = tree.before(source)
    if then is None or not then.tests or not measurement.tests:
        return then
    return without_declared(then, tree.weakened())


def _not_pretended(verdict: PartVerdict, measured: Sequence[Measured], tree: Tree) -> PartVerdict:
    """Return the verdict, a proof taken back if the project makes its commands succeed anyway."""
    if tree.at_base or verdict.state != "PROVEN":
        return verdict
    for source, measurement in measured:
        counted = {measurement.commands[run.command].text for run in measurement.tests}
        if why := pretended(source.script, tree.root, frozenset(counted)):
            return replace(verdict, state="UNPROVEN", reason=f"{verdict.reason}, but {why}")
    return verdict


def _on_whole_tests(
    verdict: PartVerdict, measured: Sequence[Measured], tree: Tree, *, by_coverage: bool = False
) -> PartVerdict:
    """Return the verdict with what weakened tests can't show taken back.

    A test that was made weaker REFUTES what rests on it, unless the run file declares it: then it
    is a deviation. A new one that asserts nothing proves nothing, nor does coverage, of which
    something is left out that was not before.
    """
    if tree.at_base or not any(_runs_tests(measurement) for _, measurement in measured):
        return verdict
    found = tree.weakened()
    resting = dict.fromkeys(
        one
        for source, measurement in measured
        for one in resting_on(found, measurement, tree.before(source))
    )
    told = tuple(f"{one}; declared: {one.declared}" for one in resting if one.declared)
    verdict = replace(verdict, deviations=(*verdict.deviations, *told))
    weaker = [one for one in resting if one.kind == "weaker" and not one.declared]
    kinds = {"hollow", "uncovered"} if by_coverage else {"hollow"}
    hollow = [one for one in resting if one.kind in kinds and not one.declared]
    if weaker and verdict.state != "REFUTED":
        reason = f"its tests say less than at the base: {_first_of(weaker)}"
        return replace(verdict, state="REFUTED", reason=reason)
    if hollow and verdict.state == "PROVEN":
        reason = f"{verdict.reason}, but {_first_of(hollow)}"
        return replace(verdict, state="UNPROVEN", reason=reason)
    return verdict


def _runs_tests(measurement: Measurement) -> bool:
    """Tell whether a script ran tests, or called what runs them and gave no results."""
    return bool(measurement.tests or measurement.coverage or test_members(measurement.script))


def _first_of(found: Sequence[Weakening]) -> str:
    more = f" (and {len(found) - 3} more)" if len(found) > 3 else ""  # noqa: PLR2004
    return "; ".join(map(str, found[:3])) + more


def _decisive(
    measured: Sequence[Measured],
    check: ScriptCheck,
    observations: Sequence[Observation],
    verdict: PartVerdict,
) -> str:
    """Return the claim whose commands decided: of several, the first that has this state."""
    if len(observations) != len(measured) * len(check.expectations):
        return measured[0][0].claim
    index = next(number for number, one in enumerate(observations) if one.state == verdict.state)
    return measured[index // len(check.expectations)][0].claim


def _verdict(
    part: Part, observations: list[Observation], evidence: tuple[Evidence, ...]
) -> PartVerdict:
    """Join observations: one refutes the part, all must hold to prove it."""
    states = {observation.state for observation in observations}
    state: State = (
        "REFUTED" if "REFUTED" in states else "UNPROVEN" if "UNPROVEN" in states else "PROVEN"
    )
    decisive = [observation for observation in observations if observation.state == state]
    return PartVerdict(
        text=part.text,
        state=state,
        reason="; ".join(dict.fromkeys(observation.reason for observation in decisive)),
        rule=part.rule,
        started=any(observation.started for observation in decisive),
        evidence=evidence,
        deviations=tuple(text for observation in observations for text in observation.deviations),
    )
