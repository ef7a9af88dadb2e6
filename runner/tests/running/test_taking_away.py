"""Supplied checks that held before the work: believed when they fail without their subject."""

import json

from sandbox import PLAN_PATH, RUN_FILE, RUN_PATH, SUMMARY_PATH, Sandbox


def carried_out(project: Sandbox, proof: str) -> str:
    """Carry the plan out with a proof of "Both texts exist", and return the verdict's row."""
    project.write(RUN_PATH, f"{RUN_FILE}proofs:\n  - {proof}\n")
    project.commit("a proof")
    done = project.gsd_run("01-01")
    assert done.status == 0, done.text
    assert project.git("status", "--porcelain") == ""
    verdicts = [
        json.loads(line)["event"]["verdict"]
        for line in project.journal.read_text().splitlines()
        if '"type":"judged","moment":"end"' in line
    ]
    (verdict,) = [one for one in verdicts if one["claim"] == "criterion.1"]
    assert "Both texts exist" in project.read(SUMMARY_PATH)
    return f"{verdict['state']}: {verdict['reason']}"


def test_a_check_that_fails_without_its_subject_is_believed(greeting: Sandbox) -> None:
    told = carried_out(
        greeting,
        "{claim: criterion.1, command: grep -c Greeting README.md, subject: [README.md]}",
    )
    assert told == (
        "PROVEN: exit 0: 1; fails when README.md is taken away (`grep -c Greeting README.md` "
        "exited 2: grep: README.md: No such file or directory)"
    )
    assert greeting.read("README.md") == "# Greeting\n"


def test_one_that_holds_without_it_too_is_not(greeting: Sandbox) -> None:
    told = carried_out(
        greeting, "{claim: criterion.1, command: test -d .planning, subject: [README.md]}"
    )
    assert told == (
        "UNPROVEN: the supplied check holds, but was PROVEN at the base commit, so nothing shows "
        "that it can fail; without README.md it is PROVEN too"
    )


def test_a_subject_that_is_not_there_shows_nothing(greeting: Sandbox) -> None:
    for_all = ("nothing.txt", "../outside.txt", "/etc/hostname", ".")
    told = carried_out(
        greeting,
        f"{{claim: criterion.1, command: test -d .planning, subject: [{', '.join(for_all)}]}}",
    )
    assert told.endswith(f"its subject {', '.join(for_all)} is not there to be taken away")


def test_a_folder_an_executable_and_an_ignored_file_come_back_as_they_were(
    greeting: Sandbox,
) -> None:
    greeting.write("tools/a b/greet.sh", "echo hello\n")
    (greeting.root / "tools/a b/greet.sh").chmod(0o755)
    (greeting.root / "tools/link").symlink_to("a b/greet.sh")
    greeting.write(".gitignore", "*.secret\n")
    greeting.write("tools/key.secret", "mine\n")

    told = carried_out(greeting, "{claim: criterion.1, command: './tools/link', subject: [tools/]}")

    assert told.startswith("PROVEN: "), told
    tools = greeting.root / "tools"
    assert (tools / "a b/greet.sh").stat().st_mode & 0o777 == 0o755
    assert (tools / "link").readlink().as_posix() == "a b/greet.sh"
    assert greeting.read("tools/key.secret") == "mine\n"


def test_figures_measured_without_the_subject_are_no_figures(greeting: Sandbox) -> None:
    greeting.write("test_it.py", "def test_one(): pass\n")
    greeting.write("conftest.py", "")
    plan = greeting.read(PLAN_PATH).replace("grep -n bye farewell.txt", "pytest -q test_it.py")
    greeting.write(PLAN_PATH, plan)
    greeting.write(".gitignore", "__pycache__\n.pytest_cache\n")
    told = carried_out(
        greeting,
        "{claim: criterion.1, command: 'pytest -q test_it.py', subject: [test_it.py]}",
    )
    assert told.startswith("PROVEN: "), told
    without = [
        event["without"]
        for event in (
            json.loads(line)["event"] for line in greeting.journal.read_text().splitlines()
        )
        if event["type"] == "measured" and event["without"]
    ]
    assert without == [["test_it.py"]]


def test_checking_the_tree_takes_away_and_puts_back_as_well(greeting: Sandbox) -> None:
    proof = "{claim: criterion.1, command: grep Greeting README.md, subject: [README.md]}"
    carried_out(greeting, proof)

    checked = greeting.gsd_run("check", "01-01")

    assert "criterion.1     PROVEN    exit 0: # Greeting; fails when README.md is" in checked.stdout
    assert greeting.git("status", "--porcelain") == ""
