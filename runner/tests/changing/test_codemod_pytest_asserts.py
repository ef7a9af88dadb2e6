"""`pytest_asserts`: unittest's assertions as pytest's, with the same results on the same subject."""

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent, indent
from xml.etree import ElementTree as ET

import pytest
from gsd_run.changing.codemods.testing import apply_edits, assert_codemod, write
from gsd_run.changing.steps import plan_step
from gsd_run.domain.change import Facts, StepResult
from gsd_run.domain.run_file import Step
from gsd_run.outside.project import Project

SUITE = Path(__file__).parent / "unittest_suite.txt"

SUBJECT = """\
import logging
import os


def given(good, bad):
    return bad if os.environ.get("BROKEN") else good


class Thing:
    def __init__(self, size):
        self.size = size

    def log(self):
        if self.size:
            logging.getLogger("shop").warning("made")


def numbers(one):
    return {"one": one, "text": "\\n        as it is\\n    "}


def boom(text):
    if text:
        raise ValueError(text)
"""


def converted(folder: Path, options: dict | None = None) -> StepResult:
    given = {"tests": "test_a.py"} | (options or {})
    step = Step(kind="codemod", subject="pytest_asserts", line=1, options=given)
    return plan_step(step, None, Project(root=folder), Facts())


def becomes(folder: Path, before: str, after: str, **options: str) -> list[tuple[int, str]]:
    """Compare what a test's body becomes; return what is left, by its line in the body."""

    def indented(text: str) -> str:
        return indent(dedent(text), " " * 8)

    write(folder, "test_a.py", f"class TestA(Case):\n    def test(self):\n{indented(before)}")
    result = converted(folder, options)
    assert result.failure is None, result.failure
    apply_edits(folder, result)
    text = (folder / "test_a.py").read_text()
    body = text.partition("    def test(self):\n")[2]
    assert body == indented(after)
    return [(one.line - 2, one.message) for one in result.undecided]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("self.assertEqual(a, b)\n", "assert a == b\n"),
        ("self.assertEquals(a, b)\n", "assert a == b\n"),
        ("self.assertEqual(first=a, second=b, msg=c)\n", "assert a == b, c\n"),
        ("self.assertEqual(a, b, None)\n", "assert a == b\n"),
        ("self.assertEqual(a < b, not c)\n", "assert (a < b) == (not c)\n"),
        ("self.assertEqual((yield), (d := 1))\n", "assert (yield) == (d := 1)\n"),
        ("self.assertEqual(a + 1, (b, c))\n", "assert a + 1 == (b, c)\n"),
        ("self.assertEqual(lambda: a, b)\n", "assert (lambda: a) == b\n"),
        ("self.assertIn(a, b or c)\n", "assert a in (b or c)\n"),
        ("self.assertTrue((a := b))\n", "assert (a := b)\n"),
        ("self.assertTrue(a for a in b)\n", "assert (a for a in b)\n"),
        ("self.assertTrue(a if b else c)\n", "assert a if b else c\n"),
        ("self.assertFalse(a and b)\n", "assert not (a and b)\n"),
        ("self.assertFalse(not a)\n", "assert not (not a)\n"),
        ("self.assertIsNot(a, True)\n", "assert a is not True\n"),
        ("self.assertIsInstance(a, (b, c), 'd')\n", "assert isinstance(a, (b, c)), 'd'\n"),
        ("self.assertAlmostEqual(a, -b)\n", "assert a == pytest.approx(-b, abs=5e-08)\n"),
        ("self.assertAlmostEqual(a, b, 3)\n", "assert round(abs(a - b), 3) == 0\n"),
        ("self.assertAlmostEqual(a, b - c, 3)\n", "assert round(abs(a - (b - c)), 3) == 0\n"),
        ("self.assertAlmostEqual(a, b, delta=0.1)\n", "assert a == pytest.approx(b, abs=0.1)\n"),
        (
            "self.assertAlmostEqual(a, b, delta=timedelta(1))\n",
            "assert abs(a - b) <= timedelta(1)\n",
        ),
        (
            "self.assertNotAlmostEqual(a, b, 2)\n",
            "assert a != b and round(abs(a - b), 2) != 0\n",
        ),
        ("self.assertRegex(a, 'b')\n", "assert re.search('b', a)\n"),
        ("self.assertCountEqual(a, [1, 2])\n", "assert Counter(list(a)) == Counter([1, 2])\n"),
        ("self.assertSetEqual(a, {1})\n", "assert isinstance(a, (set, frozenset)) and a == {1}\n"),
        ("self.assertMultiLineEqual(a, 'b')\n", "assert a == 'b'\n"),
        ("self.assertRaises(E, f)\n", "with pytest.raises(E):\n    f()\n"),
        ("self.assertRaises(E, f, 1, b=2)\n", "with pytest.raises(E):\n    f(1, b=2)\n"),
        ("self.assertRaises(E, f, g())\n", "pytest.raises(E, f, g())\n"),
        ("self.assertRaises(E, a.f)\n", "with pytest.raises(E):\n    a.f()\n"),
        ("self.assertRaises(AttributeError, a.f)\n", "pytest.raises(AttributeError, a.f)\n"),
        ("self.assertRaises(E, f); g()\n", "pytest.raises(E, f); g()\n"),
        ("if a: self.assertRaises(E, f)\n", "if a: pytest.raises(E, f)\n"),
        (
            "with self.assertRaisesRegex(E, ('a' 'b')):\n    f()\n",
            "with pytest.raises(E, match=('a' 'b')):\n    f()\n",
        ),
        (
            "with self.assertRaisesRegex(E, expected_regex='a'), g():\n    f()\n",
            "with pytest.raises(E, match='a'), g():\n    f()\n",
        ),
        ("self.fail()\n", "pytest.fail()\n"),
        ("self.skipTest('a')\n", "pytest.skip('a')\n"),
        ("self.assertEqual(a, b)  # why\n", "assert a == b  # why\n"),
        (
            "self.assertEqual(\n    a,  # first\n    b\n)\n",
            "# first\nassert a == b\n",
        ),
        (
            "self.assertEqual(\n    a +\n    b,\n    c,\n)\n",
            "assert (a +\nb) == c\n",
        ),
        (
            'self.assertEqual(\n    f(\n        a,\n    ),\n    """x\n    y""",\n)\n',
            'assert f(\n    a,\n) == """x\n    y"""\n',
        ),
        (
            f"self.assertEqual(\n    {'a' * 35}, {'b' * 35}\n)\n",
            f"assert (\n    {'a' * 35} == {'b' * 35}\n)\n",
        ),
        (
            f"self.assertTrue(\n    a, '{'b' * 69}'\n)\n",
            f"assert a, (\n    '{'b' * 69}'\n)\n",
        ),
        (
            f"self.assertEqual(\n    {'a' * 60},\n    {'b' * 60},\n)\n",
            f"assert (\n    {'a' * 60}\n    == {'b' * 60}\n)\n",
        ),
    ],
)  # fmt: skip
def test_becomes(tmp_path, before, after):
    assert becomes(tmp_path, before, after) == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("self.assertEqual(*a)", "its arguments are spread from a list"),
        ("self.assertEqual(a)", "its arguments do not fit"),
        ("self.assertEqual(a, b, c, d)", "its arguments do not fit"),
        ("self.assertTrue((a, b))", "asserts a tuple, which is always true"),
        ("self.assertIs(a, 'b')", "compares the identity of a literal, which Python warns of"),
        ("return self.assertEqual(a, b)", "it is no statement of its own"),
        ("self.assertCountEqual(a, b)", "elements may be such that can't be counted"),
        ("self.assertListEqual(a, b)", "also asserts that both are of type list; neither is a literal"),
        ("self.assertDictEqual(a(), {})", "also asserts that both are of type dict, which can't be told here"),
        ("self.assertAlmostEqual(a, b, delta=c)", "pytest.approx takes only numbers, and delta can't be told to be one"),
        ("self.assertAlmostEqual(a, b, c)", "the number of places is no plain number from 0 to 15"),
        ("self.assertAlmostEqual(a, [b])", "compares what has no tolerance"),
        ("self.assertNotAlmostEqual(a(), b, 2)", "no tolerance of pytest.approx is exactly that of 2 places"),
        ("self.assertRegex(a(), b())", "text and pattern would change places, and both call something"),
        ("self.assertRaisesRegex(E, 'a', f, g())", "its arguments may raise the error themselves, outside of the call"),
        ("self.assertRaises(E, lambda: self.assertTrue(a))", "another assertion stands in its arguments"),
        ("with self.assertRaises(E, msg='a'): f()", "pytest.raises takes no message"),
        ("with self.assertRaisesRegex(E, ''): f()", "an empty pattern matches everything"),
        ("with self.assertWarns(W): f()", "there is no plain assertion that means the same"),
        ("with self.assertLogs(): f()", "there is no plain assertion that means the same"),
        ("with self.subTest(): f()", "pytest has no such thing; parametrize the test"),
        ("self.assertTemplateUsed(a, b)", "there is no plain assertion that means the same"),
    ],
)  # fmt: skip
def test_left(tmp_path, code, reason):
    left = becomes(tmp_path, f"{code}\n", f"{code}\n")
    assert [(line, text.partition(" is left: ")[2]) for line, text in left][:1] == [(1, reason)]


