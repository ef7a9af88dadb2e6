"""Real agents' command lines, pointed at a scripted model on loopback instead of a service."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

KEY = "scripted-key-of-the-tests"


@dataclass(frozen=True)
class Tool:
    """An agent's command line.

    `point` writes its own settings into a home and returns the variables that lead it to the
    model at an address; `unbound` are arguments that let it do anything, commit included.
    """

    profile: str
    program: str
    point: Callable[[Path, str], dict[str, str]]
    unbound: tuple[str, ...] = ()


def _codex(home: Path, address: str) -> dict[str, str]:
    (home / "config.toml").write_text(
        'model = "gpt-5.5"\n'
        'model_provider = "scripted"\n'
        "[model_providers.scripted]\n"
        'name = "scripted"\n'
        f'base_url = "{address}/v1"\n'
        'wire_api = "responses"\n'
        'env_key = "OPENAI_API_KEY"\n'
        "request_max_retries = 0\n"
        "stream_max_retries = 0\n"
        "[analytics]\n"
        "enabled = false\n"
    )
    return {"CODEX_HOME": str(home), "OPENAI_API_KEY": KEY}


def _claude(home: Path, address: str) -> dict[str, str]:
    return {"CLAUDE_CONFIG_DIR": str(home), "ANTHROPIC_BASE_URL": address, "ANTHROPIC_API_KEY": KEY}


def _opencode(home: Path, address: str) -> dict[str, str]:
    provider = {
        "npm": "@ai-sdk/openai-compatible",
        "options": {"baseURL": f"{address}/v1", "apiKey": KEY},
        "models": {"scripted": {}},
    }
    place = home / "opencode.json"
    place.write_text(json.dumps({"model": "scripted/scripted", "provider": {"scripted": provider}}))
    return {"OPENCODE_CONFIG": str(place)}


def _gemini(home: Path, address: str) -> dict[str, str]:
    settings = home / ".gemini" / "settings.json"
    settings.parent.mkdir()
    settings.write_text(
        json.dumps(
            {
                "security": {"auth": {"selectedType": "gemini-api-key"}},
                "privacy": {"usageStatisticsEnabled": False},
                "general": {"enableAutoUpdate": False},
            }
        )
    )
    return {
        "GOOGLE_GEMINI_BASE_URL": address,
        "GEMINI_API_KEY": KEY,
        "GEMINI_MODEL": "gemini-2.5-pro",
    }


CODEX = Tool("codex", "codex", _codex, ("--sandbox", "danger-full-access"))
CLAUDE = Tool(
    "claude",
    "claude",
    _claude,
    ("--allowedTools=Bash", "--disallowedTools=WebFetch", "--settings={}"),
)
OPENCODE = Tool("opencode", "opencode", _opencode)
GEMINI = Tool("gemini", "gemini", _gemini, ("--approval-mode=yolo",))
REQUIRED = (CODEX, CLAUDE)  # where GSD_RUN_REQUIRE_AGENTS is set
TOOLS = (*REQUIRED, OPENCODE, GEMINI)


def folder_of(tool: Tool) -> str:
    """Return the folder that a tool's program lies in; skip, or fail, where there is none."""
    given = os.environ.get("GSD_RUN_AGENT_TOOLS")
    path = os.environ["PATH"]
    if given:
        path = os.pathsep.join([str(Path(given) / "node_modules" / ".bin"), path])
    found = shutil.which(tool.program, path=path)
    if found is not None:
        return str(Path(found).parent)
    where = f"neither in GSD_RUN_AGENT_TOOLS ({given or 'not set'}) nor on PATH"
    if tool in REQUIRED and os.environ.get("GSD_RUN_REQUIRE_AGENTS"):
        pytest.fail(f"{tool.program} is required and {where}")
    pytest.skip(f"{tool.program} is not installed: {where}")


def variables_of(tool: Tool, address: str, home: Path) -> dict[str, str]:
    """Return the environment in which a tool knows nobody's settings and only this model.

    `home` becomes its home. Its temporary files go elsewhere: codex wants none of its own
    programs below a temporary folder.
    """
    elsewhere = home.parent / f"{home.name}-temporary"
    for folder in (home, elsewhere):
        folder.mkdir()
    return {
        "HOME": str(home),
        "TMPDIR": str(elsewhere),
        "PATH": os.pathsep.join([folder_of(tool), os.environ["PATH"]]),
        **tool.point(home, address),
    }
