"""Agents of a project's settings (placeholder while it is written)."""

from pathlib import Path

from msgspec import Struct

from gsd_run.domain.agent import Agent


class Agents(Struct, frozen=True, kw_only=True):
    """The agents that a project's settings describe, and the one used unless told."""

    default: str | None = None
    by_name: dict[str, Agent] = {}


def read_agents(root: Path) -> Agents:
    """Read them."""
    del root
    return Agents()


def agent_named(agents: Agents, name: str) -> Agent:
    """Return one."""
    return agents.by_name[name]
