"""Finding a project's root, its plans, and what lies beside them."""

import difflib
import itertools
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from gsd_run.domain import lazy
from gsd_run.domain.errors import UsageError
from gsd_run.domain.plan import Plan
from gsd_run.reading.plan_names import (
    PlanNames,
    as_only_plan,
    is_plan_file,
    key_of,
    names_of,
    phase_folder,
    phase_names,
    plan_id,
)

MOST_CANDIDATES = 10
LONGEST_NAME = 200  # of one path segment; the file system refuses more by an error
STOPPED = ("halted", "blocked")  # by these words a summary says that the plan is not complete
_REMARK = lazy.pattern(
    r"\s+[(—–#-]|[:;]\s"
)  # ends an entry of depends_on that says more than a name
_ARCHIVED = lazy.pattern(r"(?:^|-)(?:milestones|archived?)(?:-|$)")
_BARE_NUMBER = lazy.pattern(r"\d+[a-z]?(?:\.\d+)*")

# From the exact to the loose; the first that any plan answers to decides.
_RANKS: tuple[Callable[[PlanNames], frozenset[str]], ...] = (
    lambda names: names.full,
    lambda names: names.short,
    lambda names: names.loose,
)


def find_root(start: Path) -> Path:
    """Return the nearest folder, from `start` upwards, that holds `.planning/`.

    Raises:
        UsageError: there is none up to the top of the git repository (or of the file system).

    """
    folder = start.resolve()
    for candidate in (folder, *folder.parents):
        if (candidate / ".planning").is_dir():
            return candidate
        if (candidate / ".git").exists():
            raise UsageError(
                f"{candidate}: no .planning folder between here and {folder}; "
                "change to a project that GSD has planned"
            )
    raise UsageError(
        f"{folder}: no .planning folder here or above; change to a project that GSD has planned"
    )


def all_plans(root: Path) -> tuple[Path, ...]:
    """Return the plan files below `.planning/`, in the order of their numbers."""
    found = []
    for folder, folders, files in os.walk(root / ".planning"):
        folders[:] = [name for name in folders if name not in (".git", "node_modules")]
        found += [Path(folder, name) for name in files if is_plan_file(name)]
    return tuple(sorted(found, key=in_natural_order))


def known_plans(root: Path) -> dict[Path, PlanNames]:
    """Return the project's plans, in the order of their numbers, with what each is called."""
    plans = all_plans(root)
    in_phase = Counter(phase_folder(path) for path in plans)
    return {
        path: as_only_plan(names_of(path))
        if path.name.lower() == "plan.md" and in_phase[path.parent] == 1
        else names_of(path)
        for path in plans
    }


def locate(name: str, root: Path, cwd: Path) -> Path:
    """Return the plan file that `name` means, as an absolute path.

    It may be a path (of the plan, or of a folder with one plan) seen from `cwd` or from the root,
    or an id in any of its forms, with folders of its path in front (`web/01-02` is plan 01-02 of
    workstream web). A plan in `.planning/milestones/` is archived: it is found by an id only
    where no plan outside has it. Within `.planning/`, of several plans those nearest to `cwd`
    are meant.

    Raises:
        UsageError: no plan, or several, go by the name; with the candidates.

    """
    by_path = _by_path(name, root, cwd)
    if by_path is not None:
        return by_path
    plans = known_plans(root)
    for answering in _answering(name, plans, root):
        found = [path for path in answering if not is_archived(path, root)] or answering
        found = nearest(found, root, cwd)
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(
                f"{name!r} names {len(found)} plans; give one of:\n{_listing(found, root)}"
            )
    raise _unknown(name, key_of(name), plans, root)


def _answering(name: str, plans: Mapping[Path, PlanNames], root: Path) -> Iterator[list[Path]]:
    """Give the plans that answer to a name, by the exact reading of it first."""
    key = key_of(name)
    for rank in _RANKS:
        yield [path for path, names in plans.items() if key in rank(names)]
    *folders, last = [key_of(part) for part in name.split("/") if part.strip()] or [""]
    if folders and last:
        inside = {path: names for path, names in plans.items() if lies_in(path, folders, root)}
        for rank in _RANKS:
            yield [path for path, names in inside.items() if last in rank(names)]
        yield [path for path, names in inside.items() if last == names.token]
    yield [path for path, names in plans.items() if key in names.phase]


