"""What other programs import: the page's examples, the names, and what is left alone."""

import asyncio
import doctest
import inspect
import json
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gsd_run
import pytest
from begun import copied, greeting_at
from gsd_run.api.asking import asked_of
from gsd_run.api.letters import KINDS, Came, error_of, went
from gsd_run.api.places import place_at
from gsd_run.domain.errors import PlanError
from gsd_run.domain.event import AttemptStarted
from gsd_run.running.carrying import Options as Inner
from sandbox import PLAN, PLAN_PATH, SUMMARY_PATH, Sandbox, environment, let_a_check_wait

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
UNTYPED: Any = gsd_run  # as a program without type checks calls it
VALUES = """\
Answer: kind choice reason by
Options: executor agent baseline strict fresh redo allow_dirty allow_amendments yes branch task \
until timeout sandbox
Result: plan path exit outcome told question report places commits summary warnings
"""
HUMAN_GATE = """\
<task type="checkpoint:human-verify" gate="blocking-human">
  <what-built>A greeting</what-built>
  <how-to-verify>Read it aloud</how-to-verify>
</task>
</tasks>"""


@pytest.fixture(autouse=True, scope="module")
def _as_tests_run() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ.keys() - environment().keys():
            patch.delenv(name)
        for name, value in environment().items():
            patch.setenv(name, value)
        yield


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


def test_its_verdicts_are_the_command_lines_and_children_of_the_caller_are_left_alone(
    project: Sandbox,
) -> None:
    project.write("greeting.txt", "hello\n")
    child = subprocess.Popen(["sleep", "30"], start_new_session=True)
    gone = subprocess.Popen(["sh", "-c", "exit 7"], start_new_session=True)
    result = gsd_run.check("01-01", project=project.root)
    assert child.poll() is None
    child.kill()
    child.wait()
    assert gone.wait() == 7

    there = project.gsd_run("check", "01-01", "--format", "json")
    (plan,) = json.loads(there.stdout)["plans"]
    assert result.exit == there.status == 1
    assert [(row.id, row.state, row.reason) for row in result.claims] == [
        (one["id"], one["state"], one["reason"]) for one in plan["claims"]
    ]
    assert [one.id for one in result.proven] == ["verify.1", "artifact.1"]
    assert len(result.proven + result.refuted + result.unproven) == len(result.claims) == 8


def test_a_run_is_stopped_by_its_watcher_and_goes_on(project: Sandbox) -> None:
    """From asyncio, with what the caller has set up for signals left alone.

    That a forked process has the caller's pipes, too, is in nobody's way. Meanwhile nothing else
    is judged here. The summary is by the project's own template.
    """
    project.write(".planning/templates/summary.md.j2", "{{ headline }}, by our own template\n")
    # Task 2 must not be over before it is stopped.
    waits = (
        "until [ -e go ] || [ ! -e farewell.txt ]; do sleep 0.02; done; grep -n bye farewell.txt"
    )
    let_a_check_wait(project, "grep -n bye farewell.txt", waits)
    handlers = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    forked: list[int] = []

    def watch(event: object) -> None:
        if isinstance(event, AttemptStarted) and event.task == 2:
            forked.append(_forked())
            with pytest.raises(gsd_run.GsdRunError, match="another run holds") as held:
                gsd_run.check("01-01", project=project.root)
            assert held.value.exit_code == 3
            raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        asyncio.run(asyncio.to_thread(gsd_run.run, "01-01", project=project.root, watcher=watch))
    assert os.waitpid(forked[0], os.WNOHANG) == (0, 0)
    os.kill(forked[0], signal.SIGKILL)
    os.waitpid(forked[0], 0)
    assert "feat(01-01): add the greeting" in project.subjects()
    assert not project.git("status", "--short", "--", "greeting.txt")

    project.write("go", "")
    result = gsd_run.resume(project=project.root)
    assert (result.outcome, result.ok, len(result.commits)) == ("finished", True, 3)
    assert "by our own template" in project.read(SUMMARY_PATH)
    assert handlers == [
        signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    ]


def _forked() -> int:
    with warnings.catch_warnings(action="ignore"):  # of threads, which the child does not use
        child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    return child


def test_mistakes_are_errors_with_all_that_is_wrong(project: Sandbox) -> None:
    (project.root / PLAN_PATH).write_bytes(b"---\nphase: \xff\n---\n")
    with pytest.raises(PlanError) as there:
        gsd_run.read_plan("01-01", project=project.root)
    with pytest.raises(PlanError) as afar:
        gsd_run.check("01-01", project=project.root)
    assert afar.value.findings == there.value.findings
    assert afar.value.message == there.value.message
    assert afar.value.message.startswith(f"{PLAN_PATH}:")
    with pytest.raises(gsd_run.GsdRunError, match=r"no \.planning folder"):
        gsd_run.status(project="/")


