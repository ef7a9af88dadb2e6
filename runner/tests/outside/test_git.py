"""Git as gsd-run uses it, on real repositories."""

import os
import subprocess
from pathlib import Path

import pytest
from gsd_run.domain.errors import Refusal
from gsd_run.outside import git
from gsd_run.outside.git import GitFailed, Repository, TreeChange, open_repository
from gsd_run.outside.git_settings import put_settings_back, settings_of
from sandbox import Sandbox, environment


@pytest.fixture(autouse=True)
def settings_of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment().items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def project(sandbox: Sandbox) -> Sandbox:
    sandbox.write("a.txt", "one\n")
    sandbox.commit("start")
    return sandbox


def opened(project: Sandbox) -> Repository:
    return git.open_repository(project.root)


def changes(repository: Repository, before: str, untracked: tuple[str, ...] = ()) -> list[str]:
    after = git.snapshot(repository, untracked)
    return [f"{one.status} {one.path}" for one in git.differences(repository, before, after)]


def test_a_snapshot_sees_what_changed_and_leaves_the_index_alone(project: Sandbox) -> None:
    repository = opened(project)
    before = git.snapshot(repository, ())
    assert before == git.tree_of(repository, "HEAD")
    project.write("a.txt", "two\n")
    project.write("b c.txt", "new\n")
    project.write("Grüße 'n\" so.txt", "new\n")
    project.write("*.txt", "a star\n")
    project.write("other.txt", "not named\n")

    new = ("b c.txt", "Grüße 'n\" so.txt", "*.txt", "gone.txt")
    assert sorted(changes(repository, before, new)) == [
        "A *.txt",
        "A Grüße 'n\" so.txt",
        "A b c.txt",
        "M a.txt",
    ]
    assert project.git("diff", "--cached", "--name-only") == ""


def test_a_change_in_the_same_tick_and_of_the_same_size_is_seen(project: Sandbox) -> None:
    repository = opened(project)
    before = git.snapshot(repository, ())
    place = project.root / "a.txt"
    stamp = (project.root / ".git" / "index").stat().st_mtime_ns
    place.write_text("six\n")
    os.utime(place, ns=(stamp, stamp))
    assert changes(repository, before) == ["M a.txt"]


def test_files_come_back_with_mode_link_and_content(project: Sandbox) -> None:
    project.write("run.sh", "echo\n")
    (project.root / "run.sh").chmod(0o755)
    (project.root / "link").symlink_to("a.txt")
    (project.root / "data.bin").write_bytes(bytes(range(256)) * 40_000)
    project.commit("more")
    repository = opened(project)
    before = git.snapshot(repository, ())
    (project.root / "run.sh").chmod(0o644)
    (project.root / "link").unlink()
    (project.root / "link").write_text("no link\n")
    (project.root / "data.bin").write_bytes(b"\xff")
    (project.root / "a.txt").unlink()
    project.write("deep/er/new.txt", "new\n")
    changed = changes(repository, before, ("deep/er/new.txt",))
    assert changed == ["D a.txt", "M data.bin", "A deep/er/new.txt", "M link", "M run.sh"]

    git.put_back(repository, before, [one[2:] for one in changed])

    assert git.snapshot(repository, ()) == before
    assert (project.root / "run.sh").stat().st_mode & 0o111 == 0o111
    assert (project.root / "link").is_symlink()
    assert (project.root / "data.bin").read_bytes() == bytes(range(256)) * 40_000
    assert not (project.root / "deep").exists()


