"""Checks of key links: a pattern searched where the link comes from, else the imports decide."""

import re
from pathlib import Path

from gsd_run.checking.files.ends import Ends, NoEnds, ends_of, lost_target, targets_of
from gsd_run.checking.files.searching import Found, search
from gsd_run.checking.files.sought import Linked, defined_names, linked
from gsd_run.checking.linking.links import links
from gsd_run.checking.predicates.observation import Observation
from gsd_run.domain import lazy
from gsd_run.domain.claim import Evidence, PatternCheck, PatternItem, State
from gsd_run.outside.grammars import language_of

_KEYWORDS = lazy.pattern(
    r"\b(?:import|from|export|require|include|use|using|mod|pub|fn|def|func|function|class|const|"
    r"let|var|return|new|await|async|type|interface|struct|impl|trait|extends|implements|public|"
    r"private|static|void|package|namespace|if|else|for|while|in|instanceof|typeof|yield|raise|"
    r"throw|as|self|this|super|override|inherits)\b"
)
_IN_WORDS = lazy.pattern(r"[A-Za-z][\w'’-]*(?: [\w'’&/-]+){2,}")
_MOST_FILES = 300
_DECISIVE: tuple[State, ...] = ("REFUTED", "UNPROVEN")


def judge_pattern(check: PatternCheck, root: Path) -> Observation:
    """Judge a key link; comments link nothing, and strings only what is spelled in strings.

    A match in the target alone shows that the target has what is linked to; it proves the link
    only together with an import between the two.
    """
    ends = ends_of(check, root)
    if isinstance(ends, NoEnds):
        return _saw(check.source, ends.state, ends.why)
    if check.absent:
        return _judge_absence(check, ends, root)
    seen = [_judge_lack(one, check, ends) for one in check.lacks]
    if check.regex.strip():
        seen.append(_judge_found(check, ends, root))
    elif not check.lacks:
        seen.append(_judge_imports(check, ends, root))
    for state in _DECISIVE:
        if decisive := [one for one in seen if one.state == state]:
            return _saw(check.regex, state, "; ".join(one.reason for one in decisive))
    return _saw(check.regex, "PROVEN", ", ".join(one.reason for one in seen))


def _judge_absence(check: PatternCheck, ends: Ends, root: Path) -> Observation:
    there = _judge_found(check, ends, root) if check.regex.strip() else None
    if there is None:
        there = _judge_imports(check, ends, root)
    turned: dict[State, State] = {"PROVEN": "REFUTED", "REFUTED": "PROVEN", "UNPROVEN": "UNPROVEN"}
    return _saw(check.regex, turned[there.state], f"must not be linked: {there.reason}")


def _judge_lack(pattern: str, check: PatternCheck, ends: Ends) -> Observation:
    for source in ends.sources:
        link = Linked(path=source, text=ends.texts[source], stretch=ends.stretch)
        found = linked(pattern, link, ignore_case=check.ignore_case)
        if found.place:
            return _saw(pattern, "REFUTED", f"{pattern!r} is at {found.place}")
        if found.doubt:
            return _saw(pattern, "UNPROVEN", found.doubt)
    return _saw(pattern, "PROVEN", f"no {pattern!r} in {check.source}")


def _judge_found(check: PatternCheck, ends: Ends, root: Path) -> Observation:
    judged: list[Observation] = []
    for source in ends.sources[:_MOST_FILES]:
        judged.append(_judge_source(check, source, ends, root))
        if judged[-1].reason.startswith("the pattern "):  # it will do no better elsewhere
            return judged[-1]
    if len(judged) == 1:
        return judged[0]
    proven = [one for one in judged if one.state == "PROVEN"]
    told = f"{len(proven)} of {len(judged)} files of {check.source} show it"
    if proven and (ends.any_file or len(proven) == len(judged)):
        return _saw(check.regex, "PROVEN", f"{proven[0].reason}; {told}")
    refuted = all(one.state == "REFUTED" for one in judged) and not ends.unsure
    return _saw(check.regex, "REFUTED" if refuted else "UNPROVEN", told)


def _judge_source(check: PatternCheck, source: str, ends: Ends, root: Path) -> Observation:
    text = ends.texts[source]
    link = Linked(
        path=source, text=text, stretch=ends.stretch, defined=lambda: _defined(check, root)
    )
    if check.prose:
        return _judge_list(check, link)
    found = _call_or_pattern(check, link)
    if found.doubt:
        return _saw(check.regex, "UNPROVEN", found.doubt)
    if found.place and ends.unsure:
        told = f"found at {found.place}, but {ends.unsure}"
        return _saw(check.regex, "UNPROVEN", told)
    if found.place and (lost := lost_target(check, root)):
        told = f"found at {found.place}, but {lost} does not exist"
        return _saw(check.regex, "UNPROVEN", told)
    if found.place:
        return _saw(check.regex, "PROVEN", f"found at {found.place}")
    return _elsewhere(check, source, ends, root)


