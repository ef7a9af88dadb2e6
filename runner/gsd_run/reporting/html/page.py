"""One page of HTML for a run, or for a phase with its runs: nothing beside it, nothing loaded."""

import base64
import hashlib
import json
from collections.abc import Collection, Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from gsd_run.domain import lazy
from gsd_run.domain.graph import PlanGraph, PlanNode
from gsd_run.domain.visible import visible
from gsd_run.outside.templates import duration, environment
from gsd_run.reporting.html.critical_path import critical_path
from gsd_run.reporting.html.diffs import Marking
from gsd_run.reporting.html.graph_drawing import HEIGHT, WIDTH, Shown, drawing_of
from gsd_run.reporting.html.material import Material, PhaseMaterial
from gsd_run.reporting.html.plan_view import SORTS, PlanView, plan_view
from gsd_run.reporting.html.stage_view import kind_of
from gsd_run.reporting.html.tests_by_name import FATES
from gsd_run.reporting.html.timeline import merged

if TYPE_CHECKING:
    import jinja2

PACKAGE = "gsd_run.reporting"
AT_ONCE = 1_500_000  # characters of outputs and diffs that are in the page itself; the rest opens
MANY = 300  # claims from which on a page holds only what is in sight
_COLOURS = lazy.pattern("\x1b\\[[0-9;:]*m")  # they say nothing on a page
_MARKS = (("⟦project⟧/", ""), ("⟦project⟧", "."), ("⟦tmp⟧", "/tmp"))


class Bodies:
    """Long parts of a page: the first ones stand where they belong, the rest waits as data.

    What waits is put in its place by the page's own script when it is opened, so that a page of
    hundreds of tasks is there at once.
    """

    def __init__(self, *, many: bool, at_once: int = AT_ONCE) -> None:
        """Let the first `at_once` characters stand where they belong; of `many` items nothing."""
        self._many = many
        self._left = 0 if many else at_once
        self._waiting: list[str] = []

    def item(self, inside: Markup) -> Markup:
        """Return what stands in place of all that one of the items holds when it is opened."""
        return self.keep(inside) if self._many else inside

    def keep(self, body: Markup) -> Markup:
        """Return what stands in a long part's place: itself, or the mark by which it is found."""
        text = str(body)
        if len(text) <= self._left:
            self._left -= len(text)
            return body
        self._waiting.append(text)
        return Markup('<div class="waiting" data-body="{}">Needs JavaScript.</div>').format(
            len(self._waiting) - 1
        )

    def data(self) -> Markup:
        """Return what waits, as JSON that can stand in a page."""
        text = json.dumps(self._waiting, ensure_ascii=False)
        return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - nothing in it can end the element that it stands in


def plan_page(material: Material) -> str:
    """Return the page of one run."""
    view = plan_view(material, "", Marking())
    title = f"{material.report.plan}: {material.report.name}"
    return _page("report/plan_page.html.j2", title, {"view": view}, view.counts)


def phase_page(phase: PhaseMaterial) -> str:
    """Return the page of a phase: its graph, and a section for each of its plans."""
    marking = Marking()
    graph = phase.graph
    anchors = {node.path: f"p{n}-" for n, node in enumerate(graph.plans, 1)}
    views = {
        path: plan_view(material, anchors[path], marking) for path, material in phase.runs.items()
    }
    seconds = {
        path: view.timeline.seconds
        for path, view in views.items()
        if view.material.standing.word == "complete"
    }
    critical = critical_path(graph, seconds)
    unread = {one.plan for one in phase.troubles}
    shown = {node.path: _shown(node, views, anchors, unread) for node in graph.plans}
    shown |= {node.path: _shown_outside(node) for node in graph.outside}
    values = {
        "graph": graph,
        "views": views,
        "anchors": anchors,
        "shown": shown,
        "critical": critical,
        "drawing": drawing_of(graph, critical, shown),
        "box": (WIDTH, HEIGHT),
        "needs": {node.path: graph.needs(node.path) for node in graph.plans},
        "findings": [str(one) for one in graph.findings],
        "troubles": phase.troubles,
    }
    counts = {sort: sum(view.counts[sort] for view in views.values()) for sort in SORTS}
    return _page("report/phase_page.html.j2", _phase_title(graph), values, counts)