def test_a_project_below_the_top_names_files_from_its_own_root(project: Sandbox) -> None:
    project.write("apps/one/inner.txt", "inner\n")
    project.commit("an app")
    repository = git.open_repository(project.root / "apps" / "one")
    before = git.snapshot(repository, ())
    project.write("apps/one/inner.txt", "changed\n")
    project.write("a.txt", "changed\n")
    project.write("apps/one/new.txt", "new\n")
    project.write("outside.txt", "new\n")

    assert repository.prefix == "apps/one/"
    assert sorted(git.dirty_files(repository)) == ["../../a.txt", "inner.txt"]
    assert git.untracked_files(repository) == ("new.txt",)
    assert sorted(changes(repository, before, ("new.txt",))) == [
        "A new.txt",
        "M ../../a.txt",
        "M inner.txt",
    ]
    assert git.text_at(repository, "HEAD", "inner.txt") == "inner\n"
    assert git.text_at(repository, "HEAD", "../../a.txt") == "one\n"

    git.put_back(repository, before, ["../../a.txt", "inner.txt", "new.txt"])

    assert git.snapshot(repository, ()) == before
    assert project.read("a.txt") == "one\n"
    assert (project.root / "outside.txt").exists()


def test_line_ends_are_the_works_tree_own(project: Sandbox) -> None:
    project.git("config", "core.autocrlf", "true")
    project.git("config", "core.safecrlf", "true")
    (project.root / "dos.txt").write_bytes(b"one\r\ntwo\r\n")
    project.run("git", "-c", "core.safecrlf=false", "add", "dos.txt")
    project.git("-c", "core.safecrlf=false", "commit", "-qm", "a file of another system")
    repository = opened(project)
    before = git.snapshot(repository, ())
    (project.root / "dos.txt").write_bytes(b"one\r\nthree\n")

    assert changes(repository, before) == ["M dos.txt"]
    git.put_back(repository, before, ["dos.txt"])

    assert (project.root / "dos.txt").read_bytes() == b"one\r\ntwo\r\n"
    assert git.text_at(repository, "HEAD", "dos.txt") == "one\r\ntwo\r\n"


def test_large_and_strange_content_is_read_whole(project: Sandbox) -> None:
    text = "0123456789abcdef\n" * (9 * 65536)  # more than 8 MiB
    project.write("big.txt", text)
    (project.root / "latin.txt").write_bytes("Grüße\n".encode("latin-1"))
    project.commit("large and strange")
    repository = opened(project)

    assert git.text_at(repository, "HEAD", "big.txt") == text
    assert git.text_at(repository, "HEAD", "latin.txt") == "Gr\ufffd\ufffde\n"
    assert git.text_at(repository, "HEAD", "none.txt") is None
    assert git.blob_of(repository, text) == git.blob_of_file(repository, "big.txt")


def test_names_that_are_no_text_are_left_alone_or_refused(project: Sandbox) -> None:
    name = os.fsencode(project.root) + b"/\xff.txt"
    Path(os.fsdecode(name)).write_text("strange\n")
    repository = opened(project)
    assert git.untracked_files(repository) == ()

    subprocess.run(["git", "add", "-A"], cwd=project.root, check=True)
    project.git("commit", "-qm", "a strange name")
    before = git.snapshot(repository, ())
    Path(os.fsdecode(name)).write_text("changed\n")
    with pytest.raises(GitFailed, match=r"the name of the changed file \\xff.txt is no UTF-8"):
        changes(repository, before)


def test_a_commit_holds_its_paths_and_nothing_staged_besides(project: Sandbox) -> None:
    project.write("mine.txt", "staged by a person\n")
    project.git("add", "mine.txt")
    project.write("[x].txt", "new\n")
    project.write("x.txt", "not meant\n")
    (project.root / "a.txt").unlink()
    repository = opened(project)

    git.commit(repository, "work\n\n# no comment\n", ["[x].txt", "a.txt"], environment())

    assert project.files_of("HEAD") == ["[x].txt", "a.txt"]
    assert project.git("status", "--porcelain") == "A  mine.txt\n?? x.txt\n"
    assert git.commits_since(repository, "HEAD~1") == (
        (git.head(repository), "work\n\n# no comment\n"),
    )


