"""Builders for tests. Every builder stores what it builds."""

from itertools import count

from warehouse.orm import Article, Stock, Supplier, Warehouse

_numbers = count(1)

DEFAULTS = {"name": "ACME GmbH", "rating": 3}


def make_supplier(session, **kw):
    data = {"vat": f"DE{next(_numbers)}", **DEFAULTS, **kw}
    supplier = Supplier(**data)
    session.add(supplier)
    session.flush()
    return supplier


def make_article(session, supplier=None, /, *, commit=False, **kw) -> Article:
    kw.setdefault("ean", f"400{next(_numbers):010}")
    kw.setdefault("name", "Screw")
    article = Article(supplier=supplier or make_supplier(session), **kw)
    session.add(article)
    session.commit() if commit else session.flush()
    return article


def make_stock(session, code, article, quantity=0):
    if (warehouse := session.get(Warehouse, code)) is None:
        session.add(warehouse := Warehouse(code=code, city="Ulm"))
    stock = Stock(warehouse=warehouse, article=article, quantity=quantity)
    session.add(stock)
    session.flush()
    return stock
