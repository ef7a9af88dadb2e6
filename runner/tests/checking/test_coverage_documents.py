"""Coverage reports by their formats: captured from jest 30.5.2 and go 1.19.8, JaCoCo's as documented."""

from collections.abc import Callable
from pathlib import Path

import pytest
from gsd_run.checking.coverage_results import Unreadable
from gsd_run.checking.coverage_results.documents import from_document
from gsd_run.checking.coverage_results.tables import from_tables
from gsd_run.domain.measurement import FileCoverage

CAPTURED = Path(__file__).parent / "runner_outputs" / "coverage"
Read = Callable[..., list[FileCoverage] | None]

JACOCO = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">
<report name="small"><package name="shop/cart"><class name="shop/cart/Cart">
<counter type="LINE" missed="9" covered="9"/></class>
<sourcefile name="Cart.java"><line nr="3" mi="0" ci="2" mb="0" cb="0"/>
<counter type="INSTRUCTION" missed="5" covered="15"/><counter type="LINE" missed="1" covered="3"/>
</sourcefile><counter type="LINE" missed="9" covered="9"/></package></report>"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path in ("src/math.js", "adding/adding.go", "app/src/main/java/shop/cart/Cart.java"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x\n")
    (tmp_path / "go.mod").write_text("module example.com/small\n")
    return tmp_path


@pytest.fixture
def read(root: Path) -> Read:
    def read(document: bytes, place: str = "coverage/report") -> list[FileCoverage] | None:
        document = document.replace(b"/project", str(root).encode())
        return from_document(document, place=root / place, folders=(root,), root=root)

    return read


def file(path: str, percent: float, statements: int, missing: int) -> FileCoverage:
    return FileCoverage(path=path, percent=percent, statements=statements, missing=missing)


@pytest.mark.parametrize("name", ["lcov.info", "coverage-final.json", "cobertura-coverage.xml"])
def test_the_same_run_reads_the_same(read: Read, name: str) -> None:
    assert read((CAPTURED / name).read_bytes()) == [file("src/math.js", 60.0, 5, 2)]


def test_go_counts_statements(read: Read) -> None:
    document = (CAPTURED / "cover.out").read_bytes()
    assert read(document, "cover.out") == [file("adding/adding.go", 200 / 3, 3, 1)]
    # With -coverpkg each package's tests list all blocks; one that ran once was covered.
    both = document + document.splitlines()[3].replace(b"1 0", b"1 1") + b"\n"
    assert read(both, "cover.out") == [file("adding/adding.go", 100.0, 3, 0)]


def test_jacoco_counts_lines_of_files(read: Read) -> None:
    assert read(JACOCO, "app/target/site/jacoco/jacoco.xml") == [
        file("app/src/main/java/shop/cart/Cart.java", 75.0, 4, 1)
    ]


def test_what_tests_covered_several_times_counts_once(read: Read) -> None:
    one = "TN:a\nSF:src/math.js\nDA:1,0\nDA:2,3\nend_of_record\n"
    assert read(f"{one}{one.replace('DA:1,0', 'DA:1,1')}".encode()) == [
        file("src/math.js", 100.0, 2, 0)
    ]


def test_files_elsewhere_are_none_of_the_project(read: Read) -> None:
    assert read(b"SF:/elsewhere/lib.js\nDA:1,1\nend_of_record\n") == []
    assert read(b"SF:../beside.js\nDA:1,1\nend_of_record\n") == []


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b'<!DOCTYPE c [<!ENTITY a "lol">]><coverage line-rate="1">&a;</coverage>', "entities"),
        (b'<coverage line-rate="1"><class', "is no XML"),
        (b'{"a.js": {"statementMap": {}, "s": 3}}', "can't be read"),
        (b'{"a.js": {"statementMap": ', "can't be read"),
    ],
)
def test_damaged_reports(read: Read, document: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(document)


@pytest.mark.parametrize("document", [b"", b"51 passed", b"{}", b"<html/>", b"all 100 %"])
def test_what_is_no_report(read: Read, document: bytes) -> None:
    assert read(document) is None


def test_tables_name_files_below_their_folders(root: Path) -> None:
    for path in (
        "web/src/ui/button.ts",
        "web/src/ui/list.ts",
        "web/src/main.ts",
        "web/lib/main.ts",
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("x\n")
    row = "{:<14}|   {:>5} |       50 |      50 | {:>7} | 3,8\n"
    head = "File          | % Stmts | % Branch | % Funcs | % Lines | Uncovered Line #s\n"
    table = head + "".join(
        row.format(name, figure, figure)
        for name, figure in [
            ("All files", "61.53"),
            (" src", "70"),
            ("  main.ts", "70.12"),
            (" src/ui", "50"),
            ("  button.ts", "25"),
            ("  absent.ts", "75"),
            ("  ...ery/long.ts", "75"),
        ]
    )
    assert [(one.path, one.percent) for one in from_tables(table, root)] == [
        ("web/src/main.ts", 70.12),
        ("web/src/ui/button.ts", 25.0),
    ]
    assert from_tables((CAPTURED / "table.txt").read_text(), root) == [
        FileCoverage(path="src/math.js", percent=60.0, statements=0, missing=0, counted=False)
    ]
    assert from_tables("math.js | 100 | 100 | 100 | 100 |\n", root) == []
