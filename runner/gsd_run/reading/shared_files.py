"""Files that several plans of one wave modify, though nothing makes one wait for another."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from gsd_run.domain.graph import PlanNode
from gsd_run.domain.plan import Finding, Plan
from gsd_run.reading.graph_rules import SAME_FILE

MOST_FILES = 3  # that a finding names


def same_files(nodes: Iterable[PlanNode], plans: Mapping[Path, Plan]) -> Iterator[Finding]:
    """Find the files that several plans of a wave name; nothing makes one wait for another.

    A file is told once, at the last of its plans, together with those that the same plans name.
    """
    naming: dict[tuple[int, str], dict[str, PlanNode]] = {}
    for node in nodes:
        if node.wave is not None and node.state != "complete":
            for name in node.files:
                naming.setdefault((node.wave, _plain(name)), {})[node.path] = node
    shared: dict[tuple[str, ...], list[str]] = {}
    for (_, name), by_path in naming.items():
        if len(by_path) > 1:
            shared.setdefault(tuple(by_path), []).append(name)
    known = {node.path: node for named in naming.values() for node in named.values()}
    lines = {plan.path: plan.lines for plan in plans.values()}
    for paths, names in shared.items():
        *others, last = [known[path] for path in paths]
        numbers = [number for number, name in enumerate(last.files, 1) if _plain(name) in names]
        keys = (f"files_modified.{numbers[0]}", "files_modified")
        line = next((lines[last.path][key] for key in keys if key in lines[last.path]), 1)
        yield Finding(
            path=last.path,
            line=line,
            message=_told(last, others, numbers),
            code=SAME_FILE.code,
            severity=SAME_FILE.severity,
        )


def _told(last: PlanNode, others: list[PlanNode], numbers: list[int]) -> str:
    *front, before = [node.id for node in others]
    by = f"{', '.join(front)} and {before}" if front else before
    spelled: dict[str, str] = {}
    for number in numbers:
        spelled.setdefault(_plain(last.files[number - 1]), last.files[number - 1])
    named = list(spelled.values())
    more = f" and {len(named) - MOST_FILES} more" if len(named) > MOST_FILES else ""
    what = ", ".join(named[:MOST_FILES]) + more
    mend = "let each depend on the one before" if front else "let one depend on the other"
    all_ = "all" if front else "both"
    return f"{what}: modified by {by}, too, and {all_} are of wave {last.wave}; {mend}"


def _plain(name: str) -> str:
    """Return a file's name without what plans write around it: marks, remarks, a leading ./"""
    return name.strip("`'\"").partition(" (")[0].strip().removeprefix("./")
