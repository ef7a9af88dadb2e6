"""`literal`: which blocks of a plan are taken for which files, and why others are not."""

from textwrap import dedent

import pytest
from gsd_run.changing.literal import literal_steps
from gsd_run.changing.steps import check_step
from gsd_run.outside.project import Project
from gsd_run.reading.plan import read_plan

HEAD = """\
---
phase: 01-shop
plan: 01
---
<tasks>
<task type="auto">
<name>Task 1: Prices</name>
<files>{files}</files>
<action>
"""
FIRST = HEAD.count("\n") + 1  # the line of the plan on which the action's text starts


@pytest.fixture
def spelled(tmp_path):
    """Give what is spelled out by an action, in a project with some files."""

    def look(files: str, action: str, present: dict[str, str] | None = None):
        for path, text in (present or {}).items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        text = HEAD.format(files=files) + dedent(action).replace("~~~", "```")
        plan = read_plan(f"{text}\n</action>\n<done>x</done>\n</task>\n</tasks>\n", "01-01-PLAN.md")
        return literal_steps(plan.tasks[0], plan, Project(root=tmp_path))

    return look


def steps(found):
    assert found.reasons == ()
    assert all(check_step(step) == [] for step in found.steps)
    return [
        (step.kind, step.options.get("path") or step.options["into"], step.options["block"])
        for step in found.steps
    ]


def reasons(found):
    """Return the reasons with lines counted from the action's first."""
    assert found.steps == ()
    return [(one.line - FIRST + 1, one.message) for one in found.reasons]


PRICE = """\
~~~python
from decimal import Decimal


def price() -> Decimal:
    return Decimal(3)
~~~
"""


@pytest.mark.parametrize(
    "action",
    [
        f"Create `src/shop/price.py`:\n{PRICE}",
        f"Create the module that knows prices.\n\n**1. price.py**\n\nWith this content:\n\n{PRICE}",
        f"1. Create src/shop/price.py with exactly:\n\n{PRICE}\nKey decisions:\n- Decimal, not float",
        'Create the file:\n\n~~~python title="src/shop/price.py"\nX = 1\n~~~\n',
        "Create the file:\n\n~~~python:src/shop/price.py\nX = 1\n~~~\n",
        "Create the file:\n\n~~~python\n# src/shop/price.py\nX = 1\n~~~\n",
        f"Create a module:\n\n{PRICE}\nVerify it:\n\n~~~bash\npython -m shop.price\n~~~\n",
    ],
)
def test_a_new_file_given_whole_is_written(spelled, action):
    assert steps(spelled("src/shop/price.py", action)) == [("write", "src/shop/price.py", 1)]


def test_each_of_several_files(spelled):
    found = spelled(
        "src/a.ts, .prettierrc.json, db/Dockerfile",
        """\
        Create the three files.

        1. **a.ts** – create it:

           ~~~typescript
           export const a = 1;
           ~~~

        2. Create `.prettierrc.json`:

           ~~~json
           {"semi": false}
           ~~~

        3. Create `Dockerfile`:

           ~~~dockerfile
           FROM scratch
           ~~~
        """,
    )
    assert steps(found) == [
        ("write", "src/a.ts", 1),
        ("write", ".prettierrc.json", 2),
        ("write", "db/Dockerfile", 3),
    ]
    assert [step.line - FIRST + 1 for step in found.steps] == [6, 12, 18]


def test_definitions_are_merged_into_a_file_that_is_there(spelled):
    found = spelled(
        "shop.py",
        """\
        In `shop.py`, add a function:

        ~~~python
        import math

        def rounded(price):
            return math.ceil(price)
        ~~~

        Replace `total` in shop.py by:

        ~~~python
        def total(items):
            return sum(map(rounded, items))
        ~~~
        """,
        {"shop.py": "def total(items):\n    return sum(items)\n"},
    )
    assert steps(found) == [("merge", "shop.py", 1), ("merge", "shop.py", 2)]


def test_a_file_that_is_there_is_written_only_when_that_is_said(spelled):
    old = {"src/shop/price.py": "OLD = 1\n"}
    whole = f"Replace the entire file `price.py`:\n{PRICE}"
    assert steps(spelled("src/shop/price.py", whole, old)) == [("write", "src/shop/price.py", 1)]
    create = f"Create `src/shop/price.py`:\n{PRICE}"
    assert reasons(spelled("src/shop/price.py", create, old)) == [
        (3, "block 1, src/shop/price.py: the plan creates the file, but it is there already")
    ]
    same = {"src/shop/price.py": "".join(PRICE.splitlines(keepends=True)[1:-1])}
    assert steps(spelled("src/shop/price.py", create, same)) == [("write", "src/shop/price.py", 1)]


