"""STATE.md, ROADMAP.md and REQUIREMENTS.md at the end of a run: written, committed, taken back."""

import json
import shutil
from pathlib import Path

import pytest
from begun import copied, greeting_at
from gsd_run.outside.project_files import beside_name
from planning_projects import REQUIREMENTS, ROADMAP, STATE
from sandbox import PLAN, PLAN_PATH, SUMMARY_PATH, Sandbox

KILLER = Path(__file__).parent / "carry_and_die.py"
UNDO_KILLER = Path(__file__).parent / "act_and_die.py"
FILES = (".planning/ROADMAP.md", ".planning/STATE.md", ".planning/REQUIREMENTS.md")


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """A project with GSD's planning files, and a plan that has a requirement."""
    project = greeting_at(tmp_path_factory.mktemp("planned") / "project")
    project.write(PLAN_PATH, PLAN.replace("autonomous: true", "requirements: [AUTH-01]", 1))
    project.write(
        FILES[0], ROADMAP.replace("| 1/1 | Complete    | 2026-02-20 |", "| 0/1 | - | - |")
    )
    project.write(FILES[1], STATE.replace("2 of 3 (Accounts)", "1 of 3 (Greeting)"))
    project.write(FILES[2], REQUIREMENTS)
    project.commit("planning")
    return project


