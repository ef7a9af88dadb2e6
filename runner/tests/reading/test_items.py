from textwrap import dedent

import pytest
from gsd_run.domain.plan import CodeBlock, Text
from gsd_run.reading.items import code_blocks, file_names, items_of


def text(body: str, line: int = 10) -> Text:
    return Text(dedent(body).strip("\n"), line)


def test_numbered_and_bulleted_items_without_their_markers():
    assert items_of(
        text(
            """
            1. Run `pytest`
            2) Look
            - [ ] open
            - [x] closed
            * star
            """
        )
    ) == (
        Text("Run `pytest`", 10),
        Text("Look", 11),
        Text("open", 12),
        Text("closed", 13),
        Text("star", 14),
    )


def test_continuations_stay_with_their_item():
    assert items_of(
        text(
            """
            Before you say done:

            - Run:
              ```bash
              - not an item
              pytest
              ```
              and look
              - a detail

            - Next

            **By hand:**
            1. Click
            ---
            A paragraph
            of two lines.
            """
        )
    ) == (
        Text(
            "Run:\n  ```bash\n  - not an item\n  pytest\n  ```\n  and look\n  - a detail",
            12,
        ),
        Text("Next", 20),
        Text("Click", 23),
        Text("A paragraph\nof two lines.", 25),
    )


def test_indented_lists():
    assert items_of(Text("    - a\n      - b\n    - c", 3)) == (
        Text("a\n      - b", 3),
        Text("c", 5),
    )


def test_a_text_without_a_list_is_one_item_per_paragraph():
    assert items_of(Text("All pass.\n\nNothing broke.", 1)) == (
        Text("All pass.", 1),
        Text("Nothing broke.", 3),
    )


def test_a_lone_block_of_code_is_an_item():
    assert items_of(Text("```bash\npytest\n\nruff check\n```", 1)) == (
        Text("```bash\npytest\n\nruff check\n```", 1),
    )


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("a.py", ("a.py",)),
        ("src/a.ts, src/b.ts (new if missing)", ("src/a.ts", "src/b.ts")),
        ("\n  src/a.ts,\n  src/b.ts\n", ("src/a.ts", "src/b.ts")),
        ("- `a/b.py` (new)\n- `a/c.py` — changed", ("a/b.py", "a/c.py")),
        (
            "- Create: `lib/x.ex`\n- Modify: `lib/y.ex`, `lib/z.ex`",
            ("lib/x.ex", "lib/y.ex", "lib/z.ex"),
        ),
        ("app/(shop)/[id]/page.tsx", ("app/(shop)/[id]/page.tsx",)),
        ("src/{a,b}.ts, c.ts", ("src/a.ts", "src/b.ts", "c.ts")),
        ("Makefile, Gemfile", ("Makefile", "Gemfile")),
        ("a.py, a.py", ("a.py",)),
        ("none", ()),
        ("N/A — a person looks", ()),
        ("(no new files -- runs the suite)", ()),
        ("", ()),
    ],
)
def test_files(body, names):
    assert file_names(Text(body, 1)) == names


def test_blocks_are_dedented_and_know_their_lines():
    assert code_blocks(
        text(
            '''
            Do this:
                ```python
                def f():
                    """
                less
                    """
                ```
            1. Then:
               ~~~bash
               true
               ~~~
            - ```
              plain
              ```
            '''
        )
    ) == (
        CodeBlock(language="python", code='def f():\n    """\nless\n    """\n', line=12),
        CodeBlock(language="bash", code="true\n", line=19),
        CodeBlock(language="", code="plain\n", line=22),
    )


def test_a_longer_fence_holds_shorter_ones():
    assert code_blocks(Text("````md\n```py\nx\n```\n````", 1)) == (
        CodeBlock(language="md", code="```py\nx\n```\n", line=2),
    )


def test_a_fence_never_closed_ends_before_the_next_one():
    assert code_blocks(Text("```py\nx = 1\n\n```sh\ntrue\n```\nend", 1)) == (
        CodeBlock(language="py", code="x = 1\n\n", line=2),
        CodeBlock(language="sh", code="true\n", line=5),
    )


def test_nothing_gives_nothing():
    assert (items_of(None), file_names(None), code_blocks(None)) == ((), (), ())
