"""The plans of a phase as a graph, and what is wrong with the way they wait for each other."""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.domain.errors import PlanError
from gsd_run.domain.graph import Dependency, PlanGraph, PlanNode, PlanState, title_of
from gsd_run.domain.plan import Finding, Plan
from gsd_run.domain.rule import Rule
from gsd_run.reading.graph_rules import (
    AMBIGUOUS,
    CYCLE,
    RULES,
    SUPERSEDED,
    UNRESOLVED,
    WAVE_TOO_EARLY,
)
from gsd_run.reading.locating import (
    STOPPED,
    dependency,
    in_natural_order,
    known_plans,
    relative_to_root,
    summary_status,
)
from gsd_run.reading.plan import read_plan
from gsd_run.reading.plan_names import PlanNames, key_of, names_of, phase_folder, plan_id
from gsd_run.reading.shared_files import same_files

__all__ = ["RULES", "graph_of", "plan_graph"]


class _Ordered(Struct, frozen=True, kw_only=True):
    """Paths in the order of the work, with their waves (earliest, own), and the cycles."""

    order: tuple[str, ...]
    waves: dict[str, tuple[int, int]]
    cycles: tuple[tuple[str, ...], ...]


def graph_of(paths: Iterable[Path], root: Path) -> PlanGraph:
    """Read the plans of one phase, and return how they wait for each other.

    A plan that can't be read is a node without edges, and its mistakes are among the findings.
    """
    plans: dict[Path, Plan] = {}
    unreadable: list[PlanNode] = []
    mistakes: list[Finding] = []
    for path in paths:
        name = relative_to_root(path, root)
        try:
            plans[path] = read_plan(path.read_bytes(), name)
        except PlanError as error:
            unreadable.append(PlanNode(id=plan_id(path), path=name, state="unreadable"))
            mistakes += error.findings
    graph = plan_graph(plans, root)
    if not unreadable:
        return graph
    folder = phase_folder(root / unreadable[0].path)
    return replace(
        graph,
        phase=folder.name,
        folder=relative_to_root(folder, root),
        plans=(*graph.plans, *unreadable),
        outside=tuple(node for node in graph.outside if node not in unreadable),
        findings=(*graph.findings, *mistakes),
    )


def plan_graph(
    plans: Mapping[Path, Plan], root: Path, known: Mapping[Path, PlanNames] | None = None
) -> PlanGraph:
    """Return how the plans of one phase, by their files, wait for each other.

    `known` are all plans of the project, where they are known already.
    """
    if not plans:
        return PlanGraph(phase="", folder="")
    known = known_plans(root) if known is None else known
    nodes = {
        plan.path: _node(plan, path)
        for path, plan in sorted(plans.items(), key=lambda one: in_natural_order(one[0]))
    }
    edges, findings = _edges(plans, nodes, root, known)
    outside = {
        edge.needs: _outside(root / edge.needs, edge.needs)
        for edge in sorted(edges, key=lambda edge: in_natural_order(Path(edge.needs)))
        if edge.needs not in nodes
    }
    ordered = _ordered(nodes, edges)
    placed = [_placed(nodes[path], ordered) for path in ordered.order]
    findings += _cycles(ordered, nodes, edges)
    findings += _superseded(edges, {**nodes, **outside})
    findings += _contradictions(placed, edges, ordered, plans)
    findings += same_files(placed, plans)
    folder = phase_folder(next(iter(plans)))
    return PlanGraph(
        phase=folder.name,
        folder=relative_to_root(folder, root),
        plans=tuple(placed),
        outside=tuple(outside.values()),
        edges=tuple(edges),
        cycles=ordered.cycles,
        findings=tuple(sorted(findings, key=lambda one: (one.path, one.line, one.code))),
    )


def _edges(
    plans: Mapping[Path, Plan],
    nodes: Mapping[str, PlanNode],
    root: Path,
    known: Mapping[Path, PlanNames],
) -> tuple[list[Dependency], list[Finding]]:
    """Return what every entry of every depends_on means, and what is wrong with it."""
    edges: list[Dependency] = []
    findings: list[Finding] = []
    for path, plan in plans.items():
        for number, entry in enumerate(plan.depends_on, 1):
            line = plan.lines.get(f"depends_on.{number}") or plan.lines.get("depends_on", 1)
            found = _meant_by(entry, path, root, known)
            edges += [
                Dependency(
                    plan=plan.path, needs=relative_to_root(needed, root), entry=entry, line=line
                )
                for needed in found
            ]
            if nodes[plan.path].state != "superseded":
                findings += _on_entry(plan, entry, line, found, root)
    return edges, findings


def _node(plan: Plan, path: Path) -> PlanNode:
    return PlanNode(
        id=plan_id(path),
        path=plan.path,
        title=title_of(plan),
        state=_state(plan, path),
        autonomous=plan.autonomous,
        declared_wave=plan.wave,
        files=plan.files_modified,
    )


def _outside(path: Path, name: str) -> PlanNode:
    try:
        plan = read_plan(path.read_bytes(), name)
    except (PlanError, OSError):
        return PlanNode(id=plan_id(path), path=name, state="unreadable")
    return PlanNode(id=plan_id(path), path=name, title=title_of(plan), state=_state(plan, path))


def _state(plan: Plan, path: Path) -> PlanState:
    if str(plan.frontmatter.get("status", "")).strip().lower() == "superseded":
        return "superseded"
    status = summary_status(path)
    if status is None:
        return "open"
    return "halted" if status in STOPPED else "complete"


