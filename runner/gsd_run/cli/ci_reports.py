"""Reports for build services: asked for by options, written however the command ends."""

import argparse
import functools
import os
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from gsd_run.api.places import Place
from gsd_run.cli.project import here
from gsd_run.domain.errors import GsdRunError, PlanError, UsageError
from gsd_run.domain.visible import visible
from gsd_run.reading.plan_names import plan_id

if TYPE_CHECKING:  # what makes the reports is imported only where one is asked for
    from gsd_run.domain.run import RunState
    from gsd_run.reporting.ci.places import Files
    from gsd_run.reporting.ci.result import PlanResult

Handler = Callable[[argparse.Namespace], int]
BUG, INTERRUPTED = 70, 130


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
        if value is not None and (not value or "\n" in value or Path(value).is_dir()):
            raise UsageError(f"{option} {value!r}: a report needs the path of a file")
        if value == "-":
            raise UsageError(f"{option} -: to print a report give /dev/stdout")
    github = bool(getattr(arguments, "github", False))
    if not github and not any(named.values()):
        return None
    paths = {name: Path.cwd() / value if value else None for name, value in named.items()}
    if len(set(filter(None, paths.values()))) < len([one for one in paths.values() if one]):
        raise UsageError("two reports can't be written into one file; give each its own")
    return Wanted(**paths, github=github, token=secrets.token_hex(16))


def reported(command: Handler) -> Handler:
    """Let a command that carries a plan out write the reports that are asked for when it ends."""

    @functools.wraps(command)
    def with_reports(arguments: argparse.Namespace) -> int:
        asked = wanted(arguments)
        if asked is None:
            return command(arguments)
        if getattr(arguments, "dry_run", False):
            raise UsageError("--dry-run judges nothing: there is nothing to report")
        from gsd_run.running.journals.journal import now  # noqa: PLC0415

        begun = now()
        place = here(arguments.sandbox)
        begin(asked, place, _stream(arguments))
        status, error = BUG, None
        try:
            status = command(arguments)
        except KeyboardInterrupt:
            status = INTERRUPTED
            raise
        except GsdRunError as raised:
            status, error = raised.exit_code, raised
            raise
        finally:
            results = [_carried_out(place, arguments.plan, begun, status, error)]
            write(asked, results, _stream(arguments))
        return status

    return with_reports


@contextmanager
def checked(
    place: Place, arguments: argparse.Namespace, results: "list[PlanResult]"
) -> Iterator[None]:
    """Write the reports that a call of `check` asks for, when what it does here has ended.

    What comes in its way before the last plan is judged becomes the last of the results.
    """
    from gsd_run.reporting.ci.result import status_of  # noqa: PLC0415

    asked = wanted(arguments)
    if asked is None:
        yield
        return
    begin(asked, place, _stream(arguments))
    status, error = BUG, None
    try:
        yield
        status = status_of(results, strict=arguments.strict)
    except KeyboardInterrupt:
        status = INTERRUPTED
        raise
    except GsdRunError as raised:
        status, error = raised.exit_code, raised
        raise
    finally:
        if error or status in {BUG, INTERRUPTED}:
            results.append(failed_result(place, arguments.plan, status, error))
        write(asked, results, _stream(arguments))


def begin(asked: Wanted, place: Place, stream: int) -> None:
    """Keep the reports out of git's sight, and what is printed now from acting on GitHub."""
    from gsd_run.outside.git import open_repository  # noqa: PLC0415
    from gsd_run.outside.report_files import ignore_here  # noqa: PLC0415

    repository = open_repository(place.project.root)
    for path in asked.paths:
        if ignore_here(repository, path):
            told = f"{path}: git ignores it from here on (.git/info/exclude), so no run takes it in"
            print(visible(told), file=sys.stderr)
    if asked.github:
        _print(f"::stop-commands::{asked.token}\n", stream)


def files_of_project(place: Place) -> "Files":
    """Return the project's files, for the places in the code where a claim is refuted."""
    from gsd_run.outside.around import file_reader, files_of  # noqa: PLC0415
    from gsd_run.reporting.ci.places import Files  # noqa: PLC0415

    names = files_of(place.project.root) or frozenset()
    return Files(names=names, read=file_reader(place.project))


