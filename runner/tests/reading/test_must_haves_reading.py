"""must_haves in every shape that plans give them, as typed values."""

import pytest
from gsd_run.domain.plan import Artifact, KeyLink, Prohibition, Truth
from gsd_run.reading.plan import read_plan


def read(lines: str):
    text = f"---\nphase: a\nmust_haves:\n{lines}\n---\n<task>\n<name>A</name>\n</task>\n"
    plan = read_plan(text, "x/PLAN.md")
    return plan.must_haves, [f"{f.line} {f.code} {f.message}" for f in plan.warnings]


@pytest.mark.parametrize(
    ("lines", "truths", "warnings"),
    [
        ("  truths:\n    - All pass", [("All pass", 5)], []),
        ("  truths: []", [], []),
        ("  truths:\n    - 'it''s #1'", [("it's #1", 5)], []),
        (
            "  truths:\n    - fixes bug #12 for good",
            [("fixes bug #12 for good", 5)],
            ["5 F113 #12 is kept as text; quote the value"],
        ),
        (
            "  truths:\n    - GET /a returns: 200",
            [("GET /a returns: 200", 5)],
            ["5 M103 a colon made this truth a mapping; read as 'GET /a returns: 200'"],
        ),
        (
            "  truths: All pass",
            [("All pass", 4)],
            ["4 M102 truths should be a list; its text is taken as the one item"],
        ),
        (
            "  truths:\n    t1: One\n    t2: Two",
            [("One", 5), ("Two", 6)],
            ["5 M102 truths should be a list; each of its keys is taken as an item"],
        ),
        (
            "  - One\n  - Two",
            [("One", 4), ("Two", 5)],
            ["4 M101 must_haves should hold truths, artifacts and key_links; its items are truths"],
        ),
    ],
)
def test_truths(lines, truths, warnings):
    must_haves, told = read(lines)

    assert [(truth.statement, truth.line) for truth in must_haves.truths] == truths
    assert told == warnings


def test_truths_and_prohibitions_with_their_verification():
    must_haves, told = read(
        "  truths:\n    - statement: All pass\n      verification: backstop\n      id: T-1\n"
        "  prohibitions:\n    - statement: No secrets in logs\n      status: active\n"
        "      verification: test\n      check_target: src\n      violationFixture: f.log\n"
        "    - Nothing is deleted"
    )

    assert must_haves.truths == (
        Truth(statement="All pass", line=5, verification="backstop", unknown={"id": "T-1"}),
    )
    assert must_haves.prohibitions == (
        Prohibition(
            statement="No secrets in logs",
            line=9,
            status="active",
            verification="test",
            check_target="src",
            unknown={"violationFixture": "f.log"},
        ),
        Prohibition(statement="Nothing is deleted", line=14),
    )
    assert told == []


def artifact(**fields):
    return Artifact(line=5, path=fields.pop("path", "a.py"), **fields)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("path: a.py\nprovides: It", artifact(provides="It")),
        ("path: '`a.py`'", artifact()),
        ("file: a.py", artifact()),
        ("path: a.py\nmin_lines: 40", artifact(min_lines=40)),
        ("path: a.py\nmax_lines: '90'\nlines: 50", artifact(max_lines=90, exact_lines=50)),
        ("path: a.py\nlines: 10-20", artifact(unknown={"lines": "10-20"})),
        ("path: a.py\nmin_tests: 5", artifact(min_tests=5)),
        ("path: a.py\ncontains: a, b", artifact(contains=("a, b",))),
        ("path: a.py\ncontains: 'role=\"x\"'", artifact(contains=('role="x"',))),
        ("path: a.py\ncontains: 'none'", artifact(contains=("none",))),
        ("path: a.py\ncontains: '[a]'", artifact(contains=("[a]",))),
        ("path: a.py\ncontains: [a, 'b, c']", artifact(contains=("a", "b, c"))),
        (
            "path: a.py\ncontains: a\ncontains_also: b\ncontains2: c",
            artifact(contains=("a", "b", "c")),
        ),
        ("path: a.py\nnot_contains: [x, y]", artifact(lacks=("x", "y"))),
        ("path: a.py\ncontains_negated: x\nforbidden_pattern: y", artifact(lacks=("x", "y"))),
        (
            "path: a.py\npattern: ^a$\nignore_case: true",
            artifact(matches=("^a$",), ignore_case=True),
        ),
        (
            "path: a.py\nregex: a\nflags: i",
            artifact(matches=("a",), ignore_case=True, unknown={"flags": "i"}),
        ),
        ("path: a.py\nexists: false", artifact(absent=True)),
        ("path: a.py\nexists: true", artifact()),
        ("path: a.py\nmust_not_exist: true", artifact(absent=True)),
        ("path: a.py\nexports: GET, POST", artifact(exports=("GET", "POST"))),
        ("path: a.py\nexports: 'f(a, b), g'", artifact(exports=("f(a, b)", "g"))),
        ("path: a.py\nexports: [GET]", artifact(exports=("GET",))),
        ("path: a.py\nstatus: deleted", artifact(status="deleted")),
        ("path: a.py\nnote: x", artifact(unknown={"note": "x"})),
        ('"a.py"', artifact()),
        ("a.py - the thing", artifact(provides="the thing")),
        ("src/[id]/page.tsx (new)", artifact(path="src/[id]/page.tsx", provides="(new)")),
    ],
)
def test_artifacts(lines, expected):
    must_haves, told = read("  artifacts:\n    - " + lines.replace("\n", "\n      "))

    assert must_haves.artifacts == (expected,)
    assert told == []


