"""Merging one source into another by its definitions, in any language whose grammar is known.

The file is only ever spliced: what the block does not name stays byte for byte.
"""

import re
import textwrap
from collections.abc import Sequence

from msgspec import Struct

from gsd_run.changing.failure import StepFailure
from gsd_run.changing.grammar_imports import with_import
from gsd_run.changing.grammar_layout import Spliced, inserted, reindented, replaced, taken_out
from gsd_run.changing.grammar_placement import beside
from gsd_run.changing.grammar_shapes import SHAPES
from gsd_run.changing.grammar_units import SECTIONS, Source, Unit, read_source, tokens

Done = list[tuple[str, str]]

# A comment that stands for code left out: merging such a definition would lose that code.
_ELIDED = re.compile(
    r"^[^\S\n]*(?://|#|/\*|\{/\*|--)[^\S\n]*(?:\.\.\.|…|(?:\.\.\. )?(?:existing|rest of|remaining"
    r"|other|previous|same|unchanged)\b[^\n]{0,40}$)",
    re.MULTILINE | re.IGNORECASE,
)
_NAME_OF_FILE = re.compile(r"\A(?://|#|/\*)[^\S\n]*[\w./@()\[\]-]+\.\w{1,5}[^\S\n]*(?:\*/)?\n+")
_EXPORT = re.compile(r"(?:export\s+(?:default\s+)?)(?:declare\s+)?")


class Way(Struct, frozen=True):
    """A container on the way to a definition: what it is known by, and which of equal ones.

    `label` is "" for what is no part of a definition's name: a namespace, a group of constants.
    """

    names: frozenset[str]
    label: str
    index: int = 0


Path = tuple[Way, ...]


class Asked(Struct, frozen=True, kw_only=True):
    """What a merge is to do beside taking the block in."""

    language: str
    whole_classes: bool = False
    remove: tuple[str, ...] = ()


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
    asked = Asked(language=language, whole_classes=whole_classes, remove=tuple(remove))
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    windows = "\r\n" in text and "\n" not in text.replace("\r\n", "")
    before = text.removeprefix(mark)
    before = before.replace("\r\n", "\n") if windows else before
    given = _given(block, language, into_class)
    done: Done = []
    after = _merged(before, given, into_class, asked, done)
    for name in remove:
        after = _without(after, name, asked, done)
    if after == before:
        return text, []
    read_source(after, language, "the merged file")
    if language in {"typescript", "tsx", "javascript"} and _defaults(after) > max(
        1, _defaults(before)
    ):
        raise StepFailure("the file would have two default exports; name the old one in `remove`")
    return mark + (after.replace("\n", "\r\n") if windows else after), done


def _given(block: str, language: str, into_class: str | None) -> Source:
    code = textwrap.dedent(block.replace("\r\n", "\n")).strip("\n") + "\n"
    code = _NAME_OF_FILE.sub("", code)
    if elided := _ELIDED.search(code):
        line = code.count("\n", 0, elided.start()) + 1
        raise StepFailure(
            f"line {line} of the block ({elided[0].strip()}) leaves code out, so that what it "
            "stands for would be lost; give the whole definition"
        )
    if language == "php" and "<?php" not in code:
        code = f"<?php\n{code}"
    if into_class is None:
        try:
            return read_source(code, language, "the block")
        except StepFailure as failure:
            raise StepFailure(
                f"{failure}; if it holds members of a class, say of which with class: NAME"
            ) from failure
    around = SHAPES[language].around
    if around is None:
        raise StepFailure(f"{language} has no classes to put members into; leave `class` out")
    opening, closing = (word.format(name=into_class.rpartition(".")[2]) for word in around)
    tag = "<?php\n" if code.startswith("<?php\n") else ""
    inner = textwrap.indent(code.removeprefix(tag), "    ")
    return read_source(f"{tag}{opening}\n{inner}{closing}\n", language, "the block in its class")


def _merged(
    before: str, given: Source, into_class: str | None, asked: Asked, done: Done
) -> str:
    if into_class is not None:
        path = _path_of_class(read_source(before, asked.language, "the file"), into_class)
        members = given.units[0].members or ()
        return _merge(before, given, members, path, asked, done)
    file = read_source(before, asked.language, "the file")
    if not file.units:
        done.append(("", "written as a whole: the file held no code"))
        return before + given.text if before.strip() else given.text
    units, path = _spread(file, given)
    return _merge(before, given, units, path, asked, done)


def _spread(file: Source, given: Source) -> tuple[Sequence[Unit], Path]:
    """Return the block's definitions and where they go, when only one of the two has a namespace."""
    folders = [unit for unit in file.units if unit.spread]
    others = [unit for unit in file.units if unit.form not in {"import", "fixed"}]
    if any(unit.spread for unit in given.units):
        fixed = [unit for unit in file.units if unit.form == "fixed"]
        inner = [unit for unit in given.units if unit.spread]
        if fixed and len(inner) == 1 and fixed[0].key.rpartition(" ")[2] == f"{inner[0].label};":
            return (*(u for u in given.units if not u.spread), *(inner[0].members or ())), ()
        return given.units, ()
    if len(folders) == 1 == len(others):
        return given.units, (_way(folders[0]),)
    return given.units, ()


