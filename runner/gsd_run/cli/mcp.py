"""`gsd-run mcp`: offer gsd-run's verdicts as tools to an agent's own session, over stdio."""

import argparse
import importlib.metadata
import signal
from pathlib import Path

from gsd_run.domain.errors import UsageError
from gsd_run.reading.locating import find_root

_SINCE = 2  # the first version of the SDK whose server is as ours needs it


def main(arguments: argparse.Namespace) -> int:
    """Run the command: serve until the client ends the input."""
    folder = Path(arguments.project) if arguments.project else Path.cwd()
    if not folder.is_dir():
        raise UsageError(f"--project {folder}: there is no such folder")
    root = find_root(folder)
    _refuse_without_sdk()
    import anyio  # noqa: PLC0415 - comes with the SDK

    from gsd_run.cli.serving.doing import Served  # noqa: PLC0415 - as above
    from gsd_run.cli.serving.server import serve  # noqa: PLC0415

    served = Served(
        root=root,
        sandbox=arguments.sandbox,
        allow_answers=arguments.allow_answers,
        allow_amendments=arguments.allow_amendments,
    )
    # Ctrl-C just ends it: the thread that reads the input would be waited for until that ends. What
    # works for a client notices that by itself, and its run stands.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    anyio.run(serve, served)
    return 0


def _refuse_without_sdk() -> None:
    how = (
        "install gsd-run with it: `uv tool install 'gsd-run[mcp]'` or `pip install 'gsd-run[mcp]'`"
    )
    try:
        version = importlib.metadata.version("mcp")
    except importlib.metadata.PackageNotFoundError as error:
        raise UsageError(f"`gsd-run mcp` needs the MCP SDK, the package mcp; {how}") from error
    if int(version.partition(".")[0]) < _SINCE:
        raise UsageError(f"`gsd-run mcp` needs mcp 2 or later, and here is {version}; {how}")