def test_a_refused_commit_leaves_the_index_as_it_was(project: Sandbox) -> None:
    hook = project.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not today; echo $GIT_LITERAL_PATHSPECS$MARK >&2; exit 1\n")
    hook.chmod(0o755)
    project.write("new.txt", "new\n")
    repository = opened(project)

    with pytest.raises(GitFailed, match=r"^git commit: not today\nmarked$"):
        git.commit(repository, "work\n", ["new.txt"], {**environment(), "MARK": "marked"})

    assert project.git("status", "--porcelain") == "?? new.txt\n"


def test_what_a_program_staged_is_undone_and_a_refresh_is_nothing(project: Sandbox) -> None:
    repository = opened(project)
    before = git.position(repository)
    os.utime(project.root / "a.txt", ns=(1, 1))
    project.git("status")
    assert git.put_index_back(repository, before) is False

    project.write("new.txt", "new\n")
    project.git("add", "new.txt")
    assert git.put_index_back(repository, before) is True
    assert project.git("status", "--porcelain") == "?? new.txt\n"


def test_repositories_inside_are_none_of_its_files(project: Sandbox) -> None:
    inner = project.root / "inner"
    inner.mkdir()
    Sandbox(inner).git("init", "-q")
    Sandbox(inner).write("x.txt", "x\n")

    assert git.untracked_files(opened(project)) == ()


def test_a_submodule_with_droppings_is_not_dirty(project: Sandbox, tmp_path: Path) -> None:
    other = Sandbox(tmp_path / "other")
    other.root.mkdir()
    other.git("init", "-q")
    other.write("x.txt", "x\n")
    other.git("add", "-A")
    other.git("-c", "user.name=P", "-c", "user.email=p@e.org", "commit", "-qm", "x")
    project.git(
        "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.root), "sub"
    )
    project.commit("a submodule")
    repository = opened(project)
    before = git.snapshot(repository, ())
    project.write("sub/dropping.txt", "x\n")

    assert git.dirty_files(repository) == ()
    assert changes(repository, before) == []
    project.write("sub/x.txt", "changed\n")
    assert git.dirty_files(repository) == ("sub",)


def test_trees_differ_by_type_and_lack_what_was_taken_out(project: Sandbox) -> None:
    repository = opened(project)
    tree = git.snapshot(repository, ())
    bare = git.tree_without(repository, tree, ["a.txt", "never.txt"])
    assert git.files_in(repository, bare) == frozenset()
    assert git.differences(repository, tree, bare) == (TreeChange(status="D", path="a.txt"),)


def test_folders_that_are_no_repository_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="is in no git repository"):
        git.open_repository(tmp_path)
    empty = Sandbox(tmp_path / "empty")
    empty.root.mkdir()
    empty.git("init", "-q")
    with pytest.raises(Refusal, match="has no commit yet"):
        git.open_repository(empty.root)


def test_an_empty_setting_that_a_sandbox_left_says_nothing(sandbox: Sandbox) -> None:
    sandbox.write("a", "a\n")
    sandbox.commit("start")
    repository = open_repository(sandbox.root)
    before = settings_of(repository)
    (sandbox.root / ".git" / "config.worktree").touch()
    assert put_settings_back(repository, before) == ()
    assert settings_of(repository) == before
    (sandbox.root / ".git" / "config.worktree").write_text("[core]\n\tfsmonitor = evil\n")
    assert put_settings_back(repository, before) == (".git/config.worktree",)
    assert settings_of(repository) == before


def test_a_deletion_that_is_staged_already_is_committed(sandbox: Sandbox) -> None:
    sandbox.write("a", "a\n")
    sandbox.write("b", "b\n")
    sandbox.commit("start")
    repository = open_repository(sandbox.root)
    sandbox.git("rm", "-q", "a")
    sandbox.write("b", "other\n")
    git.commit(repository, "both\n", ("a", "b"), environment())
    assert sandbox.git("show", "--format=", "--name-status", "HEAD").split() == ["D", "a", "M", "b"]
    assert sandbox.git("status", "--porcelain") == ""
