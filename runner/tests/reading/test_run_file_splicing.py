"""Amendments put into run files of all shapes, every other byte as it was."""

import pytest
from gsd_run.domain.run_file import Amendment
from gsd_run.reading.run_file import read_run_file
from gsd_run.reading.run_file_splicing import spliced

ONE = Amendment(
    claim="verify.1",
    replace=(('grep "a" b', "grep 'ä' b\n\tc"), ("x", "y")),
    reason="nothing writes b",
    line=1,
)
BLOCK = """\
  - claim: verify.1
    replace:
      "grep \\"a\\" b": "grep 'ä' b\\n\\tc"
      "x": "y"
    reason: nothing writes b
"""
OLDER = """\
amend:
  - claim: done.1
    replace: {a: b}
    reason: |
      so be it
      # no comment
"""


def test_a_new_file_says_what_it_is() -> None:
    assert spliced(None, [ONE], "01-01") == (
        "# What carrying out 01-01 needs and the plan does not say.\n\namend:\n" + BLOCK
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "amend:\n" + BLOCK),
        ("# only words\n", "# only words\n\namend:\n" + BLOCK),
        ("changes: {}", "changes: {}\n\namend:\n" + BLOCK),
        ("changes: {}\n", "changes: {}\n\namend:\n" + BLOCK),
        ("amend:\nchanges: {}\n", "amend:\n" + BLOCK + "changes: {}\n"),
        (OLDER, OLDER + BLOCK),
        (OLDER.rstrip("\n"), OLDER + BLOCK),
        (
            OLDER + "\n# now the changes\n\nchanges: {}  # none\n",
            OLDER + BLOCK + "\n# now the changes\n\nchanges: {}  # none\n",
        ),
        (
            "amend:\n- claim: done.1\n  replace: {a: b}\n  reason: c\n# end\n",
            "amend:\n- claim: done.1\n  replace: {a: b}\n  reason: c\n"
            + BLOCK.replace("\n  ", "\n").removeprefix("  ")
            + "# end\n",
        ),
    ],
)
def test_the_rest_stays_byte_for_byte(before: str, after: str) -> None:
    assert spliced(before, [ONE], "01-01") == after
    known = read_run_file(before, "r").amendments
    read = read_run_file(after, "r").amendments
    assert [one.claim for one in read] == [*(one.claim for one in known), "verify.1"]
    assert (read[-1].replace, read[-1].reason) == (ONE.replace, ONE.reason)


@pytest.mark.parametrize(
    "before",
    ["amend: []\n", "amend: [{claim: done.1, replace: {a: b}, reason: c}]  # d\nchanges: {}\n"],
)
def test_a_list_in_brackets_stays_one(before: str) -> None:
    after = spliced(before, [ONE], "01-01")
    read = read_run_file(after, "r").amendments
    assert (read[-1].claim, read[-1].replace, read[-1].reason) == (
        ONE.claim,
        ONE.replace,
        ONE.reason,
    )
    assert len(read) == 1 + ("done.1" in before)
    assert after.startswith(before.partition("]")[0])
    assert after.endswith(before.partition("]")[2])


def test_line_ends_are_kept() -> None:
    after = spliced(OLDER.replace("\n", "\r\n"), [ONE], "01-01")
    assert after == (OLDER + BLOCK).replace("\n", "\r\n")


@pytest.mark.parametrize(
    "reason",
    [
        "no: this is no mapping",
        "what # is not a comment",
        "'quoted' at both 'ends'",
        "true",
        "19 of 51 passed before, which is 37.3 %, not 51 %",
        "- not a list",
        "it ends with:",
        "long " * 40 + "and: with # all & sorts * of %things",
        "„Ünï“ cödé",
    ],
)
def test_every_reason_reads_as_it_was_given(reason: str) -> None:
    one = Amendment(claim="done.1", replace=(("a", "b"),), reason=reason, line=1)
    assert read_run_file(spliced(None, [one], "x"), "r").amendments[0].reason == reason.strip()
