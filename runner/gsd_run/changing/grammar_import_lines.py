"""Imports that are lines of their own: which a text has, and where another one goes."""

import re

from gsd_run.changing.failure import StepFailure
from gsd_run.changing.grammar_units import Unit, source_of


def imports_of(text: str, language: str) -> list[Unit]:
    """Return the imports of a file, or of the namespace that stands for it."""
    units = source_of(text, language).units
    inner = [unit for unit in units if unit.spread]
    held = [unit for unit in units if unit.form == "import"]
    if not held and len(inner) == 1:
        held = [unit for unit in inner[0].members or () if unit.form == "import"]
    return held


def plain_import(text: str) -> str:
    """Return an import on one line, as it is compared with others."""
    return " ".join(text.split()).rstrip(";").rstrip()


def with_line(text: str, statement: str, language: str) -> str:
    """Add an import that is a line of its own, unless the file has it."""
    held = imports_of(text, language)
    lines = [plain_import(text[one.code : one.end].partition("//")[0]) for one in held]
    mine = plain_import(statement)
    if mine in lines:
        return text
    name = _bound(mine)
    clash = next((one for one in lines if name and _bound(one) == name and _kind(one) ==
                  _kind(mine)), None)  # fmt: skip
    if clash is not None and language in {"java", "kotlin", "php"}:
        raise StepFailure(f"the file has `{clash}` already, and the block `{mine}`")
    return added_import(text, statement, held, lines, language)


def _kind(line: str) -> tuple[str, ...]:
    return tuple(word for word in ("static", "function", "const") if f" {word} " in f" {line} ")


def _bound(line: str) -> str:
    last = re.split(r"[.\\\s]", line)[-1]
    return "" if last in {"*", "_"} else last


def added_import(
    text: str, statement: str, held: list[Unit], lines: list[str], language: str
) -> str:
    """Put an import into its place: in order where the imports of its form are in order."""
    mine = plain_import(statement)
    form = [at for at, line in enumerate(lines) if _form(line) == _form(mine)]
    names = [lines[at] for at in form]
    after = form[-1] if form else len(held) - 1
    if form and names == sorted(names):
        smaller = [at for at in form if lines[at] < mine]
        if not smaller:
            first = held[form[0]]
            at = text.rfind("\n", 0, first.start) + 1
            return f"{text[:at]}{text[at : first.start]}{statement}\n{text[at:]}"
        after = smaller[-1]
    if held:
        beside = held[after]
        indent = text[text.rfind("\n", 0, beside.start) + 1 : beside.start]
        return f"{text[: beside.end]}\n{indent}{statement}{text[beside.end :]}"
    return first_import(text, statement, language)


def _form(line: str) -> str:
    return re.split(r"[\s\"'(]", line)[0] + str(_kind(line))


def first_import(text: str, statement: str, language: str) -> str:
    """Put an import into a file that has none: below its package, or at the top of its code."""
    units = source_of(text, language).units
    fixed = [unit for unit in units if unit.form == "fixed"]
    if fixed:
        end = fixed[-1].end
        return f"{text[:end]}\n\n{statement}{text[end:]}"
    if language == "php":
        tag = re.match(r"\s*<\?php[^\n]*\n?", text)
        end = tag.end() if tag else 0
        return f"{text[:end]}\n{statement}\n{text[end:]}"
    top = text.rfind("\n", 0, units[0].start) + 1 if units else len(text)
    return f"{text[:top]}{statement}\n\n{text[top:]}"