def test_what_is_caught_is_used_by_pytests_name(tmp_path):
    before = """\
    with self.assertRaises(E) as caught:
        f()
    self.assertEqual(caught.exception.args, (1,))
    with self.assertRaises(E) as other:
        f()
    g(other)
    try:
        f()
    except E:
        self.fail("no")
    """
    after = """\
    with pytest.raises(E) as caught:
        f()
    assert caught.value.args == (1,)
    with self.assertRaises(E) as other:
        f()
    g(other)
    try:
        f()
    except E:
        self.fail("no")
    """
    left = becomes(tmp_path, before, after)
    assert [line - 2 if line > 10 else line for line, _ in left] == [4, 10]
    assert "other is used for something else than its exception" in left[0][1]
    assert "what is around it may catch it" in left[1][1]


def test_assertions_of_their_own_are_left(tmp_path):
    text = """\
class Case:
    def assertEqual(self, a, b):
        ...


class TestA(Case):
    def test(self):
        self.assertEqual(1, 2)
        self.assertTrue(pytest)


def pytest(): ...
"""
    write(tmp_path, "test_a.py", text)
    result = converted(tmp_path)
    assert [(one.line, one.message) for one in result.undecided] == [
        (8, "self.assertEqual is left: these tests define what it means themselves")
    ]
    write(tmp_path, "test_a.py", text.replace("assertTrue(pytest)", "fail()"))
    assert [one.message for one in converted(tmp_path).undecided][1:] == [
        "self.fail is left: pytest means something else in this file"
    ]


