"""Plans that are too much: too large, too deep, too many, too slow to search, no text at all."""

import resource
from pathlib import Path

import pytest
from hostile_projects import NOTHING, PLAN_PATH, RUN_PATH, Hostile, artifact, key_link, plan

MANY_A = "a" * 30_000 + "!"


def written(hostile: Hostile, content: bytes, path: str = PLAN_PATH) -> None:
    place = hostile.root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


SLOW = [r"(a+)+$", r"(a|aa)+$", r"(.*a){30}", r"(?:a*)*b", r"^(([a-z])+.)+[A-Z]([a-z])+$"]


@pytest.mark.parametrize("pattern", SLOW)
def test_patterns_that_take_for_ever_are_given_up(hostile, pattern):
    hostile.sandbox.write("slow.py", f'text = "{MANY_A}"\n')
    quoted = f"'{pattern}'"
    must = artifact("slow.py", f"contains: {quoted}") + key_link("slow.py", "made.py", quoted)
    hostile.prepare(plan(must_haves=must, verify="true"))
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    told = hostile.check()
    spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    assert told.status in {0, 1}, told.text
    assert "key_link.1      PROVEN" not in told.text
    assert spent < 30  # seconds: it ends, however slow the machine


TOO_MUCH: dict[str, tuple[bytes, int, str]] = {
    "50 MB of prose": (plan(action="word " * 10_000_000).encode(), 2, ":1: "),
    "a line of 10 MB": (plan(action="x" * 10_000_000).encode(), 2, ":1: "),
    "50 MB of nothing": (b"\0" * 50_000_000, 2, ":1: "),
    "no text": (plan().encode() + b"\xff\xfe\xfa", 2, ""),
    "UTF-16": (plan().encode("utf-16"), 2, ""),
    "empty": (b"", 2, ":1:"),
    "aliases of aliases": (
        plan(
            frontmatter="a: &a [x, x, x, x, x, x, x, x, x]\n"
            + "".join(
                f"{one}: &{one} [{', '.join(['*' + chr(ord(one) - 1)] * 9)}]\n"
                for one in "bcdefghij"
            )
        ).encode(),
        0,
        "",
    ),
    "an alias of itself": (plan(frontmatter="a: &a [*a]\n").encode(), 0, ""),
    "merges of merges": (plan(frontmatter="a: &a {x: 1}\nb: {<<: [*a, *a]}\n").encode(), 0, ""),
    "a tag that makes objects": (
        plan(
            frontmatter="a: !!python/object/apply:os.system ['touch ../neighbour/ran']\n"
        ).encode(),
        0,
        "",
    ),
    "brackets in brackets": (plan(frontmatter=f"a: {'[' * 20_000}\n").encode(), 0, ""),
    "lists in lists": (
        plan(frontmatter="a:\n" + "".join(f"{' ' * n}-\n" for n in range(1, 900))).encode(),
        0,
        "",
    ),
    "tags in tags": (plan(action="<step>" * 20_000).encode(), 0, ""),
    "tags without an end": (plan(action="<task>" * 900).encode(), 2, ""),
    "quotes in quotes": (plan(action=">" * 100_000).encode(), 0, ""),
    "fences": (plan(action="```\n" * 30_000).encode(), 0, ""),
    "entities": (plan(action="&lol;" * 50_000).encode(), 0, ""),
    "brackets in a command": (plan(verify=f"test -f made.txt {'$(' * 3000}").encode(), 0, ""),
}


@pytest.mark.parametrize("case", TOO_MUCH)
def test_a_plan_that_is_too_much(hostile, case):
    content, status, says = TOO_MUCH[case]
    written(hostile, content)
    hostile.sandbox.write("README.md", "# x\n")
    hostile.sandbox.git("add", "README.md")
    hostile.sandbox.git("commit", "-qm", "start")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    told = hostile.check()
    print(
        case,
        told.status,
        resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before,
        told.text[:300],
    )
    assert told.status in {status, 0, 1, 2}, told.text[:2000]


def test_a_hundred_thousand_tasks(hostile):
    tasks = "".join(
        f'<task type="auto"><name>T{n}</name><files>a.txt</files><action>x</action>'
        "<verify>true</verify><done>d</done></task>\n"
        for n in range(20_000)
    )
    written(hostile, plan().replace("</tasks>", f"{tasks}</tasks>").encode())
    hostile.sandbox.write("README.md", "# x\n")
    hostile.sandbox.commit("start")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    told = hostile.check()
    print(
        told.status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, told.text[:300]
    )
    assert 0


RUN_FILES: dict[str, tuple[str, str]] = {
    "aliases": ("a: &a [x]\nchanges: *a\n", ""),
    "deep": (f"changes: {'[' * 20_000}\n", ""),
    "objects": ("changes: !!python/object/apply:os.system ['touch ../neighbour/ran']\n", ""),
    "binary": ("\x00\x01\x02", ""),
    "large": (NOTHING + "# " + "x" * 50_000_000, ""),
}


@pytest.mark.parametrize("case", RUN_FILES)
def test_a_run_file_that_is_too_much(hostile, case):
    content, says = RUN_FILES[case]
    hostile.prepare(plan())
    written(hostile, content.encode(), RUN_PATH)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    told = hostile.carry("--allow-dirty")
    print(
        case,
        told.status,
        resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before,
        told.text[:300],
    )
    assert told.status in {0, 2}, told.text[:2000]
    assert says in told.text


def test_settings_that_are_too_much(hostile):
    hostile.prepare(plan())
    hostile.sandbox.write(".planning/config.json", "[" * 100_000)
    told = hostile.check()
    assert told.status == 2, told.text[:2000]
    assert ".planning/config.json:1: " in told.text
