import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from warehouse.orm import Article, Move, Stock, Supplier, Warehouse

from .builders import make_article, make_stock, make_supplier

SUPPLIER = {"name": "Bolt AG", "vat": "CH-1"}


def describe(article: Article) -> str:
    return f"{article.name} ({article.ean})"


def test_builder(store):
    article = make_article(store, name="Nut")
    assert article.supplier.name == "ACME GmbH"
    assert store.scalars(select(Article)).all() == [article]


def test_data(store):
    supplier = Supplier(**SUPPLIER)
    store.add(supplier)
    store.commit()
    assert supplier.rating is None


def test_data_again(store):
    supplier = Supplier(**{**SUPPLIER, "rating": 5})
    store.add(supplier)
    store.commit()
    assert store.query(Supplier).one().rating == 5


@pytest.mark.parametrize("rating", [0, 6])
def test_rating(store, rating):
    with pytest.raises(IntegrityError, match="CHECK"):
        make_supplier(store, rating=rating)
    store.rollback()


def test_described(store):
    assert describe(Article(name="Nut", ean="1")) == "Nut (1)"
    store.add(article := Article(name="Bolt", ean="2"))
    store.flush()
    assert describe(article) == "Bolt (2)"


def test_vat_once(store):
    make_supplier(store, vat="X")
    try:
        make_supplier(store, vat="X")
    except IntegrityError:
        store.rollback()
    else:
        pytest.fail("the same vat twice")


def test_article_needs_supplier(store):
    store.add(Article(name="Orphan", ean="3"))
    with pytest.raises(IntegrityError) as e:
        store.flush()
    assert "supplier_id" in str(e.value.orig)


def test_stock(store):
    article = make_article(store)
    stock = make_stock(store, "ULM", article, 5)
    assert (stock.quantity, stock.warehouse.city) == (5, "Ulm")
    assert article.stock == [stock]


def test_stock_twice(store):
    article = make_article(store)
    make_stock(store, "ULM", article)
    store.expunge_all()
    with pytest.raises(IntegrityError):
        store.add(Stock(warehouse_code="ULM", article_id=article.id, quantity=1))
        store.flush()


def test_move_named(store):
    move = Move(stock=make_stock(store, "ULM", make_article(store)), amount=4, reason="return")
    store.add(move)
    store.commit()
    assert store.get(Move, move.id).reason == "return"


def test_core(store):
    store.execute(insert(Warehouse).values(code="KOL", city="Köln"))
    store.execute(update(Warehouse).where(Warehouse.code == "KOL").values(city="Cologne"))
    assert store.scalar(select(Warehouse.city)) == "Cologne"
    store.execute(text("DELETE FROM warehouses"))


def test_many(store):
    supplier = make_supplier(store)
    eans = [f"{n:013}" for n in range(4)]
    store.add_all(Article(ean=ean, name=f"No. {i}", supplier_id=supplier.id) for i, ean in enumerate(eans))
    store.commit()
    assert len(supplier.articles) == 4
    store.add_all([*map(lambda c: Warehouse(code=c, city=c * 2), "ABC")])
    store.flush()
    assert store.query(Warehouse).count() == 3


def test_by_ean(repo):
    supplier = repo.add(Supplier(name="S", vat="V"))
    repo.session.flush()
    article = Article(ean="77", name="Found", supplier_id=supplier.id)
    repo.session.add(article)
    repo.session.commit()
    assert repo.by_ean("77") is article


def test_uow(uow):
    uow.session.add(Article(ean="88", name="Held", weight=1.5))
    uow.commit()
    assert uow.stock.by_ean("88").weight == 1.5


def test_uow_rollback(uow):
    supplier = Supplier(name="T", vat="W")
    uow.session.add(supplier)
    uow.session.flush()
    uow.session.rollback()
    assert uow.session.query(Supplier).filter_by(vat="W").count() == 0
