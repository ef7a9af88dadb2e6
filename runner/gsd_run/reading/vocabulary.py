"""The names of a plan's elements as GSD spells them."""

from functools import lru_cache

CONTAINERS = frozenset(("tasks", "task", "feature"))

_PLANNING = ("objective", "execution_context", "context", "interfaces", "threat_model", "goal")
_CLOSING = ("verification", "success_criteria", "output", "user_setup", "metadata", "must_haves")
SECTIONS = frozenset((*_PLANNING, *_CLOSING))

_NAMING = ("name", "title", "files", "read_first", "precondition", "reversibility")
_WORK = ("action", "behavior", "implementation", "instructions", "description")
_PROVING = ("verify", "automated", "fails_when", "human-check", "acceptance_criteria", "done")
_CHECKPOINT = ("what-built", "how-to-verify", "resume-signal", "decision", "options")
TASK_ELEMENTS = frozenset((*_NAMING, *_WORK, *_PROVING, *_CHECKPOINT))

KNOWN = CONTAINERS | SECTIONS | TASK_ELEMENTS

_SPELLED = {name.replace("-", "_"): name for name in KNOWN}


@lru_cache(4096)
def canonical(name: str) -> str:
    """Return a tag's name in GSD's spelling, or in lower case where GSD has no such tag."""
    lower = name.lower()
    return _SPELLED.get(lower.replace("-", "_"), lower)
