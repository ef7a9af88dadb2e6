"""What the settings say of how commands are run."""

from pathlib import Path

import pytest
from gsd_run.domain.errors import UsageError
from gsd_run.outside.limits import Limits
from gsd_run.reading.confining import Rules, read_rules
from gsd_run.reading.settings import read_settings


def written(folder: Path, text: str) -> Path:
    (folder / ".planning").mkdir()
    (folder / ".planning" / "gsd-run.toml").write_text(text)
    return folder


def test_without_settings(tmp_path: Path) -> None:
    assert read_rules(tmp_path) == Rules()
    assert read_rules(written(tmp_path, 'agent = "codex"\n')) == Rules()


def test_all_that_can_be_said(tmp_path: Path) -> None:
    text = """\
[environment]
pass = ["DATABASE_URL", "MY_*"]
set = {NODE_ENV = "test"}

[limits]
seconds = 90
output = "8 MiB"
memory = "1.5GiB"
processes = 64

[sandbox]
use = true
network = true
writable = ["~/.cache/shop", "build"]
readable = ["/srv/fixtures"]

[commands]
allow = ["S201 verify.2", "docker system prune -f"]
"""
    rules = read_rules(written(tmp_path, text))
    assert rules == Rules(
        passes=("DATABASE_URL", "MY_*"),
        sets=(("NODE_ENV", "test"),),
        limits=Limits(output=8 << 20, memory=3 << 29, processes=64),
        seconds=90,
        sandbox="yes",
        network=True,
        writable=("~/.cache/shop", "build"),
        readable=("/srv/fixtures",),
        allowed=("S201 verify.2", "docker system prune -f"),
    )
    assert read_settings(tmp_path).rules == rules
    assert read_settings(tmp_path).timeout == 90


def test_every_mistake_at_its_line(tmp_path: Path) -> None:
    text = """\
commands = 3
[environment]
pass = ["A=letmein", "no name"]
set = {"A B" = "x", N = 3}
[limits]
seconds = -1
memory = "lots"
proceses = 4
[sandbox]
network = "on"
writable = ["~"]
"""
    with pytest.raises(UsageError) as raised:
        read_rules(written(tmp_path, text))
    path = ".planning/gsd-run.toml"
    assert raised.value.message.splitlines() == [
        f"{path}:1: commands is a table: [commands], not 3",
        f'{path}:3: pass: "no name" is neither the name of a variable nor a pattern such as MY_*',
        f'{path}:3: pass: an entry such as "A" has more than a name; values stand in `set`',
        f"{path}:4: set: 'A B' is no name of a variable",
        f"{path}:4: set: N is a text, not 3",
        f"{path}:6: seconds is a number of seconds above 0, not -1",
        f'{path}:7: memory is a size of at least "1 MiB", such as "512 MiB" or "4 GiB", not "lots"',
        f"{path}:8: unknown key 'proceses' in [limits]; did you mean processes? (known: seconds, "
        "output, memory, processes)",
        f'{path}:10: network is true or false, not "on"',
        f'{path}:11: writable: "~" would leave nothing of the sandbox; name the folders that are '
        "needed",
    ]
