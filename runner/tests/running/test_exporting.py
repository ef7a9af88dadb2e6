"""A run carried to another clone and gone on with there; files that are no such state."""

import gzip
import hashlib
import io
import json
import shutil
import signal
import tarfile
from pathlib import Path

import pytest
from begun import copied, greeting_at
from gsd_run.domain.errors import Refusal
from gsd_run.outside.archives import archive, contents
from sandbox import FOLDER, PLAN, PLAN_PATH, RUN_FILE, RUN_PATH, SUMMARY_PATH, Sandbox

KILLER = Path(__file__).parent / "act_and_die.py"


def clone(project: Sandbox, name: str, *words: str) -> Sandbox:
    place = project.root.parent / name
    project.git("clone", "-q", *words, str(project.root), str(place))
    made = Sandbox(place)
    made.git("config", "user.name", "Pat Tester")
    made.git("config", "user.email", "pat@example.org")
    return made


def exported(project: Sandbox) -> Path:
    place = project.root.parent / "state.tar.gz"
    done = project.gsd_run("export", "01-01", "-o", str(place))
    assert done.status == 0, done.text
    return place


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    place = tmp_path_factory.mktemp("failed") / "project"
    project = greeting_at(place, RUN_FILE.replace("bye", "by"))
    project.git("branch", "base")
    assert project.gsd_run("01-01").status == 1
    return project


@pytest.fixture
def stopped(failed: Sandbox, tmp_path: Path) -> Sandbox:
    """A run that failed in its second task; `base` is the commit on which it began."""
    return copied(failed, tmp_path / "project")


def elsewhere(project: Sandbox) -> Sandbox:
    """Return a clone in which main is where the run began, and the run's commits are not."""
    other = clone(project, "elsewhere", "--single-branch", "-b", "base")
    other.git("branch", "-m", "main")
    other.git("remote", "remove", "origin")
    return other


def verdicts(project: Sandbox) -> list[list[str]]:
    return [
        line.split(" | ")[:3]
        for line in project.read(SUMMARY_PATH).splitlines()
        if line.startswith("| ") and "PROVEN" in line
    ]


def test_what_fails_here_is_mended_and_finished_there(stopped: Sandbox) -> None:
    state = exported(stopped)
    other = elsewhere(stopped)

    first = other.gsd_run("import", str(state))

    assert first.status == 3
    assert "another is checked out" in first.stdout
    assert not (other.root / "greeting.txt").exists()

    done = other.gsd_run("import", str(state), "--checkout")

    assert done.status == 0, done.text
    assert done.stdout.splitlines()[-2:] == ["  farewell.txt", "`gsd-run resume 01-01` goes on"]
    assert other.read("farewell.txt") == "by\n"
    assert other.git("status", "--porcelain") == "?? farewell.txt\n"
    for project in (stopped, other):
        project.write("farewell.txt", "bye\n")
        went_on = project.gsd_run("resume")
        assert went_on.status == 0, went_on.text
        assert "task 1 of 2" not in went_on.stdout
    assert other.subjects() == stopped.subjects()
    assert other.git("rev-parse", "HEAD~2") == stopped.git("rev-parse", "HEAD~2")
    assert other.git("rev-parse", "HEAD~1^{tree}") == stopped.git("rev-parse", "HEAD~1^{tree}")
    assert verdicts(other) == verdicts(stopped)


