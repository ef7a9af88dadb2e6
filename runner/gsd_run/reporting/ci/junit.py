"""Results as JUnit XML, in the shapes that GitHub's, GitLab's and Jenkins' readers take."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from gsd_run.domain import lazy
from gsd_run.domain.report import ClaimRow
from gsd_run.domain.visible import visible
from gsd_run.reporting.ci.result import WAITING, PlanResult
from gsd_run.reporting.summary import short

_FORBIDDEN = lazy.pattern("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_text(results: Sequence[PlanResult]) -> str:
    """Return a suite for each plan, and in it a case for each claim.

    A REFUTED claim is a failure with its evidence. An UNPROVEN one is skipped, with the reason:
    it passes nowhere as passed. That a run stopped, or could not begin, is an error of the case
    `run`; that it waits for a person lets this case be skipped.
    """
    suites = [_suite(one) for one in results]
    root = ET.Element("testsuites", name="gsd-run")
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.set("time", f"{sum(float(suite.get('time', '0')) for suite in suites):.3f}")
    root.extend(suites)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(result: PlanResult) -> ET.Element:
    report = result.report
    suite = ET.Element("testsuite", name=_allowed(result.plan))
    if report:
        suite.set("time", f"{report.seconds:.3f}")
        # UTC without saying so: an offset is more than the readers' schemas allow.
        suite.set("timestamp", report.started_at[:19])
        properties = ET.SubElement(suite, "properties")
        about = {"run": report.run, "base": report.base, "branch": report.branch,
                 "exit": str(result.status)}  # fmt: skip
        for name, value in about.items():
            if value:
                ET.SubElement(properties, "property", name=name, value=_allowed(value))
    if result.told or not report:
        _run_case(suite, result)
    for row in result.claims:
        _case(suite, result, row)
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(tag) is not None for case in cases)))
    return suite


def _run_case(suite: ET.Element, result: PlanResult) -> None:
    """Write why the run stands as a case of its own."""
    told = result.told or "nothing was judged"
    case = ET.SubElement(suite, "testcase", classname=_allowed(result.plan), name="run")
    if result.path:
        case.set("file", _file(result, None))
        case.set("line", "1")
    case.set("time", "0.000")
    if result.status in {0, WAITING}:
        ET.SubElement(case, "skipped", message=_allowed(told))
        return
    mistakes = "\n".join(str(one) for one in result.mistakes)
    error = ET.SubElement(case, "error", message=_allowed(told), type=f"exit {result.status}")
    error.text = _allowed(mistakes or told)


def _file(result: PlanResult, row: ClaimRow | None) -> str:
    of_summary = row is not None and row.kind == "summary"
    return _allowed(result.prefix + (result.summary if of_summary else result.path))


def _case(suite: ET.Element, result: PlanResult, row: ClaimRow) -> None:
    case = ET.SubElement(
        suite, "testcase", classname=_allowed(result.plan),
        name=_allowed(f"{row.id}: {short(row.text)}"), file=_file(result, row),
        line=str(max(row.line, 1)), time=f"{result.seconds.get(row.id, 0):.3f}",
    )  # fmt: skip
    seen = "\n".join(f"{one.check}\n  {one.found}" for one in row.evidence)
    if row.state == "REFUTED":
        places = [f"{result.prefix}{one.path}:{one.line}: {one.what}" for one in
                  result.places.get(row.id, ())]  # fmt: skip
        failure = ET.SubElement(case, "failure", message=_allowed(row.reason), type="REFUTED")
        failure.text = _allowed("\n".join(filter(None, (seen, *places))))
    elif row.state == "UNPROVEN":
        ET.SubElement(case, "skipped", message=_allowed(f"UNPROVEN: {row.reason}"))
    elif seen or row.note:
        ET.SubElement(case, "system-out").text = _allowed("\n".join(filter(None, (row.note, seen))))


def _allowed(text: str) -> str:
    """Return a text without the characters that XML has no way to write."""
    return _FORBIDDEN.sub("�", visible(text))