def _defined(check: PatternCheck, root: Path) -> frozenset[str]:
    files = targets_of(check, root).items()
    return frozenset(name for path, text in files for name in defined_names(path, text))


def _call_or_pattern(check: PatternCheck, link: Linked) -> Found:
    found = linked(check.regex, link, ignore_case=check.ignore_case)
    only = check.items[0] if len(check.items) == 1 else None
    if found.place or only is None or not only.call or only.negated:
        return found
    called = _item(only, link)
    return called if called.place else found


def _elsewhere(check: PatternCheck, source: str, ends: Ends, root: Path) -> Observation:
    """What does not stand in the source may stand in the target, or not have been meant so."""
    targets = targets_of(check, root)
    for target, text in targets.items():
        other = linked(check.regex, Linked(path=target, text=text))
        if not other.place:
            continue
        tie = links(source, target, root)
        back = links(target, source, root) if tie.state != "PROVEN" else tie
        for one in (tie, back):
            if one.state == "PROVEN" and not ends.unsure:
                return _saw(check.regex, "PROVEN", f"found at {other.place}, and {one.told}")
        told = f"found at {other.place} only: nothing in {source} shows the link"
        return _saw(check.regex, "UNPROVEN", told)
    if _in_words(check.regex, source):
        told = f'the pattern "{check.regex}" is malformed: words, which stand nowhere as they are'
        return _saw(check.regex, "UNPROVEN", told)
    if ends.unsure:
        return _saw(check.regex, "UNPROVEN", f"no match in {source}, but {ends.unsure}")
    searched = " or ".join(dict.fromkeys((source, *targets)))
    raw = search(check.regex, ends.texts[source], source, ignore_case=check.ignore_case)
    told = f"; what {raw.place} has never runs" if raw.place else ""
    return _saw(check.regex, "REFUTED", f"no match in {searched}{told}")


def _in_words(pattern: str, source: str) -> bool:
    """Tell whether a pattern is a phrase, which no one expects in code."""
    if pattern.startswith("!"):
        return True  # a negation to some, a character to others
    return bool(
        language_of(source) and _IN_WORDS.fullmatch(pattern.strip())
        and not _KEYWORDS.search(pattern)
    )  # fmt: skip


def _judge_list(check: PatternCheck, link: Linked) -> Observation:
    told: list[str] = []
    for item in check.items:
        found = _item(item, link)
        # What is called nowhere may well stand in a string.
        if found.doubt and not (item.negated and item.call):
            return _saw(check.regex, "UNPROVEN", found.doubt)
        place = found.place
        if bool(place) == item.negated:
            words = f"a call of {item.call}" if item.call else repr(item.regex)
            seen = f"{words} is {'at ' + place if place else 'not there'}"
            reason = (
                f'the pattern "{check.regex}" is malformed: a list in words, no regular '
                f"expression; read plainly it does not hold ({seen})"
            )
            evidence = (Evidence(check=check.regex, found=seen),)
            return Observation(state="UNPROVEN", reason=reason, evidence=evidence)
        told.append(f"{_worded(item)} at {place}" if place else _worded(item))
    return _saw(check.regex, "PROVEN", "a list in words, read plainly: " + ", ".join(told))


def _item(item: PatternItem, link: Linked) -> Found:
    """Find an item of a list; a call is one in code, whatever is passed to it."""
    pattern = rf"(?<![\w$]){re.escape(item.call)}\s*\(" if item.call else item.regex
    return linked(pattern, link)


def _worded(item: PatternItem) -> str:
    words = f"a call of {item.call}" if item.call else repr(item.regex)
    return f"no {words.removeprefix('a ')}" if item.negated else words


def _judge_imports(check: PatternCheck, ends: Ends, root: Path) -> Observation:
    """Without a pattern, the imports decide: of several sources or targets one link is enough."""
    targets = targets_of(check, root)
    if not targets:
        return _saw(check.source, "UNPROVEN", f"{check.target!r} names no single file, and there "
                    "is no pattern")  # fmt: skip
    tried = [links(source, target, root) for source in ends.sources[:_MOST_FILES]
             for target in targets]  # fmt: skip
    proven = next((one for one in tried if one.state == "PROVEN"), None)
    if proven and ends.unsure:
        return _saw(check.source, "UNPROVEN", f"{proven.told}, but {ends.unsure}")
    if proven:
        return _saw(check.source, "PROVEN", proven.told)
    unproven = next((one for one in tried if one.state == "UNPROVEN"), None)
    decisive = unproven or tried[0]
    refuted = decisive.state == "REFUTED" and not ends.unsure and not ends.any_file
    return _saw(check.source, "REFUTED" if refuted else "UNPROVEN", decisive.told)


def _saw(check: str, state: State, found: str) -> Observation:
    return Observation(state=state, reason=found, evidence=(Evidence(check=check, found=found),))
