from pathlib import Path

import pytest
from gsd_run.domain.errors import UsageError
from gsd_run.reading.locating import (
    all_plans,
    dependency,
    find_root,
    is_complete,
    locate,
    run_file_path,
    summary_path,
)
from gsd_run.reading.plan import read_plan

PLANS = (
    "phases/01-start/01-01-PLAN.md",
    "phases/01-start/01-02-PLAN.md",
    "phases/01-start/01-10-PLAN.md",
    "phases/02-store/02-01-schema-PLAN.md",
    "phases/02-store/02-04a-PLAN.md",
    "phases/08-80-percent/08-80-percent-10-01-PLAN.md",
    "phases/12-tier-1/12-tier-1-GAP-01-PLAN.md",
    "phases/12-tier-1/12-tier-1-01-PLAN.md",
    "phases/12.1-inserted/12.1-01-PLAN.md",
    "phases/12A-more/12A-01-PLAN.md",
    "phases/CK-03-coded/CK-03-01-PLAN.md",
    "phases/v0.20-02-live/v0.20-02-01-PLAN.md",
    "phases/30-alone/PLAN.md",
    "phases/31-nested/plans/PLAN-01-go.md",
    "quick/137-fix-it/137-PLAN.md",
    "workstreams/web/phases/40-pages/40-01-PLAN.md",
    "workstreams/api/phases/40-routes/40-01-PLAN.md",
    "milestones/v1.0-phases/01-start/01-01-PLAN.md",
    "milestones/v1.0-phases/07-old/07-01-PLAN.md",
)


@pytest.fixture
def root(tmp_path):
    for name in (*PLANS, "phases/01-start/01-01-SUMMARY.md", "phases/01-start/01-PLAN-REVIEW.md"):
        file = tmp_path / ".planning" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    return tmp_path


def found(name: str, root: Path, cwd: Path | None = None) -> str:
    path = locate(name, root, cwd or root)
    return path.relative_to(root / ".planning").as_posix()


def refusal(name: str, root: Path) -> str:
    with pytest.raises(UsageError) as caught:
        locate(name, root, root)
    return caught.value.message


def test_all_plans_in_the_order_of_their_numbers(root):
    names = [path.relative_to(root / ".planning").as_posix() for path in all_plans(root)]

    assert sorted(names) == sorted(PLANS)
    assert [name for name in names if "phases/01-start" in name] == [
        "milestones/v1.0-phases/01-start/01-01-PLAN.md",
        "phases/01-start/01-01-PLAN.md",
        "phases/01-start/01-02-PLAN.md",
        "phases/01-start/01-10-PLAN.md",
    ]


def test_a_plan_without_a_number_beside_others_is_not_the_first(root):
    (root / ".planning/phases/30-alone/30-02-PLAN.md").write_text("")
    assert refusal("30-01", root).startswith("no plan '30-01'")
    assert refusal("30-02-01", root).startswith("no plan '30-02-01'")
    assert found("30-02", root) == "phases/30-alone/30-02-PLAN.md"


@pytest.mark.parametrize(
    ("name", "plan"),
    [
        ("12-tier-1-GAP-01", "phases/12-tier-1/12-tier-1-GAP-01-PLAN.md"),
        ("12-tier-1-GAP-01-PLAN.md", "phases/12-tier-1/12-tier-1-GAP-01-PLAN.md"),
        ("12-tier-1-gap-1", "phases/12-tier-1/12-tier-1-GAP-01-PLAN.md"),
        ("12-GAP-01", "phases/12-tier-1/12-tier-1-GAP-01-PLAN.md"),
        ("12-gap-1", "phases/12-tier-1/12-tier-1-GAP-01-PLAN.md"),
        ("12-01", "phases/12-tier-1/12-tier-1-01-PLAN.md"),
        ("12.1-01", "phases/12.1-inserted/12.1-01-PLAN.md"),
        ("12a-1", "phases/12A-more/12A-01-PLAN.md"),
        ("1-10", "phases/01-start/01-10-PLAN.md"),
        ("01-01", "phases/01-start/01-01-PLAN.md"),
        ("01-start-02", "phases/01-start/01-02-PLAN.md"),
        ("02-01-schema", "phases/02-store/02-01-schema-PLAN.md"),
        ("2-1", "phases/02-store/02-01-schema-PLAN.md"),
        ("02-04A", "phases/02-store/02-04a-PLAN.md"),
        ("08-10-01", "phases/08-80-percent/08-80-percent-10-01-PLAN.md"),
        ("CK-03-01", "phases/CK-03-coded/CK-03-01-PLAN.md"),
        ("3-1", "phases/CK-03-coded/CK-03-01-PLAN.md"),
        ("v0.20-02-01", "phases/v0.20-02-live/v0.20-02-01-PLAN.md"),
        ("30", "phases/30-alone/PLAN.md"),
        ("30-alone", "phases/30-alone/PLAN.md"),
        ("30-01", "phases/30-alone/PLAN.md"),
        ("30-alone-01-PLAN.md", "phases/30-alone/PLAN.md"),
        ("0.20-02-01", "phases/v0.20-02-live/v0.20-02-01-PLAN.md"),
        ("1.0-07-01", "milestones/v1.0-phases/07-old/07-01-PLAN.md"),
        ("31-01", "phases/31-nested/plans/PLAN-01-go.md"),
        ("137", "quick/137-fix-it/137-PLAN.md"),
        ("quick-137", "quick/137-fix-it/137-PLAN.md"),
        ("137-fix-it", "quick/137-fix-it/137-PLAN.md"),
        ("7-1", "milestones/v1.0-phases/07-old/07-01-PLAN.md"),
        ("Plan 07-01", "milestones/v1.0-phases/07-old/07-01-PLAN.md"),
    ],
)
def test_a_plan_by_its_id(root, name, plan):
    assert found(name, root) == plan


