import factory
from factory import fuzzy

from boutique import model
from boutique.model import Session


class CategoryFactory(factory.alchemy.SQLAlchemyModelFactory):
    class Meta:
        model = model.Category
        sqlalchemy_session = Session
        sqlalchemy_session_persistence = "commit"

    name = factory.Sequence(lambda n: "Category %d" % n)


class ProductFactory(factory.alchemy.SQLAlchemyModelFactory):
    class Meta:
        model = model.Product
        sqlalchemy_session = Session
        sqlalchemy_session_persistence = "commit"

    sku = factory.Sequence(lambda n: "SKU%04d" % n)
    title = factory.Faker("word")
    price = fuzzy.FuzzyFloat(1, 100)
    category = factory.SubFactory(CategoryFactory)


class CustomerFactory(factory.alchemy.SQLAlchemyModelFactory):
    class Meta:
        model = model.Customer
        sqlalchemy_session = Session
        sqlalchemy_session_persistence = "commit"

    login = factory.Faker("user_name")
