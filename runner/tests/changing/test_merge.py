"""`merge`: before and after, for the text of a Python file."""

from pathlib import Path
from textwrap import dedent

import pytest
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.python_merge import merge_python
from gsd_run.changing.steps import check_step, figures_wanted, may_touch, plan_step
from gsd_run.domain.change import Applied, Edit, Facts
from gsd_run.domain.plan import CodeBlock, Task
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project


def text(block: str) -> str:
    return dedent(block).lstrip("\n")


def merged(before: str, block: str, **options) -> str:
    """Merge once, and make sure that a second time changes nothing."""
    after, done = merge_python(text(before), text(block), **options)
    assert merge_python(after, text(block), **options) == (after, [])
    assert bool(done) == (after != text(before))
    return after


def test_functions_fixtures_imports_and_constants():
    before = '''
        """About this file."""

        import os

        import pytest
        from core.db import Session

        LIMIT = 3  # as agreed


        # Opens the session.
        @pytest.fixture(scope="session")
        def db():
            return Session()


        def kept():  # stays
            return LIMIT
        '''
    block = """
        from collections.abc import Iterator

        import pytest
        from core.db import Session, engine

        LIMIT = 5
        RETRIES = 2


        @pytest.fixture
        def db() -> Iterator[Session]:
            with Session(engine) as session:
                yield session


        def fresh():
            return RETRIES
        """
    assert merged(before, block) == text('''
        """About this file."""

        import os
        from collections.abc import Iterator

        import pytest
        from core.db import Session, engine

        LIMIT = 5
        RETRIES = 2


        # Opens the session.
        @pytest.fixture
        def db() -> Iterator[Session]:
            with Session(engine) as session:
                yield session


        def fresh():
            return RETRIES


        def kept():  # stays
            return LIMIT
        ''')


def test_members_of_a_class():
    before = '''
        class Base(Model):
            """Makes rows."""

            class Meta:
                abstract = True

            size = 1

            @classmethod
            def make(cls):
                return cls()

            # Not touched.
            def other(self):
                pass
        '''
    block = """
        class Base:
            size = 2

            @classmethod
            def make(cls, **values):
                return cls(**values)

            @staticmethod
            def more():
                return 1
        """
    assert merged(before, block) == text('''
        class Base(Model):
            """Makes rows."""

            class Meta:
                abstract = True

            size = 2

            @classmethod
            def make(cls, **values):
                return cls(**values)

            @staticmethod
            def more():
                return 1

            # Not touched.
            def other(self):
                pass
        ''')


def test_a_bare_method_needs_its_class():
    before = "class Base:\n    pass\n"
    block = "@classmethod\ndef _create(cls, model):\n    return model\n"
    with pytest.raises(StepFailure, match="holds a method, _create, without its class"):
        merge_python(before, block)
    with pytest.raises(StepFailure, match=r"no class Other \(classes here: Base\)"):
        merge_python(before, block, into_class="Other")
    assert merged(before, block, into_class="Base") == text("""
        class Base:
            @classmethod
            def _create(cls, model):
                return model
        """)


def test_an_inner_class_and_a_property_with_its_setter():
    before = """
        class Outer:
            class Inner:
                @property
                def size(self):
                    return 1

                @size.setter
                def size(self, value):
                    self.held = value
        """
    block = """
        @property
        def size(self):
            return self.held
        """
    assert merged(before, block, into_class="Outer.Inner") == text("""
        class Outer:
            class Inner:
                @property
                def size(self):
                    return self.held

                @size.setter
                def size(self, value):
                    self.held = value
        """)


def test_docstrings():
    block = '"""New."""\n'
    assert merged('# top\n\n"""Old."""\n\nx = 1\n', block) == '# top\n\n"""New."""\n\nx = 1\n'
    assert merged("import os\n", block) == '"""New."""\n\nimport os\n'
    assert merged("", block) == '"""New."""\n'


def test_imports_keep_their_layout():
    before = """
        from a import (
            one, two,
            four, # note
        )
        from b import (
            beta,
            delta,
        )
        from c import gamma
        """
    block = """
        from __future__ import annotations
        import c.d as e
        from b import alpha, delta
        from c import gamma
        from c import *
        """
    assert merged(before, block) == text("""
        from __future__ import annotations

        import c.d as e
        from a import (
            one, two,
            four, # note
        )
        from b import (
            alpha,
            beta,
            delta,
        )
        from c import gamma
        from c import *
        """)


def test_windows_line_ends_stay():
    before = "def a():\r\n    return 1\r\n"
    block = 'def a():\n    """Two\n    lines."""\n    return 2\n'
    after, _ = merge_python(before, block)
    assert after == 'def a():\r\n    """Two\r\n    lines."""\r\n    return 2\r\n'


def test_definitions_that_go():
    before = """
        import os
        from core.db import Session, engine

        _kept = None


        def _open():
            return Session(os.environ["DB"])


        def db():
            return _open()
        """
    after = merged(before, "def db():\n    return engine\n", remove=["_kept", "_open"])
    assert after == text("""
        from core.db import engine


        def db():
            return engine
        """)


