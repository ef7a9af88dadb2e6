"""A phase's graph as text for people, and as a Mermaid flowchart."""

import re
from collections.abc import Iterable
from itertools import groupby, pairwise

from gsd_run.domain.graph import PlanGraph, PlanNode
from gsd_run.outside.templates import rendered
from gsd_run.reporting.findings import line_of


def graph_text(graph: PlanGraph) -> str:
    """Return the waves in order with their plans, what each waits for, and the findings."""
    scheduled = [node for node in graph.plans if node.wave is not None]
    everyone = (*graph.plans, *graph.outside)
    values = {
        "graph": graph,
        "waves": _by_wave(scheduled),
        "unscheduled": [node for node in graph.plans if node.wave is None],
        "notes": {node.path: _notes(node, graph) for node in graph.plans},
        "findings": [line_of(finding) for finding in graph.findings],
        "id_width": max((len(node.id) for node in everyone), default=0),
        "state_width": max((len(node.state) for node in everyone), default=0),
    }
    return rendered("gsd_run.reporting", "graph.txt.j2", values)


def graph_mermaid(graph: PlanGraph) -> str:
    """Return the graph as a Mermaid flowchart; arrows go from a plan to those waiting for it."""
    everyone = (*graph.plans, *graph.outside)
    names = {node.path: f"plan{number}" for number, node in enumerate(everyone, 1)}
    on_cycle = {pair for cycle in graph.cycles for pair in pairwise(cycle)}
    # keyed by both ends: several entries of depends_on may mean the same plan
    arrows = {(edge.needs, edge.plan): (edge.plan, edge.needs) in on_cycle for edge in graph.edges}
    values = {
        "graph": graph,
        "names": names,
        "labels": {node.path: _label(node) for node in everyone},
        "waves": _by_wave([node for node in graph.plans if node.wave is not None]),
        "unscheduled": [node for node in graph.plans if node.wave is None],
        "arrows": [(names[source], names[to], bad) for (source, to), bad in arrows.items()],
        "states": [(names[node.path], node.state) for node in everyone if node.state != "open"],
    }
    return rendered("gsd_run.reporting", "graph.mmd.j2", values)


def _by_wave(nodes: Iterable[PlanNode]) -> list[tuple[int | None, list[PlanNode]]]:
    return [(wave, list(group)) for wave, group in groupby(nodes, key=lambda node: node.wave)]


def _notes(node: PlanNode, graph: PlanGraph) -> list[str]:
    """Return what is to be said of a plan below its line."""
    inside = {one.path for one in graph.plans}
    needs = [
        f"{one.id} ({one.state})" if one.path not in inside else one.id
        for one in graph.needs(node.path)
    ]
    notes = [f"waits for {', '.join(needs)}"] if needs else []
    if node.declared_wave is not None and node.wave not in (None, node.declared_wave):
        notes.append(f"says wave {node.declared_wave}")
    if not node.autonomous:
        notes.append("needs a person")
    return notes


def _label(node: PlanNode) -> str:
    """Return a node's label, each part of it a line, escaped as Mermaid wants it."""
    title = [node.title] if node.title else []
    state = [node.state] if node.state != "open" else []
    return "<br/>".join(_escaped(part) for part in (node.id, *title, *state))


def _escaped(text: str) -> str:
    """Write a text so that Mermaid takes no part of it for syntax, Markdown or HTML."""
    return re.sub(r"[^\w .,:/()+=…-]", lambda found: f"#{ord(found[0])};", text)
