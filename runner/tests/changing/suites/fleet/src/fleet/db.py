from sqlalchemy import create_engine, event
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool)


@event.listens_for(engine, "connect")
def _check_foreign_keys(connection, _record):
    connection.execute("PRAGMA foreign_keys=ON")


NewSession = sessionmaker(engine)
