"""Where the commands stand in a verify block, and what is prose beside them."""

from textwrap import dedent

import pytest
from gsd_run.checking.commands import Block, block_of, item_of


def read(text: str) -> Block:
    return block_of(dedent(text).strip("\n"))


def test_plain_lines_with_labelled_prose_and_a_labelled_command() -> None:
    assert read(
        """
        PYTHONPATH=src pytest tests/test_a.py -v 2>&1 | tee out.txt
        Expected: 3/3 tests pass
        Check: grep "3 passed" out.txt
        """
    ) == Block(
        commands=(
            "PYTHONPATH=src pytest tests/test_a.py -v 2>&1 | tee out.txt",
            'grep "3 passed" out.txt',
        ),
        prose=("3/3 tests pass",),
        after=(1,),
    )


def test_a_script_in_quotes_is_one_command() -> None:
    block = read(
        """
        python3 -c "
        import json

        print('Expected: nothing')
        "
        Expected: exits 0
        """
    )
    assert block.commands == ("python3 -c \"\nimport json\n\nprint('Expected: nothing')\n\"",)
    assert block.prose == ("exits 0",)


def test_a_here_document_is_one_command() -> None:
    block = read("cat <<'END'\nls\nEND\nls -l")
    assert block.commands == ("cat <<'END'\nls\nEND", "ls -l")


def test_automated_elements_hold_commands_and_nothing_else_does() -> None:
    block = read(
        """
        <automated>npm test -- cart</automated>
        The cart works in a browser
        """
    )
    assert block == Block(
        commands=("npm test -- cart",), prose=("The cart works in a browser",), after=(0,)
    )


def test_a_sentinel_is_no_command() -> None:
    block = read("<automated>MISSING — Wave 0 must create tests/test_a.py first</automated>")
    assert block.commands == ()
    assert block.absent == "MISSING — Wave 0 must create tests/test_a.py first"


def test_a_fenced_block_is_the_script() -> None:
    block = read(
        """
        Run this:
        ```bash
        cd web
        npm test
        ```
        """
    )
    assert block.commands == ("cd web\nnpm test",)


def test_numbered_prose_with_commands_in_backticks() -> None:
    block = read(
        """
        1. `cargo test` passes
        2. Open `src/lib.rs` and look
        """
    )
    assert block.commands == ("cargo test",)
    assert block.prose == ("passes", "Open `src/lib.rs` and look")


def test_prose_that_begins_like_a_command_is_none() -> None:
    assert read("Test the form by hand\nmake sure it is green\nfind the button").commands == ()


def test_a_list_item_parts_its_command_from_its_words() -> None:
    item = item_of('No debug output: `grep -rn "print(" src` should return empty')
    assert item == Block(
        commands=('grep -rn "print(" src',),
        prose=("No debug output", "should return empty"),
        after=(0, 1),
    )


@pytest.mark.parametrize(
    ("line", "command", "words"),
    [
        ("go build ./... compiles successfully", "go build ./...", "compiles successfully"),
        ('grep -q "x" src/a.py returns a match', 'grep -q "x" src/a.py', "returns a match"),
        ("grep -c 'x' a.py >= 3", "grep -c 'x' a.py", ">= 3"),
        ("pytest tests/ — all pass", "pytest tests/", "all pass"),
        ("npm test -- shows", "npm test -- shows", ""),
        ("grep returns notes.txt", "grep returns notes.txt", ""),
        ("(cd web && npm test)", "(cd web && npm test)", ""),
        ("PORT=3000", "PORT=3000", ""),
        ("grep confirms: `grep -n x a.py`", "grep -n x a.py", "grep confirms"),
    ],
)
def test_words_behind_a_bare_command(line: str, command: str, words: str) -> None:
    block = item_of(line)
    assert (block.commands, " ".join(block.prose)) == ((command,), words)


@pytest.mark.parametrize(
    "text",
    [
        "`src/app.py` exists",
        "`npm` is installed",
        "No remaining `rm` of outputs",
        "npm test, npm run lint and npm run build pass",
        "`from shop.cart import Cart` works",
    ],
)
def test_what_is_no_command(text: str) -> None:
    assert item_of(text).commands == ()
