"""What the codemod `factories` builds first and leaves to the test to store, and what it reads off.

The result is run each time, on the small shop.
"""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from gsd_run.changing.codemods.testing import assert_codemod, write
from gsd_run.changing.steps import plan_step
from gsd_run.domain.change import Facts, Undecided
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project

HEAD = """\
import pytest
from sqlalchemy.exc import IntegrityError

from shop.models import Customer, Order

from tests.factories import CustomerFactory, OrderFactory


"""


def body(block: str) -> str:
    return dedent(block).lstrip("\n")


def closing_line(folder: Path) -> str:
    """Return pytest's closing line."""
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"]
    ended = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
    return ended.stdout.strip().splitlines()[-1].rpartition(" in ")[0]


BEFORE = """
    def test_children(db):
        customer = Customer(email="a@example.com", name="A", orders=[Order(number=1)])
        customer.orders.append(Order(number=2))
        third = Order(number=3)
        customer.orders.extend([third])
        db.add(customer)
        db.commit()
        assert [order.number for order in customer.orders] == [1, 2, 3]
        assert db.query(Customer).count() == 1


    def test_parent_assigned(db):
        customer = CustomerFactory()
        order = Order(number=1)
        order.customer_id = customer.id
        db.add(order)
        db.commit()
        assert db.query(Customer).all() == [customer]


    def test_no_such_parent_assigned(db):
        order = Order(number=1)
        order.customer_id = "nobody"
        db.add(order)
        with pytest.raises(IntegrityError):
            db.commit()
        db.rollback()


    def test_counted_between(db):
        one = Customer(email="a@example.com", name="A")
        two = Customer(email="b@example.com", name="B")
        db.add(one)
        db.commit()
        assert db.query(Customer).count() == 1
        db.add(two)
        db.commit()
        assert db.query(Customer).count() == 2


    def test_not_stored_yet(db):
        customer = Customer(email="a@example.com", name="A")
        assert customer.id is None
        assert customer not in db
        if customer.name:
            db.add(customer)
        db.rollback()
        db.add(customer)
        db.commit()
        assert customer.id


    def test_never_stored(db):
        draft = Customer(email="a@example.com", name="A")
        assert draft.name == "A"
        assert db.query(Customer).count() == 0


    def test_list_in_a_loop(db):
        for row in [Customer(email="a@example.com", name="A"), Customer(email="b@example.com", name="B")]:
            db.add(row)
        db.commit()
        assert db.query(Customer).count() == 2


    def test_made_before_the_last_commit(db):
        first = Customer(email="a@example.com", name="A")
        second = Customer(email="a@example.com", name="B")
        db.add(first)
        db.commit()
        db.add(second)
        with pytest.raises(IntegrityError):
            db.commit()
        db.rollback()


    def test_called_by_pytest(db):
        db.add(Customer(email=None, name="A"))
        pytest.raises(IntegrityError, db.flush)
        db.rollback()


    def test_from_a_dictionary(db):
        customer = CustomerFactory()
        data = {"customer_id": customer.id, "number": 1}
        db.add(Order(**data))
        db.commit()
        db.add(Order(**data))
        with pytest.raises(IntegrityError):
            db.commit()
        db.rollback()


    def nameless(db):
        db.add(Customer(email="a@example.com"))
        db.flush()


    def test_helper_that_fails(db):
        with pytest.raises(IntegrityError):
            nameless(db)
        db.rollback()


    def order_of(customer):
        return Order(customer=customer, number=1)


    def test_helper_that_returns(db):
        customer = CustomerFactory()
        db.add_all([order_of(customer), order_of(customer)])
        with pytest.raises(IntegrityError):
            db.commit()
        db.rollback()


    class Desk:
        def __init__(self, session):
            self.session = session

        def order(self):
            order = Order(customer=Customer(email="a@example.com", name="A"), number=1)
            self.session.add(order)
            return order


    def test_object_with_a_session(db):
        assert Desk(db).order().customer.name == "A"


    class Shared:
        def _customer(self, name):
            return Customer(email=f"{name}@example.com", name=name)


    class TestInherited(Shared):
        def test_inherited(self, db):
            assert self._customer("a").id is not None
    """

AFTER_HEAD = """\
import pytest
from factory.declarations import SKIP
from sqlalchemy.exc import IntegrityError

from shop.models import Customer

from tests.factories import CustomerFactory, OrderFactory


"""

