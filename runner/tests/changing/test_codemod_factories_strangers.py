"""Ways of writing tests that strangers' suites have: names, registries, helpers, layout."""

import sys
from pathlib import Path
from textwrap import dedent

from gsd_run.changing.codemods.factories.introspected_columns import own_key_first
from gsd_run.changing.codemods.testing import apply_edits, assert_codemod, write
from gsd_run.changing.steps import plan_step
from gsd_run.domain.change import Facts
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project
from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, MetaData, Table

OPTIONS = {"tests": "tests"}


def text(block: str) -> str:
    return dedent(block).lstrip("\n")


REGISTRY = {
    "kasse/__init__.py": "",
    "kasse/modell.py": text("""
        from sqlalchemy import Column, ForeignKey, Integer, String, create_engine
        from sqlalchemy.orm import declarative_base, relationship, scoped_session, sessionmaker

        engine = create_engine("sqlite://")
        Session = scoped_session(sessionmaker(bind=engine))
        Basis = declarative_base()


        class Kunde(Basis):
            __tablename__ = "kunden"

            id = Column(Integer, primary_key=True)
            name = Column(String(20), nullable=False, unique=True)


        class Konto(Basis):
            __tablename__ = "konten"

            id = Column(Integer, primary_key=True)
            kunde_id = Column(ForeignKey("kunden.id"), nullable=False)

            kunde = relationship(Kunde)


        class Beleg(Basis):
            __tablename__ = "belege"

            id = Column(Integer, primary_key=True)
            nummer = Column(Integer, nullable=False, unique=True)
        """),
    "tests/__init__.py": "",
    "tests/fabriken.py": text("""
        import factory
        from factory.alchemy import SQLAlchemyModelFactory

        from kasse.modell import Konto, Kunde, Session


        class KundeFabrik(SQLAlchemyModelFactory):
            class Meta:
                model = Kunde
                sqlalchemy_session = Session
                sqlalchemy_session_persistence = "commit"

            name = factory.Sequence(lambda n: f"Kunde {n}")


        class KontoFabrik(SQLAlchemyModelFactory):
            class Meta:
                model = Konto
                sqlalchemy_session = Session

            kunde = factory.SubFactory(KundeFabrik)
        """),
    "tests/test_kasse.py": text("""
        import pytest
        from sqlalchemy.exc import IntegrityError

        from kasse.modell import Basis, Beleg, Konto, Kunde, Session, engine
        from tests.fabriken import KundeFabrik


        class TestKasse:
            def setup_method(self):
                Basis.metadata.create_all(engine)

            def teardown_method(self):
                Session.remove()
                Basis.metadata.drop_all(engine)

            def test_twice(self):
                KundeFabrik(name="Ida")
                with pytest.raises(IntegrityError):
                    KundeFabrik(name="Ida")
                Session.rollback()

            def test_many(self):
                KundeFabrik.create_batch(3)
                assert Session.query(Kunde).count() == 3

            def test_account(self):
                kunde = KundeFabrik()
                konto = Konto(kunde_id=kunde.id)
                Session.add(konto)
                Session.commit()
                assert konto.kunde is kunde

            def test_number_is_needed(self):
                Session.add(Beleg())
                with pytest.raises(IntegrityError):
                    Session.commit()
                Session.rollback()
        """),
}


def test_one_session_for_a_module(tmp_path):
    fabriken, kasse = REGISTRY["tests/fabriken.py"], REGISTRY["tests/test_kasse.py"]
    changed = (
        ("Beleg, Konto, Kunde, Session, engine", "Kunde, Session, engine"),
        ("import KundeFabrik", "import BelegFabrik, KontoFabrik, KundeFabrik"),
        (
            "konto = Konto(kunde_id=kunde.id)\n        Session.add(konto)\n",
            "konto = KontoFabrik(kunde=kunde)\n",
        ),
        (
            "        Session.add(Beleg())\n        with pytest.raises(IntegrityError):\n",
            "        with pytest.raises(IntegrityError):\n            BelegFabrik(nummer=None)\n",
        ),
    )
    for old, new in changed:
        assert kasse.count(old) == 1
        kasse = kasse.replace(old, new)
    more = text("""


        class BelegFabrik(SQLAlchemyModelFactory):
            class Meta:
                model = Beleg
                sqlalchemy_session = Session

            nummer = factory.Sequence(lambda n: n + 1)
        """)
    fabriken = fabriken.replace("import Konto,", "import Beleg, Konto,") + f"\n\n{more}"
    after = {"tests/fabriken.py": fabriken, "tests/test_kasse.py": kasse}
    result = assert_codemod(tmp_path, "factories", REGISTRY, after, options=OPTIONS)
    assert result.undecided == ()


