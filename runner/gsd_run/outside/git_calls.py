"""Calls of git: in a repository, with paths as git wants them, to their end."""

import contextlib
import os
import posixpath
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from gsd_run.domain.errors import Refusal
from gsd_run.outside.orphans import started
from gsd_run.outside.secrets import without_secrets

# git exports these inside hooks and aliases; obeyed here they would point at another index or
# repository, or read paths as patterns.
_NOT_INHERITED = frozenset(
    {
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_COMMON_DIR",
        "GIT_INDEX_FILE",
        "GIT_PREFIX",
        "GIT_OBJECT_DIRECTORY",
        "GIT_NAMESPACE",
        "GIT_LITERAL_PATHSPECS",
        "GIT_GLOB_PATHSPECS",
        "GIT_NOGLOB_PATHSPECS",
        "GIT_ICASE_PATHSPECS",
    }
)
_GRACE = 10.0  # seconds for git to take its lock files away when it is interrupted


class GitFailed(Refusal):
    """A git command failed; the message is git's own."""


class Repository(Struct, frozen=True, kw_only=True):
    """The repository of a project: `root` is the project, `top` the work tree's top folder.

    `prefix` is the project's path below the top, "" or ending in a slash.
    """

    root: Path
    top: Path
    git_dir: Path
    common_dir: Path
    prefix: str


class Ended(Struct, frozen=True, kw_only=True):
    """A git command that has ended; the output is whole."""

    status: int
    stdout: bytes
    stderr: bytes

    @property
    def text(self) -> str:
        """Return the output as text, without the white space around it."""
        return self.stdout.decode(errors="replace").strip()


def relative(repository: Repository, path: str) -> str:
    """Turn a path below the top folder into one below the project's root."""
    return posixpath.relpath(path, repository.prefix) if repository.prefix else path


def full(repository: Repository, path: str) -> str:
    """Turn a path below the project's root into one below the top folder."""
    return posixpath.normpath(f"{repository.prefix}{path}")


def listed(paths: Sequence[str]) -> bytes:
    """Return paths as git reads them with -z."""
    return b"".join(path.encode() + b"\0" for path in paths)


def literally(paths: Sequence[str]) -> bytes:
    """List paths where git takes patterns; an environment variable for that would reach hooks."""
    return listed([f":(literal){path}" for path in paths])


def fields(told: Ended) -> list[str]:
    """Return the fields of an output with -z."""
    found = []
    for field in told.stdout.split(b"\0"):
        try:
            found.append(field.decode())
        except UnicodeDecodeError:
            shown = field.decode(errors="backslashreplace")
            raise GitFailed(
                f"the name of the changed file {shown} is no UTF-8 text; gsd-run can't work on it"
            ) from None
    return [field for field in found if field]


def environment_of_git(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a git command that runs nothing of the project."""
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    # No command that only looks shall write the user's index anew, which git does unsynced.
    own = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
    return {**kept, **own, **(extra or {})}


def call(
    repository: Repository,
    *words: str,
    extra: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> Ended:
    """Call git in a project; `environment` takes the place of our own, for hooks."""
    env = environment_of_git(extra)
    if environment is not None:
        kept = {name: text for name, text in environment.items() if name not in _NOT_INHERITED}
        env = {**kept, "GIT_TERMINAL_PROMPT": "0", **(extra or {})}
    return run_git(["git", *words], repository.root, env, stdin)


def run_git(argv: Sequence[str], cwd: Path, env: Mapping[str, str], stdin: bytes = b"") -> Ended:
    """Run git to its end; interrupted, it gets the time to take its lock files away."""
    with (
        tempfile.TemporaryFile() as given,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        given.write(stdin)
        given.seek(0)
        # A session of its own: what the terminal sends to all must not end a commit half way.
        with started(
            argv, cwd=cwd, env=env, stdin=given, stdout=out, stderr=err, start_new_session=True
        ) as process:
            try:
                process.wait()
            except BaseException:
                _end(process)
                raise
        out.seek(0)
        err.seek(0)
        return Ended(status=process.returncode, stdout=out.read(), stderr=err.read())


def _end(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def called(
    repository: Repository,
    *words: str,
    extra: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> Ended:
    """Call git as `call` does.

    Raises:
        GitFailed: it ended with another status than 0.
    """
    ended = call(repository, *words, extra=extra, stdin=stdin, environment=environment)
    if ended.status != 0:
        told = (ended.stderr.strip() or ended.stdout.strip()).decode(errors="replace")
        command = next(word for word in words if word != "-c" and "=" not in word)
        raise GitFailed(f"git {command}: {without_secrets(told)}")
    return ended


def text_of(repository: Repository, *words: str) -> str:
    """Return what a git command writes that must succeed."""
    return called(repository, *words).text
