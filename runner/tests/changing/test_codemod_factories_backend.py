"""The codemod on the bundled code base: as it is, and renamed, reordered, moved and grown."""

import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import libcst as cst
import pytest
from gsd_run.changing.codemods.testing import apply_edits
from gsd_run.changing.steps import plan_step
from gsd_run.domain.change import Facts, StepResult
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project
from sandbox import environment

BACKEND = Path(__file__).parents[3] / "backend"
UNIT = "backend/tests/unit"
TESTS = f"{UNIT}/test_models_orm.py"

FIXTURE = '''
from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from core.database import engine


@pytest.fixture
def db() -> Iterator[Session]:
    """A session inside a transaction that is rolled back after the test."""
    connection = engine.connect()
    if connection.dialect.name == "sqlite":
        driver = connection.connection.dbapi_connection
        usual_level, driver.isolation_level = driver.isolation_level, None
        event.listen(connection, "begin", _begin)
    transaction = connection.begin()
    session = Session(bind=connection, join_transaction_mode="create_savepoint")
    try:
        yield session
    finally:
        session.close()
        transaction.rollback()
        if connection.dialect.name == "sqlite":
            driver.isolation_level = usual_level
        connection.close()


def _begin(connection) -> None:
    connection.exec_driver_sql("BEGIN")
'''

BASE_FACTORY = """
from contextvars import ContextVar

_given_session = ContextVar("_given_session", default=None)


class BaseFactory:
    @classmethod
    def _generate(cls, strategy, params):
        session = params.pop("_session", None)
        if session is None:
            return super()._generate(strategy, params)
        token = _given_session.set(session)
        try:
            return super()._generate(strategy, params)
        finally:
            _given_session.reset(token)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        session = _given_session.get()
        if session is None:
            session = cls._meta.sqlalchemy_session = cls._meta.sqlalchemy_session or SessionLocal()
            return cls._save(model_class, session, args, kwargs)
        made = model_class(*args, **kwargs)
        session.add(made)
        session.flush()
        return made
"""

