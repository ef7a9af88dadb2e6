"""The plans of a phase as a graph: order, cycles, contradictions."""

import pytest
from gsd_run.domain.graph import title_of
from gsd_run.reading.graph import RULES, graph_of
from gsd_run.reading.phases import phase_plans
from gsd_run.reading.plan import read_plan

PHASE = ".planning/phases/01-start"


@pytest.fixture
def phase(tmp_path):
    return Phase(tmp_path)


class Phase:
    """A project with a phase of small plans."""

    def __init__(self, root):
        self.root = root

    def plan(self, number, keys, folder=PHASE):
        file = self.root / folder / f"{folder.rpartition('/')[2][:2]}-{number}-PLAN.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\nplan: {number}\n{keys}---\n<objective>\nBuild it.\n</objective>\n")

    def summary(self, number, text="", folder=PHASE):
        (self.root / folder / f"{folder.rpartition('/')[2][:2]}-{number}-SUMMARY.md").write_text(
            text
        )

    def graph(self):
        return graph_of(phase_plans("1", self.root, self.root), self.root)


def order(graph):
    return [(node.id, node.declared_wave, node.earliest_wave, node.wave) for node in graph.plans]


def told(graph):
    return [
        f"{one.path.removeprefix(PHASE + '/')}:{one.line}: {one.code} {one.message}"
        for one in graph.findings
    ]


def test_dependencies_go_first_then_waves_then_numbers(phase):
    phase.plan("01", "wave: 3\ndepends_on: []\n")
    phase.plan("02", "wave: 1\ndepends_on: []\n")
    phase.plan("03", "wave: 1\ndepends_on: [01-10]\n")
    phase.plan("04", "depends_on: [2]\n")
    phase.plan("05", "")
    phase.plan("10", "wave: 1\ndepends_on: []\n")

    assert order(phase.graph()) == [
        ("01-02", 1, 1, 1),
        ("01-05", None, 1, 1),
        ("01-10", 1, 1, 1),
        ("01-03", 1, 2, 2),
        ("01-04", None, 2, 2),
        ("01-01", 3, 1, 3),
    ]


def test_waves_count_from_0_where_a_plan_does(phase):
    phase.plan("00", "wave: 0\n")
    phase.plan("01", "depends_on: [01-00]\n")

    assert order(phase.graph()) == [("01-00", 0, 0, 0), ("01-01", None, 1, 1)]


def test_edges_know_their_line(phase):
    phase.plan("01", "")
    phase.plan("02", "")
    phase.plan("03", 'depends_on:\n  - "01"\n  - 01-02-PLAN.md\n')

    assert [(edge.needs, edge.entry, edge.line) for edge in phase.graph().edges] == [
        (f"{PHASE}/01-01-PLAN.md", "01", 4),
        (f"{PHASE}/01-02-PLAN.md", "01-02-PLAN.md", 5),
    ]


@pytest.mark.parametrize(
    ("depends_on", "cycles", "finding"),
    [
        (
            {"01": "01-03", "02": "01-01", "03": "01-02"},
            [["01", "03", "02", "01"]],
            "01-01-PLAN.md:3: D201 depends_on goes in a circle, none of these can begin: "
            "01-01 → 01-03 → 01-02 → 01-01; take one out",
        ),
        (
            {"01": "", "02": "02", "03": "01-01"},
            [["02", "02"]],
            "01-02-PLAN.md:3: D201 depends_on goes in a circle, none of these can begin: "
            "01-02 → 01-02; take one out",
        ),
    ],
)
def test_a_cycle_is_named(phase, depends_on, cycles, finding):
    for number, needed in depends_on.items():
        phase.plan(number, f"depends_on: [{needed}]\nwave: 1\n")

    graph = phase.graph()

    paths = [[f"{PHASE}/01-{number}-PLAN.md" for number in cycle] for cycle in cycles]
    assert [list(cycle) for cycle in graph.cycles] == paths
    assert finding in told(graph)
    assert len(graph.plans) == 3


def test_every_cycle_is_found(phase):
    for number, needed in (
        ("01", "02"),
        ("02", "01, 03"),
        ("03", "02"),
        ("04", "05"),
        ("05", "04"),
    ):
        phase.plan(number, f"depends_on: [{needed}]\n")

    assert [len(cycle) for cycle in phase.graph().cycles] == [3, 3, 3]


def test_a_wave_that_comes_before_what_it_depends_on(phase):
    phase.plan("01", "wave: 1\n")
    phase.plan("02", "wave: 2\n")
    phase.plan("03", "wave: 1\ndepends_on: [01-01, 01-02]\n")
    phase.plan("04", "wave: 3\ndepends_on: [01-02]\n")

    assert told(phase.graph()) == [
        "01-03-PLAN.md:3: D202 wave 1, but it depends on 01-01 of wave 1 and 01-02 of wave 2; "
        "write wave: 3",
    ]


