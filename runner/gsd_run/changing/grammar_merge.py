"""Merging one source into another by its definitions, in any language whose grammar is known.

The file is only ever spliced: what the block does not name stays byte for byte.
"""

import re
from collections.abc import Sequence

from msgspec import Struct

from gsd_run.changing.failure import StepFailure
from gsd_run.changing.grammar_finding import (
    Path,
    called,
    found_in,
    level,
    path_of_class,
    spread_over,
    way_to,
)
from gsd_run.changing.grammar_given import read_given
from gsd_run.changing.grammar_imports import with_import
from gsd_run.changing.grammar_layout import Spliced, inserted, reindented, replaced, taken_out
from gsd_run.changing.grammar_names import SECTIONS, tokens
from gsd_run.changing.grammar_placement import beside
from gsd_run.changing.grammar_units import Source, Unit, read_source

Done = list[tuple[str, str]]
_EXPORT = re.compile(r"(?:export\s+(?:default\s+)?)(?:declare\s+)?")


class Merging(Struct, frozen=True, kw_only=True):
    """One merge: the block, what is to be done beside taking it in, and what was done so far."""

    given: Source
    whole_classes: bool
    remove: tuple[str, ...]
    done: Done

    @property
    def language(self) -> str:
        """Return the language of both texts."""
        return self.given.language

    def text_of(self, start: int, end: int) -> str:
        """Return a stretch of the block."""
        return self.given.text[start:end]


def merge_source(
    text: str,
    block: str,
    language: str,
    *,
    into_class: str | None = None,
    whole_classes: bool = False,
    remove: Sequence[str] = (),
) -> tuple[str, Done]:
    """Return `text` with the definitions of `block` in it, and what was done, by name.

    Means the same as `merge_python`. Statements that define nothing must be in the file already;
    a file without any code becomes the block.

    Raises:
        StepFailure: one of the two can't be parsed, the block leaves code out, or it can't be
            told what a part of it is in the file.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    windows = "\r\n" in text and "\n" not in text.replace("\r\n", "")
    before = text.removeprefix(mark)
    before = before.replace("\r\n", "\n") if windows else before
    given = read_given(block, language, into_class)
    run = Merging(given=given, whole_classes=whole_classes, remove=tuple(remove), done=[])
    after = _merged(before, into_class, run)
    for name in remove:
        after = _without(after, name, run)
    if after == before:
        return text, []
    read_source(after, language, "the merged file")
    if language in {"typescript", "tsx", "javascript"} and _defaults(after) > max(
        1, _defaults(before)
    ):
        raise StepFailure("the file would have two default exports; name the old one in `remove`")
    return mark + (after.replace("\n", "\r\n") if windows else after), run.done


def _merged(before: str, into_class: str | None, run: Merging) -> str:
    file = read_source(before, run.language, "the file")
    if into_class is not None:
        members = run.given.units[0].members or ()
        return _merge(before, members, path_of_class(file, into_class), run)
    if not file.units:
        run.done.append(("", "written as a whole: the file held no code"))
        code = run.given.text
        if code.startswith(before.strip()):
            return code
        return before + (code.removeprefix("<?php\n") if "<?php" in before else code)
    units, path = spread_over(file, run.given)
    return _merge(before, units, path, run)


def _merge(text: str, units: Sequence[Unit], path: Path, run: Merging) -> str:
    """Put each definition of the block into a container, near those that it stands beside."""
    for index, unit in enumerate(units):
        if unit.form == "import" and _outer(path, text, run):
            text = with_import(text, run.text_of(unit.code, unit.end), run.language, run.done)
            continue
        holder, here = level(text, path, run.language)
        found = found_in(unit, units, here, run.remove)
        if unit.form in {"fixed", "other"}:
            _refuse_unknown(unit, here, run)
        elif not found:
            at = beside(unit, units[:index], units[index + 1 :], here, inside=bool(path))
            text = inserted(Spliced(text, holder, here), run.given, unit, at)
            run.done.append((_name(path, unit), f"{_name(path, unit)} added"))
        else:
            text = _put(text, unit, found, (path, here), run)
    return text


def _outer(path: Path, text: str, run: Merging) -> bool:
    """Tell whether a container is the file itself, or the namespace that stands for it."""
    holder, _ = level(text, path, run.language)
    return holder is None or (len(path) == 1 and holder.spread)


def _name(path: Path, unit: Unit) -> str:
    return ".".join([*(way.label for way in path if way.label), unit.label])


def _refuse_unknown(unit: Unit, here: Sequence[Unit], run: Merging) -> None:
    if any(one.key == unit.key for one in here):
        return
    said = " ".join(run.text_of(unit.code, unit.end).split())[:60]
    if unit.form == "fixed":
        raise StepFailure(f"line {unit.line} of the block says {said!r}, and the file does not")
    raise StepFailure(
        f"line {unit.line} of the block ({said}) defines nothing by name, so it can't be told "
        "where it belongs or what it replaces; use replace or patch for it"
    )


def _put(
    text: str, unit: Unit, found: list[Unit], at: tuple[Path, Sequence[Unit]], run: Merging
) -> str:
    """Put a definition in the place of the file's one, or its members among the file's."""
    path, here = at
    old, name = found[0], _name(path, unit)
    if unit.members is None and old.members is not None and not old.names <= unit.names:
        _counted(text, old, unit, run)
        return _in_group(text, unit, old, name, run)
    whole = run.whole_classes and not unit.spread
    if unit.members is None or old.members is None or whole or _counted(text, old, unit, run):
        after = replaced(text, old, run.given, unit, _kept_export(text, old, unit, run))
        if after != text:
            run.done.append((name, f"{name} replaced"))
        return after
    _refuse_other_section(unit, old)
    if len(found) == 1:
        text = _with_head(text, unit, old, name, run)
    # Of several equal containers each member goes to the one that has it.
    for index, one in enumerate(found):
        theirs = {key for member in one.members or () for key in (member.names or {member.key})}
        mine = [
            member
            for member in unit.members
            if (member.names or {member.key}) & theirs
            or (index == 0 and not _elsewhere(member, found[1:]))
        ]
        text = _merge(text, mine, (*path, way_to(one, here)), run)
    return text


def _in_group(text: str, unit: Unit, old: Unit, name: str, run: Merging) -> str:
    """Give one name of a group of Go's declarations its new value."""
    held = [one for one in old.members or () if one.names == unit.names]
    if not held:
        raise StepFailure(
            f"line {old.line} of the file defines {name} together with others; give them all"
        )
    fresh = run.text_of(unit.code, unit.end).partition(" ")[2].strip()
    after = text[: held[0].code] + fresh + text[held[0].end :]
    if after != text:
        run.done.append((name, f"{name} replaced"))
    return after


