"""Factories for agents and what they can do."""

import factory

from core.models import AgentRegistry, Skill
from tests.factories.base import BaseFactory


class AgentFactory(BaseFactory):
    class Meta:
        model = AgentRegistry

    name = factory.Sequence(lambda n: f"Generated Agent {n}")
    description = factory.LazyAttribute(lambda agent: f"{agent.name}, made for a test")
    category = "testing"
    module_path = "agents.testing"
    class_name = "TestingAgent"


class SkillFactory(BaseFactory):
    class Meta:
        model = Skill

    name = factory.Sequence(lambda n: f"Generated Skill {n}")
    slug = factory.Sequence(lambda n: f"generated-skill-{n}")
