"""What holds for every value that the models can hold."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.models import AgentRegistry, AgentStatus, Workspace


def test_settings_come_back_unchanged(generator, db_session: Session):
    """Any JSON object survives being stored."""
    settings = generator.document()
    workspace = generator.workspace()
    workspace.settings = settings
    db_session.add(workspace)
    db_session.commit()

    db_session.expire_all()
    assert db_session.get(Workspace, workspace.id).settings == settings


def test_texts_come_back_unchanged(generator, db_session: Session):
    """Any text survives being stored, and appears in the full name."""
    user = generator.user()
    first_name = user.first_name
    db_session.add(user)
    db_session.commit()

    db_session.refresh(user)
    assert user.first_name == first_name
    assert user.full_name in f"{user.first_name} {user.last_name}"


@pytest.mark.cases(len(AgentStatus))
def test_every_maturity_can_be_stored(generator, db_session: Session):
    """Maturity comes back as a member, and only one of them works alone."""
    agent = generator.agent()
    status = agent.status
    db_session.add(agent)
    db_session.commit()

    db_session.refresh(agent)
    assert agent.status is status
    assert agent.needs_supervision == (status is not AgentStatus.AUTONOMOUS)


def test_confidence_is_a_share(generator, db_session: Session):
    """A confidence outside 0 to 1 is refused by the database."""
    agent = generator.agent()
    db_session.add(agent)
    db_session.commit()

    agent.confidence_score = generator.outside_share()
    with pytest.raises(IntegrityError):
        db_session.commit()


@pytest.mark.cases(3)
def test_commits_do_not_outlive_their_test(generator, db_session: Session):
    """Each case starts from empty tables, although every case commits."""
    assert db_session.scalar(select(func.count()).select_from(AgentRegistry)) == 0
    db_session.add(generator.agent())
    db_session.commit()
    assert db_session.scalar(select(func.count()).select_from(AgentRegistry)) == 1
