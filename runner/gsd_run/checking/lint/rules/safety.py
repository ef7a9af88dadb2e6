"""Rules about commands that do harm: outside of the project, to work in it, or to secrets."""

from collections.abc import Iterator
from functools import lru_cache

from gsd_run.checking.harms.danger import Danger, dangers
from gsd_run.checking.harms.saying import DangerKind
from gsd_run.checking.lint.scripts import Hit, Same, at, brief, run_commands
from gsd_run.checking.lint.subject import LintRule, Subject
from gsd_run.domain.claim import Command
from gsd_run.domain.plan import Finding
from gsd_run.domain.rule import Rule, Severity

_OWN_FOLDER = "Leave it out, or work on a file of the project; /tmp is the run's own folder."
_BY_HAND = "Take it out of the plan and do it yourself, or make it a checkpoint that asks a person."

_SAID: dict[DangerKind, tuple[str, str, Severity, str, str, str]] = {
    "deletes": (
        "S201", "deletes-outside-project", "error",
        "A command deletes what is not the project's.",
        "What it deletes is in no commit, and nothing brings it back.",
        'Name a folder of the project, and guard variables: rm -rf "${OUT:?}/build".',
    ),
    "writes": (
        "S202", "writes-outside-project", "error",
        "A command writes files outside of the project.",
        "The run can neither show nor undo that, and every other project sees it.",
        _OWN_FOLDER,
    ),
    "discards": (
        "S203", "discards-work", "error",
        "A command throws uncommitted work away.",
        "The attempt itself is uncommitted while it is judged: its change would be lost.",
        "Take it out; gsd-run puts back what an attempt leaves behind.",
    ),
    "pushes": (
        "S204", "force-push", "error",
        "A command replaces or deletes history on a remote.",
        "Commits of others may be gone for good.",
        _BY_HAND,
    ),
    "publishes": (
        "S205", "publishes", "error",
        "A command changes what others see: a push, a package, a deployment.",
        "Verifying is repeated, before the work and after it; publishing can't be taken back.",
        _BY_HAND,
    ),
    "fetches": (
        "S206", "runs-download", "error",
        "A command runs what it downloads.",
        "Whoever controls the address, or the way to it, controls this machine.",
        "Download it, look at it, keep its checksum, and install it before the run.",
    ),
    "databases": (
        "S207", "drops-database", "error",
        "A command drops a database or empties it.",
        "Which database that is depends on the environment of whoever runs the plan.",
        "Use a database with `test` in its name, or a file in /tmp.",
    ),
    "containers": (
        "S208", "removes-all-containers", "error",
        "A command removes containers, images or volumes, whosever they are.",
        "Volumes hold data of other projects on the same machine.",
        "Remove by name what this plan started: docker rm -f NAME.",
    ),
    "permissions": (
        "S209", "opens-permissions", "error",
        "A command gives rights on files to everyone, or changes them outside of the project.",
        "Keys and settings become readable, and git records the changed modes.",
        "Change the one file that needs it: chmod +x scripts/build.sh.",
    ),
    "kills": (
        "S210", "kills-by-name", "error",
        "A command ends processes that it did not start.",
        "It may be another run, or somebody's work.",
        "Keep the number of what you start: server & pid=$!; …; kill $pid.",
    ),
    "secret": (
        "S211", "secret-in-plan", "error",
        "A token or a password stands in a command.",
        "Plans are committed: whoever can read the repository has it, also after it is removed.",
        'Revoke it, and read it from the environment: "$API_TOKEN".',
    ),
    "uploads": (
        "S212", "sends-files-away", "error",
        "A command sends files to another host.",
        "What left the machine can't be taken back.",
        _BY_HAND,
    ),
    "installs": (
        "S213", "installs-package", "warning",
        "A verify command installs packages.",
        "It changes what is verified, needs the network, and runs the packages' own scripts.",
        "Add the package in the task's action, and install what is declared: npm ci, uv sync.",
    ),
    "repository": (
        "S214", "changes-repository", "warning",
        "A verify command changes commits, branches or the stash.",
        "The run makes the commits itself and checks that nothing else moved them: it would stop.",
        "Only look: git diff, git log, git show.",
    ),
    "privileges": (
        "S215", "needs-privileges", "warning",
        "A command runs as another user.",
        "It may wait for a password that nobody types, and its files belong to that user.",
        "Prepare the machine before the run, and verify without sudo.",
    ),
}  # fmt: skip


@lru_cache(maxsize=2)
def _dangers(same: Same) -> tuple[tuple[Command, Danger], ...]:
    return tuple(
        (command, danger)
        for _, command in run_commands(same.value)
        for danger in dangers(command.text)
    )


def rule_of(kind: DangerKind) -> Rule:
    """Return the rule that names a kind of danger."""
    code, name, severity, about, why, mend = _SAID[kind]
    return Rule(code=code, name=name, severity=severity, about=about, why=why, mend=mend)


def _rule(kind: DangerKind) -> LintRule:
    rule = rule_of(kind)

    def find(subject: Subject) -> Iterator[Finding]:
        for command, danger in _dangers(Same(subject)):
            if danger.kind == kind:
                yield at(subject, rule, command, _hit(danger))

    return LintRule(rule=rule, find=find)


def _hit(danger: Danger) -> Hit:
    """Return what is said of a danger; a secret is not said again."""
    told = brief(danger.text)
    if danger.kind == "secret":
        return Hit(message=danger.what, start=danger.start, needle=told.rstrip("…"))
    return Hit(message=f"`{told}` {danger.what}", start=danger.start, needle=told.rstrip("…"))


RULES: tuple[LintRule, ...] = tuple(_rule(kind) for kind in _SAID)
