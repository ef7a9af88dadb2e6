"""Criteria about files, read sentence by sentence by the rules that read truths about files."""

import re
from collections.abc import Callable, Iterator, Sequence

from gsd_run.checking.compiling.adaptations import shown
from gsd_run.checking.truths.contents import content_parts
from gsd_run.checking.truths.files import file_parts
from gsd_run.checking.truths.named_files import PATH, UnknownPlace, path_meant
from gsd_run.checking.truths.sentences import parts, rest_of
from gsd_run.domain import lazy
from gsd_run.domain.claim import ArtifactCheck, Part
from gsd_run.domain.plan import Plan

_CONDITIONAL = lazy.pattern(
    r"(?:when|if|after|once|while|before|unless|during|on|given|with)\b", re.IGNORECASE
)
_SENTENCE = lazy.pattern(r"(?<=[.;])\s+(?=[A-Z`\w./-])")
_QUOTED = lazy.pattern(r"`[^`]*`|\"[^\"]*\"")
_COLON = lazy.pattern(r"\b(contains?|includes?|exports?|has):\s+(?=[`'\"])", re.IGNORECASE)
_VERB = r"(?:still |now |also )*(?:contains?|includes?|exports?|defines|declares|does not contain)"
# "File contains …", "Contains …": which file, its task says.
_NO_SUBJECT = lazy.pattern(rf"(?:(?:the |this )?file |it )?(?={_VERB}\b)", re.IGNORECASE)
_THERE_AND = lazy.pattern(
    rf"(?:file )?(?P<path>{PATH}) (?:exists|is created|is present) (?:and |with )?(?={_VERB}\b)",
    re.IGNORECASE,
)
_LINES = lazy.pattern(
    rf"(?:file )?(?P<path>{PATH}) (?:is|has|contains) (?P<sign>at least|at most|no more than|"
    r"fewer than|less than|under|more than|over|exactly|≥|>=|≤|<=|>|<) ?"
    r"(?P<n>\d+) (?P<of>lines|tests|test (?:cases|functions))(?: long)?(?![\w-])",
    re.IGNORECASE,
)
_TELLING = frozenset({"acceptance", "done", "criterion", "verification"})
_RULE = "the file that it names, counted"

Otherwise = Callable[[str], Sequence[Part]]


def criterion_parts(
    kind: str, text: str, plan: Plan, files: Sequence[str], otherwise: Otherwise
) -> tuple[Part, ...]:
    """Return the parts of a criterion; what no file decides is compiled by `otherwise`.

    A condition stands with all of its sentence, so a sentence is read as a whole or not at all.
    `files` are those of the criterion's task: one alone is meant where no file is named.
    """
    if kind in _TELLING:
        sentences = list(_sentences(shown(text)))
        read = [_read(sentence, plan, files) for sentence in sentences]
        if any(read):
            pairs = zip(sentences, read, strict=True)
            return tuple(part for one, found in pairs for part in found or otherwise(one))
    return tuple(otherwise(text))


def _sentences(text: str) -> Iterator[str]:
    """Part a text at the ends of its sentences, not within quotes."""
    plain = " ".join(text.split())
    masked = _QUOTED.sub(lambda quoted: "_" * len(quoted[0]), plain)
    start = 0
    for end in _SENTENCE.finditer(masked):
        yield plain[start : end.start()]
        start = end.end()
    yield plain[start:]


def _read(sentence: str, plan: Plan, files: Sequence[str]) -> tuple[Part, ...]:
    """Return the parts of a sentence if a rule reads it and gives a check, else none."""
    words = _COLON.sub(r"\1 ", sentence.strip(" ")).rstrip(".;").rstrip()
    if _CONDITIONAL.match(words):
        return ()
    if len(files) == 1 and (bare := _NO_SUBJECT.match(words)):
        words = f"{files[0]} {words[bare.end() :][:1].lower()}{words[bare.end() + 1 :]}"
    found = (
        _counted(words, plan)
        or _there_and(words, plan)
        or file_parts(words, plan)
        or content_parts(words, plan)
    )
    return found if any(part.check for part in found) else ()


def _there_and(words: str, plan: Plan) -> tuple[Part, ...]:
    """Read "a.py exists and contains …": what contains something is there."""
    match = _THERE_AND.match(words)
    return content_parts(f"{match['path']} {words[match.end() :]}", plan) if match else ()


def _counted(words: str, plan: Plan) -> tuple[Part, ...]:
    """Read "a.py has at least 60 lines"."""
    match = _LINES.match(words)
    rest = rest_of(words, match.end()) if match else None
    if match is None or rest is None:
        return ()
    try:
        check = _bounded(path_meant(match["path"], plan), match)
    except UnknownPlace as unknown:
        return (Part(text=words, rule=_RULE, unproven=str(unknown)),)
    return parts(words, _RULE, [check], rest) if check else ()


def _bounded(path: str, match: re.Match[str]) -> ArtifactCheck | None:
    sign, number = match["sign"].lower(), int(match["n"])
    least = {"at least": 0, "≥": 0, ">=": 0, "more than": 1, "over": 1, ">": 1}.get(sign)
    most = {"at most": 0, "no more than": 0, "≤": 0, "<=": 0, "fewer than": 1, "less than": 1,
            "under": 1, "<": 1}.get(sign)  # fmt: skip
    if match["of"].lower() != "lines":
        return ArtifactCheck(path=path, min_tests=number + least) if least is not None else None
    if least is not None:
        return ArtifactCheck(path=path, min_lines=number + least)
    if most is not None:
        return ArtifactCheck(path=path, max_lines=number - most)
    return ArtifactCheck(path=path, exact_lines=number)
