from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

registry = orm.registry()


@registry.mapped
class Supplier:
    __tablename__ = "suppliers"

    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(50), nullable=False)
    vat = sa.Column(sa.String(20), nullable=False, unique=True)
    rating = sa.Column(sa.SmallInteger, sa.CheckConstraint("rating BETWEEN 1 AND 5"))


@registry.mapped
class Warehouse:
    __tablename__ = "warehouses"

    code = sa.Column(sa.String(3), primary_key=True)
    city = sa.Column(sa.String(50), nullable=False)


@registry.mapped
class Article:
    __tablename__ = "articles"

    id = sa.Column(sa.Integer, primary_key=True)
    ean = sa.Column(sa.String(13), nullable=False, unique=True)
    name = sa.Column(sa.String(100), nullable=False)
    supplier_id = sa.Column(sa.ForeignKey("suppliers.id"), nullable=False)
    weight = sa.Column(sa.Float)
    supplier = orm.relationship(Supplier, backref="articles")


@registry.mapped
class Stock:
    __tablename__ = "stock"

    warehouse_code = sa.Column(sa.ForeignKey("warehouses.code"), primary_key=True)
    article_id = sa.Column(sa.ForeignKey("articles.id"), primary_key=True)
    quantity = sa.Column(sa.Integer, nullable=False, server_default="0")
    counted_at = sa.Column(sa.DateTime, default=datetime.utcnow)

    warehouse = orm.relationship(Warehouse, backref="stock")
    article = orm.relationship(Article, backref="stock")


class Move:
    def __init__(self, stock, amount, reason="sale"):
        self.stock = stock
        self.amount = amount
        self.reason = reason


moves = sa.Table(
    "moves",
    registry.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("warehouse_code", sa.String(3), nullable=False),
    sa.Column("article_id", sa.Integer, nullable=False),
    sa.Column("amount", sa.Integer, nullable=False),
    sa.Column("reason", sa.String(20), nullable=False),
    sa.ForeignKeyConstraint(
        ["warehouse_code", "article_id"], ["stock.warehouse_code", "stock.article_id"]
    ),
)
registry.map_imperatively(Move, moves, properties={"stock": orm.relationship(Stock)})
