import pytest
from gsd_run.reading.yaml_nodes import (
    Mapping,
    Pair,
    Scalar,
    Sequence,
    Unreadable,
    compose,
    plain_value,
)
from gsd_run.reading.yaml_repair import compose_mended


def test_scalars_stay_text_and_every_value_knows_its_line():
    text = 'plan: 010\nwave: "2"\nflags: [yes, 1.0]\nnote: |\n  two\n  lines\n'

    assert compose(text, first_line=5) == Mapping(
        (
            Pair("plan", Scalar("010", 5, plain=True), 5),
            Pair("wave", Scalar("2", 6), 6),
            Pair(
                "flags",
                Sequence((Scalar("yes", 7, plain=True), Scalar("1.0", 7, plain=True)), 7),
                7,
            ),
            Pair("note", Scalar("two\nlines\n", 8), 8),
        ),
        5,
    )


def test_repeated_keys_are_all_kept():
    assert compose("contains: a\ncontains: b\n") == Mapping(
        (
            Pair("contains", Scalar("a", 1, plain=True), 1),
            Pair("contains", Scalar("b", 2, plain=True), 2),
        ),
        1,
    )


def test_aliases_repeat_their_node():
    assert plain_value(compose("a: &x [1, 2]\nb: *x\n")) == {"a": ["1", "2"], "b": ["1", "2"]}


def test_nothing_is_none():
    assert compose("") is None
    assert compose("# a comment\n") is None


def laughs() -> str:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    return "\n".join(levels)


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("a: 1\nb: [", "did not find expected node content", 3),
        ("a: *nowhere", "*nowhere names nothing before it", 1),
        ("a: &a [*a]", "*a names nothing before it", 1),
        ("a: 1\n---\nb: 2", "a second document starts here", 2),
        ("x: " + "[" * 500, "brackets nested too deep", 1),
        ("- " * 500 + "x", "nested too deep", 1),
        ("a: \x01", "a character that YAML does not allow", 1),
        (laughs(), "aliases repeat their content without end", 5),
    ],
)
def test_what_is_no_yaml_says_why_and_where(text, message, line):
    with pytest.raises(Unreadable) as caught:
        compose(text)

    assert caught.value.message.startswith(message)
    assert caught.value.line == line


def mended(text: str) -> tuple[object, list[str]]:
    node, warnings = compose_mended(text, "p.md", 2)
    return plain_value(node), [str(warning) for warning in warnings]


def test_escapes_of_regular_expressions_in_double_quotes():
    assert mended('pattern: "a\\|b\\\\.c"\nto: x\n') == (
        {"pattern": "a\\|b\\.c", "to": "x"},
        [
            "p.md:2: no YAML as it stands (found unknown escape character); "
            "read as pattern: 'a\\|b\\.c'"
        ],
    )


def test_text_after_a_closing_quote():
    assert mended('- "done" is printed\n- b\n') == (
        ['"done" is printed', "b"],
        [
            "p.md:2: no YAML as it stands (did not find expected '-' indicator); "
            "read as - '\"done\" is printed'"
        ],
    )


def test_backticks_and_at_signs_open_no_scalar():
    value, warnings = mended("truths:\n  - `gsd` runs\n  - @ref is read\nwave: 1\n")

    assert value == {"truths": ["`gsd` runs", "@ref is read"], "wave": "1"}
    assert [warning.split(": ")[0] for warning in warnings] == ["p.md:3", "p.md:4"]


def test_an_inner_colon():
    assert mended("via: calls: twice\nwave: 1\n") == (
        {"via": "calls: twice", "wave": "1"},
        [
            "p.md:2: no YAML as it stands (mapping values are not allowed in this context); "
            "read as via: 'calls: twice'"
        ],
    )


def test_tabs_are_indentation():
    value, warnings = mended("truths:\n\t- one\nwave: 1\n")

    assert value == {"truths": ["one"], "wave": "1"}
    assert len(warnings) == 1


def test_a_line_that_nothing_helps_is_left_out_and_told():
    assert mended("wave: 1\n}\nplan: 2\n") == (
        {"wave": "1", "plan": "2"},
        [
            "p.md:3: no YAML (did not find expected key); left out: }",
        ],
    )


def test_forbidden_characters_become_spaces():
    assert mended("a: x\x01y\n") == (
        {"a": "x y"},
        ["p.md:2: characters that YAML forbids are read as spaces"],
    )
