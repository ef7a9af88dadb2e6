"""What leaves the machine by a command: secrets in its text, files that it sends to a host."""

import re
from collections.abc import Iterator

from gsd_run.domain import lazy
from gsd_run.outside.calls import Call

# Tokens whose form is their issuer's; a pattern for "any password" would hit every fixture.
_TOKENS = lazy.pattern(
    r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{60,}|glpat-[\w-]{20,}|AKIA[0-9A-Z]{16}"
    r"|sk-(?:proj-|ant-)?[A-Za-z0-9_-]{24,}|sk_live_[A-Za-z0-9]{16,}|xox[abprs]-[\w-]{12,}"
    r"|AIza[\w-]{35}|npm_[A-Za-z0-9]{36}|pypi-[\w-]{50,}|SG\.[\w-]{20,}\.[\w-]{20,}"
    r"|eyJ[\w-]{16,}\.eyJ[\w-]{16,}\.[\w-]{16,})"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
_CREDENTIALS = lazy.pattern(
    r"\b[a-z][a-z0-9+]*://[\w.-]+:(?P<word>[^\s:@/'\"$<{*]+)@(?P<host>[\w.-]+)"
)
# Words that stand for a password, and hosts that nobody else reaches.
_STANDS_FOR = lazy.pattern(
    r"(?:x+|\*+|pass(?:word|wd)?|pwd|secret|user|postgres|root|admin|test\w*|your\w*|example"
    r"|changeme|dummy|fake\w*|tokens?|key)\d*",
    re.IGNORECASE,
)
_LOCAL = lazy.pattern(
    r"(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[?::1\]?|host\.docker\.internal|[\w-]+\.(?:local|test|example)"
    r"|(?:[\w-]+\.)?example\.(?:com|org|net)|[\w-]+)(?::\d+)?"
)
_FAKE = lazy.pattern(
    r"(?:x{6,}|0{6,}|1234|abcdef|test|fake|dummy|example|placeholder|your)", re.IGNORECASE
)
_HOST = lazy.pattern(r"(?:[a-z][a-z0-9+.-]*://)?(?:[^/@\s]*@)?(?P<host>\[[^\]]*\]|[^/:\s]+)")


def secrets(script: str) -> Iterator[tuple[str, str, int]]:
    """Return the secrets in a text, shortened, with what they are and where they stand."""
    for match in _TOKENS.finditer(script):
        if not _FAKE.search(match[0]):
            yield (
                f"{match[0][:6]}…",
                "a token stands in the plan, for everyone to read",
                match.start(),
            )
    for match in _CREDENTIALS.finditer(script):
        if not (_STANDS_FOR.fullmatch(match["word"]) or _LOCAL.fullmatch(match["host"])):
            what = f"the password for {match['host']} stands in the plan, for everyone to read"
            yield f"{match[0].partition(':')[0]}://…", what, match.start()


def uploads(call: Call) -> Iterator[str]:
    """Return what a command sends to another host: files of this machine."""
    texts = [word.text for word in call.arguments]
    if call.program in {"scp", "rsync"}:
        named = [text for text in texts if not text.startswith("-")]
        if (
            len(named) > 1
            and re.match(r"[\w.@-]+:", named[-1])
            and not named[0].startswith("rsync:")
        ):
            yield f"sends files to {named[-1].partition(':')[0]}"
        return
    sent = _sent(texts)
    hosts = [_HOST.match(text) for text in texts if re.match(r"https?://|[\w-]+\.[\w.-]+/", text)]
    outside = [host["host"] for host in hosts if host and not _LOCAL.fullmatch(host["host"])]
    if sent and outside and "$" not in outside[0]:
        yield f"sends {sent} to {outside[0]}"


def _sent(texts: list[str]) -> str:
    """Return the file that curl or wget is told to send, "" for none."""
    for place, text in enumerate(texts):
        after = texts[place + 1] if place + 1 < len(texts) else ""
        name, _, value = text.partition("=")
        if text in {"-T", "--upload-file"}:
            return after
        if text in {"-d", "--data", "--data-binary", "--data-raw", "--json"} and after[:1] == "@":
            return after[1:]
        if text in {"-F", "--form"} and "=@" in after:
            return after.partition("=@")[2]
        if name in {"--post-file", "--body-file", "--upload-file"} and value:
            return value
        if name in {"--data", "--data-binary"} and value.startswith("@"):
            return value[1:]
    return ""