@pytest.mark.parametrize(
    ("name", "cwd"),
    [
        (".planning/phases/12.1-inserted/12.1-01-PLAN.md", ""),
        (".planning/phases/12.1-inserted/12.1-01", ""),
        (".planning/phases/12.1-inserted", ""),
        (".planning/phases/12.1-inserted/", "backend"),
        ("12.1-01-PLAN.md", ".planning/phases/12.1-inserted"),
        ("../.planning/phases/12.1-inserted/12.1-01-PLAN.md", "backend"),
        ("12.1-01", "backend"),
    ],
)
def test_a_plan_by_its_path_from_any_folder(root, name, cwd):
    (root / "backend").mkdir()

    assert found(name, root, root / cwd) == "phases/12.1-inserted/12.1-01-PLAN.md"
    absolute = root / ".planning/phases/12.1-inserted/12.1-01-PLAN.md"
    assert locate(str(absolute), root, root / cwd) == absolute


def test_an_ambiguous_id_lists_the_plans(root):
    assert refusal("40-01", root) == (
        "'40-01' names 2 plans; give one of:\n"
        "  40-01  (.planning/workstreams/api/phases/40-routes/40-01-PLAN.md)\n"
        "  40-01  (.planning/workstreams/web/phases/40-pages/40-01-PLAN.md)"
    )
    assert found("40-pages-01", root) == "workstreams/web/phases/40-pages/40-01-PLAN.md"


def test_a_phase_of_several_plans_lists_them(root):
    listed = (
        "  02-01-schema  (.planning/phases/02-store/02-01-schema-PLAN.md)\n"
        "  02-04a  (.planning/phases/02-store/02-04a-PLAN.md)"
    )
    folder = ".planning/phases/02-store"

    assert refusal("02-store", root) == f"'02-store' names 2 plans; give one of:\n{listed}"
    assert refusal(folder, root) == f"'{folder}' holds 2 plans; give one of:\n{listed}"


def test_an_unknown_id_lists_the_closest_first(root):
    lines = refusal("12-GAP-02", root).split("\n")

    assert lines[:2] == [
        "no plan '12-GAP-02'; the closest are:",
        "  12-tier-1-GAP-01  (.planning/phases/12-tier-1/12-tier-1-GAP-01-PLAN.md)",
    ]
    assert len(lines) == 11


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "", "..", "é", "/"])
def test_odd_names_are_unknown_too(root, name):
    assert refusal(name, root).startswith("no plan ")


def test_a_project_without_plans(tmp_path):
    (tmp_path / ".planning").mkdir()

    assert refusal("01-01", tmp_path) == (
        f"no plan '01-01': no *-PLAN.md file lies in {tmp_path / '.planning'}"
    )


def test_the_root_is_the_nearest_planning_folder_of_the_repository(tmp_path):
    top = tmp_path.resolve()
    (top / ".planning").mkdir()
    inner = top / "services" / "web"
    (inner / "src").mkdir(parents=True)
    assert find_root(inner / "src") == top

    (inner / ".planning").mkdir()
    assert find_root(inner / "src") == inner

    (top / "other" / ".git").mkdir(parents=True)
    with pytest.raises(UsageError) as caught:
        find_root(top / "other")
    assert caught.value.message == (
        f"{top / 'other'}: no .planning folder between here and {top / 'other'}; "
        "change to a project that GSD has planned"
    )


