"""SUMMARY.md, whole, and what GSD's tools read of it."""

import re
from textwrap import dedent

import yaml
from sandbox import FOLDER, RUN_FILE, RUN_PATH, SUMMARY_PATH, Sandbox


def scrubbed(text: str) -> str:
    """Take out what differs from run to run: times, commits, versions."""
    text = re.sub(r"\d{8}T\d{6}-[0-9a-f]{6}", "RUN", text)
    text = re.sub(r"\b[0-9a-f]{10}\b", "COMMIT", text)
    text = re.sub(r"\b\d+(?:\.\d)?s\b", "TIME", text)
    text = re.sub(r"\d{4}-\d\d-\d\d", "DATE", text)
    return re.sub(r"^- (gsd-run|python|system|git|cores) .*", r"- \1", text, flags=re.MULTILINE)


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

        Written by gsd-run from the journal of run RUN: every figure below was measured by it.

        ## Task Commits

        | Task | Outcome | Commit | Time |
        |---|---|---|---|
        | 1. Add the greeting | PASSED | COMMIT | TIME |
        | 2. Add the farewell | PASSED | COMMIT | TIME |

        Base: COMMIT on main.

        ## Before and After

        | | Before | After |
        |---|---|---|
        | (no command of the plan gave test results or coverage) | | |

        ## What Was Done

        **Task 1: Add the greeting** (steps of the run file)

        - write: written anew from the write step's text
        - created `greeting.txt`

        **Task 2: Add the farewell** (steps of the run file)

        - write: written anew from the write step's text
        - created `farewell.txt`

        ## Files Created/Modified

        - `farewell.txt` (created)
        - `greeting.txt` (created)

        ## Verdicts

        4 PROVEN, 0 REFUTED, 4 UNPROVEN.

        ### Task checks

        | Claim | Verdict | Shown by |
        |---|---|---|
        | verify.1 (line 26): grep -n hello greeting.txt | PROVEN | exit 0: 1:hello — grep -n hello greeting.txt |
        | verify.2 (line 33): grep -c bye farewell.txt | PROVEN (amended) | exit 0: 1 — grep -c bye farewell.txt |

        ### Done

        | Claim | Verdict | Shown by |
        |---|---|---|
        | done.1 (line 27): The greeting is there | UNPROVEN | no program check is known for "The greeting is there" |
        | done.2 (line 34): The farewell is there | UNPROVEN | no program check is known for "The farewell is there" |

        ### Truths

        | Claim | Verdict | Shown by |
        |---|---|---|
        | truth.1 (line 11): Everybody feels welcome | UNPROVEN | no program check is known for "Everybody feels welcome" |

        ### Artifacts

        | Claim | Verdict | Shown by |
        |---|---|---|
        | artifact.1 (line 13): greeting.txt | PROVEN | 1 line, contains 'hello' at greeting.txt:1 — greeting.txt |

        ### Plan's own verification list

        | Claim | Verdict | Shown by |
        |---|---|---|
        | verification.1 (line 38): Nobody swears: grep -i damn greeting.txt farewell.txt should return empty | PROVEN | exit 1; no output — grep -i damn greeting.txt farewell.txt |

        ### Success criteria

        | Claim | Verdict | Shown by |
        |---|---|---|
        | criterion.1 (line 41): Both texts exist | UNPROVEN | no program check is known for "Both texts exist" |

        ## Deviations from Plan

        - **amendment**, verify.2: grep -n bye → grep -c bye (the number says it all)

        ## Environment

        - gsd-run
        - python
        - system
        - git
        - cores

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
