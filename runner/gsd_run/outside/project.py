"""The project that a plan belongs to: its root, and the interpreter and tools that are its own."""

import os
from pathlib import Path

from msgspec import Struct

from gsd_run.outside.confinement import Confinement
from gsd_run.outside.project_files import read_within
from gsd_run.outside.variables import is_passed, passed, passed_to_git

# Variables of gsd-run's own environment that must not leak into the project's commands.
NOT_THE_PROJECTS = frozenset(
    {"VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "PYTHONHOME", "PYTHONPATH", "UV_RUN_RECURSION_DEPTH"}
)


class Project(Struct, frozen=True, kw_only=True):
    """A project by its root (absolute), its virtual environment if it has one, and its rules."""

    root: Path
    venv: Path | None = None
    confinement: Confinement = Confinement()

    @property
    def python(self) -> str:
        """Return the interpreter to run the project's own code with."""
        return str(self.venv / "bin" / "python") if self.venv else "python3"

    def environment(self) -> dict[str, str]:
        """Return the environment of the project's commands: its own tools first on PATH.

        It has what programs need in general, what the settings pass on besides, and what they set.
        """
        asked = self.confinement.passes
        kept = {
            name: value
            for name, value in passed(os.environ, asked).items()
            if name not in NOT_THE_PROJECTS or name in asked
        }
        # A file that is changed twice within a second may keep its size, and then Python takes
        # the bytecode of the first for that of the second.
        kept["PYTHONDONTWRITEBYTECODE"] = "1"
        first = [self.root / "node_modules" / ".bin"]
        if self.venv:
            kept["VIRTUAL_ENV"] = str(self.venv)
            first.insert(0, self.venv / "bin")
        present = [str(folder) for folder in first if folder.is_dir()]
        kept["PATH"] = os.pathsep.join([*present, kept.get("PATH", os.defpath)])
        return kept | dict(self.confinement.sets)

    def environment_of_commits(self) -> dict[str, str]:
        """Return the environment of `git commit` and its hooks: what signing needs is in it.

        With a sandbox no hooks run.
        """
        kept = passed_to_git(os.environ) | self.environment()
        if self.confinement.sandbox is None:
            return kept
        # Hooks run what the plan's own changes may have put there, and nothing shuts them in.
        count = int(kept.get("GIT_CONFIG_COUNT") or 0)
        return kept | {
            "GIT_CONFIG_COUNT": str(count + 1),
            f"GIT_CONFIG_KEY_{count}": "core.hooksPath",
            f"GIT_CONFIG_VALUE_{count}": os.devnull,
        }

    def withheld(self) -> frozenset[str]:
        """Return the names of the variables that are set here and don't reach commands."""
        asked = self.confinement.passes
        given = {name for name, _ in self.confinement.sets}
        return frozenset(
            name
            for name in os.environ
            if name not in given and (not is_passed(name, asked) or name in NOT_THE_PROJECTS)
        ).difference(asked)

    def read(self, path: str) -> str | None:
        """Return a file's text with its line ends kept, or None when there is no such file.

        `path` is relative to the root. Undecodable bytes raise UnicodeDecodeError; a path that
        leads out of the project, and a file too large to be text, raise OSError.
        """
        content = read_within(self.root, path)
        return None if content is None else content.decode("utf-8")


def project_at(
    root: Path,
    venv_setting: str | None = None,
    confinement: Confinement = Confinement(),  # noqa: B008 - a frozen value
) -> Project:
    """Return the project at `root`; its `.venv`, or the one that the setting `venv` names."""
    venv = root / (venv_setting or ".venv")
    return Project(
        root=root,
        venv=venv if (venv / "bin" / "python").exists() else None,
        confinement=confinement,
    )