def _counted(text: str, old: Unit, unit: Unit, run: Merging) -> bool:
    """Tell whether a group of Go's constants is to be replaced whole: their order counts."""
    texts = (text[old.code : old.end], run.text_of(unit.code, unit.end))
    if run.language != "go" or not any(re.search(r"\biota\b", one) for one in texts):
        return False
    if not old.names <= unit.names:
        raise StepFailure(
            f"the constants at line {old.line} are counted by iota; give the whole group"
        )
    return True


def _elsewhere(member: Unit, others: Sequence[Unit]) -> bool:
    return any(
        (one.names or {one.key}) & (member.names or {member.key})
        for other in others
        for one in other.members or ()
    )


def _refuse_other_section(unit: Unit, old: Unit) -> None:
    """Refuse to leave a method of Ruby under another `private` than the block has it under."""
    if not any(one.key in SECTIONS for one in unit.members or ()):
        return
    now = {one.key: one.section for one in old.members or ()}
    for one in unit.members or ():
        if one.key in now and now[one.key] != one.section and one.key not in SECTIONS:
            raise StepFailure(
                f"{one.label} is {now[one.key] or 'public'} in the file and "
                f"{one.section or 'public'} in the block; move it first"
            )


def _with_head(text: str, unit: Unit, old: Unit, name: str, run: Merging) -> str:
    """Give a container the head and the comment of the block, where that says more."""
    new_head, old_head = run.text_of(unit.code, unit.head), text[old.code : old.head]
    mine, theirs = (_EXPORT.sub("", head, count=1) for head in (new_head, old_head))
    words, known = tokens(mine), tokens(theirs)
    if not _within(words, known):
        if not _within(known, words):
            raise StepFailure(
                f"the head of {name} at line {old.line} of the file and that of the block each say "
                "what the other does not; change it with replace first"
            )
        export = _kept_export(text, old, unit, run)
        fresh = reindented(run.given, unit.code, unit.head, text, old)
        bare = len(run.text_of(unit.code, unit.bare))
        text = text[: old.code] + fresh[:bare] + export + fresh[bare:] + text[old.head :]
        run.done.append((name, f"{name}: head replaced"))
    if unit.start < unit.code and run.text_of(unit.start, unit.code).strip():
        fresh = reindented(run.given, unit.start, unit.code, text, old)
        if "".join(fresh.split()) != "".join(text[old.start : old.code].split()):
            text = text[: old.start] + fresh + text[old.code :]
            run.done.append((name, f"{name}: comment replaced"))
    return text


def _within(few: Sequence[str], many: Sequence[str]) -> bool:
    """Tell whether words stand among others in their order."""
    rest = iter(many)
    return all(word in rest for word in few)


def _kept_export(text: str, old: Unit, unit: Unit, run: Merging) -> str:
    """Return the `export` that a definition has in the file and not in the block."""
    if "export" in run.text_of(unit.code, unit.bare).split():
        return ""
    found = _EXPORT.search(text, old.code, old.bare)
    return found[0] if found else ""


def _defaults(text: str) -> int:
    return len(re.findall(r"^export default\b", text, re.MULTILINE))


def _without(text: str, name: str, run: Merging) -> str:
    """Take a definition out; one that is not there, or that the block gave anew, is no mistake."""
    if any(said.startswith((f"{name} ", f"{name}:")) for _, said in run.done):
        return text
    *outer, last = name.split(".")
    path = path_of_class(read_source(text, run.language, "the file"), ".".join(outer)) if (
        outer
    ) else ()  # fmt: skip
    _, here = level(text, path, run.language)
    found = [unit for unit in here if called(unit, last) and unit.form in {"code", "value"}]
    if not found:
        return text
    if len(found) > 1:
        lines = ", ".join(str(unit.line) for unit in found)
        raise StepFailure(f"remove: {name} is defined at lines {lines}; it can't be told which")
    if len(found[0].names) > 1:
        raise StepFailure(f"remove: line {found[0].line} defines more than {name}; use replace")
    run.done.append(("", f"{name} removed"))
    return taken_out(text, found[0])
