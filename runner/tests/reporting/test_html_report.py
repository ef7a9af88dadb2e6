"""`gsd-run report`: what a page, JSON and Markdown say of real runs, and where they are written."""

import json
import re
from pathlib import Path

import pytest
from begun import copied, greeting_at
from gsd_run.domain.event import AttemptStarted, Deviation, TaskEnded
from gsd_run.reporting.html.material import Standing
from gsd_run.reporting.html.page import plan_page
from gsd_run.running.journals.journal import Journal
from large_run import large_material
from msgspec.structs import replace
from sandbox import FOLDER, PLAN, PLAN_PATH, RUN_FILE, RUN_PATH, Sandbox

HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>\u202eesrever\x1b[31m\x1b]8;;"
)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """A phase of three plans: one complete, one that stopped in its second task, one not run."""
    project = greeting_at(tmp_path_factory.mktemp("report") / "project")
    for number, word in ((2, "ciao"), (3, "bye")):
        plan = PLAN.replace("plan: 01", f"plan: 0{number}").replace(
            "depends_on: []", 'depends_on: ["01-01"]'
        )
        plan = plan.replace("wave: 1", "wave: 2").replace("grep -n bye", f"grep -n {word}")
        for name in ("greeting", "farewell"):
            plan = plan.replace(f"{name}.txt", f"{name}{number}.txt")
        plan = plan.replace("01-01-SUMMARY", f"01-0{number}-SUMMARY")
        project.write(f"{FOLDER}/01-0{number}-PLAN.md", plan)
    steps = RUN_FILE.replace("greeting.txt", "greeting2.txt").replace(
        "farewell.txt", "farewell2.txt"
    )
    project.write(f"{FOLDER}/01-02-RUN.yaml", steps)
    project.commit("plans")
    assert project.gsd_run("01-01").status == 0
    assert project.gsd_run("01-02").status == 1
    return project


def visible_text(page: str) -> str:
    """Return what a reader sees of a page, roughly."""
    body = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]*>", " ", body).split())


def test_a_page_of_a_run(done: Sandbox) -> None:
    before = done.git("status", "--porcelain")
    told = done.gsd_run("report", "01-01", "--html")

    place = Path(told.stdout.strip())
    page = place.read_text()
    assert told.status == 0, told.text
    assert place == done.root / ".git/gsd-run/reports/01-01.html"
    assert done.git("status", "--porcelain") == before
    assert not re.search(r"\b(src|srcset)=|@import|url\((?!#)|https?://", page)
    text = visible_text(page)
    for said in (
        "Greet people, then say good-bye",
        "4 claims are unproven : no check decided; whether they hold is for a person to judge.",
        "by its own commands",
        "greeting.txt created +1 −0",
        "Judged at the base ✕ REFUTED after its task ✓ PROVEN at the end ✓ PROVEN",
        f"{PLAN_PATH}:26 &lt;verify&gt;grep -n hello greeting.txt&lt;/verify&gt;",
        "None: the plan was carried out as written.",
        "exit 0 grep -n hello greeting.txt",
    ):
        assert said in text, said


def test_a_stopped_run_says_so_first(done: Sandbox) -> None:
    text = visible_text(done.gsd_run("report", "01-02", "--html", "-o", "-").stdout)

    assert "This run stopped in task 2" in text
    assert text.index("This run stopped in task 2") < text.index("Claims 1 proven")
    assert "gsd-run resume 01-02" in text
    assert "truth.1 Everybody feels welcome the run has not come to it" in text
    assert "Not committed." in text
    assert "are still to be judged : the run has not come to them." in text
    assert "as written" not in text
    assert "None so far." in text


