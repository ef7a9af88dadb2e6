"""Statements that a file is there, or is not, compiled to a look at that file."""

import re

from gsd_run.checking.compiling.adaptations import shown
from gsd_run.domain import lazy
from gsd_run.domain.claim import ArtifactCheck, Part

_PATH = r"`?(?P<{0}>(?!https?:)(?:[\w.@-]+/)*[\w@-]*\.?[\w-]+(?:\.[\w-]+)*\.?/?)`?"
_ONE, _OTHER = _PATH.format("path"), _PATH.format("other")
_SUBJECT = r"(?:(?:verify|check|confirm|ensure|that|the|new|file|both|files) )*"
_IS_THERE = r"(?:(?:still |now )?exists?|(?:is|are) (?:present|created|there)|(?:was|were) created)"
_IS_GONE = (
    r"(?:does not exist|doesn't exist|do not exist|no longer exists?|(?:is|are) (?:gone|deleted|"
    r"removed|absent)|must not exist|should not exist)"
)
_PRESENT = (
    lazy.pattern(rf"{_SUBJECT}{_ONE}(?:(?:,| and|, and) {_OTHER})? {_IS_THERE}", re.IGNORECASE),
    lazy.pattern(rf"(?:new )?file {_IS_THERE} (?:at|in|as) {_ONE}", re.IGNORECASE),
    lazy.pattern(rf"{_SUBJECT}file {_ONE} {_IS_THERE}", re.IGNORECASE),
)
_ABSENT = lazy.pattern(rf"{_SUBJECT}{_ONE}(?:(?:,| and|, and) {_OTHER})? {_IS_GONE}", re.IGNORECASE)
# These are called so, and are no files.
_PRODUCT = lazy.pattern(
    r"(?:node|next|vue|nuxt|nest|express|three|d3|chart|react|alpine|e)\.\w+\.?", re.IGNORECASE
)
_RULE = "the file itself"
# Every pattern has one of these; most clauses have none.
_SPEAKS = lazy.pattern(r"exist|present|created|there|gone|deleted|removed|absent", re.IGNORECASE)


def file_parts(clause: str) -> tuple[Part, ...]:
    """Return the checks of a clause such as "dist/index.js exists", none for any other clause.

    What stands for a file must look like a path: it has a folder or an ending.
    """
    if not _SPEAKS.search(clause):
        return ()
    words = shown(clause).strip(" .,;")
    for pattern, present in (*((one, True) for one in _PRESENT), (_ABSENT, False)):
        match = pattern.fullmatch(words)
        paths = [path for path in match.groupdict().values() if path] if match else []
        if paths and all(map(_is_path, paths)):
            return tuple(
                Part(
                    text=clause,
                    rule=_RULE,
                    check=ArtifactCheck(path=path.strip("`").rstrip("."), present=present),
                )
                for path in paths
            )
    return ()


def _is_path(text: str) -> bool:
    if _PRODUCT.fullmatch(text):
        return False
    return "/" in text or re.search(r"\w\.[A-Za-z]\w{0,5}\.?$", text) is not None
