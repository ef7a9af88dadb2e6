"""Artifacts and key links: what they are compiled to, and what is seen of the files."""

from pathlib import Path

import pytest
from gsd_run.checking.compiling.must_haves import artifact_parts, key_link_parts
from gsd_run.checking.files.artifacts import judge_artifact, judge_pattern
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
    (root / "open.py").write_text("x = f()\ny = 2")
    (root / "padded.py").write_text("x = f()\n" + "\n# more\n" * 10)
    (root / "test_b.py").write_text("def test_a():\n    f()\n\ndef test_b():\n    f()\n")
    (root / "a.png").write_bytes(b"a\0b")
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
        (artifact("folder"), "PROVEN", "is a folder with 1 entries"),
        (artifact("folder", min_lines=3), "UNPROVEN", "is a folder with 1 entries"),
        (artifact("folder/x.py/y"), "REFUTED", "folder/x.py/y does not exist"),
        (artifact("folder/"), "PROVEN", "is a folder with 1 entries"),
        (artifact("empty.py"), "REFUTED", "is empty"),
        (artifact("link.py"), "UNPROVEN", "link.py leads outside the project"),
        (artifact("/etc/hosts"), "UNPROVEN", "/etc/hosts leads outside the project"),
        (artifact("~/x"), "UNPROVEN", "~/x leads outside the project"),
        (artifact("src/*.ts"), "REFUTED", "no file is src/*.ts"),
        (artifact("src/*.ts", present=False), "PROVEN", "no file is src/*.ts"),
        (artifact("*.py (all of them)"), "REFUTED", "no file is *.py (all of them)"),
        (artifact("a.?s"), "PROVEN", "1 files: 4 lines"),
        (artifact("folder/{x,y}.py", contains=("X = 1",)), "PROVEN",
         "1 files: 1 line, contains 'X = 1' at folder/x.py:1"),
        (artifact("b.py (modified)"), "UNPROVEN", "b.py (modified) is no path of a single file"),
        (artifact(""), "UNPROVEN", "the artifact names no path"),
        (artifact("b.py", exports=("B", "B.save")), "PROVEN",
         "3 lines, exports B at b.py:1, exports B.save at b.py:2"),
        (artifact("b.py", exports=("C",)), "REFUTED", "does not export C"),
        (artifact("a.ts", exports=("load",)), "PROVEN", "4 lines, exports load at a.ts:3"),
        (artifact("a.ts", contains=("api/old",)), "UNPROVEN",
         "'api/old' stands only in a comment or in code that never runs, at a.ts:2"),
        (artifact("b.py", max_lines=2), "REFUTED", "3 lines, at most 2 are asked for"),
        (artifact("b.py", max_lines=3, min_lines=3), "PROVEN", "3 lines"),
        (artifact("b.py", exact_lines=4), "REFUTED", "3 lines, exactly 4 are asked for"),
        (artifact("open.py", min_lines=2), "REFUTED",
         "1 line as wc -l counts, and a last one without its end, 2 are asked for"),
        (artifact("padded.py", min_lines=20), "PROVEN",
         "21 lines (1 of them neither blank nor comments)"),
        (artifact("b.py", lacks=("drop",)), "PROVEN", "3 lines, does not contain 'drop'"),
        (artifact("b.py", lacks=("save",)), "REFUTED", "contains 'save' at b.py:2"),
        (artifact("b.py", lacks=("sav",)), "UNPROVEN",
         "'sav' stands at b.py:2, but only as a part of longer words"),
        (artifact("a.ts", lacks=("api/old",)), "UNPROVEN",
         "'api/old' stands only in a comment or in code that never runs, at a.ts:2"),
        (artifact("b.py", contains=("CLASS b",)), "REFUTED", "does not contain 'CLASS b'"),
        (artifact("b.py", contains=("CLASS b",), ignore_case=True), "PROVEN",
         "3 lines, contains 'CLASS b' at b.py:1"),
        (artifact("b.py", matches=("c.ass",)), "PROVEN", "3 lines, matches 'c.ass' at b.py:1"),
        (artifact("b.py", contains=("c.ass",)), "UNPROVEN",
         "'c.ass' stands nowhere as it is; as an expression it would match at b.py:1"),
        (artifact("b.py", matches=("d.ass",)), "REFUTED", "does not match 'd.ass'"),
        (artifact("test_b.py", min_tests=2), "PROVEN", "5 lines, 2 tests are written out"),
        (artifact("test_b.py", min_tests=3), "UNPROVEN",
         "2 tests are written out, 3 are asked for"),
        (artifact("b.py", min_tests=1), "REFUTED", "0 tests are written out, 1 are asked for"),
        (artifact("a.png"), "PROVEN", "3 bytes, no text"),
        (artifact("a.png", contains=("x",)), "UNPROVEN", "3 bytes, no text"),
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


