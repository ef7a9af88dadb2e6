"""How a plan's claims are checked, without running anything: as JSON for programs, as text."""

from collections.abc import Sequence
from typing import Any

import msgspec

from gsd_run.domain.claim import (
    ArtifactCheck,
    Check,
    Claim,
    Command,
    NameCheck,
    Part,
    PatternCheck,
    ScriptCheck,
    TestedCheck,
)
from gsd_run.domain.plan import Plan
from gsd_run.outside.templates import rendered
from gsd_run.reporting.expectation_sorts import sort_of

NO_CHECK = "no check is known for it"
_KINDS: dict[type[Check], str] = {
    ArtifactCheck: "file", PatternCheck: "pattern", NameCheck: "names",
}  # fmt: skip
_ADDED = frozenset({"value", "number", "total", "command"})


def explained(plan: Plan, claims: Sequence[Claim]) -> dict[str, Any]:
    """Return what `explain --json` prints, as plain values.

    `index` counts from 0 among the claims of its kind in its task or, outside of tasks, in the
    plan (ids count from 1): `acceptance.2.1` has task 2 and index 0. What stands beside a task's
    commands (`verify.2.3`) counts on from them: its commands have index 0, the third line of
    prose index 3. A command's text is the plan's own; `group` counts from 0 through the task's
    block. `unproven` says why nothing, or not everything, of the claim can be decided.
    """
    return {"plan": plan.path, "claims": [_claim(claim) for claim in claims]}


def explained_json(plan: Plan, claims: Sequence[Claim]) -> str:
    """Return the explanation as JSON, indented, with a line end."""
    encoded = msgspec.json.encode(explained(plan, claims))
    return msgspec.json.format(encoded, indent=2).decode("utf-8", "replace") + "\n"


def explained_text(plan: Plan, claims: Sequence[Claim]) -> str:
    """Return the explanation for people."""
    values = {"plan": plan, "claims": [_claim(claim) for claim in claims]}
    return rendered("gsd_run.reporting", "explain.txt.j2", values)


def _claim(claim: Claim) -> dict[str, Any]:
    undecided = [part.unproven for part in claim.parts if part.check is None]
    rules = dict.fromkeys(part.rule for part in claim.parts if part.rule)
    return {
        "id": claim.id,
        "kind": claim.kind,
        "task": claim.task,
        "index": _index(claim),
        "line": claim.line,
        "text": claim.text,
        "rule": "; ".join(rules),
        "commands": [_command(command) for command in claim.commands],
        "checks": [_check(part, part.check) for part in claim.parts if part.check is not None],
        "unproven": "; ".join(dict.fromkeys(undecided)) or (None if claim.parts else NO_CHECK),
    }


def _index(claim: Claim) -> int:
    numbers = [int(number) for number in claim.id.split(".")[1:]]
    if claim.kind in {"verify", "done"}:
        return numbers[1] if len(numbers) > 1 else 0
    return numbers[-1] - 1


def _command(command: Command) -> dict[str, Any]:
    return {
        "command": command.text,
        "group": command.group,
        "expect": [
            {"kind": sort_of(one), "text": one.text, "implicit": one.implicit}
            for one in command.expects
        ],
    }


def _check(part: Part, check: Check) -> dict[str, Any]:
    told: dict[str, Any] = {"text": part.text, "rule": part.rule}
    if isinstance(check, ScriptCheck):
        expects = [
            {
                "kind": one.kind,
                "text": one.text,
                **{name: getattr(one, name) for name in sorted(_ADDED) if getattr(one, name)},
            }
            for one in check.expectations
        ]
        sources = [source.claim for source in check.sources]
        return {"kind": "script", **told, "commands_of": sources, "expects": expects}
    if isinstance(check, TestedCheck):
        sources = [source.claim for source in check.sources]
        return {"kind": "tests", **told, "commands_of": sources, "subject": list(check.subject)}
    return {"kind": _KINDS[type(check)], **told, "looks": msgspec.to_builtins(check)}