def test_what_lies_beside_a_plan(root):
    folder = root / ".planning/phases/12-tier-1"
    plan = read_plan("---\nplan: 1\n---\n", ".planning/phases/12-tier-1/12-tier-1-01-PLAN.md")

    assert run_file_path(folder / "12-tier-1-01-PLAN.md") == folder / "12-tier-1-01-RUN.yaml"
    assert run_file_path(folder / "PLAN.md") == folder / "RUN.yaml"
    assert summary_path(plan, root) == folder / "12-tier-1-01-SUMMARY.md"


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        (".planning/phases/12-tier-1/12-tier-1-01-PLAN-SUMMARY.md", "12-tier-1-01-PLAN-SUMMARY.md"),
        ("12-tier-1-01-PLAN-SUMMARY.md", "12-tier-1-01-PLAN-SUMMARY.md"),
        (".planning/phases/12-tier-1/12-tier-1-02-SUMMARY.md", "12-tier-1-01-SUMMARY.md"),
        (".planning/phases/11-x/12-tier-1-01-SUMMARY.md", "12-tier-1-01-SUMMARY.md"),
        ("docs/a-SUMMARY.md", "12-tier-1-01-SUMMARY.md"),
        ("../a-SUMMARY.md", "12-tier-1-01-SUMMARY.md"),
        ("/etc/a-SUMMARY.md", "12-tier-1-01-SUMMARY.md"),
    ],
)
def test_the_summary_goes_where_gsd_looks_for_it(root, wanted, place):
    text = f"---\nplan: 1\n---\n<output>\nCreate `{wanted}`\n</output>\n"
    plan = read_plan(text, ".planning/phases/12-tier-1/12-tier-1-01-PLAN.md")

    assert summary_path(plan, root) == root / ".planning/phases/12-tier-1" / place


@pytest.mark.parametrize(
    ("summary", "text", "complete"),
    [
        ("01-02-SUMMARY.md", "", True),
        ("01-02-SUMMARY.md", "---\nstatus: complete\n---\n", True),
        ("01-02-SUMMARY.md", '---\r\nphase: 1\r\nstatus: "halted"\r\n---\r\n', False),
        ("01-02-SUMMARY.md", "# No frontmatter\nstatus: halted\n", True),
        ("01-02-PLAN-SUMMARY.md", "", True),
        ("01-03-SUMMARY.md", "", False),
    ],
)
def test_a_plan_is_complete_with_a_summary_that_is_not_halted(root, summary, text, complete):
    folder = root / ".planning/phases/01-start"
    (folder / summary).write_bytes(text.encode())

    assert is_complete(folder / "01-02-PLAN.md") is complete


def test_a_plan_with_a_slug_may_have_a_summary_without_it(root):
    folder = root / ".planning/phases/02-store"
    (folder / "02-01-SUMMARY.md").write_text("")

    assert is_complete(folder / "02-01-schema-PLAN.md")


@pytest.mark.parametrize(
    ("entry", "plans"),
    [
        ("01-02", ["phases/01-start/01-02-PLAN.md"]),
        ("1-2", ["phases/01-start/01-02-PLAN.md"]),
        ("01", ["phases/01-start/01-01-PLAN.md"]),
        ("2", ["phases/01-start/01-02-PLAN.md"]),
        ("Plan 02", ["phases/01-start/01-02-PLAN.md"]),
        ("01-02-PLAN.md", ["phases/01-start/01-02-PLAN.md"]),
        (".planning/phases/01-start/01-02-SUMMARY.md", ["phases/01-start/01-02-PLAN.md"]),
        ("01-start-02", ["phases/01-start/01-02-PLAN.md"]),
        ("02-01-schema", ["phases/02-store/02-01-schema-PLAN.md"]),
        ("02-01", ["phases/02-store/02-01-schema-PLAN.md"]),
        (
            "02-store",
            ["phases/02-store/02-01-schema-PLAN.md", "phases/02-store/02-04a-PLAN.md"],
        ),
        (
            "12",
            ["phases/12-tier-1/12-tier-1-01-PLAN.md", "phases/12-tier-1/12-tier-1-GAP-01-PLAN.md"],
        ),
        ("v0.20-02-01", ["phases/v0.20-02-live/v0.20-02-01-PLAN.md"]),
        ("07-01", ["milestones/v1.0-phases/07-old/07-01-PLAN.md"]),
        ("99-01", []),
    ],
)
def test_an_entry_of_depends_on(root, entry, plans):
    plan = root / ".planning/phases/01-start/01-10-PLAN.md"

    assert [
        path.relative_to(root / ".planning").as_posix() for path in dependency(entry, plan, root)
    ] == plans
