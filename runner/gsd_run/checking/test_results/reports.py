"""JUnit XML files that a test run wrote by itself, and never those of another run."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from gsd_run.checking.test_results.called import Called
from gsd_run.domain import lazy

FILE_LIMIT = 64 * 1024 * 1024  # bytes of one file
MOST_FILES = 5000
_NOT_ENTERED = frozenset({"node_modules", ".git", ".venv", "venv", "src", ".gradle", ".idea"})
_REPORTS = {
    "maven": lazy.pattern(r"/target/(?:surefire|failsafe)-reports/TEST-[^/]*\.xml$"),
    "gradle": lazy.pattern(r"/test-results/[^/]+/TEST-[^/]*\.xml$"),
}
_NAMED = lazy.pattern(r"(?:^|[=:;,])(?P<path>[\w@./-]+\.xml)$")


def written_reports(called: Called, *, since: float, until: float | None) -> tuple[bytes, ...]:
    """Return the JUnit XML that a command wrote between two times (seconds since 1970).

    These are the files that its words name, and those that Maven and Gradle always write.
    """
    found = dict.fromkeys(
        place
        for folder in dict.fromkeys(called.folders)
        for place in [*_named(called, folder), *_always(called, folder)]
    )
    documents = list[bytes]()
    for place in found:
        try:
            state = place.stat()
            # Nothing that starts writes a report in the same instant.
            late = until is not None and state.st_mtime > until
            if state.st_mtime <= since or late or state.st_size > FILE_LIMIT:
                continue
            document = place.read_bytes()
        except OSError:
            continue
        if re.search(rb"<testsuites?\b", document[:4096]):
            documents.append(document)
    return tuple(documents)


def _named(called: Called, folder: Path) -> Iterator[Path]:
    for word in called.arguments:
        named = _NAMED.search(word)
        if named:
            yield folder / named["path"]


def _always(called: Called, folder: Path) -> Iterator[Path]:
    builders = {name.split(" ")[0] for name in called.runners}
    forms = [form for name, form in _REPORTS.items() if name in builders]
    if not forms:
        return
    seen = 0
    for above, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if one not in _NOT_ENTERED)
        for file in sorted(files):
            if file.endswith(".xml") and any(form.search(f"{above}/{file}") for form in forms):
                seen += 1
                if seen > MOST_FILES:
                    return
                yield Path(above) / file
