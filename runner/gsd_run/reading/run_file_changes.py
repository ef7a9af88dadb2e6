"""Steps written into the text of a run file: the tasks named anew, every other line stays."""

from collections.abc import Mapping

import yaml

from gsd_run.domain.run_file import Recorded

_BREAKS = "\x85\u2028\u2029\ufeff"  # what YAML takes for the end of a line, or for nothing
_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def with_patches(
    text: str | None,
    patches: Mapping[int, str],
    kept: frozenset[int],
    notes: Mapping[int, str],
    recorded: Recorded,
) -> str:
    """Return a run file's text in which each task's steps are those that were recorded.

    `patches` holds a diff for each task that is replayed by one, `kept` the tasks whose steps
    stay as they stand in the text; a diff for one of those comes after its steps. `notes` say in
    a line where a patch comes from. None starts a new file.

    Raises:
        ValueError: `changes` or `recorded` of the text are written in a form that lines can't be
            put into; nothing else of a run file matters here.
    """
    head, tail, old = _parted(text or "")
    lines = []
    for number in sorted({*patches, *(kept & set(old))}):
        lines.append(old[number] if number in kept else f"  {number}:\n")
        if number in patches:
            lines.append(_patch(patches[number], notes.get(number, "")))
    changes = f"changes:\n{''.join(lines)}" if lines else ""
    end = (
        "\nrecorded:                     # by `gsd-run record`; a replay says whether it ends the "
        f"same\n  run: {recorded.run}\n  base: {recorded.base}\n  tree: {recorded.tree}\n"
    )
    parts = [_ended(head), changes, "\n" if changes and tail.strip() else "", tail.lstrip("\n")]
    return "".join([_ended("".join(parts).rstrip("\n")), end]).lstrip("\n")


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"


def _patch(diff: str, note: str) -> str:
    comment = f"    # {note}\n" if note else ""
    if _is_literal(diff):
        body = "".join(f"        {line}\n" for line in diff.split("\n")[:-1])
        return f"{comment}    - patch: |2\n".replace("|2", "|") + body
    return f"{comment}    - patch: {_quoted(diff)}\n"


def _is_literal(diff: str) -> bool:
    """Tell whether a text can stand in a literal block as it is."""
    return (
        diff.endswith("\n")
        and not diff.endswith("\n\n")
        and not diff.startswith((" ", "\n"))
        and all(letter in "\n\t" or letter.isprintable() for letter in diff)
        and not any(letter in diff for letter in _BREAKS)
    )


def _quoted(text: str) -> str:
    """Return a text as YAML reads it between double quotes, on one line."""
    return f'"{"".join(map(_letter, text))}"'


def _letter(letter: str) -> str:
    if letter in _SHORT:
        return _SHORT[letter]
    if letter.isprintable() and letter not in _BREAKS:
        return letter
    return f"\\U{ord(letter):08x}"


def _parted(text: str) -> tuple[str, str, dict[int, str]]:
    """Return what stands before and after `changes`, without `recorded`, and the tasks' lines."""
    root = yaml.compose(text, Loader=yaml.SafeLoader) if text.strip() else None
    if root is None:
        return text, "", {}
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise ValueError("it is written in braces")
    lines = text.splitlines(keepends=True)
    spans = _spans(root, len(lines))
    old: dict[int, str] = {}
    cut = len(lines)
    for key, value in root.value:
        if key.value == "changes":
            old = _tasks(value, lines, spans["changes"][1])
            cut = spans["changes"][0]
    gone = [spans[name] for name in ("changes", "recorded") if name in spans]
    left = [
        (at, line)
        for at, line in enumerate(lines)
        if not any(start <= at < end for start, end in gone)
    ]
    head = "".join(line for at, line in left if at < cut)
    return head, "".join(line for at, line in left if at >= cut), old


def _spans(root: yaml.MappingNode, length: int) -> dict[str, tuple[int, int]]:
    """Return for each key its first line and the line after its last."""
    starts = [key.start_mark.line for key, _ in root.value]
    names = [key.value for key, _ in root.value]
    spans = zip(starts, [*starts[1:], length], strict=True)
    return dict(zip(names, spans, strict=True))


def _tasks(value: yaml.Node, lines: list[str], end: int) -> dict[int, str]:
    """Return the lines of each task's steps, with the comments above them."""
    if not isinstance(value, yaml.MappingNode):
        if isinstance(value, yaml.ScalarNode) and not value.value:
            return {}
        raise ValueError("its changes are no mapping")
    if value.flow_style:
        raise ValueError("its changes are written in braces")
    starts = [_with_comments(lines, key.start_mark.line) for key, _ in value.value]
    ends = [*starts[1:], end]
    return {
        int(key.value): _ended("".join(lines[start:stop]).rstrip())
        for (key, _), start, stop in zip(value.value, starts, ends, strict=True)
    }


def _with_comments(lines: list[str], start: int) -> int:
    """Return the first of the lines of comment that stand above a line."""
    while lines[start - 1].lstrip().startswith("#"):
        start -= 1
    return start
