"""Sessions in the styles that suites keep them in: which fixtures leak, and where sessions wait."""

import sys
from pathlib import Path
from textwrap import dedent

from gsd_run.changing.codemods.testing import apply_edits, write
from gsd_run.changing.steps import plan_step
from gsd_run.domain.change import Facts, StepResult
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project


def text(block: str) -> str:
    return dedent(block).lstrip("\n")


def applied(folder: Path, files: dict[str, str]) -> StepResult:
    for path, content in files.items():
        write(folder, path, content)
    step = Step(kind="codemod", subject="factories", line=1, options={"tests": "tests"})
    project = Project(root=folder, venv=Path(sys.prefix))
    result = plan_step(step, None, project, Facts())
    assert result.failure is None, result.failure
    apply_edits(folder, result)
    again = plan_step(step, None, project, Facts())
    assert (again.edits, again.applied) == ((), ())
    return result


def body_of(content: str, name: str) -> str:
    """Return a function's source, without what is above and below it."""
    lines = content.splitlines()
    start = next(i for i, line in enumerate(lines) if f"def {name}(" in line)
    ends = (i for i, line in enumerate(lines) if i > start and line and line[0] not in " )")
    return "\n".join(lines[start : next(ends, len(lines))]).rstrip() + "\n"


CONFTEST = text("""
    import pytest
    from sqlalchemy.orm import Session

    from shop.database import Session as Maker
    from shop.database import engine


    @pytest.fixture
    def returned() -> Session:
        return Maker()


    @pytest.fixture
    def managed():
        with Session(engine) as session:
            yield session


    @pytest.fixture
    def packed():
        session = Maker()
        return {"session": session, "name": "shop"}


    @pytest.fixture
    def emptied():
        session = Maker()
        yield session
        for table in reversed(session.get_bind().tables):
            session.execute(table.delete())


    @pytest.fixture(scope="module")
    def long_lived():
        session = Maker()
        yield session


    @pytest.fixture
    def seeded():
        session = Maker()
        session.commit()
        yield "a row"


    @pytest.fixture
    def somewhere():
        session = open_session()
        yield session


    @pytest.fixture
    def waiting():
        return AsyncSession(engine)


    @pytest.fixture
    def chat():
        return ChatSession()
    """)

BEGIN = """\
    connection = engine.connect()
    transaction = connection.begin()
    if not getattr(connection.connection.dbapi_connection, "in_transaction", True):
        # SQLite's driver begins late, and a savepoint needs a transaction that is open.
        connection.exec_driver_sql("BEGIN")
"""
END = """\
    transaction.rollback()
    connection.close()
"""


def test_fixtures_that_leak(tmp_path, shop):
    result = applied(tmp_path, {**shop, "tests/conftest.py": CONFTEST, "tests/test_a.py": ""})
    after = (tmp_path / "tests/conftest.py").read_text()
    assert body_of(after, "returned") == (
        "def returned() -> Iterator[Session]:\n"
        f"{BEGIN}"
        '    session = Maker(bind=connection, join_transaction_mode="create_savepoint")\n'
        "    yield session\n"
        "    session.close()\n"
        f"{END}"
    )
    assert body_of(after, "managed") == (
        "def managed():\n"
        f"{BEGIN}"
        '    with Session(bind=connection, join_transaction_mode="create_savepoint") as session:\n'
        "        yield session\n"
        f"{END}"
    )
    assert body_of(after, "packed") == (
        "def packed():\n"
        f"{BEGIN}"
        '    session = Maker(bind=connection, join_transaction_mode="create_savepoint")\n'
        '    yield {"session": session, "name": "shop"}\n'
        "    session.close()\n"
        f"{END}"
    )
    for name in ("emptied", "long_lived", "seeded", "somewhere", "waiting", "chat"):
        assert body_of(after, name) == body_of(CONFTEST, name)
    assert [(u.line, u.message) for u in result.undecided] == [
        (
            35,
            "what tests store in long_lived stays for the next test, and it lives for more than one (module)",
        ),
        (
            48,
            "what tests store in somewhere stays for the next test, and it can't be told on which engine it works",
        ),
        (
            54,
            "what tests store in waiting stays for the next test, and only an asynchronous fixture can begin an asynchronous transaction",
        ),
    ]


def test_factories_that_wait_for_an_asynchronous_session(tmp_path, shop):
    tests = text("""
        import pytest
        from sqlalchemy.ext.asyncio import AsyncSession

        from shop.models import Customer, Order

        from tests.factories import CustomerFactory, OrderFactory


        async def test_waits(session: AsyncSession):
            customer = CustomerFactory(name="Ada")
            orders = [OrderFactory(customer=customer) for _ in range(2)]
            late = OrderFactory(customer=CustomerFactory(name="Bo"))
            name = CustomerFactory(name="Cy").name
            session.add(Order(customer=customer, number=7))
            await session.commit()
            assert len(orders) == 2


        def test_can_not_wait(session: AsyncSession):
            assert CustomerFactory(name="Di").name == "Di"
        """)
    result = applied(tmp_path, {**shop, "tests/test_a.py": tests})
    after = (tmp_path / "tests/test_a.py").read_text()
    assert body_of(after, "test_waits") == text("""
        async def test_waits(session: AsyncSession):
            customer = await session.run_sync(lambda plain_session: CustomerFactory(name="Ada", _session=plain_session))
            orders = [await session.run_sync(lambda plain_session: OrderFactory(customer=customer, _session=plain_session)) for _ in range(2)]
            late = await session.run_sync(lambda plain_session: OrderFactory(
                customer=CustomerFactory(name="Bo", _session=plain_session),
                _session=plain_session,
            ))
            name = (await session.run_sync(lambda plain_session: CustomerFactory(name="Cy", _session=plain_session))).name
            session.add(OrderFactory.build(customer=customer, number=7))
            await session.commit()
            assert len(orders) == 2
        """)
    assert [(u.line, u.message) for u in result.undecided] == [
        (20, "the session is asynchronous, and a function that is not can't wait for it")
    ]


def test_sessions_in_containers_and_modules(tmp_path, shop):
    tests = text("""
        from shop.models import Customer
        from shop.flask import db


        def test_item(world):
            world["session"].add(Customer(name="A", email="a@example.com"))
            world["session"].commit()


        def test_unpacked(world):
            session, _ = world
            session.add(Customer(name="B", email="b@example.com"))
            session.commit()


        def test_module(app):
            customer = Customer(name="C", email="c@example.com")
            db.session.add(customer)
            db.session.commit()
        """)
    files = {"tests/test_a.py": tests, "src/shop/flask.py": "db = None\n"}
    result = applied(tmp_path, {**shop, **files})
    assert result.undecided == ()
    assert (tmp_path / "tests/test_a.py").read_text() == text("""
        from shop.flask import db
        from tests.factories import CustomerFactory


        def test_item(world):
            CustomerFactory(name="A", email="a@example.com", _session=world["session"])
            world["session"].commit()


        def test_unpacked(world):
            session, _ = world
            CustomerFactory(name="B", email="b@example.com", _session=session)
            session.commit()


        def test_module(app):
            customer = CustomerFactory(name="C", email="c@example.com", _session=db.session)
            db.session.commit()
        """)
