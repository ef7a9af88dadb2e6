"""Agents make changes and are believed nothing: git says what changed, the checks judge it."""

import json
import stat

import pytest
from sandbox import PLAN_PATH, RUN_PATH, SUMMARY_PATH, Sandbox

SETTINGS = """\
agent = "scripted"

[agents.scripted]
profile = "command"
command = "{root}/.git/agent.sh {prompt_file}"
attempts = 3
"""


@pytest.fixture
def project(greeting: Sandbox) -> Sandbox:
    """Return the project of two greetings without steps, with an agent in its settings."""
    (greeting.root / RUN_PATH).unlink()
    greeting.write(".planning/gsd-run.toml", SETTINGS)
    greeting.commit("an agent instead of steps")
    return greeting


def agent_does(project: Sandbox, script: str) -> None:
    """Let the agent be a script; it finds its prompt in $1 and counts its calls in $CALL."""
    place = project.root / ".git" / "agent.sh"
    place.write_text(
        "#!/bin/bash\n"
        'counter=$(dirname "$0")/agent-calls\n'
        'CALL=$(($(cat "$counter" 2>/dev/null || echo 0) + 1)); echo $CALL > "$counter"\n'
        f'cp "$1" "$(dirname "$0")/prompt-$CALL"\n{script}'
    )
    place.chmod(place.stat().st_mode | stat.S_IXUSR)


def prompt(project: Sandbox, call: int) -> str:
    return (project.root / ".git" / f"prompt-{call}").read_text()


def events(project: Sandbox, tag: str) -> list[dict[str, object]]:
    records = (json.loads(line) for line in project.journal.read_text().splitlines())
    return [record["event"] for record in records if record["event"]["type"] == tag]


RIGHT = """
if grep -q 'Write hello' "$1"; then echo hello > greeting.txt; else echo bye > farewell.txt; fi
echo "All 51 tests pass, everything is done!"
"""


def test_an_agent_makes_the_changes_and_each_task_is_committed(project: Sandbox) -> None:
    agent_does(project, RIGHT)
    done = project.gsd_run("01-01")
    assert done.status == 0, done.text
    assert project.subjects()[-3:] == [
        "feat(01-01): add the greeting",
        "feat(01-01): add the farewell",
        "docs(01-01): complete 01-01 plan",
    ]
    summary = project.read(SUMMARY_PATH)
    assert "| agent scripted, 1 call |" in summary
    assert "51 tests" not in summary  # its words are no evidence
    [first, _] = events(project, "agent_ended")
    stored = project.root / ".git" / "gsd-run" / "outputs" / str(first["transcript"])
    assert stored.read_text() == "All 51 tests pass, everything is done!\n"


def test_a_refuted_attempt_is_made_again_with_the_evidence(project: Sandbox) -> None:
    agent_does(project, 'if [ $CALL = 1 ]; then echo "helo" > greeting.txt; exit; fi\n' + RIGHT)
    done = project.gsd_run("01-01")
    assert done.status == 0, done.text
    assert "calling scripted" in done.stdout
    told = prompt(project, 2)
    assert "attempt 1" in told.lower()
    assert "grep -n hello greeting.txt" in told
    assert "helo" in told  # what it left is what it goes on from
    assert "PASSED in attempt 2" in project.read(SUMMARY_PATH)
    assert project.files_of("HEAD~2") == ["greeting.txt"]


def test_the_same_failure_with_the_same_result_ends_it_early(project: Sandbox) -> None:
    agent_does(project, "echo helo > greeting.txt\n")
    stopped = project.gsd_run("01-01")
    assert stopped.status == 1
    assert len(events(project, "agent_called")) == 2
    assert project.read("greeting.txt") == "helo\n"
    assert not (project.root / SUMMARY_PATH).exists()

    agent_does(project, RIGHT)
    assert project.gsd_run("resume").status == 0


def test_attempts_end_with_their_budget(project: Sandbox) -> None:
    agent_does(project, "echo $CALL > greeting.txt\n")
    assert project.gsd_run("01-01").status == 1
    assert len(events(project, "agent_called")) == 3


