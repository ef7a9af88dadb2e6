"""Reports of runs that never were: what a template is tried on before a run begins."""

from msgspec.structs import replace

from gsd_run.domain.claim import Evidence
from gsd_run.domain.event import Deviation
from gsd_run.domain.measurement import TestCase, TestRun
from gsd_run.domain.report import ClaimRow, CoverageRow, Report, TaskRow, TestsRow

_KINDS = (
    "verify", "acceptance", "done", "truth", "artifact", "key_link", "verification", "criterion"
)  # fmt: skip


def sample_reports() -> tuple[Report, ...]:
    """Return a report in which everything is there that can be, and one in which little is."""
    return _full(), _bare()


def _bare() -> Report:
    return replace(
        _full(),
        branch="",
        gap="",
        tasks=(),
        claims=(),
        tests=None,
        all_tests=(),
        coverage=(),
        deviations=(),
        mends=(),
        dirty=(),
        replayed="",
        requirements=(),
        depends_on=(),
        provides=(),
        tokens=None,
        trouble="",
    )


def _full() -> Report:
    commit = "0123456789abcdef0123456789abcdef01234567"
    tests = _tests()
    return Report(
        plan="01-01",
        phase="01-sample",
        number="01",
        scope="01",
        name="A sample",
        path=".planning/phases/01-sample/01-01-PLAN.md",
        run="20260101T000000-000000",
        started_at="2026-01-01T00:00:00.000Z",
        ended_at="2026-01-01T00:01:00.000Z",
        seconds=60.0,
        base=commit,
        branch="main",
        environment={"gsd-run": "0", "python": "3", "system": "Linux", "git": "2", "cores": "2",
                     "fingerprint": "0", "sandbox": "bubblewrap"},
        gap="a gap",
        tasks=_tasks(commit),
        claims=_claims(),
        tests=tests,
        all_tests=(tests, replace(tests, before=None)),
        coverage=(CoverageRow(path="sample.py", before=50.0, after=75.0),
                  CoverageRow(path="other.py", before=None, after=75.0)),
        deviations=(Deviation(kind="amendment", where="verify.1", what="a → b", reason="why"),),
        mends=(commit,),
        baseline=False,
        dirty=("dirty.txt",),
        replayed="The steps were recorded from another run.",
        requirements=("SAMPLE-01",),
        depends_on=("01-00",),
        provides=("a sample",),
        tokens=1000,
        trouble="a trouble",
    )  # fmt: skip


def _tasks(commit: str) -> tuple[TaskRow, ...]:
    first = TaskRow(
        number=1,
        name="Add a sample",
        outcome="PASSED",
        attempts=2,
        executor="agent",
        seconds=30.0,
        commit=commit,
        added=("sample.py",),
        modified=("other.py",),
        deleted=("old.py",),
        fixes=(("write", 2, "written anew"),),
        undecided=("sample.py:1: left",),
        by="agent sample, 2 calls",
        failures=("attempt 1: verify.1: exit 1",),
        red=("verify.1: exit 1",),
        red_commit=commit,
    )
    second = TaskRow(
        number=2, name="Decide", outcome="ANSWERED", attempts=1, executor="person", seconds=0.0,
        commit="", added=(), modified=(), deleted=(), fixes=(), undecided=(),
        by="a chosen by Pat", decision="Which? a",
    )  # fmt: skip
    return first, second


def _claims() -> tuple[ClaimRow, ...]:
    evidence = (Evidence(check="pytest -q", found="2 passed", measurement="0"),)
    proven = [
        ClaimRow(
            id=f"{kind}.1", kind=kind, line=number, text="pytest -q", state="PROVEN",
            reason="2 passed", note="", marks=("amended",), evidence=evidence, task=1,
            before="REFUTED",
        )
        for number, kind in enumerate(_KINDS, 1)
    ]  # fmt: skip
    vacuous = replace(proven[3], id="truth.2", note="vacuous", before="PROVEN")
    unproven = replace(proven[3], id="truth.3", state="UNPROVEN", reason="none", evidence=())
    return (*proven, vacuous, unproven)


def _tests() -> TestsRow:
    good = TestCase(name="test_sample", outcome="passed", file="test_sample.py")
    bad = TestCase(name="test_other", outcome="failed", message="no", file="test_sample.py")
    before = TestRun(
        command=0, runner="pytest", source="junit", passed=1, failed=1, errors=0, skipped=1,
        cases=(good, bad),
    )  # fmt: skip
    after = replace(before, passed=2, failed=0, cases=(good,))
    return TestsRow(
        command="pytest -q", before=before, after=after, fixed=("test_other",), broken=("test_x",)
    )
