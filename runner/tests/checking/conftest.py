"""Plans judged for real: compiled, measured by bash at a base and after a change."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from gsd_run.checking.compiling.adaptations import placed
from gsd_run.checking.compiling.compile import compile_plan
from gsd_run.checking.judging import Tree, judge, tempered
from gsd_run.checking.measuring.measure import measure
from gsd_run.domain.claim import ScriptSource, Verdict
from gsd_run.domain.measurement import Measurement
from gsd_run.domain.plan import Artifact, KeyLink, MustHaves, Plan, Task, Text, Truth
from gsd_run.domain.run_file import Amendment, Proof, RunFile
from msgspec.structs import replace
from sandbox import environment

Files = Mapping[str, str | None]


def small_plan(  # noqa: PLR0913 - a plan has many parts
    *,
    verify: str = "",
    more_verify: Sequence[str] = (),
    done: str = "",
    acceptance: Sequence[str] = (),
    truths: Sequence[str] = (),
    artifacts: Sequence[Artifact] = (),
    key_links: Sequence[KeyLink] = (),
    verification: Sequence[str] = (),
    criteria: Sequence[str] = (),
) -> Plan:
    """Return a plan of one task for each verify block; the first has `done` and `acceptance`."""
    blocks = [verify, *more_verify]
    tasks = [
        Task(
            number=number,
            name=f"Task {number}",
            line=number,
            verify=(Text(block, 10 * number),) if block else (),
            done=(Text(done, 10 * number + 5),) if done and number == 1 else (),
            acceptance=tuple(Text(one, 19) for one in acceptance) if number == 1 else (),
        )
        for number, block in enumerate(blocks, 1)
    ]
    return Plan(
        id="01-01",
        path="01-01-PLAN.md",
        sha256="",
        phase="01",
        number="01",
        tasks=tuple(tasks),
        must_haves=MustHaves(
            truths=tuple(Truth(statement=one, line=3) for one in truths),
            artifacts=tuple(artifacts),
            key_links=tuple(key_links),
        ),
        verification=tuple(Text(one, 80 + number) for number, one in enumerate(verification)),
        criteria=tuple(Text(one, 90 + number) for number, one in enumerate(criteria)),
    )


def run_file(*proofs: Proof, amend: Sequence[Amendment] = ()) -> RunFile:
    return RunFile(path="RUN.yaml", sha256="", amendments=tuple(amend), proofs=proofs)


class Judged:
    """A small project on which plans are judged, before a change and after it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.root.mkdir()
        self.scratch = folder / "scratch"

    def write(self, files: Files) -> None:
        for path, text in files.items():
            place = self.root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                place.unlink()
            else:
                place.write_text(text)

    def __call__(
        self, plan: Plan, base: Files, change: Files | None = None, supplied: RunFile | None = None
    ) -> dict[str, Verdict]:
        """Return the verdicts by claim after the change, as the end of a run has them."""
        self.write(base)
        claims = compile_plan(plan, supplied, self.root).claims
        at_base = self._tree("base", {}, base)
        before = {claim.id: judge(claim, at_base) for claim in claims}
        self.write(change or {})
        now = self._tree("now", at_base, base)
        return {claim.id: tempered(claim, judge(claim, now), before[claim.id]) for claim in claims}

    def _tree(self, name: str, base: "Tree | dict[str, Measurement]", files: Files) -> Tree:
        known: dict[str, Measurement] = {}

        def measured(source: ScriptSource) -> Measurement:
            if source.script not in known:
                found = measure(
                    placed(source.script, self.root, self.scratch / "tmp"),
                    root=self.root,
                    environment=environment(PYTHONDONTWRITEBYTECODE="1"),
                    scratch=self.scratch,
                    timeout=60,
                    python="python3",
                    key=f"{name} {source.script}",
                )
                known[source.script] = replace(found, script=source.script)
            return known[source.script]

        return Tree(
            root=self.root,
            measure=measured,
            before=base.measure if isinstance(base, Tree) else measured,
            base_text=files.get,
            at_base=not isinstance(base, Tree),
        )


@pytest.fixture
def judged(tmp_path: Path) -> Judged:
    return Judged(tmp_path)


@pytest.fixture
def plan_of() -> Callable[..., Plan]:
    return small_plan


@pytest.fixture
def supplying() -> Callable[..., RunFile]:
    return run_file