def _path_of_class(file: Source, into_class: str) -> Path:
    """Return the way to a class by its dotted name, also inside a namespace."""
    path: Path = ()
    units = file.units
    folders = [unit for unit in units if unit.spread]
    if len(folders) == 1:
        path, units = (_way(folders[0]),), folders[0].members or ()
    for name in into_class.split("."):
        held = [unit for unit in units if unit.members is not None and _called(unit, name)]
        if not held:
            known = ", ".join(u.label for u in units if u.members is not None) or "none"
            raise StepFailure(f"there is no class {into_class} (here: {known})")
        path, units = (*path, _way(held[0])), held[0].members or ()
    return path


def _called(unit: Unit, name: str) -> bool:
    return unit.label in {name, f"impl {name}", f"self.{name}"}


def _way(unit: Unit, index: int = 0) -> Way:
    nameless = unit.spread or len(unit.names) > 1
    return Way(unit.names or frozenset({unit.key}), "" if nameless else unit.label, index)


def level(text: str, path: Path, language: str) -> tuple[Unit | None, tuple[Unit, ...]]:
    """Return the container that a path leads to (None for the file) and what is defined in it."""
    units = read_source(text, language, "the file").units
    holder: Unit | None = None
    for way in path:
        same = [
            unit
            for unit in units
            if (unit.names or {unit.key}) & way.names and unit.members is not None
        ]
        holder = same[way.index]
        units = holder.members or ()
    return holder, units


def _merge(
    text: str, given: Source, units: Sequence[Unit], path: Path, asked: Asked, done: Done
) -> str:
    """Put each definition of the block into a container, near those that it stands beside."""
    for index, unit in enumerate(units):
        if unit.form == "import" and _outer(path, text, asked):
            text = with_import(text, given.text[unit.code : unit.end], asked.language, done)
            continue
        holder, here = level(text, path, asked.language)
        found = _found(unit, units, here, asked)
        if unit.form in {"fixed", "other"}:
            _refuse_unknown(unit, here, given)
        elif not found:
            at = beside(unit, units[:index], units[index + 1 :], here, inside=bool(path))
            text = inserted(Spliced(text, holder, here), given, unit, at)
            done.append((_name(path, unit), f"{_name(path, unit)} added"))
        else:
            text = _put(text, given, unit, found, path, asked, done)
    return text


def _outer(path: Path, text: str, asked: Asked) -> bool:
    """Tell whether a container is the file itself, or the namespace that stands for it."""
    holder, _ = level(text, path, asked.language)
    return holder is None or (len(path) == 1 and holder.spread)


def _name(path: Path, unit: Unit) -> str:
    return ".".join([*(way.label for way in path if way.label), unit.label])


def _refuse_unknown(unit: Unit, here: Sequence[Unit], given: Source) -> None:
    if any(one.key == unit.key for one in here):
        return
    said = " ".join(given.text[unit.code : unit.end].split())[:60]
    if unit.form == "fixed":
        raise StepFailure(f"line {unit.line} of the block says {said!r}, and the file does not")
    raise StepFailure(
        f"line {unit.line} of the block ({said}) defines nothing by name, so it can't be told "
        "where it belongs or what it replaces; use replace or patch for it"
    )


def _found(
    unit: Unit, units: Sequence[Unit], here: Sequence[Unit], asked: Asked
) -> list[Unit]:
    """Return the file's definitions that the block's one stands for; several only of containers."""
    if unit.names:
        same = [one for one in here if one.names & unit.names]
    else:
        same = [one for one in here if one.key == unit.key]
    if unit.signature is not None and same:
        same = _overloaded(unit, units, same, asked)
    if len(same) > 1 and any(one.members is None for one in (unit, *same)):
        lines = ", ".join(str(one.line) for one in same)
        raise StepFailure(
            f"{unit.label} of the block (line {unit.line}) is defined {len(same)} times in the "
            f"file (lines {lines}); it can't be told which is meant"
        )
    if len(same) == 1 and same[0].members is None and not same[0].names <= unit.names:
        others = ", ".join(sorted(name.partition(":")[2] for name in same[0].names - unit.names))
        raise StepFailure(
            f"line {same[0].line} of the file defines {others} together with {unit.label}, which "
            "the block does not; give them all, or use replace"
        )
    return same


def _overloaded(
    unit: Unit, units: Sequence[Unit], same: list[Unit], asked: Asked
) -> list[Unit]:
    """Return the one overload that is meant; none when the block adds another beside those."""
    exact = [one for one in same if one.signature == unit.signature]
    if exact:
        return exact
    given = {one.signature for one in units if one.key == unit.key}
    if all(one.signature in given for one in same):
        return []
    if len(same) == 1 and unit.label in asked.remove:
        return same
    theirs = " and ".join(f"({', '.join(one.signature or ())})" for one in same)
    raise StepFailure(
        f"the block's {unit.label}({', '.join(unit.signature or ())}) (line {unit.line}) has other "
        f"parameters than the file's {theirs}: it may take its place or stand beside it. Name "
        f"{unit.label} in `remove` if the old one goes; give both if it stays"
    )


