"""The table of settings, the page that is written from it, and what is really read."""

import json
from pathlib import Path

import pytest
from gsd_run.domain.errors import UsageError
from gsd_run.reading.agents import agent_named, read_agents
from gsd_run.reading.known_settings import HONOURED, LEFT_ALONE, OF_GSD_RUN, TEMPLATE_PATH
from gsd_run.reading.settings import read_settings
from gsd_run.reading.settings_page import settings_page, settings_schema

PAGE = Path(__file__).parents[3] / "docs" / "settings.md"


def configured(root: Path, text: str) -> Path:
    (root / ".planning").mkdir(exist_ok=True)
    (root / ".planning" / "config.json").write_text(text)
    return root


def nested(keys: list[str], value: object) -> dict[str, object]:
    """Return an object with a value under each dotted key."""
    whole: dict[str, object] = {}
    for key in keys:
        inner: dict[str, object] = whole
        *folders, name = key.split(".")
        for folder in folders:
            inner = inner.setdefault(folder, {})  # type: ignore[assignment]
        inner[name] = value
    return whole


def test_the_page_is_written_from_the_table() -> None:
    """Where it is not: `python -m gsd_run.reading.settings_page > docs/settings.md`."""
    assert PAGE.read_text() == settings_page()


def test_every_setting_of_the_table_that_is_honoured_is_read(tmp_path: Path) -> None:
    keys = [one.key for one in (*OF_GSD_RUN, *HONOURED) if not one.key.endswith(".PHASE")]
    text = json.dumps(nested(keys, {"no": "such"}))
    with pytest.raises(UsageError) as error:
        read_settings(configured(tmp_path, text))
    told = [line.split(": ", 1)[1].split(" is ")[0] for line in error.value.message.splitlines()]
    assert sorted(told) == sorted(keys)


def test_what_is_left_alone_is_left_alone(tmp_path: Path) -> None:
    keys = [one.key for one in LEFT_ALONE]
    before = read_settings(tmp_path)
    assert read_settings(configured(tmp_path, json.dumps(nested(keys, "odd")))) == before


def test_the_schema_knows_every_key() -> None:
    properties = settings_schema()["properties"]
    assert properties["workflow"]["properties"]["auto_advance"]["type"] == "boolean"
    assert properties["phase_commit_docs"]["additionalProperties"]["type"] == "boolean"


@pytest.mark.parametrize(
    ("workflow", "attempts", "seconds"),
    [
        ({}, 3, 1800),
        ({"node_repair": False}, 1, 1800),
        ({"node_repair_budget": 0, "subagent_timeout": 60000}, 1, 60),
        ({"node_repair_budget": 4}, 5, 1800),
    ],
)
def test_repairs_and_time_of_agents(
    tmp_path: Path, workflow: dict[str, object], attempts: int, seconds: float
) -> None:
    root = configured(tmp_path, json.dumps({"workflow": workflow}))
    own = '[agents.mine]\nprofile = "claude"\nattempts = 2\n'
    (root / ".planning" / "gsd-run.toml").write_text(own)
    agents = read_agents(root, read_settings(root).for_agents)

    codex, mine = agent_named(agents, "codex"), agent_named(agents, "mine")

    assert (codex.attempts, codex.time_limit) == (attempts, seconds)
    assert (mine.attempts, mine.time_limit) == (2, seconds)


def test_scripts_have_the_time_of_the_test_gate(tmp_path: Path) -> None:
    text = '{"workflow": {"test_gate_timeout": 90}}'
    assert read_settings(configured(tmp_path, text)).timeout == 90
    both = '{"workflow": {"test_gate_timeout": 90}, "gsd_run": {"timeout": 30}}'
    assert read_settings(configured(tmp_path, both)).timeout == 30


def test_a_template_is_read_and_no_link_leads_out(tmp_path: Path) -> None:
    place = tmp_path / TEMPLATE_PATH
    place.parent.mkdir(parents=True)
    place.write_bytes("\ufeffa\r\nb\n".encode())
    found = read_settings(tmp_path).summary_template
    assert found is not None
    assert found.text == "a\nb\n"
    place.unlink()
    place.symlink_to("/etc/passwd")
    with pytest.raises(UsageError, match=r"summary\.md\.j2: can't be read"):
        read_settings(tmp_path)
