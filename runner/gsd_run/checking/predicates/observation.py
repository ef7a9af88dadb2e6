"""What one check saw, before it is joined with others to a verdict."""

from msgspec import Struct

from gsd_run.checking.compiling.adaptations import shown
from gsd_run.domain.claim import Evidence, State
from gsd_run.domain.measurement import Measurement


class Observation(Struct, frozen=True, kw_only=True):
    """What one predicate found: its state, the reason in words, and what shows it.

    `started` is as in PartVerdict.
    """

    state: State
    reason: str
    evidence: tuple[Evidence, ...] = ()
    deviations: tuple[str, ...] = ()
    started: bool = True


def observed(state: State, reason: str, measurement: Measurement) -> Observation:
    """Return an observation that rests on a measurement."""
    return Observation(state=state, reason=reason, evidence=(ran(measurement, reason),))


def ran(measurement: Measurement, found: str) -> Evidence:
    """Return the evidence of a script: its commands, and what they came to."""
    return Evidence(check=shown(measurement.script), found=found, measurement=measurement.key)
