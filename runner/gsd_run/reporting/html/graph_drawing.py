"""The graph of a phase as boxes and lines with their places, to be drawn as SVG."""

import textwrap
from collections.abc import Mapping

from msgspec import Struct

from gsd_run.domain.graph import PlanGraph, PlanNode
from gsd_run.reporting.html.critical_path import CriticalPath
from gsd_run.reporting.html.layers import Layered, layered

WIDTH, HEIGHT = 196, 88  # of a box
BETWEEN, BELOW, PASSING = 56, 22, 26  # columns, boxes, and lines that only pass a column
TOP, MARGIN = 34, 10
_TITLE = 25  # letters in a line of a title


class Box(Struct, frozen=True, kw_only=True):
    """A plan's box. `anchor` is the id of its section, "" if it has none on this page.

    `look` is the word of what it looks like: how the run stands, or that claims are refuted.
    """

    x: float
    y: float
    node: PlanNode
    word: str
    look: str
    title: tuple[str, ...]
    figures: str
    anchor: str
    critical: bool
    outside: bool


class Line(Struct, frozen=True, kw_only=True):
    """The line from a plan to one that waits for it; `path` is SVG's."""

    path: str
    critical: bool
    circle: bool
    told: str


class Heading(Struct, frozen=True, kw_only=True):
    """What stands above a column."""

    x: float
    text: str


class Drawing(Struct, frozen=True, kw_only=True):
    """A whole drawing, in pixels."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    headings: tuple[Heading, ...]


class Shown(Struct, frozen=True, kw_only=True):
    """What a box says of its plan beside the graph: its state in a word, figures, its section."""

    word: str
    look: str = ""
    figures: str = ""
    anchor: str = ""


def drawing_of(graph: PlanGraph, critical: CriticalPath, shown: Mapping[str, Shown]) -> Drawing:
    """Return a phase's graph, a column for each wave; `shown` goes by the plans' paths."""
    columns, texts = _columns(graph)
    edges = [(edge.needs, edge.plan) for edge in graph.edges]
    found = layered(columns, edges)
    heights = [sum(_height(name) for name in column) for column in found.columns]
    tallest = max(heights, default=0)
    places: dict[str, tuple[float, float]] = {}
    for n, column in enumerate(found.columns):
        y = TOP + (tallest - heights[n]) / 2
        for name in column:
            places[name] = (MARGIN + n * (WIDTH + BETWEEN), y)
            y += _height(name)
    outside = {node.path for node in graph.outside}
    boxes = tuple(
        _box(node, places[node.path], shown[node.path], critical, outside)
        for node in (*graph.plans, *graph.outside)
    )
    return Drawing(
        width=2 * MARGIN + len(columns) * WIDTH + max(0, len(columns) - 1) * BETWEEN,
        height=TOP + tallest + MARGIN,
        boxes=boxes,
        lines=_lines(graph, found, places, critical),
        headings=tuple(
            Heading(x=MARGIN + n * (WIDTH + BETWEEN), text=text) for n, text in enumerate(texts)
        ),
    )


def _columns(graph: PlanGraph) -> tuple[list[list[str]], list[str]]:
    """Return the plans by wave: those of other phases first, those that have no wave last."""
    columns: list[list[str]] = []
    texts: list[str] = []
    if graph.outside:
        columns.append([node.path for node in graph.outside])
        texts.append("other phases")
    for wave in sorted({node.wave for node in graph.plans if node.wave is not None}):
        columns.append([node.path for node in graph.plans if node.wave == wave])
        texts.append(f"wave {wave}")
    rest = [node.path for node in graph.plans if node.wave is None]
    if rest:
        columns.append(rest)
        texts.append("in no wave")
    return columns, texts


def _height(name: str) -> float:
    return PASSING if "\0" in name else HEIGHT + BELOW


def _box(
    node: PlanNode,
    place: tuple[float, float],
    shown: Shown,
    critical: CriticalPath,
    outside: set[str],
) -> Box:
    title = textwrap.wrap(node.title, _TITLE, max_lines=2, placeholder="…", break_long_words=True)
    return Box(
        x=place[0],
        y=place[1],
        node=node,
        word=shown.word,
        look=shown.look,
        title=tuple(title),
        figures=shown.figures,
        anchor=shown.anchor,
        critical=node.path in critical.plans,
        outside=node.path in outside,
    )


def _lines(
    graph: PlanGraph,
    found: Layered,
    places: Mapping[str, tuple[float, float]],
    critical: CriticalPath,
) -> tuple[Line, ...]:
    way = set(zip(critical.plans, critical.plans[1:], strict=False))
    on_circle = {
        pair for cycle in graph.cycles for pair in zip(cycle[1:], cycle, strict=False)
    }  # a cycle's plans each wait for the next
    lines = []
    for (source, to), passed in found.lines.items():
        points = [_out_of(places[source])]
        for name in passed[1:-1]:
            x, y = places[name]
            points += [(x, y + PASSING / 2), (x + WIDTH, y + PASSING / 2)]
        points.append(_into(places[to]))
        ids = (graph.node(source).id, graph.node(to).id)
        lines.append(
            Line(
                path=_path(points),
                critical=(source, to) in way,
                circle=(source, to) in on_circle,
                told=f"{ids[1]} waits for {ids[0]}",
            )
        )
    return tuple(sorted(lines, key=lambda one: one.critical))


def _out_of(place: tuple[float, float]) -> tuple[float, float]:
    return (place[0] + WIDTH, place[1] + HEIGHT / 2)


def _into(place: tuple[float, float]) -> tuple[float, float]:
    return (place[0] - 2, place[1] + HEIGHT / 2)


def _path(points: list[tuple[float, float]]) -> str:
    """Return a smooth line: curves between columns, straight through them."""
    x, y = points[0]
    told = f"M{x:.0f} {y:.1f}"
    for n, (to_x, to_y) in enumerate(points[1:]):
        if n % 2:
            told += f"L{to_x:.0f} {to_y:.1f}"
        else:
            bend = max(24.0, abs(to_x - x) / 2)
            told += f"C{x + bend:.0f} {y:.1f} {to_x - bend:.0f} {to_y:.1f} {to_x:.0f} {to_y:.1f}"
        x, y = to_x, to_y
    return told
