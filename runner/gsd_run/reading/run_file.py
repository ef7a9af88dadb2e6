"""A run file's text as a RunFile: exact, because people write it for this program alone."""

import difflib
import hashlib
import re
from typing import Any, get_args

from gsd_run.domain.errors import PlanError
from gsd_run.domain.plan import Finding, Plan
from gsd_run.domain.run_file import Amendment, Proof, Recorded, RunFile, Step, StepKind, WeakerTests
from gsd_run.reading.exact_fields import (
    checked_pairs,
    entries,
    exact_fields,
    listed,
    needed_text,
    note_repeated,
    optional_text,
    plain,
    plain_options,
)
from gsd_run.reading.notes import Notes
from gsd_run.reading.yaml_nodes import (
    Mapping,
    Node,
    Pair,
    Scalar,
    Sequence,
    kind_of,
)
from gsd_run.reading.yaml_repair import compose_mended

MOST_BYTES = 8 * 1024 * 1024  # recorded patches may be long
_TOP = ("amend", "changes", "proofs", "recorded")
_RECORDED = ("run", "base", "tree")
_AMENDMENT = ("claim", "replace", "reason")
_WEAKER = ("tests", "reason")
_PROOF = ("claim", "command", "expect", "reason", "subject")
_KINDS: tuple[StepKind, ...] = get_args(StepKind)


def read_run_file(text: str | bytes, path: str) -> RunFile:
    """Read a run file; `path` is its file, relative to the project root.

    Raises:
        PlanError: with every mistake in it, each at its line.

    """
    run_file, mistakes = understood(text, path)
    if mistakes:
        raise PlanError(mistakes)
    return run_file


def understood(text: str | bytes, path: str) -> tuple[RunFile, tuple[Finding, ...]]:
    """Return what can be understood of a run file, and every mistake in it.

    With mistakes it is not to be gone by; it only lets what else is wrong with it be named.
    """
    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    notes = Notes(path)
    if len(content) > MOST_BYTES:
        notes.add(1, f"is larger than {MOST_BYTES >> 20} MiB, which no run file is")
        content = b""
    root = _root(content, notes)
    amendments: tuple[Amendment, ...] = ()
    weaker: tuple[WeakerTests, ...] = ()
    changes: dict[int, tuple[Step, ...]] = {}
    proofs: tuple[Proof, ...] = ()
    recorded: Recorded | None = None
    for pair in checked_pairs(root, _TOP, "the run file", notes):
        if pair.key == "amend":
            given = entries(pair.value, "amend", notes)
            amendments = tuple(_amendments([e for e in given if not _on_tests(e)], notes))
            weaker = tuple(_weaker([e for e in given if _on_tests(e)], notes))
        elif pair.key == "changes":
            changes = _changes(pair.value, notes)
        elif pair.key == "proofs":
            proofs = tuple(_proofs(pair.value, notes))
        elif pair.key == "recorded":
            recorded = _recorded(pair.value, notes)
    run_file = RunFile(
        path=path,
        sha256=hashlib.sha256(content).hexdigest(),
        amendments=amendments,
        weaker=weaker,
        changes=changes,
        proofs=proofs,
        recorded=recorded,
    )
    return run_file, notes.in_order()


def check_against(plan: Plan, run_file: RunFile) -> tuple[Finding, ...]:
    """Return what in the run file does not fit the plan's tasks and code blocks."""
    notes = Notes(run_file.path)
    tasks = {task.number: task for task in plan.tasks}
    have = f"the plan has {_counted(len(tasks), 'task')}"
    for number, steps in run_file.changes.items():
        task = tasks.get(number)
        if task is None:
            line = steps[0].line if steps else 1
            notes.add(line, f"changes for task {number}, but {have}")
            continue
        for step in steps:
            block = step.options.get("block")
            if isinstance(block, int) and not 1 <= block <= len(task.blocks):
                blocks = _counted(len(task.blocks), "code block")
                notes.add(step.line, f"block {block}, but the action of task {number} has {blocks}")
    return notes.in_order()


