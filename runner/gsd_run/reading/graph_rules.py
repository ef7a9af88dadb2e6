"""What can be wrong with how the plans of a phase wait for each other."""

from gsd_run.domain.rule import Rule

CYCLE = Rule(
    code="D201",
    name="dependency-cycle",
    severity="error",
    about="Plans depend on each other in a circle.",
    why="None of them can begin: each waits for a summary that another would have to write first.",
    mend="Take the entry out of depends_on that is least needed, or split a plan in two.",
)
WAVE_TOO_EARLY = Rule(
    code="D202",
    name="wave-before-dependency",
    severity="warning",
    about="A plan's wave is not after the wave of a plan that it depends on.",
    why="Plans of a wave begin together. What depends_on says is followed, and the plan is "
    "carried out later than its wave tells; who goes by waves alone begins it too early.",
    mend="Write a wave greater than that of every plan in depends_on, or take the entry out.",
)
UNRESOLVED = Rule(
    code="D203",
    name="unknown-dependency",
    severity="error",
    about="An entry of depends_on is the name of no plan.",
    why="A run refuses to begin before what the plan depends on is complete, and what does not "
    "exist never is. GSD drops such an entry, and may begin the plan too early.",
    mend="Write the id of a plan that exists, such as 01-02, or take the entry out.",
)
SUPERSEDED = Rule(
    code="D204",
    name="superseded-dependency",
    severity="error",
    about="A plan depends on one with `status: superseded`.",
    why="A superseded plan is never carried out, so the plan would wait for its summary for ever.",
    mend="Write the id of the plan that took its place, or take the entry out.",
)
SAME_FILE = Rule(
    code="D205",
    name="file-of-two-plans",
    severity="warning",
    about="Plans of one wave, none waiting for another, modify the same file.",
    why="Plans of a wave may be carried out side by side; then their changes meet in a conflict, "
    "or one undoes the other.",
    mend="Let each of them depend on the one before, or give the file to one of them.",
)
AMBIGUOUS = Rule(
    code="D206",
    name="ambiguous-dependency",
    severity="warning",
    about="An entry of depends_on is the name of plans in several phases.",
    why="All of them must be complete before the plan begins, though one was probably meant.",
    mend="Write the whole name with the phase's slug, such as 01-storage-02.",
)

RULES = (CYCLE, WAVE_TOO_EARLY, UNRESOLVED, SUPERSEDED, SAME_FILE, AMBIGUOUS)
