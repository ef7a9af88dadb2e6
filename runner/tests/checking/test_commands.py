"""Where the commands stand in a verify block, and what is prose beside them."""

from textwrap import dedent

import pytest
from gsd_run.checking.commands.blocks import Block, Words, block_of, item_of


def read(text: str) -> Block:
    return block_of(dedent(text).strip("\n"))


def groups(block: Block) -> list[int]:
    return [command.group for command in block.commands]


def test_plain_lines_with_labelled_prose_and_a_labelled_command() -> None:
    block = read(
        """
        PYTHONPATH=src pytest tests/test_a.py -v 2>&1 | tee out.txt
        Expected: 3/3 tests pass
        Check: grep "3 passed" out.txt
        """
    )
    assert block.texts == (
        "PYTHONPATH=src pytest tests/test_a.py -v 2>&1 | tee out.txt",
        'grep "3 passed" out.txt',
    )
    assert [command.offset for command in block.commands] == [0, 2]
    assert groups(block) == [0, 0]
    assert block.words == (
        Words(text="3/3 tests pass", of=(0,), role="behind", near=True, offset=1),
        Words(text="Check:", of=(1,), role="lead", offset=2),
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
    assert block.texts == ("python3 -c \"\nimport json\n\nprint('Expected: nothing')\n\"",)
    assert block.prose == ("exits 0",)


@pytest.mark.parametrize(
    "command",
    [
        "cat <<'END'\nls it's\nEND",
        "for f in a b; do\n  test -f $f || exit 1\ndone",
        "if [ -f a ]; then\n  echo yes\nfi",
        "docker run \\\n  --rm x \\\n  true",
        "npm run build &&\n  npm test",
        "node -e '\nconsole.log(1)\n' | grep 1",
    ],
)
def test_what_the_shell_joins_is_one_command(command: str) -> None:
    assert read(f"{command}\nls -l").texts == (command, "ls -l")


def test_an_apostrophe_does_not_swallow_the_lines_below() -> None:
    assert read("grep it's notes.md\nnpm test").texts == ("grep it's notes.md", "npm test")


def test_automated_elements_hold_commands_and_nothing_else_does() -> None:
    block = read(
        """
        <automated>npm test -- cart</automated>
        The cart works in a browser
        """
    )
    assert block.texts == ("npm test -- cart",)
    assert block.words == (Words(text="The cart works in a browser", offset=1),)


def test_every_automated_element_has_a_shell_of_its_own() -> None:
    block = read(
        """
        <automated>
          cd web
          npm test   # all of them
        </automated>
        <automated>go vet ./...</automated>
        """
    )
    assert block.texts == ("cd web", "npm test", "go vet ./...")
    assert groups(block) == [0, 0, 1]
    assert block.script("/here") == "cd web\nnpm test\ncd /here\ngo vet ./..."


def test_a_script_in_automated_loses_the_indentation_that_all_its_lines_share() -> None:
    block = block_of(
        '<automated>python -c "\n      import a\n      if a:\n        b()"</automated>'
    )
    assert block.texts == ('python -c "\nimport a\nif a:\n  b()"',)


@pytest.mark.parametrize(
    "text",
    [
        "MISSING — Wave 0 must create tests/test_a.py first",
        "N/A",
        "MANUAL: look at the page",
        "Manual verification only",
        "<command>",
        "{test command}",
        "TBD",
        "All tests pass and the page looks right",
        "",
    ],
)
def test_a_sentinel_is_no_command(text: str) -> None:
    block = read(f"<automated>{text}</automated>")
    assert (block.commands, block.absent) == ((), text or "<automated> is empty")


def test_a_fenced_block_is_a_script_with_comments_and_prose_behind() -> None:
    block = read(
        """
        Run this:
        ```bash
        # Both must build
        cd web
        $ npm test   # expect 3 passed
        # Should print OK
        ```
        All of it should pass
        """
    )
    assert block.texts == ("cd web", "npm test")
    assert groups(block) == [0, 0]
    assert [(words.text, words.of, words.role) for words in block.words] == [
        ("Run this:", (0,), "lead"),
        ("Both must build", (0,), "lead"),
        ("expect 3 passed", (1,), "behind"),
        ("Should print OK", (1,), "behind"),
        ("All of it should pass", (0, 1), "behind"),
    ]


def test_a_fence_of_code_or_of_expected_output_is_no_script() -> None:
    block = read(
        """
        `node a.js` should print:
        ```
        ls -l
        ```
        ```json
        {"a": 1}
        ```
        """
    )
    assert block.texts == ("node a.js",)


def test_what_a_console_printed_is_no_command() -> None:
    assert read("```console\n$ ls\na.py\n$ wc -l a.py\n3 a.py\n```").texts == ("ls", "wc -l a.py")


def test_numbered_prose_with_commands_in_backticks() -> None:
    block = read(
        """
        1. `cargo test` passes
        2. Open `src/lib.rs` and look
        3. `cargo build` and `cargo doc` succeed
        """
    )
    assert block.texts == ("cargo test", "cargo build", "cargo doc")
    assert groups(block) == [0, 1, 2]
    assert [(words.text, words.of) for words in block.words] == [
        ("passes", (0,)),
        ("Open `src/lib.rs` and look", (0,)),
        ("succeed", (1, 2)),
    ]


def test_a_paragraph_of_several_commands() -> None:
    block = read(
        "Run `npm test` -- all pass (no skips). Then check the names: `node a.js` should print `b`."
    )
    assert [(words.text, words.of, words.role) for words in block.words] == [
        ("Run", (0,), "lead"),
        ("all pass (no skips).", (0,), "behind"),
        ("Then check the names", (1,), "lead"),
        ("should print `b`.", (1,), "behind"),
    ]


def test_a_sentence_that_names_several_commands() -> None:
    block = read("go build ./... compiles, go vet ./... clean")
    assert [(words.text, words.of) for words in block.words] == [
        ("compiles", (0,)),
        ("clean", (1,)),
    ]
    assert read("npm test, npm run lint and npm run build pass").texts == (
        "npm test",
        "npm run lint",
        "npm run build",
    )


def test_prose_that_begins_like_a_command_is_none() -> None:
    lines = [
        "Test the form by hand",
        "make sure it is green",
        "find the button",
        "docker image builds",
        "node is installed",
        "for each file check the header",
        "if the user saves, it closes",
        "src/index.ts exports createApp",
        "export const x = 1",
    ]
    assert read("\n".join(lines)).commands == ()


def test_a_list_item_parts_its_command_from_its_words() -> None:
    item = item_of('No debug output: `grep -rn "print(" src` should return empty')
    assert item.texts == ('grep -rn "print(" src',)
    assert [(words.text, words.role) for words in item.words] == [
        ("No debug output", "lead"),
        ("should return empty", "behind"),
    ]


@pytest.mark.parametrize(
    ("line", "command", "words"),
    [
        ("go build ./... compiles successfully", "go build ./...", "compiles successfully"),
        ('grep -q "x" src/a.py returns a match', 'grep -q "x" src/a.py', "returns a match"),
        ("grep -c 'x' a.py >= 3", "grep -c 'x' a.py", ">= 3"),
        ("pytest tests/ — all pass", "pytest tests/", "all pass"),
        ("npm test -- shows", "npm test -- shows", ""),
        ("npm test -- args pm", "npm test -- args pm", ""),
        ("npm test -- all tests pass", "npm test", "all tests pass"),
        ("pytest -k passes", "pytest -k passes", ""),
        ("grep returns notes.txt", "grep returns notes.txt", ""),
        ("ls dist/ shows index.js", "ls dist/", "shows index.js"),
        ("cargo check -p app (no new warnings)", "cargo check -p app", "no new warnings"),
        ("npm run dev & sleep 1; exit 0", "npm run dev & sleep 1; exit 0", ""),
        ("docker build -t x . succeeds", "docker build -t x .", "succeeds"),
        ("git add .", "git add .", ""),
        ("curl -sI localhost:3000 → 404", "curl -sI localhost:3000", "404"),
        ("grep -c '^#' a.md  # expect >= 6", "grep -c '^#' a.md", "expect >= 6"),
        ("occ start --help shows the flags", "occ start --help", "shows the flags"),
        ("(cd web && npm test)", "(cd web && npm test)", ""),
        ("PORT=3000", "PORT=3000", ""),
        ("grep confirms: `grep -n x a.py`", "grep -n x a.py", "grep confirms"),
    ],
)
def test_words_behind_a_bare_command(line: str, command: str, words: str) -> None:
    block = item_of(line)
    assert (block.texts, " ".join(block.prose)) == ((command,), words)


@pytest.mark.parametrize(
    "text",
    [
        "`src/app.py` exists",
        "`npm` is installed",
        "No remaining `rm` of outputs",
        "`GET /api/health` returns 200",
        "`/api/health` returns 200",
        "`useCart()` returns items",
        "`margin: 0 auto` is set",
        "`const a = await b()` is there",
        "`SELECT * FROM users` returns rows",
        "`type Cart = string` is exported",
        "`from shop.cart import Cart` works",
    ],
)
def test_what_is_no_command(text: str) -> None:
    assert item_of(text).commands == ()


@pytest.mark.parametrize(
    "command",
    [
        "./gradlew :app:test --tests 'a.B'",
        "mvn -q test",
        "mix test test/a_test.exs:3",
        "php artisan test --filter=Cart",
        "bundle exec rspec spec/a_spec.rb",
        "bin/rails test",
        "flutter analyze",
        "swift build",
        "bazel test //a:all",
        "terraform validate",
        "kubectl get pods -n a",
        "psql -c 'select 1'",
        "zig build test",
        "nix flake check",
        "ctest --test-dir build",
        "gleam test",
        "lein test",
        "unknown-tool check --strict",
        "scripts/check.sh --fast",
        ".venv/bin/python -m pytest",
        "A=1 B='2 3' make test",
        "! grep -q TODO a.py",
        "[ -f a.py ] && echo yes",
        "command -v node",
        "timeout 5 npm start",
    ],
)
def test_commands_of_many_tools_with_and_without_backticks(command: str) -> None:
    assert item_of(f"`{command}`").texts == (command,)
    assert read(command).texts == (command,)
    assert read(f"Run: {command}").texts == (command,)
    assert read(f"<automated>{command}</automated>").texts == (command,)


def test_what_a_person_looks_at_is_asked_of_no_command() -> None:
    block = read(
        """
        <automated>bundle exec rspec</automated>
        <fails_when>any test fails</fails_when>
        <fails_when>the log has ERROR</fails_when>
        <human-check><test>Open it</test><expected>It returns 200</expected></human-check>
        """
    )
    assert block.texts == ("bundle exec rspec",)
    assert [(words.text, words.role) for words in block.words] == [
        ("fails when the log has ERROR", "apart"),
        ("Open it It returns 200", "apart"),
    ]
    assert block.speaking_of(0, "behind") == ()


def test_what_stands_before_a_command_in_parentheses_is_asked_of_it() -> None:
    block = read("Build passes (`npm run build`), lint passes (`npm run lint`)")
    assert [(words.text, words.of) for words in block.words] == [
        ("Build passes", (0,)),
        ("lint passes", (1,)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "README mentions `npm install x`",
        "Both show `#!/bin/bash` and `set -eo pipefail`",
        "the script calls `tsc --noEmit`",
        "`npm run lint` is listed in package.json",
    ],
)
def test_commands_that_a_file_only_mentions(text: str) -> None:
    assert read(text).commands == ()


def test_subcommands_of_a_program_that_the_block_calls() -> None:
    block = read("1. `occ start --port 1` works\n2. `occ status` - running\n3. `status ok`")
    assert block.texts == ("occ start --port 1", "occ status")
