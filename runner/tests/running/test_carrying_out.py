"""A plan from start to summary, by the real command line on a real repository."""

import json

from sandbox import FOLDER, PLAN_PATH, RUN_PATH, SUMMARY_PATH, Sandbox


def test_each_task_is_a_commit_and_the_summary_the_last(greeting: Sandbox) -> None:
    done = greeting.gsd_run("01-01")

    assert done.status == 0, done.text
    assert greeting.subjects() == [
        "start",
        "feat(01-01): add the greeting",
        "feat(01-01): add the farewell",
        "docs(01-01): complete 01-01 plan",
    ]
    assert greeting.files_of("HEAD~2") == ["greeting.txt"]
    assert greeting.files_of("HEAD~1") == ["farewell.txt"]
    assert greeting.files_of("HEAD") == [f"{FOLDER}/01-01-EVIDENCE.jsonl", SUMMARY_PATH]
    assert greeting.git("status", "--porcelain") == ""
    message = greeting.git("log", "-1", "--format=%B", "HEAD~1")
    assert message.rstrip().endswith("GSD-Task: 2")


def test_the_output_tells_the_story_in_plain_lines(greeting: Sandbox) -> None:
    lines = [line.rstrip() for line in greeting.gsd_run("01-01").stdout.splitlines()]

    assert "task 1 of 2: Task 1: Add the greeting" in lines
    assert "    $ grep -n hello greeting.txt" in lines
    assert "  verify.1        PROVEN    exit 0: 1:hello" in lines
    assert (
        '  done.1          UNPROVEN  no program check is known for "The greeting is there"' in lines
    )
    assert lines[-2:] == [
        "01-01 is complete: 4 claims PROVEN, 4 UNPROVEN, 0 REFUTED",
        f"summary: {SUMMARY_PATH}",
    ]


def test_a_complete_plan_says_so_and_is_not_run_again(greeting: Sandbox) -> None:
    greeting.gsd_run("01-01")
    before = greeting.git("rev-parse", "HEAD")

    again = greeting.gsd_run("01-01")

    assert again.status == 0
    assert again.stdout == f"01-01 is complete: {SUMMARY_PATH}\n"
    assert greeting.git("rev-parse", "HEAD") == before


def test_the_summary_is_the_same_from_the_journal_alone(greeting: Sandbox) -> None:
    greeting.gsd_run("01-01")
    written = greeting.read(SUMMARY_PATH)
    for path in (PLAN_PATH, RUN_PATH, SUMMARY_PATH, "greeting.txt", "farewell.txt"):
        (greeting.root / path).unlink()

    again = greeting.gsd_run("summary", "01-01")

    assert (again.status, again.stdout) == (0, f"{SUMMARY_PATH}\n")
    assert greeting.read(SUMMARY_PATH) == written


def test_a_plan_is_named_by_id_path_or_from_any_folder(greeting: Sandbox) -> None:
    inner = greeting.root / "a" / "b"
    inner.mkdir(parents=True)
    for name, folder in (("1-1", inner), (PLAN_PATH, greeting.root), ("01-01-PLAN.md", inner)):
        checked = greeting.gsd_run("check", name, cwd=folder)
        assert "verify.1        REFUTED" in checked.stdout, checked.text


def test_an_unknown_plan_gets_the_candidates(greeting: Sandbox) -> None:
    asked = greeting.gsd_run("01-02")

    assert asked.status == 2
    assert PLAN_PATH in asked.stderr


def test_every_mistake_of_a_run_file_is_told_and_nothing_changes(greeting: Sandbox) -> None:
    greeting.write(
        RUN_PATH,
        "amend:\n"
        "  - claim: verify.9\n"
        "    replace: {a: b}\n"
        "    reason: it is wrong\n"
        "  - claim: verify.1\n"
        "    replace: {goodbye: bye}\n"
        "    reason: it is not there\n",
    )
    greeting.commit("a broken run file")

    done = greeting.gsd_run("01-01")

    assert done.status == 2
    assert done.stderr.splitlines() == [
        f"{RUN_PATH}:2: the plan has no claim 'verify.9' (it has: verify.2, verify.1)",
        f"{RUN_PATH}:5: the amendment of verify.1 replaces 'goodbye', which stands there 0 times; "
        "it must stand there exactly once",
    ]
    assert not (greeting.root / ".git" / "gsd-run").exists()


def test_what_was_true_before_the_work_is_vacuous(greeting: Sandbox) -> None:
    greeting.write(
        PLAN_PATH,
        greeting.read(PLAN_PATH).replace(
            "1. Nobody swears:", "1. There is a title: `grep Greeting README.md`\n2. Nobody swears:"
        ),
    )
    greeting.commit("a claim that holds already")

    greeting.gsd_run("01-01")

    summary = greeting.read(SUMMARY_PATH)
    assert "**Vacuous** (1: verification.1)" in summary
    assert "| PROVEN — vacuous |" in summary


