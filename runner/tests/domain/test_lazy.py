"""Patterns that compile late."""

import gc
import importlib
import pkgutil
import re

import gsd_run
import pytest
from gsd_run.domain import lazy


def test_it_is_compiled_when_used_and_not_before() -> None:
    broken = lazy.pattern("(")
    assert broken.pattern == "("
    with pytest.raises(re.error):
        broken.search("")


def test_it_acts_as_the_compiled_pattern() -> None:
    late, early = (
        lazy.pattern("(?P<one>a)|B", re.IGNORECASE),
        re.compile("(?P<one>a)|B", re.IGNORECASE),
    )
    assert [match.span() for match in late.finditer("xab")] == [(1, 2), (2, 3)]
    assert late.sub("-", "xab") == "x--"
    assert (late.flags, late.groups, late.groupindex) == (
        early.flags,
        early.groups,
        early.groupindex,
    )


def test_every_pattern_of_the_package_can_be_compiled() -> None:
    for module in pkgutil.walk_packages(gsd_run.__path__, "gsd_run."):
        if module.name != "gsd_run.__main__":
            importlib.import_module(module.name)
    found = [one for one in gc.get_objects() if isinstance(one, lazy.Uncompiled)]
    assert len(found) > 500
    for one in found:
        if one.pattern != "(":
            re.compile(one.pattern, one.flags)