def test_a_phase_names_every_plan_and_its_way(done: Sandbox) -> None:
    page = done.gsd_run("report", "01", "--html", "-o", "-").stdout

    text = visible_text(page)
    assert "3 plans 2 with a run here 1 complete" in text
    assert "Critical path, by number of plans: 01-01 → 01-02" in text
    assert "It was not run here." in text
    assert page.count("<article ") == 2
    assert "plan-box complete" in page
    assert "plan-box not-run" in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_a_journal_that_cannot_be_read_is_told_and_hides_no_other(
    done: Sandbox, tmp_path: Path
) -> None:
    project = copied(done, tmp_path / "project")
    for journal in (project.root / ".git/gsd-run/runs").glob("*.jsonl"):
        lines = journal.read_text().splitlines(keepends=True)
        if '"01-02"' in lines[0]:
            journal.write_text("".join([lines[0], "nonsense\n", *lines[2:]]))

    phase = project.gsd_run("report", "01", "--html", "-o", "-")
    other = project.gsd_run("report", "01-01", "--html", "-o", "-")
    own = project.gsd_run("report", "01-02", "--html", "-o", "-")

    assert phase.status == 0, phase.text
    text = visible_text(phase.stdout)
    assert f"A record of {FOLDER}/01-02-PLAN.md can't be read and is left out here: " in text
    assert "3 plans 1 with a run here 1 complete" in text
    assert "Of its run only a record that can&#39;t be read is here." in text
    assert phase.stderr.startswith("warning: ")
    assert (other.status, own.status) == (0, 3)
    assert "`gsd-run report --run ID`" in own.stderr


def test_a_summary_without_a_run_looks_not_like_one_that_was_measured(
    done: Sandbox, tmp_path: Path
) -> None:
    project = copied(done, tmp_path / "project")
    project.write(f"{FOLDER}/01-03-SUMMARY.md", "---\nphase: 01\nplan: 03\n---\n# Done\n")

    page = project.gsd_run("report", "01", "--html", "-o", "-").stdout

    assert "plan-box summary" in page
    assert page.count("plan-box complete") == 1
    assert "summary, no run here" in page


def test_markdown_and_json_say_the_same(done: Sandbox) -> None:
    markdown = done.gsd_run("report", "01-02").stdout
    told = json.loads(done.gsd_run("report", "01-02", "--format", "json").stdout)

    (plan,) = told["plans"]
    assert markdown.startswith("# 01-02: Greet people, then say good-bye\n\n**Stopped** in task 2")
    assert "| REFUTED | verify.2: grep -n ciao farewell2.txt | 33 |" in markdown
    assert plan["standing"]["word"] == "stopped"
    assert plan["standing"]["way_on"] == "gsd-run resume 01-02"
    assert plan["counts"] == {"PROVEN": 1, "REFUTED": 1, "UNPROVEN": 6}
    phase = json.loads(done.gsd_run("report", "01", "--format", "json").stdout)
    assert [one["plan"] for one in phase["plans"]] == ["01-01", "01-02"]


def test_in_a_clone_the_committed_evidence_speaks(done: Sandbox, tmp_path: Path) -> None:
    place = tmp_path / "clone"
    done.git("clone", "-q", str(done.root), str(place))
    clone = Sandbox(place)

    told = clone.gsd_run("report", "01-01", "--html", "-o", "-")

    text = visible_text(told.stdout)
    assert told.status == 0, told.text
    assert f"{FOLDER}/01-01-EVIDENCE.jsonl" in text
    assert "This run" not in text.split("Claims", 1)[0]
    assert "greeting.txt created +1 −0" in text
    unknown = clone.gsd_run("report", "01-03", "--html")
    assert unknown.status == 2
    assert unknown.stderr.startswith("01-03: no run of it here, and no evidence")


def test_where_it_is_written(done: Sandbox, tmp_path: Path) -> None:
    project = copied(done, tmp_path / "project")
    (tmp_path / "folder").mkdir()

    inside = project.gsd_run("report", "01-01", "--html", "-o", "out.html")
    beside = project.gsd_run("report", "01-01", "--html", "-o", str(tmp_path / "folder"))
    refused = project.gsd_run("report", "01-01", "--html", "-o", f"{PLAN_PATH}/out.html")

    assert inside.stdout == f"{project.root}/out.html\n"
    # a run that goes on must not take it for its work
    assert "out.html" not in project.git("status", "--porcelain")
    assert beside.stdout == f"{tmp_path}/folder/01-01.html\n"
    assert refused.status == 3
    assert "can't be written" in refused.stderr
    contradiction = project.gsd_run("report", "01-01", "--html", "--format", "json")
    assert contradiction.status == 2
    assert project.gsd_run("report").status == 2