def test_an_agent_that_commits_fails_its_attempt(project: Sandbox) -> None:
    agent_does(project, "echo hello > greeting.txt; git add -A; git commit -qm mine\n")
    before = project.git("rev-parse", "HEAD").strip()
    stopped = project.gsd_run("01-01")
    assert stopped.status == 1
    assert "it moved HEAD" in stopped.stdout
    assert len(events(project, "agent_called")) == 1
    again = project.gsd_run("resume")
    assert again.status == 3
    project.git("reset", "-q", "--hard", before)
    agent_does(project, RIGHT)
    done = project.gsd_run("resume")
    assert done.status == 0, done.text


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("git branch mine", "it changed refs/heads/mine, which gsd-run leaves so"),
        ("git add greeting.txt", "it staged files"),
        ("git reset -q --hard", "it changed HEAD, which gsd-run leaves so"),
        ("git stash -q --include-untracked", "refs/stash"),
    ],
)
def test_an_agent_that_works_with_git_fails_its_attempt(
    project: Sandbox, command: str, told: str
) -> None:
    agent_does(project, f"echo hello > greeting.txt\nif [ $CALL = 1 ]; then {command}; fi\n{RIGHT}")
    done = project.gsd_run("01-01")
    assert done.status == 0, done.text
    assert told in done.stdout
    assert project.git("diff", "--cached", "--name-only") == ""


def test_an_agent_that_switches_the_branch_ends_the_run(project: Sandbox) -> None:
    branch = project.git("branch", "--show-current").strip()
    agent_does(project, f"if [ $CALL = 1 ]; then git switch -qc mine; fi\n{RIGHT}")
    stopped = project.gsd_run("01-01")
    assert stopped.status == 1, stopped.text
    assert len(events(project, "agent_called")) == 1
    assert f"`git switch {branch}` and resume" in project.gsd_run("resume").stderr
    project.git("switch", "-q", branch)
    assert project.gsd_run("resume").status == 0
    assert project.git("log", "mine", "-1", "--format=%s").strip() == "an agent instead of steps"


def test_it_is_said_why_the_last_attempt_failed_and_not_an_earlier_one(project: Sandbox) -> None:
    agent_does(project, "echo helo > greeting.txt\nif [ $CALL = 3 ]; then exit 7; fi\n"
               "echo $CALL >> greeting.txt\n")  # fmt: skip
    stopped = project.gsd_run("01-01")
    assert stopped.status == 1
    last = stopped.stdout.rpartition(" failed:\n")[2]
    assert "scripted ended with status 7" in last
    assert "verify.1" not in last
    assert "`gsd-run resume 01-01` as it is calls the agent again" in last


def test_edits_that_were_put_back_are_told_as_such(project: Sandbox) -> None:
    agent_does(project, "echo helo > greeting.txt\n")
    assert project.gsd_run("01-01").status == 1
    assert "Its edits are still in the files" in prompt(project, 2)
    assert project.gsd_run("resume").status == 1
    assert "Its edits were taken back" in prompt(project, 3)


def test_edits_that_are_not_the_tasks_are_put_back(project: Sandbox) -> None:
    agent_does(
        project,
        "if [ $CALL = 1 ]; then mkdir -p .github/workflows; echo x > .github/workflows/ci.yml\n"
        f"echo >> {PLAN_PATH}; fi\n{RIGHT}",
    )
    done = project.gsd_run("01-01")
    assert done.status == 0, done.text
    assert "edits that are not its own" in done.stdout
    assert not (project.root / ".github").exists()
    assert project.git("status", "--porcelain") == ""


def test_untracked_files_of_the_user_are_put_back(project: Sandbox) -> None:
    project.write("notes.txt", "mine\n")
    project.write("drafts/one.txt", "mine, too\n")
    agent_does(
        project,
        f"if [ $CALL = 1 ]; then echo gone > notes.txt; rm -r drafts; fi\n{RIGHT}",
    )
    done = project.gsd_run("01-01")
    assert done.status == 0, done.text
    assert "it changed drafts/one.txt, notes.txt, untracked files of yours; put back" in done.stdout
    assert project.read("notes.txt") == "mine\n"
    assert project.read("drafts/one.txt") == "mine, too\n"
    assert "untracked-" not in project.git("for-each-ref", "refs/gsd-run")


