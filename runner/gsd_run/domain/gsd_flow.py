"""What GSD's own flow writes by itself while it has plans carried out."""

import re

_OF_A_WORKSTREAM = re.compile(r"\.planning/workstreams/[^/]+(?=/)")
_NAMES = ("STATE.md", "ROADMAP.md", "REQUIREMENTS.md", "PROJECT.md", "config.json")


def flow_files(plan: str) -> frozenset[str]:
    """Return the planning files that the flow writes around a plan, whose path is given.

    A plan of a workstream has its own beside the project's. Paths are relative to the root.
    """
    own = _OF_A_WORKSTREAM.match(plan)
    folders = (".planning", *([own[0]] if own else ()))
    return frozenset(f"{folder}/{name}" for folder in folders for name in _NAMES)
