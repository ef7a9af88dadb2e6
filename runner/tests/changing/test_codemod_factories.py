"""Before and after of the codemod `factories`, on a small shop; the result is run each time."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from gsd_run.changing.codemods.testing import assert_codemod, write
from gsd_run.changing.steps import plan_step
from gsd_run.domain.change import Facts, StepResult, Undecided
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project
from sandbox import environment

HEAD = """\
import pytest
"""


def rules(result: StepResult) -> set[str]:
    return {applied.rule for applied in result.applied}


def run_pytest(folder: Path) -> str:
    """Return pytest's closing line."""
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"]
    ended = subprocess.run(
        argv, cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    return ended.stdout.strip().splitlines()[-1].rpartition(" in ")[0]


def text(block: str) -> str:
    return dedent(block).lstrip("\n")


def test_constructors_adds_and_parents(tmp_path, shop):
    before = text('''
        from shop.models import Customer, Order

        from tests.factories import CustomerFactory


        class TestOrders:
            def test_by_id(self, db):
                """One constructor, one factory."""
                customer = CustomerFactory()
                order = Order(customer_id=customer.id, number=1)
                db.add(order)
                db.commit()

                assert order.customer is customer

            def test_parent_never_added(self, db):
                customer = Customer(
                    email="a@example.com",
                    name="Ana",  # as in the mail
                )
                order = Order(
                    customer_id=customer.id,
                    number=1,
                )
                db.add_all([customer, order])  # both
                db.commit()
                assert customer.orders == [order]

            def test_inline(self, db):
                # two at once
                db.add_all([
                    Customer(email="a@example.com", name="A"),
                    # the second
                    Customer(email="b@example.com", name="B"),
                ])

                db.add(Customer(email="c@example.com", name="C"))
                db.flush()
                assert db.query(Customer).count() == 3

            def test_nested(self, db):
                order = Order(number=2, customer=Customer(email="d@example.com", name="D"))
                db.add(order); db.commit()
                assert order.customer.name == "D"
        ''')
    after = text('''
        from shop.models import Customer

        from tests.factories import CustomerFactory, OrderFactory


        class TestOrders:
            def test_by_id(self, db):
                """One constructor, one factory."""
                customer = CustomerFactory(_session=db)
                order = OrderFactory(customer=customer, number=1, _session=db)
                db.commit()

                assert order.customer is customer

            def test_parent_never_added(self, db):
                customer = CustomerFactory(
                    email="a@example.com",
                    name="Ana",  # as in the mail
                    _session=db,
                )
                order = OrderFactory(
                    customer=customer,
                    number=1,
                    _session=db,
                )
                db.commit()
                assert customer.orders == [order]

            def test_inline(self, db):
                # two at once
                CustomerFactory(email="a@example.com", name="A", _session=db)
                # the second
                CustomerFactory(email="b@example.com", name="B", _session=db)

                CustomerFactory(email="c@example.com", name="C", _session=db)
                db.flush()
                assert db.query(Customer).count() == 3

            def test_nested(self, db):
                order = OrderFactory(
                    number=2,
                    customer=CustomerFactory(email="d@example.com", name="D", _session=db),
                    _session=db,
                )
                db.commit()
                assert order.customer.name == "D"
        ''')
    result = assert_codemod(
        tmp_path,
        "factories",
        {**shop, "tests/test_orders.py": before},
        {"tests/test_orders.py": after},
        options={"tests": "tests/test_orders.py"},
    )
    assert rules(result) == {"constructor", "no-add", "parent-object", "session"}
    assert result.undecided == ()
    assert run_pytest(tmp_path) == "4 passed"


def test_loops_helpers_and_fixtures(tmp_path, shop):
    before = text("""
        import pytest
        import shop.models as models

        from tests import factories


        def make_order(customer, number=1):
            return models.Order(customer_id=customer.id, number=number)


        @pytest.fixture
        def customer():
            return factories.CustomerFactory(name="Fay")


        class TestLoops:
            def _person(self, **values):
                return models.Customer(**values)

            def test_helpers(self, db, customer):
                order = make_order(customer)
                other = self._person(email="o@example.com", name="O")
                db.add_all([order, other])
                db.commit()
                assert order.customer.name == "Fay"
                assert other.id != customer.id

            def test_loop(self, db):
                for i in range(2):
                    db.add(models.Customer(email=f"{i}@example.com", name="N"))
                people = []
                for i in range(2, 4):
                    people.append(models.Customer(email=f"{i}@example.com", name="N"))
                db.add_all(people)
                more = [models.Customer(email=f"{i}@example.com", name="N") for i in (4, 5)]
                for one in more:
                    db.add(one)
                db.add_all([models.Customer(email=f"{i}@example.com", name="N") for i in (6, 7)])
                db.commit()
                assert db.query(models.Customer).count() == 8

            @pytest.mark.parametrize("count", [1, 2])
            def test_batch(self, count):
                assert len(factories.CustomerFactory.create_batch(count)) == count

            def test_built(self, db):
                built = factories.CustomerFactory.build()
                db.add(built)
                db.commit()
                assert built.id
        """)
    after = text("""
        import pytest
        import shop.models as models

        from tests import factories


        def make_order(db, customer, number=1):
            return factories.OrderFactory(customer=customer, number=number, _session=db)


        @pytest.fixture
        def customer(db):
            return factories.CustomerFactory(name="Fay", _session=db)


        class TestLoops:
            def _person(self, db, **values):
                return factories.CustomerFactory(**values, _session=db)

            def test_helpers(self, db, customer):
                order = make_order(db, customer)
                other = self._person(db, email="o@example.com", name="O")
                db.commit()
                assert order.customer.name == "Fay"
                assert other.id != customer.id

            def test_loop(self, db):
                for i in range(2):
                    factories.CustomerFactory(email=f"{i}@example.com", name="N", _session=db)
                people = []
                for i in range(2, 4):
                    people.append(factories.CustomerFactory(email=f"{i}@example.com", name="N", _session=db))
                more = [factories.CustomerFactory(email=f"{i}@example.com", name="N", _session=db) for i in (4, 5)]
                for i in (6, 7):
                    factories.CustomerFactory(email=f"{i}@example.com", name="N", _session=db)
                db.commit()
                assert db.query(models.Customer).count() == 8

            @pytest.mark.parametrize("count", [1, 2])
            def test_batch(self, db, count):
                assert len(factories.CustomerFactory.create_batch(count, _session=db)) == count

            def test_built(self, db):
                built = factories.CustomerFactory.build()
                db.add(built)
                db.commit()
                assert built.id
        """)
    result = assert_codemod(
        tmp_path,
        "factories",
        {**shop, "tests/test_loops.py": before},
        {"tests/test_loops.py": after},
        options={"tests": "tests"},
    )
    assert {"session-parameter", "session-argument"} <= rules(result)
    assert run_pytest(tmp_path) == "5 passed"


RAISES_BEFORE = (
    HEAD
    + """\
from sqlalchemy.exc import IntegrityError

from shop.models import Customer, Line, Order, Size

from tests.factories import CustomerFactory, OrderFactory


def test_duplicate_key_lacking_a_column(db):
    first = CustomerFactory()
    # the same key
    second = Customer(id=first.id, email="b@example.com")
    db.add(second)

    with pytest.raises(IntegrityError):
        db.commit()


def test_both_made_here(db):
    a = Customer(email="same@example.com", name="A")
    b = Customer(email="same@example.com", name="B")
    db.add_all([a, b])
    with pytest.raises(IntegrityError): db.commit()


def test_together_unique(db):
    customer = CustomerFactory()
    db.add(Order(customer_id=customer.id, number=7))
    db.commit()
    again = Order(customer_id=customer.id, number=7)
    with pytest.raises(IntegrityError):
        db.add(again)
        db.commit()
    db.rollback()
    assert db.query(Order).count() == 1


def test_left_out(db):
    with pytest.raises(IntegrityError):
        db.add(Customer(email="nobody@example.com"))
        db.commit()


def test_parent_left_out(db):
    order = Order(number=1)
    db.add(order)
    with pytest.raises(IntegrityError):
        db.flush()


def test_nothing_given(db):
    customer = Customer(email="nobody@example.com", name=None)
    db.add(customer)
    with pytest.raises(IntegrityError):
        db.commit()


def test_no_such_parent(db):
    order = Order(customer_id="nowhere", number=1)
    db.add(order)
    with pytest.raises(IntegrityError):
        db.commit()


def test_check_constraint(db):
    order = OrderFactory()
    bad = Line(order_id=order.id, article="x", amount=0, size=Size.SMALL, options={})
    db.add(bad)
    with pytest.raises(IntegrityError):
        db.commit()


def test_used_afterwards(db):
    CustomerFactory(id="one")
    second = Customer(id="one", email="b@example.com", name="B")
    db.add(second)
    with pytest.raises(IntegrityError):
        db.commit()
    db.rollback()
    assert second.name == "B"
    assert db.query(Customer).filter_by(id="one").count() == 1


def test_caught(db):
    CustomerFactory(email="same@example.com")
    second = Customer(email="same@example.com", name="B")
    try:
        db.add(second)
        db.commit()
    except IntegrityError:
        db.rollback()
    assert db.query(Customer).count() == 1


def test_refused_by_the_constructor():
    with pytest.raises(TypeError):
        Customer(nickname="x")
"""
)
RAISES_AFTER = (
    HEAD
    + """\
from factory.declarations import SKIP
from sqlalchemy.exc import IntegrityError

from shop.models import Customer, Order, Size

from tests.factories import CustomerFactory, LineFactory, OrderFactory


def test_duplicate_key_lacking_a_column(db):
    first = CustomerFactory(_session=db)

    with pytest.raises(IntegrityError):
        # the same key
        second = CustomerFactory(id=first.id, email="b@example.com", _session=db)
        db.commit()


def test_both_made_here(db):
    a = CustomerFactory(email="same@example.com", name="A", _session=db)
    with pytest.raises(IntegrityError):
        b = CustomerFactory(email="same@example.com", name="B", _session=db)
        db.commit()


def test_together_unique(db):
    customer = CustomerFactory(_session=db)
    OrderFactory(customer=customer, number=7, _session=db)
    db.commit()
    with pytest.raises(IntegrityError):
        again = OrderFactory(customer=customer, number=7, _session=db)
        db.commit()
    db.rollback()
    assert db.query(Order).count() == 1


def test_left_out(db):
    with pytest.raises(IntegrityError):
        CustomerFactory(email="nobody@example.com", name=None, _session=db)
        db.commit()


def test_parent_left_out(db):
    with pytest.raises(IntegrityError):
        order = OrderFactory(number=1, customer=None, _session=db)
        db.flush()


def test_nothing_given(db):
    with pytest.raises(IntegrityError):
        customer = CustomerFactory(email="nobody@example.com", name=None, _session=db)
        db.commit()


def test_no_such_parent(db):
    with pytest.raises(IntegrityError):
        order = OrderFactory(customer_id="nowhere", number=1, customer=SKIP, _session=db)
        db.commit()


def test_check_constraint(db):
    order = OrderFactory(_session=db)
    with pytest.raises(IntegrityError):
        bad = LineFactory(
            order=order,
            article="x",
            amount=0,
            size=Size.SMALL,
            options={},
            _session=db,
        )
        db.commit()


def test_used_afterwards(db):
    CustomerFactory(id="one", _session=db)
    db.commit()
    second = CustomerFactory.build(id="one", email="b@example.com", name="B")
    db.add(second)
    with pytest.raises(IntegrityError):
        db.commit()
    db.rollback()
    assert second.name == "B"
    assert db.query(Customer).filter_by(id="one").count() == 1


def test_caught(db):
    CustomerFactory(email="same@example.com", _session=db)
    db.commit()
    try:
        second = CustomerFactory(email="same@example.com", name="B", _session=db)
        db.commit()
    except IntegrityError:
        db.rollback()
    assert db.query(Customer).count() == 1


def test_refused_by_the_constructor():
    with pytest.raises(TypeError):
        CustomerFactory.build(nickname="x")
"""
)

LINE_FACTORY = text('''
    """Factories made from the mapped classes: each fills what its table requires."""

    import factory

    from shop.models import Line, Size
    from tests.factories.base import BaseFactory
    from tests.factories.orders import OrderFactory


    class LineFactory(BaseFactory):
        class Meta:
            model = Line

        order = factory.SubFactory(OrderFactory)
        article = "article"
        size = Size.SMALL
        options = factory.LazyFunction(dict)
    ''')
PACKAGE_WITH_LINE = text("""
    from tests.factories.customers import CustomerFactory
    from tests.factories.generated import LineFactory
    from tests.factories.orders import OrderFactory

    __all__ = ["CustomerFactory", "LineFactory", "OrderFactory"]
    """)


def test_errors_that_tests_expect(tmp_path, shop):
    result = assert_codemod(
        tmp_path,
        "factories",
        {**shop, "tests/test_errors.py": RAISES_BEFORE},
        {
            "tests/test_errors.py": RAISES_AFTER,
            "tests/factories/generated.py": LINE_FACTORY,
            "tests/factories/__init__.py": PACKAGE_WITH_LINE,
        },
        options={"tests": ["tests/test_errors.py"]},
    )
    assert rules(result) == {
        "constructor",
        "into-raises",
        "keep-committed",
        "keep-missing",
        "new-factory",
        "no-add",
        "no-second-parent",
        "parent-object",
        "session",
        "stored-later",
    }
    assert run_pytest(tmp_path) == "11 passed"


def test_each_error_is_the_one_that_its_test_is_about(tmp_path, shop):
    """With its violation mended, each of the tests fails: nothing else made the error."""
    mended = RAISES_AFTER
    for violation, instead in (
        ('second = CustomerFactory(id=first.id, email="b@', 'second = CustomerFactory(email="b@'),
        ('b = CustomerFactory(email="same@', 'b = CustomerFactory(email="other@'),
        ("again = OrderFactory(customer=customer, number=7", "again = OrderFactory(number=8"),
        ('CustomerFactory(email="nobody@example.com", name=None, ', "CustomerFactory("),
        ("number=1, customer=None", "number=1"),
        ('customer_id="nowhere", number=1, customer=SKIP', "number=1"),
        ("amount=0", "amount=1"),
    ):
        assert violation in mended
        mended = mended.replace(violation, instead)
    files = {
        **shop,
        "tests/test_errors.py": mended,
        "tests/factories/generated.py": LINE_FACTORY,
        "tests/factories/__init__.py": PACKAGE_WITH_LINE,
    }
    for path, content in files.items():
        write(tmp_path, path, content)
    assert run_pytest(tmp_path) == "8 failed, 3 passed"


def test_no_second_parent_without_a_relationship(tmp_path, shop):
    before = text("""
        from shop.models import Customer, Visit as Seen
        from tests.factories import CustomerFactory


        def test_visits(db):
            customer = CustomerFactory(id="c-1")
            visit, other = Seen(customer_id=customer.id, page="/"), Seen(page="/other")
            third = Seen(customer_id="c-1", page="/")
            db.add_all((visit, other, third))
            db.commit()
            assert visit.customer_id == customer.id
            assert db.query(Seen).count() == 3
            assert db.query(Customer).count() == 2
        """)
    after = text("""
        from shop.models import Customer, Visit as Seen
        from tests.factories import CustomerFactory, VisitFactory


        def test_visits(db):
            customer = CustomerFactory(id="c-1", _session=db)
            visit, other = VisitFactory(customer=customer, page="/", _session=db), VisitFactory(page="/other", _session=db)
            third = VisitFactory(customer_id="c-1", page="/", customer=None, _session=db)
            db.commit()
            assert visit.customer_id == customer.id
            assert db.query(Seen).count() == 3
            assert db.query(Customer).count() == 2
        """)
    generated = text('''
        """Factories made from the mapped classes: each fills what its table requires."""

        import factory

        from shop.models import Visit
        from tests.factories.base import BaseFactory
        from tests.factories.customers import CustomerFactory


        class VisitFactory(BaseFactory):
            class Meta:
                model = Visit

            class Params:
                customer = factory.SubFactory(CustomerFactory)

            customer_id = factory.SelfAttribute("customer.id")
            page = "page"
        ''')
    package = text("""
        from tests.factories.customers import CustomerFactory
        from tests.factories.generated import VisitFactory
        from tests.factories.orders import OrderFactory

        __all__ = ["CustomerFactory", "OrderFactory", "VisitFactory"]
        """)
    assert_codemod(
        tmp_path,
        "factories",
        {**shop, "tests/test_visits.py": before},
        {
            "tests/test_visits.py": after,
            "tests/factories/generated.py": generated,
            "tests/factories/__init__.py": package,
        },
        options={"tests": "tests/test_*.py"},
    )
    assert run_pytest(tmp_path) == "1 passed"


def test_defaults_of_the_model_are_kept_where_the_test_looks(tmp_path, shop):
    before = text("""
        from shop.models import Customer


        def test_defaults(db):
            customer = Customer(email="n@example.com", name="N")
            db.add(customer)
            db.commit()
            assert customer.city == "Lisbon"
            assert customer.note is None
        """)
    after = text("""
        from shop.models import Customer

        from tests.factories import CustomerFactory


        def test_defaults(db):
            customer = CustomerFactory(
                email="n@example.com",
                name="N",
                city="Lisbon",
                note=None,
                _session=db,
            )
            db.commit()
            assert customer.city == "Lisbon"
            assert customer.note is None
        """).replace("from shop.models import Customer\n\n", "")
    result = assert_codemod(
        tmp_path,
        "factories",
        {**shop, "tests/test_defaults.py": before},
        {"tests/test_defaults.py": after},
        options={"tests": "tests/test_defaults.py"},
    )
    assert [a.message for a in result.applied if a.rule == "pin"] == [
        "city keeps the model's own default",
        "note keeps the model's own default",
    ]
    assert run_pytest(tmp_path) == "1 passed"


FAKES = text('''
    """Everything in one file, with factories that leave out what the tables require."""

    from contextvars import ContextVar

    import factory
    from factory.alchemy import SQLAlchemyModelFactory

    from shop.models import Customer, Order

    given = ContextVar("given", default=None)


    class Fake(SQLAlchemyModelFactory):
        class Meta:
            abstract = True

        @classmethod
        def _generate(cls, strategy, params):
            session = params.pop("_session", None)
            token = given.set(session or given.get())
            try:
                return super()._generate(strategy, params)
            finally:
                given.reset(token)

        @classmethod
        def _create(cls, model_class, *args, **kwargs):
            made = model_class(*args, **kwargs)
            given.get().add(made)
            given.get().flush()
            return made


    class FakeCustomer(Fake):
        class Meta:
            model = Customer

        email = factory.Sequence(lambda n: f"f{n}@example.com")


    class FakeOrder(Fake):
        class Meta:
            model = Order
    ''')


FAKES_ADDED = """
    customer = factory.SubFactory("tests.fakes.FakeCustomer")
    number = factory.Sequence(lambda n: n + 1)


class LineFactory(Fake):
    class Meta:
        model = Line

    order = factory.SubFactory(FakeOrder)
    article = "article"
    size = Size.SMALL
    options = factory.LazyFunction(dict)
"""


def test_other_names_one_file_and_factories_that_lack_columns(tmp_path, shop):
    conftest = shop["tests/conftest.py"].replace(
        "@pytest.fixture\ndef db():", '@pytest.fixture(name="sa")\ndef make_session():'
    )
    kept = {p: t for p, t in shop.items() if "factories" not in p}
    before = text("""
        import pytest
        from shop.models import Line, Order, Size
        from .fakes import FakeCustomer, FakeOrder


        class TestThings:
            @pytest.fixture(autouse=True)
            def things(self):
                self.customer = FakeCustomer(name="T")

            def test_one(self, sa):
                order = Order(customer_id=self.customer.id, number=1)
                sa.add(order)
                sa.commit()
                assert order.customer.name == "T"

            def test_two(self):
                assert FakeOrder(number=2).customer.email

            def test_three(self, sa):
                line = Line(article="a", size=Size.LARGE, options={}, order=FakeOrder())
                sa.add(line)
                sa.flush()
                assert line.order.number != FakeOrder().number
        """)
    after = text("""
        import pytest
        from shop.models import Size
        from .fakes import FakeCustomer, FakeOrder, LineFactory


        class TestThings:
            @pytest.fixture(autouse=True)
            def things(self, sa):
                self.customer = FakeCustomer(name="T", _session=sa)

            def test_one(self, sa):
                order = FakeOrder(customer=self.customer, number=1, _session=sa)
                sa.commit()
                assert order.customer.name == "T"

            def test_two(self, sa):
                assert FakeOrder(number=2, _session=sa).customer.email

            def test_three(self, sa):
                line = LineFactory(
                    article="a",
                    size=Size.LARGE,
                    options={},
                    order=FakeOrder(_session=sa),
                    _session=sa,
                )
                sa.flush()
                assert line.order.number != FakeOrder(_session=sa).number
        """)
    fakes = FAKES.replace("import Customer, Order\n", "import Customer, Line, Order, Size\n")
    fakes = fakes.replace('example.com")\n', 'example.com")\n    name = "name"\n')
    fakes += FAKES_ADDED
    result = assert_codemod(
        tmp_path,
        "factories",
        {
            **kept,
            "tests/conftest.py": conftest,
            "tests/fakes.py": FAKES,
            "tests/test_things.py": before,
        },
        {"tests/test_things.py": after, "tests/fakes.py": fakes},
        options={"tests": "tests/test_things.py"},
    )
    assert {"complete-factory", "new-factory"} <= rules(result)
    assert run_pytest(tmp_path) == "3 passed"


def test_what_can_not_be_decided_stays_and_is_listed(tmp_path, shop):
    before = text("""
        import unittest

        from shop.models import Customer, Order

        from tests.factories import CustomerFactory, OrderFactory

        SOMEBODY = Customer(email="g@example.com", name="G")
        KINDS = {"customer": CustomerFactory}


        class TestOld(unittest.TestCase):
            def test_old(self):
                self.assertTrue(CustomerFactory())


        def test_unknown(db):
            customer = Customer(nickname="x", email="q@example.com")
            db.add(customer)


        def test_maybe(db):
            db.merge(Customer(id="1", email="r@example.com", name="R"))


        def test_other_key(db):
            order = OrderFactory(_session=db)
            visit = Order(customer_id=order.id, number=1)
            db.add(visit)
        """)
    result = assert_codemod(
        tmp_path,
        "factories",
        {**shop, "tests/test_open.py": before},
        {},
        options={"tests": "tests/test_open.py"},
    )
    columns = ("city", "email", "friend_id", "id", "name", "note")

    def left(line: int, message: str, candidates: tuple[str, ...] = ()) -> Undecided:
        return Undecided(
            path="tests/test_open.py", line=line, message=message, candidates=candidates
        )

    assert result.undecided == (
        left(7, "Customer is made outside of any function, without a session"),
        left(8, "CustomerFactory is handed on as a value; calls of it get no session here"),
        left(13, "no session can be handed to this call: test_old gets no fixtures from pytest"),
        left(17, "Customer has no attribute nickname", columns),
        left(22, "Customer is handed to merge or a bulk call, which stores it in its own way"),
        left(27, "customer_id=order.id gives the key of Order, not of Customer"),
    )


def test_models_that_can_not_be_imported(tmp_path, shop):
    broken = {**shop, "src/shop/models.py": "import no_such_library\n", "tests/test_a.py": ""}
    for path, content in broken.items():
        write(tmp_path, path, content)
    step = Step(kind="codemod", subject="factories", line=1, options={"tests": "tests/test_a.py"})
    project = Project(root=tmp_path, venv=Path(sys.prefix))
    result = plan_step(step, None, project, Facts())
    assert result.failure == (
        f"the models and factories can't be imported by {sys.prefix}/bin/python: "
        "src/shop/models.py:1: ModuleNotFoundError: No module named 'no_such_library'. "
        "Install the project's requirements into that environment."
    )
