"""Every way in which plans and phases are named, against one project that has them all."""

from pathlib import Path

import pytest
from gsd_run.domain.errors import UsageError
from gsd_run.reading.locating import dependency, find_root, is_complete, locate
from gsd_run.reading.phases import phase_plans
from gsd_run.reading.plan_names import is_plan_file

PLANS = (
    "phases/01-start/01-01-PLAN.md",
    "phases/01-start/01-02-PLAN.md",
    "phases/03.2.1-deep/03.2.1-01-PLAN.md",
    "phases/04.1-inserted/04.1-01-PLAN.md",
    "phases/04.1-inserted/04.1-02a-PLAN.md",
    "phases/12A-letters/12A-01-PLAN.md",
    "phases/05-three/5-PLAN-01-setup.md",
    "phases/06-nested/plans/PLAN-01-model.md",
    "phases/06-nested/plans/PLAN-02-review.md",
    "phases/07-alone/PLAN.md",
    "phases/08-80-percent/08-80-percent-01-PLAN.md",
    "phases/09-gaps/09-GAP-01-PLAN.md",
    "phases/09-gaps/09-01-PLAN.md",
    "phases/10-slugged/10-01-store-the-rows-PLAN.md",
    "phases/11-small/11-01-plan.md",
    "phases/CK-20-coded/CK-20-01-PLAN.md",
    "phases/APP_CODE-21-coded/APP_CODE-21-01-PLAN.md",
    "phases/GSD.02-05-bracket/GSD.02-05-01-PLAN.md",
    "phases/GSD.02-06.01-bracket-sub/06.01-03-PLAN.md",
    "phases/22-01-within-a-milestone/22-01-03-PLAN.md",
    "phases/v1.2-01-prefixed/v1.2-01-02-PLAN.md",
    "phases/100-far/100-01-PLAN.md",
    "quick/17-mend-it/17-PLAN.md",
    "quick/260404-cv7-add-checks/260404-cv7-PLAN.md",
    "quick/solve-batch-1-14/PLAN.md",
    "workstreams/web/phases/40-pages/40-01-PLAN.md",
    "workstreams/web/phases/41-more/41-01-PLAN.md",
    "workstreams/api/phases/40-routes/40-01-PLAN.md",
    "milestones/v1.0-phases/01-start/01-01-PLAN.md",
    "milestones/v1.0-phases/30-past/30-01-PLAN.md",
    "milestones/v1.1-phases/30-past/30-01-PLAN.md",
)
NO_PLANS = (
    "phases/01-start/01-01-SUMMARY.md",
    "phases/01-start/01-03-PLAN-OUTLINE.md",
    "phases/01-start/01-03-PLAN.pre-bounce.md",
    "phases/01-start/01-PLAN-REVIEW.md",
    "phases/01-start/01-RESEARCH.md",
    "phases/01-start/REPLAN-INPUTS.md",
    "phases/01-start/PLANNING-NOTES.md",
    "phases/05-three/5-PLAN-01-SUMMARY.md",
    "phases/06-nested/plans/SUMMARY-01-model.md",
)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    for name in (*PLANS, *NO_PLANS):
        file = root / ".planning" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    (root / "src").mkdir()
    return root


def below(path: Path, root: Path) -> str:
    return path.relative_to(root / ".planning").as_posix()


