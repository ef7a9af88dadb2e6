"""How a project's programs are run: what they get, what they may use, where they are shut in."""

import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from gsd_run.outside import processes
from gsd_run.outside.bubblewrap import Sandbox, private_places, shut_in
from gsd_run.outside.limits import Limits
from gsd_run.outside.processes import Finished, ProgramNotFound


class Confinement(Struct, frozen=True, kw_only=True):
    """What holds for every program of a project that a run starts.

    `passes` are names and patterns of variables that reach it besides those that programs need,
    `sets` are variables with their values. Without a `sandbox` it runs as its caller does.
    """

    passes: tuple[str, ...] = ()
    sets: tuple[tuple[str, str], ...] = ()
    limits: Limits = Limits()
    sandbox: Sandbox | None = None


def run_confined(  # noqa: PLR0913 - each is optional and says one thing
    confinement: Confinement,
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    timeout: float | None = None,
    stdin: str | None = None,
    while_running: Callable[[], bool] | None = None,
    mark: str | None = None,
    private: Path | None = None,
    writes: Sequence[Path] = (),
    on_output: Callable[[str], None] | None = None,
) -> Finished:
    """Run a program of the project as `processes.run` does, within its limits.

    In a sandbox it may change `writes` and nothing else; `private` is its /tmp and its home, as
    `private_places` makes them, and without one it gets empty ones.

    Raises:
        ProgramNotFound: `argv[0]` can't be started, or the sandbox can't be set up.
    """
    if mark is None:
        mark = f"GSD_RUN_PROGRAM={os.urandom(12).hex()}"
        env = {**env, "GSD_RUN_PROGRAM": mark.partition("=")[2]}
    with contextlib.ExitStack() as stack:
        sandbox = confinement.sandbox
        if sandbox is not None:
            place = private or stack.enter_context(private_places())
            argv = shut_in(sandbox, argv, cwd=cwd, env=env, private=place, writes=writes)
        finished = processes.run(
            argv,
            cwd=cwd,
            env=env,
            timeout=timeout,
            stdin=stdin,
            while_running=while_running,
            mark=mark,
            limits=confinement.limits,
            on_output=on_output,
        )
    if sandbox is not None and finished.status == 1 and finished.stderr.startswith("bwrap: "):
        raise ProgramNotFound(f"the sandbox can't be set up: {finished.stderr.strip()}")
    return finished
