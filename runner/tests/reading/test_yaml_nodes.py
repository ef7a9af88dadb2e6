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
            Pair("plan", Scalar("010", 5, plain=True, column=7), 5),
            Pair("wave", Scalar("2", 6, column=7), 6),
            Pair(
                "flags",
                Sequence(
                    (
                        Scalar("yes", 7, plain=True, column=9),
                        Scalar("1.0", 7, plain=True, column=14),
                    ),
                    7,
                    8,
                ),
                7,
            ),
            Pair("note", Scalar("two\nlines\n", 8, column=7, block=True), 8),
        ),
        5,
    )


def test_repeated_keys_are_all_kept():
    assert compose("contains: a\ncontains: b\n") == Mapping(
        (
            Pair("contains", Scalar("a", 1, plain=True, column=11), 1),
            Pair("contains", Scalar("b", 2, plain=True, column=11), 2),
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


def test_line_breaks_that_only_yaml_knows_do_not_move_lines():
    node = compose("a: x\x85y\u2028z\nb: 1\n")

    assert isinstance(node, Mapping)
    assert [(pair.key, pair.line) for pair in node.pairs] == [("a", 1), ("b", 2)]


def chain() -> str:
    return "a0: &a0 [x]\n" + "\n".join(f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 300))


def test_aliases_can_not_nest_without_end():
    with pytest.raises(Unreadable, match="nested too deep"):
        compose(chain())


def test_one_key_that_is_no_yaml_costs_no_other():
    value, warnings = mended('wave: 1\ntitle: "open\nplan: 2\nmust_haves:\n  truths:\n    - a\n')

    assert value == {"wave": "1", "title": '"open', "plan": "2", "must_haves": {"truths": ["a"]}}
    assert warnings == [
        "p.md:3: no YAML as it stands (found unexpected end of stream); read as title: '\"open'"
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: [\"x\\.y\", 'z']\n", {"a": ["x\\.y", "z"]}),
        ("a: [x, y\nb: 1\n", {"a": ["x", "y"], "b": "1"}),
        ('a: "x\\.y"  # a remark\n', {"a": "x\\.y"}),
        ("a:\n  - b: 1\n     c: 2\n", {"a": [{"b": "1", "c": "2"}]}),
        ("a: one:\n  - x\n  - y\n", {"a": ["x", "y"]}),
        ("a:\n  b:1\n  c: 2\n", {"a": {"b": "1", "c": "2"}}),
        ("a: *b\nc: %d\n", {"a": "*b", "c": "%d"}),
        ("a:\n  - 'it's done'\n", {"a": ["it's done"]}),
    ],
)
def test_what_the_author_may_have_meant(text, value):
    assert mended(text)[0] == value
    assert mended(text)[1]


def test_of_a_key_beyond_help_what_stands_above_the_trouble_is_kept():
    value, warnings = mended("a:\n  - x\n" + "  @: {]\n" * 9000 + "b: 1\n")

    assert value == {"a": ["x"], "b": "1"}
    why = "found character that cannot start any token"
    assert warnings[0] == f"p.md:4: no YAML ({why}); left out: @: {{]"
    assert warnings[-1].endswith(f"not understood as YAML: {why}; write it anew")
