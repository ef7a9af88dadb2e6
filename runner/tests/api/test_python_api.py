"""What other programs import: the page's examples, the names, and what is left alone."""

import doctest
import inspect
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import gsd_run
import pytest
from begun import copied, greeting_at
from gsd_run.domain.errors import PlanError
from gsd_run.domain.event import AttemptStarted
from sandbox import PLAN, PLAN_PATH, Sandbox, environment

PAGE = Path(__file__).parents[3] / "docs" / "python-api.md"
SIGNATURES = """\
answer(given, plan=None, *, project='.', options=Options(), watcher=None) -> Result
check(plan, *, project='.', base='', options=Options(), watcher=None) -> Result
explain(plan, *, project='.') -> tuple[Claim, ...]
lint(*plans, project='.') -> tuple[Finding, ...]
read_plan(plan, *, project='.') -> Plan
resume(plan=None, *, project='.', options=Options(), watcher=None) -> Result
run(plan, *, project='.', options=Options(), watcher=None) -> Result
status(*, project='.') -> tuple[Standing, ...]
"""
VALUES = """\
Answer: kind choice reason by
Options: executor agent baseline strict fresh redo allow_dirty allow_amendments yes branch task \
until timeout sandbox
Result: plan path exit outcome told question report places commits summary warnings
"""


@pytest.fixture(autouse=True)
def _as_tests_run(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ.keys() - environment().keys():
        monkeypatch.delenv(name)
    for name, value in environment().items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    return greeting_at(tmp_path_factory.mktemp("api") / "project")


@pytest.fixture
def project(begun: Sandbox, tmp_path: Path) -> Sandbox:
    return copied(begun, tmp_path / "project")


def test_the_examples_of_the_page(project: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.root / "src").mkdir()
    monkeypatch.chdir(project.root)
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert (failed, tried > 15) == (0, True)


def test_the_names_and_their_signatures_stay() -> None:
    functions, values = [], []
    for name in sorted(gsd_run.__all__):
        one = getattr(gsd_run, name)
        if inspect.isfunction(one):
            functions.append(f"{name}{_signature(one)}\n")
        elif name in {"Answer", "Options", "Result"}:
            values.append(f"{name}: {' '.join(one.__struct_fields__)}\n")
    assert "".join(functions) == SIGNATURES
    assert "".join(values) == VALUES
    assert sorted(gsd_run.__all__) == sorted([
        "Answer", "Claim", "Finding", "GsdRunError", "Options", "Plan", "Report", "Result",
        "__version__", "answer", "check", "explain", "lint", "read_plan", "resume", "run", "status",
    ])  # fmt: skip
    page = PAGE.read_text()
    assert [name for name in gsd_run.__all__[:-9] if f"`{name}`" not in page] == []
    assert set(gsd_run.__all__) <= set(dir(gsd_run))


def _signature(function: object) -> str:
    signature = inspect.signature(function)  # type: ignore[arg-type]
    bare = [
        one.replace(annotation=inspect.Parameter.empty) for one in signature.parameters.values()
    ]
    told = str(inspect.Signature(bare)).replace(str(gsd_run.Options()), "Options()")
    gives = str(signature.return_annotation)
    gives = gives.removeprefix("<class '").removesuffix("'>")
    return f"{told} -> {_short(gives)}"


def _short(name: str) -> str:
    inside = name.removeprefix("tuple[").removesuffix(", ...]")
    last = inside.rpartition(".")[2]
    return f"tuple[{last}, ...]" if inside != name else last


def test_importing_it_imports_nothing_else() -> None:
    words = (
        "import sys, gsd_run; print([m for m in sys.modules if m.startswith(('gsd_run.', 'ms'))])"
    )
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = gsd_run.nothing


def test_a_run_is_stopped_by_its_watcher_and_goes_on(project: Sandbox) -> None:
    """In a thread, with what the caller has set up for signals left alone."""
    handlers = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    caught: list[BaseException] = []

    def watch(event: object) -> None:
        if isinstance(event, AttemptStarted) and event.task == 2:
            raise LookupError("enough")

    def work() -> None:
        try:
            gsd_run.run("01-01", project=project.root, watcher=watch)
        except LookupError as error:
            caught.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert [str(one) for one in caught] == ["enough"]
    assert "feat(01-01): add the greeting" in project.subjects()
    assert not project.git("status", "--short", "--", "greeting.txt")

    result = gsd_run.resume(project=project.root)
    assert result.outcome == "finished"
    assert len(result.commits) == 3
    assert handlers == [
        signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    ]


def test_children_of_the_caller_are_left_alone(project: Sandbox) -> None:
    child = subprocess.Popen(["sleep", "30"], start_new_session=True)
    gone = subprocess.Popen(["sh", "-c", "exit 7"], start_new_session=True)
    gsd_run.check("01-01", project=project.root)
    assert child.poll() is None
    child.kill()
    child.wait()
    assert gone.wait() == 7


def test_mistakes_are_errors_with_all_that_is_wrong(project: Sandbox) -> None:
    (project.root / PLAN_PATH).write_bytes(b"---\nphase: \xff\n---\n")
    project.commit("an invalid plan")
    with pytest.raises(PlanError) as there:
        gsd_run.read_plan("01-01", project=project.root)
    with pytest.raises(PlanError) as afar:
        gsd_run.run("01-01", project=project.root)
    assert afar.value.findings == there.value.findings
    assert afar.value.message == there.value.message
    assert afar.value.exit_code == 2
    with pytest.raises(gsd_run.GsdRunError, match=r"no \.planning folder"):
        gsd_run.status(project="/")
    with pytest.raises(gsd_run.GsdRunError, match="no run has stopped here"):
        gsd_run.resume(project=project.root)


def test_uncommitted_changes_are_refused(project: Sandbox) -> None:
    project.write("README.md", "# changed\n")
    with pytest.raises(gsd_run.GsdRunError) as refused:
        gsd_run.run("01-01", project=project.root)
    assert refused.value.exit_code == 3
    assert "README.md" in refused.value.message


def test_no_program_approves_what_is_for_a_person(project: Sandbox) -> None:
    asked = (
        '<task type="checkpoint:human-verify" gate="blocking-human">\n'
        "  <what-built>A greeting</what-built>\n"
        "  <how-to-verify>Read it aloud</how-to-verify>\n</task>\n</tasks>"
    )
    project.write(
        PLAN_PATH, PLAN.replace("</tasks>", asked).replace("autonomous: true", "autonomous: false")
    )
    project.commit("a gate")
    waiting = gsd_run.run("01-01", project=project.root)
    assert (waiting.outcome, waiting.exit) == ("waits", 10)
    assert "Read it aloud" in waiting.question
    with pytest.raises(gsd_run.GsdRunError, match="a person has to answer at a terminal") as no:
        gsd_run.answer(gsd_run.Answer(kind="approve"), project=project.root)
    assert no.value.exit_code == 10
    rejected = gsd_run.answer(
        gsd_run.Answer(kind="reject", reason="it mumbles", by="a test"), project=project.root
    )
    assert rejected.outcome == "failed"
    assert "rejected by a test: it mumbles" in rejected.told