def test_every_file_needs_its_block(spelled):
    found = spelled("a.py, b.py", "Create `a.py`:\n~~~python\nA = 1\n~~~\nThen b.py imports it.")
    assert reasons(found) == [(-1, "b.py: no code block is certain to be of it")]


@pytest.mark.parametrize(
    ("files", "prose", "language", "code", "said"),
    [
        ("a.py, b.py", "Create it:", "python", "A = 1", "nothing says which file"),
        ("a.py, b.py", "Create a.py and b.py:", "python", "A = 1", "may belong to a.py or b.py"),
        ("x/a.py, y/a.py", "Create a.py:", "python", "A = 1", "may belong to x/a.py or y/a.py"),
        ("a.py", "Create c.py:", "python", "A = 1", "belongs to c.py, which is not one of the"),
        ("a.py", "Create a.py:", "yaml", "a: 1", "a block of yaml can't be of a.py"),
        ("a.py", "Create a.py by:", "bash", "touch a.py", "the block holds commands"),
        ("a.txt", "Create the file:", "console", "touch a.txt", "the block holds commands"),
        ("a.py", "Create a.py after this pattern:", "python", "A = 1", "only show it"),
        ("a.py", "Before, a.py had:", "python", "A = 1", "only show it"),
        ("a.py", "Don't create a.py so:", "python", "A = 1", "only show it"),
        ("a.py", "Prices:", "python", "A = 1", "nothing says that the block is all of it"),
        ("a.py", "Create a.py:", "python", "def f() -> int:", "is no valid Python"),
        ("a.py", "Create a.py:", "python", "def f():\n    ...", "leaves something out (...)"),
        (
            "a.py",
            "Create a.py:",
            "python",
            "A = 1\n# ... rest",
            "leaves something out (# ... rest)",
        ),
        ("a.py", "Create a.py:", "python", "# existing code\nA = 1", "leaves something out"),
        ("a.py", "Create a.py:", "python", "print(...)", "leaves something out (...)"),
        ("a.py", "Create a.py:", "python", "-A = 1\n+A = 2", "the block is a diff"),
        ("a.ts", "Create a.ts:", "ts", "export const a = {\n  // ...\n};", "leaves something out"),
        ("a.ts", "Create a.ts:", "ts", "export function f(): void", "has no body"),
        ("a.ts", "Create a.ts:", "ts", "function f() {\n  if (a) {\n}\n", "is no valid typescript"),
        ("A.kt", "Create A.kt:", "kotlin", "class A {\n  fun f(a: Int): Int\n}", "has no body"),
        ("A.java", "Create A.java:", "java", "class A {\n  int f();\n}", "has no body"),
        ("a.go", "Create a.go:", "go", "package a\n\nfunc F() {\n\t...\n}", "is no valid go"),
        ("a.rs", "Create a.rs:", "rust", "fn f() { ... }", "leaves something out"),
        ("a.json", "Create a.json:", "json", '{"a": ...}', "is no valid"),
        ("a.toml", "Create a.toml:", "toml", "a = ", "is no valid TOML"),
        ("a.md", "Create a.md:", "markdown", "# A\n\n...\n", "leaves something out (...)"),
        ("a.md", "Create a.md:", "", "# A\n\n[your name]\n", "holds a gap to be filled"),
        ("src/*.py", "Create them:", "python", "A = 1", "src/*.py: is no path of one file"),
        ("../a.py", "Create ../a.py:", "python", "A = 1", "a step may only name files"),
    ],
)
def test_what_is_not_certain_is_refused(spelled, files, prose, language, code, said):
    found = spelled(files, f"{prose}\n\n~~~{language}\n{code}\n~~~\n")
    assert any(said in message for _, message in reasons(found)), found.reasons


