"""Factories for canvases."""

import factory

from core.models import CanvasAction, CanvasAudit
from tests.factories.accounts import UserFactory, WorkspaceFactory
from tests.factories.base import BaseFactory


class CanvasAuditFactory(BaseFactory):
    class Meta:
        model = CanvasAudit

    workspace = factory.SubFactory(WorkspaceFactory)
    user = factory.SubFactory(UserFactory)
    canvas_ref = factory.Sequence(lambda n: f"canvas-{n}")
    action = CanvasAction.PRESENT
