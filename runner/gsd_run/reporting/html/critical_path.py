"""Which plans of a phase, one waiting for the other, take longest: the phase can't be quicker."""

from collections.abc import Mapping

from msgspec import Struct

from gsd_run.domain.graph import PlanGraph


class CriticalPath(Struct, frozen=True, kw_only=True):
    """The plans of the longest way through a phase, by their paths, first to last.

    `seconds` is what they took together, None where not all of them were measured: then the way
    with the most plans is meant.
    """

    plans: tuple[str, ...] = ()
    seconds: float | None = None


def critical_path(graph: PlanGraph, seconds: Mapping[str, float]) -> CriticalPath:
    """Return the longest way through a phase; `seconds` are the times of plans by their paths.

    Plans that wait for each other in a circle have no longest way: then it is empty.
    """
    if graph.cycles:
        return CriticalPath()
    scheduled = [node.path for node in graph.plans if node.wave is not None]
    measured = bool(scheduled) and all(path in seconds for path in scheduled)
    weight = {path: seconds[path] if measured else 1.0 for path in scheduled}
    needs: dict[str, list[str]] = {path: [] for path in scheduled}
    for edge in graph.edges:
        if edge.plan in weight and edge.needs in weight:
            needs[edge.plan].append(edge.needs)
    best: dict[str, tuple[float, str]] = {}
    for path in scheduled:  # the graph has them in an order in which what is needed comes first
        before = max(needs[path], key=lambda one: best[one][0] if one in best else 0.0, default="")
        known = best.get(before, (0.0, ""))[0]
        best[path] = (known + weight[path], before)
    last = max(scheduled, key=lambda one: best[one][0], default="")
    way = []
    at = last
    while at and at not in way:
        way.append(at)
        at = best[at][1]
    total = best[last][0] if last and measured else None
    return CriticalPath(plans=tuple(reversed(way)), seconds=total)
