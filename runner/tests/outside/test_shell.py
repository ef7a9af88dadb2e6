"""Scripts read by the grammar of bash."""

import os
from pathlib import Path

import pytest
from gsd_run.outside.shell import programs, split, syntax_error


def cut(script: str) -> list[tuple[str, ...]]:
    """Return each pipeline as its members, with `!` and `&` where they apply."""
    pipelines = split(script)
    assert pipelines is not None
    return [
        (
            *("!" * one.negated),
            *(member.text for member in one.members),
            *("&" * one.background),
        )
        for one in pipelines
    ]


def program(script: str) -> tuple[str, ...]:
    pipelines = split(script)
    assert pipelines is not None
    member = pipelines[0].members[0]
    return (member.program, *member.arguments)


CUTS = {
    "a | b |& c": [("a", "b", "c")],
    "a && ! b | c || d; e\nf": [("a",), ("!", "b", "c"), ("d",), ("e",), ("f",)],
    "! ! a": [("!", "! a")],
    "a & b && c & d | e &": [("a", "&"), ("b && c", "&"), ("d", "e", "&")],
    "for x in 1; do a | b; done | c; (a; b) > f && { c; } 2>&1 | d": [
        ("for x in 1; do a | b; done", "c"),
        ("(a; b) > f",),
        ("{ c; } 2>&1", "d"),
    ],
    "if a; then b; fi\nf() { a; b; }\nwhile a; do b; done < f": [
        ("if a; then b; fi",),
        ("f() { a; b; }",),
        ("while a; do b; done < f",),
    ],
    "a && b > f 2>&1 | c < g": [("a",), ("b > f 2>&1", "c < g")],
    "cat <<'E' | wc -l && b; c\na | b\nE\nd": [
        ("cat <<'E'\na | b\nE", "wc -l"),
        ("b",),
        ("c",),
        ("d",),
    ],
    "cat <<-E > f &\n\tx $(y)\n\tE\nz": [("cat <<-E > f\n\tx $(y)\n\tE", "&"), ("z",)],
    "git commit -m \"$(cat <<'E'\nit's `x`\nE\n)\" && b": [
        ("git commit -m \"$(cat <<'E'\nit's `x`\nE\n)\"",),
        ("b",),
    ],
    "echo 'a;b' \"c|d\" e\\;f # it's; a comment\n# another\n": [("echo 'a;b' \"c|d\" e\\;f",)],
    "a \\\n  -x |\n  b &&\n  # why\n  c \\\n": [("a \\\n  -x", "b"), ("c",)],
    "python3 -c \"\nimport x\nprint('a | b; c')\n\"; b": [
        ("python3 -c \"\nimport x\nprint('a | b; c')\n\"",),
        ("b",),
    ],
    "echo 😀 é; ls": [("echo 😀 é",), ("ls",)],
    "a | b | c\nd 2>&1 | e": [("a", "b", "c"), ("d 2>&1", "e")],
    "a | b | c # the (first)\n\n# why\nX=1 d 2>&1 | e | f \\\n g\nh 2>&1 | i": [
        ("a", "b", "c"),
        ("X=1 d 2>&1", "e", "f \\\n g"),
        ("h 2>&1", "i"),
    ],
    "cat <<E | b | c\nx\nE\nd 2>&1 | e | export Y\nf && g": [
        ("cat <<E\nx\nE", "b", "c"),
        ("d 2>&1", "e", "export Y"),
        ("f",),
        ("g",),
    ],
    "for x in 1; do\n a | b | c\n d 2>&1 | e\ndone; f": [
        ("for x in 1; do\n a | b | c\n d 2>&1 | e\ndone",),
        ("f",),
    ],
    "": [],
    "# nothing": [],
}


@pytest.mark.parametrize("script", CUTS)
def test_a_script_is_cut_into_its_pipelines(script: str) -> None:
    assert cut(script) == CUTS[script]


def test_where_pipelines_stand() -> None:
    script = "é; ! cat <<E | wc\nx\nE\nlast"
    assert [(one.start, one.end, script[one.start : one.end]) for one in split(script) or ()] == [
        (0, 1, "é"),
        (3, 17, "! cat <<E | wc"),
        (22, 26, "last"),
    ]
    script = "é | b | c # why\nd 2>&1 | e"
    assert [(one.start, one.end, script[one.start : one.end]) for one in split(script) or ()] == [
        (0, 9, "é | b | c"),
        (16, 26, "d 2>&1 | e"),
    ]


PROGRAMS = {
    "pytest -q 'a b' \"c d\" e\\ f": ("pytest", "-q", "a b", "c d", "e f"),
    "A=1 B='2 3' ./node_modules/.bin/jest --ci > f 2>&1": ("jest", "--ci"),
    "/usr/bin/python3.11 -W error -m pytest -x": ("pytest", "-x"),
    "python -c 'import pytest' -m x": ("python", "-c", "import pytest", "-m", "x"),
    "python3 manage.py test": ("python3", "manage.py", "test"),
    "timeout -k 5 30 uv run --with a -p 3.12 -- python -m unittest": ("unittest",),
    "env -u X A=1 time -p npx --yes vitest run": ("vitest", "run"),
    "poetry run pytest --cov=a": ("pytest", "--cov=a"),
    "npm run test": ("npm", "run", "test"),
    "uv pip list": ("uv", "pip", "list"),
    "command -v pytest": ("command", "-v", "pytest"),
    "echo a > f b": ("echo", "a", "b"),
    'echo "$x" `y` "a \\"b\\""': ("echo", '"$x"', "`y`", 'a "b"'),
    "(pytest)": ("",),
    "x=$(pytest)": ("",),
    "pytest() { echo; }": ("",),
    "[ -f pytest ]": ("[", "-f pytest", "]"),
}


@pytest.mark.parametrize("script", PROGRAMS)
def test_the_program_that_a_command_comes_down_to(script: str) -> None:
    assert program(script) == PROGRAMS[script]


def test_a_function_of_the_script_is_no_program() -> None:
    pipelines = split("pytest | time pytest\npytest() { echo 51 passed; }") or ()
    assert [(one.program, one.simple) for one in pipelines[0].members] == [
        ("", False),
        ("", False),
    ]


def test_all_programs_of_a_script() -> None:
    script = "a && (cd x; uv run b) | f() { for i in $(c); do python -m d; done; }; echo 'e'"
    assert programs(script) == {"a", "cd", "b", "c", "d", "echo"}


BROKEN = ["echo 'a", "a (", "cat <<E\nx", "a\r\nb", "diff <(sort a) <(sort b", "echo $(a | b"]
BROKEN += ["x=(1 2", "(a; b", "echo `a", "a | b | c\nd $(e 2>&1 | f"]


@pytest.mark.parametrize("script", BROKEN)
def test_what_cannot_be_read(script: str) -> None:
    assert split(script) is None
    assert programs(script) == frozenset()


def test_what_bash_says_of_a_script(tmp_path: Path) -> None:
    said = syntax_error(f"touch {tmp_path}/x\n)", environment=os.environ, cwd=tmp_path)
    assert said == "bash: -c: line 2: syntax error near unexpected token `)'\nbash: -c: line 2: `)'"
    pattern = "shopt -s extglob\nls !(a|b)"
    assert syntax_error(pattern, environment=os.environ, cwd=tmp_path) is None
    assert not (tmp_path / "x").exists()
