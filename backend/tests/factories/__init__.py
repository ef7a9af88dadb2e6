"""Factories for the models that tests need most.

Import them from here: ``from tests.factories import AgentFactory``.
"""

from tests.factories.accounts import TeamFactory, UserFactory, WorkspaceFactory
from tests.factories.agents import AgentFactory, SkillFactory
from tests.factories.canvas import CanvasAuditFactory
from tests.factories.episodes import EpisodeFactory, EpisodeSegmentFactory
from tests.factories.governance import FeatureFlagFactory, GovernancePolicyFactory
from tests.factories.workflows import WorkflowExecutionFactory, WorkflowTemplateFactory

__all__ = [
    "AgentFactory",
    "CanvasAuditFactory",
    "EpisodeFactory",
    "EpisodeSegmentFactory",
    "FeatureFlagFactory",
    "GovernancePolicyFactory",
    "SkillFactory",
    "TeamFactory",
    "UserFactory",
    "WorkflowExecutionFactory",
    "WorkflowTemplateFactory",
    "WorkspaceFactory",
]
