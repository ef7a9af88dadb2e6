"""What a report's page is made of: tests by name, plan lines, diffs, layers, critical paths."""

from itertools import pairwise

from gsd_run.domain.claim import Claim
from gsd_run.domain.event import Measured
from gsd_run.domain.graph import Dependency, PlanGraph, PlanNode
from gsd_run.domain.measurement import Measurement, Outcome, TestCase, TestRun
from gsd_run.domain.plan import Plan, Text
from gsd_run.reporting.html.critical_path import critical_path
from gsd_run.reporting.html.diffs import Marking, file_diffs
from gsd_run.reporting.html.graph_drawing import Shown, drawing_of
from gsd_run.reporting.html.layers import crossings, layered
from gsd_run.reporting.html.material import Patch
from gsd_run.reporting.html.plan_lines import excerpts_of
from gsd_run.reporting.html.tests_by_name import compared_tests
from gsd_run.reporting.html.timeline import timeline_of
from large_run import large_material


def run_of(outcomes: dict[str, Outcome], hidden: int = 0, file: str = "t.py") -> TestRun:
    """Return a run of tests; `hidden` more passed without being named."""
    found = list(outcomes.values())
    return TestRun(
        command=0,
        runner="pytest",
        source="junit",
        passed=found.count("passed") + hidden,
        failed=found.count("failed"),
        errors=found.count("error"),
        skipped=found.count("skipped"),
        cases=tuple(
            TestCase(name=name, outcome=outcome, file=file) for name, outcome in outcomes.items()
        ),
    )


def fates(before: TestRun | None, after: TestRun, last_tree: str | None = "last") -> dict[str, str]:
    events = [
        Measured(
            tree=tree,
            stored="",
            measurement=Measurement(key=tree, script="pytest", status=0, seconds=1.0, tests=(run,)),
        )
        for tree, run in (("base", before), ("last", after))
        if run is not None
    ]
    (found,) = compared_tests(events, {}, "base", last_tree)
    return {one.name: one.fate for one in found.tests}


def test_each_test_is_told_by_what_became_of_it() -> None:
    before = run_of(
        {
            "mended": "failed",
            "bad": "error",
            "hurt": "passed",
            "gone": "passed",
            "idle": "skipped",
            "well": "passed",
            "off": "passed",
        }
    )
    after = run_of(
        {
            "mended": "passed",
            "bad": "failed",
            "hurt": "failed",
            "more": "passed",
            "idle": "skipped",
            "well": "passed",
            "off": "skipped",
        }
    )

    assert fates(before, after) == {
        "hurt": "broken",
        "off": "broken",
        "bad": "failing",
        "mended": "fixed",
        "more": "new",
        "gone": "vanished",
        "idle": "skipped",
        "well": "passing",
    }


def test_where_only_failures_are_named_nothing_is_said_to_vanish_or_be_new() -> None:
    before = run_of({"mended": "failed", "bad": "failed"}, hidden=5)
    after = run_of({"bad": "failed", "hurt": "failed"}, hidden=5)

    assert fates(before, after) == {"hurt": "broken", "bad": "failing", "mended": "ceased"}


def test_without_a_measurement_before_no_test_is_fixed_new_or_broken() -> None:
    assert fates(None, run_of({"well": "passed", "bad": "failed"})) == {
        "bad": "failing",
        "well": "passing",
    }


def test_of_a_run_without_a_last_tree_what_was_measured_last_counts() -> None:
    before, after = run_of({"bad": "failed"}), run_of({"bad": "passed"})

    assert fates(before, after, last_tree=None) == {"bad": "fixed"}


def test_a_test_that_another_run_calls_by_its_file_too_is_the_same_test() -> None:
    before = run_of({"t.py::test_a": "failed"})

    assert fates(before, run_of({"test_a": "passed"})) == {"test_a": "fixed"}


PLAN_TEXT = """\
must_haves:
  truths:
    - "It holds,
       on two lines"
    - "Another"
<verify>
cd there
pytest
</verify>
"""


def test_the_lines_of_a_claim_are_those_of_the_plan() -> None:
    plan = Plan(
        id="01-01", path="p", sha256="", phase="01", number="01",
        verification=(Text("cd there\npytest", 7),),
    )  # fmt: skip
    truth = Claim(id="truth.1", kind="truth", text="It holds, on two lines", line=3)
    verify = Claim(id="verification.1", kind="verification", text="cd there\npytest", line=7)

    of_truth, of_verify = excerpts_of((truth, verify), plan, PLAN_TEXT).values()

    assert of_truth is not None
    assert of_truth.span == "3–4"
    assert [line.text for line in of_truth.lines] == ['    - "It holds,', '       on two lines"']
    assert of_verify is not None
    assert [(line.number, line.text) for line in of_verify.lines] == [
        (7, "cd there"),
        (8, "pytest"),
    ]
    # without the plan's text, what the journal has of it
    assert list(excerpts_of((truth, verify), plan, "").values()) == [None, of_verify]