def test_work_by_hand_that_has_begun_goes_with_it(greeting: Sandbox) -> None:
    (greeting.root / RUN_PATH).unlink()
    greeting.commit("no run file")
    greeting.git("branch", "base")
    greeting.write("secret.txt", "mine\n")
    assert greeting.gsd_run("01-01", "--no-baseline").status == 10
    greeting.write("greeting.txt", "hello\n")
    greeting.write("README.md", "# Greeting\n\nHello\n")
    greeting.write(PLAN_PATH, greeting.read(PLAN_PATH).replace("Write bye", "Put bye"))
    state = exported(greeting)
    other = elsewhere(greeting)
    other.write("notes.txt", "theirs\n")

    done = other.gsd_run("import", str(state))

    assert done.status == 0, done.text
    assert other.git("status", "--porcelain").splitlines() == [
        f" M {PLAN_PATH}",
        " M README.md",
        "?? greeting.txt",
        "?? notes.txt",
    ]
    assert not (other.root / "secret.txt").exists()
    assert other.gsd_run("resume").status == 10
    assert sorted(other.files_of("HEAD")) == ["README.md", "greeting.txt"]
    other.write("farewell.txt", "bye\n")
    went_on = other.gsd_run("resume")
    assert went_on.status == 0, went_on.text
    assert other.git("status", "--porcelain") == f" M {PLAN_PATH}\n?? notes.txt\n"


def test_killed_anywhere_importing_again_finishes_it(stopped: Sandbox) -> None:
    state = exported(stopped)
    other = elsewhere(stopped)
    words = ("import", str(state), "--checkout")
    for calls in range(1, 30):
        project = copied(other, other.root.parent / f"killed-{calls}")
        died = project.python(KILLER, str(calls), *words)
        if died.status == 0:
            break
        assert died.status == -signal.SIGKILL, died.text

        done = project.gsd_run(*words)

        assert done.status == 0, (calls, done.text)
        assert project.read("farewell.txt") == "by\n"
        events = project.journal.read_bytes().splitlines()
        assert [line.count(b'"imported"') for line in events[-2:]] == [0, 1], calls
        shutil.rmtree(project.root)
    assert 8 < calls < 29


def test_a_project_below_the_top_of_its_repository(sandbox: Sandbox) -> None:
    project = Sandbox(sandbox.root / "package")
    project.write(PLAN_PATH, PLAN)
    project.write(RUN_PATH, RUN_FILE.replace("bye", "by"))
    sandbox.write("other.txt", "another package\n")
    sandbox.write("package/README.md", "x")
    sandbox.commit("start")
    sandbox.git("branch", "base")
    assert project.gsd_run("01-01", "--no-baseline").status == 1
    state = exported(project)
    top = elsewhere(sandbox)
    other = Sandbox(top.root / "package")

    done = other.gsd_run("import", str(state), "--checkout")

    assert done.status == 0, done.text
    assert top.git("status", "--porcelain") == "?? package/farewell.txt\n"
    other.write("farewell.txt", "bye\n")
    assert other.gsd_run("resume").status == 0
    top.write("other.txt", "mine\n")
    assert other.gsd_run("undo", "01-01").status == 0
    assert top.git("status", "--porcelain") == " M other.txt\n"
    assert top.subjects() == ["start"]


def test_there_and_back_again(stopped: Sandbox) -> None:
    state = exported(stopped)
    other = elsewhere(stopped)
    assert other.gsd_run("import", str(state), "--checkout").status == 0
    other.write("farewell.txt", "bye\n")
    assert other.gsd_run("resume").status == 0
    back = exported(other)

    done = stopped.gsd_run("import", str(back))

    assert done.status == 0, done.text
    assert stopped.journal.read_bytes() == other.journal.read_bytes()
    head = other.git("rev-parse", "HEAD").strip()
    run = other.journal.stem
    assert stopped.git("rev-parse", f"refs/gsd-run/{run}/head").strip() == head
    assert "here already" in stopped.gsd_run("import", str(back)).stdout

    stopped.write("farewell.txt", "by, by\n")
    told = stopped.gsd_run("status", "01-01").stdout
    assert f"run {run} completed it on branch main; that work is not here" in told


def test_a_run_that_went_on_in_two_ways_is_refused(stopped: Sandbox) -> None:
    state = exported(stopped)
    other = elsewhere(stopped)
    assert other.gsd_run("import", str(state), "--checkout").status == 0
    for project in (stopped, other):
        project.gsd_run("resume")
    here = other.journal.read_bytes()

    done = other.gsd_run("import", str(exported(stopped)))

    assert (done.status, "went on in another way" in done.stderr) == (3, True), done.text
    assert other.journal.read_bytes() == here


