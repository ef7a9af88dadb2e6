"""Tests before and after, in the idioms of each language: what is weaker, with its line."""

import pytest
from gsd_run.checking.integrity.comparing import weakenings

PYTHON = "def test_a():\n    assert f() == 1\n    assert g() == 2\n"
JAVASCRIPT = "describe('d', () => {\n  it('a', () => {\n    expect(f()).toBe(1)\n  })\n})\n"
GO = "package a\n\nfunc TestA(t *testing.T) {\n\trequire.Equal(t, 1, f())\n}\n"
RUST = (
    "#[cfg(test)]\nmod tests {\n    #[test]\n    fn a() {\n        assert_eq!(f(), 1);\n    }\n}\n"
)
JAVA = "class ATest {\n  @Test\n  void b() {\n    assertEquals(1, f());\n  }\n}\n"
CSHARP = "class A {\n  [Fact]\n  public void B() {\n    Assert.Equal(1, F());\n  }\n}\n"
PHP = "<?php\nclass ATest extends TestCase {\n  public function testB() {\n    $this->assertSame(1, f());\n  }\n}\n"
PEST = "<?php\nit('does', function () {\n  expect(f())->toBe(1);\n});\n"
RUBY = "describe 'a' do\n  it 'x' do\n    expect(f).to eq(1)\n  end\nend\n"
ELIXIR = 'test "x" do\n  assert f() == 1\nend\n'
DART = "void main() {\n  test('x', () {\n    expect(f(), 1);\n  });\n}\n"
SWIFT = "class A: XCTestCase {\n  func testB() {\n    XCTAssertEqual(1, f())\n  }\n}\n"
KOTLIN = "class ATest {\n  @Test\n  fun b() {\n    f() shouldBe 1\n  }\n}\n"


def found(path: str, before: str | None, now: str | None) -> list[str]:
    return [str(one) for one in weakenings([path], lambda _: before, lambda _: now)]


