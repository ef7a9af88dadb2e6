"""`gsd-run check PHASE --verification`: the phase's VERIFICATION.md, from what was judged now."""

import argparse
import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import nullcontext, redirect_stdout
from pathlib import Path

from msgspec.structs import replace

from gsd_run import __version__
from gsd_run.api.places import Place, files_of_project
from gsd_run.cli import ci_reports
from gsd_run.cli.console import mode_of, watcher, write
from gsd_run.cli.project import here
from gsd_run.domain.errors import PlanError, Refusal, UsageError
from gsd_run.domain.plan import Plan
from gsd_run.domain.verification import EarlierReport, JudgedPlan, Verification
from gsd_run.outside.git import dirty_files, is_tracked, open_repository
from gsd_run.outside.project_files import write_within
from gsd_run.reading.covering import covered_files, fingerprint
from gsd_run.reading.locating import STOPPED, relative_to_root, summary_status
from gsd_run.reading.phases import phase_plans
from gsd_run.reading.plan import read_plan
from gsd_run.reading.plan_names import phase_folder
from gsd_run.reading.roadmap_phase import requirement_texts, roadmap_phase
from gsd_run.reading.verification import earlier_path, phase_token, read_earlier, sealed
from gsd_run.reporting.ci.result import PlanResult, result_of, status_of
from gsd_run.reporting.phase_items import PhaseFacts
from gsd_run.reporting.report import report_of
from gsd_run.reporting.verification import verification_of, verification_text
from gsd_run.running.engine import Exit
from gsd_run.running.looking.checking_up import LookBack, check_up


def main(arguments: argparse.Namespace) -> int:
    """Run the command.

    Raises:
        UsageError: the name is no phase's, or options contradict each other.
        Refusal: a report lies there that this would lose.
    """
    _refuse_options(arguments)
    place = here(arguments.sandbox)
    root = place.project.root.resolve()
    plans = _plans(place, arguments.plan)
    folder = phase_folder(plans[0])
    before = earlier_path(folder)
    earlier = read_earlier(before.read_bytes(), _below(root, before)) if before else None
    target = folder / f"{phase_token(folder.name)}-VERIFICATION.md"
    if not arguments.stdout and not arguments.force and before == target and earlier:
        _refuse_loss(place, earlier)
    aside = redirect_stdout(sys.stderr) if arguments.stdout else nullcontext()
    results: list[PlanResult] = []
    with aside, ci_reports.checked(place, arguments, results):
        judged = tuple(_judged(place, plans, arguments, results))
    verification = verification_of(_facts(root, folder, judged, earlier))
    text = sealed(verification_text(verification))
    if arguments.stdout:
        print(text, end="")
    else:
        _write(root, _below(root, target), text)
        _tell(verification, _below(root, target))
    if verification.status == "gaps_found":
        return Exit.FAILED
    waiting = arguments.strict and verification.status == "human_needed"
    return Exit.WAITING if waiting else Exit.FINISHED


def _refuse_options(arguments: argparse.Namespace) -> None:
    if not arguments.verification:
        given = "--stdout" if arguments.stdout else "--force"
        raise UsageError(f"{given} goes with --verification")
    if arguments.format != "text":
        raise UsageError("--verification has GSD's format; leave --format out")
    if arguments.summary:
        raise UsageError("--verification judges plans; --summary is for a check without it")
    if arguments.stdout and arguments.force:
        raise UsageError("--stdout writes no file, so --force has nothing to do")


def _plans(place: Place, name: str) -> tuple[Path, ...]:
    """Return the plans of the phase that goes by the name."""
    root = place.project.root.resolve()
    try:
        return phase_plans(name, root, Path.cwd())
    except UsageError as no_phase:
        try:
            plan = place.plan(name)
        except UsageError:
            raise no_phase from None
    phase = phase_folder(plan).name
    raise UsageError(f"{name} is a plan, and --verification is of a whole phase; give {phase}")


def _write(root: Path, path: str, text: str) -> None:
    try:
        write_within(root, path, text.encode())
    except OSError as error:
        raise Refusal(
            f"{path} can't be written: {error.strerror}; mend that, or use --stdout"
        ) from error


def _refuse_loss(place: Place, earlier: EarlierReport) -> None:
    """Refuse to write over what somebody else wrote, or changed, unless git has it."""
    if earlier.intact:
        return
    repository = open_repository(place.project.root)
    kept = is_tracked(repository, earlier.path) and earlier.path not in dirty_files(repository)
    if kept and not earlier.by_gsd_run:
        return
    whose = "was changed since gsd-run wrote it" if earlier.by_gsd_run else "is not gsd-run's"
    committed = "" if kept else ", and is not committed"
    raise Refusal(
        f"{earlier.path} ({earlier.status or 'no status'}) {whose}{committed}; `--stdout` prints "
        "the report instead, and --force writes over that file (its gaps and overrides are read "
        "before)"
    )


def _judged(
    place: Place,
    plans: tuple[Path, ...],
    arguments: argparse.Namespace,
    results: list[PlanResult],
) -> Iterator[JudgedPlan]:
    """Judge the plans that were carried out, one by one; those that are superseded don't count."""
    root = place.project.root.resolve()
    prefix, files = ci_reports.prefix_of(place), files_of_project(place)
    back = LookBack(base=arguments.base or "")
    for path in plans:
        plan = _plan(path, root)
        if plan.status.lower() == "superseded":
            continue
        status = summary_status(path)
        if status is None:
            yield JudgedPlan(plan=plan, standing="it has no summary")
            continue
        with watcher(mode_of(arguments)) as looking_on:
            looking_on.said(f"\n{relative_to_root(path, root)}")
            state = check_up(path, place.project, place.settings, looking_on, back)
        made = replace(result_of(state, 0, "", files), prefix=prefix)
        results.append(replace(made, status=status_of([made], strict=arguments.strict)))
        standing = f"its summary says {status}" if status in STOPPED else ""
        yield JudgedPlan(plan=state.plan, report=report_of(state), standing=standing, status=status)


def _plan(path: Path, root: Path) -> Plan:
    try:
        return read_plan(path.read_bytes(), relative_to_root(path, root))
    except PlanError as error:
        error.message += "\nNothing is written: every plan of the phase has to be read for that."
        raise


def _facts(
    root: Path, folder: Path, judged: tuple[JudgedPlan, ...], earlier: EarlierReport | None
) -> PhaseFacts:
    planning = folder.parent.parent
    roadmap = _text(planning / "ROADMAP.md") or _text(root / ".planning" / "ROADMAP.md")
    requirements = _text(planning / "REQUIREMENTS.md") or _text(
        root / ".planning" / "REQUIREMENTS.md"
    )
    covered = covered_files(root, folder, [one.plan for one in judged])
    return PhaseFacts(
        folder=folder.name,
        number=phase_token(folder.name),
        verified_at=dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        roadmap=roadmap_phase(roadmap, folder.name),
        requirements=requirement_texts(requirements),
        plans=judged,
        earlier=earlier,
        covered=covered,
        digest=fingerprint(root, covered),
        version=__version__,
    )


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig", "replace") if path.is_file() else ""


def _below(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def _tell(verification: Verification, path: str) -> None:
    write("")
    gaps = len(verification.gaps)
    told = f"{gaps} gap{'' if gaps == 1 else 's'}"
    counts = f"{told}, {len(verification.human)} for a person to look at"
    write(f"{path}: {verification.status} ({verification.score}; {counts}); not committed")
