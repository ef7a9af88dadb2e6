"""Results in the forms of build services: their shapes, hostile texts, limits."""

import json
import re
from xml.etree import ElementTree as ET

from gsd_run.domain.claim import Evidence
from gsd_run.domain.plan import Finding
from gsd_run.domain.report import ClaimRow, Report
from gsd_run.reporting.ci.findings import most_important, result_findings
from gsd_run.reporting.ci.job_summary import job_summary
from gsd_run.reporting.ci.junit import junit_text
from gsd_run.reporting.ci.places import CodePlace
from gsd_run.reporting.ci.result import PlanResult
from gsd_run.reporting.ci.rules import RULES
from gsd_run.reporting.findings import by_code
from gsd_run.reporting.github import github_text
from gsd_run.reporting.sarif import sarif_text
from gsd_run.reporting.verdicts import verdicts_json
from jsonschema import Draft7Validator

HOSTILE = "a|b`c <img src=x> @team \x1b[31m]]> &amp; ![i](http://x/y) __init__.py 50%\r\n::error::x\x00\ud800 \ufffe \u202e %0A"

# What readers of JUnit XML take: elements with their attributes, and what may stand in them.
_SHAPES = {
    "testsuites": ({"name", "tests", "failures", "errors", "skipped", "time"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
        {"properties", "testcase"},
    ),
    "properties": (set(), {"property"}),
    "property": ({"name", "value"}, set()),
    "testcase": (
        {"classname", "name", "file", "line", "time"},
        {"failure", "error", "skipped", "system-out"},
    ),
    "failure": ({"message", "type"}, set()),
    "error": ({"message", "type"}, set()),
    "skipped": ({"message"}, set()),
    "system-out": (set(), set()),
}
_LOCATION = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "id": {"type": "integer", "minimum": 0},
        "message": {"$ref": "#/definitions/message"},
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation", "region"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "properties": {"uri": {"type": "string", "pattern": r"^[^\s<>\"{}|\\^`]+$"}},
                },
                "region": {
                    "type": "object",
                    "required": ["startLine"],
                    "properties": {
                        "startLine": {"type": "integer", "minimum": 1},
                        "startColumn": {"type": "integer", "minimum": 1},
                    },
                },
            },
        },
    },
}
# What SARIF 2.1.0 asks of the parts that are written here.
_SARIF = {
    "definitions": {
        "message": {
            "type": "object",
            "required": ["text"],
            "properties": {"text": {"type": "string", "minLength": 1}},
        },
        "location": _LOCATION,
    },
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "additionalProperties": False,
                "properties": {
                    "tool": {"type": "object", "required": ["driver"]},
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "originalUriBaseIds": {"type": "object"},
                    "invocations": {
                        "items": {
                            "required": ["executionSuccessful"],
                            "properties": {
                                "executionSuccessful": {"type": "boolean"},
                                "exitCode": {"type": "integer"},
                            },
                            "additionalProperties": False,
                        }
                    },
                    "automationDetails": {"properties": {"id": {"type": "string"}}},
                    "results": {
                        "items": {
                            "required": ["message"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {"$ref": "#/definitions/message"},
                                "locations": {"items": {"$ref": "#/definitions/location"}},
                                "relatedLocations": {"items": {"$ref": "#/definitions/location"}},
                                "partialFingerprints": {"type": "object"},
                            },
                        }
                    },
                },
            },
        },
    },
}


def junit_holds_its_shape(text: str) -> ET.Element:
    root = ET.fromstring(text)
    for parent in root.iter():
        attributes, children = _SHAPES[parent.tag]
        assert set(parent.keys()) <= attributes, parent.attrib
        assert {child.tag for child in parent} <= children
    for case in root.iter("testcase"):
        assert {"classname", "name", "time"} <= set(case.keys())
        assert len(case) <= 1
    for suite in root.iter("testsuite"):
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(name)) == len(list(suite.iter(tag)))
        stamp = suite.get("timestamp")
        assert stamp is None or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", stamp)
    return root


def sarif_holds_its_shape(text: str) -> list[dict]:
    log = json.loads(text)
    Draft7Validator(_SARIF).validate(log)
    return log["runs"][0]["results"]


def _row(
    name: str, state: str, text: str = "it works", reason: str = "it does not", **more
) -> ClaimRow:
    return ClaimRow(
        id=name, kind="verify", line=7, text=text, state=state, reason=reason,
        note=more.pop("note", ""), marks=(), evidence=more.pop("evidence", ()), **more,
    )  # fmt: skip


def _result(*rows: ClaimRow, **more) -> PlanResult:
    report = Report(
        plan="01-01", phase="01-a", number="01", scope="01", name="A", path="p/01-01-PLAN.md",
        run="r1", started_at="2026-11-22T10:00:00.123+00:00", ended_at="2026-11-22T10:00:02+00:00",
        seconds=1.877, base="abc", branch="main", environment={}, gap="", tasks=(), claims=rows,
        tests=None, coverage=(), deviations=(), mends=(), baseline=True, dirty=(),
    )  # fmt: skip
    values = {"plan": "01-01", "path": "p/01-01-PLAN.md", "status": 0, "report": report, **more}
    return PlanResult(**values)


def _annotations(*results: PlanResult) -> list[str]:
    rules = by_code(RULES)
    return github_text(most_important(result_findings(results), rules), rules).splitlines()


