"""Every command of a script: its words, its surroundings, and what is nested in it."""

import pytest
from gsd_run.outside.calls import Commands, every
from gsd_run.outside.shell_calls import calls_of, commands_of


def steps(commands: Commands | None) -> list[str]:
    """Return a script's steps as `joined program|program`, those in the background with &."""
    assert commands is not None
    return [
        f"{step.joined} {'! ' if step.negated else ''}"
        + "|".join(call.program or call.kind for call in step.calls)
        + (" &" if step.background else "")
        for step in commands.steps
    ]


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("a && b || c; d", [" a", "&& b", "|| c", "; d"]),
        ("a | b 2>&1 | c > f && ! d", [" a|b|c", "&& ! d"]),
        ("a & b; wait", [" a &", "; b", "; wait"]),
        ("a\n\n# words (with brackets)\nb", [" a", "; b"]),
        ("X=1 a; Y=$(b)", [" a", "; assignment"]),
        ("(a; b) && { c; }", [" subshell", "&& compound_statement"]),
        ("for x in 1 2; do a $x; done > f", [" for_statement"]),
        ("cat <<EOF | a\nrm -rf /\nEOF\nb", [" cat|a", "; b"]),
        ("a | b | c\nd -x 2>&1 | e", [" a|b|c", "; d|e"]),
        ("timeout 5 uv run python -m pytest -q", [" pytest"]),
        ("[ -f x ] && test -n y && [[ $z ]]", [" [", "&& test", "&& [["]),
    ],
)
def test_steps(script: str, found: list[str]) -> None:
    assert steps(commands_of(script)) == found


@pytest.mark.parametrize("script", ["a 'b", "cargo check -p x (if that applies)", "a && && b"])
def test_what_bash_can_not_parse(script: str) -> None:
    assert commands_of(script) is None
    assert calls_of(script) == ()


def test_commands_in_commands() -> None:
    script = 'if a "$(b | c)"; then (cd d && e <(f)); else g; fi; h() { i; }'
    commands = commands_of(script)
    assert commands is not None
    found = [(held.kind, call.program) for held, _, call in every(commands) if call.program]
    assert found == [
        ("if_statement", "a"),
        ("command_substitution", "b"),
        ("command_substitution", "c"),
        ("subshell", "cd"),
        ("subshell", "e"),
        ("process_substitution", "f"),
        ("if_statement", "g"),
        ("compound_statement", "i"),
    ]


def test_words_are_literal_where_that_is_certain() -> None:
    (call,) = calls_of("""grep -e 'a b' "c\\"d" "$e" f* g\\ h "x$" > "out.txt" 2>/dev/null""")
    assert [(word.text, word.literal) for word in call.words] == [
        ("grep", True),
        ("-e", True),
        ("a b", True),
        ('c"d', True),
        ("$e", False),
        ("f*", False),
        ("g h", True),
        ("x$", True),
    ]
    assert [(one.operator, one.target.text, one.writes) for one in call.redirections] == [
        (">", "out.txt", True),
        (">", "/dev/null", False),
    ]


def test_settings_keep_their_values() -> None:
    calls = calls_of("A=1 B=$(c) run; export D='x y'; for e in 1 2; do :; done")
    settings = [(name, word.text) for call in calls for name, word in call.sets]
    assert settings == [("A", "1"), ("B", "$(c)"), ("D", "x y"), ("e", "")]


def test_a_here_document_is_what_a_command_reads() -> None:
    (call,) = calls_of("python3 - <<'END'\nprint(1)\nEND")
    assert [(one.operator, one.target.text) for one in call.redirections] == [
        ("<<", "print(1)\nEND")
    ]