CONTAINED = [
    ("a.ts", "// TODO: add login()\nrun();\n", "login()", "UNPROVEN"),
    ("a.ts", "// TODO: add login()\nrun();\n", "TODO: add", "PROVEN"),
    ("a.ts", "const s = 'export function login()';\nrun(s);\n", "export function login", "UNPROVEN"),
    ("a.ts", "export function login() { run(); }\n", "export function login", "PROVEN"),
    ("a.ts", "const s = `\nexport function login() {}\n`;\nrun(s);\n", "function login", "UNPROVEN"),
    ("a.ts", "if (false) { login(); }\nrun();\n", "login(", "UNPROVEN"),
    ("a.ts", "const m = { name: 'login_form' };\nrun(m);\n", "name: 'login_form'", "PROVEN"),
    ("a.ts", "const m = { name: 'login_form' };\nrun(m);\n", 'name: "login_form"', "PROVEN"),
    ("a.ts", "run({\n  a: 1,\n});\n", "run({ a: 1", "PROVEN"),
    ("a.ts", "import {\n  a,\n  b,\n} from './x';\na(b);\n", "import.*b.*from", "PROVEN"),
    ("a.tsx", "export const A = () => <h1>exactly one h1</h1>;\n", "exactly one h1", "PROVEN"),
    ("a.py", "# def login\nrun()\n", "def login", "UNPROVEN"),
    ("a.py", '"""Has def login."""\nrun()\n', "def login", "UNPROVEN"),
    ("a.py", "def login(user):\n    return user\n", "def login", "PROVEN"),
    ("a.py", "x = 'def login(): ...'\nrun(x)\n", "def login", "UNPROVEN"),
    ("a.py", "x = os.environ['API_KEY']\n", "API_KEY", "PROVEN"),
    ("a.go", "package a\n\n// func Login\nvar x = f()\n", "func Login", "UNPROVEN"),
    ("a.go", "package a\n\nvar x = `func Login`\n", "func Login", "UNPROVEN"),
    ("a.go", "package a\n\nfunc Login() { run() }\n", "func Login", "PROVEN"),
    ("a.rs", "// pub fn login\nfn f() { run(); }\n", "pub fn login", "UNPROVEN"),
    ("a.rs", 'const S: &str = "pub fn login";\n', "pub fn login", "UNPROVEN"),
    ("a.rs", "#[derive(Parser)]\npub struct A;\n", "#[derive(Parser)]", "PROVEN"),
    ("A.java", "class A { /* void login() {} */ int x = f(); }\n", "void login(", "UNPROVEN"),
    ("A.java", 'class A { String s = "void login()"; }\n', "void login(", "UNPROVEN"),
    ("A.java", "class A { void login() { run(); } }\n", "void login(", "PROVEN"),
    ("A.cs", "/* class B */ class A { int x = F(); }\n", "class B", "UNPROVEN"),
    ("a.rb", "# def login\nrun\n", "def login", "UNPROVEN"),
    ("a.php", "<?php\n# function login\nrun();\n", "function login", "UNPROVEN"),
    ("Cargo.toml", "# serde = 1\n[dependencies]\n", "serde =", "UNPROVEN"),
    ("Makefile", "# test:\nall:\n\ttrue\n", "test:", "UNPROVEN"),
    ("a.md", "<!-- ## Usage -->\nx\n", "## Usage", "UNPROVEN"),
    ("a.md", "## Usage\n", "## Usage", "PROVEN"),
    ("a.json", '{"a": "b"}\n', '"a": "b"', "PROVEN"),
    ("a.ts", "const s = `\nrun();\n", "run()", "PROVEN"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text", "wanted", "state"), CONTAINED)
def test_what_a_file_contains(path: str, text: str, wanted: str, state: str, root: Path) -> None:
    (root / path).write_text(text)
    seen = judge_artifact(artifact(path, contains=(wanted,)), root, None)
    assert (seen.state, seen.reason) == (state, seen.reason)


def test_a_name_in_another_case_is_another_file(root: Path) -> None:
    seen = judge_artifact(artifact("B.py"), root, None)
    assert (seen.state, seen.reason) == ("REFUTED", "B.py does not exist, but b.py does")
    assert judge_artifact(artifact("B.py", present=False), root, None).state == "PROVEN"


def test_keys_that_the_reader_has_no_field_for() -> None:
    unknown = {
        "note": "only a word",
        "contains_also2": "login",
        "must-not-contain": ["drop", "objc = "],
        "modified_lines": "265, 275",
        "min_lines": "400 (additional lines)",
    }
    whole, *rest = artifact_parts(Artifact(path="a.py", line=1, unknown=unknown), ())
    assert whole.check == artifact("a.py", contains=("login",), lacks=("drop", "objc = "))
    assert [(part.text, part.unproven) for part in rest] == [
        ("modified_lines: 265, 275", 'no check is known for "modified_lines: 265, 275"'),
        (
            "min_lines: 400 (additional lines)",
            'no check is known for "min_lines: 400 (additional lines)"',
        ),
    ]


def test_an_artifact_that_must_not_be_there_is_not_judged_as_present() -> None:
    for one in (
        Artifact(path="a.py", line=1, absent=True),
        Artifact(path="a.py", line=1, status="deleted"),
    ):
        assert [part.check for part in artifact_parts(one, ())] == [artifact("a.py", present=False)]


@pytest.mark.parametrize(
    ("provides", "hollow"),
    [
        ("Test stubs for the parser", True),
        ("Placeholder page until phase 3", True),
        ("Real checkout instead of the stub", False),
        ("Checkout with no stubs left", False),
        ("Empty state of the list", False),
        ("Todo list", False),
        ("Skeleton shown while loading", False),
    ],
)
def test_a_plan_that_asks_for_a_stub(provides: str, hollow: bool) -> None:
    (part,) = artifact_parts(Artifact(path="a.py", line=1, provides=provides), ())
    assert part.check == artifact("a.py", hollow=hollow)


def test_a_link_without_a_source_has_no_check() -> None:
    one = KeyLink(source="", target="", line=1, via="the layout wraps all pages")
    assert [(part.text, part.unproven) for part in key_link_parts(one, "")] == [
        ("the layout wraps all pages", "the key link does not say where it comes from")
    ]


@pytest.mark.parametrize(
    ("pattern", "via", "negated"),
    [
        ("no import.*x", "", True),
        ("NOT login()", "", True),
        ("!.*login", "", False),
        ("!.*login", "the dialog is never opened", True),
        ("nothing", "", False),
    ],
)
def test_what_negates_a_pattern(pattern: str, via: str, negated: bool) -> None:
    one = KeyLink(source="a.ts", target="b.ts", line=1, via=via)
    (part,) = key_link_parts(one, pattern)
    assert isinstance(part.check, PatternCheck)
    assert [item.negated for item in part.check.items] == [negated]


def link(pattern: str, source: str = "a.ts", target: str = "b.py") -> KeyLink:
    return KeyLink(source=source, target=target, line=1, pattern=pattern)


@pytest.mark.parametrize(
    ("one", "state", "reason"),
    [
        (link(r"fetch\(.*/api/new"), "PROVEN", "found at a.ts:3"),
        (link("http://host/path"), "UNPROVEN",
         "'http://host/path' stands only where it links nothing, at a.ts:4"),
        (link(r"fetch\(.*/api/old"), "REFUTED",
         "no match in a.ts or b.py; what a.ts:2 has never runs"),
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
        (link("X = 1", source="folder"), "PROVEN", "found at folder/x.py:1"),
    ],
)  # fmt: skip
def test_key_links(one: KeyLink, state: str, reason: str, root: Path) -> None:
    (part,) = key_link_parts(one, one.pattern)
    assert isinstance(part.check, PatternCheck)
    seen = judge_pattern(part.check, root)
    assert (seen.state, seen.reason) == (state, reason)


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
