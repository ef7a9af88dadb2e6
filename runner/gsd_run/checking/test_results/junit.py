"""JUnit XML documents as test runs."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from gsd_run.checking.test_results.counts import Counts, case, counted
from gsd_run.domain.measurement import Outcome, TestCase, TestRun

OUTCOMES: dict[str, Outcome] = {"error": "error", "failure": "failed", "skipped": "skipped"}


class Unreadable(Exception):
    """A document that is no JUnit XML, or may not be read."""


class _NoDoctype(ET.TreeBuilder):
    """Test results have no document type; with one, a small file can grow without bounds."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise Unreadable(f"the document declares a type ({name}, {pubid}, {system})")


def from_junit(*documents: bytes, command: int, runner: str) -> TestRun:
    """Read the JUnit XML documents of one call of a runner.

    A test with several results counts once, with the worst. `command` is as in TestRun.

    Raises:
        Unreadable: one is no XML, no JUnit XML, or has a document type.
    """
    return test_run(junit_counts(documents, runner=runner), command, runner, "junit")


def junit_counts(documents: Sequence[bytes], *, runner: str) -> Counts:
    """Return the tests of some JUnit XML documents, all known by name.

    Raises:
        Unreadable: as `from_junit`.
    """
    between = "::" if runner in {"pytest", "unittest"} else " > "
    return counted([_case(one, between) for text in documents for one in _root(text)])


def test_run(counts: Counts, command: int, runner: str, source: str) -> TestRun:
    """Return counts as the result of one call of a runner."""
    return TestRun(
        command=command,
        runner=runner,
        source=source,
        passed=counts.passed,
        failed=counts.failed,
        errors=counts.errors,
        skipped=counts.skipped,
        cases=counts.cases,
        uncounted=counts.uncounted,
    )


test_run.__test__ = False  # type: ignore[attr-defined]  # no test, though pytest sees the name


def _root(document: bytes) -> list[ET.Element]:
    parser = ET.XMLParser(target=_NoDoctype())  # noqa: S314 - _NoDoctype refuses what is unsafe
    try:
        parser.feed(document)
        root: ET.Element = parser.close()
    except ET.ParseError as error:
        raise Unreadable(f"the test results are no XML: {error}") from error
    if root.tag not in {"testsuites", "testsuite"}:
        raise Unreadable(f"the test results begin with <{root.tag}>, not with <testsuites>")
    return list(root.iter("testcase"))


def _case(element: ET.Element, between: str) -> TestCase:
    outcome: Outcome = "passed"
    message = ""
    for tag, means in OUTCOMES.items():
        found = element.find(tag)
        if found is not None:
            outcome = means
            message = found.get("message") or found.text or ""
            break
    file, name = element.get("file", ""), element.get("name", "")
    holder = element.get("classname", "")
    if between == "::":
        module = file.removesuffix(".py").replace("/", ".")
        holder = holder.removeprefix(module).removeprefix(".") if module else holder
        holder = holder.replace(".", "::")
    elif name.startswith(holder):
        holder = ""
    return case(between.join([part for part in (holder, name) if part]), outcome, message, file)
