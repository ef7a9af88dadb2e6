"""Rules about coverage that can't be measured as a command asks for it."""

import re
from collections.abc import Iterator

from gsd_run.checking.harms.folders import joined
from gsd_run.checking.lint.declared import declared
from gsd_run.checking.lint.flow import Running, running
from gsd_run.checking.lint.modules import module_file, module_name
from gsd_run.checking.lint.scripts import Hit, at
from gsd_run.checking.lint.subject import LintRule, Subject, folders_of
from gsd_run.domain import lazy
from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule
from gsd_run.outside.calls import Word

NO_MODULE = Rule(
    code="V251",
    name="coverage-of-no-module",
    severity="error",
    about="Coverage is asked of what is neither a folder nor a module.",
    why="--cov takes a folder or a module's dotted name. Of a file, or of a path that is no "
    "folder, nothing is measured: 0 %, with a warning that no data was collected.",
    mend="Write --cov=core.models for core/models.py, seen from the folder that the tests run in.",
)
REPORT_ELSEWHERE = Rule(
    code="V252",
    name="coverage-report-elsewhere",
    severity="error",
    about="A coverage report is read from where the command does not write it.",
    why="--cov-report=json writes coverage.json in the folder that pytest runs in. A report found "
    "elsewhere is of another run.",
    mend="Say where: --cov-report=json:reports/coverage.json, and read just that.",
)
KEY_ELSEWHERE = Rule(
    code="V253",
    name="coverage-key-elsewhere",
    severity="error",
    about="A file is looked up in a coverage report by a name that it does not have there.",
    why="The report names files as seen from the folder that pytest ran in, so that nothing is "
    "found, and 0 % is taken for it.",
    mend="Take the folder off the name: core/models.py when pytest ran in backend.",
)

_CONFIGS = (".coveragerc", "setup.cfg", "tox.ini", "pyproject.toml", "pytest.ini")
_COVERAGE_JSON = lazy.pattern(r"(?:^|/)\.?coverage[\w.-]*\.json$")


def _sources(one: Running) -> Iterator[Word]:
    """Return what coverage is asked of, by pytest's --cov or coverage's --source."""
    options = {"pytest": "--cov", "coverage": "--source"}
    option = options.get(one.call.program)
    if option is None:
        return
    words = one.call.arguments
    for place, word in enumerate(words):
        name, equals, value = word.text.partition("=")
        if name != option:
            continue
        if equals and value:
            yield Word(text=value, start=word.start, source=value, literal=word.literal)
        elif place + 1 < len(words) and option == "--cov" and not equals:
            following = words[place + 1]
            looks = not following.text.startswith("-") and "::" not in following.text
            if looks and not re.search(r"(?:^|/)tests?(?:/|_|$)|\.py$", following.text):
                yield following


def _no_module(subject: Subject) -> Iterator[Finding]:
    for one in running(subject):
        for word in _sources(one) if one.python is None else ():
            for source in word.text.split(","):
                told = _unmeasurable(subject, one, source) if word.literal else ""
                if told:
                    hit = Hit(message=told, start=word.start or one.start, needle=source)
                    yield at(subject, NO_MODULE, one.command, hit)


def _unmeasurable(subject: Subject, one: Running, source: str) -> str:
    if source.endswith(".py"):
        told = f"--cov takes a folder or a module, and {source} is a file"
        return f"{told}; {_named_as(subject, module_file(subject, one.folder or '', source))}"
    if "/" not in source.strip("./"):
        return _unknown_module(subject, source)
    path = joined(one.folder, source)
    if path is None or _is_folder(subject, path):
        return ""
    file = module_file(subject, one.folder or "", source)
    if file:
        return f"{source} is no folder but the file {file}; {_named_as(subject, file)}"
    if subject.around.files is not None and not path.startswith(("/", "~")):
        return f"there is no folder {path} whose coverage could be measured"
    return ""


def _named_as(subject: Subject, file: str) -> str:
    name = module_name(subject, file) if file else ""
    return f"write --cov={name}" if name else "write its dotted name as the tests import it"