@pytest.mark.parametrize(
    ("prose", "code", "said"),
    [
        ("Add to shop.py:", "total = 3", "is more than definitions (total = 3)"),
        ("Add to shop.py:", "if x:\n    y()", "is more than definitions (if x:)"),
        ("Add to shop.py:", "def f(self):\n    return 1", "f is a method without its class"),
        ("In the Shop class of shop.py, add:", "def f():\n    pass", "a part of a definition"),
        ("Inside `total` of shop.py:", "def f():\n    pass", "a part of a definition"),
        ("Add a field to shop.py:", "SIZE = 1", "a part of a definition"),
    ],
)
def test_what_is_no_whole_definition_is_refused(spelled, prose, code, said):
    found = spelled("shop.py", f"{prose}\n\n~~~python\n{code}\n~~~\n", {"shop.py": "X = 1\n"})
    assert any(said in message for _, message in reasons(found)), found.reasons


def test_two_blocks_for_one_definition(spelled):
    block = "~~~python\ndef f():\n    return 1\n~~~\n"
    found = spelled("a.py", f"Add to a.py:\n{block}\nAdd to a.py:\n{block}", {"a.py": "X = 1\n"})
    assert reasons(found) == [(9, "block 2, a.py: f is given twice")]
    found = spelled("b.py", f"Create b.py:\n{block}\nAnd in b.py:\n{block}")
    assert [line for line, _ in reasons(found)] == [3, 9]


@pytest.mark.parametrize(
    ("extra", "line"),
    [
        ("Also add a test for it.", 9),
        ("- Remove the old prices", 9),
        ("**Styles of the table:**\n- rows are striped", 9),
    ],
)
def test_requests_that_no_block_fulfils(spelled, extra, line):
    found = spelled("price.py", f"Create `price.py`:\n{PRICE}\n{extra}\n")
    assert [(at, text.partition(",")[0]) for at, text in reasons(found)] == [
        (line + 1, "asks for what no block holds")
    ]


def test_a_choice_is_for_somebody_to_make(spelled):
    found = spelled("price.py", f"**Option A:** create `price.py`:\n{PRICE}\nOption B is to wait.")
    assert [line for line, text in reasons(found) if "leaves a choice" in text] == [1, 10]


def test_a_request_before_a_merge_counts_too(spelled):
    found = spelled(
        "a.py", "1. Sort the imports\n2. Remove f\n\nAdd to a.py:\n~~~python\nA = 1\n~~~\n",
        {"a.py": "X = 1\n"},
    )  # fmt: skip
    assert reasons(found) == [(2, "asks for what no block holds, perhaps: 2. Remove f")]


def test_tasks_without_what_it_takes(spelled):
    assert reasons(spelled("", f"Create it:\n{PRICE}")) == [(-3, "the task names no files")]
    assert reasons(spelled("a.py", "Create a.py.")) == [(-3, "the action holds no code block")]


def test_ellipses_that_python_means(spelled):
    code = """\
    from typing import Protocol, overload
    Numbers = tuple[int, ...]
    class Shop(Protocol):
        def open(self) -> None: ...
    @overload
    def f(a: int) -> int: ...
    def f(a): return a
    """
    found = spelled("a.py", f"Create a.py:\n\n~~~python\n{dedent(code)}~~~\n")
    assert steps(found) == [("write", "a.py", 1)]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("A.kt", "interface A {\n  fun f(): Int\n}\n\nfun g() = 1\n"),
        ("A.java", "interface A {\n  int f();\n}\n\nabstract class B {\n  abstract int g();\n}\n"),
        ("A.cs", "interface A\n{\n  int F();\n}\n\nclass B\n{\n  int G() => 1;\n}\n"),
    ],
)
def test_methods_that_may_be_without_a_body(spelled, path, code):
    assert steps(spelled(path, f"Create {path}:\n\n~~~\n{code}~~~\n")) == [("write", path, 1)]


def test_definitions_need_words_that_name_their_file(spelled):
    found = spelled("a.py", "Types:\n~~~python\nclass A:\n    x = 1\n~~~\n", {"a.py": "X = 1\n"})
    assert reasons(found) == [
        (3, "block 1, a.py: no words beside the block say that it is for this file")
    ]


def test_functions_of_typescript_that_are_declared_only(spelled):
    code = "declare function g(): void;\nexport function f(a: string): void;\nexport function f(a: any) {}\n"
    assert steps(spelled("a.ts", f"Create a.ts:\n\n~~~ts\n{code}~~~\n")) == [("write", "a.ts", 1)]