AFTER = """
    def test_children(db):
        customer = CustomerFactory(
            email="a@example.com",
            name="A",
            orders=[OrderFactory.build(number=1, customer=SKIP)],
            _session=db,
        )
        customer.orders.append(OrderFactory.build(number=2, customer=SKIP))
        third = OrderFactory.build(number=3, customer=SKIP)
        customer.orders.extend([third])
        db.commit()
        assert [order.number for order in customer.orders] == [1, 2, 3]
        assert db.query(Customer).count() == 1


    def test_parent_assigned(db):
        customer = CustomerFactory(_session=db)
        order = OrderFactory.build(number=1, customer=SKIP)
        order.customer_id = customer.id
        db.add(order)
        db.commit()
        assert db.query(Customer).all() == [customer]


    def test_no_such_parent_assigned(db):
        order = OrderFactory.build(number=1, customer=SKIP)
        order.customer_id = "nobody"
        db.add(order)
        with pytest.raises(IntegrityError):
            db.commit()
        db.rollback()


    def test_counted_between(db):
        one = CustomerFactory(email="a@example.com", name="A", _session=db)
        two = CustomerFactory.build(email="b@example.com", name="B")
        db.commit()
        assert db.query(Customer).count() == 1
        db.add(two)
        db.commit()
        assert db.query(Customer).count() == 2


    def test_not_stored_yet(db):
        customer = CustomerFactory.build(email="a@example.com", name="A")
        assert customer.id is None
        assert customer not in db
        if customer.name:
            db.add(customer)
        db.rollback()
        db.add(customer)
        db.commit()
        assert customer.id


    def test_never_stored(db):
        draft = CustomerFactory.build(email="a@example.com", name="A")
        assert draft.name == "A"
        assert db.query(Customer).count() == 0


    def test_list_in_a_loop(db):
        CustomerFactory(email="a@example.com", name="A", _session=db)
        CustomerFactory(email="b@example.com", name="B", _session=db)
        db.commit()
        assert db.query(Customer).count() == 2


    def test_made_before_the_last_commit(db):
        first = CustomerFactory(email="a@example.com", name="A", _session=db)
        second = CustomerFactory.build(email="a@example.com", name="B")
        db.commit()
        db.add(second)
        with pytest.raises(IntegrityError):
            db.commit()
        db.rollback()


    def test_called_by_pytest(db):
        db.add(CustomerFactory.build(email=None, name="A"))
        pytest.raises(IntegrityError, db.flush)
        db.rollback()


    def test_from_a_dictionary(db):
        customer = CustomerFactory(_session=db)
        data = {"customer_id": customer.id, "number": 1}
        OrderFactory(**data, customer=SKIP, _session=db)
        db.commit()
        with pytest.raises(IntegrityError):
            OrderFactory(**data, customer=SKIP, _session=db)
            db.commit()
        db.rollback()


    def nameless(db):
        CustomerFactory(email="a@example.com", name=None, _session=db)
        db.flush()


    def test_helper_that_fails(db):
        with pytest.raises(IntegrityError):
            nameless(db)
        db.rollback()


    def order_of(customer):
        return OrderFactory.build(customer=customer, number=1)


    def test_helper_that_returns(db):
        customer = CustomerFactory(_session=db)
        db.add_all([order_of(customer), order_of(customer)])
        with pytest.raises(IntegrityError):
            db.commit()
        db.rollback()


    class Desk:
        def __init__(self, session):
            self.session = session

        def order(self):
            order = OrderFactory(
                customer=CustomerFactory(email="a@example.com", name="A", _session=self.session),
                number=1,
                _session=self.session,
            )
            return order


    def test_object_with_a_session(db):
        assert Desk(db).order().customer.name == "A"


    class Shared:
        def _customer(self, db, name):
            return CustomerFactory(email=f"{name}@example.com", name=name, _session=db)


    class TestInherited(Shared):
        def test_inherited(self, db):
            assert self._customer(db, "a").id is not None
    """


def test_what_is_stored_later_or_read_off(tmp_path, shop):
    result = assert_codemod(
        tmp_path,
        "factories",
        {**shop, "tests/test_orders.py": HEAD + body(BEFORE)},
        {"tests/test_orders.py": AFTER_HEAD + body(AFTER)},
        options={"tests": "tests/test_orders.py"},
    )
    assert result.undecided == ()
    assert closing_line(tmp_path) == "14 passed"


def test_what_can_not_be_read_off_stays(tmp_path, shop):
    before = HEAD + body("""
        def made(db, **values):
            order = Order(**values)
            db.add(order)
            db.flush()
            return order


        @pytest.mark.parametrize("missing", ["email", "name"])
        def test_missing(db, missing):
            values = {"email": "a@example.com", "name": "A"}
            del values[missing]
            db.add(Customer(**values))
            with pytest.raises(IntegrityError):
                db.commit()
            db.rollback()


        class Desk:
            def order(self):
                return OrderFactory()


        def test_desk(db):
            desk = Desk()
            assert desk.order().number >= 0
        """)
    result = assert_codemod(
        tmp_path,
        "factories",
        {**shop, "tests/test_open.py": before},
        {},
        options={"tests": "tests/test_open.py"},
    )
    said = {
        10: "what Order is given can't be read off: customer_id may be among it",
        20: "what Customer is given can't be read off, and an error is expected here",
        28: ("no session can be handed to this call: order is also used at tests/test_open.py:33"),
    }
    assert result.undecided == tuple(
        Undecided(path="tests/test_open.py", line=line, message=message)
        for line, message in said.items()
    )


def test_all_files_that_are_no_python_are_named(tmp_path, shop):
    broken = {"tests/test_a.py": "def f(:\n", "tests/test_b.py": "x = 1\n\ny = = 2\n"}
    for path, content in {**shop, **broken}.items():
        write(tmp_path, path, content)
    step = Step(kind="codemod", subject="factories", line=1, options={"tests": "tests"})
    result = plan_step(step, None, Project(root=tmp_path, venv=Path(sys.prefix)), Facts())
    assert (result.failure, result.edits) == (
        "tests/test_a.py:1: no valid Python: invalid syntax\n"
        "tests/test_b.py:3: no valid Python: invalid syntax",
        (),
    )
