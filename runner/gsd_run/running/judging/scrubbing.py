"""What a measurement loses before it is kept: this machine's paths, and the middle of outputs."""

from pathlib import Path

from msgspec.structs import replace

from gsd_run.checking.compiling.adaptations import escaped
from gsd_run.domain.claim import ScriptSource
from gsd_run.domain.measurement import CommandRun, Measurement, TestRun

EXCERPT = 2000  # characters of an output that travel with the journal, from both ends


def cleaned(text: str, root: Path, scratch: Path) -> str:
    """Name the project's places as the plan does: relative to its root, and /tmp."""
    for tmp in (str(scratch / "tmp"), escaped(str(scratch / "tmp"))):
        text = text.replace(tmp, "/tmp")
    for place in (str(root), escaped(str(root))):
        text = text.replace(f"{place}/", "").replace(place, ".")
    return text


def scrubbed(found: Measurement, source: ScriptSource, root: Path, scratch: Path) -> Measurement:
    """Take this machine's paths out of a measurement: they say nothing to anybody else."""

    def clean(text: str) -> str:
        return cleaned(text, root, scratch)

    commands = tuple(
        replace(
            command,
            text=clean(command.text),
            members=tuple(map(clean, command.members)),
            stdout=clean(command.stdout),
            stderr=clean(command.stderr),
        )
        for command in found.commands
    )
    tests = tuple(
        replace(
            one,
            cases=tuple(replace(case, message=clean(case.message)) for case in one.cases),
        )
        for one in found.tests
    )
    return replace(found, script=source.script, commands=commands, tests=tests)


def excerpted(found: Measurement) -> Measurement:
    """Return the measurement as the journal holds it: outputs cut, tests by name if not passed."""

    def command(one: CommandRun) -> CommandRun:
        return replace(one, stdout=excerpt(one.stdout), stderr=excerpt(one.stderr))

    def tests(one: TestRun) -> TestRun:
        return replace(one, cases=tuple(c for c in one.cases if c.outcome != "passed"))

    return replace(
        found,
        commands=tuple(map(command, found.commands)),
        tests=tuple(map(tests, found.tests)),
    )


def excerpt(text: str) -> str:
    """Return both ends of a long text."""
    if len(text) <= EXCERPT:
        return text
    half = EXCERPT // 2
    return f"{text[:half]}\n… {len(text) - EXCERPT} characters left out …\n{text[-half:]}"