HEAD = """\
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy.exc import IntegrityError

from shop.models import Customer, Order

from tests.factories import CustomerFactory, OrderFactory
from .making import make_customer


@contextmanager
def scope(session):
    try:
        yield session
        session.commit()
    except Exception:
        session.rollback()
        raise


def shout(customer):
    return customer.name.upper()


"""
TESTS = HEAD + text("""
    def test_walrus(opened):
        opened.add(customer := Customer(email="a@example.com", name="A"))
        opened.commit()
        assert customer.id


    def test_spread_out(opened):
        opened.add(
            Customer(
                email="b@example.com",
                # the one that is shown
                name="B",
            )
        )
        opened.commit()
        assert opened.query(Customer).one().name == "B"


    def test_long_lines(opened):
        customer = make_customer(opened, "C")
        orders = [
            Order(number=number, customer_id=customer.id, placed_at=None, id=f"order {number}")
            for number in range(3)
        ]
        opened.add_all(orders)
        opened.commit()
        assert len(customer.orders) == 3


    def test_suppressed(opened):
        for name in ("D", "E"):
            opened.add(Customer(email="same@example.com", name=name))
            with suppress(IntegrityError):
                opened.commit()
                continue
            opened.rollback()
        assert opened.query(Customer).one().name == "D"


    def test_scope(opened):
        with scope(opened) as session:
            session.add(Order(number=1))
        assert opened.query(Order).one().customer


    def test_in_bulk(opened):
        customers = [Customer(email=f"{n}@example.com", name="F") for n in range(3)]
        opened.bulk_save_objects(customers)
        assert opened.query(Customer).count() == 3


    def test_shouted(opened):
        assert shout(Customer(name="quiet")) == "QUIET"
        assert opened.query(Customer).count() == 0


    def test_empty():
        assert Customer(name="G").email is None


    def test_no_customer():
        order = Order(number=1)
        assert order.customer is None
    """)
MAKING = text("""
    from shop.models import Customer


    def make_customer(session, name):
        customer = Customer(name=name, email="c@example.com")
        session.add(customer)
        session.flush()
        return customer
    """)
CONFTEST = text("""
    import pytest

    from shop.opening import opener


    @pytest.fixture
    def opened():
        session = opener()
        try:
            yield session
        finally:
            session.close()
    """)
OPENING = text("""
    from shop.database import engine
    from sqlalchemy.orm import sessionmaker

    opener = sessionmaker(engine)
    """)


def test_what_strangers_write(tmp_path, shop):
    files = {
        "tests/conftest.py": CONFTEST,
        "tests/test_shop.py": TESTS,
        "tests/making.py": MAKING,
        "src/shop/opening.py": OPENING,
    }
    for path, content in (shop | files).items():
        write(tmp_path, path, content)
    step = Step(kind="codemod", subject="factories", line=1, options=OPTIONS)
    result = plan_step(step, None, Project(root=tmp_path, venv=_venv()), Facts())
    assert result.failure is None
    apply_edits(tmp_path, result)
    assert (tmp_path / "tests/test_shop.py").read_text() == HEAD + text("""
        def test_walrus(opened):
            customer = CustomerFactory(email="a@example.com", name="A", _session=opened)
            opened.commit()
            assert customer.id


        def test_spread_out(opened):
            CustomerFactory(
                email="b@example.com",
                # the one that is shown
                name="B",
                _session=opened,
            )
            opened.commit()
            assert opened.query(Customer).one().name == "B"


        def test_long_lines(opened):
            customer = make_customer(opened, "C")
            orders = [
                OrderFactory(
                    number=number,
                    customer=customer,
                    placed_at=None,
                    id=f"order {number}",
                    _session=opened,
                )
                for number in range(3)
            ]
            opened.commit()
            assert len(customer.orders) == 3


        def test_suppressed(opened):
            for name in ("D", "E"):
                with suppress(IntegrityError):
                    CustomerFactory(email="same@example.com", name=name, _session=opened)
                    opened.commit()
                    continue
                opened.rollback()
            assert opened.query(Customer).one().name == "D"


        def test_scope(opened):
            with scope(opened) as session:
                OrderFactory(number=1, _session=session)
            assert opened.query(Order).one().customer


        def test_in_bulk(opened):
            customers = [Customer(email=f"{n}@example.com", name="F") for n in range(3)]
            opened.bulk_save_objects(customers)
            assert opened.query(Customer).count() == 3


        def test_shouted(opened):
            assert shout(CustomerFactory.build(name="quiet")) == "QUIET"
            assert opened.query(Customer).count() == 0


        def test_empty():
            assert Customer(name="G").email is None


        def test_no_customer():
            order = Order(number=1)
            assert order.customer is None
        """)
    making = (tmp_path / "tests/making.py").read_text()
    assert 'CustomerFactory(name=name, email="c@example.com", _session=session)' in making
    conftest = (tmp_path / "tests/conftest.py").read_text()
    assert 'opener(bind=connection, join_transaction_mode="create_savepoint")' in conftest
    assert [(u.line, u.message) for u in result.undecided] == [
        (72, "Customer is handed to merge or a bulk call, which stores it in its own way"),
        (83, "the test looks at email of a Customer that is given none and not stored"),
        (87, "the test looks at customer of a Order that is given none and not stored"),
    ]


