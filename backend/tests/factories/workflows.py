"""Factories for workflow templates and runs."""

import factory

from core.models import WorkflowExecution, WorkflowTemplate
from tests.factories.accounts import WorkspaceFactory
from tests.factories.base import BaseFactory


class WorkflowTemplateFactory(BaseFactory):
    class Meta:
        model = WorkflowTemplate

    slug = factory.Sequence(lambda n: f"generated-template-{n}")
    title = factory.Sequence(lambda n: f"Generated Template {n}")


class WorkflowExecutionFactory(BaseFactory):
    class Meta:
        model = WorkflowExecution

    workflow_id = factory.Sequence(lambda n: f"generated-workflow-{n}")
    workspace = factory.SubFactory(WorkspaceFactory)
