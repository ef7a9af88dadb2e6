"""The plans of a phase as a graph: what waits for what, and which may be carried out together."""

from typing import Literal

from msgspec import Struct

from gsd_run.domain.plan import Finding, Plan

PlanState = Literal["open", "complete", "halted", "superseded", "unreadable"]

LONGEST_TITLE = 60  # letters


class PlanNode(Struct, frozen=True, kw_only=True):
    """A plan of the graph; `path` is relative to the project root and tells plans apart.

    `declared_wave` is what the plan says. `earliest_wave` is what depends_on alone gives, counted
    from 1, or from 0 where a plan of the phase declares wave 0. `wave` is the one that the plan
    is carried out in: after all that it depends on, and not before the wave that it declares.
    The three are None for plans of other phases, and the last two for superseded plans.
    `files` are those that the plan says it modifies.
    """

    id: str
    path: str
    title: str = ""
    state: PlanState = "open"
    autonomous: bool = True
    declared_wave: int | None = None
    earliest_wave: int | None = None
    wave: int | None = None
    files: tuple[str, ...] = ()


class Dependency(Struct, frozen=True, kw_only=True):
    """An edge: the plan at `plan` waits for the one at `needs`, by an entry of its depends_on.

    Both are paths of nodes; `line` is where the entry stands in the waiting plan.
    """

    plan: str
    needs: str
    entry: str
    line: int


class PlanGraph(Struct, frozen=True, kw_only=True):
    """The plans of one phase in the order in which they are carried out.

    By what they depend on first, by wave second, by number third. `outside` are plans of other
    phases that these depend on. A cycle is a list of paths, each waiting for the next; the first
    stands at its end again.
    """

    phase: str
    folder: str
    plans: tuple[PlanNode, ...] = ()
    outside: tuple[PlanNode, ...] = ()
    edges: tuple[Dependency, ...] = ()
    cycles: tuple[tuple[str, ...], ...] = ()
    findings: tuple[Finding, ...] = ()

    def node(self, path: str) -> PlanNode:
        """Return the node of a path."""
        return next(one for one in (*self.plans, *self.outside) if one.path == path)

    def needs(self, path: str) -> tuple[PlanNode, ...]:
        """Return what the plan at a path waits for."""
        return tuple(
            self.node(needed)
            for needed in dict.fromkeys(edge.needs for edge in self.edges if edge.plan == path)
        )


def title_of(plan: Plan) -> str:
    """Return what a plan is about in a few words: its title, or how its objective begins."""
    for key in ("title", "name", "objective"):
        said = plan.frontmatter.get(key)
        if isinstance(said, str) and said.strip():
            return shortened(said)
    return shortened(plan.objective.text if plan.objective else "")


def shortened(text: str, most: int = LONGEST_TITLE) -> str:
    """Return a text's first line with words, without Markdown's marks, cut to size."""
    line = next((line.strip("#*-> \t") for line in text.split("\n") if line.strip("#*-> \t")), "")
    words = " ".join(line.replace("**", "").replace("`", "").split())
    if len(words) <= most:
        return words
    whole_words = words[:most].rpartition(" ")[0].rstrip(",;:")
    return (whole_words if len(whole_words) > most // 2 else words[: most - 1]) + "…"