@pytest.mark.parametrize(
    ("names", "plan"),
    [
        ("01-02 1-2 01-2 1-02 01-02-PLAN 01-02-PLAN.md 01-start-02 01-start/02", 1),
        ("03.2.1-01 3.2.1-1 03.2.1-1", 2),
        ("04.1-01 4.1-1 04.1-1 4.1-01 inserted/1", 3),
        ("04.1-02a 4.1-2A 04.1-02A-PLAN.md", 4),
        ("12A-01 12a-1 12a-01-plan.md", 5),
        ("05-01 5-1 5-01-setup 5-PLAN-01-setup 5-PLAN-01-setup.md", 6),
        ("06-01 6-1 06-nested-01 PLAN-01-model 06-nested/01", 7),
        ("06-02 6-2-review", 8),
        ("07 7 07-alone alone", 9),
        ("08-01 8-1 08-80-percent-01 80-percent/01", 10),
        ("09-GAP-01 9-gap-1 09-gaps-GAP-01 gaps/gap-01", 11),
        ("09-01 9-1", 12),
        ("10-01 10-1 10-01-store-the-rows 10-slugged-01", 13),
        ("11-01 11-1", 14),
        ("CK-20-01 ck-20-1 20-01 20-1", 15),
        ("APP_CODE-21-01 app_code-21-1 21-01", 16),
        ("GSD.02-05-01 gsd.2-5-1 02-05-01 [GSD.02]_05-01", 17),
        ("GSD.02-06.01-03 06.01-03 6.1-3", 18),
        ("22-01-03 22-1-3 22-01-within-a-milestone-03 22-01/03", 19),
        ("v1.2-01-02 V1.2-1-2 v1.2-01-prefixed-02", 20),
        ("100-01 100-1", 21),
        ("17 quick-17 17-mend-it quick/17 17-PLAN.md", 22),
        ("260404-cv7 260404-CV7 quick-260404-cv7 260404-cv7-add-checks", 23),
        ("solve-batch-1-14 quick/solve-batch-1-14", 24),
        ("web/40-01 web/40-1 workstreams/web/40-01 40-pages-01 web/40-pages/01", 25),
        ("41-01 41-1", 26),
        ("api/40-01 40-routes-01 api/01", 27),
        ("v1.0/01-01 v1.0-01-01 v1.0-1-1 v1.0-phases/01-01", 28),
        ("v1.0/30-01 v1.0-30-01", 29),
        ("v1.1/30-01 v1.1-30-1 v1.1-phases/30-past/30-01", 30),
    ],
)
def test_names_of_plans(root, names, plan):
    for name in names.split():
        spaced = name.replace("_", " ") if "]" in name else name
        assert below(locate(spaced, root, root), root) == PLANS[plan], name


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("40-01", [27, 25]),
        ("30-01", [29, 30]),
        ("6", [7, 8]),
        ("web", []),
    ],
)
def test_what_is_not_one_plan_lists_the_candidates(root, name, listed):
    with pytest.raises(UsageError) as refused:
        locate(name, root, root)

    paths = [line.rpartition("(")[2].rstrip(")") for line in refused.value.message.split("\n")[1:]]
    if listed:
        assert paths == [f".planning/{PLANS[number]}" for number in listed]
    else:
        assert refused.value.message.startswith("no plan 'web'; the closest are:\n")


def test_within_a_workstream_its_own_plans_are_meant(root):
    web = root / ".planning/workstreams/web"

    assert below(locate("40-01", root, web), root) == PLANS[25]
    assert below(locate("40-01", root, web / "phases/41-more"), root) == PLANS[25]
    assert below(locate("01-02", root, web), root) == PLANS[1]


@pytest.mark.parametrize(
    ("names", "plans"),
    [
        ("1|01|01-start|start|Phase 1|phase 01|.planning/phases/01-start|phases/01-start/", [0, 1]),
        ("4.1|04.1|04.1-inserted|inserted", [3, 4]),
        ("3.2.1|03.2.1", [2]),
        ("12A|12a|letters", [5]),
        ("6|06|06-nested|.planning/phases/06-nested|.planning/phases/06-nested/plans", [7, 8]),
        ("8|08|08-80-percent|80-percent", [10]),
        ("9|gaps", [12, 11]),
        ("CK-20|20|ck-20-coded", [15]),
        ("GSD.02-05|[GSD.02] 05|gsd.2-5|GSD.02-05-bracket", [17]),
        ("GSD.02-06.01|[GSD.02] 06.01|6.1", [18]),
        ("22-01|22-1|22|within-a-milestone", [19]),
        ("v1.2-01|v1.2-1|prefixed", [20]),
        ("web/40|40-pages|pages|workstreams/web/40", [25]),
        ("api/40|routes", [27]),
        ("v1.0/30|v1.0-phases/30-past", [29]),
        ("v1.0/1|v1.0/start", [28]),
        ("17-mend-it|quick/17", [22]),
    ],
)
def test_names_of_phases(root, names, plans):
    for name in names.split("|"):
        cwd = root / ".planning" if name.startswith("phases/") else root / "src"
        found = [below(path, root) for path in phase_plans(name, root, cwd)]
        assert found == [PLANS[number] for number in plans], name


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "40",
            "'40' names 2 phases; give one of:\n"
            "  .planning/workstreams/api/phases/40-routes\n"
            "  .planning/workstreams/web/phases/40-pages",
        ),
        ("past", "'past' names 2 phases; give one of:\n"
            "  .planning/milestones/v1.0-phases/30-past\n"
            "  .planning/milestones/v1.1-phases/30-past"),
        (".planning/quick", ".planning/quick: no *-PLAN.md file lies there"),
    ],
)  # fmt: skip
def test_what_is_not_one_phase(root, name, message):
    with pytest.raises(UsageError) as refused:
        phase_plans(name, root, root)

    assert refused.value.message == message


@pytest.mark.parametrize("name", ["", "99", "01-01", "/", "x" * 300, "a\0b", "..", "src"])
def test_unknown_phases_list_the_closest(root, name):
    with pytest.raises(UsageError) as refused:
        phase_plans(name, root, root)

    first, *candidates = refused.value.message.split("\n")
    assert first == f"no phase {name!r} with a plan; the closest are:"
    assert len(candidates) == 10


