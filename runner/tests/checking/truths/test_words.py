"""When the words of a truth and of a test say the same."""

import pytest
from gsd_run.checking.truths.beyond import beyond_tests
from gsd_run.checking.truths.matching import TestWords, fit
from gsd_run.checking.truths.words import stem, words_of


@pytest.mark.parametrize(
    ("truth", "title"),
    [
        ("parseDate returns null for empty strings", "parseDate returns null for an empty string"),
        ("Expired tokens are rejected with 401", "test_expired_tokens_are_rejected_with_401"),
        ("scan() result includes author-schema dimension", "scan result includes author schema dimension"),
        ("A replayed nonce is rejected with 401", "rejects a replayed nonce with 401"),
    ],
)  # fmt: skip
def test_other_forms_of_the_same_words_fit(truth: str, title: str) -> None:
    assert fit(words_of(truth), TestWords(titles=(title,))).why == ""


@pytest.mark.parametrize(
    ("truth", "title"),
    [
        ("parseDate returns null for empty strings", "parseDate returns null for blank strings"),
        ("parseDate returns null for strings", "parseDate never returns null for strings"),
        ("Expired tokens are rejected with 401", "expired tokens are rejected with 403"),
        ("Orders get a discount of 10", "orders get a discount of 100"),
        ("Items move from cart to wishlist", "items move from wishlist to cart"),
        ("Upload stores a file", "upload fails to store a file"),
        ("Commands are idempotent on restart", "start commands are idempotent on restart when cold"),
        ("`max_size` limits uploads of files", "the size limits uploads of max files"),
        ("Refunds are paid before invoices", "invoices are paid before refunds"),
        ("A session is created for new logins", "a session is not created for new logins"),
    ],
)  # fmt: skip
def test_another_sense_does_not(truth: str, title: str) -> None:
    assert fit(words_of(truth), TestWords(titles=(title,))).why != ""


def test_what_stands_around_a_title_counts_but_not_alone() -> None:
    truth = words_of("Connection close aborts the pending write")
    assert fit(
        truth, TestWords(titles=("aborts the pending write",), around=("Connection.close",))
    ).fits
    around = ("Connection close aborts the pending write",)
    assert not fit(truth, TestWords(titles=("it happens",), around=around)).fits


@pytest.mark.parametrize(
    ("words", "bare"),
    [
        (("creates", "created", "creating", "create"), "creat"),
        (("stops", "stopped", "stopping"), "stop"),
        (("retries", "retried", "retry"), "retry"),
        (("status",), "status"),
        (("class", "classes"), "class"),
    ],
)
def test_stems(words: tuple[str, ...], bare: str) -> None:
    assert {stem(word) for word in words} == {bare}


@pytest.mark.parametrize(
    "truth",
    [
        "The list fades in smoothly",
        "Save button is visible without scrolling",
        "Users can reset their password",
        "Icons follow the palette",
        "The settings page keeps its state",
        "The planner agent asks before it writes",
        "The guide explains how to install",
        "Queries are fast",
        "Uploads finish within 3 seconds",
        "The API is secure and scalable",
        "Errors are handled gracefully",
        "Dragging a row reorders the list",
    ],
)
def test_some_truths_are_never_shown_by_the_name_of_a_test(truth: str) -> None:
    assert beyond_tests(truth)
