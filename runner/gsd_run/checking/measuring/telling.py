"""Whether the exit statuses of a script can tell success from failure.

The status of each pipeline at the level of the script is measured, and of each member of it. So
masks there (`| tail`, `; echo`, `|| true`) are seen through. Two things remain to be read from
the text: a compound command may hide what fails inside it, and some commands succeed whatever
the state of the project.
"""

import re
import shlex

from gsd_run.domain import lazy
from gsd_run.outside.shell import Member, Pipeline, split

# They succeed whatever the state of the project, or say nothing of it.
ALWAYS_SUCCEED = frozenset(
    {
        "echo",
        "printf",
        "true",
        "false",
        ":",
        "export",
        "set",
        "pwd",
        "date",
        "cd",
        "sleep",
        "source",
        ".",
    }
    | {"exit", "return", "unset", "shift", "trap", "wait", "kill", "find", "ps", "env", "uname"}
    | {"whoami", "hostname", "clear", "rm", "mkdir", "touch", "shopt", "local", "declare", "tee"}
    | {"sort", "uniq", "tr", "nl", "tac", "rev", "fold", "column", "yes", "seq"}
)
# Behind a pipe they read what comes, and succeed.
FILTERS = frozenset({"cat", "head", "tail", "wc", "sed", "awk", "cut", "less", "more"})
WRITERS = frozenset({"echo", "printf", "cat"})
_SHELLS = frozenset({"bash", "sh", "zsh", "dash"})
_GIT_SHOWS = frozenset({"status", "log", "diff", "branch", "stash", "show-ref", "remote", "tag"})
_FAILS = lazy.pattern(r"\b(?:exit|return)[ \t]+\"?(?:[1-9]|\$)|\bfalse\b|\bset -\w*e")
_COMPOUND = lazy.pattern(r"(?:if|for|while|until|case|select)\b")
# A count is never empty, be it 0.
_NEVER_EMPTY = lazy.pattern(
    r"(?:\[\[?|test)\s+-n\s+\"?\$\((?:[^()]*\|\s*wc\b|e?grep\s+(?:-\w+\s+)*-\w*c\w*\s|echo\b)[^()]*\)"
)
_WRITES_TO = lazy.pattern(r"(?:>{1,2}|\btee(?: -a)?)\s*[\"']?([^\s\"'&|;)]+)")


def hides_failure(script: str) -> str:
    """Return the first command of a script that may fail inside and still succeed, or ""."""
    pipelines = split(script)
    if pipelines is None:
        return script if "\n" in script.strip() or re.search(r"[|;&]", script) else ""
    for number, pipeline in enumerate(pipelines):
        for member in pipeline.members:
            inner = _inner(member)
            hides = _hides(inner) if inner is not None else _compound_hides(member, script)
            later = "\n".join(one.text for one in pipelines[number + 1 :])
            if hides and not _asked_later(member.text, later):
                return member.text
    return ""


def _inner(member: Member) -> str | None:
    """Return the list of commands in a subshell, a group or `bash -c`, None for all others."""
    text = member.text.strip()
    if text.startswith("(") and not text.startswith("((") and text.endswith(")"):
        return text[1:-1].strip()
    if text.startswith("{") and text.endswith("}"):
        return text[1:-1].strip().rstrip(";")
    if member.program in _SHELLS and "-c" in member.arguments[:-1]:
        return member.arguments[member.arguments.index("-c") + 1]
    if member.program == "eval" or text.startswith("eval "):
        return " ".join(member.arguments)
    return None


def _hides(commands: str) -> bool:  # noqa: PLR0911 - rules, the first that fits
    """Tell whether a list of commands whose last status alone is known hides a failure."""
    if re.search(r"\bset -\w*e\w*(?: -o)? pipefail|\bset -\w*e\w*o pipefail", commands):
        return False
    pipelines = split(commands)
    if pipelines is None:
        return True
    for number, pipeline in enumerate(pipelines):
        *before, last = pipeline.members
        if any(_tells_alone(member, place) for place, member in enumerate(before)):
            return True
        inner = _inner(last)
        if _hides(inner) if inner is not None else _compound_hides(last, commands):
            return True
        if number + 1 == len(pipelines):
            return False
        joined = commands[pipeline.end : pipelines[number + 1].start]
        if "||" in joined and not _FAILS.search(pipelines[number + 1].text):
            return True
        if "&&" not in joined and "||" not in joined and _tells(pipeline):
            return True
    return False


def _compound_hides(member: Member, script: str) -> bool:
    text = member.text.strip()
    if _COMPOUND.match(text):
        return not _FAILS.search(text)
    if member.simple or member.program or text.startswith(("((", "[[")):
        return False
    if re.match(r"(?:function\s+)?[\w-]+\s*\(\s*\)|function\s", text):
        return False  # a definition; what matters is its call
    name = text.split()[0] if text else ""
    body = re.search(
        rf"(?:function\s+)?\b{re.escape(name)}\s*\(\s*\)\s*\{{(.*?)\n?\}}", script, re.DOTALL
    )
    if body is None:
        return False
    return not _FAILS.search(body[1]) and _hides(body[1].strip().rstrip(";"))


