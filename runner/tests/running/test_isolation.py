"""Commands of plans: what reaches them, what ends them, where they are shut in, what is refused."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from sandbox import PLAN_PATH, SUMMARY_PATH, Sandbox

SETTINGS = ".planning/gsd-run.toml"


def _bubblewrap_works() -> bool:
    if shutil.which("bwrap") is None:
        return False
    words = ["bwrap", "--unshare-pid", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    return subprocess.run([*words, "true"], check=False, capture_output=True).returncode == 0


needs_bubblewrap = pytest.mark.skipif(not _bubblewrap_works(), reason="bubblewrap can't work here")


def _checked_by(project: Sandbox, command: str, settings: str = "") -> None:
    """Let a command decide the first task, under these settings."""
    text = project.read(PLAN_PATH).replace("grep -n hello greeting.txt", command)
    project.write(PLAN_PATH, text)
    if settings:
        project.write(SETTINGS, settings)
    project.commit("another check")


def _without_bubblewrap(folder: Path) -> str:
    """Return a PATH on which all is found that a run needs, and no bubblewrap."""
    folder.mkdir()
    for name in ("bash", "git", "grep", "sh", "env", "touch", "python3"):
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    return str(folder)


def test_a_secret_of_the_caller_does_not_reach_commands(greeting: Sandbox) -> None:
    _checked_by(greeting, 'test -z "$SHOP_TOKEN$DATABASE_URL" &amp;&amp; test -n "$HOME$GOFLAGS"')
    done = greeting.gsd_run(
        "01-01", SHOP_TOKEN="s3cr3t-s3cr3t", DATABASE_URL="sqlite:///shop.db", GOFLAGS="-mod=mod"
    )
    assert done.status == 0, done.text


def test_what_is_missing_is_said_with_the_way_to_pass_it(greeting: Sandbox) -> None:
    _checked_by(greeting, 'test "$DATABASE_URL" = sqlite:///shop.db')
    done = greeting.gsd_run("01-01", DATABASE_URL="sqlite:///shop.db")
    assert done.status == 1
    assert (
        "$DATABASE_URL is set here but not passed on; if the command needs it, add it to pass in "
        "[environment] of .planning/gsd-run.toml" in " ".join(done.text.split())
    )


def test_the_settings_pass_and_set_variables(greeting: Sandbox) -> None:
    settings = '[environment]\npass = ["DATABASE_*"]\nset = {NODE_ENV = "test"}\n'
    _checked_by(greeting, 'test "$DATABASE_URL-$NODE_ENV" = sqlite-test', settings)
    assert greeting.gsd_run("01-01", DATABASE_URL="sqlite").status == 0


def test_values_of_secrets_are_kept_nowhere(greeting: Sandbox) -> None:
    settings = '[environment]\npass = ["SHOP_PASSWORD"]\n'
    _checked_by(greeting, 'echo "it is $SHOP_PASSWORD"; grep hello greeting.txt', settings)
    done = greeting.gsd_run("01-01", SHOP_PASSWORD="correct-horse-battery")
    assert done.status == 0, done.text
    assert "correct-horse" not in done.text + greeting.read(SUMMARY_PATH)
    for path in greeting.root.rglob("*"):
        if path.is_file():
            assert b"correct-horse" not in path.read_bytes(), path
    assert "it is ⟦redacted⟧" in greeting.journal.read_text()


def test_a_flood_of_processes_is_ended(greeting: Sandbox) -> None:
    flood = "for i in $(seq 60); do sleep 300 &amp; done; wait"
    _checked_by(greeting, flood, "[limits]\nprocesses = 20\n")
    done = greeting.gsd_run("01-01", "--no-baseline")
    assert "stopped, with more than 20 processes, while this was running" in done.text


def test_a_command_that_takes_all_memory_is_ended(greeting: Sandbox) -> None:
    hungry = "python3 -c \"import time; held = b'x' * (400 &lt;&lt; 20); time.sleep(300)\""
    _checked_by(greeting, hungry, '[limits]\nmemory = "200 MiB"\n')
    done = greeting.gsd_run("01-01", "--no-baseline")
    assert "stopped, with more than 200 MiB of memory in use" in done.text


def test_time_of_the_settings(greeting: Sandbox) -> None:
    _checked_by(greeting, "sleep 300", "[limits]\nseconds = 0.5\n")
    done = greeting.gsd_run("01-01", "--no-baseline")
    assert "stopped after 0.5 s" in done.text


def test_mistakes_in_the_settings(greeting: Sandbox) -> None:
    greeting.write(SETTINGS, "[limits]\nprocesses = 'many'\n\n[sandbox]\nuse = 'always'\n")
    done = greeting.gsd_run("01-01")
    assert (done.status, done.text) == (
        2,
        '.planning/gsd-run.toml:2: processes is a whole number above 0, not "many"\n'
        '.planning/gsd-run.toml:5: use is true, false or "require", not "always"\n',
    )


def test_a_dangerous_command_is_refused_before_anything_runs(greeting: Sandbox) -> None:
    _checked_by(greeting, "touch ran; rm -rf ~/shop-data")
    refused = greeting.gsd_run("01-01")
    assert (refused.status, refused.stderr) == (
        3,
        "commands that do harm which no run can undo; nothing was run:\n"
        f"  {PLAN_PATH}:26: `rm -rf ~/shop-data` deletes ~/shop-data, which is outside of the "
        "project (S201 deletes-outside-project, verify.1)\n"
        "Take them out of the plan, amend them in the run file, or allow them by name in "
        '.planning/gsd-run.toml:\n  [commands]\n  allow = ["S201 verify.1"]\n',
    )
    assert not (greeting.root / "ran").exists()
    checked = greeting.gsd_run("check", "01-01")
    assert (checked.status, checked.stderr) == (3, refused.stderr)


@pytest.mark.parametrize(
    "entry", ["S201", "deletes-outside-project verify.1", "rm -rf  ~/shop-data"]
)
def test_a_dangerous_command_is_allowed_by_name(
    greeting: Sandbox, entry: str, tmp_path: Path
) -> None:
    _checked_by(
        greeting,
        "rm -rf ~/shop-data &amp;&amp; grep hello greeting.txt",
        f'[commands]\nallow = ["{entry}"]\n',
    )
    (tmp_path / "home" / "shop-data").mkdir(parents=True)
    done = greeting.gsd_run("01-01", HOME=str(tmp_path / "home"))
    assert done.status == 0, done.text
    assert not (tmp_path / "home" / "shop-data").exists()


def test_a_dangerous_step_of_the_run_file(greeting: Sandbox) -> None:
    run_file = PLAN_PATH.replace("PLAN.md", "RUN.yaml")
    greeting.write(
        run_file, "changes:\n  1:\n    - command: rm -rf /srv/shop\n      files: [greeting.txt]\n"
    )
    greeting.commit("a step that does harm")
    done = greeting.gsd_run("01-01")
    assert done.status == 3
    assert (
        f"{run_file}:3: `rm -rf /srv/shop` deletes /srv/shop, which is outside of the project "
        "(S201 deletes-outside-project, task 1)" in done.stderr
    )


def test_without_bubblewrap_it_says_so_or_refuses(greeting: Sandbox, tmp_path: Path) -> None:
    path = _without_bubblewrap(tmp_path / "programs")
    refused = greeting.gsd_run("01-01", "--sandbox=require", PATH=path)
    assert refused.status == 3
    assert refused.stderr.startswith("a sandbox is required, and there is none: bubblewrap ")
    assert not (greeting.root / "greeting.txt").exists()
    done = greeting.gsd_run("--sandbox", "01-01", PATH=path)
    assert done.status == 0, done.text
    assert "no sandbox, commands run without one: bubblewrap " in done.text


@needs_bubblewrap
def test_in_the_sandbox(greeting: Sandbox, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh" / "id").write_text("private")
    (tmp_path / "elsewhere").mkdir()
    script = """grep hello greeting.txt &amp;&amp; touch made-here