def test_dependencies_that_can_not_be_met(phase):
    phase.plan("01", "status: superseded\ndepends_on: [nowhere]\n")
    phase.plan("02", "depends_on:\n  - 01-01\n  - 01-99\n")

    graph = phase.graph()

    assert told(graph) == [
        "01-02-PLAN.md:4: D204 depends_on: 01-01 is superseded and will never be carried out",
        "01-02-PLAN.md:5: D203 depends_on: '01-99' is no plan of this project; name one by its id",
    ]
    assert [(node.id, node.state, node.wave) for node in graph.plans] == [
        ("01-02", "open", 1),
        ("01-01", "superseded", None),
    ]


def test_plans_of_one_wave_that_name_the_same_file(phase):
    phase.plan("01", "files_modified: [a.py, src/b.py]\n")
    phase.plan("02", "files_modified:\n  - c.py\n  - ./src/b.py\n")
    phase.plan("03", "files_modified: [a.py]\ndepends_on: [01-01]\n")
    phase.plan("04", "files_modified: [a.py]\n")
    phase.summary("04")

    assert told(phase.graph()) == [
        "01-02-PLAN.md:5: D205 ./src/b.py: modified by 01-01, too, and both are of wave 1; "
        "let one depend on the other"
    ]


def test_a_file_of_many_plans_is_told_once(phase):
    phase.plan("01", "files_modified: [a.py, b.py, one.py]\n")
    phase.plan("02", "files_modified: [b.py, a.py, one.py]\n")
    phase.plan("03", "files_modified:\n  - c.py\n  - ./a.py\n  - b.py (more)\n  - a.py\n")
    phase.plan("04", "files_modified: [c.py]\nwave: 2\n")

    assert told(phase.graph()) == [
        "01-02-PLAN.md:3: D205 one.py: modified by 01-01, too, and both are of wave 1; "
        "let one depend on the other",
        "01-03-PLAN.md:5: D205 ./a.py, b.py (more): modified by 01-01 and 01-02, too, and "
        "all are of wave 1; let each depend on the one before",
    ]


def test_plans_of_other_phases_stand_outside(phase):
    other = ".planning/phases/02-other"
    for number in ("01", "02"):
        phase.plan(number, "", folder=other)
    phase.summary("01", folder=other)
    phase.summary("02", "---\nstatus: halted\n---\n", folder=other)
    phase.plan("01", "depends_on: [02-other]\nwave: 1\n")

    graph = phase.graph()

    assert [(node.id, node.state, node.wave) for node in graph.outside] == [
        ("02-01", "complete", None),
        ("02-02", "halted", None),
    ]
    assert [node.id for node in graph.needs(f"{PHASE}/01-01-PLAN.md")] == ["02-01", "02-02"]
    assert graph.findings == ()


def test_a_name_of_plans_in_several_phases(phase):
    for folder in ("02-one", "02-two"):
        phase.plan("01", "", folder=f".planning/phases/{folder}")
    phase.plan("01", "depends_on: [02-01]\n")

    assert told(phase.graph()) == [
        "01-01-PLAN.md:3: D206 depends_on: '02-01' is the name of 2 plans, all are meant: "
        ".planning/phases/02-one/02-01-PLAN.md, .planning/phases/02-two/02-01-PLAN.md"
    ]


def test_a_plan_that_can_not_be_read_is_shown(phase):
    phase.plan("01", "depends_on: [01-02]\n")
    (phase.root / PHASE / "01-02-PLAN.md").write_bytes(b"\xff\n")

    graph = phase.graph()

    assert [(node.id, node.state) for node in graph.plans] == [
        ("01-01", "open"),
        ("01-02", "unreadable"),
    ]
    assert graph.outside == ()
    assert told(graph) == ["01-02-PLAN.md:1: F117 not UTF-8 (byte 0xff); save the file as UTF-8"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: The store\n---\n<objective>Build</objective>", "The store"),
        ("---\nplan: 1\n---\n<objective>\n\n**Build** `it`\nfast\n</objective>", "Build it"),
        ("---\nplan: 1\n---\n", ""),
        (f"---\nobjective: {'word ' * 20}\n---\n", "word " * 11 + "word…"),
        (f"---\ntitle: {'w' * 70}\n---\n", "w" * 59 + "…"),
    ],
)
def test_titles(text, title):
    assert title_of(read_plan(text, "01-01-PLAN.md")) == title


def test_rules_have_codes_of_their_own():
    assert [rule.code for rule in RULES] == ["D201", "D202", "D203", "D204", "D205", "D206"]
    for rule in RULES:
        assert rule.about.endswith(".")
        assert rule.why.endswith(".")
        assert rule.mend.endswith(".")