def _unknown_module(subject: Subject, source: str) -> str:
    """Say that nothing in the project bears the first name of a dotted module."""
    files = subject.around.files
    name = source.partition(".")[0]
    if not files or not name.isidentifier() or not any(file.endswith(".py") for file in files):
        return ""
    says = declared(subject)
    known = {piece.removesuffix(".py") for file in files | says.files for piece in file.split("/")}
    if name in known or name in says.spoken:
        return ""
    return f"there is no module or folder {name} whose coverage could be measured"


def _is_folder(subject: Subject, path: str) -> bool:
    files = subject.around.files
    return (files is not None and path in folders_of(files)) or path in declared(subject).folders


def _elsewhere(subject: Subject) -> Iterator[Finding]:
    for _claim, runs, codes in _with_coverage(subject):
        written = [path for one in runs for path in _reports(one)]
        if not written or None in written or _configured(subject):
            continue
        for one in codes:
            for opened in one.python.opened if one.python else ():
                path = joined(one.folder, opened.path)
                if (
                    opened.writes
                    or not _COVERAGE_JSON.search(opened.path)
                    or path in written
                    or path is None
                ):
                    continue
                told = f"the report is written to {written[0]}, and {opened.path} is read"
                start = _line(one.command.text, one.start, opened.line)
                yield at(
                    subject,
                    REPORT_ELSEWHERE,
                    one.command,
                    Hit(message=told, start=start, needle=opened.path),
                )


def _with_coverage(subject: Subject) -> Iterator[tuple[str, list[Running], list[Running]]]:
    """Return, for each claim, its runs of pytest with coverage and its Python code."""
    groups: dict[str, tuple[list[Running], list[Running]]] = {}
    for one in running(subject):
        runs, codes = groups.setdefault(one.claim.id, ([], []))
        if one.python is not None:
            codes.append(one)
        elif one.call.program == "pytest" and any(
            "--cov" in word.text for word in one.call.arguments
        ):
            runs.append(one)
    for claim, (runs, codes) in groups.items():
        if runs and codes:
            yield claim, runs, codes


def _reports(one: Running) -> Iterator[str | None]:
    for word in one.call.arguments:
        match = re.fullmatch(r"--cov-report=json(?::(?P<path>.+))?", word.text)
        if match:
            yield joined(one.folder, match["path"] or "coverage.json")


def _configured(subject: Subject) -> bool:
    """Tell whether settings of the project may name another place for the report."""
    read = subject.around.read
    if read is None or subject.around.files is None:
        return subject.around.files is not None
    names = [file for file in subject.around.files if file.rpartition("/")[2] in _CONFIGS]
    return any(re.search(r"coverage:?json|\[json\]|cov-report", read(name) or "") for name in names)


def _keys(subject: Subject) -> Iterator[Finding]:
    for _, runs, codes in _with_coverage(subject):
        folders = {one.folder for one in runs}
        folder = folders.pop() if len(folders) == 1 else None
        if not folder:
            continue
        for one in codes:
            for text, line, _ in one.python.texts if one.python else ():
                prefix = _prefix(folder, text)
                opened = {held.path for held in one.python.opened} if one.python else set()
                asks = one.python is not None and any(
                    held == "files" for held, _, _ in one.python.texts
                )
                if not prefix or not asks or text in opened or not text.endswith(".py"):
                    continue
                if "::" in text or re.search(r"(?:^|/)test_", text):
                    continue
                own = text.removeprefix(f"{prefix}/")
                told = f"pytest runs in {prefix}: its report names {own}, not {text}"
                start = _line(one.command.text, one.start, line)
                yield at(
                    subject, KEY_ELSEWHERE, one.command, Hit(message=told, start=start, needle=text)
                )


def _prefix(folder: str, path: str) -> str:
    """Return the end of a folder that a path begins with."""
    pieces = folder.strip("/").split("/")
    ends = ["/".join(pieces[-size:]) for size in range(1, len(pieces) + 1)]
    ends = ends if folder.startswith("/") else ends[-1:]
    return next((end for end in ends if path.startswith(end + "/")), "")


def _line(text: str, start: int, line: int) -> int:
    for _ in range(line):
        start = text.find("\n", start) + 1 or start
    return start


RULES: tuple[LintRule, ...] = (
    LintRule(rule=NO_MODULE, find=_no_module),
    LintRule(rule=REPORT_ELSEWHERE, find=_elsewhere),
    LintRule(rule=KEY_ELSEWHERE, find=_keys),
)
