"""Truths that a file is there or is gone."""

import re

from gsd_run.checking.truths.named_files import PATH, UnknownPlace, path_meant
from gsd_run.checking.truths.sentences import ARTICLE, parts, rest_of
from gsd_run.domain import lazy
from gsd_run.domain.claim import ArtifactCheck, Check, Part
from gsd_run.domain.plan import Plan

_KIND = r"(?: (?:file|directory|folder|script|module|workflow|component|stub|page|skill|hook)s?)*"
_LIST = rf"{PATH}(?:(?:, and |, | and ){PATH})*"
_SUBJECT = rf"{ARTICLE}(?P<paths>{_LIST}){_KIND}"
_NOW = r"(?:still |now |already )?"
_PRESENT = lazy.pattern(
    rf"{_SUBJECT} (?:(?:{_NOW}exists?)|(?:is|are) {_NOW}present|"
    r"(?:is|are|was|were|has been|have been) created)\b",
    re.IGNORECASE,
)
_ABSENT = lazy.pattern(
    rf"{_SUBJECT} (?:does not exist|doesn['’]t exist|do not exist|no longer exists?|"
    r"(?:is|are|was|were|has been|have been) (?:now )?"
    r"(?:gone|deleted|removed|absent)|must not exist|should not exist)\b"
    r"(?: (?:anymore|any more|in the repository|from the repository|from the project|from disk))?",
    re.IGNORECASE,
)
# Words of which one stands in every truth of the kind: for most, no more has to be tried.
_TELL_PRESENT = ("exist", "present", "created")
_TELL_ABSENT = ("exist", "gone", "deleted", "removed", "absent")
_BOTH = lazy.pattern(r"[*{}<>]|\bor\b", re.IGNORECASE)


def file_parts(text: str, plan: Plan) -> tuple[Part, ...]:
    """Return the parts of a truth such as "src/cli.ts exists", none for any other.

    That a file was made is seen from its being there; a file whose folder the plan does not tell
    is not looked for.
    """
    lower = text.lower()
    for pattern, telling, present in (
        (_PRESENT, _TELL_PRESENT, True),
        (_ABSENT, _TELL_ABSENT, False),
    ):
        match = pattern.match(text) if any(word in lower for word in telling) else None
        rest = rest_of(text, match.end()) if match else None
        if match is None or rest is None or _BOTH.search(match["paths"]):
            continue
        named = re.findall(PATH, match["paths"])
        rule = "the file that it names is there" if present else "the file that it names is gone"
        try:
            paths = [path_meant(name, plan) for name in named]
        except UnknownPlace as unknown:
            return (Part(text=text, rule=rule, unproven=str(unknown)),)
        checks: list[Check] = [ArtifactCheck(path=path, present=present) for path in paths]
        return parts(text, rule, checks, rest)
    return ()