@pytest.fixture(scope="module")
def complete(planned: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    project = copied(planned, tmp_path_factory.mktemp("complete") / "project")
    done = project.gsd_run("01-01")
    assert done.status == 0, done.text
    assert f"updated: {FILES[1]}, {FILES[0]}, {FILES[2]}\n" in done.stdout
    return project


def texts(project: Sandbox) -> list[str]:
    return [project.read(path) for path in FILES]


def kinds(project: Sandbox) -> list[str]:
    lines = project.journal.read_text().splitlines()
    return [json.loads(line)["event"]["type"] for line in lines]


def test_they_go_into_the_docs_commit(complete: Sandbox) -> None:
    assert complete.git("status", "--porcelain") == ""
    committed = complete.files_of("HEAD")
    assert set(FILES) < set(committed)
    assert complete.subjects()[-1] == "docs(01-01): complete 01-01 plan"
    roadmap, state, requirements = texts(complete)
    assert "| 1. Orders | 1/1 | In Progress|  |\n" in roadmap
    assert "Plan: 2 of 2 in current phase\n" in state
    assert f"state_head: {complete.git('rev-parse', 'HEAD~1').strip()}\n" in state
    assert "- [x] **AUTH-01**" in requirements


def test_undo_takes_them_back_with_the_commit(complete: Sandbox, tmp_path: Path) -> None:
    project = copied(complete, tmp_path / "project")
    assert project.gsd_run("undo", "01-01").status == 0
    assert project.git("status", "--porcelain") == ""
    assert project.subjects() == ["start", "planning"]


@pytest.mark.parametrize("killed", [False, True])
def test_undo_leaves_what_later_plans_went_on_from(
    complete: Sandbox, tmp_path: Path, *, killed: bool
) -> None:
    project = copied(complete, tmp_path / "project")
    later = project.read(FILES[1]) + "\nAnother plan was here.\n"
    project.write(FILES[1], later)
    project.commit("docs(01-02): complete 01-02 plan")
    if killed:
        project.python(UNDO_KILLER, "6", "undo", "01-01")
        assert kinds(project)[-1] == "undo_planned"
    done = project.gsd_run("undo", "01-01")
    assert done.status == 0, done.text
    taken_back = json.loads(project.journal.read_text().splitlines()[-1])["event"]["files"]
    assert [path for path in taken_back if path in FILES] == [FILES[2], FILES[0]]
    assert f"{FILES[1]} stays as it is: later commits go on from it\n" in done.text
    assert project.read(FILES[1]) == later
    assert "- [ ] **AUTH-01**" in project.read(FILES[2])


def cut_short(project: Sandbox, complete: Sandbox, written: int) -> None:
    """Let a run be killed when some of the files are written, another half, and none committed."""
    project.python(KILLER, "after", str(kinds(complete).index("planning_updated") + 1))
    files = json.loads(project.journal.read_text().splitlines()[-1])["event"]["files"]
    for one in files[:written]:
        kept = project.root / ".git/gsd-run/outputs" / one["after"]
        shutil.copyfile(kept, project.root / one["path"])
    for one in files:
        beside = beside_name(Path(one["path"]).name)
        project.write(f".planning/{beside}17", "half of it")


def check_gone_on(project: Sandbox, complete: Sandbox, *words: str) -> None:
    done = project.gsd_run(*words)
    assert done.status == 0, done.text
    assert project.git("status", "--porcelain") == ""
    assert set(FILES) < set(project.files_of("HEAD"))
    assert project.subjects() == complete.subjects()
    for path in (FILES[0], FILES[2]):
        assert project.read(path) == complete.read(path)
    assert project.read(FILES[1]).count("| Phase 01 P01 |") == 1


@pytest.fixture(scope="module")
def half_written(
    complete: Sandbox, planned: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Sandbox:
    project = copied(planned, tmp_path_factory.mktemp("half") / "project")
    cut_short(project, complete, 2)
    return project


@pytest.mark.parametrize("words", [("resume", "01-01"), ("01-01", "--no-baseline", "--fresh")])
def test_a_kill_between_them_is_gone_on_from(
    words: tuple[str, ...], complete: Sandbox, half_written: Sandbox, tmp_path: Path
) -> None:
    check_gone_on(copied(half_written, tmp_path / "project"), complete, *words)


def test_a_kill_before_the_docs_commit_is_in_the_journal_is_gone_on_from(
    complete: Sandbox, planned: Sandbox, tmp_path: Path
) -> None:
    project = copied(planned, tmp_path / "project")
    number = kinds(complete).index("planning_updated") + 2
    project.python(KILLER, "before", str(number))
    assert kinds(project)[-1] == "planning_updated"
    check_gone_on(project, complete, "resume", "01-01")


def test_undo_takes_back_what_was_written_for_a_commit_that_was_not_made(
    half_written: Sandbox, tmp_path: Path
) -> None:
    project = copied(half_written, tmp_path / "project")
    project.git("add", FILES[1], SUMMARY_PATH)  # killed between staging and committing
    done = project.gsd_run("undo", "01-01")
    assert done.status == 0, done.text
    assert project.git("status", "--porcelain") == ""
    assert project.subjects() == ["start", "planning"]


def test_their_new_texts_go_along_to_another_clone(
    complete: Sandbox, half_written: Sandbox, planned: Sandbox, tmp_path: Path
) -> None:
    project = copied(half_written, tmp_path / "project")
    for one in FILES:  # not even the first of them was written
        project.git("checkout", "--", one)
    assert project.gsd_run("export", "01-01", "-o", str(tmp_path / "state")).status == 0
    other = copied(planned, tmp_path / "other")
    assert other.gsd_run("import", "--checkout", str(tmp_path / "state")).status == 0
    check_gone_on(other, complete, "resume", "01-01")


def test_what_a_hook_formats_when_it_refuses_is_committed_by_resume(
    planned: Sandbox, tmp_path: Path
) -> None:
    project = copied(planned, tmp_path / "project")
    hook = project.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        "#!/bin/sh\ngit diff --cached --name-only | grep -q STATE.md || exit 0\n"
        "grep -q '^- ' .planning/STATE.md || exit 0\n"
        "sed -i 's/^- /*   /' .planning/STATE.md\necho formatted\nexit 1\n"
    )
    hook.chmod(0o755)
    stopped = project.gsd_run("01-01", "--no-baseline")
    assert stopped.status == 3, stopped.text
    assert "formatted" in stopped.text

    resumed = project.gsd_run("resume", "01-01")

    assert resumed.status == 0, resumed.text
    assert project.git("status", "--porcelain") == ""
    assert "*   [Phase 01]: " in project.git("show", f"HEAD:{FILES[1]}")


@pytest.mark.parametrize("in_the_way", ["a folder", "x\n" * 150_000])
def test_what_somebody_made_of_them_meanwhile_stays(
    in_the_way: str, half_written: Sandbox, tmp_path: Path
) -> None:
    project = copied(half_written, tmp_path / "project")
    place = project.root / FILES[1]
    place.unlink()
    if in_the_way == "a folder":
        place.mkdir()
    else:
        place.write_text(in_the_way)
    done = project.gsd_run("resume", "01-01")
    assert done.status == 0, done.text
    told = f"{FILES[1]} was changed meanwhile, so it is left alone; `gsd-run summary 01-01` does it"
    assert told in done.stdout
    assert FILES[1] not in project.files_of("HEAD")


def test_a_persons_changes_are_left_alone_and_told(planned: Sandbox, tmp_path: Path) -> None:
    project = copied(planned, tmp_path / "project")
    mine = project.read(FILES[1]) + "\nMine.\n"
    project.write(FILES[1], mine)
    done = project.gsd_run("01-01", "--no-baseline", "--allow-dirty")
    assert done.status == 0, done.text
    told = f"{FILES[1]} has uncommitted changes, so it is left alone; `gsd-run summary 01-01`"
    assert told in done.stdout
    assert project.read(FILES[1]) == mine
    assert FILES[1] not in project.files_of("HEAD")
    assert FILES[0] in project.files_of("HEAD")

    project.commit("mine")
    again = project.gsd_run("summary", "01-01")
    assert again.stdout.splitlines()[1:] == [f"updated: {FILES[1]}; commit it when it suits you"]
    assert "| Phase 01 P01 |" in project.read(FILES[1])
    assert "\nMine.\n" in project.read(FILES[1])
    assert project.gsd_run("summary", "01-01").stdout.splitlines()[1:] == []


def test_without_commits_they_change_on_disk_and_come_back(
    planned: Sandbox, tmp_path: Path
) -> None:
    project = copied(planned, tmp_path / "project")
    project.write(".planning/config.json", '{"commit_docs": false}')
    project.commit("settings")
    before = texts(project)
    done = project.gsd_run("01-01", "--no-baseline")
    assert done.status == 0, done.text
    assert all(old != new for old, new in zip(before, texts(project), strict=True))
    assert not set(FILES) & set(project.files_of("HEAD"))
    fresh = project.gsd_run("01-01", "--no-baseline", "--fresh")
    assert fresh.status == 0, fresh.text  # what nobody commits does not refuse the next run
    assert project.gsd_run("undo", "01-01").status == 0


@pytest.mark.parametrize("ignored", [True, False])
def test_where_no_commit_holds_them_their_changes_do_not_refuse_a_run(
    planned: Sandbox, tmp_path: Path, *, ignored: bool
) -> None:
    project = copied(planned, tmp_path / "project")
    if ignored:
        project.write(".gitignore", ".planning/\n")
    else:
        project.write(".planning/config.json", '{"phase_commit_docs": {"1": false}}')
    project.commit("settings")
    project.write(FILES[1], STATE.replace("Plan: 1 of 2", "Plan: 2 of 2"))  # by another plan
    done = project.gsd_run("01-01", "--no-baseline")
    assert done.status == 0, done.text


def test_files_that_can_not_be_changed_are_told(planned: Sandbox, tmp_path: Path) -> None:
    project = copied(planned, tmp_path / "project")
    (project.root / FILES[1]).write_bytes(STATE.encode() + b"\xe9\n")
    project.write(FILES[0], ROADMAP + "x\n" * 150_000)
    (project.root / FILES[2]).unlink()
    (project.root / FILES[2]).symlink_to("../README.md")
    project.commit("odd ones")
    done = project.gsd_run("01-01", "--no-baseline")
    assert done.status == 0, done.text
    told = [line for line in done.stdout.splitlines() if "left alone" in line]
    assert told == [
        f"{FILES[1]}: it is not in UTF-8, so it is left alone",
        f"{FILES[0]}: it is larger than 256 KiB, so it is left alone; GSD keeps it short",
        f"{FILES[2]}: it is a link, so it is left alone",
    ]
    assert not set(FILES) & set(project.files_of("HEAD"))


def test_in_a_linked_work_tree_they_are_left_to_the_one_who_merges(
    planned: Sandbox, tmp_path: Path
) -> None:
    project = copied(planned, tmp_path / "project")
    project.git("worktree", "add", "-q", "-b", "agent-1", str(tmp_path / "tree"))
    tree = Sandbox(tmp_path / "tree")
    done = tree.gsd_run("01-01", "--no-baseline")
    assert done.status == 0, done.text
    assert f"{FILES[1]}: left to whoever merges this work tree\n" in done.stdout
    assert [path for path in tree.files_of("HEAD") if path in FILES] == [FILES[2]]


def test_the_setting_switches_it_off(planned: Sandbox, tmp_path: Path) -> None:
    project = copied(planned, tmp_path / "project")
    project.write(".planning/config.json", '{"gsd_run": {"update_planning": false}}')
    project.commit("settings")
    before = texts(project)
    assert project.gsd_run("01-01", "--no-baseline").status == 0
    assert texts(project) == before
    assert "planning_updated" not in kinds(project)
