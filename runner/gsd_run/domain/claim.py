"""Claims of a plan, the checks they were compiled to, and the verdicts on them."""

from typing import Literal

from msgspec import Struct

State = Literal["PROVEN", "REFUTED", "UNPROVEN"]

ClaimKind = Literal[
    "verify",
    "acceptance",
    "done",
    "truth",
    "artifact",
    "key_link",
    "verification",
    "criterion",
    "summary",  # what a SUMMARY.md that somebody else wrote states
]

ExpectationKind = Literal[
    "exit_zero",  # every command succeeds
    "exit_zero_or_no_match",  # every command succeeds; a search may also find nothing
    "exit_nonzero",  # the command runs and fails; with `number`, by just this status
    "exit_in",  # the command runs and ends with one of the statuses in `value` ("0,1,2")
    "output_contains",  # `value` stands in the output as a whole word or phrase
    "output_lacks",  # `value` stands nowhere in the output
    "output_empty",  # nothing on standard output
    "output_count",  # the matches found, or the number printed, are `value` (">=") `number`
    "output_amount",  # the one percentage or size shown is `value` ("< KB": sign, unit) `number`
    "http_status",  # the response that the command shows has the status `number`
    # for tests, `value` holds the words that say which ("ORM"); they must stand in the command
    "tests_passed",  # exactly `number` tests passed, of `total` if that is said, and none failed
    "tests_at_least",  # `number` tests or more passed, and none failed
    "tests_failed",  # exactly `number` tests failed
    "tests_fail",  # tests ran, and one or more failed, as before the work they are for
    "tests_pass",  # at least one test ran, and all that ran passed
    "failures_lack",  # no test failed with `value`
    "pass_rate",  # `number` percent of the tests passed
    "pass_rate_before",  # `number` percent of them passed at the base commit
    "coverage_at_least",  # coverage of the file `value` (of all, if empty) is `number` or more
    "coverage_above",  # it is more than `number`
    "coverage_before",  # coverage of the file `value` was `number` at the base commit
    "coverage_kept",  # coverage of the file `value` is not below that at the base commit
    "prose",  # words that ask something no rule understands; only among a Command's `expects`
]


class Expectation(Struct, frozen=True, kw_only=True):
    """A predicate over a measurement; `text` is the wording it was compiled from.

    `command` is the one of the script's commands that it speaks of, "" for all of them. It is
    `implicit` where the plan says nothing of how a command should end.
    """

    kind: ExpectationKind
    text: str
    value: str = ""
    number: float | None = None
    total: int | None = None
    command: str = ""
    implicit: bool = False


class ScriptSource(Struct, frozen=True, kw_only=True):
    """A script and the claim whose commands it holds.

    The script is bash. The marks PROJECT and TMP in it stand for the project's root and for
    the private folder that takes the place of /tmp.
    """

    claim: str
    script: str


class ScriptCheck(Struct, frozen=True, kw_only=True, tag="script"):
    """Run one of `sources` and compare what it shows with the expectations.

    Several sources are the plan's own commands that could decide a statement without a command.
    With `every`, each of them must show it. Otherwise the first that fits is taken: for a number
    of tests the one that collects so many, for coverage the one that measures the file.
    """

    sources: tuple[ScriptSource, ...]
    expectations: tuple[Expectation, ...]
    every: bool = False
    supplied: bool = False
    subject: tuple[str, ...] = ()


class ArtifactCheck(Struct, frozen=True, kw_only=True, tag="artifact"):
    """Look at one file: present or absent, its lines, content, names, and change since base.

    `contains` are literals or regular expressions, `matches` surely the latter; `lacks` must not
    be found. `hollow` says that the plan asks for a stub, so that one is what it should be.
    """

    path: str
    present: bool = True
    min_lines: int | None = None
    contains: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()
    changed: Literal["", "changed", "created"] = ""
    max_lines: int | None = None
    exact_lines: int | None = None
    min_tests: int | None = None
    matches: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    ignore_case: bool = False
    hollow: bool = False


class PatternItem(Struct, frozen=True, kw_only=True):
    """One regular expression of a key link; `negated` when it must not match.

    `call` is a name: the item says `name()`, which means any call of it.
    """

    regex: str
    negated: bool = False
    call: str = ""


