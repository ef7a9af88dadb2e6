from sqlalchemy import create_engine
from sqlalchemy.orm import scoped_session, sessionmaker
from sqlalchemy.pool import StaticPool

from clinic.models import Base

engine = create_engine("sqlite://", poolclass=StaticPool)
Base.metadata.create_all(engine)

Session = scoped_session(sessionmaker(bind=engine))
