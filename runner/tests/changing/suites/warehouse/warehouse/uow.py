import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.pool import StaticPool

DEFAULT_ENGINE = sa.create_engine("sqlite://", poolclass=StaticPool)
DEFAULT_FACTORY = orm.sessionmaker(bind=DEFAULT_ENGINE, expire_on_commit=False)


class StockRepository:
    def __init__(self, session):
        self.session = session

    def add(self, thing):
        self.session.add(thing)
        return thing

    def by_ean(self, ean):
        from warehouse.orm import Article

        return self.session.query(Article).filter_by(ean=ean).first()


class UnitOfWork:
    def __init__(self, factory=DEFAULT_FACTORY):
        self.factory = factory

    def __enter__(self):
        self.session = self.factory()
        self.stock = StockRepository(self.session)
        return self

    def __exit__(self, *args):
        self.session.rollback()
        self.session.close()

    def commit(self):
        self.session.commit()