TENANTS = text("""
    from sqlalchemy import ForeignKey, ForeignKeyConstraint, UniqueConstraint
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


    class Base(DeclarativeBase):
        pass


    class Tenant(Base):
        __tablename__ = "tenants"

        id: Mapped[int] = mapped_column(primary_key=True)
        accounts: Mapped[list["Account"]] = relationship(back_populates="tenant")


    class Account(Base):
        __tablename__ = "accounts"
        __table_args__ = (UniqueConstraint("tenant_id", "id"),)

        id: Mapped[int] = mapped_column(primary_key=True)
        tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id"))
        tenant: Mapped[Tenant] = relationship(back_populates="accounts")


    class Contact(Base):
        __tablename__ = "contacts"
        __table_args__ = (
            ForeignKeyConstraint(["tenant_id", "account_id"], ["accounts.tenant_id", "accounts.id"]),
        )

        id: Mapped[int] = mapped_column(primary_key=True)
        tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id"))
        account_id: Mapped[int] = mapped_column()
        account: Mapped[Account] = relationship(
            foreign_keys=[account_id], primaryjoin="Contact.account_id == Account.id"
        )
    """)
TENANT_TESTS = text("""
    import pytest
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session

    from tenants import Account, Base, Contact, Tenant


    @pytest.fixture
    def s(tmp_path):
        engine = create_engine("sqlite://")
        Base.metadata.create_all(engine)
        with Session(engine) as s:
            yield s


    def test_contact(s):
        s.add_all([Tenant(), tenant := Tenant()])
        s.flush()
        account = Account(tenant=tenant)
        s.add(account)
        s.flush()
        contact = Contact(account_id=account.id, tenant_id=account.tenant_id)
        s.add(contact)
        s.commit()
        assert contact.tenant_id == 2
    """)


def test_a_key_that_is_part_of_another(tmp_path):
    files = {"tenants.py": TENANTS, "pytest.ini": "[pytest]\n", "tests/test_a.py": TENANT_TESTS}
    for path, content in files.items():
        write(tmp_path, path, content)
    step = Step(kind="codemod", subject="factories", line=1, options=OPTIONS)
    result = plan_step(step, None, Project(root=tmp_path, venv=_venv()), Facts())
    assert result.failure is None
    after = {edit.path: edit.after or "" for edit in result.edits}
    assert (
        text("""
        contact = ContactFactory(account=account, tenant_id=account.tenant_id, _session=s)
        """)
        in after["tests/test_a.py"]
    )
    assert (
        text("""
        class ContactFactory(BaseFactory):
            class Meta:
                model = Contact

            tenant_id = factory.SelfAttribute("account.tenant_id", default=None)
            account = factory.SubFactory(AccountFactory)
        """)
        in after["tests/factories.py"]
    )


def test_a_factory_that_finds_what_is_there(tmp_path, shop):
    owner = "        model = Customer\n"
    kept = f'{owner}        sqlalchemy_get_or_create = ("email",)\n'
    tests = text("""
        import pytest
        from sqlalchemy.exc import IntegrityError

        from shop.models import Customer


        def test_twice(db):
            db.add(Customer(name="A", email="a@example.com"))
            db.commit()
            db.add(Customer(name="B", email="a@example.com"))
            with pytest.raises(IntegrityError):
                db.commit()
        """)
    before = {
        **shop,
        "tests/factories/customers.py": shop["tests/factories/customers.py"].replace(owner, kept),
        "tests/test_a.py": tests,
    }
    first = 'db.add(Customer(name="A", email="a@example.com"))'
    made = 'CustomerFactory(name="A", email="a@example.com", _session=db)'
    imported = "from shop.models import Customer\nfrom tests.factories import CustomerFactory\n"
    after = tests.replace(first, made).replace("from shop.models import Customer\n", imported)
    result = assert_codemod(
        tmp_path, "factories", before, {"tests/test_a.py": after}, options=OPTIONS
    )
    assert [(u.line, u.message) for u in result.undecided] == [
        (10, "CustomerFactory makes no second row of the same email, but finds the first")
    ]


def test_foreign_keys_come_in_an_order():
    metadata = MetaData()
    Table("a", metadata, Column("id"), Column("tenant"))
    Table("z", metadata, Column("id"))
    pair = ForeignKeyConstraint(["tenant", "a_id"], ["a.tenant", "a.id"])
    b = Table("b", metadata, Column("tenant", ForeignKey("z.id")), Column("a_id"), pair)
    told = [key.target_fullname for key in sorted(b.c.tenant.foreign_keys, key=own_key_first)]
    assert told == ["z.id", "a.tenant"]


def _venv():
    return Path(sys.prefix)