def test_a_project_without_phases(tmp_path):
    (tmp_path / ".planning").mkdir()

    with pytest.raises(UsageError) as refused:
        phase_plans("1", tmp_path, tmp_path)
    assert refused.value.message == (
        f"no phase '1': no *-PLAN.md file lies in {tmp_path / '.planning'}"
    )


@pytest.mark.parametrize("name", [*PLANS, "PLAN.md", "plan.md", "01-PLAN-02.md"])
def test_files_that_are_plans(name):
    assert is_plan_file(name.rpartition("/")[2])


@pytest.mark.parametrize(
    "name", [*NO_PLANS, "01-PLAN.txt", "explain.md", "PLANS.md", "01-plan-outline.md"]
)
def test_files_that_are_no_plans(name):
    assert not is_plan_file(name.rpartition("/")[2])


def test_in_a_monorepo_the_nearest_planning_folder_counts(tmp_path):
    top = tmp_path.resolve()
    for place in (".planning/phases/01-a", "apps/x/.planning/phases/01-b"):
        (top / place).mkdir(parents=True)
        (top / place / "01-01-PLAN.md").write_text("")
    (top / "apps/x/src").mkdir()
    (top / "apps/y").mkdir()

    assert find_root(top / "apps/y") == top
    assert find_root(top / "apps/x/src") == top / "apps/x"
    assert find_root(top / "apps/x/.planning/phases") == top / "apps/x"
    inner = locate("01-01", top / "apps/x", top / "apps/x/src")
    assert inner == top / "apps/x/.planning/phases/01-b/01-01-PLAN.md"
    assert locate("01-01", top, top / "apps/y") == top / ".planning/phases/01-a/01-01-PLAN.md"


@pytest.mark.parametrize(
    ("entry", "plan", "needs"),
    [
        ("01-01", 1, [0]),
        ("1", 1, [0]),
        ("01", 1, [0]),
        ("Plan 01", 1, [0]),
        ("Phase 1 Plan 1", 1, [0]),
        ("Phase 1, plan 01", 1, [0]),
        ("01-01 (the first)", 1, [0]),
        ("01-01: the first", 1, [0]),
        ("01-01 — the first", 1, [0]),
        ("01-start/01-01-PLAN.md", 1, [0]),
        ("01-start/01-01-SUMMARY.md", 1, [0]),
        ("@.planning/phases/01-start/01-01-PLAN.md", 1, [0]),
        ("04.1-inserted", 1, [3, 4]),
        ("phase 4.1", 1, [3, 4]),
        ("12a", 1, [5]),
        ("v1.2-01-02", 1, [20]),
        ("ck-20", 1, [15]),
        ("20-01", 1, [15]),
        ("PLAN-01", 8, [7]),
        ("40-01", 26, [25]),
        ("40-pages", 26, [25]),
        ("40-routes-01", 26, [27]),
        ("v1.0-30-01", 1, [29]),
        ("05", 17, []),  # no phase of another milestone
        ("nothing like it", 1, []),
    ],
)
def test_entries_of_depends_on(root, entry, plan, needs):
    found = dependency(entry, root / ".planning" / PLANS[plan], root)

    assert [below(path, root) for path in found] == [PLANS[number] for number in needs]


@pytest.mark.parametrize(("status", "complete"), [("complete", True), ("blocked", False)])
def test_a_summary_can_say_that_the_plan_is_not_complete(tmp_path, status, complete):
    (tmp_path / "01-01-SUMMARY.md").write_text(f"---\nstatus: {status} # why\n---\n")

    assert is_complete(tmp_path / "01-01-PLAN.md") is complete


@pytest.mark.parametrize(
    ("plan", "summary"),
    [
        ("01-02-PLAN.md", "01-02-SUMMARY.md"),
        ("PLAN.md", "SUMMARY.md"),
        ("PLAN.md", "PLAN-SUMMARY.md"),
        ("3-PLAN-01-setup.md", "3-01-SUMMARY.md"),
        ("14-PLAN-01.md", "14-PLAN-01-SUMMARY.md"),
        ("10-01-store-the-rows-PLAN.md", "10-01-SUMMARY.md"),
        ("PLAN-01-model.md", "SUMMARY-01-model.md"),
        ("PLAN-01-model.md", "SUMMARY-01.md"),
    ],
)
def test_every_name_that_a_summary_may_have(tmp_path, plan, summary):
    assert not is_complete(tmp_path / plan)

    (tmp_path / summary).write_text("")
    assert is_complete(tmp_path / plan)
