import datetime as dt
import unittest

from sqlalchemy.exc import IntegrityError

from bakery.models import Base, Bread, Customer, Grain, Order, Session, engine


class DatabaseTest(unittest.TestCase):
    def setUp(self):
        Base.metadata.create_all(engine)
        self.session = Session()

    def tearDown(self):
        self.session.close()

    def customer(self, name="Iris"):
        customer = Customer(name=name, since=dt.date(2026, 1, 2))
        self.session.add(customer)
        self.session.commit()
        return customer


class OrdersTest(DatabaseTest):
    def test_order(self):
        customer = self.customer()
        bread = Bread(name="Country", grain=Grain.RYE)
        self.session.add(bread)
        self.session.flush()
        order = Order(customer_id=customer.id, bread_id=bread.id)
        self.session.add(order)
        self.session.commit()
        self.assertEqual(order.loaves, 1)
        self.assertEqual(order.bread.price, 3.5)
        self.assertEqual(customer.orders, [order])

    def test_loaves(self):
        customer = self.customer()
        for loaves in (1, 2, 3):
            self.session.add(Order(customer=customer, loaves=loaves))
        self.session.commit()
        self.assertEqual(sum(order.loaves for order in customer.orders), 6)
        self.assertEqual(self.session.query(Order).count(), 3)

    def test_note(self):
        order = Order(note="sliced")
        self.session.add(order)
        self.session.commit()
        self.assertEqual(self.session.query(Order).filter_by(note="sliced").count(), 1)
        self.assertIsNotNone(order.customer)


class NamesTest(DatabaseTest):
    def test_one_name_once(self):
        self.customer("Jo")
        self.session.add(Customer(name="Jo", since=dt.date(2026, 1, 3)))
        with self.assertRaises(IntegrityError):
            self.session.commit()
        self.session.rollback()
        self.assertEqual(self.session.query(Customer).count(), 1)

    def test_bread_needs_a_grain(self):
        bread = Bread(name="Nothing")
        self.session.add(bread)
        self.assertRaises(IntegrityError, self.session.commit)

    def test_referred(self):
        friend = Customer(name="Kim", referrer=self.customer())
        self.session.add(friend)
        self.session.commit()
        self.assertEqual(friend.referrer.name, "Iris")
        self.assertEqual(self.session.query(Customer).count(), 2)