@pytest.mark.parametrize(
    ("path", "before", "old", "new", "told"),
    [
        ("tests/test_a.py", PYTHON, "    assert g() == 2\n", "", "1: test_a has 1 assertion, where it had 2"),
        ("tests/test_a.py", PYTHON, "    assert f() == 1\n    assert g() == 2\n", "    f()\n    g()\n", "1: test_a has no assertion that can fail, where it had 2"),
        ("tests/test_a.py", PYTHON, "def test_a", "@pytest.mark.skip(reason='later')\ndef test_a", "2: test_a is skipped now: @pytest.mark.skip(reason='later')"),
        ("tests/test_a.py", PYTHON, "def test_a", "@pytest.mark.xfail\ndef test_a", "2: test_a is skipped now: @pytest.mark.xfail"),
        ("tests/test_a.py", PYTHON, "def test_a", "pytestmark = pytest.mark.skip\n\n\ndef test_a", "4: test_a is skipped now: pytest.mark.skip"),
        ("tests/test_a.py", PYTHON, "    assert f() == 1\n", "    pytest.skip('no')\n    assert f() == 1\n", "1: test_a is skipped now: pytest.skip('no')"),
        ("tests/test_a.py", PYTHON, "assert f() == 1", "assert True", "2: test_a asserts `assert True`, but that always holds"),
        ("tests/test_a.py", PYTHON, "assert f() == 1", "assert x == x", "2: test_a asserts `assert x == x`, but that always holds"),
        ("tests/test_a.py", PYTHON, "assert f() == 1", "assert (f() == 1, 'one')", "2: test_a asserts `assert (f() == 1, 'one')`, but that always holds"),
        ("tests/test_a.py", PYTHON, "assert f() == 1", "assert f() == 1 or True", "2: test_a asserts `assert f() == 1 or True`, but that always holds"),
        ("tests/test_a.py", PYTHON, "    assert f() == 1\n", "    try:\n        assert f() == 1\n    except Exception:\n        pass\n", "3: test_a asserts `assert f() == 1`, but its failure is caught at line 4"),
        ("tests/test_a.py", PYTHON, "    assert f() == 1\n", "    with suppress(AssertionError):\n        assert f() == 1\n", "3: test_a asserts `assert f() == 1`, but its failure is suppressed at line 2"),
        ("tests/test_a.py", PYTHON, "    assert f() == 1\n", "    return\n    assert f() == 1\n", "1: test_a has no assertion that can fail, where it had 2"),
        ("tests/test_a.py", PYTHON, "    assert f() == 1\n", "    if False:\n        assert f() == 1\n", "1: test_a has 1 assertion, where it had 2"),
        ("tests/test_a.py", PYTHON, PYTHON, "", "1: test_a stood at line 1 and is gone"),
        ("src/a.test.ts", JAVASCRIPT, "expect(f()).toBe(1)", "f()", "2: d > a has no assertion that can fail, where it had 1"),
        ("src/a.test.ts", JAVASCRIPT, "expect(f()).toBe(1)", "expect(f())", "2: d > a has no assertion that can fail, where it had 1"),
        ("src/a.test.ts", JAVASCRIPT, "expect(f()).toBe(1)", "expect(true).toBe(true)", "3: d > a asserts `expect(true).toBe(true)`, but that always holds"),
        ("src/a.test.tsx", JAVASCRIPT, "expect(f()).toBe(1)", "try { expect(f()).toBe(1) } catch (e) { console.log(e) }", "3: d > a asserts `expect(f()).toBe(1)`, but its failure is caught at line 3"),
        ("src/a.test.ts", JAVASCRIPT, "it('a'", "it.skip('a'", "2: d > a is skipped now: it.skip('a', )"),
        ("src/a.test.js", JAVASCRIPT, "describe('d'", "describe.skip('d'", "2: d > a is skipped now: describe.skip('d', )"),
        ("src/a.test.ts", JAVASCRIPT, "it('a'", "it.only('b', () => {\n    expect(g()).toBe(2)\n  })\n  it('a'", "2: it.only keeps all other tests of the file from being run"),
        ("a_test.go", GO, "\trequire", '\tt.Skip("later")\n\trequire', '3: TestA is skipped now: t.Skip("later")'),
        ("a_test.go", GO, "require.Equal(t, 1, f())", "require.True(t, true)", "4: TestA asserts `require.True(t, true)`, but that always holds"),
        ("a_test.go", GO, "\trequire", "\tdefer func() { recover() }()\n\trequire", "5: TestA asserts `require.Equal(t, 1, f())`, but its failure is recovered from"),
        ("src/lib.rs", RUST, "#[test]\n", "#[test]\n    #[ignore]\n", "5: tests > a is skipped now: #[ignore]"),
        ("src/lib.rs", RUST, "f(), 1", "1, 1", "5: tests > a asserts `assert_eq!(1, 1)`, but that always holds"),
        ("ATest.java", JAVA, "@Test\n", "@Test\n  @Disabled\n", "2: ATest > b is skipped now: @Disabled"),
        ("ATest.java", JAVA, "assertEquals(1, f());", "try { assertEquals(1, f()); } catch (Throwable t) { }", "4: ATest > b asserts `assertEquals(1, f())`, but its failure is caught at line 4"),
        ("ATest.kt", KOTLIN, "f() shouldBe 1", "f()", "2: ATest > b has no assertion that can fail, where it had 1"),
        ("ATests.cs", CSHARP, "[Fact]", '[Fact(Skip = "x")]', '2: A > B is skipped now: [Fact(Skip = "x")]'),
        ("ATests.swift", SWIFT, "    XCT", '    throw XCTSkip("x")\n    XCT', '2: A > testB is skipped now: XCTSkip("x")'),
        ("tests/ATest.php", PHP, "    $this", "    $this->markTestIncomplete();\n    $this", "3: ATest > testB is skipped now: $this->markTestIncomplete()"),
        ("tests/ATest.php", PEST, "});", "})->skip();", "2: does is skipped now: it('does', )->skip()"),
        ("spec/a_spec.rb", RUBY, "it 'x'", "xit 'x'", "2: a > x is skipped now: xit 'x'"),
        ("test/a_test.exs", ELIXIR, "test", "@tag :skip\ntest", "2: x is skipped now: @tag :skip"),
        ("test/a_test.dart", DART, "});\n}", "}, skip: true);\n}", "2: x is skipped now: test('x', , skip: true)"),
        ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = '-q'\n", "-q", "-q --deselect tests/test_a.py", "2: addopts is '-q --deselect tests/test_a.py', and was '-q'"),
        ("conftest.py", "import pytest\n", "import pytest\n", "def pytest_collection_modifyitems(items):\n    items.clear()\n", "1: pytest_collection_modifyitems is new: it can change which tests run and fail"),
        ("package.json", '{"scripts": {"test": "vitest run"}}', "run", "run --passWithNoTests", "1: test is 'vitest run --passWithNoTests', and was 'vitest run'"),
    ],
)  # fmt: skip
def test_what_says_less_than_before(path: str, before: str, old: str, new: str, told: str) -> None:
    assert old in before
    assert f"{path}:{told}" in found(path, before, before.replace(old, new, 1))