def test_hostile_texts_stay_texts() -> None:
    seen = (Evidence(check=f"echo {HOSTILE}", found=HOSTILE),)
    result = _result(
        _row("verify.1", "REFUTED", HOSTILE, HOSTILE, evidence=seen),
        _row("verify.2", "UNPROVEN", HOSTILE, HOSTILE),
        _row("verify.3", "PROVEN", evidence=seen, note="vacuous"),
        status=1,
        told=HOSTILE,
        places={"verify.1": (CodePlace(path="a b/ü,%.py", line=3, what=HOSTILE, kind="test"),)},
        prefix="inner/",
    )

    suite = junit_holds_its_shape(junit_text([result]))[0]
    assert [len(case) for case in suite.iter("testcase")] == [1, 1, 1, 1]
    results = sarif_holds_its_shape(
        sarif_text(result_findings([result]), by_code(RULES), "the top", 1)
    )
    assert [one["ruleId"] for one in results] == [
        "STOPPED", "REFUTED", "UNPROVEN", "VACUOUS", "FAILED-TEST",
    ]  # fmt: skip
    place = results[-1]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "inner/a%20b/%C3%BC%2C%25.py"
    assert results[1]["relatedLocations"][0]["physicalLocation"] == place
    commands = _annotations(result)
    assert len(commands) == 5
    assert all(re.match(r"::(error|warning|notice) file=inner/[^:\r]*::[^\x00-\x1f\x7f]*$", one)
               for one in commands)  # fmt: skip
    assert json.loads(verdicts_json([result]))["plans"][0]["claims"][0]["places"][0]["line"] == 3
    page = job_summary([result])
    assert "<img" not in page
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", page)
    assert "@team" not in page
    assert r"\!\[i\](http:&#8203;//x/y) \_\_init\_\_.py" in page
    assert not any(line.startswith("::") for line in page.splitlines())
    rows = [line for line in page.splitlines() if line.startswith("| verify.")]
    assert [len(re.findall(r"(?<!\\)\|", row)) for row in rows] == [5, 5, 5]


def test_github_shows_ten_of_a_kind_and_code_comes_before_what_is_unproven() -> None:
    refuted = [_row(f"verify.{n}", "REFUTED") for n in range(1, 15)]
    unproven = [_row(f"truth.{n}", "UNPROVEN") for n in range(1, 4)]

    commands = _annotations(_result(*unproven, *refuted, status=1))

    kinds = [one.partition(" ")[0] for one in commands]
    assert kinds == ["::error"] * 10 + ["::warning"] * 3
    assert commands[8].startswith("::error file=p/01-01-PLAN.md,line=7,col=1,title=gsd-run REFUTED")
    assert commands[9].endswith(
        "::and 5 more findings of this weight; the job summary and the reports list them all"
    )


def test_a_plan_that_could_not_be_read() -> None:
    mistake = Finding(path="p/01-01-PLAN.md", line=4, message="no task")
    result = PlanResult(
        plan="01-01", path="p/01-01-PLAN.md", status=2, told=str(mistake), mistakes=(mistake,)
    )

    (case,) = junit_holds_its_shape(junit_text([result])).iter("testcase")
    assert (case.get("name"), case[0].tag, case[0].get("message"), case[0].get("type")) == (
        "run", "error", "p/01-01-PLAN.md:4: no task", "exit 2",
    )  # fmt: skip
    assert _annotations(result) == [
        "::error file=p/01-01-PLAN.md,line=4,col=1,title=gsd-run STOPPED stopped-run::no task"
    ]
    assert "- p/01-01-PLAN.md:4: no task" in job_summary([result])


def test_a_page_of_thousands_of_claims_is_one_that_github_takes() -> None:
    rows = [_row(f"verify.{n}", "REFUTED", reason="x" * 20_000) for n in range(3000)]

    page = job_summary([_result(*rows, status=1)])

    assert len(page.encode()) < 1024 * 1024
    assert "and 2800 more; the reports list them all." in page


def test_nothing_at_all() -> None:
    assert junit_holds_its_shape(junit_text([])).get("tests") == "0"
    assert job_summary([]).startswith("## gsd-run: 0 PROVEN, 0 REFUTED, 0 UNPROVEN\n")
    assert sarif_holds_its_shape(sarif_text([], by_code(RULES))) == []


def test_only_what_is_proven_looks_so() -> None:
    proven, unproven, refuted = (
        _row(f"verify.{n}", state) for n, state in enumerate(("PROVEN", "UNPROVEN", "REFUTED"), 1)
    )

    def mark(*rows: ClaimRow, **more) -> str:
        line = next(one for one in job_summary([_result(*rows, **more)]).splitlines()
                    if "| 01-01 |" in one)  # fmt: skip
        return line.split()[1]

    assert [mark(proven), mark(proven, unproven), mark(unproven), mark(), mark(refuted)] == [
        "✅", "❔", "❔", "❔", "❌",
    ]  # fmt: skip
    assert [mark(proven, status=status) for status in (1, 2, 3, 10, 70, 130)] == [
        "❌", "❌", "❌", "⏸️", "❌", "⏸️",
    ]  # fmt: skip
    (case,) = junit_holds_its_shape(junit_text([_result(unproven)])).iter("testcase")
    assert [one.tag for one in case] == ["skipped"]
    (annotation,) = _annotations(_result(unproven))
    assert annotation.startswith("::warning file=p/01-01-PLAN.md,line=7,")


def test_a_plan_without_a_path_has_no_place() -> None:
    result = PlanResult(plan="gsd-run", path="", status=3, told="held by another run")

    (case,) = junit_holds_its_shape(junit_text([result])).iter("testcase")
    assert "file" not in case.keys()  # noqa: SIM118 - an element is no mapping
    assert _annotations(result) == [
        "::error title=gsd-run STOPPED stopped-run::gsd-run stopped: held by another run"
    ]
    (found,) = sarif_holds_its_shape(sarif_text(result_findings([result]), by_code(RULES)))
    assert "locations" not in found
