"""Secrets in texts that are kept."""

import pytest
from gsd_run.domain.redaction import redacted

# Put together here, so that no scanner takes this file for a leak.
TOKEN = "Zz9" * 12
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIE+/=\nabc-def\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"token ghp_{TOKEN}.", "token ghp_⟦redacted⟧"),
        (f"github_pat_{TOKEN}", "github_pat_⟦redacted⟧"),
        (f"'sk-ant-{TOKEN}'", "'sk-ant-⟦redacted⟧'"),
        (f"sk-proj-{TOKEN} x", "sk-proj-⟦redacted⟧ x"),
        (f"sk_live_{TOKEN}", "sk_live_⟦redacted⟧"),
        (f"xoxb-{TOKEN}", "xoxb-⟦redacted⟧"),
        ("id=AKIA" + "ABCDEFGHIJKLMN23", "id=AKIA⟦redacted⟧"),
        (f"eyJ{TOKEN}.{TOKEN}.{TOKEN}", "eyJ⟦redacted⟧"),
        (f"a\n{KEY}\nb", "a\n-----BEGIN RSA PRIVATE KEY-----⟦redacted⟧-----END RSA PRIVATE KEY-----\nb"),
        (KEY[:50], "-----BEGIN RSA PRIVATE KEY-----⟦redacted⟧"),
        ("Authorization: Bearer abcdef123", "Authorization: Bearer ⟦redacted⟧"),
        ('"authorization": "Basic dXNlcjpwYXNz"', '"authorization": "Basic ⟦redacted⟧"'),
        ("postgres://app:hunter2@db:5432/x", "postgres://app:⟦redacted⟧@db:5432/x"),
        ("https://:tok@host/", "https://:⟦redacted⟧@host/"),
        ("DB_PASSWORD=hunter22 next", "DB_PASSWORD=⟦redacted⟧ next"),
        ('"password": "correct-horse"', '"password": "⟦redacted⟧"'),
        ("client_secret: 'abcd'", "client_secret: '⟦redacted⟧'"),
        ("API_KEY=ab12cd34ef", "API_KEY=⟦redacted⟧"),
    ],
)  # fmt: skip
def test_secrets_go_and_what_they_are_stays(before: str, after: str) -> None:
    assert redacted(before) == after
    assert redacted(after) == after


@pytest.mark.parametrize(
    "text",
    [
        "51 passed in 0.10s",
        "src/sk-learn-task-list.ts",
        "test_password_is_hashed PASSED",
        "def check(password=None): ...",
        "password: string;",
        "const secret = process.env.SECRET_KEY_V2",
        "key=value, api_key=get_key(user1)",
        "https://example.com/a:b@c",
        "git@github.com:owner/name.git",
        "2f4a9c1be7d05a6c3f8e1d2b4a6c8e0f1a2b3c4d",
        "-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----",
        "eyJust a word",
        "Authorization: required",
    ],
)
def test_other_words_stay(text: str) -> None:
    assert redacted(text) == text


def test_a_long_text_is_no_burden() -> None:
    text = "password " * 50_000 + "https://" + "a" * 200_000 + "-----BEGIN PRIVATE KEY-----" * 2_000
    assert len(redacted(text)) < len(text)
