"""Templates of strangers: what they may not do, and what is said of their mistakes."""

import pytest
from gsd_run.domain.errors import UsageError
from gsd_run.outside.users_templates import rendered_apart

VALUES = {"report": {"name": "N | `x`", "tests": None}, "counts": {"PROVEN": 1}}


def test_a_template_has_the_filters_of_the_built_in_one() -> None:
    text = "{{ report.name | cell }} {{ report.name | quoted }} {{ 61 | duration }}\n"
    assert rendered_apart("t.j2", text, VALUES) == 'N \\| x "N | `x`" 1min 1s\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "a\n{{ repot.x }}",
            "2: nothing is named repot; there are report, counts\n    {{ repot.x }}",
        ),
        ("{{ report.nam }}", "1: nothing here is named nam; there are name, tests"),
        ("{% if report.tests.after %}{% endif %}", "1: none has nothing named after"),
        ("a\nb\n{% for %}", "3: Expected an expression"),
        ("{{ ''.__class__.__mro__ }}", "1: a str has nothing named __class__"),
        ("{% include '/etc/passwd' %}", "1: a template of one's own can't include"),
        ("{{ 'a' * 99999999999 }}", "1: needs more than 1024 MiB"),
        ("{% for a in range(9999) %}{{ 'a' * 9999 }}{% endfor %}", "1: makes more than"),
        ("{{ report.items }}", "1: a method is no text"),
        (" \n", "1: the template is empty"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(UsageError) as error:
        rendered_apart("my.md.j2", text, VALUES)
    assert error.value.message.startswith(f"my.md.j2:{told}"), error.value.message


def test_a_loop_without_end_is_ended() -> None:
    loop = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    with pytest.raises(UsageError, match=r"my\.md\.j2: takes longer than 1 s"):
        rendered_apart("my.md.j2", loop, {}, seconds=1)