def lies_in(path: Path, folders: list[str], root: Path) -> bool:
    """Tell whether a path goes through folders with these keys, in this order.

    A phase's folder goes by any of the phase's names, `v1.0-phases` by `v1.0`.
    """
    parts = iter([phase_names(part) for part in path.relative_to(root).parts[:-1]])
    return all(any(folder in (part.exact | part.loose) for part in parts) for folder in folders)


def nearest(paths: list[Path], root: Path, cwd: Path) -> list[Path]:
    """Return those of several paths that share the most folders with `cwd`, in `.planning/`."""
    for folder in (cwd, *cwd.parents):
        if not folder.is_relative_to(root / ".planning") or folder == root / ".planning":
            break
        inside = [path for path in paths if path.is_relative_to(folder)]
        if inside:
            return inside
    return paths


def _by_path(name: str, root: Path, cwd: Path) -> Path | None:
    if any(len(part) > LONGEST_NAME for part in name.split("/")) or "\0" in name:
        return None
    for base in dict.fromkeys((cwd, root)):
        path = Path(os.path.normpath(base / name))
        beside = path.with_name(f"{path.name}-PLAN.md") if path.name else path
        for file in (path, beside):
            if file.is_file() and file.suffix.lower() == ".md":
                return file
        if path.is_dir() and path != root and ("/" in name or path.parent == cwd):
            return _only_plan(path, name, root)
    return None


def _only_plan(folder: Path, name: str, root: Path) -> Path | None:
    plans = sorted(
        (file for file in folder.iterdir() if is_plan_file(file.name)), key=in_natural_order
    )
    if len(plans) > 1:
        raise UsageError(
            f"{name!r} holds {len(plans)} plans; give one of:\n{_listing(plans, root)}"
        )
    return plans[0] if plans else None


def _unknown(name: str, key: str, plans: dict[Path, PlanNames], root: Path) -> UsageError:
    if not plans:
        return UsageError(f"no plan {name!r}: no *-PLAN.md file lies in {root / '.planning'}")
    keys = {alias: path for path, names in plans.items() for alias in (*names.full, *names.short)}
    close = difflib.get_close_matches(key, keys, n=4 * MOST_CANDIDATES, cutoff=0.0)
    nearest = list(dict.fromkeys(keys[alias] for alias in close))[:MOST_CANDIDATES]
    return UsageError(f"no plan {name!r}; the closest are:\n{_listing(nearest, root)}")


def _listing(paths: list[Path], root: Path) -> str:
    shown = paths[:MOST_CANDIDATES]
    lines = [f"  {plan_id(path)}  ({relative_to_root(path, root)})" for path in shown]
    if len(paths) > len(shown):
        lines.append(f"  … and {len(paths) - len(shown)} more")
    return "\n".join(lines)


