"""A measurement narrowed to one of the plan's commands that a script holds."""

from msgspec.structs import replace

from gsd_run.checking.compiling.adaptations import shown
from gsd_run.domain.measurement import Measurement
from gsd_run.outside.shell import split


def narrowed(measurement: Measurement, command: str) -> Measurement:
    """Return what a script showed of one of its commands; without it, it was not reached.

    Coverage is not told apart by command.
    """
    parts = split(shown(command))
    texts = {shown(part.text) for part in parts or ()} or {shown(command)}
    kept = [number for number, one in enumerate(measurement.commands) if shown(one.text) in texts]
    runs = tuple(measurement.commands[number] for number in kept)
    tests = [run for run in measurement.tests if run.command in kept]
    return replace(
        measurement,
        script=command,
        status=runs[-1].status if runs else 0,
        commands=runs,
        tests=tuple(replace(run, command=kept.index(run.command)) for run in tests),
    )