@pytest.mark.parametrize(
    ("lines", "expected", "warning"),
    [
        (
            "path: a.py\nmin_lines: 400 (additional lines)",
            artifact(min_lines=400, unknown={"min_lines": "400 (additional lines)"}),
            "6 F114 min_lines: '400 (additional lines)' is read as 400",
        ),
        (
            "path: a.py\nmin_lines: many",
            artifact(unknown={"min_lines": "many"}),
            "6 F115 min_lines: 'many' is no whole number; left out",
        ),
        (
            "path: a.py\nremoved: the old function",
            artifact(unknown={"removed": "the old function"}),
            "6 M109 removed of the artifact a.py is kept, but no check is known for it",
        ),
        (
            "path: a.py\nshape: round",
            artifact(unknown={"shape": "round"}),
            "6 M109 shape of the artifact a.py is kept, but no check is known for it",
        ),
        (
            "path: a.py\ncontains: x\ncontains: y",
            artifact(contains=("x", "y")),
            "7 F111 contains is given again (also: line 6); all of them count",
        ),
        (
            "path: [a.py, b.py]",
            artifact(path="a.py, b.py"),
            "5 F112 path should be a text, not a list; read as 'a.py, b.py'",
        ),
        (
            "src/a.py: the thing",
            artifact(path="src/a.py", provides="the thing"),
            "5 M104 this artifact names no path:; 'src/a.py' is taken for it",
        ),
        (
            "provides: x\nexports: [a]",
            artifact(path="", unknown={"provides": "x", "exports": ["a"]}),
            "5 M105 the artifact 'provides: x, exports: a' names no path; write - path: …",
        ),
        (
            "A working login",
            artifact(path="", provides="A working login"),
            "5 M105 the artifact 'A working login' names no path; write - path: …",
        ),
    ],
)
def test_artifacts_worth_a_warning(lines, expected, warning):
    must_haves, told = read("  artifacts:\n    - " + lines.replace("\n", "\n      "))

    assert must_haves.artifacts == (expected,)
    assert told == [warning]


def test_artifacts_under_keys():
    must_haves, told = read("  artifacts:\n    src/a.py:\n      min_lines: 3\n    src/b.py: B")

    assert must_haves.artifacts == (
        Artifact(path="src/a.py", line=5, min_lines=3),
        Artifact(path="src/b.py", line=7, provides="B"),
    )
    assert [line.split()[1] for line in told] == ["M102", "M104"]


def link(**fields):
    ends = {"source": "a.py", "target": "b.py"}
    return KeyLink(line=5, **{**ends, **fields})


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("from: a.py\nto: b.py\nvia: import\npattern: b", link(via="import", pattern="b")),
        ("from: a.py\nto: b.py\npattern: 'NOT x'", link(pattern="NOT x")),
        ("from: a.py\nto: b.py\nnot_pattern: x", link(lacks=("x",))),
        ("from: a.py\nto: b.py\npattern: x\nnegated: true", link(lacks=("x",))),
        ("from: a.py\nto: b.py\nexists: false", link(absent=True)),
        ("a.py -> b.py", link()),
        ("a.py --> b.py (via an import)", link(via="via an import")),
        ("'`a.py` → `b.py`: by import'", link(via="by import")),
    ],
)
def test_key_links(lines, expected):
    must_haves, told = read("  key_links:\n    - " + lines.replace("\n", "\n      "))

    assert (must_haves.key_links, told) == ((expected,), [])


@pytest.mark.parametrize(
    ("lines", "expected", "warning"),
    [
        (
            "the page calls the store",
            link(source="", target="", via="the page calls the store"),
            "5 M106 the key link 'the page calls the store' is text; write from:, to: and via:",
        ),
        ("from: a.py\nvia: x", link(target="", via="x"), "5 M107 a key link without to:"),
        (
            "from: a.py\nto: b.py\nstrength: 9",
            link(unknown={"strength": "9"}),
            "7 M109 strength of the key link from a.py is kept, but no check is known for it",
        ),
    ],
)
def test_key_links_worth_a_warning(lines, expected, warning):
    must_haves, told = read("  key_links:\n    - " + lines.replace("\n", "\n      "))

    assert (must_haves.key_links, told) == ((expected,), [warning])


def test_must_haves_that_stand_beside_must_haves():
    plan = read_plan(
        "---\nphase: a\ntruths:\n  - One\nmust_haves:\n  truths:\n    - Two\n---\n", "p"
    )

    assert [truth.statement for truth in plan.must_haves.truths] == ["Two", "One"]
    assert ("M108", 3) in [(warning.code, warning.line) for warning in plan.warnings]


def test_keys_that_no_check_is_known_for_are_kept():
    must_haves, told = read("  truths: [A]\n  consumers: [B]")

    assert must_haves.unknown == {"consumers": ["B"]}
    assert told == ["5 M109 consumers of must_haves is kept, but no check is known for it"]