CASES = """\
import unittest


class TestPlain(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.one = 1

    def setUp(self):
        self.two = 2

    def tearDown(self):
        del self.two

    def test(self):
        self.assertEqual(self.one + 1, self.two)


class TestSuper(unittest.TestCase):
    def setUp(self):
        super().setUp()


class Named(unittest.TestCase):
    def test(self):
        assert True


class TestLeft(unittest.TestCase):
    def test(self):
        self.assertCountEqual(a, b)
"""


def test_classes(tmp_path):
    after = (
        CASES.replace("class TestPlain(unittest.TestCase):", "class TestPlain:")
        .replace("def setUpClass(cls)", "def setup_class(cls)")
        .replace("def setUp(self):\n        self.two", "def setup_method(self):\n        self.two")
        .replace("def tearDown(", "def teardown_method(")
        .replace("self.assertEqual(self.one + 1, self.two)", "assert self.one + 1 == self.two")
    )
    result = assert_codemod(
        tmp_path,
        "pytest_asserts",
        {"tests/test_a.py": CASES},
        {"tests/test_a.py": after},
        options={"tests": "tests", "classes": "true"},
    )
    assert [(one.line, one.message) for one in result.undecided] == [
        (19, "class TestSuper stays a unittest.TestCase: line 21 uses super()"),
        (24, "class Named stays a unittest.TestCase: pytest would not find it by its name; it has "
         "to start with Test"),
        (29, "class TestLeft stays a unittest.TestCase: line 31 uses self.assertCountEqual"),
        (31, "self.assertCountEqual is left: elements may be such that can't be counted"),
    ]  # fmt: skip


def test_unittest_goes_with_its_last_use_and_line_ends_stay(tmp_path):
    before = "import os\r\nfrom unittest import TestCase, mock\r\n\r\n\r\nclass TestA(TestCase):\r\n    def test(self):\r\n        self.assertTrue(mock)\r\n"
    after = "import os\r\nfrom unittest import mock\r\n\r\n\r\nclass TestA:\r\n    def test(self):\r\n        assert mock\r\n"
    assert_codemod(
        tmp_path,
        "pytest_asserts",
        {"test_a.py": before},
        {"test_a.py": after},
        options={"tests": "test_a.py", "classes": "true"},
    )


def test_what_can_not_be_read_is_named(tmp_path):
    write(tmp_path, "test_a.py", "def (\n")
    assert (converted(tmp_path).failure or "").startswith("test_a.py:1: no valid Python")
    write(tmp_path, "test_a.py", "a = 1\r\nb = 2\n")
    assert converted(tmp_path).failure == (
        "test_a.py: has line ends of several kinds; settle for one first"
    )


def test_a_suite_has_the_same_results_whole_and_broken(tmp_path):
    write(tmp_path, "subject.py", SUBJECT)
    write(tmp_path, "test_a.py", SUITE.read_text())
    before = results(tmp_path, ""), results(tmp_path, "1")
    assert sorted(before[0].values()) == ["passed"] * 38 + ["skipped"]
    assert set(before[1].values()) == {"failure"}

    options = {"classes": "true"}
    apply_edits(tmp_path, converted(tmp_path, options))

    assert (results(tmp_path, ""), results(tmp_path, "1")) == before
    assert (tmp_path / "test_a.py").read_text().count("self.assert") == 1  # assertLogs
    assert converted(tmp_path, options).edits == ()


def results(folder: Path, broken: str) -> dict[str, str]:
    """Return how each test ended, with every value that it looks at as it is, or broken."""
    report = folder / "report.xml"
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
    environment = {**os.environ, "BROKEN": broken, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, check=False
    )
    return {
        str(case.get("name")): next((child.tag for child in case), "passed")
        for case in ET.parse(report).iter("testcase")
    }