@pytest.mark.parametrize(
    ("path", "before", "old", "new"),
    [
        ("tests/test_a.py", PYTHON, "f() == 1", "f() == 3"),
        ("tests/test_a.py", PYTHON, "    assert g() == 2\n", "    with pytest.raises(ValueError):\n        g()\n"),
        ("tests/test_a.py", PYTHON, PYTHON, "def both():\n    assert f() == 1\n    assert g() == 2\n\n\ndef test_a():\n    both()\n"),
        ("tests/test_a.py", PYTHON, "    assert f() == 1\n", "    try:\n        assert f() == 1\n    except KeyError:\n        pass\n"),
        ("tests/test_a.py", PYTHON, "    assert f() == 1\n", "    try:\n        assert f() == 1\n    except Exception as error:\n        raise AssertionError from error\n"),
        ("src/a.test.ts", JAVASCRIPT, "toBe(1)", "toEqual(1)"),
        ("a_test.go", GO, "require.Equal(t, 1, f())", 'if f() != 1 {\n\t\tt.Fatalf("not one")\n\t}'),
        ("src/lib.rs", RUST, "assert_eq!(f(), 1)", "assert!(f() == 1)"),
        ("conftest.py", "import pytest\n", "pytest\n", "pytest\n\n\n@pytest.fixture\ndef db():\n    yield 1\n"),
        ("pyproject.toml", "[project]\nname = 'a'\n", "'a'\n", "'a'\n\n[tool.pytest.ini_options]\ntestpaths = ['tests']\n"),
        ("package.json", '{"scripts": {}}', "{}", '{"test": "vitest run"}'),
        ("src/a.py", PYTHON, PYTHON, ""),
    ],
)  # fmt: skip
def test_what_says_as_much_as_before(path: str, before: str, old: str, new: str) -> None:
    assert old in before
    assert found(path, before, before.replace(old, new, 1)) == []


def test_a_test_that_moved_to_another_file_is_there() -> None:
    before = {"tests/test_a.py": PYTHON, "tests/test_b.py": None}
    now = {"tests/test_a.py": None, "tests/test_b.py": PYTHON}
    assert weakenings(list(before), before.get, now.get) == ()


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        ("tests/test_a.py", "def test_new():\n    f()\n", ["1: test_new"]),
        ("tests/test_a.py", "def test_new():\n    assert f() == 1\n", []),
        ("tests/test_a.py", "def test_new():\n    check_all(f())\n", []),
        ("src/a.test.ts", "it('new', () => { f() })\n", ["1: new"]),
        ("a_test.go", "func TestNew(t *testing.T) {\n\tf()\n}\n", ["1: TestNew"]),
        ("src/lib.rs", "#[test]\nfn new() { f().unwrap(); }\n", []),
        ("ATest.java", "class ATest { @Test void c() { f(); } }", ["1: ATest > c"]),
    ],
)
def test_a_new_test_that_asserts_nothing_is_hollow(path: str, text: str, told: list[str]) -> None:
    says = "is new and asserts nothing that could be false"
    assert found(path, None, text) == [f"{path}:{one} {says}" for one in told]