def test_errors_come_from_afar_as_they_went() -> None:
    codes = {}
    for name, kind in KINDS.items():
        if kind is not PlanError:
            back = error_of(went(kind("what\nis wrong")))
            assert (type(back), back.message) == (kind, "what\nis wrong")
            codes[name] = back.exit_code
    assert codes == {
        "GsdRunError": 1, "UsageError": 2, "Refusal": 3, "Waiting": 10, "Broken": 70,
        "Interrupted": 130,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda **at: UNTYPED.run(None, **at), "run() needs a plan"),
        (lambda **at: UNTYPED.run(b"01-01", **at), "a plan goes by its id or path"),
        (lambda **at: UNTYPED.run("01-01", options={"strict": True}, **at), "an Options"),
        (lambda **at: UNTYPED.run("01-01", watcher=3, **at), "3 can't be"),
        (lambda **at: UNTYPED.answer("approve", **at), "an Answer"),
        (lambda **at: UNTYPED.run("\udcff", **at), "no text"),
        (lambda **at: UNTYPED.check("01-01", base="x" * 10_000, **at), "none is that long"),
        (
            lambda **at: UNTYPED.run("01-01", options=UNTYPED.Options(executor="magic"), **at),
            "`$.options.executor`",
        ),
        (
            lambda **at: UNTYPED.run("01-01", options=UNTYPED.Options(timeout=float("inf")), **at),
            "`timeout` is a number of seconds",
        ),
        (lambda **_: UNTYPED.status(project="a\0b"), "no folder has such a name"),
    ],
)
def test_what_can_not_be_is_told_before_anything_begins(
    begun: Sandbox, call: Callable[..., Any], told: str
) -> None:
    with pytest.raises((TypeError, gsd_run.GsdRunError)) as raised:
        call(project=begun.root)
    assert told in str(raised.value)
    assert not (begun.root / ".git/gsd-run").exists()


def test_links_to_plans_outside_are_not_followed(project: Sandbox) -> None:
    outside = project.root.parent / "outside.md"
    outside.write_text(PLAN.replace("Greet people", "A secret"))
    project.write(".planning/phases/02-link/README.md", "")
    for plan in ("01-greeting/01-02-PLAN.md", "02-link/02-01-PLAN.md"):
        (project.root / ".planning/phases" / plan).symlink_to(outside)
    for name in ("01-02", "02-01", "2", "02-link", "1"):
        for call in (gsd_run.lint, gsd_run.read_plan, gsd_run.explain):
            if (name, call) in {("1", gsd_run.read_plan), ("1", gsd_run.explain)}:
                continue  # that names no one plan
            with pytest.raises(gsd_run.GsdRunError, match="outside the project"):
                call(name, project=project.root)
    assert {one.path for one in gsd_run.lint(project=project.root)} == {PLAN_PATH}
    assert [one.plan.path for one in gsd_run.status(project=project.root)] == [PLAN_PATH]


def test_agents_have_what_the_settings_of_gsd_say_of_them(project: Sandbox) -> None:
    project.write(".planning/config.json", '{"workflow": {"subagent_timeout": 120000}}')
    place = place_at(project.root)
    asked = asked_of(place, project.root / PLAN_PATH, Inner(), timeout=7)
    assert (asked.agents.common, asked.settings.timeout) == (place.settings.for_agents, 7)
    assert asked.agents.common["time_limit"] == 120


def test_a_plan_that_somebody_else_says_is_complete_is_not_ok() -> None:
    result = gsd_run.Result(plan="01-01", path=PLAN_PATH, exit=0, outcome="finished")
    assert (result.ok, result.claims) == (False, ())
    assert Came(result=result).result.proven == ()


def test_no_program_approves_what_is_for_a_person(project: Sandbox) -> None:
    plan = PLAN.replace("</tasks>", HUMAN_GATE)
    project.write(PLAN_PATH, plan.replace("autonomous: true", "autonomous: false"))
    project.commit("a gate")
    assert project.gsd_run("01-01").status == 10
    with pytest.raises(gsd_run.GsdRunError, match="a person has to answer at a terminal") as no:
        gsd_run.answer(gsd_run.Answer(kind="approve"), project=project.root)
    assert no.value.exit_code == 10
    rejected = gsd_run.answer(
        gsd_run.Answer(kind="reject", reason="it mumbles", by="a test"), project=project.root
    )
    assert (rejected.outcome, rejected.exit) == ("failed", 1)
    assert "rejected by a test: it mumbles" in rejected.told
