import datetime

from sqlalchemy import (
    Boolean, Column, DateTime, Float, ForeignKey, Integer, String, Text, Unicode, create_engine,
)
from sqlalchemy.orm import backref, declarative_base, relationship, scoped_session, sessionmaker

engine = create_engine("sqlite://")
Session = scoped_session(sessionmaker(bind=engine))
Base = declarative_base()
Base.query = Session.query_property()


class Category(Base):
    __tablename__ = "category"

    id = Column(Integer, primary_key=True)
    name = Column(Unicode(50), unique=True, nullable=False)
    parent_id = Column(Integer, ForeignKey("category.id"))

    children = relationship("Category", backref=backref("parent", remote_side=[id]))

    def __init__(self, name=None, parent=None):
        self.name = name
        self.parent = parent

    @property
    def path(self):
        return (self.parent.path + "/" if self.parent else "") + self.name


class Product(Base):
    __tablename__ = "product"

    id = Column(Integer, primary_key=True)
    sku = Column(String(20), unique=True, nullable=False)
    title = Column(Unicode(100), nullable=False)
    price = Column(Float, nullable=False)
    description = Column(Text)
    active = Column(Boolean, default=True, nullable=False)
    category_id = Column(Integer, ForeignKey("category.id"), nullable=False)

    category = relationship("Category", backref="products")


class Customer(Base):
    __tablename__ = "customer"

    id = Column(Integer, primary_key=True)
    login = Column(String(30), unique=True, nullable=False)
    created = Column(DateTime, default=datetime.datetime.now)


class Order(Base):
    __tablename__ = "order"

    id = Column(Integer, primary_key=True)
    customer_id = Column(Integer, ForeignKey("customer.id"), nullable=False)
    status = Column(String(10), nullable=False, default="new")
    customer = relationship(Customer, backref=backref("orders", lazy="dynamic"))

    @property
    def total(self):
        return sum(item.quantity * item.product.price for item in self.items)


class OrderItem(Base):
    __tablename__ = "order_item"

    order_id = Column(Integer, ForeignKey("order.id"), primary_key=True)
    product_id = Column(Integer, ForeignKey("product.id"), primary_key=True)
    quantity = Column(Integer, nullable=False, default=1)

    order = relationship(Order, backref="items")
    product = relationship(Product)
