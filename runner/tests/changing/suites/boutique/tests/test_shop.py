"""Tests for the shop's model."""
from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from boutique.model import (
    Base, Category, Customer, Order, OrderItem, Product, Session, engine,
)
from tests.factories import CategoryFactory, CustomerFactory, ProductFactory


class ModelTest(object):
    def setup_method(self, method):
        Base.metadata.create_all(engine)

    def teardown_method(self, method):
        Session.remove()
        Base.metadata.drop_all(engine)


class TestCategory(ModelTest):
    def test_path(self):
        root = Category(name=u"Root")
        child = Category(name=u"Child", parent=root)
        Session.add(child)
        Session.commit()
        assert child.path == "Root/Child"
        assert root.children == [child]

    def test_unique(self):
        CategoryFactory(name="A")
        with pytest.raises(IntegrityError):
            CategoryFactory(name="A")
        Session.rollback()
        assert Category.query.count() == 1

    def test_name_required(self):
        Session.add(Category())
        with pytest.raises(IntegrityError):
            Session.commit()
        Session.rollback()


class TestProduct(ModelTest):
    def test_category(self):
        category = CategoryFactory.create()
        product = Product(sku="P1", title=u"Lamp", price=9.5, category_id=category.id)
        Session.add(product)
        Session.commit()
        assert product in category.products
        assert product.active

    def test_sku_unique(self):
        p1 = Product(sku="SAME", title="One", price=1)
        Session.add(p1)
        Session.commit()
        p2 = Product(sku="SAME", title="Two", price=2)
        Session.add(p2)
        try:
            Session.commit()
        except IntegrityError:
            Session.rollback()
        else:
            assert False, "sku is not unique"
        assert Product.query.count() == 1

    def test_batch(self):
        products = ProductFactory.create_batch(3, title="Chair")
        assert Product.query.filter_by(title="Chair").count() == 3
        assert len({p.sku for p in products}) == 3

    def test_many(self):
        category = CategoryFactory()
        for i, title in enumerate(["a", "b", "c"], start=1):
            Session.add(Product(sku="S%d" % i, title=title, price=i, category=category))
        Session.commit()
        assert [p.price for p in Product.query.order_by(Product.sku)] == [1, 2, 3]

    def test_built(self):
        product = ProductFactory.build(price=5)
        assert product.price == 5
        assert product.id is None


class TestOrder(ModelTest):
    def setup_method(self, method):
        super(TestOrder, self).setup_method(method)
        self.customer = CustomerFactory(login="kim")
        self.order = Order(customer_id=self.customer.id)
        Session.add(self.order)
        Session.commit()

    def add_item(self, product, quantity=1):
        item = OrderItem(order_id=self.order.id, product_id=product.id, quantity=quantity)
        Session.add(item)
        Session.commit()
        return item

    def test_total(self):
        self.add_item(ProductFactory(price=2.0), 3)
        self.add_item(ProductFactory(price=1.5))
        assert self.order.total == 7.5
        assert self.order.status == "new"

    def test_empty(self):
        order = Order(status="open")
        Session.add(order)
        Session.commit()
        assert order.total == 0
        assert Order.query.count() == 2

    def test_item_twice(self):
        product = ProductFactory()
        self.add_item(product)
        Session.expunge_all()
        with pytest.raises(IntegrityError):
            self.add_item(product)
        Session.rollback()

    def test_orders_of_customer(self):
        orders = [Order(customer=self.customer) for _ in range(2)]
        Session.add_all(orders)
        Session.commit()
        assert self.customer.orders.count() == 3

    def test_no_customer(self):
        order = Order(status="lost")
        Session.add(order)
        with pytest.raises(IntegrityError):
            Session.flush()
        Session.rollback()

    def test_delete(self):
        Session.delete(self.order)
        Session.commit()
        assert Customer.query.one().orders.all() == []
