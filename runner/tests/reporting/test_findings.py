"""Findings in the forms that people, code scanning and GitHub read."""

import json

from gsd_run import __version__
from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule
from gsd_run.reporting.findings import by_code, closing_line, explanation, json_text, line_of
from gsd_run.reporting.github import github_text
from gsd_run.reporting.sarif import sarif_text

PIPED = Rule(
    code="V901",
    name="hidden-status",
    severity="error",
    about="A pipe hides the status.",
    why="It can't fail.",
    mend="Take the pipe away.",
)
LONELY = Rule(
    code="S901",
    name="lonely",
    severity="note",
    about="Nobody is there. " * 8,
    why="It is sad.\n    as = code\n",
    mend="Visit.",
)
RULES = by_code([PIPED, LONELY])
FINDINGS = (
    Finding(path="a b/01-PLAN.md", line=3, column=7, code="V901", message="50% of `a: b,c`\nhides"),
    Finding(path="/elsewhere/02-PLAN.md", line=1, code="S901", message="all alone"),
    Finding(path="03-PLAN.md", line=9, message="neither code nor rule"),
    Finding(path="03-PLAN.md", line=9, code="V901", message="amended", severity="note"),
)


def test_a_finding_is_one_line() -> None:
    assert [line_of(finding) for finding in FINDINGS] == [
        "a b/01-PLAN.md:3:7: V901 50% of `a: b,c` hides",
        "/elsewhere/02-PLAN.md:1:1: S901 all alone",
        "03-PLAN.md:9:1: neither code nor rule",
        "03-PLAN.md:9:1: V901 amended",
    ]


def test_the_closing_line_counts_by_severity() -> None:
    assert closing_line(FINDINGS, RULES, 7) == "2 errors, 2 notes in 3 of 7 plans"
    assert closing_line(FINDINGS[:1], RULES, 1) == "1 error in 1 plan"
    assert closing_line((), RULES, 2) == "nothing found in 2 plans"


def test_json_holds_severity_and_mend() -> None:
    first, second, third, fourth = json.loads(json_text(FINDINGS, RULES))
    assert first == {
        "path": "a b/01-PLAN.md",
        "line": 3,
        "column": 7,
        "code": "V901",
        "severity": "error",
        "message": "50% of `a: b,c`\nhides",
        "mend": "Take the pipe away.",
    }
    assert (second["severity"], second["mend"]) == ("note", "Visit.")
    assert (third["severity"], third["mend"], third["code"]) == ("error", "", "")
    assert fourth["severity"] == "note"
    assert json.loads(json_text((), RULES)) == []


def test_github_commands_are_escaped() -> None:
    assert github_text(FINDINGS, RULES).splitlines() == [
        "::error file=a b/01-PLAN.md,line=3,col=7,title=gsd-run V901 hidden-status"
        "::50%25 of `a: b,c`%0Ahides",
        "::notice file=/elsewhere/02-PLAN.md,line=1,col=1,title=gsd-run S901 lonely::all alone",
        "::error file=03-PLAN.md,line=9,col=1,title=gsd-run::neither code nor rule",
        "::notice file=03-PLAN.md,line=9,col=1,title=gsd-run V901 hidden-status::amended",
    ]
    odd = Finding(path="a,b:c%.md", line=1, message="x\r\ny")
    assert github_text([odd], {}) == (
        "::error file=a%2Cb%3Ac%25.md,line=1,col=1,title=gsd-run::x%0Ay\n"
    )


def test_sarif_is_as_its_schema_wants_it() -> None:
    log = json.loads(sarif_text(FINDINGS, RULES))
    assert log["$schema"].endswith("sarif-2.1.0.json")
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("gsd-run", __version__)
    assert [rule["id"] for rule in driver["rules"]] == ["S901", "V901"]
    assert driver["rules"][1] == {
        "id": "V901",
        "name": "hidden-status",
        "shortDescription": {"text": "A pipe hides the status."},
        "fullDescription": {"text": "It can't fail."},
        "help": {
            "text": "It can't fail.\n\nTake the pipe away.",
            "markdown": "**Why:** It can't fail.\n\n**Mend:** Take the pipe away.",
        },
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["gsd", "plan"], "problem.severity": "error"},
    }
    assert run["columnKind"] == "unicodeCodePoints"
    assert "%SRCROOT%" in run["originalUriBaseIds"]


def test_sarif_results_point_into_files() -> None:
    first, second, third, fourth = json.loads(sarif_text(FINDINGS, RULES))["runs"][0]["results"]
    assert (first["ruleId"], first["ruleIndex"], first["level"]) == ("V901", 1, "error")
    assert first["message"] == {"text": "50% of `a: b,c`\nhides"}
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "a%20b/01-PLAN.md", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 3, "startColumn": 7},
            }
        }
    ]
    outside = second["locations"][0]["physicalLocation"]["artifactLocation"]
    assert outside == {"uri": "file:///elsewhere/02-PLAN.md"}
    assert not {"ruleId", "ruleIndex"} & third.keys()
    assert fourth["level"] == "note"


def test_sarif_knows_a_finding_again_on_another_line() -> None:
    moved = Finding(path="03-PLAN.md", line=90, code="V901", message="amended")
    results = json.loads(sarif_text([*FINDINGS, moved], RULES))["runs"][0]["results"]
    prints = [one["partialFingerprints"]["gsdRunFinding/v1"] for one in results]
    assert prints[3] == prints[4]
    assert len(set(prints)) == 4


def test_an_explanation_is_wrapped_but_not_its_code() -> None:
    assert explanation(LONELY) == (
        "S901 lonely (note)\n"
        "\n"
        "Nobody is there. Nobody is there. Nobody is there. Nobody is there. Nobody is there.\n"
        "Nobody is there. Nobody is there. Nobody is there.\n"
        "\n"
        "Why: It is sad.\n"
        "    as = code\n"
        "\n"
        "Mend: Visit.\n"
    )
