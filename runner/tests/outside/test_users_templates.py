"""Templates of strangers: what they may not do, and what is said of their mistakes."""

import subprocess
import sys
from pathlib import Path

import gsd_run
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


def test_what_acts_on_a_terminal_or_fits_in_no_file_is_written_as_it_is_spelt() -> None:
    text = rendered_apart(
        "t.j2", '{{ "\\x1b[2J" }} {{ "\\ud800" }} {{ 5 | plain }} {{ none | cell }}', {}
    )
    assert text == r"\u001b[2J \ud800 5 None"


def test_gsd_run_is_found_wherever_it_is_installed(tmp_path: Path) -> None:
    """Python does not look by itself where PYTHONPATH or a user's own packages are."""
    for path in map(Path, sys.path):
        for package in path.glob("*/__init__.py") if path.is_dir() else ():
            if package.parent.name in {"gsd_run", "jinja2", "markupsafe", "msgspec"}:
                (tmp_path / package.parent.name).symlink_to(package.parent)
    if not (tmp_path / "gsd_run").exists():
        (tmp_path / "gsd_run").symlink_to(Path(gsd_run.__file__).parent)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from gsd_run.outside.users_templates import rendered_apart\n"
        "print(rendered_apart('t.j2', 'x{{ 1 }}', {}))"
    )
    base = Path(sys.base_prefix) / "bin" / "python3"  # without what this environment has
    done = subprocess.run([base, "-I", "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("x1\n", 0), done.stderr