def test_a_plan_whose_file_is_gone_and_an_older_run(done: Sandbox, tmp_path: Path) -> None:
    project = copied(done, tmp_path / "project")
    run = json.loads(project.gsd_run("report", "01-01", "--format", "json").stdout)["plans"][0][
        "run"
    ]
    for path in (PLAN_PATH, RUN_PATH):
        (project.root / path).unlink()

    assert project.gsd_run("report", "01-01").stdout.startswith("# 01-01: ")
    assert project.gsd_run("report", "--run", run).stdout.startswith("# 01-01: ")
    unknown = project.gsd_run("report", "--run", "nothing")
    assert (unknown.status, unknown.stderr.splitlines()[0]) == (2, "no run nothing here. Runs:")


def test_a_verdict_of_an_attempt_that_another_followed_counts_no_more(sandbox: Sandbox) -> None:
    sandbox.write(PLAN_PATH, PLAN)
    sandbox.commit("a plan")
    events = [record.event for record in large_material(1, tests=2).records]
    judged = next(n for n, event in enumerate(events) if isinstance(event, TaskEnded))
    journal = Journal(sandbox.root / ".git/gsd-run/runs/20260304T090000-large.jsonl")
    for event in events[: judged + 1]:
        journal.add(event)

    def counts() -> dict[str, int]:
        told = sandbox.gsd_run("report", "--run", "20260304T090000-large", "--format", "json")
        assert told.status == 0, told.text
        found: dict[str, int] = json.loads(told.stdout)["plans"][0]["counts"]
        return found

    assert counts() == {"PROVEN": 2, "REFUTED": 0, "UNPROVEN": 0}
    journal.add(AttemptStarted(task=1, attempt=2, executor="agent", tree="c" * 40))
    assert counts() == {"PROVEN": 0, "REFUTED": 0, "UNPROVEN": 2}
    assert sandbox.gsd_run("report", "--run", "20260304T090000-large", "--html").status == 0


def test_nothing_that_a_run_says_acts_in_a_page() -> None:
    material = large_material(2, tests=4, lines=2)
    report = replace(
        material.report,
        name=HOSTILE,
        environment={HOSTILE: HOSTILE},
        deviations=(Deviation(kind="file", where=HOSTILE, what=HOSTILE, reason=HOSTILE),),
    )
    patch = replace(material.patches[0], text=material.patches[0].text.replace("total", HOSTILE))
    standing = Standing(word="stopped", reason=HOSTILE, way_on=HOSTILE)
    hostile = replace(material, report=report, standing=standing, patches=(patch,), source=HOSTILE)

    page = plan_page(hostile)

    assert "<img" not in page
    assert page.count("<script") == page.count("</script>") == 2
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert "\\u202eesrever" in page


def test_a_list_of_thousands_of_tests_waits_closed() -> None:
    assert '<details class="suite" open>' in plan_page(large_material(1, tests=200, lines=1))
    assert '<details class="suite" open>' not in plan_page(large_material(1, tests=5000, lines=1))


def test_of_a_large_run_the_page_holds_rows_and_the_rest_as_data() -> None:
    page = plan_page(large_material(200, tests=20, lines=4))

    head, data = page.split('<script type="application/json" id="bodies">')
    bodies = json.loads(data.split("</script>")[0])
    marks = re.findall(r'data-body="(\d+)"', head + "".join(bodies))
    assert head.count('<details class="claim ') == 400
    assert sorted(map(int, marks)) == list(range(len(bodies)))
    assert "<pre" not in head
    assert len(head) < 1_000_000
