"""The lines of a plan that a claim came from."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from gsd_run.domain.claim import Claim
from gsd_run.domain.plan import Plan, Task, Text

MOST = 24  # lines of one claim that are shown


class PlanLine(Struct, frozen=True):
    """A line of a plan, as it is written there, and its number."""

    number: int
    text: str


class PlanExcerpt(Struct, frozen=True, kw_only=True):
    """Lines of a plan that follow each other; `left_out` tells that the claim has more."""

    lines: tuple[PlanLine, ...]
    left_out: int = 0

    @property
    def span(self) -> str:
        """Return the numbers of the first and last line."""
        first, last = self.lines[0].number, self.lines[-1].number + self.left_out
        return f"{first}" if first == last else f"{first}–{last}"


def excerpts_of(claims: Iterable[Claim], plan: Plan, text: str) -> dict[str, PlanExcerpt | None]:
    """Return the lines that each claim came from, by its id, None where they are not at hand.

    With the plan's whole text they are taken from it, else from the parts that the journal has.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if text else []
    tasks = {one.number: one for one in plan.tasks}
    return {
        claim.id: _excerpt(claim, lines, _part_at(claim, plan, tasks.get(claim.task or 0)))
        for claim in claims
    }


def _excerpt(claim: Claim, lines: Sequence[str], part: Text | None) -> PlanExcerpt | None:
    if not lines:
        return _cut(part.text.split("\n"), part.line) if part else None
    if not 1 <= claim.line <= len(lines):
        return None
    height = part.text.count("\n") + 1 if part else _height(lines, claim)
    first = part.line if part else claim.line
    return _cut(lines[first - 1 : first - 1 + height], first)


def _part_at(claim: Claim, plan: Plan, task: Task | None) -> Text | None:
    """Return the text of the plan in which a claim stands, where it has one of its own."""
    places: dict[str, tuple[Text, ...]] = {
        "verify": task.verify if task else (),
        "done": task.done if task else (),
        "verification": plan.verification,
        "criterion": plan.criteria,
    }
    nearest = None
    for one in places.get(claim.kind, ()):
        inside = one.line <= claim.line <= one.line + one.text.count("\n")
        if inside and (nearest is None or one.line > nearest.line):
            nearest = one
    return nearest


def _height(lines: Sequence[str], claim: Claim) -> int:
    """Return how many lines an item has: its first, and those that are indented further."""
    if claim.kind in {"acceptance", "summary"}:
        return max(1, claim.text.count("\n") + 1)
    first = lines[claim.line - 1]
    depth = len(first) - len(first.lstrip())
    height = 1
    for line in lines[claim.line :]:
        if not line.strip() or len(line) - len(line.lstrip()) <= depth:
            break
        height += 1
    return height


def _cut(lines: Sequence[str], first: int) -> PlanExcerpt:
    """Leave out empty lines at both ends, and what is too much."""
    begin = next((n for n, line in enumerate(lines) if line.strip()), 0)
    end = len(lines)
    while end > begin + 1 and not lines[end - 1].strip():
        end -= 1
    kept = lines[begin : min(end, begin + MOST)]
    return PlanExcerpt(
        lines=tuple(PlanLine(first + begin + n, line) for n, line in enumerate(kept)),
        left_out=max(0, end - begin - MOST),
    )