NEW_TESTS = '''

class TestMore:
    """Of the same kinds as the others."""

    def test_more_executions(self, db: Session):
        """Made by id, with a column that is missing."""
        agent = AgentFactory()
        for number in range(3):
            db.add(AgentExecution(agent_id=agent.id, input_summary=f"run {number}"))
        db.commit()
        db.refresh(agent)
        assert len(agent.executions) == 3

    def test_more_factories_only(self):
        """Without a session of its own."""
        team = TeamFactory(workspace=WorkspaceFactory(name="More"))
        assert team.workspace.name == "More"

    def test_more_duplicates(self, db: Session):
        """The same slug twice."""
        db.add(Workspace(name="One", slug="twice"))
        db.commit()
        other = Workspace(name="Two", slug="twice")
        db.add(other)
        with pytest.raises(IntegrityError):
            db.commit()
        db.rollback()
        assert db.query(Workspace).filter_by(slug="twice").one().name == "One"

    def test_more_left_out(self, db: Session):
        """A segment needs an episode."""
        segment = EpisodeSegment(segment_type=SegmentType.CONVERSATION, sequence_order=1, content="x")
        db.add(segment)
        with pytest.raises(IntegrityError):
            db.flush()
        db.rollback()


class TestOthers:
    """Models that the suite does not use otherwise."""

    def test_key_is_a_foreign_key(self, db: Session):
        """A connection has one credential, and never two."""
        workspace = Workspace(name="Keys", slug="keys")
        provider = IntegrationProvider(slug="keys", name="Keys", category="mail")
        connection = IntegrationConnection(
            workspace_id=workspace.id, provider_id=provider.id, account_label="info"
        )
        db.add(OAuthCredential(connection_id=connection.id, access_token_encrypted="a"))
        db.flush()
        assert connection.credential.key_version == 1
        with pytest.raises(IntegrityError):
            db.add(OAuthCredential(connection_id=connection.id, access_token_encrypted="b"))
            db.flush()
        db.rollback()

    def test_two_keys_to_one_table(self, db: Session):
        """Nobody hands over to himself."""
        one, two = AgentFactory(name="One"), AgentFactory(name="Two")
        handover = AgentHandover(from_agent_id=one.id, to_agent_id=two.id, reason="leave")
        db.add(handover)
        db.commit()
        assert (handover.from_agent.name, handover.to_agent.name) == ("One", "Two")
        loop = AgentHandover(from_agent_id=one.id, to_agent_id=one.id, reason="none")
        db.add(loop)
        with pytest.raises(IntegrityError):
            db.commit()
        db.rollback()

    def test_children_in_lists(self, db: Session):
        """No invoice but the one that is meant."""
        plan = BillingPlan(code="gold", name="Gold", tier=WorkspaceTier.TEAM, price=1)
        start = datetime(2026, 1, 1).date()
        period = {"current_period_start": start, "current_period_end": start}
        subscription = Subscription(workspace=WorkspaceFactory(), plan=plan, **period)
        lines = [InvoiceLine(position=n, description="d", unit_price=1) for n in (2, 1)]
        invoice = Invoice(
            subscription=subscription, number="1", issued_on=start, due_on=start, total=2
        )
        invoice.lines.extend(lines)
        db.add(invoice)
        db.commit()
        db.refresh(invoice)
        assert [line.position for line in invoice.lines] == [1, 2]
        assert db.query(Invoice).count() == 1


from core.models import (  # noqa: E402
    AgentHandover, BillingPlan, IntegrationConnection, IntegrationProvider, Invoice, InvoiceLine,
    OAuthCredential, Subscription,
)
'''
MODELS = re.compile(
    r"\b(Agent(?:Registry|Execution|Feedback|Proposal)|User|Workspace|Team|Skill)\("
)


@pytest.fixture
def patient(tmp_path) -> Project:
    """The backend in its broken state, with the fixture and the base of factories repaired."""
    ignored = shutil.ignore_patterns("__pycache__", "*.db", ".coverage*")
    shutil.copytree(BACKEND, tmp_path / "backend", ignore=ignored)
    project = Project(root=tmp_path, venv=Path(sys.prefix))
    for path, block in (
        (f"{UNIT}/conftest.py", FIXTURE),
        ("backend/tests/factories/base.py", BASE_FACTORY),
    ):
        apply(project, "merge", {"into": path, "text": block})
    return project


def apply(project: Project, kind: str, options: dict[str, object], subject: str = "") -> StepResult:
    step = Step(kind=kind, subject=subject, line=1, options=options)
    result = plan_step(step, None, project, Facts())
    assert result.failure is None, result.failure
    apply_edits(project.root, result)
    return result


def run_suite(project: Project, *paths: str) -> tuple[str, int]:
    """Run tests; return pytest's closing line, and how many rows they left in the database."""
    database = project.root / "left.db"
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--tb=line", "-W", "ignore", *paths],
        cwd=project.root / "backend",
        env=environment(DATABASE_URL=f"sqlite:///{database}", PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        text=True,
        check=False,
    )
    with sqlite3.connect(database) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        ).fetchall()
        rows = [connection.execute(f'SELECT count(*) FROM "{t}"').fetchone()[0] for (t,) in tables]
    connection.close()
    return ended.stdout.strip().splitlines()[-1].rpartition(" in ")[0], sum(rows)


def assertions(*texts: str) -> Counter[str]:
    """Count the assert statements and expected errors of files by their source."""
    found: Counter[str] = Counter()

    class Collect(cst.CSTVisitor):
        def visit_Assert(self, node: cst.Assert) -> None:  # noqa: N802
            found[cst.Module(body=[]).code_for_node(node)] += 1

        def visit_WithItem(self, node: cst.WithItem) -> None:  # noqa: N802
            found[cst.Module(body=[]).code_for_node(node)] += 1

    for text in texts:
        cst.parse_module(text).visit(Collect())
    return found