def failed_result(
    place: Place, plan: Path | str | None, status: int, error: BaseException | None
) -> "PlanResult":
    """Return the result of a plan of which nothing could be judged."""
    from gsd_run.reporting.ci.result import PlanResult  # noqa: PLC0415

    name, path = _named(place, plan)
    told = {INTERRUPTED: "interrupted", BUG: "this is a bug of gsd-run"}.get(status, "")
    return PlanResult(
        plan=name,
        path=path,
        status=status,
        told=error.message if isinstance(error, GsdRunError) else told,
        mistakes=error.findings if isinstance(error, PlanError) else (),
        prefix=prefix_of(place),
    )


def prefix_of(place: Place) -> str:
    """Return the project's path below the top of its repository."""
    from gsd_run.outside.git import open_repository  # noqa: PLC0415

    try:
        return open_repository(place.project.root).prefix
    except GsdRunError:
        return ""


def write(asked: Wanted, results: Sequence["PlanResult"], stream: int) -> None:
    """Write the reports; what can't be written is told, and changes no exit status."""
    from gsd_run.outside.report_files import append, write_whole  # noqa: PLC0415
    from gsd_run.reporting.ci.job_summary import job_summary  # noqa: PLC0415

    page = os.environ.get("GITHUB_STEP_SUMMARY") if asked.github else None
    makers: tuple[tuple[Path | None, Callable[[], str]], ...] = (
        (asked.junit_xml, lambda: text_of("junit", results)),
        (asked.sarif, lambda: text_of("sarif", results)),
        (asked.json_report, lambda: text_of("json", results)),
        (asked.job_summary, lambda: job_summary(results)),
        (Path(page) if page else None, lambda: job_summary(results)),
    )
    for path, text in makers:
        if path is not None:
            try:
                adds = bool(page) and path == Path(page or "")
                (append if adds else write_whole)(path, visible(text()))
            except OSError as error:
                told = f"{path}: the report can't be written: {error.strerror or error}"
                print(visible(told), file=sys.stderr)
    if asked.github:
        _print(f"::{asked.token}::\n{visible(text_of('github', results))}", stream)


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


def _carried_out(
    place: Place, plan: str | None, begun: str, status: int, error: GsdRunError | None
) -> "PlanResult":
    """Return the result of the run that this call began or went on with."""
    from msgspec.structs import replace  # noqa: PLC0415

    from gsd_run.reporting.ci.result import result_of  # noqa: PLC0415

    try:
        state = _state(place, plan, begun, status)
    except GsdRunError as unread:
        return failed_result(place, plan, status, error or unread)
    if state is None:
        return failed_result(place, plan, status, error)
    told = state.stopped.reason if state.stopped else ""
    if not told and not state.completed:
        told = error.message if error else "the run did not come to its end"
    made = result_of(state, status, told, files_of_project(place))
    return replace(made, prefix=prefix_of(place))


def _state(place: Place, plan: str | None, begun: str, status: int) -> "RunState | None":
    """Return the state of the run that has a new event, or of one that was complete before."""
    from gsd_run.outside.git import open_repository  # noqa: PLC0415
    from gsd_run.reporting.ci.standing import as_it_stands  # noqa: PLC0415
    from gsd_run.running.journals.journal import read  # noqa: PLC0415
    from gsd_run.running.journals.store import store_of  # noqa: PLC0415

    store = store_of(open_repository(place.project.root))
    touched = [run for run in store.newest() if run.last_at >= begun]
    if not touched and status == 0 and plan:
        name, _ = _named(place, plan)
        touched = [run for run in store.newest() if run.plan.id == name]
    if not touched:
        return None
    newest = max(touched, key=lambda run: run.last_at)
    return as_it_stands(read(store.journal(newest.started.run)))


def _named(place: Place, plan: Path | str | None) -> tuple[str, str]:
    """Return a plan's id and path, as far as they are known."""
    if plan is None:
        return "gsd-run", ""
    try:
        path = plan if isinstance(plan, Path) else place.plan(plan)
        return plan_id(path), path.relative_to(place.project.root.resolve()).as_posix()
    except (GsdRunError, ValueError):
        return str(plan), ""


def _stream(arguments: argparse.Namespace) -> int:
    """Return where GitHub's workflow commands go: not among the output for programs."""
    told = (getattr(arguments, "json", False), getattr(arguments, "format", "text") != "text")
    return 2 if any(told) or arguments.plan == "-" else 1


def _print(text: str, stream: int) -> None:
    print(text, end="", file=sys.stderr if stream == 2 else sys.stdout, flush=True)  # noqa: PLR2004
