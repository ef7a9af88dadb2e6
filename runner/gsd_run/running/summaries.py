"""A run's SUMMARY.md: by the project's own template where it has one, else by the built-in one.

The template that a run ended with is in its journal, so that the same events give the same text
wherever they are read.
"""

from msgspec.structs import replace

from gsd_run.domain.errors import UsageError
from gsd_run.domain.event import Template
from gsd_run.domain.run import RunState
from gsd_run.reporting.report import report_of
from gsd_run.reporting.summary import summary_text

_BROKE = "This is gsd-run's own template, because the project's broke: "


def summary_of(state: RunState) -> str:
    """Return the summary of a run that has ended, by the template that it ended with.

    Where that template breaks, the end of the run is not lost: it is the built-in one's text, and
    says why.
    """
    template = state.ended.template if state.ended else None
    try:
        return summary_by(state, template)
    except UsageError as error:
        trouble = f"{_BROKE}{error.message.splitlines()[0]}"
        return summary_text(replace(report_of(state), trouble=trouble))


def summary_by(state: RunState, template: Template | None) -> str:
    """Return the summary of a run by a template, None for the built-in one.

    Raises:
        UsageError: the template breaks.
    """
    return summary_text(report_of(state), template)


def check_template(template: Template | None) -> None:
    """Try a template on a report that has everything and on one that has little.

    Raises:
        UsageError: it breaks; with the line, and what to do.
    """
    if template is None:
        return
    from gsd_run.reporting.samples import sample_reports  # noqa: PLC0415 - few have a template

    for report in sample_reports():
        try:
            summary_text(report, template)
        except UsageError as error:
            raise UsageError(
                f"{error.message}\nMend the template, or move it away for the built-in one "
                "(`gsd-run summary --template` prints the one in use)"
            ) from None


def template_warnings(state: RunState, text: str) -> tuple[str, ...]:
    """Say what is wrong with a summary that the project's own template made, if one did."""
    template = state.ended.template if state.ended else None
    if template is None:
        return ()
    if f"\n{_BROKE}" in text:
        return (f"{template.path}: broke on this run; the built-in template was used",)
    return warnings_of(state, text)


def warnings_of(state: RunState, text: str) -> tuple[str, ...]:
    """Say what a summary lacks that GSD reads, and what of it the run did not find."""
    from gsd_run.reporting.contract import shortcomings  # noqa: PLC0415 - few have a template

    path = state.started.summary
    return tuple(f"{path}:{one.line}: {one.told}" for one in shortcomings(text, report_of(state)))


def false_statements(state: RunState, text: str) -> tuple[str, ...]:
    """Say what of a summary the run did not find, with its line."""
    from gsd_run.reporting.contract import shortcomings  # noqa: PLC0415

    found = shortcomings(text, report_of(state))
    return tuple(f"line {one.line}: {one.told}" for one in found if one.false)