def _asked_later(text: str, later: str) -> bool:
    """Tell whether a later test or `exit` asks for a variable that a command sets inside."""
    names = re.findall(r"\b([A-Za-z_]\w*)=|\(\(\s*([A-Za-z_]\w*)", text)
    asks = re.compile(r"^\s*(?:!\s*)?(?:\[|test\b|exit\b|\(\()")
    lines = [line for line in later.split("\n") if asks.match(line)]
    return any(re.search(rf"\b{one or other}\b", line) for one, other in names for line in lines)


def tells(script: str) -> bool:
    """Tell whether some command's status depends on the state of the project."""
    pipelines = split(script)
    if pipelines is None:
        return False
    written = set[str]()
    for pipeline in pipelines:
        if _tells(pipeline) and not _reads_only(pipeline, written):
            return True
        if _literal(pipeline):
            written.update(_WRITES_TO.findall(pipeline.text))
    return False


def _tells(pipeline: Pipeline) -> bool:
    if pipeline.background:
        return False
    members = pipeline.members
    if _literal(pipeline) and all(_only_reads(member) for member in members[1:]):
        return False
    return any(_tells_alone(member, place) for place, member in enumerate(members))


def _tells_alone(member: Member, place: int) -> bool:  # noqa: PLR0911 - rules, as above
    program, arguments = member.program, member.arguments
    inner = _inner(member)
    if inner is not None:
        return tells(inner)
    if not program:
        text = member.text.strip()
        assigns = re.match(r"[A-Za-z_]\w*=", text)
        return "$(" in text or "`" in text if assigns else not re.match(r"[\w-]+\s*\(\s*\)", text)
    if _NEVER_EMPTY.match(member.text.strip()) or _reads_itself(member):
        return False
    if program == "wait":
        return bool(arguments)
    if program in ALWAYS_SUCCEED or (place and program in FILTERS):
        return False
    if program == "git":
        shows = bool(arguments) and arguments[0] in _GIT_SHOWS
        return not shows or bool({"--exit-code", "--quiet", "--check"} & set(arguments))
    if program == "ls":
        return any(not one.startswith("-") for one in arguments)
    if program == "curl":
        short = any(re.match(r"-[a-zA-Z]*f", one) for one in arguments)
        return short or any(one.startswith("--fail") for one in arguments)
    return True


def _reads_itself(member: Member) -> bool:
    """Tell whether a search looks only at what stands in the script below it."""
    searches = member.program in {"grep", "egrep", "fgrep", "rg"} and "<<" in member.text
    files = [one for one in member.arguments if not one.startswith("-")]
    by_file = any(re.match(r"-\w*f|--file", one) for one in member.arguments)
    return searches and len(files) <= 1 and not by_file


def _literal(pipeline: Pipeline) -> bool:
    """Tell whether what goes into a pipe stands in the script itself."""
    first = pipeline.members[0]
    if first.program == "cat":
        return "<<" in first.text
    return first.program in WRITERS and not re.search(r"[$`]", first.text)


def _only_reads(member: Member) -> bool:
    """Tell whether a member of a pipe looks at nothing but what comes through it."""
    files = [one for one in member.arguments if not one.startswith("-")]
    searches = member.program in {"grep", "egrep", "fgrep", "rg"} and len(files) <= 1
    return searches or member.program in FILTERS | ALWAYS_SUCCEED


def _reads_only(pipeline: Pipeline, written: set[str]) -> bool:
    """Tell whether a command looks only at files that the script itself has filled."""
    first = pipeline.members[0]
    if not written or first.program not in {"grep", "egrep", "fgrep", "rg", "cat", "test", "["}:
        return False
    return any(name in first.text for name in written)


def said_in_any_case(text: str, script: str) -> bool:
    """Tell whether a script prints words by an `echo` that nothing stands before as a condition."""
    pipelines = split(script)
    if pipelines is None:
        return text in script
    for number, pipeline in enumerate(pipelines):
        before = script[pipelines[number - 1].end : pipeline.start] if number else ""
        conditional = "&&" in before and _tells(pipelines[number - 1])
        if _literal(pipeline) and text in pipeline.text and not conditional:
            return True
    return False


def decides(member: str, place: int) -> bool:
    """Tell whether the status of a pipe's member, at a place counted from 0, says something."""
    pipelines = split(member)
    if not pipelines or len(pipelines) != 1 or len(pipelines[0].members) != 1:
        return True
    return _tells_alone(pipelines[0].members[0], place)


def words_in(text: str) -> list[str]:
    """Return a command's words as a shell would part them, as well as that can be told."""
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
