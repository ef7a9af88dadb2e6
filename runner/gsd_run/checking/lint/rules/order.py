"""Rules about a plan's place among plans: its numbers, its wave, its summary.

Only what the plan alone shows; what several plans show together is the graph's to tell.
"""

import re
from collections.abc import Iterator

from gsd_run.checking.lint.rules.plan_paths import clean, has_placeholder, line_of, line_of_key
from gsd_run.checking.lint.subject import LintRule, Subject
from gsd_run.domain import lazy
from gsd_run.domain.plan import Finding, Plan
from gsd_run.domain.rule import Rule

LATE_WITHOUT_REASON = Rule(
    code="D301",
    name="wave-without-dependency",
    severity="warning",
    about="A plan of wave 2 or later depends on nothing.",
    why="Nothing says what it waits for: whoever orders plans by depends_on starts it at once.",
    mend='Name the plan that comes before, `depends_on: ["03-01"]`, or write `wave: 1`.',
)
EARLY_WITH_DEPENDENCY = Rule(
    code="D302",
    name="first-wave-with-dependency",
    severity="warning",
    about="A plan of the first wave depends on a plan of its own phase.",
    why="Plans of one wave start together; this one would start before what it needs.",
    mend="Write `wave: 2` (one more than that of the plan it depends on).",
)
DEPENDS_ON_ITSELF = Rule(
    code="D303",
    name="depends-on-itself",
    severity="error",
    about="A plan depends on itself.",
    why="It can never become ready, so no run of its phase finishes.",
    mend="Take its own id out of depends_on.",
)
PHASE_CONTRADICTS_FILE = Rule(
    code="D304",
    name="phase-contradicts-file",
    severity="warning",
    about="The phase of the frontmatter is not that of the file's name.",
    why="Commits and the summary would carry the number of another phase.",
    mend="Write the phase that the file stands in: `phase: 03-login`.",
)
NUMBER_CONTRADICTS_FILE = Rule(
    code="D305",
    name="plan-number-contradicts-file",
    severity="warning",
    about="The plan number of the frontmatter is not that of the file's name.",
    why="Commits would name another plan, and GSD pairs commits and summaries by that number.",
    mend='Write the number of the file: `plan: "02"` in 03-02-PLAN.md.',
)
ORPHANED_SUMMARY = Rule(
    code="D306",
    name="summary-of-another-plan",
    severity="warning",
    about="<output> asks for a summary that GSD does not pair with this plan.",
    why="The plan would count as not done, and another one perhaps as done.",
    mend="Ask for the file beside the plan: 03-02-PLAN.md has 03-02-SUMMARY.md.",
)

_PHASE = lazy.pattern(r"(?:[A-Z][A-Z0-9_]*-)?(\d+(?:\.\d+)*[A-Za-z]?(?:\.\d+)*)(?=-|$|\s)")
_FOLDER = lazy.pattern(
    r"(?:^|/)phases/(?:[A-Z][A-Z0-9_]*-)?(\d+(?:\.\d+)*[A-Z]?(?:\.\d+)*)-[^/]+/[^/]+$"
)
_NUMBERS = lazy.pattern(r"(\d+(?:\.\d+)*[A-Z]?(?:\.\d+)*)-(\d+)(?=-|$)")


def _late(subject: Subject) -> Iterator[Finding]:
    plan = subject.plan
    if plan.wave is not None and plan.wave > 1 and not plan.depends_on:
        told = f"wave {plan.wave}, but depends_on names no plan that it waits for"
        yield subject.found(LATE_WITHOUT_REASON, line_of_key(subject, "wave"), told)


def _early(subject: Subject) -> Iterator[Finding]:
    plan = subject.plan
    if plan.wave not in (0, 1):
        return
    for entry in plan.depends_on:
        if _is_itself(plan, entry) or _is_of_wave_before(subject, entry):
            continue
        if _is_own_phase(plan, entry):
            told = f"wave {plan.wave}, but it depends on {entry} of the same phase"
            line = line_of_key(subject, "wave")
            yield subject.found(EARLY_WITH_DEPENDENCY, line, told)
            return


def _is_of_wave_before(subject: Subject, entry: str) -> bool:
    """Tell whether a dependency has an earlier wave, as the preparing plan 00 of a phase has."""
    number = _NUMBERS.match(entry)
    if number and int(number[2]) == 0:
        return True
    own = subject.plan.wave or 0
    return any(
        other.id.startswith(entry) and other.wave is not None and other.wave < own
        for other in subject.around.others
    )


