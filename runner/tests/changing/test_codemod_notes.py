"""`notes`: a comment in each test that is not what it was at the base commit."""

from textwrap import dedent

import pytest
from gsd_run.changing.codemods.testing import assert_codemod
from gsd_run.changing.steps import plan_step
from gsd_run.domain.change import Facts
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project

BASE = dedent('''
    class TestOrders:
        def test_one(self, db):
            """One."""
            order = Order(number=1)
            db.add(order)

        def test_two(self):

            # as ever
            customer = CustomerFactory()

        def test_three(self, db):
            db.add_all([Order(number=1), models.Line(), Customer()])

        def test_same(self):
            assert True

        def helper(self):
            return Order()


    def test_other(db): assert db
    ''')
NOW = dedent('''
    class TestOrders:
        def test_one(self, db):
            """One."""
            order = OrderFactory(number=1, _session=db)

        def test_two(self, db):

            # as ever
            customer = CustomerFactory(_session=db)

        def test_three(self, db):
            OrderFactory(number=1, _session=db)
            LineFactory(_session=db)
            factories.CustomerFactory.create(_session=db)

        def test_same(self):
            assert True

        def helper(self, db):
            return OrderFactory(_session=db)


    def test_other(db): assert db.bind


    def test_new(db):
        OrderFactory(_session=db)
    ''')
NOTED = dedent('''
    class TestOrders:
        def test_one(self, db):
            """One."""
            # FIXED: OrderFactory instead of a manual constructor (GAP-01)
            order = OrderFactory(number=1, _session=db)

        def test_two(self, db):

            # FIXED: factories use the session of the test (GAP-01)
            # as ever
            customer = CustomerFactory(_session=db)

        def test_three(self, db):
            # FIXED: factories instead of manual constructors (GAP-01)
            OrderFactory(number=1, _session=db)
            LineFactory(_session=db)
            factories.CustomerFactory.create(_session=db)

        def test_same(self):
            assert True

        def helper(self, db):
            return OrderFactory(_session=db)


    def test_other(db):
        # FIXED: reworked (GAP-01)
        assert db.bind


    def test_new(db):
        OrderFactory(_session=db)
    ''')


def test_notes(tmp_path):
    result = assert_codemod(
        tmp_path,
        "notes",
        {"test_a.py": NOW},
        {"test_a.py": NOTED},
        options={"in": "test_a.py", "tag": "GAP-01"},
        facts=Facts(base_texts={"test_a.py": BASE}),
    )
    assert [(a.rule, a.line) for a in result.applied] == [
        ("note", 3),
        ("note", 7),
        ("note", 12),
        ("note", 24),
    ]


def test_a_note_of_before_is_brought_up_to_date(tmp_path):
    assert_codemod(
        tmp_path,
        "notes",
        {"test_a.py": NOTED.replace("reworked", "something else")},
        {"test_a.py": NOTED},
        options={"in": ["test_a.py"], "tag": "GAP-01"},
        facts=Facts(base_texts={"test_a.py": BASE}),
    )


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (Facts(), "test_a.py: its text at the base commit is not known"),
        (Facts(base_texts={"test_a.py": "def ("}), "test_a.py:1: no valid Python"),
    ],
)
def test_failures(tmp_path, facts, said):
    (tmp_path / "test_a.py").write_text(NOW)
    step = Step(kind="codemod", subject="notes", line=1, options={"in": "test_a.py"})
    result = plan_step(step, None, Project(root=tmp_path), facts)
    assert (result.failure or "").startswith(said)