def test_the_same_state_gives_the_same_bytes(stopped: Sandbox) -> None:
    first = exported(stopped).read_bytes()
    stopped.git("gc", "-q")
    assert exported(stopped).read_bytes() == first


def test_the_file_does_not_come_to_lie_where_a_run_would_commit_it(stopped: Sandbox) -> None:
    done = stopped.gsd_run("export", "01-01", "-o", "state.tar.gz")
    assert (done.status, (stopped.root / "state.tar.gz").exists()) == (3, False)
    done = stopped.gsd_run("export", "01-01")
    assert (stopped.root / ".git/gsd-run/exports").is_dir(), done.text


def test_a_clone_without_the_base_is_told_to_fetch_it(stopped: Sandbox, tmp_path: Path) -> None:
    state = exported(stopped)
    other = Sandbox(tmp_path / "stranger")
    other.root.mkdir()
    other.git("init", "-q")
    other.git("config", "user.name", "Pat Tester")
    other.git("config", "user.email", "pat@example.org")
    other.write(PLAN_PATH, "nothing")
    other.commit()

    done = other.gsd_run("import", str(state))

    assert (done.status, "is not in this repository; fetch it" in done.stderr) == (3, True)
    assert not (other.root / ".git/gsd-run/runs").exists()


def members(place: Path) -> dict[str, bytes]:
    with tarfile.open(place) as tar:
        return {one.name: tar.extractfile(one).read() for one in tar}


def rewritten(place: Path, files: dict[str, bytes], *, hashed: bool = True) -> Path:
    """Write a state file anew from other members, its manifest's hashes made to fit."""
    manifest = json.loads(files["manifest.json"])
    if hashed:
        manifest["files"] = {
            name: hashlib.sha256(content).hexdigest()
            for name, content in files.items()
            if name != "manifest.json"
        }
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as tar:
        for name, content in {**files, "manifest.json": json.dumps(manifest).encode()}.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    place.write_bytes(gzip.compress(held.getvalue()))
    return place


def chained(journal: bytes, old: bytes, new: bytes) -> bytes:
    """Return a journal with other words whose hashes fit, as somebody can make it."""
    lines, previous = [], b""
    for line in journal.replace(old, new).splitlines(keepends=True):
        record = json.loads(line)
        record["prev"] = hashlib.sha256(previous).hexdigest() if previous else ""
        previous = json.dumps(record).encode() + b"\n"
        lines.append(previous)
    return b"".join(lines)


