"""The history of runs as a table, as wide as there is room for."""

from collections.abc import Sequence

from gsd_run.domain.history import PastRun
from gsd_run.domain.visible import visible
from gsd_run.outside.templates import duration

COLUMNS = ("run", "plan", "when (UTC)", "took", "outcome", "tasks", "tries", "PROVEN", "REFUTED",
           "UNPROVEN", "vacuous", "tests", "tokens", "cost", "by", "commit")  # fmt: skip
_NUMBERS = frozenset({"took", "PROVEN", "REFUTED", "UNPROVEN", "vacuous", "tokens", "cost"})
# Those that go first where there is no room. The time is in the run's id too; what says how a
# plan fared never goes.
_LEAVING = ("commit", "cost", "tokens", "when (UTC)", "vacuous", "took", "by", "tests", "tries",
            "tasks", "run")  # fmt: skip
_GAP = 2  # blanks between two columns


def table(
    runs: Sequence[PastRun], room: int | None = None
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return the names of columns and the rows, all cells of a column equally wide.

    What is not known is "–". Where there is only `room` for so many characters, columns are left
    out, but never those that say how a plan fared.
    """
    rows = [tuple(" ".join(visible(cell).split()) for cell in _row(run)) for run in runs]
    rows = [COLUMNS, *rows]
    wide = {name: max(map(_wide, cells)) for name, *cells in zip(COLUMNS, *rows, strict=True)}
    kept = list(COLUMNS)
    for name in _LEAVING:
        if room is None or sum(wide[one] + _GAP for one in kept) - _GAP <= room:
            break
        kept.remove(name)
    places = [(COLUMNS.index(name), name) for name in kept]
    padded = [tuple(_padded(row[at], wide[name], name) for at, name in places) for row in rows]
    return padded[0], padded[1:]


def _wide(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    from rich.cells import cell_len  # noqa: PLC0415 - only the table needs it

    return cell_len(text)


def _padded(cell: str, wide: int, name: str) -> str:
    blanks = " " * (wide - _wide(cell))
    return blanks + cell if name in _NUMBERS else cell + blanks


def _row(run: PastRun) -> tuple[str, ...]:
    tests = "–"
    if run.tests_after is not None:
        before = f"{run.tests_before} → " if run.tests_before is not None else ""
        tests = f"{before}{run.tests_after} of {run.tests_after_total}"
    used = [one for one in (run.input_tokens, run.output_tokens) if one is not None]
    return (
        run.run,
        run.plan,
        f"{run.started_at:%Y-%m-%d %H:%M}",
        duration(run.seconds),
        run.outcome,
        f"{run.tasks_passed} of {run.tasks}",
        f"{run.attempts}" + (f" ({run.retries} again)" if run.retries else ""),
        str(run.proven),
        str(run.refuted),
        str(run.unproven),
        str(run.vacuous),
        tests,
        f"{sum(used):,}" if used else "–",
        f"${run.cost_usd:.2f}" if run.cost_usd is not None else "–",
        run.agent or run.executor or "–",
        run.head_commit[:9],
    )