@pytest.mark.parametrize(
    ("before", "block", "said"),
    [
        ("def a(:\n", "x = 1\n", "the file is no valid Python at line 1"),
        ("", "x = 1\ndef a(:\n", "the block is no valid Python at line 2"),
        (
            "",
            "def a():\n    # ... rest of it\n    pass\n",
            "line 2 of the block .* leaves code out",
        ),
    ],
)
def test_what_can_not_be_merged(before, block, said):
    with pytest.raises(StepFailure, match=said):
        merge_python(before, block)


def task(*blocks: str) -> Task:
    held = tuple(
        CodeBlock(language="python", code=b, line=10 * i + 7) for i, b in enumerate(blocks)
    )
    return Task(number=3, name="Task 3", line=5, blocks=held)


def step(**options) -> Step:
    return Step(kind="merge", subject="", line=4, options=options)


def test_a_block_of_the_plan_with_measured_figures(tmp_path):
    (tmp_path / "tests.py").write_text("x = 1\n")
    project = Project(root=tmp_path)
    figures = {"97.3%": "{coverage:core/models.py}%", "51": "{passed}"}
    given = step(block="2", into="tests.py", figures=figures)
    facts = Facts(figures={"coverage:core/models.py": "98.6", "passed": "51"})
    block = '"""51 tests, 97.3% covered."""\n'
    after = '"""51 tests, 98.6% covered."""\n\nx = 1\n'

    assert check_step(given) == []
    assert figures_wanted(given) == ("coverage:core/models.py", "passed")
    assert may_touch(given) == ("tests.py",)
    result = plan_step(given, task("y = 2\n", block), project, facts)
    assert result.edits == (Edit(path="tests.py", before="x = 1\n", after=after),)
    assert result.applied == (
        Applied(rule="merge", path="tests.py", line=1, message="docstring added"),
    )
    assert result.deviations == (
        "block 2 of task 3 (line 17 of the plan) says 97.3%, measured: 98.6%",
    )
    (tmp_path / "tests.py").write_text(after)
    again = plan_step(given, task("y = 2\n", block), project, facts)
    assert (again.edits, again.deviations) == ((), result.deviations)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"block": 3, "into": "a.py"}, "task 3 has no block 3: it has 1 code block, at line 7"),
        (
            {"block": 1, "into": "a.py", "figures": {"1": "{passed}"}},
            "no figure called passed has been measured (measured: coverage)",
        ),
        (
            {"block": 1, "into": "a.py", "figures": {"9": "{coverage}"}},
            "the figure's text '9' must stand exactly once in block 1 of task 3",
        ),
        ({"block": 1, "into": "../a.py"}, "../a.py: a step may only name files by their path"),
        ({"block": 1, "into": "/etc/a.py"}, "/etc/a.py: a step may only name files by their path"),
        ({"block": 1, "into": ".git/hooks/a.py"}, "git's own files are not for steps to change"),
        ({"block": 1, "into": "link/a.py"}, "a link on this path leads out of the project"),
    ],
)
def test_failures_say_where_and_what(tmp_path, options, said):
    root = tmp_path / "project"
    root.mkdir()
    (root / "link").symlink_to(tmp_path)
    facts = Facts(figures={"coverage": "98.6"})
    result = plan_step(step(**options), task("x = 1\n"), Project(root=root), facts)
    assert said in (result.failure or "")
    assert result.edits == ()
    assert list(Path(root).iterdir()) == [root / "link"]


def test_every_mistake_in_the_options_is_named():
    assert check_step(step(blok=2, into=["a.py"], figures={"a": 1})) == [
        "merge: unknown option 'blok' (known: into, class, whole_classes, remove, block, text, "
        "figures)",
        "merge: 'into' must be a text, not ['a.py']",
        "merge: 'figures' must be a mapping of texts to texts, not {'a': 1}",
        "merge: give exactly one of text or block; none is given",
    ]
    assert check_step(step(block=1, text="x", into="a.sql")) == [
        "merge: give exactly one of text or block; both are given",
        "merge: a.sql can't be merged by structure, only files of these languages: csharp, go, "
        "java, javascript, kotlin, php, python, ruby, rust, swift, typescript; use replace, patch "
        "or write",
    ]
    assert check_step(step(text="x", into="a.tsx")) == []


def test_overloads_and_imports_for_types_only():
    before = """
        from typing import TYPE_CHECKING, overload

        if TYPE_CHECKING:
            from a import B


        @overload
        def f(x: int) -> int: ...


        @overload
        def f(x: str) -> str: ...


        def f(x):
            return x
        """
    block = """
        if TYPE_CHECKING:
            from a import B, C
            from d import E


        @overload
        def f(x: bytes) -> C: ...


        @overload
        def f(x: str) -> E: ...


        def f(x):
            return x + x
        """
    assert merged(before, block) == text("""
        from typing import TYPE_CHECKING, overload

        if TYPE_CHECKING:
            from a import B, C
            from d import E


        @overload
        def f(x: int) -> int: ...


        @overload
        def f(x: bytes) -> C: ...


        @overload
        def f(x: str) -> E: ...


        def f(x):
            return x + x
        """)