def test_a_file_that_was_tampered_with_is_refused_and_nothing_written(stopped: Sandbox) -> None:
    good = exported(stopped)
    other = elsewhere(stopped)
    whole = members(good)
    manifest = json.loads(whole["manifest.json"])
    journal = whole["journal.jsonl"]

    def telling(**changes: object) -> dict[str, bytes]:
        return {**whole, "manifest.json": json.dumps({**manifest, **changes}).encode()}

    run = manifest["run"]
    working = manifest["working"]
    lost = "1" * 40
    cases: dict[str, tuple[dict[str, bytes], bool, str]] = {
        "a member changed": ({**whole, "journal.jsonl": journal + b"\n"}, False, "recorded hash"),
        "an event changed": (
            {**whole, "journal.jsonl": journal.replace(b"FAILED", b"PASSED")},
            True,
            "the journal was changed",
        ),
        "a torn journal": ({**whole, "journal.jsonl": journal[:-9]}, True, "cut short"),
        "another run": (telling(run="other", refs={}), True, "of another run"),
        "a path as its id": (telling(run="../../x", refs={}), True, "names what is no run"),
        "a branch as a ref": (telling(refs={"refs/heads/main": lost}), True, "names what is no"),
        "a ref elsewhere": (
            telling(refs={f"refs/gsd-run/{run}/../../heads/x": lost}),
            True,
            "names what is no",
        ),
        "a ref to nothing": (
            telling(refs={f"refs/gsd-run/{run}/kept-1": lost}),
            True,
            "lacks objects",
        ),
        "a path that leads out": (
            telling(working={**working, "paths": ["../x"]}),
            True,
            "leads out of the project",
        ),
        "a path into git's folder": (
            telling(working={**working, "paths": [".GIT/hooks/pre-commit"]}),
            True,
            "leads out of the project",
        ),
        "a commit for a tree": (
            telling(working={**working, "tree": manifest["head"]}),
            True,
            "where a commit and a tree belong",
        ),
        "a summary elsewhere": (
            {**whole, "journal.jsonl": chained(journal, b".planning/", b"../../x/")},
            True,
            "lead out of the project",
        ),
        "a task that is not there": (
            {**whole, "journal.jsonl": chained(journal, b'"task":2', b'"task":7')},
            True,
            "what no run does",
        ),
        "another version": (telling(format=99), True, "a later gsd-run"),
        "no manifest": ({**whole, "manifest.json": b"{}"}, False, "no state of a run"),
        "a file too much": ({**whole, "../evil": b"x"}, True, "does not belong"),
        "an absolute name": ({**whole, "/tmp/evil": b"x"}, True, "does not belong"),
        "an output too much": (
            {**whole, f"outputs/{hashlib.sha256(b'x').hexdigest()}": b"x"},
            True,
            "not those that its journal names",
        ),
        "a broken pack": ({**whole, "objects.pack": b"PACK"}, True, "objects are broken"),
        "a pack cut short": (
            {**whole, "objects.pack": whole["objects.pack"][:-30]},
            True,
            "objects are broken",
        ),
    }
    bad = good.with_name("bad.tar.gz")
    for name, (files, hashed, wanted) in cases.items():
        done = other.gsd_run("import", str(rewritten(bad, files, hashed=hashed)))
        assert (done.status, wanted in done.stderr) == (3, True), (name, done.text)
    bad.write_bytes(good.read_bytes()[:-2000])
    assert other.gsd_run("import", str(bad)).status == 3
    assert other.gsd_run("import", "nowhere.tar.gz").status == 3
    assert not (other.root / ".git/gsd-run/runs").exists()
    assert other.git("for-each-ref", "refs/gsd-run") == ""
    assert other.git("status", "--porcelain") == ""
    assert other.gsd_run("import", str(good), "--checkout").status == 0


def test_what_unpacks_to_more_than_is_allowed_is_not_read(tmp_path: Path) -> None:
    place = tmp_path / "bomb.tar.gz"
    place.write_bytes(archive({"manifest.json": bytes(100_000)}))
    with pytest.raises(Refusal, match="unpacked it has more than 50000 bytes"):
        contents(place, lambda _: True, 50_000)
    header = io.BytesIO()
    with tarfile.open(fileobj=header, mode="w", pax_headers={"comment": "x" * 200_000}):
        pass
    place.write_bytes(gzip.compress(header.getvalue()))
    with pytest.raises(Refusal, match="unpacked it has more than 50000 bytes"):
        contents(place, lambda _: True, 50_000)


def test_links_and_devices_are_no_members(stopped: Sandbox) -> None:
    good = exported(stopped)
    other = elsewhere(stopped)
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as tar:
        link = tarfile.TarInfo("journal.jsonl")
        link.type = tarfile.SYMTYPE
        link.linkname = "/etc/passwd"
        tar.addfile(link)
    bad = good.with_name("bad.tar.gz")
    bad.write_bytes(gzip.compress(held.getvalue()))

    done = other.gsd_run("import", str(bad))

    assert (done.status, "does not belong" in done.stderr) == (3, True)
    assert f"{FOLDER}/01-01-SUMMARY.md" not in other.git("ls-files")


def test_a_folder_may_be_named_and_a_place_that_cannot_be_written_is_said(
    stopped: Sandbox, tmp_path: Path
) -> None:
    assert stopped.gsd_run("export", "01-01", "-o", str(tmp_path)).status == 0
    assert (tmp_path / f"{stopped.journal.stem}.gsd-run.tar.gz").is_file()
    told = stopped.gsd_run("export", "01-01", "-o", "/proc/no/such")
    assert told.status == 3
    assert "can't be written" in told.text
