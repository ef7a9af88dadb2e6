"""Where a call wants which report for build services, and writing them there."""

import argparse
import contextlib
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from gsd_run.api.places import Place
from gsd_run.domain.errors import GsdRunError, UsageError
from gsd_run.domain.visible import visible

if TYPE_CHECKING:  # what makes the reports is imported only where one is asked for
    from gsd_run.reporting.ci.result import PlanResult


class Wanted(Struct, frozen=True, kw_only=True):
    """Where the user wants which report; `token` lets GitHub obey workflow commands again."""

    junit_xml: Path | None
    sarif: Path | None
    json_report: Path | None
    job_summary: Path | None
    github: bool
    token: str

    @property
    def paths(self) -> tuple[Path, ...]:
        """Return all files that are to be written."""
        named = (self.junit_xml, self.sarif, self.json_report, self.job_summary)
        return tuple(path for path in named if path is not None)


def wanted(arguments: argparse.Namespace) -> Wanted | None:
    """Return what reports a call asks for, None if none.

    Raises:
        UsageError: a path can't be that of a report.
    """
    names = ("junit_xml", "sarif", "json_report", "job_summary")
    named = {name: getattr(arguments, name, None) for name in names}
    for name, value in named.items():
        option = f"--{name.replace('_', '-')}"
        if value is not None and (not value or "\n" in value or _is_folder(value)):
            raise UsageError(f"{option} {value!r}: a report needs the path of a file")
        if value == "-":
            raise UsageError(f"{option} -: to print a report give /dev/stdout")
    github = bool(getattr(arguments, "github", False))
    if not github and not any(named.values()):
        return None
    paths = {name: Path.cwd() / value if value else None for name, value in named.items()}
    places = [os.path.realpath(one) for one in paths.values() if one]
    if len(set(places)) < len(places):
        raise UsageError("two reports can't be written into one file; give each its own")
    return Wanted(**paths, github=github, token=secrets.token_hex(16))


def _is_folder(value: str) -> bool:
    return value.endswith("/") or os.path.isdir(value)  # noqa: PTH112 - no name is too long for it


def begin(asked: Wanted, place: Place | None, stream: int) -> None:
    """Keep the reports out of git's sight, and what is printed now from acting on GitHub."""
    from gsd_run.outside.git import open_repository  # noqa: PLC0415
    from gsd_run.outside.report_files import ignore_here  # noqa: PLC0415

    stop_commands(asked, stream)
    if place is None:
        return
    try:
        repository = open_repository(place.project.root)
        for path in asked.paths:
            if ignore_here(repository, path):
                _tell(f"{path}: git ignores it from here on (.git/info/exclude), so no run takes "
                      "it in")  # fmt: skip
    except GsdRunError:
        return  # without a repository nothing is taken in
    except OSError as error:
        _tell(f"{error.filename}: {error.strerror}, so git is not told to ignore the reports")


def stop_commands(asked: Wanted, stream: int) -> None:
    """Keep what is printed from now on from acting on GitHub, until it is told to obey again."""
    if asked.github:
        _print(f"::stop-commands::{asked.token}\n", stream)


def obey_commands(asked: Wanted, stream: int) -> None:
    """Let GitHub obey what is printed again."""
    if asked.github:
        _print(f"::{asked.token}::\n", stream)


def write(asked: Wanted, place: Place | None, results: Sequence["PlanResult"], stream: int) -> None:
    """Write the reports; what can't be written is told, and changes no exit status."""
    from gsd_run.outside.report_files import append, write_whole  # noqa: PLC0415
    from gsd_run.reporting.ci.job_summary import job_summary  # noqa: PLC0415

    makers: tuple[tuple[Path | None, Callable[[], str]], ...] = (
        (asked.junit_xml, lambda: text_of("junit", results)),
        (asked.sarif, lambda: text_of("sarif", results)),
        (asked.json_report, lambda: text_of("json", results)),
        (asked.job_summary, lambda: job_summary(results)),
    )
    with contextlib.suppress(OSError):  # nobody may be reading any more
        sys.stdout.flush()  # a report may go there, behind what was said
    for path, text in makers:
        if path is not None:
            _written(write_whole, place, path, text())
    page = os.environ.get("GITHUB_STEP_SUMMARY")
    if asked.github and page:
        _written(append, None, Path(page), job_summary(results))
    if asked.github:
        obey_commands(asked, stream)
        _print(visible(text_of("github", results)), stream)


def _written(
    writing: Callable[[Path, str], None], place: Place | None, path: Path, text: str
) -> None:
    try:
        if place and _is_led_elsewhere(place, path):
            _tell(f"{path}: the report is not written: a link in the project leads elsewhere; "
                  "name the place itself")  # fmt: skip
        else:
            writing(path, visible(text))
    except OSError as error:
        _tell(f"{path}: the report can't be written: {error.strerror or error}")


def _is_led_elsewhere(place: Place, path: Path) -> bool:
    from gsd_run.outside.git import open_repository  # noqa: PLC0415
    from gsd_run.outside.report_files import leads_elsewhere  # noqa: PLC0415

    try:
        return leads_elsewhere(open_repository(place.project.root), path)
    except GsdRunError:
        return False  # there is no checkout that could be a stranger's


def text_of(form: str, results: Sequence["PlanResult"]) -> str:
    """Return the results in one of the forms json, junit, sarif and github."""
    from gsd_run.reporting.ci.findings import most_important, result_findings  # noqa: PLC0415
    from gsd_run.reporting.ci.junit import junit_text  # noqa: PLC0415
    from gsd_run.reporting.ci.rules import RULES  # noqa: PLC0415
    from gsd_run.reporting.github import github_text  # noqa: PLC0415
    from gsd_run.reporting.sarif import sarif_text  # noqa: PLC0415
    from gsd_run.reporting.verdicts import verdicts_json  # noqa: PLC0415

    if form == "json":
        return verdicts_json(results)
    if form == "junit":
        return junit_text(results)
    rules = {rule.code: rule for rule in RULES}
    findings = result_findings(results)
    if form == "sarif":
        status = max((one.status for one in results), default=0)
        return sarif_text(findings, rules, "the top of the repository", status)
    return github_text(most_important(findings, rules), rules)


def stream_of(arguments: argparse.Namespace) -> int:
    """Return where GitHub's workflow commands go: not among the output for programs."""
    told = (getattr(arguments, "json", False), getattr(arguments, "format", "text") != "text")
    return 2 if any(told) or arguments.plan == "-" else 1


def _print(text: str, stream: int) -> None:
    print(text, end="", file=sys.stderr if stream == 2 else sys.stdout, flush=True)  # noqa: PLR2004


def _tell(text: str) -> None:
    print(visible(text), file=sys.stderr)
