"""Amendments written into the text of a run file: lines are put in, every other byte stays."""

import json
import textwrap
from collections.abc import Sequence

import yaml

from gsd_run.domain import lazy
from gsd_run.domain.run_file import Amendment

_WIDTH = 96  # characters of a line of a reason
# What YAML does not read as this very text without quotes.
_NOT_BARE = lazy.pattern(r"^[^A-Za-z0-9]|:(?:\s|$)|\s#|[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd]|^\S*$")


def spliced(text: str | None, amendments: Sequence[Amendment], plan_id: str) -> str:
    """Return a run file's text with amendments added to its list; None starts a new file.

    The text must be a run file without mistakes; its line ends are kept.
    """
    if text is None:
        head = f"# What carrying out {plan_id} needs and the plan does not say.\n\n"
        return head + amend_text(amendments)
    end = "\r\n" if "\r\n" in text else "\n"
    listed = _amend_list(text)
    if listed is None:
        gap = "" if not text.strip() else end if text.endswith("\n") else end * 2
        return f"{text}{gap}" + amend_text(amendments).replace("\n", end)
    if isinstance(listed, yaml.SequenceNode) and listed.flow_style:
        return _into_flow(text, listed, amendments)
    lines = text.splitlines(keepends=True)
    place, dash = _end_of_list(lines, listed)
    if lines[place - 1].strip() and not lines[place - 1].endswith(("\n", "\r")):
        lines[place - 1] += end
    block = _block(amendments, dash).replace("\n", end)
    return "".join([*lines[:place], block, *lines[place:]])


def amend_text(amendments: Sequence[Amendment]) -> str:
    """Return amendments as a run file has them, with the key `amend` above them."""
    return f"amend:\n{_block(amendments, 2)}"


def _amend_list(text: str) -> yaml.Node | None:
    """Return the node of the key `amend`, None where the file has no such key."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    return next((value for key, value in pairs if key.value == "amend"), None)


def _into_flow(text: str, listed: yaml.Node, amendments: Sequence[Amendment]) -> str:
    """Put amendments before the closing bracket of `amend: […]`."""
    items = ", ".join(json.dumps(_plain(one), ensure_ascii=False) for one in amendments)
    bracket = listed.end_mark.index - 1
    before = text[:bracket].rstrip()
    comma = "" if before.endswith(("[", ",")) else ","
    space = " " if comma or before.endswith(",") else ""
    return f"{before}{comma}{space}{items}{text[bracket:]}"


def _plain(amendment: Amendment) -> dict[str, object]:
    return {
        "claim": amendment.claim,
        "replace": dict(amendment.replace),
        "reason": amendment.reason,
    }


def _end_of_list(lines: list[str], listed: yaml.Node) -> tuple[int, int]:
    """Return before which line (from 0) the list ends, and the column of its dashes."""
    if not isinstance(listed, yaml.SequenceNode):
        return listed.start_mark.line + 1, 2  # `amend:` with nothing behind it
    dash = listed.start_mark.column
    place = listed.end_mark.line
    if listed.end_mark.column > 0 and place < len(lines):
        place += 1
    while place > listed.start_mark.line + 1 and _stands_outside(lines[place - 1], dash):
        place -= 1
    return place, dash


def _stands_outside(line: str, dash: int) -> bool:
    """Tell whether a line at a list's end is blank, or a comment on what follows the list."""
    indent = len(line) - len(line.lstrip())
    return not line.strip() or (line.lstrip().startswith("#") and indent <= dash)


def _block(amendments: Sequence[Amendment], dash: int) -> str:
    return textwrap.indent("".join(map(_item, amendments)), " " * dash)


def _item(amendment: Amendment) -> str:
    pairs = "".join(f"    {_quoted(old)}: {_quoted(new)}\n" for old, new in amendment.replace)
    return (
        f"- claim: {amendment.claim}\n"
        f"  replace:\n{pairs}"
        f"  reason: {_reason(' '.join(amendment.reason.split()))}\n"
    )


def _quoted(text: str) -> str:
    """Write a text in double quotes, where YAML and JSON agree."""
    return json.dumps(text, ensure_ascii=False)


def _reason(text: str) -> str:
    if len(text) > _WIDTH:
        folded = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
        return ">-\n" + "\n".join(f"    {line}" for line in folded)
    return _quoted(text) if _NOT_BARE.search(text) else text