def _meant_by(
    entry: str, path: Path, root: Path, known: Mapping[Path, PlanNames]
) -> tuple[Path, ...]:
    """Return the plans that an entry means; the plan itself where it names that."""
    own = known.get(path) or names_of(path)
    key = key_of(entry.rsplit("/", 1)[-1])
    if key in own.full | own.short:
        return (path,)
    return dependency(entry, path, root, known) or ((path,) if key == own.token else ())


def _on_entry(
    plan: Plan, entry: str, line: int, found: tuple[Path, ...], root: Path
) -> Iterator[Finding]:
    if not found:
        told = f"depends_on: {entry!r} is no plan of this project; name one by its id"
        yield _finding(UNRESOLVED, plan.path, line, told)
    elif len({phase_folder(path) for path in found}) > 1:
        listed = ", ".join(relative_to_root(path, root) for path in found)
        told = f"depends_on: {entry!r} is the name of {len(found)} plans, all are meant: {listed}"
        yield _finding(AMBIGUOUS, plan.path, line, told)


def _finding(rule: Rule, path: str, line: int, message: str) -> Finding:
    # the graph's JSON stands alone, so its findings say how much they weigh
    severity = rule.severity
    return Finding(path=path, line=line, message=message, code=rule.code, severity=severity)


def _ordered(nodes: Mapping[str, PlanNode], edges: Iterable[Dependency]) -> _Ordered:
    """Order the plans; of every cycle one edge is left out, so that the rest has an order."""
    needs = {
        path: list(dict.fromkeys(e.needs for e in edges if e.plan == path and e.needs in nodes))
        for path in nodes
    }
    cycles: list[tuple[str, ...]] = []
    while cycle := _a_cycle(needs):
        cycles.append(cycle)
        needs[cycle[0]].remove(cycle[1])
    live = {path: node for path, node in nodes.items() if node.state != "superseded"}
    first = 0 if any(node.declared_wave == 0 for node in live.values()) else 1
    earliest: dict[str, int] = {}
    waves: dict[str, tuple[int, int]] = {}
    for path in TopologicalSorter(needs).static_order():
        if path in live:
            before = [needed for needed in needs[path] if needed in live]
            earliest[path] = max((earliest[one] + 1 for one in before), default=first)
            declared = nodes[path].declared_wave
            least = earliest[path] if declared is None else declared
            waves[path] = earliest[path], max([least, *(waves[one][1] + 1 for one in before)])
    numbers = {path: number for number, path in enumerate(nodes)}
    order = sorted(live, key=lambda path: (waves[path][1], numbers[path]))
    superseded = [path for path in nodes if path not in live]
    return _Ordered(order=(*order, *superseded), waves=waves, cycles=tuple(cycles))


def _a_cycle(needs: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Return a cycle of paths, each waiting for the next, from its first plan on; () if none."""
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        around = list(reversed(error.args[1]))[:-1]
        start = min(range(len(around)), key=lambda i: in_natural_order(Path(around[i])))
        around = around[start:] + around[:start]
        return (*around, around[0])
    return ()


def _placed(node: PlanNode, ordered: _Ordered) -> PlanNode:
    earliest, wave = ordered.waves.get(node.path, (None, None))
    return replace(node, earliest_wave=earliest, wave=wave)


def _cycles(
    ordered: _Ordered, nodes: Mapping[str, PlanNode], edges: Iterable[Dependency]
) -> Iterator[Finding]:
    lines = {(edge.plan, edge.needs): edge.line for edge in edges}
    for cycle in ordered.cycles:
        around = " → ".join(nodes[path].id for path in cycle)
        told = f"depends_on goes in a circle, none of these can begin: {around}; take one out"
        line = lines[cycle[0], cycle[1]]
        yield _finding(CYCLE, cycle[0], line, told)


def _superseded(edges: Iterable[Dependency], nodes: Mapping[str, PlanNode]) -> Iterator[Finding]:
    for edge in edges:
        waits, needed = nodes[edge.plan], nodes[edge.needs]
        if needed.state == "superseded" and waits.state != "superseded":
            told = f"depends_on: {needed.id} is superseded and will never be carried out"
            yield _finding(SUPERSEDED, edge.plan, edge.line, told)


def _contradictions(
    nodes: Iterable[PlanNode],
    edges: Iterable[Dependency],
    ordered: _Ordered,
    plans: Mapping[Path, Plan],
) -> Iterator[Finding]:
    """Find the plans whose declared wave begins before what they depend on is done.

    What goes in a circle is left alone: no waves could make that right.
    """
    by_path = {node.path: node for node in nodes if node.wave is not None}
    lines = {plan.path: plan.lines.get("wave", 1) for plan in plans.values()}
    told_of: dict[str, list[PlanNode]] = {}
    for edge in edges:
        waits, needed = by_path.get(edge.plan), by_path.get(edge.needs)
        if waits is None or needed is None or waits.declared_wave is None:
            continue
        if any({edge.plan, edge.needs} <= set(cycle) for cycle in ordered.cycles):
            continue
        if needed.declared_wave is not None and waits.declared_wave <= needed.declared_wave:
            told_of.setdefault(edge.plan, []).append(needed)
    for path, needs in told_of.items():
        node = by_path[path]
        others = " and ".join(
            f"{one.id} of wave {one.declared_wave}" for one in dict.fromkeys(needs)
        )
        told = f"wave {node.declared_wave}, but it depends on {others}; write wave: {node.wave}"
        yield _finding(WAVE_TOO_EARLY, path, lines[path], told)