def _phase_title(graph: PlanGraph) -> str:
    return f"Phase {graph.phase}" if graph.phase else "A phase without plans"


def _shown(
    node: PlanNode,
    views: Mapping[str, PlanView],
    anchors: Mapping[str, str],
    unread: Collection[str],
) -> Shown:
    view = views.get(node.path)
    anchor = f"{anchors[node.path]}plan"
    if view is None:
        # of what others wrote into a summary nothing was measured here
        words = {"open": "not run", "complete": "summary, no run here"}
        word = "record unreadable" if node.path in unread else words.get(node.state, node.state)
        return Shown(word=word, look=word.split(",")[0].replace(" ", "-"), anchor=anchor)
    counts = view.counts
    proven = f"{counts['proven']} of {sum(counts.values())} proven"
    figures = f"{proven} · {duration(view.timeline.seconds)}"
    word = view.material.standing.word
    look = "refuted" if counts["refuted"] else word
    return Shown(word=word, look=look, figures=figures, anchor=anchor)


def _shown_outside(node: PlanNode) -> Shown:
    words = {"open": "no summary yet", "complete": "has a summary"}
    return Shown(word=words.get(node.state, node.state))


def _page(name: str, title: str, values: Mapping[str, Any], counts: Mapping[str, int]) -> str:
    style, script = _part("report.css"), _part("report.js")
    many = sum(counts.values()) > MANY
    bodies = Bodies(many=many)
    whole = {
        **values,
        "title": title,
        "counts": counts,
        "many": many,
        "style": style,
        "script": script,
        "policy": _policy(style, script),
        "bodies": bodies,
        "FATES": FATES,
        "kind_of": kind_of,
        "spans": _spans,
        "code": _code,
    }
    return templates().get_template(name).render(whole)


def _policy(style: Markup, script: Markup) -> str:
    """Return what the page may do: its own style and its own script, and nothing else at all."""
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(str(text).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _part(name: str) -> Markup:
    """Return the page's style or script, which are ours."""
    place = resources.files(PACKAGE).joinpath("templates", "report", name)
    return Markup(place.read_text(encoding="utf-8"))  # noqa: S704 - ours


@cache
def templates() -> "jinja2.Environment":
    """Return where the page's templates are found; what they show is escaped, all of it."""
    found = environment(PACKAGE).overlay(autoescape=True, finalize=shown)
    found.filters = {**found.filters, "script": without_marks, "seconds": duration}
    return found


def shown(value: object) -> object:
    """Return a value as a page may show it: nothing in it acts, nothing turns a line around."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(_COLOURS.sub("", value) if "\x1b" in value else value)
    return value


def without_marks(text: str) -> str:
    """Return a script as the plan has it, without the marks for the project and for /tmp."""
    for mark, plain in _MARKS:
        text = text.replace(mark, plain)
    return text


def _code(lines: object) -> Markup:
    """Return lines that are markup already."""
    return Markup(str(lines))  # noqa: S704 - highlighting escaped them


def _spans(view: PlanView, stage: object, width: int = 1000) -> list[tuple[float, float]]:
    """Return when a stage worked, as begin and width within the whole run's `width`."""
    whole = view.timeline.seconds or 1.0
    busy = merged((one.at, one.until) for one in getattr(stage, "busy", ()))
    found: list[tuple[float, float]] = []
    for at, until in busy:
        x, wide = at / whole * width, max(2.0, (until - at) / whole * width)
        if found and x - sum(found[-1]) < 1:
            wide = x + wide - found[-1][0]
            x = found.pop()[0]
        found.append((round(x, 1), round(wide, 1)))
    return found
