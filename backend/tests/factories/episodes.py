"""Factories for the episodic memory."""

import factory

from core.models import Episode, EpisodeSegment, SegmentType
from tests.factories.accounts import WorkspaceFactory
from tests.factories.agents import AgentFactory
from tests.factories.base import BaseFactory


class EpisodeFactory(BaseFactory):
    class Meta:
        model = Episode

    title = factory.Sequence(lambda n: f"Generated Episode {n}")
    agent = factory.SubFactory(AgentFactory)
    workspace = factory.SubFactory(WorkspaceFactory)


class EpisodeSegmentFactory(BaseFactory):
    class Meta:
        model = EpisodeSegment

    episode = factory.SubFactory(EpisodeFactory)
    segment_type = SegmentType.CONVERSATION
    sequence_order = factory.Sequence(lambda n: n)
    content = factory.Sequence(lambda n: f"Message {n} of the conversation")