def test_an_agent_that_hangs_is_ended_and_nothing_of_it_runs_on(project: Sandbox) -> None:
    settings = project.read(".planning/gsd-run.toml")
    project.write(".planning/gsd-run.toml", settings + "time_limit = 1\n")
    project.commit("little time")
    agent_does(project, f"if [ $CALL = 1 ]; then setsid sleep 300 & sleep 300; fi\n{RIGHT}")
    done = project.gsd_run("01-01")
    assert done.status == 0, done.text
    assert "it did not end within 1 s" in done.stdout


def test_an_agent_that_is_not_installed_waits_for_a_person(project: Sandbox) -> None:
    asked = project.gsd_run("01-01", "--agent", "nonesuch")
    assert asked.status == 2
    assert "nonesuch" in asked.stderr
    project.write(
        ".planning/gsd-run.toml", SETTINGS.replace("{root}/.git/agent.sh", "no-such-agent")
    )
    project.commit("an agent that is not there")
    waits = project.gsd_run("01-01")
    assert waits.status == 10
    assert "no-such-agent" in waits.stdout
    agent_does(project, RIGHT)
    project.write(".planning/gsd-run.toml", SETTINGS)
    assert project.gsd_run("resume").status == 0


def misspell_a_check(project: Sandbox) -> None:
    plan = project.read(PLAN_PATH)
    project.write(
        PLAN_PATH, plan.replace("grep -n hello greeting.txt", "grep -n helo greeting.txt")
    )
    project.commit("a check that can't pass")


def test_an_amendment_needs_the_users_yes(project: Sandbox) -> None:
    misspell_a_check(project)
    agent_does(
        project,
        "if grep -q 'Write hello' \"$1\"; then cat > .gsd-run-amendments.yaml <<'END'\n"
        "amend:\n"
        "  - claim: verify.1\n"
        "    replace: {grep -n helo: grep -n hello}\n"
        "    reason: the check has a slip of the pen\n"
        f"END\nfi\n{RIGHT}",
    )
    stopped = project.gsd_run("01-01")
    assert stopped.status == 1
    assert "gsd-run resume --allow-amendments" in stopped.stdout
    assert not (project.root / ".gsd-run-amendments.yaml").exists()

    done = project.gsd_run("resume", "--allow-amendments")
    assert done.status == 0, done.text
    summary = project.read(SUMMARY_PATH)
    assert "**amendment**, verify.1" in summary
    assert "(proposed by an agent)" in summary
    assert "grep -n hello" in project.read(RUN_PATH)


PROPOSING = """
echo hello > greeting.txt
cat > .gsd-run-amendments.yaml <<'END'
amend:
  - claim: verify.1
    replace: {grep -n helo: %s}
    reason: the check has a slip of the pen
  - claim: verify.2
    replace: {grep -n bye: grep -n by}
    reason: shorter
END
"""


def test_a_mend_beside_an_accepted_amendment_is_listed_as_one(project: Sandbox) -> None:
    misspell_a_check(project)
    agent_does(project, PROPOSING % "grep -n hello")
    stopped = project.gsd_run("01-01")
    assert stopped.status == 1
    assert "verify.2, which is passed over" in stopped.stdout
    assert stopped.stdout.endswith(
        "  `gsd-run resume 01-01 --allow-amendments` accepts the amendment of verify.1 that the "
        "agent proposes\n"
    )
    project.write("greeting.txt", "hello there\n")
    agent_does(project, RIGHT)
    done = project.gsd_run("resume", "--allow-amendments")
    assert done.status == 0, done.text
    summary = project.read(SUMMARY_PATH)
    assert "**amendment**, verify.1" in summary
    assert "**mend**, task 1: greeting.txt changed by hand" in summary


def test_an_amendment_that_does_not_fit_is_not_called_accepted(project: Sandbox) -> None:
    agent_does(project, (PROPOSING % "x").replace("echo hello", "echo hallo"))
    stopped = project.gsd_run("01-01", "--allow-amendments")
    assert stopped.status == 1
    assert "the agent's amendment does not fit the plan" in stopped.stdout
    assert "(not accepted)" in stopped.stdout
    assert not (project.root / RUN_PATH).exists()
