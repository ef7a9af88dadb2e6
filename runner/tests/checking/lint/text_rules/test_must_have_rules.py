"""Rules about must-haves and their patterns."""

from collections.abc import Callable

from gsd_run.checking.lint.rules import key_links, must_haves, patterns

Told = Callable[..., list[str]]
RULES = (*must_haves.RULES, *key_links.RULES, *patterns.RULES)


def test_sound_must_haves(told: Told) -> None:
    sound = """\
must_haves:
  truths:
    - A wrong password is refused
  artifacts:
    - path: src/login.py
      min_lines: 20
      contains: "def login"
      exports: [login]
    - path: Dockerfile
  key_links:
    - from: src/login.py
      to: src/hashes.py
      pattern: "hashes\\\\.compare\\\\(.*password|bcrypt"
"""
    assert told(RULES, must_haves=sound, files=["src/hashes.py", "Dockerfile"]) == []


def test_nothing_must_be_true(told: Told) -> None:
    assert told(RULES, must_haves="") == [
        "1:1 M201 no must_haves: nothing says what should be true of the finished work"
    ]
    artifacts = "must_haves:\n  artifacts:\n    - path: src/login.py\n"
    assert told(RULES, must_haves=artifacts) == [
        "9:1 M202 must_haves without truths: files and links alone show no behaviour"
    ]


def test_artifacts_that_cannot_be_looked_at(told: Told) -> None:
    artifacts = """\
must_haves:
  truths: [It works]
  artifacts:
    - path: ~/.config/login.toml
    - path: ../other/login.py
    - path: src/**/*.py
    - path: src/assets/
      min_lines: 3
    - path: src/assets
      min_lines: 3
    - path: "the login page of the site"
    - path: src/logn.py
    - path: src/login.py
      min_lines: 1
    - path: docs/login.md
      exports: [login]
    - path: src/old.py
      status: deleted
"""
    files = ["src/assets/logo.svg", "docs/login.md"]
    assert told(RULES, must_haves=artifacts, files=files) == [
        "12:13 M203 artifact.1: ~/.config/login.toml is no path relative to the project, "
        "so it is not looked at",
        "13:13 M203 artifact.2: ../other/login.py leads out of the project, so it is not looked at",
        "15:13 M204 artifact.4: src/assets/ is a folder, which has no lines or content of its own",
        "17:13 M204 artifact.5: src/assets is a folder, which has no lines or content of its own",
        '19:14 M204 artifact.6: "the login page of the site" is no path of a file',
        "20:13 M205 artifact.7: src/logn.py does not exist, and no task says that it makes it",
        "22:7 M206 artifact.8: min_lines: 1 is true of any file",
        "24:7 M210 artifact.9: the exports of docs/login.md can't be read; use contains:",
    ]


def test_demands_at_odds(told: Told) -> None:
    artifacts = """\
must_haves:
  truths: [It works]
  artifacts:
    - path: src/login.py
      min_lines: 20
    - path: ./src/login.py
      min_lines: 40
    - path: src/login.py
      status: removed
"""
    assert told(RULES, must_haves=artifacts) == [
        "16:13 M208 artifact.3: src/login.py should be deleted, which artifact.1 contradicts",
        "14:13 M209 artifact.2: src/login.py needs 40 lines here, 20 in artifact.1",
    ]


def test_ends_of_key_links(told: Told) -> None:
    links = """\
must_haves:
  truths: [It works]
  key_links:
    - from: src/login.py step 2 of the form
      to: the session store
      pattern: store.put
    - from: LoginForm
      to: src/login.py
      pattern: post
    - from: src/lgin.py
      to: src/hashes.py
      pattern: compare
    - from: src/hashes.py:compare
      to: the database
    - from: SessionStore
      to: src/*.py
    - from: the store
      to: src/login.py, src/hashes.py
"""
    files = ["src/hashes.py", "src/SessionStore.ts"]
    assert told(RULES, must_haves=links, files=files) == [
        '12:13 M211 key_link.1: from: what is meant by "step 2 of the form" in src/login.py '
        "can't be told, so the link stays UNPROVEN; write from: src/login.py",
        '15:13 M211 key_link.2: from: "LoginForm" names no file, so the link stays UNPROVEN',
        '25:13 M211 key_link.6: from: "the store" names no file, so the link stays UNPROVEN',
        "18:13 M212 key_link.3: src/lgin.py does not exist, and no task says that it makes it",
        '22:11 M213 key_link.4: to: "the database" names no file, '
        "and there is no pattern to look for",
    ]


def test_patterns(told: Told) -> None:
    links = r"""
must_haves:
  truths: [It works]
  artifacts:
    - path: src/login.py
      contains: "{"
  key_links:
    - {from: src/login.py, to: src/a.py, pattern: 'foo\((bar'}
    - {from: src/login.py, to: src/a.py, pattern: "import|"}
    - {from: src/login.py, to: src/a.py, pattern: '\w+'}
    - {from: src/login.py, to: src/a.py, pattern: 'login\\(user\\)'}
    - {from: src/login.py, to: src/a.py, pattern: 'prisma\.$transaction'}
    - {from: src/login.py, to: src/a.py, pattern: "the handler calls compare with the hash"}
    - {from: src/login.py, to: src/a.py, pattern: '(\w+\s*)+login'}
    - {from: src/login.py, to: src/a.py, pattern: 'login\(\), hash, NOT eval\(\)'}
""".lstrip()
    assert told(RULES, must_haves=links) == [
        r"15:42 M221 key_link.1: the pattern foo\((bar is no valid expression: "
        "missing ) at position 9",
        "16:42 M222 key_link.2: the pattern import| matches any text, so it shows nothing",
        r"17:42 M222 key_link.3: the pattern \w+ matches any text, so it shows nothing",
        r"18:42 M223 key_link.4: the pattern login\\(user\\) doubles its escapes: "
        r"write login\(user\)",
        r"19:42 M224 key_link.5: the pattern prisma\.$transaction can match nothing: "
        "$ stands inside; escape it",
        '20:42 M225 key_link.6: the pattern "the handler calls compare with the hash" '
        "is a sentence; write the code that makes the link",
        r"21:42 M226 key_link.7: the pattern repeats (\w+\s*)+, which is repeated inside already; "
        "repeat once",
        r'22:5 M227 key_link.8: the pattern "login\(\), hash, NOT eval\(\)" is a list in words, '
        "read as: a call of login, “hash”, no call of eval",
        '13:7 M228 artifact.1: the pattern "{" is so short that it may stand anywhere',
    ]


def test_a_class_that_is_not_closed_is_an_expression(told: Told) -> None:
    links = r"""
must_haves:
  truths: [It works]
  artifacts:
    - {path: src/login.py, contains: "id=[^"}
  key_links:
    - {from: src/login.py, to: src/a.py, pattern: "[a-"}
    - {from: src/login.py, to: src/a.py, pattern: "names[first"}
    - {from: src/login.py, to: src/a.py, pattern: "compare(key[i-1"}
""".lstrip()
    assert told(RULES, must_haves=links) == [
        "12:28 M221 artifact.1: the pattern id=[^ is no valid expression: "
        "unterminated character set at position 5",
        "14:42 M221 key_link.1: the pattern [a- is no valid expression: "
        "unterminated character set at position 3",
    ]
