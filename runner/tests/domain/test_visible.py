"""What can't be seen, or acts on a terminal, is written as an escape; all else stays."""

import json

import pytest
from gsd_run.domain.visible import visible


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "é ü ñ",
        "two\nlines\tand a tab",
        "👨\u200d👩\u200d👧",
        "می\u200cخواهم",
        "❤\ufe0f",
        "日本語",
        "",
    ],
)
def test_plain_texts_stay(text):
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", r"\u001b[31mred"),
        ("bad\rgood", r"bad\u000dgood"),
        ("line\r\nline", "line\nline"),
        ("\x9b31m", r"\u009b31m"),
        ("\u202egnp", r"\u202egnp"),
        ("ad\u200dmin", r"ad\u200dmin"),
        ("a\U000e0041", r"a\udb40\udc41"),
        ("\udcff", r"\udcff"),
        ("a\u2028b", r"a\u2028b"),
        ("\x00", r"\u0000"),
    ],
)
def test_texts_that_act_are_escaped(text, shown):
    assert visible(text) == shown


def test_json_stays_the_same_json():
    value = {"a": "\x1b\u202e\U000e0041\x9b\u200b"}
    assert json.loads(visible(json.dumps(value, ensure_ascii=False))) == value