class PatternCheck(Struct, frozen=True, kw_only=True, tag="pattern"):
    """Search a key link's `regex` in `source`, else in `target`.

    `prose` marks a pattern that reads as a list in words: then each of `items` is searched, and
    the link can be proven by what it plainly says, and is otherwise malformed, never refuted.
    With an empty `regex` the imports of the source decide. `lacks` must not be found in it; with
    `absent` the two must not be linked at all.
    """

    source: str
    target: str
    regex: str
    items: tuple[PatternItem, ...]
    prose: bool = False
    lacks: tuple[str, ...] = ()
    ignore_case: bool = False
    absent: bool = False


class NameCheck(Struct, frozen=True, kw_only=True, tag="names"):
    """Look at what a file defines and imports by its grammar, or for text that stands nowhere.

    Each of `defined` must be there, as a `sort` (class, function, …) if that is said; `imported`
    are names that must come from `module`; nothing may come from `not_module`. Of `lacks` none
    may stand in the file, or in any file if `path` is a folder.
    """

    path: str
    defined: tuple[str, ...] = ()
    sort: str = ""
    imported: tuple[str, ...] = ()
    module: str = ""
    not_module: str = ""
    lacks: tuple[str, ...] = ()


class TestedCheck(Struct, frozen=True, kw_only=True, tag="tested"):
    """Look among the tests that `sources` run for one that says what `statement` says.

    That test is run by itself and must pass. It proves something only if it could fail: it
    failed at the base, or fails when the files `subject` are taken away.
    """

    __test__ = False

    sources: tuple[ScriptSource, ...]
    statement: str
    subject: tuple[str, ...] = ()


Check = ScriptCheck | ArtifactCheck | PatternCheck | NameCheck | TestedCheck


class Part(Struct, frozen=True, kw_only=True):
    """A piece of a claim with its check and the rule that gave it, or why it has none."""

    text: str
    rule: str
    check: Check | None = None
    unproven: str = ""


class Command(Struct, frozen=True, kw_only=True):
    """One command of a claim, as the plan writes it: dedented, entities undone, nothing else.

    Commands of one `group` share a shell, in their order; groups count from 0. `line` is the
    plan's line on which it starts. `expects` says what the plan asks of this command alone.
    """

    text: str
    line: int
    group: int = 0
    expects: tuple[Expectation, ...] = ()


class Claim(Struct, frozen=True, kw_only=True):
    """A statement of the plan. `amended` holds the reason of the amendment to its text, if any.

    `text` is the text as judged, after amendments and adaptations; `commands` are those that
    the claim itself holds.
    """

    id: str
    kind: ClaimKind
    text: str
    line: int
    task: int | None = None
    parts: tuple[Part, ...] = ()
    amended: str = ""
    commands: tuple[Command, ...] = ()


class Evidence(Struct, frozen=True, kw_only=True):
    """What a check saw: what was done, what was found, and the measurement it rests on."""

    check: str
    found: str
    measurement: str = ""


class PartVerdict(Struct, frozen=True, kw_only=True):
    """The verdict on one part of a claim.

    `rule` is how it got its check, `source` the claim whose commands that ran, if any. Without
    `started` the check could not begin its work (its program or script is missing, time ran
    out): that it is REFUTED then does not show that it can tell right from wrong. `doubt` says
    why it may be that its check can't fail; `again` is the check by which that can be tried.
    """

    text: str
    state: State
    reason: str
    rule: str = ""
    source: str = ""
    supplied: bool = False
    started: bool = True
    evidence: tuple[Evidence, ...] = ()
    deviations: tuple[str, ...] = ()
    doubt: str = ""
    again: ScriptCheck | None = None


class Verdict(Struct, frozen=True, kw_only=True):
    """The verdict on a claim: REFUTED if a part is, PROVEN if every part is, else UNPROVEN."""

    claim: str
    state: State
    reason: str
    parts: tuple[PartVerdict, ...] = ()


def verdict_of(claim: str, parts: tuple[PartVerdict, ...]) -> Verdict:
    """Join the verdicts on a claim's parts; a claim without parts is UNPROVEN."""
    for state in ("REFUTED", "UNPROVEN"):
        decisive = [part for part in parts if part.state == state]
        if decisive:
            reason = "; ".join(dict.fromkeys(part.reason for part in decisive))
            return Verdict(claim=claim, state=state, reason=reason, parts=parts)
    if not parts:
        return Verdict(claim=claim, state="UNPROVEN", reason="no check is known for it")
    reason = "; ".join(dict.fromkeys(part.reason for part in parts))
    return Verdict(claim=claim, state="PROVEN", reason=reason, parts=parts)
