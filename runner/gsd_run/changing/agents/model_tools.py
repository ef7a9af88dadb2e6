"""What a model may do in a project: read it, change files of it, run the task's checks.

Each tool returns a text of bounded length; what it can't do it raises as a StepFailure, whose
text is told to the model. The docstrings of the tools are what the model is told of them.
"""

import fnmatch
import os
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from gsd_run.changing import replace
from gsd_run.changing.agents.model_places import Ground, changeable, files, readable, shown_text
from gsd_run.changing.agents.texts import cleaned, cut
from gsd_run.changing.failure import StepFailure
from gsd_run.domain.change import Facts
from gsd_run.domain.redaction import MARK
from gsd_run.domain.run_file import Step
from gsd_run.outside.secrets import without_secrets

MOST_LETTERS = 24_000  # of what one call tells
MOST_WRITTEN = 1_000_000  # letters of a file that a model writes
MOST_FILES = 400  # in one listing
MOST_MATCHES = 100
MOST_OF_A_LINE = 300  # letters that a search shows of a line
MOST_OF_A_PATTERN = 1_000  # letters
SEARCHED_BYTES = 2_000_000  # of a file; larger ones are no source


class Workplace(Struct, frozen=True, kw_only=True):
    """Where a model works; `check` runs the task's checks and tells what came of them."""

    ground: Ground
    check: Callable[[], str]
    search_seconds: float = 10.0

    def list_files(self, folder: str = "", pattern: str = "") -> str:
        """List the files of the project, those that git ignores left out.

        Args:
            folder: Only files below this folder.
            pattern: Only files whose path or name matches this pattern, such as *.py.
        """
        found = [path for path in self._below(folder) if _fits(path, pattern)]
        if not found:
            raise StepFailure("there are no such files; try another folder or pattern")
        shown = found[:MOST_FILES]
        if len(found) > len(shown):
            shown.append(f"… and {len(found) - MOST_FILES} more; name a folder or a pattern")
        return _told("\n".join(shown))

    def read_file(self, path: str, first_line: int = 1, last_line: int = 0) -> str:
        """Read a text file. Each line has its number and a tab before it, not part of the file.

        Args:
            path: The file, relative to the project root.
            first_line: The first line to read, counted from 1.
            last_line: The last line to read; 0 is the file's last.
        """
        text = shown_text(self.ground, readable(self.ground, path))
        lines = without_secrets(text, os.environ).splitlines()
        last = min(last_line, len(lines)) if last_line > 0 else len(lines)
        first = max(first_line, 1)
        if lines and first > last:
            raise StepFailure(f"{path}: has {len(lines)} lines; {first}-{last} are none of them")
        told = [f"{path}: lines {first}-{last} of {len(lines)}" if lines else f"{path}: is empty"]
        left = MOST_LETTERS
        for number, line in enumerate(lines[first - 1 : last], first):
            left -= len(line) + 8
            if left < 0 and number > first:
                told.append(f"… too much for one call; go on with first_line={number}")
                break
            told.append(f"{number}\t{cut(line, MOST_LETTERS)}")
        return "\n".join(told)

    def search(
        self, pattern: str, folder: str = "", files: str = "", *, ignore_case: bool = False
    ) -> str:
        """Search the project's files for a regular expression, line by line.

        Args:
            pattern: The regular expression, as Python writes them.
            folder: Only files below this folder.
            files: Only files whose path or name matches this pattern, such as *.py.
            ignore_case: Whether upper and lower case are the same.
        """
        found: list[str] = []
        try:
            for match in self._matches(pattern, folder, files, ignore_case=ignore_case):
                found.append(match)
                if len(found) == MOST_MATCHES:
                    found.append(f"… only the first {MOST_MATCHES} are shown; search for less")
                    break
        except TimeoutError:
            found.append(
                f"… ended after {self.search_seconds:g} seconds; search for something simpler"
            )
        return _told("\n".join(found)) if found else "found nowhere"

    def edit_file(self, path: str, old: str, new: str, count: int = 1) -> str:
        """Replace a text in a file by another.

        Args:
            path: The file, relative to the project root.
            old: The text to replace, exactly as it stands there, without line numbers.
            new: The text to put in its place.
            count: How often the old text stands there; all of them are replaced.
        """
        plain = changeable(self.ground, path)
        shown_text(self.ground, plain)
        if not old:
            raise StepFailure(f"{path}: old is empty; give the text that is to be replaced")
        _no_marks(path, old, new)
        options = {"in": plain, "old": old, "new": new, "count": str(max(count, 1))}
        step = Step(kind="replace", subject="", line=0, options=options)
        made = replace.plan(step, None, self.ground.project, Facts())
        if not made.edits:
            return f"{plain}: nothing to do, the new text stands there already"
        after = made.edits[0].after or ""
        _write(self.ground.project.root / plain, after)
        return f"{plain}: replaced, in line {', '.join(str(one.line) for one in made.applied)}"

    def write_file(self, path: str, text: str) -> str:
        """Write a whole file, a new one or over an old one. Change parts with edit_file instead.

        Args:
            path: The file, relative to the project root.
            text: Its whole new text.
        """
        plain = changeable(self.ground, path)
        place = self.ground.project.root / plain
        before = shown_text(self.ground, plain) if place.exists() else None
        _no_marks(path, "", text)
        if len(text) > MOST_WRITTEN:
            raise StepFailure(f"{path}: {len(text)} letters are too many; write smaller files")
        if before is not None and "\r\n" in before:
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        if text == before:
            return f"{plain}: nothing to do, it holds this text already"
        _write(place, text)
        return f"{plain}: {'written anew' if before is None else 'written over'}"

    def delete_file(self, path: str) -> str:
        """Delete a file. Only files that the task says are to go may be deleted.

        Args:
            path: The file, relative to the project root.
        """
        plain = changeable(self.ground, path)
        shown_text(self.ground, plain)
        (self.ground.project.root / plain).unlink()
        return f"{plain}: deleted"

    def run_checks(self) -> str:
        """Run the checks that the task will be judged by, and tell what came of them."""
        return _told(self.check())

    def _below(self, folder: str) -> list[str]:
        known = files(self.ground)
        plain = folder.strip().removeprefix("./").rstrip("/")
        if plain in {"", "."}:
            return known
        plain = readable(self.ground, plain)
        return [path for path in known if path == plain or path.startswith(f"{plain}/")]

    def _matches(
        self, pattern: str, folder: str, names: str, *, ignore_case: bool
    ) -> Iterator[str]:
        import regex  # noqa: PLC0415 - only a model that searches pays for it

        if not pattern or len(pattern) > MOST_OF_A_PATTERN:
            raise StepFailure(f"a pattern has 1 to {MOST_OF_A_PATTERN} letters")
        try:
            expression = regex.compile(pattern, regex.IGNORECASE if ignore_case else 0)
        except (regex.error, OverflowError, RecursionError) as error:
            raise StepFailure(f"the pattern is malformed: {error}") from None
        deadline = time.monotonic() + self.search_seconds
        for path in self._below(folder):
            if time.monotonic() > deadline:
                raise TimeoutError
            place = self.ground.project.root / path
            if not _fits(path, names) or place.stat().st_size > SEARCHED_BYTES:
                continue
            content = place.read_bytes()
            if b"\0" in content:
                continue
            for number, line in enumerate(content.decode(errors="replace").splitlines(), 1):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                if expression.search(line, timeout=left):
                    yield f"{path}:{number}: {line.strip()[:MOST_OF_A_LINE]}"


def _told(text: str) -> str:
    """Return a text as a model may read it: of bounded length, without secrets or escapes."""
    return cut(without_secrets(cleaned(text), os.environ), MOST_LETTERS)


def _fits(path: str, pattern: str) -> bool:
    name = path.rpartition("/")[2]
    return not pattern or any(fnmatch.fnmatchcase(one, pattern) for one in (path, name))


def _no_marks(path: str, old: str, new: str) -> None:
    """Refuse a text with a blacked out secret in it: written, the mark would replace the secret."""
    if MARK in old or MARK in new:
        raise StepFailure(
            f"{path}: {MARK} stands for a secret that you can't see; edit around it, with a text "
            "that does not include it"
        )


def _write(place: Path, text: str) -> None:
    """Write a file by putting a new one in its place, with the old one's permissions."""
    place.parent.mkdir(parents=True, exist_ok=True)
    mode = place.stat().st_mode & 0o777 if place.exists() else None
    # Not written into: another file may be the same one, by a hard link that leads out of here.
    beside = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
        if mode is not None:
            beside.chmod(mode)
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)
