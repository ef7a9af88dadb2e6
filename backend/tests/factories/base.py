"""Base of all factories."""

from factory.alchemy import SQLAlchemyModelFactory
from sqlalchemy.exc import SQLAlchemyError

from core.database import SessionLocal


class BaseFactory(SQLAlchemyModelFactory):
    """Creates rows for tests.

    Every factory opens a session when it is first used and keeps it, so that tests can
    write ``UserFactory()`` without caring where the row goes. A test that has a session
    already hands it over: ``UserFactory(_session=db)``.
    """

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        session = kwargs.pop("_session", None)
        if session is not None:
            cls._meta.sqlalchemy_session = session
        elif cls._meta.sqlalchemy_session is None:
            cls._meta.sqlalchemy_session = SessionLocal()

        return cls._save(model_class, cls._meta.sqlalchemy_session, args, kwargs)

    @classmethod
    def _save(cls, model_class, session, args, kwargs):
        obj = model_class(*args, **kwargs)
        try:
            session.add(obj)
            # Commit, otherwise the other sessions don't see the row.
            session.commit()
        except SQLAlchemyError:
            session.rollback()
            raise
        return obj
