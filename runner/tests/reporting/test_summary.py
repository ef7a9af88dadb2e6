"""SUMMARY.md, whole, and what GSD's tools read of it."""

import json
import os
import re
import subprocess
from textwrap import dedent

import pytest
import yaml
from sandbox import FOLDER, PLAN, PLAN_PATH, RUN_FILE, RUN_PATH, SUMMARY_PATH, Sandbox, environment


def scrubbed(text: str) -> str:
    """Take out what differs from run to run: times, commits, versions."""
    text = re.sub(r"\d{8}T\d{6}-[0-9a-f]{6}", "RUN", text)
    text = re.sub(r"\b[0-9a-f]{10}\b", "COMMIT", text)
    text = re.sub(r"\b\d+(?:\.\d)?s\b", "TIME", text)
    text = re.sub(r"\d{4}-\d\d-\d\d", "DATE", text)
    return re.sub(r"(?<=[(,])( ?)(cores|git|gsd-run|python|system) [^,)]+", r"\1\2 N", text)


def test_a_clean_run_whole(greeting: Sandbox) -> None:
    greeting.write(
        RUN_PATH,
        RUN_FILE + "amend:\n"
        "  - claim: verify.2\n"
        "    replace: {grep -n bye: grep -c bye}\n"
        "    reason: the number says it all\n",
    )
    greeting.commit("an amendment")
    assert greeting.gsd_run("01-01").status == 0

    body = scrubbed(greeting.read(SUMMARY_PATH)).split("\n---\n", 1)[1]

    assert body == dedent("""
        # Phase 01 Plan 01: Greet people, then say good-bye Summary

        **2 of 2 tasks passed; 4 claims proven, 0 refuted, 4 unproven**

        Measured by gsd-run in run RUN, which began at COMMIT on main (cores N, git N, gsd-run N, python N, system N).

        ## Task Commits

        | Task | Outcome | Commit | Time | Made by |
        |---|---|---|---|---|
        | 1. Add the greeting | PASSED | COMMIT | TIME | steps of the run file |
        | 2. Add the farewell | PASSED | COMMIT | TIME | steps of the run file |

        ## Files Created/Modified

        - `farewell.txt` (created)
        - `greeting.txt` (created)

        ## Verdicts

        4 PROVEN, 0 REFUTED, 4 UNPROVEN. Proven are 2 of 2 task checks, 0 of 2 done, 0 of 1 truths, 1 of 1 artifacts, 1 of 1 plan's verification list, 0 of 1 success criteria.

        | Claim | Verdict | Shown by |
        |---|---|---|
        | truth.1 (line 11): Everybody feels welcome | UNPROVEN | no program check is known |

        ### To Be Looked At

        | Claim | Verdict | Shown by |
        |---|---|---|
        | done.1 (line 27): The greeting is there | UNPROVEN | no program check is known |
        | verify.2 (line 33): grep -c bye farewell.txt | PROVEN (amended) | exit 0: 1 |
        | done.2 (line 34): The farewell is there | UNPROVEN | no program check is known |
        | criterion.1 (line 41): Both texts exist | UNPROVEN | no program check is known |

        ## Deviations from Plan

        - **amendment**, verify.2: grep -n bye → grep -c bye (the number says it all)

        ## Self-Check: PASSED

        Every claim was judged on the tree of the last commit, and none is refuted.
        """)


def test_the_frontmatter_has_what_gsd_reads(greeting: Sandbox) -> None:
    greeting.gsd_run("01-01")

    front = yaml.safe_load(greeting.read(SUMMARY_PATH).split("---\n")[1])

    assert front["phase"] == "01-greeting"
    assert front["plan"] == "01"
    assert front["subsystem"] == "greeting"
    assert front["tags"] == ["gsd-run", "measured"]
    assert front["key-files"] == {"created": ["farewell.txt", "greeting.txt"], "modified": []}
    assert front["one-liner"].startswith("2 of 2 tasks passed")
    assert front["actuals"] == {"tasks": 2, "commits": 2}
    assert front["coverage"] == [
        {
            "id": "truth.1",
            "description": "Everybody feels welcome",
            "verification": [{"kind": "other", "ref": "truth.1", "status": "unknown"}],
            "human_judgment": True,
            "rationale": 'no program check is known for "Everybody feels welcome"',
        }
    ]
    assert {"duration", "completed"} <= set(front)


def test_the_only_paths_in_backticks_are_files_that_exist(greeting: Sandbox) -> None:
    """GSD's verify-summary takes the first backticked words for files."""
    greeting.gsd_run("01-01")
    named = re.findall(r"`([^`]+)`", greeting.read(SUMMARY_PATH))
    assert named
    assert all((greeting.root / name).is_file() for name in named)
    assert (greeting.root / FOLDER / "01-01-EVIDENCE.jsonl").is_file()


THREE_TASKS = """\
<task type="auto">
  <name>Task 3: Add the index</name>
  <files>index.txt</files>
  <action>List both</action>
  <verify>grep -c txt index.txt</verify>
  <done>index.txt contains "greeting.txt"</done>
</task>
</tasks>"""


@pytest.mark.skipif("GSD_TOOLS" not in os.environ, reason="gsd-tools is not installed")
def test_a_clean_run_is_one_page_and_gsd_reads_it(greeting: Sandbox) -> None:
    plan = PLAN.replace("</tasks>", THREE_TASKS).replace("Everybody feels welcome", "`cat *.txt`")
    plan = plan.replace("The greeting is there", 'greeting.txt contains "hello"')
    plan = plan.replace("The farewell is there", 'farewell.txt contains "bye"')
    plan = plan.replace("- Both texts exist", "- `test -f index.txt`")
    plan = plan.replace("depends_on: []", "depends_on: []\nrequirements: [GREET-01]")
    greeting.write(PLAN_PATH, plan)
    index = '  3:\n    - write: {path: index.txt, text: "greeting.txt\\nfarewell.txt\\n"}\n'
    greeting.write(RUN_PATH, RUN_FILE + index)
    greeting.commit("three tasks")
    done = greeting.gsd_run("01-01")
    assert done.status == 0, done.text

    text = greeting.read(SUMMARY_PATH)
    _, front, body = text.split("---\n", 2)
    assert len(body.splitlines()) <= 45, body
    assert len(text.splitlines()) <= 70, text
    fields = yaml.safe_load(front)

    def gsd_tools(*words: str) -> dict[str, object]:
        called = subprocess.run(
            [os.environ["GSD_TOOLS"], *words],
            cwd=greeting.root, env=environment(), capture_output=True, text=True, check=True,
        )  # fmt: skip
        found: dict[str, object] = json.loads(called.stdout)
        return found

    assert gsd_tools("frontmatter", "validate", SUMMARY_PATH, "--schema", "summary")["valid"]
    verified = gsd_tools("verify-summary", SUMMARY_PATH)
    assert verified["passed"] is True, verified
    told = gsd_tools("summary-extract", SUMMARY_PATH)
    assert told["one_liner"] == fields["one-liner"]
    assert told["key_files"] == fields["key-files"]
    assert told["requirements_completed"] == ["GREET-01"]
    digest = gsd_tools("history-digest")
    assert digest["phases"]["01-greeting"]["provides"] == ["the greeting"]  # type: ignore[index]
    covered = gsd_tools("uat", "classify-coverage", "--summary", SUMMARY_PATH)
    assert covered["errors"] == []
    assert covered["all_auto_covered"] is (
        fields["coverage"][0]["verification"][0]["status"] == "pass"
    )
    assert gsd_tools("estimate-calibrate")["sample_count"] == 0  # nobody counted tokens
