"""Commands that flood, hang, hide, or work on git and on the run itself."""

import pytest
from hostile_projects import NOTHING, PLAN_PATH, plan

LIMITS = """\
[limits]
seconds = 3
output = "2 MiB"
memory = "400 MiB"
processes = 120
"""
# Found in a command line by whoever looks for what is left.
MARK = "77345678"

# The command, what is said of it, and how the run ends.
ENDED: dict[str, tuple[str, str]] = {
    "a flood of processes": (
        "for i in $(seq 300); do sleep 60 &amp; done; wait",
        "with more than 120 processes",
    ),
    "a flood of output": ("bash -c yes", "more than 2 MiB"),
    "a flood of errors": ("bash -c 'yes &gt;&amp;2'", "more than 2 MiB"),
    "no end": (f"sleep {MARK}", "3"),
    "deaf to SIGTERM": (f'bash -c "trap : TERM INT HUP; while true; do sleep {MARK}; done"', "3"),
    "memory": (
        "python3 -c 'x = [bytearray(b\"1\" * 10**7) for i in range(200)]; input()' &lt; /dev/zero",
        "400 MiB",
    ),
}


@pytest.mark.parametrize("case", ENDED)
def test_a_command_that_takes_what_it_gets(hostile, case):
    command, says = ENDED[case]
    hostile.sandbox.write(".planning/gsd-run.toml", LIMITS)
    hostile.prepare(plan(verify=command))
    told = hostile.check()
    [line] = [one for one in told.text.splitlines() if one.startswith("  verify.1")]
    assert "PROVEN  " not in line.replace("UNPROVEN  ", "")
    assert says in line
    assert told.status in {0, 1}


LEAVING = {
    "a server in the background": f"sleep {MARK} &amp; true",
    "a session of its own": f"setsid sleep {MARK} &amp; true",
    "twice away": f"(setsid bash -c 'setsid sleep {MARK} &amp; disown' &amp;) ; true",
    "nohup": f"nohup sleep {MARK} &gt;/dev/null 2&gt;&amp;1 &amp; true",
    "with another environment": f"env -i /usr/bin/setsid sleep {MARK} &amp; sleep 0.3",
    "its outputs closed": f"exec 0&lt;&amp;- 1&gt;&amp;- 2&gt;&amp;-; sleep {MARK} &amp; true",
    "elsewhere": f"cd / &amp;&amp; (setsid sleep {MARK} &amp;) ; sleep 0.3",
}


@pytest.mark.parametrize("case", LEAVING)
def test_nothing_is_left_running(hostile, case):
    hostile.prepare(plan(verify=f"test -f README.md; {LEAVING[case]}"))
    told = hostile.check()
    assert told.status in {0, 1}
    assert "verify.1" in told.text


def test_a_command_that_kills_what_started_it(hostile):
    hostile.prepare(plan(verify="kill -9 $PPID; kill -9 $$; true"))
    told = hostile.check()
    # In the tests it is gsd-run itself that is killed: nobody holds that off without a sandbox.
    assert told.status in {-9, 0, 1}


GIT = {
    "a file system monitor": "git config core.fsmonitor 'touch ../neighbour/ran; false'",
    "hooks elsewhere": "mkdir -p h; git config core.hooksPath h",
    "a filter": (
        "git config filter.x.clean 'touch ../neighbour/ran; cat'; "
        "mkdir -p .git/info; echo '* filter=x' &gt; .git/info/attributes"
    ),
    "an alias": "git config alias.status '!touch ../neighbour/ran'",
    "an included file": "git config include.path ../evil.cfg",
    "a hook": (
        "printf '#!/bin/sh\\ntouch ../neighbour/ran\\n' &gt; .git/hooks/pre-commit; "
        "chmod +x .git/hooks/pre-commit"
    ),
    "a program for signatures": "git config commit.gpgsign true; git config gpg.program ./evil",
    "a link for its settings": "mv .git/config x.cfg; ln -s ../x.cfg .git/config; rm -f x.cfg",
}


@pytest.mark.parametrize("case", GIT)
def test_settings_of_git_are_put_back_before_git_goes_by_them(hostile, case):
    hostile.prepare(plan(verify=f"test -f made.txt; {GIT[case]}; test -f made.txt"))
    config = (hostile.root / ".git/config").read_bytes()
    told = hostile.carry("--no-baseline")
    assert told.status == 0, told.text
    assert "git's own; put back" in told.text
    assert (hostile.root / ".git/config").read_bytes() == config
    assert not (hostile.root / ".git/hooks/pre-commit").exists()
    assert not (hostile.root / ".git/info/attributes").exists()
    assert hostile.sandbox.git("log", "-1", "--format=%s", "HEAD~1").startswith("feat(01-01)")
    summary = hostile.sandbox.read(PLAN_PATH.replace("PLAN", "SUMMARY"))
    assert ".git/" in summary  # what was put back is told


