"""Which dangerous commands a run would come upon, before it runs anything."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from gsd_run.checking.compiling.adaptations import shown
from gsd_run.checking.harms.danger import Danger, dangers
from gsd_run.domain.claim import Claim, ScriptCheck
from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule
from gsd_run.domain.run_file import RunFile

_BRIEF = 60  # characters of a command in a message


class Refused(Struct, frozen=True, kw_only=True):
    """A dangerous command: where it stands, and whose it is.

    `where` is a claim, or `task 2` for a step of the run file.
    """

    path: str
    line: int
    where: str
    danger: Danger

    @property
    def rule(self) -> Rule:
        """Return the lint rule that names it."""
        from gsd_run.checking.lint.rules.safety import rule_of  # noqa: PLC0415 - rarely needed

        return rule_of(self.danger.kind)

    def finding(self) -> Finding:
        """Return what is said of it."""
        first = self.danger.text.strip().split("\n", 1)[0]
        text = first if len(first) <= _BRIEF else f"{first[: _BRIEF - 1].rstrip()}…"
        named = f"{self.rule.code} {self.rule.name}, {self.where}"
        message = f"`{text}` {self.danger.what} ({named})"
        return Finding(path=self.path, line=self.line, message=message)


def refused(
    plan_path: str, claims: Sequence[Claim], run_file: RunFile | None, allowed: Sequence[str]
) -> tuple[Refused, ...]:
    """Return the dangerous commands of the checks and of the run file that nothing allows.

    An entry of `allowed` is a lint rule's code or name, alone or with a claim (`S201 verify.2`), or
    the command itself. A secret in a plan does no more harm when it is run.
    """
    entries = {" ".join(entry.split()) for entry in allowed}
    found = [*_of_claims(plan_path, claims, run_file), *_of_steps(run_file)]
    left = {
        (one.where, one.danger.kind, one.danger.text): one
        for one in found
        if one.danger.refuses and one.danger.kind != "secret" and not _allowed(one, entries)
    }
    return tuple(sorted(left.values(), key=lambda one: (one.path, one.line)))


def _allowed(one: Refused, entries: set[str]) -> bool:
    names = {one.rule.code, one.rule.name, " ".join(one.danger.text.split())}
    return not entries.isdisjoint(names | {f"{name} {one.where}" for name in names})


def _of_claims(path: str, claims: Sequence[Claim], run_file: RunFile | None) -> Iterator[Refused]:
    """Look at every script that a claim may have run, as it is after amendments."""
    for claim in claims:
        for part in claim.parts:
            if not isinstance(part.check, ScriptCheck):
                continue
            supplied = part.check.supplied and run_file is not None
            for source in part.check.sources:
                for danger in dangers(source.script):
                    place, line = path, _line(claim, danger)
                    if supplied and run_file is not None:
                        place, line = run_file.path, _line_of_proof(run_file, source.claim)
                    yield Refused(path=place, line=line, where=source.claim, danger=danger)


def _line(claim: Claim, danger: Danger) -> int:
    """Return the line of the plan on which a dangerous command starts, as far as that shows."""
    for command in claim.commands:
        text = shown(command.text)
        if danger.text in text:
            return command.line + text[: text.index(danger.text)].count("\n")
    return claim.line


def _line_of_proof(run_file: RunFile, claim: str) -> int:
    return next((proof.line for proof in run_file.proofs if proof.claim == claim), 1)


def _of_steps(run_file: RunFile | None) -> Iterator[Refused]:
    if run_file is None:
        return
    for task, steps in run_file.changes.items():
        for step in steps:
            script = step.options.get("run") or step.subject
            if step.kind == "command" and isinstance(script, str):
                for danger in dangers(script):
                    where = f"task {task}"
                    yield Refused(path=run_file.path, line=step.line, where=where, danger=danger)
