"""What several commands of the command line share: how one is added, and options."""

import argparse
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001


def command(
    commands: Commands,
    name: str,
    about: str,
    *examples: tuple[str, str],
) -> argparse.ArgumentParser:
    """Add a command: its name, a line on what it does, and examples as (words, what they do)."""
    lines = [f"  gsd-run {name} {words:<22}  {told}" for words, told in examples]
    return commands.add_parser(
        name,
        help=about,
        description=about[0].upper() + about[1:] + ".",
        epilog="\n".join(["examples:", *lines]) if lines else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def sandbox_option(parser: argparse.ArgumentParser) -> None:
    """Add `--sandbox`."""
    parser.add_argument(
        "--sandbox",
        nargs="?",
        choices=("yes", "require", "off"),
        metavar="require|off",
        help="run commands in bubblewrap: nothing but the project can be written, no network; "
        "with =require, refuse to run without it",
    )


def run_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of every command that carries a plan out or goes on with it."""
    for name, about in (
        ("--no-baseline", "judge nothing at the base commit: faster, and proves less"),
        ("--redo", "keep a mend aside and make the stopped task's change anew"),
        ("--strict", "wait for a person (exit 10) where a claim is unproven"),
    ):
        parser.add_argument(name, action="store_true", help=about)
    parser.add_argument(
        "--executor",
        choices=("steps", "agent", "literal", "hand"),
        help="who makes the changes: the run file's steps, a coding agent, what the plan itself "
        "spells out, or you; without it, steps where there are some, else the settings' agent",
    )
    parser.add_argument(
        "--agent", metavar="NAME", help="a coding agent: claude, codex, gemini, opencode, aider, "
        "or one of .planning/gsd-run.toml"
    )  # fmt: skip
    parser.add_argument(
        "--allow-amendments",
        action="store_true",
        help="accept the amendments of checks that an agent proposes",
    )
    parser.add_argument(
        "--yes",
        action="store_true",
        help="approve what human-verify checkpoints ask, unless their gate is blocking-human",
    )
    sandbox_option(parser)
    parser.add_argument("--task", metavar="N", type=int, help="carry out this task only")
    parser.add_argument("--until", metavar="N", type=int, help="stop after this task")
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=float, help="how long one script of checks may take"
    )