def test_a_remote_that_was_added_stays(hostile):
    hostile.prepare(plan(verify="test -f made.txt; git remote add other https://example.org/x"))
    told = hostile.carry("--no-baseline")
    assert told.status == 0, told.text
    assert "put back" not in told.text
    assert hostile.sandbox.git("remote") == "other\n"


JOURNAL = "$(ls .git/gsd-run/runs/*.jsonl)"
OWN: dict[str, tuple[str, str]] = {
    "a line more": (f"tail -1 {JOURNAL} &gt;&gt; {JOURNAL}", "the journal was changed"),
    "a word": (f"sed -i s/harm/help/ {JOURNAL}", "the journal was changed"),
    "nothing left": (f": &gt; {JOURNAL}", "the journal was taken away"),
    "another file": (f"cp {JOURNAL} x; echo y &gt;&gt; x; mv x {JOURNAL}", "was changed"),
    "a link": (f"mv {JOURNAL} x; ln -s ../../../x {JOURNAL}", "the journal was"),
    "gone": (f"rm -f {JOURNAL}", "the journal was taken away"),
}


@pytest.mark.parametrize("case", OWN)
def test_the_journal_is_not_what_the_run_wrote(hostile, case):
    command, says = OWN[case]
    hostile.prepare(plan(verify=f"test -f made.txt &amp;&amp; {command}"))
    told = hostile.carry("--no-baseline")
    assert told.status == 3, told.text
    assert says in told.text
    assert "what the run had written is back" in told.text
    assert hostile.sandbox.subjects() == ["a plan from elsewhere"]
    # The record itself is whole: with an honest check the run goes on.
    hostile.sandbox.write(PLAN_PATH, plan())
    again = hostile.gsd_run("resume")
    assert again.status == 0, again.text


def test_an_output_that_was_forged_is_not_believed(hostile):
    forge = 'for f in .git/gsd-run/outputs/*; do echo "{}" &gt; $f; done'
    hostile.prepare(plan(verify=f"test -f made.txt; {forge}"), NOTHING)
    told = hostile.carry()
    assert told.status == 3, told.text
    assert "this is not what was measured: somebody changed it" in told.text


WRECKING: dict[str, tuple[str, str, int]] = {
    "a lock of the index": (
        "test -f made.txt &amp;&amp; touch .git/index.lock",
        "index.lock",
        3,
    ),
    "HEAD moved": (
        "test -f made.txt &amp;&amp; git commit -q --allow-empty -m sneaky",
        "HEAD moved from",
        3,
    ),
    "files staged": ("test -f made.txt &amp;&amp; git add -A", "is complete", 0),
    "tracked files deleted": ("test -f made.txt &amp;&amp; rm -rf src", "is complete", 0),
}


@pytest.mark.parametrize("case", WRECKING)
def test_a_command_that_wrecks_the_repository(hostile, case):
    command, says, status = WRECKING[case]
    hostile.sandbox.write("src/kept.py", "kept = 1\n")
    hostile.prepare(plan(verify=command))
    told = hostile.carry("--no-baseline")
    assert told.status == status, told.text
    assert says in told.text
    assert hostile.sandbox.read("src/kept.py") == "kept = 1\n"


def test_the_repository_is_moved_away(hostile):
    hostile.prepare(plan(verify="test -f made.txt &amp;&amp; mv .git git-elsewhere"))
    told = hostile.carry("--no-baseline")
    assert told.status == 3, told.text
    assert "was taken away" in told.text


def test_a_dangerous_command_is_refused_before_anything_runs(hostile):
    hostile.prepare(plan(verify="rm -rf $HOME/projects"))
    told = hostile.carry()
    assert told.status == 3
    assert f"{PLAN_PATH}:24: `rm -rf" in told.text
    assert "nothing was run" in told.text


def test_secrets_reach_no_record(hostile):
    token = f"ghp_{'a1' * 18}"
    hostile.prepare(plan(verify=f"test -f made.txt; echo {token[:9]}''{token[9:]}; exit 0"))
    told = hostile.carry("--no-baseline")
    assert told.status == 0, told.text
    assert token not in told.text
    for place in (hostile.root / ".git/gsd-run").rglob("*"):
        assert not place.is_file() or token.encode() not in place.read_bytes()
