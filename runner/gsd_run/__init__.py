"""Carries a GSD plan out, task by task, and writes the summary from what it measured.

What other programs may use is in `__all__`, and imported when it is first asked for.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gsd_run.api.calling import answer, check, resume, run
    from gsd_run.api.looking import explain, lint, read_plan, status
    from gsd_run.api.values import Answer, Options, Result
    from gsd_run.domain.claim import Claim
    from gsd_run.domain.errors import GsdRunError
    from gsd_run.domain.plan import Finding, Plan
    from gsd_run.domain.report import Report

__version__ = "0.1.0"
__all__ = [
    "Answer",
    "Claim",
    "Finding",
    "GsdRunError",
    "Options",
    "Plan",
    "Report",
    "Result",
    "__version__",
    "answer",
    "check",
    "explain",
    "lint",
    "read_plan",
    "resume",
    "run",
    "status",
]

_HOMES = {
    "api.calling": ("answer", "check", "resume", "run"),
    "api.looking": ("explain", "lint", "read_plan", "status"),
    "api.values": ("Answer", "Options", "Result"),
    "domain.claim": ("Claim",),
    "domain.errors": ("GsdRunError",),
    "domain.plan": ("Finding", "Plan"),
    "domain.report": ("Report",),
}


def __getattr__(name: str) -> object:
    home = next((one for one, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module 'gsd_run' has no attribute {name!r}")
    import importlib  # noqa: PLC0415 - the program itself never comes here

    found: object = getattr(importlib.import_module(f"gsd_run.{home}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