def test_a_supplied_check_that_always_holds_proves_nothing(greeting: Sandbox) -> None:
    proofs = (
        "proofs:\n"
        "  - {claim: truth.1, command: 'true', reason: we feel it}\n"
        "  - {claim: criterion.1, command: 'test -s greeting.txt && test -s farewell.txt'}\n"
    )
    greeting.write(RUN_PATH, greeting.read(RUN_PATH) + proofs)
    greeting.commit("proofs")

    done = greeting.gsd_run("01-01")

    assert done.status == 0, done.text
    summary = greeting.read(SUMMARY_PATH)
    assert "Everybody feels welcome | UNPROVEN (supplied check)" in summary
    assert "Both texts exist | PROVEN (supplied check)" in summary


def test_files_that_a_check_changes_are_put_back_and_told(greeting: Sandbox) -> None:
    plan = greeting.read(PLAN_PATH).replace(
        "<verify>grep -n bye farewell.txt</verify>",
        "<verify>grep -n bye farewell.txt; sed -i s/Greeting/Changed/ README.md</verify>",
    )
    greeting.write(PLAN_PATH, plan)
    greeting.commit("a check that writes")

    done = greeting.gsd_run("01-01")

    assert done.status == 0, done.text
    assert greeting.read("README.md") == "# Greeting\n"
    assert "**restored**, README.md: changed by a verify command, and put back" in greeting.read(
        SUMMARY_PATH
    )


def test_checking_judges_the_tree_and_changes_nothing(greeting: Sandbox) -> None:
    before = greeting.git("rev-parse", "HEAD")

    checked = greeting.gsd_run("check", "01-01")

    assert checked.status == 1
    assert checked.stdout.splitlines()[-1] == "0 PROVEN, 3 REFUTED, 5 UNPROVEN"
    assert greeting.git("status", "--porcelain") == ""
    assert greeting.git("rev-parse", "HEAD") == before
    assert list((greeting.root / ".git" / "gsd-run").glob("runs/*")) == []

    greeting.gsd_run("01-01")
    checked = greeting.gsd_run("check", "01-01")
    assert (checked.status, checked.stdout.splitlines()[-1]) == (
        0,
        "4 PROVEN, 0 REFUTED, 4 UNPROVEN",
    )
    assert greeting.gsd_run("check", "01-01", "--strict").status == 10


def test_status_says_how_far_the_plans_are(greeting: Sandbox) -> None:
    assert "  01-01  ready  2 tasks\n" in greeting.gsd_run("status").stdout
    greeting.gsd_run("01-01")
    assert greeting.gsd_run("status").stdout == "01-greeting  complete, 1 plan\n"


def test_docs_stay_uncommitted_where_the_project_wants_it_so(greeting: Sandbox) -> None:
    greeting.write(".planning/config.json", json.dumps({"commit_docs": False}))
    greeting.commit("settings")

    assert greeting.gsd_run("01-01").status == 0
    assert greeting.subjects()[-1] == "feat(01-01): add the farewell"
    assert (greeting.root / SUMMARY_PATH).exists()


def test_strict_waits_for_a_person_where_a_claim_is_unproven(greeting: Sandbox) -> None:
    done = greeting.gsd_run("01-01", "--strict")

    assert done.status == 10
    assert "unproven, and --strict asks for proof: done.1" in done.text
    assert not (greeting.root / SUMMARY_PATH).exists()


def test_a_project_in_a_folder_with_a_space(greeting: Sandbox) -> None:
    plan = greeting.read(PLAN_PATH).replace(
        "<verify>grep -n hello greeting.txt</verify>",
        "<verify>\n"
        "    PYTHONPATH=/Users/kim/old/lib pytest lib/test_a.py 2>&1 | tee /tmp/out.txt\n"
        "    Expected: 1/1 tests pass, 0 failed\n"
        "    Check: grep '1 passed' /tmp/out.txt\n"
        "  </verify>",
    )
    greeting.write(PLAN_PATH, plan)
    greeting.write("lib/test_a.py", "def test_a(): assert open('greeting.txt').read()\n")
    greeting.write(".gitignore", "__pycache__/\n.pytest_cache/\n")
    greeting.commit("tests")
    spaced = Sandbox(greeting.root.rename(greeting.root.parent / "my project"))

    done = spaced.gsd_run("01-01")

    assert done.status == 0, done.text
    assert "  verify.1.1      PROVEN    1 passed" in done.stdout
    assert str(spaced.root.parent) not in spaced.read(SUMMARY_PATH) + done.stdout