def test_a_diff_is_marked_as_in_the_whole_file() -> None:
    old = '"""Words\nof one <b>text</b>.\n"""\nvalue = 1\n'
    new = old.replace("one", "the").replace("= 1", "= 2")
    text = (
        'diff --git "a/p\\303\\244.py" "b/p\\303\\244.py"\nindex 111..222 100644\n'
        '--- "a/p\\303\\244.py"\n+++ "b/p\\303\\244.py"\n'
        "@@ -2,3 +2,3 @@\n-of one <b>text</b>.\n+of the <b>text</b>.\n"
        ' """\n-value = 1\n+value = 2\n'
        "diff --git a/logo.png b/logo.png\nnew file mode 100644\nindex 000..333\n"
        "Binary files /dev/null and b/logo.png differ\n"
    )
    patch = Patch(task=1, text=text, texts={"111": old, "222": new})

    source, picture = file_diffs(patch, Marking())

    assert (source.path, source.status, source.added, source.removed) == ("pä.py", "modified", 2, 2)
    assert [(one.sign, one.old, one.new, one.markup) for one in source.hunks[0].lines] == [
        ("-", 2, 0, "<b class=s>of one &lt;b&gt;text&lt;/b&gt;.</b>"),
        ("+", 0, 2, "<b class=s>of the &lt;b&gt;text&lt;/b&gt;.</b>"),
        (" ", 3, 3, '<b class=s>"""</b>'),
        ("-", 4, 0, "value = <b class=m>1</b>"),
        ("+", 0, 4, "value = <b class=m>2</b>"),
    ]
    assert (picture.path, picture.status, picture.note) == ("logo.png", "created", "a binary file")


def test_a_renamed_file_is_one_file_with_two_names() -> None:
    text = (
        "diff --git a/old.txt b/new place.txt\nsimilarity index 90%\nrename from old.txt\n"
        "rename to new place.txt\nindex 111..222 100644\n--- a/old.txt\n+++ b/new place.txt\t\n"
        "@@ -1,2 +1,2 @@\n one\n-two\n+three\n"
        "diff --git a/a b/longer\nsimilarity index 100%\nrename from a\nrename to longer\n"
    )

    changed, moved = file_diffs(Patch(task=1, text=text), Marking())

    assert (changed.before, changed.path, changed.status) == ("old.txt", "new place.txt", "renamed")
    assert (changed.added, changed.removed) == (1, 1)
    assert (moved.before, moved.path, moved.note) == ("a", "longer", "no line of it changed")


def test_lines_of_a_graph_cross_as_little_as_can_be() -> None:
    columns = [["a", "b", "c"], ["x", "y", "z"], ["end"]]
    edges = [("a", "z"), ("b", "y"), ("c", "x"), ("a", "end")]

    found = layered(columns, edges)

    links = [pair for line in found.lines.values() for pair in pairwise(line)]
    assert crossings(found.columns, links) == 0
    assert found.lines["a", "end"][0::2] == ("a", "end")
    assert [len(column) for column in found.columns] == [3, 4, 1]


def node(name: str, wave: int | None) -> PlanNode:
    return PlanNode(id=name, path=name, wave=wave, title=f"About {name}")


def graph(*edges: tuple[str, str], cycles: tuple[tuple[str, ...], ...] = ()) -> PlanGraph:
    return PlanGraph(
        phase="01",
        folder="01",
        plans=(node("a", 1), node("b", 2), node("c", 2), node("d", 3)),
        edges=tuple(
            Dependency(plan=plan, needs=needs, entry=needs, line=1) for plan, needs in edges
        ),
        cycles=cycles,
    )


EDGES = (("b", "a"), ("c", "a"), ("d", "b"), ("d", "c"))


def test_the_critical_path_goes_by_time_where_all_was_measured() -> None:
    times = {"a": 1.0, "b": 2.0, "c": 5.0, "d": 1.0}

    by_time = critical_path(graph(*EDGES), times)
    by_number = critical_path(graph(*EDGES), {"a": 1.0})

    assert (by_time.plans, by_time.seconds) == (("a", "c", "d"), 7.0)
    assert (by_number.plans, by_number.seconds) == (("a", "b", "d"), None)
    assert (
        critical_path(graph(*EDGES, ("a", "d"), cycles=(("a", "d", "b", "a"),)), times).plans == ()
    )
    assert critical_path(PlanGraph(phase="", folder=""), {}).plans == ()


def test_boxes_of_a_drawing_do_not_lie_on_each_other() -> None:
    whole = graph(*EDGES, ("d", "a"))
    shown = {one.path: Shown(word="not run", anchor=one.id) for one in whole.plans}

    drawn = drawing_of(whole, critical_path(whole, {}), shown)

    places = {(box.x, box.y) for box in drawn.boxes}
    assert len(places) == 4
    assert all(box.x >= 0 and box.y >= 0 for box in drawn.boxes)
    assert [line.told for line in drawn.lines if line.critical] == [
        "b waits for a",
        "d waits for b",
    ]
    assert len(drawn.lines) == 5


def test_a_timeline_tells_each_event_once_and_leaves_pauses_out() -> None:
    material = large_material(3, tests=4, lines=2)

    found = timeline_of(material.records)

    told = sorted(entry.seq for stage in found.stages for entry in stage.entries)
    assert told == [record.seq for record in material.records]
    assert [(stage.kind, stage.task) for stage in found.stages] == [
        ("base", None),
        ("task", 1),
        ("task", 2),
        ("task", 3),
        ("end", None),
    ]
    assert found.paused == 0
