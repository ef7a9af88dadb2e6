"""What a page is made of: a run's records, and what could be found of that which they name."""

from msgspec import Struct

from gsd_run.domain.event import Record
from gsd_run.domain.graph import PlanGraph
from gsd_run.domain.measurement import Measurement
from gsd_run.domain.report import Report
from gsd_run.domain.run import RunState
from gsd_run.domain.standing import Trouble


class Patch(Struct, frozen=True, kw_only=True):
    """What a task changed, as git's unified diff with whole object ids.

    `texts` holds files of it before and after, by blob id, as far as they are not too large.
    `commit` is "" for work that was not committed. Where the change can't be shown, `missing`
    says why, and the rest is empty.
    """

    task: int
    commit: str = ""
    subject: str = ""
    text: str = ""
    texts: dict[str, str] = {}
    missing: str = ""


class Standing(Struct, frozen=True, kw_only=True):
    """Where a run stands: `word` is complete, stopped, waiting, running, ended or undone.

    `reason` says why it stands there, `way_on` the command that goes on with it, "" if none does.
    """

    word: str
    reason: str = ""
    way_on: str = ""
    task: int | None = None


class Material(Struct, frozen=True, kw_only=True):
    """Everything that the report of one run is made of.

    `state` is folded from `records`; `report` is its report as it stands. `source` names the
    file of the records. `wholes` are measurements with their whole outputs, by the hash under
    which they are stored; what is not there is known by its excerpts. `plan_text` is the plan as
    the run read it, "" where it is not at hand. `to_come` are the claims that the run has not
    judged: they are UNPROVEN, and that says nothing of them.
    """

    records: tuple[Record, ...]
    state: RunState
    report: Report
    standing: Standing
    source: str
    wholes: dict[str, Measurement] = {}
    plan_text: str = ""
    patches: tuple[Patch, ...] = ()
    to_come: tuple[str, ...] = ()

    @property
    def is_judged(self) -> bool:
        """Tell whether all claims were judged on the final tree."""
        return self.standing.word in {"complete", "ended"}


class PhaseMaterial(Struct, frozen=True, kw_only=True):
    """The plans of a phase, and the runs of those that were run, by the plan's path.

    `troubles` are records that can't be read.
    """

    graph: PlanGraph
    runs: dict[str, Material]
    troubles: tuple[Trouble, ...] = ()
