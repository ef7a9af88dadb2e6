"""`gsd-run check PLAN|PHASE`: judge the tree as it is; nothing is changed, nothing is kept."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from gsd_run.api.places import Place, files_of_project
from gsd_run.checking.compiling.summary_claims import summary_claims
from gsd_run.cli import ci_files, ci_reports
from gsd_run.cli.console import Mode, mode_of, watcher
from gsd_run.cli.project import here
from gsd_run.domain.claim import Claim
from gsd_run.domain.errors import UsageError
from gsd_run.domain.event import PlanRead, Record
from gsd_run.domain.report import Report, TestsRow
from gsd_run.domain.run import RunState
from gsd_run.domain.visible import visible
from gsd_run.reading.locating import summary_candidates
from gsd_run.reading.summary import read_summary
from gsd_run.reporting.ci.result import PlanResult, reports_in, result_of, status_of
from gsd_run.reporting.summary import short
from gsd_run.reporting.verdicts import STATES, counted
from gsd_run.running.carrying import Watcher
from gsd_run.running.looking.checking_up import LookBack, check_up


def main(arguments: argparse.Namespace) -> int:
    """Run the command."""
    if arguments.verification or arguments.stdout or arguments.force:
        from gsd_run.cli import verification  # noqa: PLC0415 - rarely asked for

        if ci_files.wanted(arguments) is not None:
            raise UsageError("--verification writes no other reports; check once more for those")
        return verification.main(arguments)
    results: list[PlanResult] = []
    with ci_reports.checked(ci_reports.place_if_any(arguments), arguments, results):
        _check(here(arguments.sandbox), arguments, results)
    return status_of(results, strict=arguments.strict)


def _check(place: Place, arguments: argparse.Namespace, results: list[PlanResult]) -> None:
    """Judge the plans one by one into `results`, and tell what came out."""
    plans = place.plans(arguments.plan)
    summaries = [_summary(place, plan) if arguments.summary else "" for plan in plans]
    prefix, files = ci_reports.prefix_of(place), files_of_project(place)
    for plan, summary in zip(plans, summaries, strict=True):
        claims_of = partial(_stated, place, summary) if summary else None
        back = LookBack(base=arguments.base or "", claims_of=claims_of)
        with _looking_on(arguments.format, mode_of(arguments)) as looking_on:
            if len(plans) > 1:
                looking_on.said(f"\n{plan.relative_to(place.project.root)}")
            state = check_up(plan, place.project, place.settings, looking_on, back)
        made = replace(result_of(state, 0, "", files), summary=summary, prefix=prefix)
        results.append(replace(made, status=status_of([made], strict=arguments.strict)))
        if arguments.format == "text" and arguments.quiet:
            _tell_refuted(reports_in(results)[-1])
        elif arguments.format == "text":
            _tell(reports_in(results)[-1], summary)
    _write(arguments.format, results)


def _summary(place: Place, plan: Path) -> str:
    found = next((path for path in summary_candidates(plan) if path.is_file()), None)
    if found is None:
        raise UsageError(f"{plan.name}: --summary, but no summary lies beside it")
    return found.relative_to(place.project.root).as_posix()


def _stated(place: Place, path: str, read: PlanRead) -> tuple[Claim, ...]:
    """Return what a summary states as claims."""
    summary = read_summary((place.project.root / path).read_bytes(), path)
    files = [
        *((file, True) for file in summary.created),
        *((file, False) for file in summary.modified),
    ]
    return summary_claims(summary.statements, files, summary.commits, read.claims)


@contextmanager
def _looking_on(form: str, mode: Mode) -> Iterator[Watcher]:
    if form != "text":
        yield _Quiet()
        return
    with watcher(mode) as looking_on:
        yield looking_on


class _Quiet:
    """What is for people goes to standard error where the output is for programs."""

    def event(self, record: Record, state: RunState) -> None:
        """Say nothing of events: the output has them."""

    def running(self, command: str) -> None:
        """Say nothing of commands."""

    def printed(self, text: str) -> None:
        """Say nothing of what they print."""

    def said(self, text: str) -> None:
        """Write a warning where it is not in the way."""
        print(visible(text), file=sys.stderr)


def _tell_refuted(report: Report) -> None:
    for row in report.claims:
        if row.state == "REFUTED":
            print(visible(f"{report.path}:{row.line}: {row.id} is REFUTED: {row.reason}"))


def _tell(report: Report, summary: str) -> None:
    for tests in report.all_tests:
        if tests.before:
            print(visible(f"{_told(tests)}  $ {short(tests.command)}"))
    if summary:
        stated = [row for row in report.claims if row.kind == "summary"]
        hold = [row for row in stated if row.state == "PROVEN"]
        print(f"{summary} states {len(stated)} things that a check decides; {len(hold)} hold")
        for row in stated:
            if row.state != "PROVEN":
                told = f"{summary}:{row.line}: {row.state}: {row.text} ({row.reason})"
                print(visible(told))


def _told(row: TestsRow) -> str:
    assert row.before is not None
    bad = row.after.failed + row.after.errors
    was = f"tests: {row.before.passed} of {row.before.collected} passed"
    now = f"{row.after.passed} of {row.after.collected}{f', {bad} not' if bad else ''}"
    skipped = row.after.skipped - row.before.skipped
    more = f", {skipped} more skipped" if skipped > 0 else ""
    return f"{was} at the base, {now} now{more}; {len(row.fixed)} fixed, {len(row.broken)} broken"


def _write(form: str, results: Sequence[PlanResult]) -> None:
    if form == "text":
        reports = reports_in(results)
        counts = counted(reports)
        vacuous = sum(row.note == "vacuous" for report in reports for row in report.claims)
        told = ", ".join(f"{counts[state]} {state}" for state in STATES)
        print(
            told + (f" ({vacuous} of the proven were true at the base: vacuous)" if vacuous else "")
        )
    else:
        print(visible(ci_files.text_of(form, results)), end="")
