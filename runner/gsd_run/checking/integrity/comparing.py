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
    for path in changed:
        texts = (before(path), now(path))
        found += changed_settings(path, *texts)
        found += set_up(path, *texts)
        found += uncovered(path, *texts)
    then, after = _test_files(changed, before), _test_files(changed, now)
    moved = {test.name: (path, test) for path, file in after.items() for test in file.tests}
    for (_, name), new in _renamed(then, after).items():
        moved.setdefault(name, new)
    for path in changed:
        if path in then or path in after:
            found += _of_file(path, then.get(path), after.get(path), after, moved)
    return tuple(dict.fromkeys(found))


def renamed(
    changed: Sequence[str],
    before: Callable[[str], str | None],
    now: Callable[[str], str | None],
) -> dict[tuple[str, str], str]:
    """Return the tests that stand under another name now, as they were: (path, name) to name.

    Names are the last ones, without the groups around them; those of pytest have their classes.
    """
    found = _renamed(_test_files(changed, before), _test_files(changed, now))
    return {(path, _told(path, name)): _told(place, new.name)
            for (path, name), (place, new) in found.items()}  # fmt: skip


def _renamed(
    then: Mapping[str, TestFile], after: Mapping[str, TestFile]
) -> dict[tuple[str, str], tuple[str, TestBody]]:
    """Return the tests that are gone by name, each with a new one that has its very body."""
    known = {(path, test.name) for path, file in then.items() for test in file.tests}
    names = {test.name for file in after.values() for test in file.tests}
    fresh = [
        (path, test)
        for path, file in after.items()
        for test in file.tests
        if (path, test.name) not in known
    ]
    found = {}
    for path, file in then.items():
        for test in file.tests:
            fitting = [one for one in fresh if one[1].text == test.text]
            if test.name not in names and fitting and (test.sound or test.calls):
                # one that takes over from one: of several copies, each goes to one
                found[path, test.name] = fitting[0]
                fresh.remove(fitting[0])
    return found


def _told(path: str, name: str) -> str:
    """Return a test's name as its runner tells it."""
    return name.replace(" > ", "::") if path.endswith(".py") else name.rpartition(" > ")[2]


def _test_files(changed: Sequence[str], text: Callable[[str], str | None]) -> dict[str, TestFile]:
    read = ((path, test_file(told, path)) for path in changed if (told := text(path)) is not None)
    return {path: tests for path, tests in read if tests is not None}


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
            yield Weakening(path=path, line=1, what=what, test=name, ends=True)
        elif then is not None:
            yield from _of_test(place, then, test, _helped(files[place], current, files), current)
    for name, test in new.items():
        if name not in old:
            yield from _of_new(path, now, test)


def _helped(file: TestFile, test: TestBody, files: Mapping[str, TestFile]) -> TestFile:
    """Return a file with what the functions of other changed files assert for one of its tests."""
    others = {
        name: number
        for other in files.values()
        for name, number in other.functions.items()
        if name in test.calls
    }
    return TestFile(tests=file.tests, functions={**others, **file.functions})


def _of_test(
    path: str, then: TestFile, old: TestBody, now: TestFile, new: TestBody
) -> Iterator[Weakening]:
    def weaker(line: int, what: str) -> Weakening:
        return Weakening(path=path, line=line, what=f"{new.name} {what}", test=new.name)

    if new.skipped and not old.skipped:
        yield replace(weaker(new.line, f"is skipped now: {new.skipped}"), ends=True)
    if new.focused and not old.focused:
        yield _focus(path, new)
    known = [one.text for one in old.assertions if one.hollow]
    hollow = [one for one in new.assertions if one.hollow and one.text not in known]
    for one in hollow:
        yield weaker(one.line, f"asserts `{one.text[:60]}`, but {_why(one.hollow)}")
    if new.leaves > old.leaves:
        yield weaker(new.line, "may end before it asserts, and did not at the base")
    for name in sorted((old.calls & new.assigned) - old.assigned):
        yield weaker(new.line, f"puts a stand-in in the place of {name}")
    had, has = then.asserting(old), now.asserting(new)
    helped = delegates(new) and not new.calls <= old.calls
    enough = (helped and has) or has * max(new.cases, 1) >= had * max(old.cases, 1)
    if has < had and not (hollow and has + len(hollow) >= had) and not enough:
        made = f"{has} assertion{'s' if has > 1 else ''}" if has else "no assertion that can fail"
        found = weaker(new.line, f"has {made}, where it had {had}")
        # what a function elsewhere asserts, or how often it runs, may make up for it
        unknown = (helped and not has) or (has and not new.cases and old.cases)
        yield replace(found, kind="hollow") if unknown else found


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