def _put(  # noqa: PLR0913 - one place in two sources, and what is to be done there
    text: str, given: Source, unit: Unit, found: list[Unit], path: Path, asked: Asked, done: Done
) -> str:
    """Put a definition in the place of the file's one, or its members among the file's."""
    old, name = found[0], _name(path, unit)
    if unit.members is None and old.members is not None and not old.names <= unit.names:
        _counted(text, old, given, unit)
        return _in_group(text, given, unit, old, name, done)
    whole = asked.whole_classes and not unit.spread
    if unit.members is None or old.members is None or whole or _counted(text, old, given, unit):
        after = replaced(text, old, given, unit, kept_export(text, old, given, unit))
        if after != text:
            done.append((name, f"{name} replaced"))
        return after
    _refuse_other_section(unit, old)
    text = _with_head(text, given, unit, old, name, done)
    # Of several equal containers each member goes to the one that has it.
    for index, one in enumerate(found):
        theirs = {key for member in one.members or () for key in (member.names or {member.key})}
        mine = [
            member
            for member in unit.members
            if (member.names or {member.key}) & theirs
            or (index == 0 and not _elsewhere(member, found[1:]))
        ]
        text = _merge(text, given, mine, (*path, _way(one, index)), asked, done)
    return text


def _in_group(  # noqa: PLR0913
    text: str, given: Source, unit: Unit, old: Unit, name: str, done: Done
) -> str:
    """Give one name of a group of Go's declarations its new value."""
    held = [one for one in old.members or () if one.names == unit.names]
    if not held:
        raise StepFailure(
            f"line {old.line} of the file defines {name} together with others; give them all"
        )
    fresh = given.text[unit.code : unit.end].partition(" ")[2].strip()
    after = text[: held[0].code] + fresh + text[held[0].end :]
    if after != text:
        done.append((name, f"{name} replaced"))
    return after


def _counted(text: str, old: Unit, given: Source, unit: Unit) -> bool:
    """Tell whether a group of Go's constants is to be replaced whole: their order counts."""
    texts = (text[old.code : old.end], given.text[unit.code : unit.end])
    if given.language != "go" or not any(re.search(r"\biota\b", one) for one in texts):
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


def _with_head(  # noqa: PLR0913
    text: str, given: Source, unit: Unit, old: Unit, name: str, done: Done
) -> str:
    """Give a container the head and the comment of the block, where that says more."""
    new_head, old_head = given.text[unit.code : unit.head], text[old.code : old.head]
    mine, theirs = (_EXPORT.sub("", head, count=1) for head in (new_head, old_head))
    words, known = tokens(mine), tokens(theirs)
    if not _within(words, known):
        if not _within(known, words):
            raise StepFailure(
                f"the head of {name} at line {old.line} of the file and that of the block each say "
                "what the other does not; change it with replace first"
            )
        export = kept_export(text, old, given, unit)
        fresh = reindented(given, unit.code, unit.head, text, old)
        bare = len(given.text[unit.code : unit.bare])
        text = text[: old.code] + fresh[:bare] + export + fresh[bare:] + text[old.head :]
        done.append((name, f"{name}: head replaced"))
    if unit.start < unit.code and given.text[unit.start : unit.code].strip():
        fresh = reindented(given, unit.start, unit.code, text, old)
        if "".join(fresh.split()) != "".join(text[old.start : old.code].split()):
            text = text[: old.start] + fresh + text[old.code :]
            done.append((name, f"{name}: comment replaced"))
    return text


def _within(few: Sequence[str], many: Sequence[str]) -> bool:
    """Tell whether words stand among others in their order."""
    rest = iter(many)
    return all(word in rest for word in few)


def kept_export(text: str, old: Unit, given: Source, unit: Unit) -> str:
    """Return the `export` that a definition has in the file and not in the block."""
    if "export" in given.text[unit.code : unit.bare].split():
        return ""
    found = _EXPORT.search(text, old.code, old.bare)
    return found[0] if found else ""


def _defaults(text: str) -> int:
    return len(re.findall(r"^export default\b", text, re.MULTILINE))


def _without(text: str, name: str, asked: Asked, done: Done) -> str:
    """Take a definition out; one that is not there, or that the block gave anew, is no mistake."""
    if any(said.startswith((f"{name} ", f"{name}:")) for _, said in done):
        return text
    *outer, last = name.split(".")
    path = _path_of_class(read_source(text, asked.language, "the file"), ".".join(outer)) if (
        outer
    ) else ()  # fmt: skip
    _, here = level(text, path, asked.language)
    found = [unit for unit in here if _called(unit, last) and unit.form in {"code", "value"}]
    if not found:
        return text
    if len(found) > 1:
        lines = ", ".join(str(unit.line) for unit in found)
        raise StepFailure(f"remove: {name} is defined at lines {lines}; it can't be told which")
    if len(found[0].names) > 1:
        raise StepFailure(f"remove: line {found[0].line} defines more than {name}; use replace")
    done.append(("", f"{name} removed"))
    return taken_out(text, found[0])
