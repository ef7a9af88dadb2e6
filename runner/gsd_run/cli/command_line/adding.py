"""What several commands of the command line share: how one is added, and options."""

import argparse
from typing import TypeAlias

from gsd_run.cli.command_line.described import DESCRIBED, epilog

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001


def command(
    commands: Commands,
    name: str,
    about: str,
    *examples: tuple[str, str],
) -> argparse.ArgumentParser:
    """Add a command: its name, a line on what it does, and examples as (words, what they do).

    What else its help says stands in `described`; examples may stand there, too.
    """
    described = DESCRIBED.get(name)
    known = described.examples if described else ()
    description = f"{about[0].upper()}{about[1:]}."
    return commands.add_parser(
        name,
        help=about,
        description=f"{description}\n\n{described.tree}" if described else description,
        epilog=epilog(name, examples if len(examples) > 1 else known or examples, described),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def sandbox_option(parser: argparse._ActionsContainer) -> None:
    """Add `--sandbox`."""
    parser.add_argument(
        "--sandbox",
        nargs="?",
        choices=("yes", "require", "off"),
        metavar="require|off",
        help="run commands in bubblewrap: nothing but the project can be written, no network; "
        "with =require, refuse to run without it",
    )


def output_options(parser: argparse.ArgumentParser, *, events: bool = False) -> None:
    """Add `--verbose`, `--quiet` and, with `events`, `--json`; one of them can be given."""
    group = parser.add_argument_group("what is printed").add_mutually_exclusive_group()
    group.add_argument(
        "-v", "--verbose", action="store_true", help="show what commands printed, and the evidence"
    )
    group.add_argument(
        "-q", "--quiet", action="store_true", help="show what went wrong, and the last line"
    )
    if events:
        group.add_argument(
            "--json",
            action="store_true",
            help="print the run's events as JSON lines, and nothing else "
            "(`gsd-run schema event` describes them)",
        )


def run_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of every command that carries a plan out or goes on with it."""
    output_options(parser, events=True)
    _makers(parser)
    judged = parser.add_argument_group("how it is judged")
    for name, about in (
        ("--no-baseline", "judge nothing at the base commit: faster, and proves less"),
        ("--strict", "wait for a person (exit 10) where a claim is unproven"),
    ):
        judged.add_argument(name, action="store_true", help=about)
    judged.add_argument(
        "--yes",
        action="store_true",
        help="approve what human-verify checkpoints ask, unless their gate is blocking-human",
    )
    judged.add_argument(
        "--timeout", metavar="SECONDS", type=float, help="how long one script of checks may take"
    )
    sandbox_option(judged)
    how_much = parser.add_argument_group("how much of the plan")
    how_much.add_argument("--task", metavar="N", type=int, help="carry out this task only")
    how_much.add_argument("--until", metavar="N", type=int, help="stop after this task")
    report_options(parser)


def _makers(parser: argparse.ArgumentParser) -> None:
    """Add who makes the changes."""
    group = parser.add_argument_group("who makes the changes")
    group.add_argument(
        "--executor",
        choices=("steps", "agent", "literal", "hand"),
        help="the run file's steps, a coding agent, what the plan itself spells out, or you; "
        "without it, steps where there are some, else the settings' agent",
    )
    group.add_argument(
        "--agent", metavar="NAME", help="a coding agent: claude, codex, gemini, opencode, aider, "
        "or one of .planning/gsd-run.toml"
    )  # fmt: skip
    group.add_argument(
        "--allow-amendments",
        action="store_true",
        help="accept the amendments of checks that an agent proposes",
    )
    group.add_argument(
        "--redo",
        action="store_true",
        help="keep a mend aside and make the stopped task's change anew",
    )


def report_options(parser: argparse.ArgumentParser) -> None:
    """Add the reports for build services, which are written however the command ends."""
    group = parser.add_argument_group("reports, written however it ends")
    for name, about in (
        ("--junit-xml", "JUnit XML: a test case for each claim"),
        ("--sarif", "SARIF: what is refuted, at lines of the plan and of the code"),
        ("--json-report", "all verdicts as JSON"),
        ("--job-summary", "a page of Markdown"),
    ):
        group.add_argument(name, metavar="PATH", help=about)
    group.add_argument(
        "--github",
        action="store_true",
        help="annotations for GitHub, and the page of Markdown into $GITHUB_STEP_SUMMARY",
    )
