"""Artifacts and key links: what they are compiled to, and what is seen of the files."""

from pathlib import Path

import pytest
from gsd_run.checking.files import judge_artifact, judge_pattern
from gsd_run.checking.must_haves import artifact_parts, key_link_parts
from gsd_run.domain.claim import ArtifactCheck, PatternCheck, PatternItem, ScriptCheck, ScriptSource
from gsd_run.domain.plan import Artifact, KeyLink

SOURCE = """\
import { db } from './db';
// fetch('/api/old')
export const load = () => fetch(`/api/new`);
const url = 'http://host/path';
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "a.ts").write_text(SOURCE)
    (root / "b.py").write_text("class B:\n    def save(self):\n        return 1\n")
    (root / "empty.py").write_text("")
    (root / "folder").mkdir()
    (root / "folder" / "x.py").write_text("X = 1\n")
    (tmp_path / "outside.py").write_text("X = 1\n")
    (root / "link.py").symlink_to(tmp_path / "outside.py")
    (root / "inner.py").symlink_to(root / "b.py")
    return root


def artifact(path: str, **rest: object) -> ArtifactCheck:
    return ArtifactCheck(path=path, **rest)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("check", "state", "reason"),
    [
        (artifact("b.py"), "PROVEN", "3 lines"),
        (artifact("inner.py"), "PROVEN", "3 lines"),
        (artifact("b.py", min_lines=4), "REFUTED", "3 lines, 4 are asked for"),
        (artifact("c.py"), "REFUTED", "c.py does not exist"),
        (artifact("c.py", present=False), "PROVEN", "c.py does not exist"),
        (artifact("b.py", present=False), "REFUTED", "b.py exists"),
        (artifact("folder"), "REFUTED", "folder is no file"),
        (artifact("folder/"), "PROVEN", "is a folder with 1 entries"),
        (artifact("empty.py"), "REFUTED", "is empty"),
        (artifact("link.py"), "UNPROVEN", "link.py leads outside the project"),
        (artifact("/etc/hosts"), "UNPROVEN", "/etc/hosts leads outside the project"),
        (artifact("~/x"), "UNPROVEN", "~/x leads outside the project"),
        (artifact("src/*.ts"), "UNPROVEN", "src/*.ts is no path of a single file"),
        (artifact("b.py", exports=("B", "B.save")), "PROVEN", "3 lines, defines B, B.save"),
        (artifact("b.py", exports=("C",)), "REFUTED", "does not define C"),
        (artifact("a.ts", exports=("load",)), "UNPROVEN", "the exports of a.ts can't be read"),
        (artifact("a.ts", contains=("api/old",)), "PROVEN", "4 lines, contains 'api/old' at a.ts:2"),
        (artifact("a.ts", contains=("fetch(x",)), "REFUTED", "does not contain 'fetch(x'"),
        (artifact("a.ts", contains=(r"fetch\(`/api",)), "PROVEN",
         "4 lines, contains 'fetch\\\\(`/api' at a.ts:3"),
        (artifact("a.ts", contains=(".*",)), "UNPROVEN",
         "the pattern '.*' matches any text, so it shows nothing"),
        (artifact("a.ts", contains=("load()",)), "UNPROVEN",
         "'load()' stands nowhere as it is; as an expression it would match at a.ts:3"),
    ],
)  # fmt: skip
def test_artifacts(check: ArtifactCheck, state: str, reason: str, root: Path) -> None:
    seen = judge_artifact(check, root, None)
    assert (seen.state, seen.reason) == (state, reason)


@pytest.mark.parametrize(
    ("asked", "before", "state"),
    [
        ("changed", "class B:\n", "PROVEN"),
        ("changed", "class B:\n    def save(self):\n        return 1\n", "REFUTED"),
        ("changed", "class B:\r\n    def save(self):\r\n        return 1\r\n", "REFUTED"),
        ("changed", None, "PROVEN"),
        ("created", None, "PROVEN"),
        ("created", "", "REFUTED"),
    ],
)
def test_the_change_since_the_base(asked: str, before: str | None, state: str, root: Path) -> None:
    check = artifact("b.py", changed=asked)
    assert judge_artifact(check, root, lambda _: before).state == state
    assert judge_artifact(check, root, None).state == "UNPROVEN"


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        ("a.py", '"""Doc."""\n\n\ndef f():\n    pass\n',
         "does nothing yet: line 4 is a stub, and nothing else is there"),
        ("a.py", "# TODO\n", "holds nothing but comments"),
        ("a.md", "TODO: write this\n", "holds nothing but a placeholder: TODO: write this"),
        ("a.ts", "export function f() {\n  throw new Error('Not implemented');\n}\n",
         "does nothing yet: throw new Error('Not implemented');"),
        ("a.rs", "fn f() {\n    todo!()\n}\n", "does nothing yet: todo!()"),
    ],
)  # fmt: skip
def test_stubs(path: str, text: str, why: str, root: Path) -> None:
    (root / path).write_text(text)
    seen = judge_artifact(artifact(path), root, None)
    assert (seen.state, seen.reason) == ("REFUTED", why)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("__init__.py", ""),
        ("a.py", "class MissingKey(Exception):\n    pass\n"),
        ("a.py", "from abc import ABC\n\nLIMIT = 3\n\n\nclass A(ABC):\n    def f(self): ...\n"),
        ("a.ts", "export const f = () => run();\nexport const g = () => {\n"
                 "  throw new Error('not implemented');\n};\n"),
        ("a.md", "# TODO list\n\nBuy milk.\n"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_stub(path: str, text: str, root: Path) -> None:
    (root / path).write_text(text)
    assert judge_artifact(artifact(path), root, None).state == "PROVEN"


def link(pattern: str, source: str = "a.ts", target: str = "b.py") -> KeyLink:
    return KeyLink(source=source, target=target, line=1, pattern=pattern)


@pytest.mark.parametrize(
    ("one", "state", "reason"),
    [
        (link(r"fetch\(.*/api/new"), "PROVEN", "found at a.ts:3"),
        (link("http://host/path"), "PROVEN", "found at a.ts:4"),
        (link(r"fetch\(.*/api/old"), "REFUTED", "no match in a.ts or b.py"),
        (link("import { db } from"), "PROVEN", "found at a.ts:1"),
        (link("class B"), "UNPROVEN",
         "found at b.py:1 only: nothing in a.ts shows the link"),
        (link("fetch(`"), "PROVEN", "found at a.ts:3"),
        (link(r"fetch\((["), "UNPROVEN",
         "the pattern 'fetch\\\\(([' is malformed as an expression: unterminated character set at "
         "position 9"),
        (link(".*"), "UNPROVEN", "the pattern '.*' matches any text, so it shows nothing"),
        (link("fetch(), NOT axios()"), "PROVEN",
         "a list in words, read plainly: a call of fetch at a.ts:3, no call of axios"),
        (link("fetch(), NOT load()", source="gone.ts"), "REFUTED", "gone.ts does not exist"),
        (link("x", source="the login page"), "UNPROVEN", "'the login page' names no single file"),
        (link("x", source="folder"), "UNPROVEN", "'folder' is no file"),
    ],
)  # fmt: skip
def test_key_links(one: KeyLink, state: str, reason: str, root: Path) -> None:
    (part,) = key_link_parts(one, one.pattern)
    assert isinstance(part.check, PatternCheck)
    seen = judge_pattern(part.check, root)
    assert seen.state == state
    assert seen.reason in {reason, reason.replace("'folder'", "folder")}


def test_a_list_that_does_not_hold_is_malformed_not_refuted(root: Path) -> None:
    (part,) = key_link_parts(link("fetch(), NOT fetch()"), "fetch(), NOT fetch()")
    assert isinstance(part.check, PatternCheck)
    seen = judge_pattern(part.check, root)
    assert (seen.state, seen.reason) == (
        "UNPROVEN",
        'the pattern "fetch(), NOT fetch()" is malformed: a list in words, no regular expression; '
        "read plainly it does not hold (a call of fetch is at a.ts:3)",
    )


def test_a_comma_makes_no_list_of_an_expression() -> None:
    (part,) = key_link_parts(link(r"use\(.*, .*\)"), r"use\(.*, .*\)")
    assert part.check == PatternCheck(
        source="a.ts",
        target="b.py",
        regex=r"use\(.*, .*\)",
        items=(PatternItem(regex=r"use\(.*"), PatternItem(regex=r".*\)")),
        prose=False,
    )


def test_a_fixed_test_file_must_pass_in_every_run_of_it() -> None:
    one = Artifact(path="tests/test_a.py", line=1, status="fixed")
    scripts = ("pytest tests/test_a.py", "pytest tests/test_a.py::test_x", "pytest tests/test_b.py")
    sources = [ScriptSource(claim=script, script=script) for script in scripts]
    whole, changed, passing = artifact_parts(one, sources)
    assert isinstance(whole.check, ArtifactCheck)
    assert isinstance(changed.check, ArtifactCheck)
    assert isinstance(passing.check, ScriptCheck)
    assert [source.claim for source in passing.check.sources] == ["pytest tests/test_a.py"]
    assert passing.check.every


def test_a_status_that_nothing_shows() -> None:
    parts = artifact_parts(Artifact(path="a.py", line=1, status="polished"), ())
    assert [part.unproven for part in parts] == ["", 'nothing shows the status "polished"']
