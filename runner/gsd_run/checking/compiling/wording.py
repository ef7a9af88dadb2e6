"""Every claim of a plan by its id, as the plan words it."""

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.domain.claim import ClaimKind
from gsd_run.domain.plan import Artifact, KeyLink, Plan, Task, Text


class Wording(Struct, frozen=True, kw_only=True):
    """A claim before it is compiled.

    `text` is what an amendment changes: of an artifact its path, of a key link its pattern.
    `above` are the ids of the items that stand above it in the same list.
    """

    id: str
    kind: ClaimKind
    text: str
    line: int
    task: int | None = None
    amended: str = ""
    above: tuple[str, ...] = ()
    artifact: Artifact | None = None
    key_link: KeyLink | None = None

    @property
    def index(self) -> int:
        """Return the last number of the id."""
        return int(self.id.rpartition(".")[2])

    def beside(self, number: int, prose: str, offset: int) -> "Wording":
        """Return the wording of prose on the line `offset` of this claim, from 0."""
        return replace(self, id=f"{self.id}.{number}", text=prose, line=self.line + offset)


def wordings(plan: Plan) -> list[Wording]:
    """Return the wordings of all claims: tasks first, then must-haves, verification, criteria."""
    found = [wording for task in plan.tasks for wording in _of_task(task)]
    for number, truth in enumerate(plan.must_haves.truths, 1):
        found.append(
            Wording(id=f"truth.{number}", kind="truth", text=truth.statement, line=truth.line)
        )
    for number, artifact in enumerate(plan.must_haves.artifacts, 1):
        found.append(
            Wording(
                id=f"artifact.{number}",
                kind="artifact",
                text=artifact.path,
                line=artifact.line,
                artifact=artifact,
            )
        )
    for number, link in enumerate(plan.must_haves.key_links, 1):
        found.append(
            Wording(
                id=f"key_link.{number}",
                kind="key_link",
                text=link.pattern,
                line=link.line,
                key_link=link,
            )
        )
    return [
        *found,
        *_listed("verification", plan.verification),
        *_listed("criterion", plan.criteria),
    ]


def _of_task(task: Task) -> list[Wording]:
    found: list[Wording] = []
    if task.type.startswith("checkpoint"):
        return found
    text = _together(task.verify)
    line = task.verify[0].line if task.verify else task.line
    number = task.number
    found.append(Wording(id=f"verify.{number}", kind="verify", text=text, line=line, task=number))
    for index, item in enumerate(task.acceptance, 1):
        found.append(
            Wording(
                id=f"acceptance.{number}.{index}",
                kind="acceptance",
                text=item.text,
                line=item.line,
                task=number,
            )
        )
    if task.done:
        text = _together(task.done)
        found.append(
            Wording(
                id=f"done.{number}", kind="done", text=text, line=task.done[0].line, task=number
            )
        )
    return found


def _together(texts: tuple[Text, ...]) -> str:
    """Return several elements' texts as one in which every line keeps its number."""
    joined = ""
    for place, text in enumerate(texts):
        gap = text.line - texts[0].line - joined.count("\n")
        joined += ("\n" * max(gap, 1) if place else "") + text.text
    return joined


def _listed(kind: ClaimKind, items: tuple[Text, ...]) -> list[Wording]:
    ids = [f"{kind}.{number}" for number in range(1, len(items) + 1)]
    return [
        Wording(id=ids[index], kind=kind, text=item.text, line=item.line, above=tuple(ids[:index]))
        for index, item in enumerate(items)
    ]
