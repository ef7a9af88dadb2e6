"""Factories for policies and switches."""

import factory

from core.models import FeatureFlag, GovernancePolicy
from tests.factories.base import BaseFactory


class GovernancePolicyFactory(BaseFactory):
    class Meta:
        model = GovernancePolicy

    name = factory.Sequence(lambda n: f"Generated Policy {n}")
    action_pattern = "*"


class FeatureFlagFactory(BaseFactory):
    class Meta:
        model = FeatureFlag

    key = factory.Sequence(lambda n: f"generated-flag-{n}")
