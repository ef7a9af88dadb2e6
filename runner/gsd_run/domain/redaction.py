"""Secrets taken out of texts that are kept: outputs of commands, messages of tests."""

import re

from gsd_run.domain import lazy

MARK = "⟦redacted⟧"

# What an issuer puts before a token stays: it tells what was there, and a search for it finds it.
_TOKENS = lazy.pattern(
    r"\b(gh[pousr]_|github_pat_|glpat-|sk_(?:live|test)_|rk_live_|xox[abeoprs]-|npm_|pypi-|hf_"
    r"|dop_v1_|shpat_|SG\.|AIza|ya29\.|sk-(?:ant-|proj-|or-)?|AKIA|ASIA)"
    r"(?=[\w-]*\d)[\w.-]{16,}"
)
_JWT = lazy.pattern(r"\b(eyJ)[\w-]{8,}\.[\w-]{8,}\.[\w-]*")
_KEY_BLOCK = lazy.pattern(
    r"(-----BEGIN (?P<what>[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?)-----)"
    r"[^-]*(?:-(?!----END)[^-]*)*(-----END (?P=what)-----|\Z)"
)
_HEADER = lazy.pattern(
    r"((?:proxy-)?authorization[\"']?\s*[:=]\s*[\"']?(?:bearer|basic|token)\s+)[^\s\"',;]{6,}",
    re.IGNORECASE,
)
_IN_ADDRESS = lazy.pattern(
    r"\b([a-z][a-z0-9+.-]{1,30}://[^\s/:@'\"]{0,100}:)[^\s/@'\"]{1,200}(?=@)"
)
# A value that is quoted, or long, or has a digit; not the code or the prose that speaks of one.
_NAMED = lazy.pattern(
    r"(?P<name>(?:passw(?:or)?d|passphrase|secret|api[_-]?key|access[_-]?key|auth[_-]?token"
    r"|access[_-]?token|refresh[_-]?token|client[_-]?secret|private[_-]?key)[\"']?\s?(?:=|:)\s?)"
    r"(?:(?P<quote>[\"'])(?P<quoted>[^\"'\s]{4,200})(?P=quote)"
    r"|(?P<bare>(?!(?:process|import|os|env|settings|config|self|this)\.)"
    r"(?=[\w+/=.!@#%^&*-]*\d)[\w+/=.!@#%^&*-]{6,200})(?![\w(\[]))",
    re.IGNORECASE,
)
# Words by which it can be told at once that a text holds none of all this: looking for them one by
# one in the text in lower case takes a tenth of the time of one pattern.
_SIGNS = (
    "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "sk_", "rk_", "xox", "npm_",
    "pypi-", "hf_", "dop_v1_", "shpat_", "sg.", "aiza", "ya29", "sk-", "akia", "asia", "eyj",
    "private key", "://", "authorization", "passw", "passphrase", "secret", "key", "token",
)  # fmt: skip


def redacted(text: str) -> str:
    """Return a text with the secrets in it replaced by ⟦redacted⟧.

    Known are tokens by the form that their issuers give them, private keys, passwords in
    addresses and in `Authorization:` headers, and values beside a name such as `password=`.
    What stands before a secret stays. A secret without any such sign is not known.
    """
    lowered = text.lower()
    if not any(sign in lowered for sign in _SIGNS):
        return text
    text = _KEY_BLOCK.sub(rf"\1{MARK}\3", text)
    text = _TOKENS.sub(rf"\1{MARK}", text)
    text = _JWT.sub(rf"\1{MARK}", text)
    text = _HEADER.sub(rf"\1{MARK}", text)
    text = _IN_ADDRESS.sub(rf"\1{MARK}", text)
    return _NAMED.sub(_without_value, text)


def _without_value(found: re.Match[str]) -> str:
    quote = found["quote"] or ""
    value = found["quoted"] or found["bare"]
    return found[0] if MARK in value else f"{found['name']}{quote}{MARK}{quote}"