test ! -e ~/.ssh
! python3 -c "open('/usr/made-by-a-test', 'w')"
test ! -e "$ELSEWHERE"
! touch .git/hooks/pre-commit
! touch .planning/made
! python3 -c "import socket; socket.create_connection(('192.0.2.1', 80), 3)"
test $(ls -d /proc/[0-9]* | wc -l) -lt 20
echo private &gt; /tmp/note &amp;&amp; test -s "$TMPDIR/note"
git status --short"""
    _checked_by(greeting, script, '[environment]\npass = ["ELSEWHERE"]\n')
    done = greeting.gsd_run(
        "--sandbox=require", "01-01", HOME=str(home), ELSEWHERE=str(tmp_path / "elsewhere")
    )
    assert done.status == 0, done.text
    assert re.search(r"sandbox\W+bubblewrap [\d.]+ \(network off\)", greeting.read(SUMMARY_PATH))
    assert '"sandbox":"bubblewrap' in greeting.journal.read_text()


@needs_bubblewrap
def test_orphans_of_the_sandbox_end_with_it(greeting: Sandbox) -> None:
    _checked_by(greeting, "setsid env -i sleep 31536 &amp; grep hello greeting.txt")
    assert greeting.gsd_run("--sandbox=require", "01-01").status == 0
    listed = subprocess.run(["ps", "-A", "-o", "args="], capture_output=True, text=True, check=True)
    assert "sleep 31536" not in listed.stdout.splitlines()


@needs_bubblewrap
def test_the_settings_open_the_sandbox_and_that_is_said(greeting: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "given").write_text("hello")
    settings = (
        f'[sandbox]\nuse = "require"\nwritable = ["{tmp_path}/cache"]\n'
        f'readable = ["{tmp_path}/given"]\n[environment]\npass = ["PLACE"]\n'
    )
    script = 'touch "$PLACE/cache/used" &amp;&amp; ! touch "$PLACE/given" &amp;&amp; grep hello "$PLACE/given"'
    _checked_by(greeting, script, settings)
    done = greeting.gsd_run("01-01", PLACE=str(tmp_path))
    assert done.status == 0, done.text
    assert (tmp_path / "cache" / "used").exists()
    assert (
        f".planning/gsd-run.toml opens the sandbox for writing to {tmp_path}/cache, reading "
        f"{tmp_path}/given, the variables PLACE" in " ".join(done.text.split())
    )


@needs_bubblewrap
def test_hooks_do_not_run_beside_the_sandbox(greeting: Sandbox) -> None:
    greeting.git("config", "core.hooksPath", "hooks")
    greeting.write("hooks/pre-commit", "#!/bin/sh\ntouch hooked\n")
    (greeting.root / "hooks" / "pre-commit").chmod(0o755)
    greeting.run("git", "-c", "core.hooksPath=/dev/null", "add", "-A")
    greeting.run("git", "-c", "core.hooksPath=/dev/null", "commit", "-qm", "hooks")
    assert greeting.gsd_run("01-01", "--sandbox=require").status == 0
    assert not (greeting.root / "hooked").exists()


@needs_bubblewrap
def test_a_run_goes_on_in_the_sandbox_that_it_began_in(greeting: Sandbox, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere"
    place.mkdir()
    settings = '[environment]\npass = ["PLACE"]\n'
    _checked_by(greeting, 'test ! -e "$PLACE" &amp;&amp; test -e go', settings)
    greeting.write(".gitignore", "go\n")
    greeting.commit("a check that waits for a file")
    assert greeting.gsd_run("01-01", "--sandbox", PLACE=str(place)).status == 1
    greeting.write("go", "")
    refused = greeting.gsd_run("resume", PATH=_without_bubblewrap(tmp_path / "programs"))
    assert refused.status == 3
    assert "and there is none now: bubblewrap " in refused.stderr
    resumed = greeting.gsd_run("resume", PLACE=str(place))
    assert resumed.status == 0, resumed.text


@needs_bubblewrap
def test_a_step_that_is_a_command_is_shut_in(greeting: Sandbox, tmp_path: Path) -> None:
    run_file = PLAN_PATH.replace("PLAN.md", "RUN.yaml")
    command = f"touch {tmp_path}/made; echo hello > greeting.txt"
    greeting.write(
        run_file,
        f"changes:\n  1:\n    - command: {command}\n      files: [greeting.txt]\n"
        '  2:\n    - write: {path: farewell.txt, text: "bye\\n"}\n',
    )
    greeting.commit("a step that writes elsewhere")
    done = greeting.gsd_run("01-01", "--sandbox=require")
    assert done.status == 0, done.text
    assert greeting.read("greeting.txt") == "hello\n"
    assert not (tmp_path / "made").exists()
