"""The names by which a plan can be called, from where its file lies.

GSD's names are `<phase>-<plan>` in many dresses: zero-padded or not, with the phase's slug, with
a slug of the plan, with a milestone or project code in front. All of them are compared as keys:
lower case, words separated by single dashes, numbers without leading zeros.
"""

import re
from pathlib import Path

from msgspec import Struct

_PLAN_FILE = re.compile(r"(?:^|.*-)PLAN(?:-\d+[\w.-]*)?\.md", re.IGNORECASE)
_NOT_PLANS = re.compile(r"(?:-OUTLINE|\.pre-bounce|-REVIEW|SUMMARY)\.md$", re.IGNORECASE)
_PHASE = re.compile(
    r"(?P<code>[a-z][a-z0-9_]*-(?=\d)|v\d+(?:\.\d+)*-(?=\d))?(?P<token>\d+[a-z]?(?:\.\d+)*)(?=-|$)"
)
_PLAN_TOKEN = re.compile(r"(?P<token>(?:gap-)?\d+[a-z]?)(?:-(?![0-9]+(?:-|$)).*)?")
_ZEROS = re.compile(r"(?<![0-9a-z])0+(?=\d)")


class PlanNames(Struct, frozen=True, kw_only=True):
    """What a plan is called, as keys: `full` ids, `short` ones, and its whole `phase`.

    `loose` holds those that leave out the project code or milestone of the phase. `token` is the
    plan's own number within its phase (`1`, `gap-1`, `4a`), or its whole name.
    """

    full: frozenset[str]
    short: frozenset[str]
    loose: frozenset[str]
    phase: frozenset[str]
    token: str


def is_plan_file(name: str) -> bool:
    """Tell whether a file's name is that of a plan."""
    return _PLAN_FILE.fullmatch(name) is not None and _NOT_PLANS.search(name) is None


def plan_id(path: Path) -> str:
    """Return the plan's id: its file's name without `-PLAN.md`; of a bare PLAN.md the folder's."""
    stem = re.sub(r"-?PLAN\.md$", "", path.name, flags=re.IGNORECASE)
    return re.sub(r"\.md$", "", stem, flags=re.IGNORECASE) or path.parent.name


def key_of(name: str) -> str:
    """Return a name as a key, suffixes of plan and summary files taken off."""
    lower = re.sub(r"[\s_/]+", "-", name.strip().strip("`'\"@").lower())
    lower = re.sub(r"^(?:phase|plan)[-:]+(?=\d|v\d|gap)", "", lower)
    lower = re.sub(r"\.(?:md|yaml)$", "", lower)
    lower = re.sub(r"-(?:plan|summary|run)$", "", lower)
    return _ZEROS.sub("", re.sub(r"-{2,}", "-", lower)).strip("-")


def names_of(path: Path) -> PlanNames:
    """Return the names of the plan at a path."""
    folder = path.parent.parent if path.parent.name.lower() == "plans" else path.parent
    stem, folder_key = key_of(plan_id(path)), key_of(folder.name)
    if re.fullmatch(r"plan-\d.*", stem):
        stem = stem.removeprefix("plan-")
    quick = path.parent.parent.name == "quick"
    phase = _PHASE.match(folder_key)
    code, token = (phase["code"] or "", phase["token"]) if phase else ("", "")
    rest = _within_phase(stem, folder_key, code, token)
    plan_token = _PLAN_TOKEN.fullmatch(rest)
    own = plan_token["token"] if plan_token else rest
    full = {stem, _joined(folder_key, rest)}
    short, loose = set[str](), set[str]()
    if token:
        full.add(_joined(code + token, rest))
        short.add(_joined(code + token, own))
    if code:
        loose |= {_joined(token, rest), _joined(token, own)}
    if quick:
        short |= {f"quick-{stem}", f"quick-{folder_key}"}
    phases = {folder_key, *((token, code + token) if token else ())}
    return PlanNames(
        full=frozenset(full),
        short=frozenset(short),
        loose=frozenset(loose),
        phase=frozenset(phases),
        token=own or stem,
    )


def _joined(phase: str, rest: str) -> str:
    return f"{phase}-{rest}" if rest else phase


def _within_phase(stem: str, folder: str, code: str, token: str) -> str:
    """Return a plan's name without that of its phase, however the phase is written in it."""
    for prefix in (folder, code + token, token):
        if prefix and stem == prefix:
            return ""
        if prefix and stem.startswith(prefix + "-"):
            return stem[len(prefix) + 1 :]
    return stem
