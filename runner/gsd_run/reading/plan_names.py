"""The names by which a plan can be called, from where its file lies.

GSD's names are `<phase>-<plan>` in many dresses: zero-padded or not, with the phase's slug, with
a slug of the plan, with a milestone or project code in front. All of them are compared as keys:
lower case, words separated by single dashes, numbers without leading zeros.
"""

import re
from functools import lru_cache
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from gsd_run.domain import lazy

_PLAN_FILE = lazy.pattern(r"(?:^|.*-)PLAN(?:-\d.*)?\.md", re.IGNORECASE)
_NOT_PLANS = lazy.pattern(r"(?i:-OUTLINE|\.pre-bounce|PLAN-REVIEW)\.md$|(?:^|-)SUMMARY\.md$")
_NUMBER = r"\d+[a-z]?(?:\.\d+)*"
_PHASE = lazy.pattern(
    # a project code (CK-), a milestone (v1.2-), or both in one (GSD.02-)
    r"(?P<code>[a-z][a-z0-9_]*(?:\.\d+)*-(?=\d))?"
    rf"(?P<token>[a-z]?{_NUMBER})"
    # phases may be numbered within their milestone (02-01-); slugs may begin with a number, too
    r"(?P<further>(?:-\d{2}(?!\d))*)"
    r"(?=-|$)(?P<slug>.*)"
)
_PLAN_TOKEN = lazy.pattern(rf"(?P<token>(?:gap-)?{_NUMBER})(?:-(?![0-9]+(?:-|$)).*)?")
_ZEROS = lazy.pattern(r"(?<![0-9a-z])0+(?=\d)")
_MILESTONE = lazy.pattern(r"(v\d+(?:\.\d+)*)(?:-|$)", re.IGNORECASE)
_IN_MILESTONE = lazy.pattern(r"v\d+(?:\.\d+)*-\d")


class PhaseNames(Struct, frozen=True, kw_only=True):
    """What a phase is called, as keys, from the name of its folder.

    `code` is the project code or milestone in front of its number; `tokens` are the numbers that
    its name can be read to begin with, the longest first (02-01-x may be 2-1 or 2), and `slugs`
    what then follows.
    """

    folder: str
    code: str = ""
    tokens: tuple[str, ...] = ()
    slugs: tuple[str, ...] = ()

    @property
    def exact(self) -> frozenset[str]:
        """Return the names that say all: the folder's, and the number with its code."""
        numbered = (_joined(self.code, token) for token in self.tokens)
        return frozenset((self.folder, *numbered)) - {""}

    @property
    def loose(self) -> frozenset[str]:
        """Return the names that leave out the project code, or the number."""
        return frozenset((*self.tokens, *self.slugs))


class PlanNames(Struct, frozen=True, kw_only=True):
    """What a plan is called, as keys: `full` ids, `short` ones, and its whole `phase`.

    `loose` holds those that leave out the project code or milestone of the phase, or its v.
    `token` is the plan's own number within its phase (`1`, `gap-1`, `4a`), or its whole name.
    """

    full: frozenset[str]
    short: frozenset[str]
    loose: frozenset[str]
    phase: frozenset[str]
    token: str
    code: str = ""


def is_plan_file(name: str) -> bool:
    """Tell whether a file's name is that of a plan."""
    return _PLAN_FILE.fullmatch(name) is not None and _NOT_PLANS.search(name) is None


def plan_id(path: Path) -> str:
    """Return the plan's id: its file's name without `-PLAN.md`; of a bare PLAN.md the folder's."""
    stem = re.sub(r"-?PLAN\.md$", "", path.name, flags=re.IGNORECASE)
    return re.sub(r"\.md$", "", stem, flags=re.IGNORECASE) or path.parent.name


@lru_cache(maxsize=4096)
def phase_folder(path: Path) -> Path:
    """Return the folder of the phase that a plan's file belongs to."""
    return path.parent.parent if path.parent.name.lower() == "plans" else path.parent


