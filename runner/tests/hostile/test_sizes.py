"""Plans that are too much: too large, too deep, too many, too slow to search, no text at all."""

import resource

import pytest
from hostile_projects import NOTHING, PLAN_PATH, RUN_PATH, Hostile, artifact, key_link, plan

MANY_A = "a" * 30_000 + "!"


def written(hostile: Hostile, content: bytes, path: str = PLAN_PATH) -> None:
    place = hostile.root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


SLOW = [r"(a|aa)+$", r"(.*a){30}", r"(?:a*)*b", r"^(([a-z])+.)+[A-Z]([a-z])+$"]


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


# The plan, how `check` ends, and what it says.
FIRST = f"{PLAN_PATH}:1: no plan: "
TOO_MUCH: dict[str, tuple[bytes, int, str]] = {
    "50 MB of prose": (
        plan(action="word " * 10_000_000).encode(),
        2,
        f"{FIRST}it has 48 MiB, and a plan at most 2; move what is no task into files",
    ),
    "a line of 10 MB": (plan(action="x" * 10_000_000).encode(), 2, f"{FIRST}it has 10 MiB"),
    "50 MB of nothing": (b"\0" * 50_000_000, 2, f"{FIRST}it has 48 MiB"),
    "a hundred thousand tasks": (
        ("<task type='auto'>" * 100_000).encode(),
        2,
        f"{FIRST}it has 100000 tasks; a plan has at most 1000, so make it several",
    ),
    "no text": (plan().encode() + b"\xff\xfe\xfa", 2, ":31: not UTF-8 (byte 0xff)"),
    "UTF-16": (plan().encode("utf-16"), 1, ":1: the file is UTF-16; save it as UTF-8"),
    "empty": (b"", 2, f"{FIRST}neither frontmatter (--- lines) nor tasks (<task>) are in it"),
    "aliases of aliases": (
        plan(
            frontmatter="a: &a [x, x, x, x, x, x, x, x, x]\n"
            + "".join(
                f"{one}: &{one} [{', '.join(['*' + chr(ord(one) - 1)] * 9)}]\n"
                for one in "bcdefghij"
            )
        ).encode(),
        1,
        ":10: no YAML as it stands (*a names nothing before it)",
    ),
    "an alias of itself": (
        plan(frontmatter="a: &a [*a]\n").encode(),
        1,
        ":9: no YAML as it stands (*a names nothing before it)",
    ),
    "merges of merges": (plan(frontmatter="a: &a {x: 1}\nb: {<<: [*a, *a]}\n").encode(), 1, ""),
    "a tag that makes objects": (
        plan(frontmatter="a: !!python/object/apply:os.system ['touch ../neighbour/x']\n").encode(),
        1,
        "",
    ),
    "brackets in brackets": (
        plan(frontmatter=f"a: {'[' * 20_000}\n").encode(),
        1,
        ":9: no YAML (brackets nested too deep); left out: a: [[[",
    ),
    "lists in lists": (
        plan(frontmatter="a:\n" + "".join(f"{' ' * n}-\n" for n in range(1, 400))).encode(),
        1,
        "no YAML (nested too deep); left out: -",
    ),
    "tags in tags": (plan(action="<step>" * 20_000).encode(), 1, ""),
    "tags without an end": (plan(action="<task>" * 900).encode(), 1, ""),
    "fences": (plan(action="```\n" * 30_000).encode(), 1, ""),
    "entities": (plan(action="&lol;" * 50_000).encode(), 1, ""),
    "brackets in a command": (
        plan(verify=f"test -f made.txt {'$(' * 3000}").encode(),
        0,
        "verify.1        UNPROVEN  bash can't parse the script",
    ),
}


@pytest.mark.parametrize("case", TOO_MUCH)
def test_a_plan_that_is_too_much(hostile, case):
    content, status, says = TOO_MUCH[case]
    hostile.sandbox.write("README.md", "# x\n")
    hostile.sandbox.commit("start")
    written(hostile, content)
    told = hostile.check()
    assert told.status == status, told.text[:2000]
    assert says in told.text
    assert len(told.text) < 100_000


RUN_FILES: dict[str, tuple[str, str]] = {
    "aliases": ("a: &a [x]\nchanges: *a\n", ":1: unknown key 'a' in the run file"),
    "deep": (f"changes: {'[' * 20_000}\n", ":1: no YAML (brackets nested too deep)"),
    "objects": (
        "changes: !!python/object/apply:os.system ['touch ../neighbour/ran']\n",
        ":1: changes maps task numbers to steps; it is a list",
    ),
    "binary": ("\x00\x01\x02", ":1: characters that YAML forbids are read as spaces"),
    "large": (NOTHING + "# " + "x" * 50_000_000, ":1: is larger than 8 MiB, which no run file is"),
}


@pytest.mark.parametrize("case", RUN_FILES)
def test_a_run_file_that_is_too_much(hostile, case):
    content, says = RUN_FILES[case]
    hostile.prepare(plan())
    written(hostile, content.encode(), RUN_PATH)
    told = hostile.carry("--allow-dirty")
    assert told.status == 2, told.text[:2000]
    assert f"{RUN_PATH}{says}" in told.text
    assert hostile.sandbox.subjects() == ["a plan from elsewhere"]


def test_settings_that_are_too_much(hostile):
    hostile.prepare(plan())
    hostile.sandbox.write(".planning/config.json", "[" * 100_000)
    told = hostile.check()
    assert told.status == 2, told.text[:2000]
    assert ".planning/config.json:1: " in told.text
