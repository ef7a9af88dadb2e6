"""What lies in the project and makes a command succeed whatever the state of the project.

The commands of a plan are seen through by their own text. But they may call what the work itself
has written: a script, a make target, a package's script or a program in a folder of tools that
only says that all is well; a sourced file that puts a function in a program's place; or a file
with the results of another run.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from gsd_run.checking.compiling.adaptations import shown
from gsd_run.checking.measuring.telling import tells
from gsd_run.checking.test_results.calls import unwrapped
from gsd_run.checking.test_results.package_scripts import SCRIPT_LIMIT, script_called
from gsd_run.domain import lazy
from gsd_run.outside.shell import Member, Pipeline, programs, split

_SHELLS = frozenset({"bash", "sh", "zsh", "dash"})
_SOURCES = frozenset({"source", "."})
_MANAGERS = frozenset({"npm", "pnpm", "yarn", "bun"})
_READERS = frozenset({"cat", "head", "tail", "grep", "egrep", "fgrep", "rg", "awk", "sed", "jq"})
_TOOL_FOLDERS = ("node_modules/.bin", ".venv/bin", "venv/bin", "vendor/bin")
# What ends a script with a failure, wherever it stands.
_FAILS = lazy.pattern(r"\b(?:exit|return)[ \t]+\"?(?:[1-9]|\$)|\bfalse\b|\bkill\b|:\?|\bexec\b")
_STOPS = lazy.pattern(r"\bset[ \t]+(?:-\w*e|-o errexit)|^#!.*[ ]-\w*e", re.MULTILINE)
_ENDS_WELL = lazy.pattern(
    r"\btrap[ \t]+(['\"])[^'\"]*\bexit(?:[ \t]+0)?[ \t;]*\1[ \t]+(?:EXIT|0)\b"
)
_DEFINES = lazy.pattern(
    r"^[ \t]*(?:function[ \t]+([\w-]+)|([\w-]+)[ \t]*\([ \t]*\)|alias[ \t]+([\w-]+)=)", re.MULTILINE
)
_NO_ERRORS = frozenset(
    {"-i", "--ignore-errors", "-n", "--dry-run", "--just-print", "--recon", "-t", "--touch"}
)
_RESULT = lazy.pattern(r"\b\d+ (?:tests? )?(?:pass(?:ed|ing)?|failed)\b|\bOK \(\d+")
_REPORTS = lazy.pattern(
    r"(?:^|[/'\"(])(?:coverage(?:-summary|-final)?\.(?:json|xml|txt|out)|lcov\.info|cobertura\.xml"
    r"|cover(?:age)?\.out|junit[\w-]*\.xml|test-?(?:results?|report|output)[\w-]*\.\w+|\.coverage)"
    r"(?=$|['\")\s])"
)
_TOLD_IN = lazy.pattern(r"(?:^|/)[\w.-]+\.(?:txt|log|out|xml|json|tap)$")
_MAKES = lazy.pattern(r"cover|--cov\b|\btests?\b|pytest|jest|vitest|phpunit|rspec|mocha|nextest")
_SAYS = lazy.pattern(r"(?:console\.(?:log|info)\([^()]*\);?\s*|process\.exit\(0?\);?\s*)+")


def pretended(script: str, root: Path, counted: frozenset[str] = frozenset()) -> str:
    """Say what in the project makes a script succeed in any case, "" if nothing does.

    `counted` are those of its commands whose tests were counted: their results are known.
    """
    script = shown(script)
    pipelines = split(script) or ()
    folder = root
    for number, pipeline in enumerate(pipelines):
        earlier = "\n".join(one.text for one in pipelines[:number])
        for member in pipeline.members:
            name, _ = unwrapped(member.program, member.arguments)
            why = _tool(member, name, folder)
            if not why and pipeline.text not in counted:
                why = _pretends(member, folder, script) or _of_another_run(member, earlier, root)
            if why:
                return why
        folder = _folder(pipeline, folder)
    return ""


def _folder(pipeline: Pipeline, folder: Path) -> Path:
    first = pipeline.members[0]
    moves = first.program == "cd" and len(first.arguments) == 1
    return folder / first.arguments[0] if moves else folder


def _pretends(  # noqa: PLR0911 - rules, the first that fits
    member: Member, folder: Path, script: str
) -> str:
    name, rest = unwrapped(member.program, member.arguments)
    if name in _SOURCES and rest:
        return _redefined(rest[0], folder, script)
    if name in {"make", "gmake"} and (said := _NO_ERRORS.intersection(rest)):
        return f"make {min(said)} succeeds whatever its commands come to"
    called = script_called(name, rest, folder)
    if called is not None:
        whole = name in _SHELLS
        lines = [called.text] if whole else called.text.splitlines()
        if lines and all(always_succeeds(line) for line in lines):
            return (
                f"`{_short(member)}` runs commands that succeed whatever the state of the project"
            )
        return ""
    if name in _MANAGERS and "--if-present" in rest:
        return f"`{_short(member)}` succeeds without a script of that name"
    if why := _only_says(name, rest, folder):
        return f"`{_short(member)}` {why}"
    return ""


def _tool(member: Member, name: str, folder: Path) -> str:
    """Look into a program that lies in the project, if it is a script of a shell."""
    first = re.match(r"\s*([\w./-]+)", member.text)
    own = [first[1]] if first and "/" in first[1] else []
    for place in (*own, *(f"{tools}/{name}" for tools in _TOOL_FOLDERS)):
        text = _text(folder / place)
        shell = re.match(r"#!.*\b(?:ba|z|da)?sh\b", text)
        if shell and always_succeeds(text):
            return f"{place} succeeds whatever the state of the project"
        if text.startswith("#!") and "python" in text.split("\n")[0] and _only_prints(text):
            return f"{place} only prints"
    return ""


def always_succeeds(script: str) -> bool:
    """Tell whether a shell script of its own ends well, whatever its commands come to.

    Its status is that of its last command. What can't be read may fail.
    """
    script = re.sub(r"^#![^\n]*\b(?:env )?\w*sh[ \t]*$", "", script, count=1, flags=re.MULTILINE)
    if _ENDS_WELL.search(script):
        return True
    pipelines = split(script)
    if not pipelines or _FAILS.search(script):
        return False
    if not tells(script):
        return True
    last = pipelines[-1]
    bare_exit = last.members[0].program == "exit" and not last.members[0].arguments
    if _STOPS.search(script) or tells(last.text) or bare_exit:
        return False
    before = script[pipelines[-2].end : last.start] if len(pipelines) > 1 else ""
    return "&&" not in before


def _redefined(file: str, folder: Path, script: str) -> str:
    """Say which program of a script a sourced file puts something else in the place of."""
    text = _text(folder / file)
    names = {name for found in _DEFINES.findall(text) for name in found if name}
    taken = sorted(names & programs(script))
    if taken:
        return f"{file} puts something else in the place of {taken[0]}"
    return f"{file} ends the script well in any case" if _ENDS_WELL.search(text) else ""


def _only_says(name: str, rest: Sequence[str], folder: Path) -> str:
    """Tell of an interpreter whose program is nothing but words to print."""
    if re.fullmatch(r"python[\d.]*", name) and rest:
        text = rest[1] if rest[0] == "-c" and len(rest) > 1 else _text(folder / rest[0])
        if rest[0] in {"-m", "-"} or not text:
            return ""
        return "only prints" if _only_prints(text) else ""
    if name in {"node", "bun", "deno"} and rest:
        inline = rest[0] in {"-e", "-p", "--eval"} and len(rest) > 1
        text = rest[1] if inline else _text(folder / rest[0])
        return "only prints" if text and _SAYS.fullmatch(text.strip()) else ""
    return ""


def _only_prints(text: str) -> bool:
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return False
    return bool(body) and all(_says(one) for one in body)


def _says(statement: ast.stmt) -> bool:
    """Tell whether a statement prints what stands in the program, or does nothing at all."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        modules = {one.name for one in statement.names}
        return isinstance(statement, ast.Import) and modules <= {"sys", "time", "os"}
    if isinstance(statement, ast.Expr):
        call = statement.value
        if isinstance(call, ast.Constant):
            return True
        if isinstance(call, ast.Call):
            given = all(isinstance(one, ast.Constant) for one in call.args)
            return given and ast.unparse(call.func) in {"print", "sys.stdout.write", "time.sleep"}
    return isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)


def _of_another_run(member: Member, earlier: str, root: Path) -> str:
    """Say which file of results a command reads that no command before it can have written."""
    if _MAKES.search(earlier):
        return ""
    name = PurePosixPath(member.program).name
    files = [one for one in member.arguments if not one.startswith("-")]
    told = [one for one in files[-1:] if _TOLD_IN.search(one) and one not in earlier]
    asks = _RESULT.search(member.text) is not None
    if name in _READERS and told and (root / told[0]).is_file():
        words = asks or _RESULT.search(_text(root / told[0]))
        if words:
            return f"{told[0]} holds results of another run"
    for file in _reports(member):
        if file not in earlier and (name in _READERS or re.match(r"python|node|test$|\[$", name)):
            return f"{file} is a report of another run"
    return ""


def _reports(member: Member) -> Iterator[str]:
    for word in member.arguments:
        for found in _REPORTS.finditer(word):
            yield found[0].strip("/'\"(")


def _text(file: Path) -> str:
    try:
        if not file.is_file() or file.stat().st_size > SCRIPT_LIMIT:
            return ""
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _short(member: Member) -> str:
    line = member.text.strip().split("\n")[0]
    return line if len(line) <= 60 else f"{line[:59]}…"  # noqa: PLR2004