def key_of(name: str) -> str:
    """Return a name as a key, suffixes of plan and summary files taken off."""
    lower = re.sub(r"[\[\]]", "", name.strip().strip("`'\"@").lower())
    lower = re.sub(r"[\s_/]+", "-", lower)
    lower = re.sub(r"^(?:phase|plan)[-:]+(?=\d|v\d|gap)", "", lower)
    lower = re.sub(r",?-plan-(?=\d|gap)", "-", lower)
    lower = re.sub(r"\.(?:md|yaml)$", "", lower)
    lower = re.sub(r"-(?:plan|summary|run)$", "", lower)
    return _ZEROS.sub("", re.sub(r"-{2,}", "-", lower)).strip("-")


def phase_names(folder: str) -> PhaseNames:
    """Return the names of the phase whose folder has this name."""
    found = _PHASE.match(re.sub(r"^phase[-_ ]+(?=\d)", "", folder.lower()))
    if found is None:
        return PhaseNames(folder=key_of(folder))
    further = [part for part in found["further"].split("-") if part]
    tokens = ["-".join((found["token"], *further[:i])) for i in range(len(further), -1, -1)]
    slugs = [key_of("-".join(further[i:]) + found["slug"]) for i in range(len(further), -1, -1)]
    return PhaseNames(
        folder=key_of(folder),
        code=key_of(found["code"] or ""),
        tokens=tuple(key_of(token) for token in tokens),
        slugs=tuple(slug for slug in slugs if re.search("[a-z]", slug)),
    )


def names_of(path: Path) -> PlanNames:
    """Return the names of the plan at a path."""
    phase = phase_names(phase_folder(path).name)
    stem = key_of(plan_id(path))
    tokens, rest = _within_phase(stem, phase)
    plan_token = _PLAN_TOKEN.fullmatch(rest)
    own = plan_token["token"] if plan_token else rest
    milestone = _milestone(path)
    full = {stem, _joined(phase.folder, rest)}
    short, loose = {_joined(phase.folder, own)}, set[str]()
    for token in tokens:
        full.add(_joined(phase.code, token, rest))
        short.add(_joined(phase.code, token, own))
        if phase.code:
            for before in ("", _number_of_milestone(phase.code)):
                loose |= {_joined(before, token, rest), _joined(before, token, own)}
        if milestone and not phase.code:
            short |= {_joined(milestone, token, rest), _joined(milestone, token, own)}
    if path.parent.parent.name == "quick":
        short |= {f"quick-{stem}", f"quick-{phase.folder}"}
    # v1.3 is said without its v, too
    loose |= {name[1:] for name in full | short if _IN_MILESTONE.match(name)}
    return PlanNames(
        full=frozenset(full),
        short=frozenset(short),
        loose=frozenset(loose),
        phase=phase.exact | phase.loose,
        token=own or stem,
        code=phase.code,
    )


def as_only_plan(names: PlanNames) -> PlanNames:
    """Return the names of a PLAN.md that is its phase's only plan: it is the phase's first, too."""
    return replace(names, loose=names.loose | {f"{phase}-1" for phase in names.phase})


def _milestone(path: Path) -> str:
    """Return the milestone of an archived plan: it lies in milestones/<milestone>-phases/."""
    for folder in path.parents:
        if folder.parent.name == "milestones":
            found = _MILESTONE.match(folder.name)
            return key_of(found[1]) if found else ""
    return ""


def _number_of_milestone(code: str) -> str:
    """Return 2 of GSD.2, which may be left out in GSD.02-05, then written as 02-05."""
    found = re.fullmatch(r"(?!v\d)[a-z]\w*\.(\d+)", code)
    return found[1] if found else ""


def _joined(*parts: str) -> str:
    return "-".join(part for part in parts if part)


def _within_phase(stem: str, phase: PhaseNames) -> tuple[tuple[str, ...], str]:
    """Return the phase's numbers, and a plan's name without its phase, however that is written."""
    prefixes = [(phase.folder, phase.tokens)]
    for token in phase.tokens:
        in_milestone = _joined(_number_of_milestone(phase.code), token)
        written = (_joined(phase.code, token), in_milestone, token)
        prefixes += [(prefix, (token,)) for prefix in written]
    for prefix, tokens in prefixes:
        if prefix and stem == prefix:
            return tokens, ""
        if prefix and stem.startswith(prefix + "-"):
            return tokens, stem[len(prefix) + 1 :]
    return phase.tokens, stem