def _is_own_phase(plan: Plan, entry: str) -> bool:
    """Tell whether a dependency is a plan of the same phase, by its number alone."""
    own, other = _NUMBERS.match(plan.id), _NUMBERS.match(entry)
    if own is None or other is None:
        return False
    return _plain(own[1]) == _plain(other[1])


def _itself(subject: Subject) -> Iterator[Finding]:
    for entry in subject.plan.depends_on:
        if _is_itself(subject.plan, entry):
            line = line_of(subject, entry, line_of_key(subject, "depends_on"))
            told = f"{entry} in depends_on is this plan; take it out"
            yield subject.found(DEPENDS_ON_ITSELF, line, told, entry)


def _is_itself(plan: Plan, entry: str) -> bool:
    stem = re.sub(r"(?:-PLAN)?(?:\.md)?$", "", entry.strip(), flags=re.IGNORECASE)
    return stem.lower() == plan.id.lower()


def _plain(number: str) -> str:
    """Return a number without leading zeros in any of its parts."""
    return ".".join(part.lstrip("0") or "0" for part in number.upper().split("."))


def _phases(subject: Subject) -> Iterator[Finding]:
    plan = subject.plan
    said = _PHASE.match(plan.phase)
    folder = _FOLDER.search(plan.path)
    file = _NUMBERS.match(plan.id)
    if said is None or "phase" not in plan.frontmatter or folder is None:
        return
    places = {_plain(folder[1]), *([_plain(file[1])] if file else [])}
    if _plain(said[1]) not in places:
        told = f"phase: {plan.phase}, but the file is one of phase {folder[1]}"
        line = line_of_key(subject, "phase")
        yield subject.found(PHASE_CONTRADICTS_FILE, line, told, plan.phase)


def _plan_numbers(subject: Subject) -> Iterator[Finding]:
    plan = subject.plan
    file = _NUMBERS.match(plan.id)
    if file is None or not plan.number.isdecimal() or "plan" not in plan.frontmatter:
        return
    if int(plan.number) != int(file[2]):
        told = f"plan: {plan.number}, but the file is {plan.id}-PLAN.md"
        yield subject.found(
            NUMBER_CONTRADICTS_FILE, line_of_key(subject, "plan"), told, plan.number
        )


def _summaries(subject: Subject) -> Iterator[Finding]:
    plan = subject.plan
    path = plan.summary_path
    if not path or has_placeholder(path):
        return
    folder, _, name = clean(path).rpartition("/")
    place, _, file = plan.path.rpartition("/")
    if name not in _summary_names(plan, file):
        told = f"{name} is not the summary of {file}; GSD looks for {_summary_of(file)}"
    elif _is_other_phase(folder, place):
        told = f"the summary belongs beside the plan, not into {folder}/"
    else:
        return
    start = plan.output.line if plan.output else 1
    yield subject.found(ORPHANED_SUMMARY, line_of(subject, path, start, start), told, path)


def _is_other_phase(folder: str, place: str) -> bool:
    """Tell whether two folders are those of phases with different numbers."""
    asked, own = _FOLDER.search(f"{folder}/file"), _FOLDER.search(f"{place}/file")
    return asked is not None and own is not None and _plain(asked[1]) != _plain(own[1])


def _summary_of(file: str) -> str:
    return file.replace("PLAN", "SUMMARY")


def _summary_names(plan: Plan, file: str) -> set[str]:
    """Return the names by which GSD pairs a summary with a plan."""
    stem = file.removesuffix(".md")
    names = {_summary_of(file), f"{stem}-SUMMARY.md", f"{plan.id}-SUMMARY.md"}
    if numbers := _NUMBERS.match(plan.id):
        names.add(f"{numbers[0]}-SUMMARY.md")
    return names


RULES: tuple[LintRule, ...] = (
    LintRule(rule=LATE_WITHOUT_REASON, find=_late),
    LintRule(rule=EARLY_WITH_DEPENDENCY, find=_early),
    LintRule(rule=DEPENDS_ON_ITSELF, find=_itself),
    LintRule(rule=PHASE_CONTRADICTS_FILE, find=_phases),
    LintRule(rule=NUMBER_CONTRADICTS_FILE, find=_plan_numbers),
    LintRule(rule=ORPHANED_SUMMARY, find=_summaries),
)
