"""Tests before and after: what says less than it did at the base commit."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from gsd_run.checking.integrity.bodies import TestBody, TestFile, delegates, test_file
from gsd_run.checking.integrity.configuration import changed_settings
from gsd_run.checking.integrity.coverage import uncovered
from gsd_run.checking.integrity.setting_up import set_up
from gsd_run.checking.integrity.weakening import Weakening
from gsd_run.domain.run_file import RunFile


def weakenings(
    changed: Sequence[str],
    before: Callable[[str], str | None],
    now: Callable[[str], str | None],
) -> tuple[Weakening, ...]:
    """Return what the changed files make weaker; `before` and `now` give a file's text, or None."""
    found: list[Weakening] = []
    then: dict[str, TestFile] = {}
    after: dict[str, TestFile] = {}
    for path in changed:
        texts = (before(path), now(path))
        found += changed_settings(path, *texts)
        found += set_up(path, *texts)
        found += uncovered(path, *texts)
        for text, files in zip(texts, (then, after), strict=True):
            tests = test_file(text, path) if text is not None else None
            if tests is not None:
                files[path] = tests
    moved = {test.name: (path, test) for path, file in after.items() for test in file.tests}
    for path in changed:
        if path in then or path in after:
            found += _of_file(path, then.get(path), after.get(path), after, moved)
    return tuple(dict.fromkeys(found))


def declared(found: Sequence[Weakening], run_file: RunFile | None) -> tuple[Weakening, ...]:
    """Return the weakenings with the reasons that a run file gives for them."""
    given = run_file.weaker if run_file else ()
    return tuple(
        replace(one, declared=next((w.reason for w in given if _meant(w.tests, one)), ""))
        for one in found
    )


def _meant(tests: str, one: Weakening) -> bool:
    path, _, test = tests.partition("::")
    wanted = test.replace("::", " > ")
    return path == one.path and (not wanted or f" > {one.test}".endswith(f" > {wanted}"))


def _of_file(
    path: str,
    then: TestFile | None,
    now: TestFile | None,
    files: Mapping[str, TestFile],
    moved: Mapping[str, tuple[str, TestBody]],
) -> Iterator[Weakening]:
    old = {test.name: test for test in then.tests} if then else {}
    new = {test.name: test for test in now.tests} if now else {}
    for name, test in old.items():
        place, current = (path, new[name]) if name in new else moved.get(name, (path, None))
        if current is None:
            what = f"{name} stood at line {test.line} and is gone"
            yield Weakening(path=path, line=1, what=what, test=name)
        elif then is not None:
            yield from _of_test(place, then, test, files[place], current)
    for name, test in new.items():
        if name not in old:
            yield from _of_new(path, now, test)


def _of_test(
    path: str, then: TestFile, old: TestBody, now: TestFile, new: TestBody
) -> Iterator[Weakening]:
    def weaker(line: int, what: str) -> Weakening:
        return Weakening(path=path, line=line, what=f"{new.name} {what}", test=new.name)

    if new.skipped and not old.skipped:
        yield weaker(new.line, f"is skipped now: {new.skipped}")
    if new.focused and not old.focused:
        yield _focus(path, new)
    known = [one.text for one in old.assertions if one.hollow]
    hollow = [one for one in new.assertions if one.hollow and one.text not in known]
    for one in hollow:
        yield weaker(one.line, f"asserts `{one.text[:60]}`, but {_why(one.hollow)}")
    if new.leaves > old.leaves:
        yield weaker(new.line, "may end before it asserts, and did not at the base")
    for name in sorted((old.calls & new.assigned) - old.assigned):
        yield weaker(new.line, f"puts something of its own in the place of {name}")
    had, has = then.asserting(old), now.asserting(new)
    helped = delegates(new) and not new.calls <= old.calls
    if has < had and not (hollow and has + len(hollow) >= had) and not (helped and has):
        made = f"{has} assertion{'s' if has > 1 else ''}" if has else "no assertion that can fail"
        yield weaker(new.line, f"has {made}, where it had {had}")


def _of_new(path: str, file: TestFile | None, test: TestBody) -> Iterator[Weakening]:
    if test.focused:
        yield _focus(path, test)
    if file is not None and not test.skipped and not file.asserting(test) and not delegates(test):
        what = f"{test.name} is new and asserts nothing that could be false"
        yield Weakening(path=path, line=test.line, what=what, kind="hollow", test=test.name)


def _focus(path: str, test: TestBody) -> Weakening:
    what = f"{test.focused.split('(')[0].strip()} keeps all other tests of the file from being run"
    return Weakening(path=path, line=test.line, what=what)


def _why(hollow: str) -> str:
    return "that " + hollow if hollow.startswith("always") else hollow