def _counted(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"


def _root(content: bytes, notes: Notes) -> Mapping:
    empty = Mapping((), 1)
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        notes.add(line, f"not UTF-8 (byte 0x{content[error.start]:02x}); save the file as UTF-8")
        return empty
    # mended only so that what stands beyond the first slip of syntax is checked as well
    node, slips = compose_mended(text, notes.path)
    for slip in slips:
        notes.add(slip.line, slip.message.replace("; read as ", "; it may want quotes: "))
    if node is None or (isinstance(node, Scalar) and not node.text):
        return empty
    if not isinstance(node, Mapping):
        notes.add(node.line, f"a run file is a mapping with {listed(_TOP)}, not {kind_of(node)}")
        return empty
    return node


def _on_tests(entry: Mapping) -> bool:
    return any(pair.key == "tests" for pair in entry.pairs)


def _weaker(given: list[Mapping], notes: Notes) -> list[WeakerTests]:
    found = []
    for entry in given:
        what = "an amendment of tests"
        fields = exact_fields(entry, _WEAKER, what, notes)
        tests = needed_text(fields, "tests", entry.line, what, notes)
        reason = needed_text(fields, "reason", entry.line, what, notes)
        found.append(WeakerTests(tests=tests.strip(), reason=reason.strip(), line=entry.line))
    return found


def _amendments(given: list[Mapping], notes: Notes) -> list[Amendment]:
    found = []
    for entry in given:
        what = "an amendment"
        fields = exact_fields(entry, _AMENDMENT, what, notes)
        claim = needed_text(fields, "claim", entry.line, what, notes)
        replace: tuple[tuple[str, str], ...] = ()
        if "replace" in fields:
            replace = tuple(_replacements(fields["replace"], notes))
        else:
            notes.add(entry.line, f"{what} without replace; give what to replace by what")
        reason = needed_text(fields, "reason", entry.line, what, notes)
        found.append(
            Amendment(claim=claim.strip(), replace=replace, reason=reason.strip(), line=entry.line)
        )
    return found


def _replacements(node: Node, notes: Notes) -> list[tuple[str, str]]:
    """Return the (old, new) pairs of a mapping, or of a list of {old, new}."""
    found: list[tuple[str, str]] = []
    if isinstance(node, Mapping):
        note_repeated(node, "replace", notes)
        for pair in node.pairs:
            by_key = {pair.key: pair.value}
            found.append((pair.key, optional_text(by_key, pair.key, "replace", notes)))
    elif isinstance(node, Sequence):
        for entry in entries(node, "replace", notes):
            fields = exact_fields(entry, ("old", "new"), "a replacement", notes)
            old = needed_text(fields, "old", entry.line, "a replacement", notes)
            if "new" not in fields:
                notes.add(entry.line, "a replacement without new; write new: '' to take it out")
            found.append((old, optional_text(fields, "new", "a replacement", notes)))
    else:
        notes.add(node.line, "replace is a mapping old: new, or a list of {old: …, new: …}")
        return found
    if not found or any(not old for old, _ in found):
        notes.add(node.line, "replace names no text to be replaced")
    return found


def _changes(node: Node, notes: Notes) -> dict[int, tuple[Step, ...]]:
    if isinstance(node, Scalar) and not node.text.strip():
        return {}
    if not isinstance(node, Mapping):
        notes.add(node.line, f"changes maps task numbers to steps; it is {kind_of(node)}")
        return {}
    note_repeated(node, "changes", notes)
    found: dict[int, tuple[Step, ...]] = {}
    for pair in node.pairs:
        steps = tuple(_steps(pair, notes))
        if re.fullmatch(r"[1-9]\d{0,5}", pair.key):
            found[int(pair.key)] = steps
        else:
            notes.add(pair.line, f"{pair.key!r} is no task number; tasks count from 1, as in `2:`")
    return found


def _steps(pair: Pair, notes: Notes) -> list[Step]:
    what = f"the steps of task {pair.key}"
    steps = [_step(entry, notes) for entry in entries(pair.value, what, notes)]
    return [step for step in steps if step is not None]


def _step(entry: Mapping, notes: Notes) -> Step | None:
    note_repeated(entry, "a step", notes)
    kinds = [kind for kind in _KINDS if any(pair.key == kind for pair in entry.pairs)]
    if len(kinds) != 1:
        notes.add(entry.line, _kind_mistake(entry, kinds))
        return None
    kind = kinds[0]
    options: dict[str, Any] = {}
    subject = ""
    for pair in entry.pairs:
        if pair.key != kind:
            options[pair.key] = plain(pair.value)
        elif isinstance(pair.value, Mapping):
            note_repeated(pair.value, kind, notes)
            options.update(plain_options(pair.value))
        elif isinstance(pair.value, Scalar) and pair.value.text.strip():
            subject = pair.value.text
        else:
            notes.add(
                pair.line, f"{kind} is {_nothing_or_kind(pair.value)}; give a text or options"
            )
    return Step(kind=kind, subject=subject, line=entry.line, options=options)


def _nothing_or_kind(node: Node) -> str:
    return "empty" if isinstance(node, Scalar) else kind_of(node)


def _kind_mistake(entry: Mapping, kinds: list[StepKind]) -> str:
    if kinds:
        return f"a step is one of {listed(_KINDS)}; this one is {' and '.join(kinds)}"
    keys = [pair.key for pair in entry.pairs]
    close = [
        (key, match[0]) for key in keys if (match := difflib.get_close_matches(key, _KINDS, n=1))
    ]
    hint = f"; did you mean {close[0][1]} for {close[0][0]}?" if close else ""
    return f"a step without its kind, one of {listed(_KINDS)} (it has: {listed(keys)}){hint}"


def _proofs(node: Node, notes: Notes) -> list[Proof]:
    found = []
    for entry in entries(node, "proofs", notes):
        what = "a proof"
        fields = exact_fields(entry, _PROOF, what, notes)
        found.append(
            Proof(
                claim=needed_text(fields, "claim", entry.line, what, notes).strip(),
                command=needed_text(fields, "command", entry.line, what, notes),
                line=entry.line,
                expect=optional_text(fields, "expect", what, notes),
                reason=optional_text(fields, "reason", what, notes).strip(),
                subject=_subject(fields.get("subject"), notes),
            )
        )
    return found


def _recorded(node: Node, notes: Notes) -> Recorded | None:
    if not isinstance(node, Mapping):
        notes.add(node.line, f"recorded is a mapping with {listed(_RECORDED)}")
        return None
    fields = exact_fields(node, _RECORDED, "recorded", notes)
    run, base, tree = (
        needed_text(fields, name, node.line, "recorded", notes).strip() for name in _RECORDED
    )
    return Recorded(run=run, base=base, tree=tree, line=node.line)


def _subject(node: Node | None, notes: Notes) -> tuple[str, ...]:
    if node is None:
        return ()
    if isinstance(node, Scalar) and node.text.strip():
        return (node.text.strip(),)
    if isinstance(node, Sequence) and all(isinstance(item, Scalar) for item in node.items):
        return tuple(item.text.strip() for item in node.items if isinstance(item, Scalar))
    notes.add(node.line, "subject of a proof is a file, or a list of files")
    return ()
