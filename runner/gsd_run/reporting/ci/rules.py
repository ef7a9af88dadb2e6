"""What verdicts are called where findings go: code, weight, and what to do about it."""

from gsd_run.domain.rule import Rule

RULES = (
    Rule(
        code="REFUTED",
        name="refuted-claim",
        severity="error",
        about="A check of the claim ran, and showed otherwise.",
        why="The plan says of the work what does not hold.",
        mend="Mend the work; or, if the check itself is wrong, amend it in the run file.",
    ),
    Rule(
        code="FAILED-TEST",
        name="failed-test",
        severity="error",
        about="A test that a claim of the plan rests on does not pass.",
        why="The claim is refuted as long as it fails.",
        mend="Mend what the test shows.",
    ),
    Rule(
        code="REFUTED-HERE",
        name="refuted-here",
        severity="error",
        about="Here it shows that a claim of the plan is refuted.",
        why="The plan says of this file, or of this line, what does not hold.",
        mend="Mend it here; or, if the check itself is wrong, amend it in the run file.",
    ),
    Rule(
        code="STOPPED",
        name="stopped-run",
        severity="error",
        about="The plan was not carried out to its end, or could not be read.",
        why="What was not judged is unproven.",
        mend="Do what the message says, then `gsd-run resume`.",
    ),
    Rule(
        code="WAITING",
        name="waiting-run",
        severity="warning",
        about="The run waits for a person.",
        why="It goes on with an answer only.",
        mend="Answer with `gsd-run answer`, or do what is asked and `gsd-run resume`.",
    ),
    Rule(
        code="UNPROVEN",
        name="unproven-claim",
        severity="warning",
        about="No check is known that decides the claim, or none could tell.",
        why="Whether it holds is for a person to judge.",
        mend="Give the plan a command that shows it, or the run file a proof.",
    ),
    Rule(
        code="VACUOUS",
        name="vacuous-claim",
        severity="note",
        about="The claim held at the base commit already.",
        why="That it holds says nothing about the work.",
        mend="Claim what only the work makes true.",
    ),
)
