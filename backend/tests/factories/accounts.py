"""Factories for people, workspaces and teams."""

import factory

from core.models import Team, User, Workspace
from tests.factories.base import BaseFactory


class UserFactory(BaseFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@agents.test")
    hashed_password = "pbkdf2_sha256$600000$c2FsdA$not-a-real-hash"
    first_name = factory.Sequence(lambda n: f"First{n}")
    last_name = factory.Sequence(lambda n: f"Last{n}")


class WorkspaceFactory(BaseFactory):
    class Meta:
        model = Workspace

    name = factory.Sequence(lambda n: f"Generated Workspace {n}")
    slug = factory.Sequence(lambda n: f"generated-workspace-{n}")


class TeamFactory(BaseFactory):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Generated Team {n}")
    workspace = factory.SubFactory(WorkspaceFactory)