def relative_to_root(path: Path, root: Path) -> str:
    """Return a path as messages name it: from the project's root where it lies below that."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


@lru_cache(maxsize=4096)
def is_archived(path: Path, root: Path) -> bool:
    """Tell whether a path lies among what is done: in milestones/, or a folder named archive."""
    parts = path.relative_to(root).parts
    return any(_ARCHIVED.search(part) for part in parts)


def in_natural_order(path: Path) -> tuple[tuple[int, int, str], ...]:
    """Return what paths are sorted by: numbers in them count as numbers."""
    return tuple(
        (0, int(part), "") if part.isdigit() else (1, 0, part)
        for part in re.split(r"(\d{1,18})", path.as_posix())
        if part
    )


def run_file_path(plan_path: Path) -> Path:
    """Return where the run file of a plan lies: beside it."""
    return _beside(plan_path, "RUN.yaml")


def _beside(plan_path: Path, suffix: str) -> Path:
    name = re.sub(r"PLAN\.md$", suffix, plan_path.name, flags=re.IGNORECASE)
    if name == plan_path.name:
        name = f"{plan_path.stem}-{suffix}"
    return plan_path.with_name(name)


def summary_path(plan: Plan, root: Path) -> Path:
    """Return where the plan's summary goes: beside it, by the name that `<output>` asks for.

    Where that is no place in which GSD looks for the plan's summary, the usual name is taken:
    elsewhere it would complete nothing, or another plan.
    """
    plan_path = root / plan.path
    usual = summary_candidates(plan_path)
    wanted = plan.summary_path or ""
    place = root / wanted if "/" in wanted else plan_path.parent / wanted
    target = Path(os.path.normpath(place))
    return target if target in usual else usual[0]


def summary_candidates(plan_path: Path) -> tuple[Path, ...]:
    """Return the files beside a plan that GSD takes for its summary, likeliest first."""
    names = [_beside(plan_path, "SUMMARY.md").name]
    stem = re.sub(r"\.md$", "", plan_path.name, flags=re.IGNORECASE)
    names.append(f"{stem}-SUMMARY.md")
    numbered = re.match(r"(\d+[A-Za-z]?(?:\.\d+)*)-PLAN-(\d+[A-Za-z]?)", plan_path.name)
    slugged = re.match(r"((?:\d+[A-Za-z]?(?:\.\d+)*)-\d+[A-Za-z]?)-.*PLAN\.md$", plan_path.name)
    if numbered:
        names.append(f"{numbered[1]}-{numbered[2]}-SUMMARY.md")
    if slugged:
        names.append(f"{slugged[1]}-SUMMARY.md")
    names.append(re.sub("PLAN", "SUMMARY", plan_path.name, count=1, flags=re.IGNORECASE))
    nested = re.match(r"PLAN-(\d+)", plan_path.name)
    if nested:
        names.append(f"SUMMARY-{nested[1]}.md")
    return tuple(plan_path.with_name(name) for name in dict.fromkeys(names))


def summary_status(plan_path: Path) -> str | None:
    """Return the status that a plan's summary states, "" if none; None without a summary."""
    summary = next((file for file in summary_candidates(plan_path) if file.is_file()), None)
    if summary is None:
        return None
    text = summary.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n")
    frontmatter = re.match(r"\s*---\n(.*?)\n---", text, re.DOTALL)
    if frontmatter is None:
        return ""
    status = re.search(r"^status:\s*[\"']?([\w-]+)", frontmatter[1], re.MULTILINE)
    return status[1].lower() if status else ""


def is_complete(plan_path: Path) -> bool:
    """Tell whether a plan is complete as GSD sees it: a summary lies beside it, not halted."""
    return summary_status(plan_path) not in (None, *STOPPED)


def dependency(
    name: str, plan_path: Path, root: Path, plans: Mapping[Path, PlanNames] | None = None
) -> tuple[Path, ...]:
    """Return the plans that one entry of a plan's depends_on means.

    A plan of the same phase goes before others, and one that is not archived before one that is.
    The name of a phase means all of its plans; an ambiguous name means every plan that has it;
    an unknown one gives nothing. `plans` are the project's, where they are known already.
    """
    known = known_plans(root) if plans is None else plans
    for wording in dict.fromkeys((name, _REMARK.split(name, maxsplit=1)[0])):
        found = _meant(wording, plan_path, root, known)
        if found:
            return found
    return ()


def _meant(
    name: str, plan_path: Path, root: Path, known: Mapping[Path, PlanNames]
) -> tuple[Path, ...]:
    key = key_of(name.rsplit("/", 1)[-1] if name.lower().endswith(".md") else name)
    own = known.get(plan_path) or names_of(plan_path)
    phase = phase_folder(plan_path)
    for place, group in enumerate(_nearest_first(plan_path, root, known)):
        for rank in _RANKS:
            found = [path for path, names in group.items() if key in rank(names)]
            if found:
                return tuple(found)
        if place == 0:
            found = [path for path, names in group.items() if key == names.token]
            if found:
                return tuple(found)
    # a number alone never means a phase of another milestone or project
    bare = _BARE_NUMBER.fullmatch(key) is not None
    for group in itertools.islice(_nearest_first(plan_path, root, known), 1, None):
        found = [
            path
            for path, names in group.items()
            if key in names.phase
            and phase_folder(path) != phase
            and (not bare or names.code == own.code)
        ]
        if found:
            return tuple(found)
    return ()


def _nearest_first(
    plan_path: Path, root: Path, known: Mapping[Path, PlanNames]
) -> Iterator[dict[Path, PlanNames]]:
    """Return the other plans: of its phase, near it, not archived, all; made as they are needed."""
    phase = phase_folder(plan_path)
    plans = dict(known)
    plans.pop(plan_path, None)
    yield {path: names for path, names in plans.items() if phase_folder(path) == phase}
    yield {p: names for p, names in plans.items() if phase_folder(p).parent == phase.parent}
    yield {path: names for path, names in plans.items() if not is_archived(path, root)}
    yield plans
