"""Calling an agent: once, without a person, in a process group that ends with the call."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec.structs import replace

from gsd_run.changing.agents.environment import environment_of, unset_names
from gsd_run.changing.agents.outputs import Said, read_output
from gsd_run.changing.agents.profiles import PROFILES, Given, call_of
from gsd_run.changing.agents.prompt import prompt_of
from gsd_run.changing.agents.texts import on_one_line
from gsd_run.domain.agent import Agent, Brief, Worked
from gsd_run.outside import processes
from gsd_run.outside.processes import Finished, ProgramNotFound
from gsd_run.outside.project import Project
from gsd_run.outside.secrets import without_secrets

_SHOWN_LINES = 8
_LONGEST_WORD = 131_071  # bytes that Linux takes as one argument
_SETTINGS = ".planning/gsd-run.toml"


def work(
    agent: Agent,
    brief: Brief,
    project: Project,
    *,
    mark: str | None = None,
    check: Callable[[], str] | None = None,
    on_output: Callable[[str], None] | None = None,
) -> Worked:
    """Have an agent do a task in the project's root, and return how its call ended.

    `mark` is an entry `NAME=value` for the environment of its processes, by which those that
    outlive it are found and ended. `check` runs the task's own checks and returns what they say,
    for the profile `model`, which can be given it as a tool. `on_output` gets the end of what
    an agent's program has printed so far, as often as that has grown.
    """
    if agent.profile == "model":
        from gsd_run.changing.agents.model import work_by_model  # noqa: PLC0415 - pydantic-ai

        return work_by_model(agent, brief, project, check or _no_checks)
    with _private_folder() as folder:
        prompt = prompt_of(brief)
        prompt_file = folder / "prompt.md"
        prompt_file.touch(mode=0o600)
        prompt_file.write_text(prompt, encoding="utf-8")
        files = tuple(file.path for file in brief.files if file.text is not None)
        return _called(
            agent,
            Given(
                prompt=prompt,
                prompt_file=prompt_file,
                folder=folder,
                root=project.root,
                files=files,
            ),
            project,
            mark,
            on_output,
        )


def _no_checks() -> str:
    return "the checks of this task can't be run beforehand"


@contextlib.contextmanager
def _private_folder() -> Iterator[Path]:
    """Make a folder outside the work tree that only this user can read; it goes away again."""
    with tempfile.TemporaryDirectory(prefix="gsd-run-agent-", ignore_cleanup_errors=True) as name:
        yield Path(name).resolve()


def _called(
    agent: Agent,
    given: Given,
    project: Project,
    mark: str | None,
    on_output: Callable[[str], None] | None,
) -> Worked:
    call = call_of(agent, given)
    if any(len(word.encode()) > _LONGEST_WORD for word in call.argv):
        told = _not_startable(agent, call.argv[0], "an argument is too long")
        return Worked(outcome="not_started", reason=told)
    environment = environment_of(agent, project, call.variables, mark)
    leavings = [given.root / name for name in PROFILES[agent.profile].leavings]
    found_there = {place for place in leavings if place.exists()}
    known = os.environ | environment

    def printed(text: str) -> None:
        if on_output is not None:
            on_output(without_secrets(text, known))

    try:
        finished = processes.run(
            call.argv,
            cwd=given.root,
            env=environment,
            timeout=agent.time_limit,
            stdin=call.stdin,
            mark=mark,
            limits=project.confinement.limits,
            on_output=printed,
        )
    except ProgramNotFound:
        return Worked(outcome="not_started", reason=_not_there(agent, call.argv[0]))
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or str(error)
        reason = _not_startable(agent, call.argv[0], told)
        return Worked(outcome="not_started", reason=reason)
    finally:
        for place in leavings:
            if place not in found_there:
                shutil.rmtree(place, ignore_errors=True)
    worked = _ended(agent, finished, read_output(agent.profile, finished.stdout, finished.stderr))
    return replace(
        worked,
        reason=without_secrets(worked.reason, known),
        said=without_secrets(worked.said, known),
        transcript=without_secrets(worked.transcript, known),
    )


def _not_there(agent: Agent, program: str) -> str:
    profile = PROFILES[agent.profile]
    how = f"install it (`{profile.install}`)" if profile.install else "correct its `command`"
    return (
        f"the agent {agent.name} needs the program {program!r}, which is not on PATH here: {how}, "
        f'or choose another agent with --agent NAME or `agent = "…"` in {_SETTINGS} (known by '
        f"themselves: {', '.join(name for name in PROFILES if name != 'command')})"
    )


def _not_startable(agent: Agent, program: str, told: str) -> str:
    hint = (
        "; pass {prompt_file} instead of {prompt} in its `command`"
        if agent.profile == "command" and "{prompt}" in agent.command
        else ""
    )
    return f"the agent {agent.name} can't be started ({program}: {told}){hint}"


def _ended(agent: Agent, finished: Finished, said: Said) -> Worked:
    worked = Worked(
        outcome="finished", said=said.said, transcript=_transcript(finished), usage=said.usage
    )
    if finished.timed_out:
        reason = f"it did not end within {agent.time_limit:g} s (time_limit of {agent.name})"
        return replace(worked, outcome="timed_out", reason=reason)
    if finished.beyond:
        reason = f"{agent.name} was stopped, {finished.beyond}"
        return replace(worked, outcome="failed", reason=reason)
    if finished.status == 0 and not said.mistake:
        return worked
    reason = f"{agent.name} ended with status {finished.status}" if finished.status else ""
    told = said.mistake or _last_lines(finished)
    unset = unset_names(agent)
    hint = f"not set here: {', '.join(unset)}" if unset else ""
    return replace(
        worked,
        outcome="failed",
        reason="; ".join(one for one in (": ".join(filter(None, (reason, told))), hint) if one),
    )


def _transcript(finished: Finished) -> str:
    if not finished.stderr:
        return finished.stdout
    glue = "" if finished.stdout.endswith("\n") or not finished.stdout else "\n"
    return f"{finished.stdout}{glue}--- standard error ---\n{finished.stderr}"


def _last_lines(finished: Finished) -> str:
    """Return the end of what it wrote, errors before words, on one line."""
    lines = (finished.stderr.strip() or finished.stdout.strip()).splitlines()[-_SHOWN_LINES:]
    return " / ".join(on_one_line(line) for line in lines if line.strip())
