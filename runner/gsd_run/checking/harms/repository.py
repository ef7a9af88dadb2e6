"""Git: work that is thrown away, commits and branches that move, what is pushed."""

from collections.abc import Iterator

from gsd_run.checking.harms.folders import Placed
from gsd_run.checking.harms.saying import Rule, Said, written
from gsd_run.outside.calls import Call, Word

# Verbs of git that lose changes with one of these words.
_LOSING = {
    "reset": {"--hard"},
    "stash": {"drop", "clear"},
    "switch": {"--force", "-f", "--discard-changes"},
}


def _git(call: Call, placed: Placed, known: dict[str, Word]) -> Iterator[Said]:
    rest = list(call.arguments)
    while rest and rest[0].text.startswith("-"):
        rest = rest[2 if rest[0].text in {"-C", "-c"} else 1 :]
    verb = rest[0].text if rest else ""
    call = Call(
        kind="command", start=call.start, end=call.end, program="git", arguments=tuple(rest[1:])
    )
    given = {word.text for word in call.arguments}
    if verb == "push":
        forced = call.has("--force", "--force-with-lease", "--mirror", "--delete") or call.flags(
            "fd"
        )
        forced = forced or any(text.startswith("+") for text in given)
        yield ("pushes", "replaces history on a remote") if forced else (
            "publishes", "pushes to a remote, where others see it")  # fmt: skip
    elif verb == "config" and given & {"--global", "--system"} and len(call.named()) > 1:
        yield "writes", "changes the user's git settings"
    elif _discards(verb, call, given):
        yield "discards", "loses changes that are not committed"
    elif _changes_repository(verb, call, given):
        yield "repository", "changes commits, branches or the stash; the run keeps those itself"
    elif verb == "clone" and len(call.named()) > 1:
        yield from written([call.named()[-1]], placed, known)


def _discards(verb: str, call: Call, given: set[str]) -> bool:
    everything = bool(given & {".", "*", "./", ":/"})
    match verb:
        case "clean":
            return (call.flags("f") or "--force" in given) and not call.flags("n")
        case "restore":
            return everything or not given & {"--staged", "-S"}
        case "checkout":
            return everything or bool(given & {"--force", "-f", "--"})
    return bool(given & _LOSING.get(verb, set()))


def _changes_repository(verb: str, call: Call, given: set[str]) -> bool:
    if verb == "stash":
        return not given & {"list", "show"}
    if verb == "worktree":
        return bool(given & {"add", "remove", "prune", "move"})
    if verb in {"branch", "tag"}:
        listing = given & {"--list", "-l", "-a", "-r", "-v", "-vv", "--show-current", "--contains"}
        return bool(call.named()) and not listing
    return verb in {
        "commit", "merge", "rebase", "cherry-pick", "revert", "am", "reset", "checkout", "switch",
        "rm", "mv", "pull", "filter-branch", "filter-repo", "gc", "reflog", "update-ref",
    } and not given & {"--abort", "expire", "show"}  # fmt: skip


RULES: dict[str, Rule] = {"git": _git}