class Unviolated(cst.CSTTransformer):
    """Takes from each factory call in a block that expects an error all that it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.blocks = 0

    def visit_With(self, node: cst.With) -> None:  # noqa: N802
        self.depth += "raises" in cst.Module(body=[]).code_for_node(node.items[0])

    def leave_With(self, original_node: cst.With, updated_node: cst.With) -> cst.With:  # noqa: N802
        if "raises" in cst.Module(body=[]).code_for_node(original_node.items[0]):
            self.depth -= 1
            self.blocks += 1
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802
        name = cst.Module(body=[]).code_for_node(original_node.func)
        if not self.depth or not name.endswith("Factory"):
            return updated_node
        kept = [a for a in updated_node.args if a.keyword and a.keyword.value == "_session"]
        return updated_node.with_changes(args=kept)


def test_the_suite_as_it_is(patient):
    tests = patient.root / TESTS
    before = tests.read_text()
    result = apply(patient, "codemod", {"tests": TESTS}, "factories")
    after = tests.read_text()

    assert result.undecided == ()
    assert assertions(after) == assertions(before)
    assert MODELS.findall(after) == []
    assert run_suite(patient, "tests/unit/test_models_orm.py") == ("51 passed", 0)

    again = plan_step(
        Step(kind="codemod", subject="factories", line=1, options={"tests": TESTS}),
        None,
        patient,
        Facts(),
    )
    assert (again.edits, again.applied) == ((), ())


def test_the_suite_renamed_reordered_moved_and_grown(patient):
    tests = patient.root / TESTS
    module = cst.parse_module(tests.read_text() + NEW_TESTS)
    classes = [node for node in module.body if isinstance(node, cst.ClassDef)]
    head = [node for node in module.body if not isinstance(node, cst.ClassDef)]
    tests.unlink()
    variants = {
        f"{UNIT}/test_one.py": [_turned(node) for node in reversed(classes[::2])],
        f"{UNIT}/test_two.py": [_turned(node) for node in reversed(classes[1::2])],
    }
    for path, body in variants.items():
        (patient.root / path).write_text(module.with_changes(body=[*head, *body]).code)
    before = [(patient.root / path).read_text() for path in variants]
    result = apply(patient, "codemod", {"tests": [f"{UNIT}/test_*.py"]}, "factories")
    after = [(patient.root / path).read_text() for path in variants]

    assert result.undecided == ()
    assert assertions(*after) == assertions(*before)
    assert [MODELS.findall(text) for text in after] == [[], []]
    assert run_suite(patient, "tests/unit/test_one.py", "tests/unit/test_two.py") == (
        "58 passed",
        0,
    )

    unviolated = Unviolated()
    for path in variants:
        text = (patient.root / path).read_text()
        (patient.root / path).write_text(cst.parse_module(text).visit(unviolated).code)
    failed = unviolated.blocks
    closing, _ = run_suite(patient, "tests/unit/test_one.py", "tests/unit/test_two.py")
    assert closing == f"{failed} failed, {58 - failed} passed"


def _turned(node: cst.ClassDef) -> cst.ClassDef:
    """Return a class with its tests in another order and under other names."""
    body = list(node.body.body)
    tests = [part for part in body if isinstance(part, cst.FunctionDef)]
    rest = [part for part in body if not isinstance(part, cst.FunctionDef)]
    renamed = [
        part.with_changes(name=cst.Name(f"test_case_{number}_{part.name.value[-5:]}"))
        for number, part in enumerate(reversed(tests))
    ]
    other = node.with_changes(name=cst.Name(f"{node.name.value}Again"))
    return other.with_changes(body=node.body.with_changes(body=[*rest, *renamed]))
