"""The dotted names of modules that coverage is asked of by their paths."""

import posixpath
import re
from collections.abc import Iterator

from gsd_run.checking.lint.declared import declared
from gsd_run.checking.lint.subject import Subject
from gsd_run.domain import lazy

_TESTS = lazy.pattern(r"(?:^|/)(?:test_[^/]*|[^/]*_test|tests?|conftest)\.py$")


def module_file(subject: Subject, folder: str, source: str) -> str:
    """Return the Python file that a path names, seen from `folder` or the root, "" for none.

    It is one of the project's files, or one that the plans make.
    """
    known, made = subject.around.files or frozenset(), declared(subject).files
    path = source.removesuffix(".py")
    for seen_from in dict.fromkeys((folder, "")):
        file = posixpath.normpath(posixpath.join(seen_from, f"{path}.py"))
        if file in known or file in made:
            return file
    return ""


def module_name(subject: Subject, file: str) -> str:
    """Return the name by which the project's Python imports a file, "" where that is open.

    What the tests import decides, as coverage goes by the name that was imported; where no test
    imports the file, it is the folders with an `__init__.py`. In a folder without one, the name
    depends on the path that Python happens to search.
    """
    names = _possible(file)
    imported = _imported(subject, file, names)
    if imported or len(names) == 1:
        return imported[0] if len(imported) == 1 else "" if imported else names[0]
    files = (subject.around.files or frozenset()) | declared(subject).files
    folder, packages = posixpath.dirname(file), 0
    while folder and f"{folder}/__init__.py" in files:
        folder, packages = posixpath.dirname(folder), packages + 1
    return names[-1 - packages] if packages else ""


def _possible(file: str) -> list[str]:
    """Return the names that a file can be imported by, from the root's to its own alone."""
    pieces = file.removesuffix(".py").split("/")
    return [".".join(pieces[start:]) for start in range(len(pieces))]


def _imported(subject: Subject, file: str, names: list[str]) -> list[str]:
    """Return those of a file's names that tests import and that no other file goes by."""
    others = (subject.around.files or frozenset()) - {file}
    own = [name for name in names if not _is_shared(name, others)]
    texts = [text for text in _tests(subject) if names[-1] in text]
    return [name for name in own if any(_imports(text, name) for text in texts)]


def _is_shared(name: str, others: frozenset[str]) -> bool:
    ending = f"/{name.replace('.', '/')}"
    return any(f"/{other}".endswith((f"{ending}.py", f"{ending}/__init__.py")) for other in others)


def _tests(subject: Subject) -> Iterator[str]:
    read = subject.around.read
    for file in sorted(subject.around.files or ()) if read else ():
        if read and _TESTS.search(file):
            yield read(file) or ""


def _imports(text: str, name: str) -> bool:
    """Tell whether Python code imports a module by this name."""
    package, _, last = name.rpartition(".")
    whole = rf"(?:from[ \t]+|import[ \t]+(?:[\w. \t]+,[ \t]*)*){re.escape(name)}(?![\w.])"
    parts = [whole]
    if package:
        listed = rf"(?:\([^)]*?\b{last}\b|[^(\n]*?\b{last}\b)"
        parts.append(rf"from[ \t]+{re.escape(package)}[ \t]+import[ \t]*{listed}")
    return re.search(rf"^[ \t]*(?:{'|'.join(parts)})", text, re.MULTILINE) is not None
