"""Key links: patterns in code, what only looks like a link, and imports where there is no pattern."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from gsd_run.checking.compiling.must_haves import key_link_parts
from gsd_run.checking.files.artifacts import judge_pattern
from gsd_run.domain.claim import PatternCheck
from gsd_run.domain.plan import KeyLink

Files = Mapping[str, str]
STORE = {"store.ts": "export const useStore = make();\nexport function login() { run(); }\n"}

# The link goes from the first file to the second one.
PATTERNS: dict[str, tuple[Files, str, str]] = {
    "ts call": ({"a.ts": "import { login } from './store';\nlogin();\n", **STORE}, r"login\(", "PROVEN"),
    "ts only imported": ({"a.ts": "import { login } from './store';\nrun();\n", **STORE}, "login", "UNPROVEN"),
    "ts own function": ({"a.ts": "function login() { run(); }\n", **STORE}, r"login\(", "UNPROVEN"),
    "py own function": ({"a.py": "def login(x):\n    return x\n", "b.py": "y = 1\n"}, r"login\(", "UNPROVEN"),
    "ts definition": ({"a.ts": "export function login() { run(); }\n", **STORE}, "function login", "PROVEN"),
    "ts call, plainly": ({"a.ts": "import { login } from './store';\nlogin(user);\n", **STORE}, "login()", "PROVEN"),
    "ts call in a comment": ({"a.ts": "// login()\nrun();\n", **STORE}, r"login\(", "REFUTED"),
    "ts call in a string": ({"a.ts": "const s = 'login()';\nrun(s);\n", **STORE}, r"login\(", "UNPROVEN"),
    "ts call in a string, any before": ({"a.ts": "const s = 'login()';\nrun(s);\n", **STORE}, r".*login\(", "UNPROVEN"),
    "ts call in a template": ({"a.ts": "run(`${login()}`);\n", **STORE}, r"login\(", "PROVEN"),
    "ts call in a comment, not defined": ({"a.ts": "// logout()\nrun();\n", **STORE}, r"logout\(", "REFUTED"),
    "ts code in a string": ({"a.ts": "run('store.login');\n", **STORE}, r"store\.login", "UNPROVEN"),
    "ts call with text in a string": ({"a.ts": "run(\"fetch('/api/x')\");\n", **STORE}, "fetch\\(.*/api/x", "UNPROVEN"),
    "ts file in a string": ({"a.ts": "read(join(dir, 'store.json'));\n", **STORE}, r"store\.json", "PROVEN"),
    "ts call that never runs": ({"a.ts": "if (false) { login(); }\nrun();\n", **STORE}, r"login\(", "REFUTED"),
    "ts name as a string": ({"a.ts": "run('useStore');\n", **STORE}, "useStore", "UNPROVEN"),
    "ts event as a string": ({"a.ts": "on('session_end', run);\n", **STORE}, "session_end", "PROVEN"),
    "ts route": ({"a.ts": "await fetch('/api/login');\n", **STORE}, "/api/login", "PROVEN"),
    "ts route by expression": ({"a.ts": "await fetch(`/api/login?x=${y}`);\n", **STORE}, r"fetch.*api/login", "PROVEN"),
    "ts route, only told": ({"a.ts": "console.log('now calling /api/login');\n", **STORE}, "/api/login", "UNPROVEN"),
    "ts route, alone": ({"a.ts": "run();\n'/api/login';\n", **STORE}, "/api/login", "UNPROVEN"),
    "ts route, unused": ({"a.ts": "const url = '/api/login';\nrun();\n", **STORE}, "/api/login", "UNPROVEN"),
    "ts route, used": ({"a.ts": "const url = '/api/login';\nfetch(url);\n", **STORE}, "/api/login", "PROVEN"),
    "ts import path": ({"a.ts": "import { login } from './store';\nlogin();\n", **STORE}, "from.*store", "PROVEN"),
    "ts import over lines": ({"a.ts": "import {\n  login,\n} from './store';\nlogin();\n", **STORE}, "import.*login.*from.*store", "PROVEN"),
    "ts other quotes": ({"a.ts": "import { login } from './store';\nlogin();\n", **STORE}, 'from "./store"', "PROVEN"),
    "ts require": ({"a.cjs": "const s = require('./store.ts');\ns.login();\n", **STORE}, r"require\('./store", "PROVEN"),
    "tsx element": ({"a.tsx": "export const A = () => <Store a={1} />;\n", **STORE}, "<Store", "PROVEN"),
    "py call": ({"a.py": "from b import login\n\nlogin()\n", "b.py": "def login(): ...\n"}, r"login\(", "PROVEN"),
    "py call in a docstring": ({"a.py": '"""Use login()."""\nrun()\n', "b.py": "def login(): ...\n"}, r"login\(", "REFUTED"),
    "py call in a comment": ({"a.py": "# login()\nrun()\n", "b.py": "def login(): ...\n"}, r"login\(", "REFUTED"),
    "py call in a string": ({"a.py": "run('login()')\n", "b.py": "def login(): ...\n"}, r"login\(", "UNPROVEN"),
    "py environment": ({"a.py": "x = os.environ['API_KEY']\n", "b.py": "y = 1\n"}, "API_KEY|OTHER_KEY", "PROVEN"),
    "py doubly escaped": ({"a.py": "login()\n", "b.py": "y = 1\n"}, r"login\\(\\)", "PROVEN"),
    "py as grep writes it": ({"a.py": "sign_in()\n", "b.py": "y = 1\n"}, r"login\|sign_in", "PROVEN"),
    "go call": ({"a.go": "package a\n\nfunc f() { Login() }\n", "b.go": "package a\n"}, r"Login\(", "PROVEN"),
    "go call in a comment": ({"a.go": "package a\n\n// Login()\nfunc f() {}\n", "b.go": "package a\n"}, r"Login\(", "REFUTED"),
    "go call in a raw string": ({"a.go": "package a\n\nvar s = `Login()`\n", "b.go": "package a\n\nfunc Login() {}\n"}, r"Login\(", "UNPROVEN"),
    "rust call": ({"a.rs": "fn f() { login(); }\n", "b.rs": "pub fn login() {}\n"}, r"login\(", "PROVEN"),
    "rust call in a comment": ({"a.rs": "/* login() */\nfn f() { run(); }\n", "b.rs": "pub fn login() {}\n"}, r"login\(", "REFUTED"),
    "rust call in a string": ({"a.rs": 'fn f() { println!("login()"); }\n', "b.rs": "pub fn login() {}\n"}, r"login\(", "UNPROVEN"),
    "java call": ({"A.java": "class A { void f() { b.login(); } }\n", "B.java": "class B {}\n"}, r"login\(", "PROVEN"),
    "java call in a comment": ({"A.java": "class A { /* b.login(); */ }\n", "B.java": "class B {}\n"}, r"login\(", "REFUTED"),
    "java call in a string": ({"A.java": 'class A { String s = "login()"; }\n', "B.java": "class B { void login() {} }\n"}, r"login\(", "UNPROVEN"),
    "markdown": ({"a.md": "See login() in the guide.\n", "b.md": "x\n"}, r"login\(", "PROVEN"),
    "markdown phrase": ({"a.md": "Lessons for the next\n", "b.md": "x\n"}, "Lessons for later", "REFUTED"),
    "phrase in code": ({"a.ts": "run();\n", **STORE}, "nav component reuse", "UNPROVEN"),
    "no import, and none": ({"a.ts": "run();\n", **STORE}, "no import.*store", "PROVEN"),
    "no import, but one": ({"a.ts": "import { login } from './store';\nlogin();\n", **STORE}, "no import.*store", "UNPROVEN"),
    "NOT": ({"a.py": "make()\n", "b.py": "x = 1\n"}, "make(), NOT build()", "PROVEN"),
    "NOT, but there": ({"a.py": "make()\nbuild()\n", "b.py": "x = 1\n"}, "make(), NOT build()", "UNPROVEN"),
    "NOT, only defined": ({"a.py": "make()\n\n\ndef build():\n    return 1\n", "b.py": "x = 1\n"}, "make(), NOT build()", "PROVEN"),
    "a bang is a character": ({"a.ts": "if (!open) { login(); }\n", **STORE}, "!.*open.*login", "PROVEN"),
    "a bang, not there": ({"a.ts": "run();\n", **STORE}, "!.*open.*login", "UNPROVEN"),
    "anything": ({"a.ts": "run();\n", **STORE}, r"\w+", "UNPROVEN"),
    "too slow": ({"a.ts": "x('" + "a" * 5000 + "');\n", **STORE}, r"(a|aa|a+)+\Z", "UNPROVEN"),
    "only in the target, imported": (
        {"a.ts": "import { login } from './store';\nlogin();\n", **STORE}, "export const useStore", "PROVEN"),
    "only in the target": ({"a.ts": "run();\n", **STORE}, "export const useStore", "UNPROVEN"),
}  # fmt: skip

IMPORTS: dict[str, tuple[Files, str]] = {
    "ts relative": ({"src/a.ts": "import { b } from './b';\nb();\n", "src/b.ts": ""}, "PROVEN"),
    "ts compiled name": ({"a.ts": "import { b } from './b.js';\nb();\n", "b.ts": ""}, "PROVEN"),
    "ts folder": ({"a.ts": "import { b } from './lib';\nb();\n", "lib/index.ts": ""}, "PROVEN"),
    "ts passed on": ({"a.ts": "import { b } from './lib';\nb();\n", "lib/b.ts": "export const b = f();\n",
                      "lib/index.ts": "export { b } from './b';\n"}, "PROVEN"),
    "ts all passed on": ({"a.ts": "import { b } from './lib';\nb();\n", "lib/b.ts": "export const b = f();\n",
                          "lib/index.ts": "export * from './b';\n"}, "PROVEN"),
    "ts another name passed on": ({"a.ts": "import { c } from './lib';\nc();\n", "lib/b.ts": "export const b = f();\n",
                                   "lib/index.ts": "export { b } from './b';\nexport const c = f();\n"}, "UNPROVEN"),
    "ts alias": ({"src/a.ts": "import { b } from '@/lib/b';\nb();\n", "src/lib/b.ts": "",
                  "tsconfig.json": '{\n  // paths\n  "compilerOptions": {"paths": {"@/*": ["./src/*"]},},\n}\n'}, "PROVEN"),
    "ts base url": ({"src/a.ts": "import { b } from 'lib/b';\nb();\n", "src/lib/b.ts": "",
                     "tsconfig.json": '{"compilerOptions": {"baseUrl": "src"}}'}, "PROVEN"),
    "ts workspace": ({"apps/web/a.ts": "import { b } from '@x/core';\nb();\n", "packages/core/src/index.ts": "",
                      "package.json": '{"workspaces": ["packages/*"]}',
                      "packages/core/package.json": '{"name": "@x/core", "main": "dist/index.js"}'}, "PROVEN"),
    "ts lazily": ({"a.ts": "const b = await import('./b');\nb.go();\n", "b.ts": ""}, "PROVEN"),
    "ts style": ({"a.tsx": "import './a.css';\nrun();\n", "a.css": "a { color: red }\n"}, "PROVEN"),
    "ts unused": ({"a.ts": "import { b } from './b';\nrun();\n", "b.ts": ""}, "UNPROVEN"),
    "ts comment": ({"a.ts": "// import { q } from './q'\nrun();\n", "z.ts": "export const z = f();\n"}, "REFUTED"),
    "ts commented out": ({"a.ts": "// import { b } from './b'\nrun();\n", "b.ts": ""}, "UNPROVEN"),
    "ts never": ({"a.ts": "if (false) { require('./b'); }\n", "b.ts": ""}, "UNPROVEN"),
    "ts another file": ({"a.ts": "import { zz } from './other/zz';\nzz();\n", "zz.ts": "", "other/zz.ts": ""}, "UNPROVEN"),
    "js required": ({"a.cjs": "const { b } = require('./b.cjs');\nb();\n", "b.cjs": ""}, "PROVEN"),
    "py absolute": ({"app/a.py": "from app.b import go\n\ngo()\n", "app/b.py": ""}, "PROVEN"),
    "py source root": ({"backend/app/a.py": "import app.b\n\napp.b.go()\n", "backend/app/b.py": ""}, "PROVEN"),
    "py relative": ({"app/a.py": "from .b import go\n\ngo()\n", "app/b.py": ""}, "PROVEN"),
    "py relative module": ({"app/a.py": "from . import b\n\nb.go()\n", "app/b.py": "", "app/__init__.py": ""}, "PROVEN"),
    "py src": ({"tests/test_a.py": "from pkg.b import go\n\ngo()\n", "src/pkg/b.py": ""}, "PROVEN"),
    "py package": ({"a.py": "from pkg import go\n\ngo()\n", "pkg/b.py": "def go(): ...\n",
                    "pkg/__init__.py": "from pkg.b import go\n"}, "PROVEN"),
    "py another module": ({"app/a.py": "from app.c import go\n\ngo()\n", "app/zed.py": "", "app/c.py": ""}, "REFUTED"),
    "go": ({"cmd/main.go": 'package main\n\nimport "x.y/z/store"\n\nfunc main() { store.Open() }\n',
            "store/store.go": "package store\n\nfunc Open() {}\n", "go.mod": "module x.y/z\n"}, "PROVEN"),
    "go unused": ({"cmd/main.go": 'package main\n\nimport _ "x.y/z/other"\n\nfunc main() {}\n',
                   "store/store.go": "package store\n\nfunc Open() {}\n", "go.mod": "module x.y/z\n"}, "UNPROVEN"),
    "rust mod": ({"src/lib.rs": "pub mod store;\n", "src/store.rs": "pub fn open() {}\n"}, "PROVEN"),
    "rust use": ({"src/a.rs": "use crate::store::open;\nfn f() { open(); }\n", "src/store.rs": "pub fn open() {}\n"}, "PROVEN"),
    "rust super": ({"src/x/a.rs": "use super::b::go;\nfn f() { go(); }\n", "src/x/b.rs": ""}, "PROVEN"),
    "rust unused": ({"src/a.rs": "use crate::store::open;\nfn f() {}\n", "src/store.rs": ""}, "UNPROVEN"),
    "java": ({"p/A.java": "package p;\nimport q.B;\nclass A { B b; }\n", "q/B.java": "package q;\npublic class B {}\n"}, "PROVEN"),
    "java same package": ({"p/A.java": "package p;\nclass A { B b; }\n", "p/B.java": "package p;\nclass B {}\n"}, "PROVEN"),
    "java only imported": ({"p/A.java": "package p;\nimport q.B;\nclass A {}\n", "q/B.java": "package q;\npublic class B {}\n"}, "UNPROVEN"),
    "java another package": ({"p/A.java": "package p;\nclass A { B b; }\n", "q/B.java": "package q;\npublic class B {}\n"}, "UNPROVEN"),
    "kotlin": ({"A.kt": "package p\nimport q.B\nclass A(val b: B)\n", "B.kt": "package q\nclass B\n"}, "PROVEN"),
    "csharp": ({"A.cs": "using Q;\nnamespace P;\npublic class A { B b; }\n", "B.cs": "namespace Q;\npublic class B {}\n"}, "PROVEN"),
    "csharp in a comment": ({"A.cs": "using Q;\nnamespace P;\npublic class A { /* B b; */ }\n",
                             "B.cs": "namespace Q;\npublic class B {}\n"}, "UNPROVEN"),
    "php use": ({"A.php": "<?php\nnamespace P;\nuse Q\\B;\nclass A { public B $b; }\n", "B.php": "<?php\nnamespace Q;\nclass B {}\n"}, "PROVEN"),
    "php require": ({"a.php": "<?php\nrequire_once __DIR__ . '/lib/b.php';\n", "lib/b.php": "<?php\n"}, "PROVEN"),
    "ruby relative": ({"lib/a.rb": "require_relative 'x/b'\n", "lib/x/b.rb": ""}, "PROVEN"),
    "ruby": ({"bin/a.rb": "require 'x/b'\n", "lib/x/b.rb": ""}, "PROVEN"),
    "swift": ({"Sources/App/A.swift": "struct A { let b: B }\n", "Sources/App/B.swift": "struct B {}\n"}, "PROVEN"),
    "swift string": ({"Sources/App/A.swift": 'let a = "B"\n', "Sources/App/B.swift": "struct B {}\n"}, "UNPROVEN"),
    "css": ({"a.css": "@import './b.css';\n", "b.css": "a { color: red }\n"}, "PROVEN"),
    "html": ({"a.html": '<script src="js/b.js"></script>\n', "js/b.js": "run();\n"}, "PROVEN"),
    "html comment": ({"a.html": '<!-- <script src="js/b.js"></script> -->\n', "js/b.js": "run();\n"}, "UNPROVEN"),
    "markdown link": ({"docs/a.md": "See [it](./b.md).\n", "docs/b.md": "x\n"}, "PROVEN"),
    "markdown reference": ({"a.md": "@core/b.md\n", "core/b.md": "x\n"}, "PROVEN"),
    "shell": ({"a.sh": "source lib/b.sh\n", "lib/b.sh": "true\n"}, "PROVEN"),
    "shell comment": ({"a.sh": "# source lib/b.sh\ntrue\n", "lib/b.sh": "true\n"}, "UNPROVEN"),
    "yaml": ({".github/workflows/a.yml": "run: scripts/b.sh\n", "scripts/b.sh": "true\n"}, "PROVEN"),
    "json": ({"package.json": '{"bin": "./bin/b.js"}\n', "bin/b.js": "run();\n"}, "PROVEN"),
    "vue": ({"a.vue": "<template><user-card/></template>\n<script setup>\nimport UserCard from './UserCard.vue'\n</script>\n",
             "UserCard.vue": "<template/>\n"}, "PROVEN"),
}  # fmt: skip


def written(files: Files, root: Path) -> list[str]:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return list(files)


def judged(link: KeyLink, root: Path) -> tuple[str, str]:
    (part,) = key_link_parts(link, link.pattern)
    assert isinstance(part.check, PatternCheck)
    seen = judge_pattern(part.check, root)
    return seen.state, seen.reason


@pytest.mark.parametrize("name", PATTERNS)
def test_patterns(name: str, tmp_path: Path) -> None:
    files, pattern, expected = PATTERNS[name]
    source, target, *_ = written(files, tmp_path)
    state, reason = judged(KeyLink(source=source, target=target, line=1, pattern=pattern), tmp_path)
    assert (state, reason) == (expected, reason)


@pytest.mark.parametrize("name", IMPORTS)
def test_without_a_pattern_imports_decide(name: str, tmp_path: Path) -> None:
    files, expected = IMPORTS[name]
    source, target, *_ = written(files, tmp_path)
    state, reason = judged(KeyLink(source=source, target=target, line=1), tmp_path)
    assert (state, reason) == (expected, reason)


PROJECT = {
    "src/a.py": "def load():\n    return find()\n\n\ndef save():\n    return store()\n",
    "src/b.py": "FOUND = 1\n",
    "app/FeedScreen.kt": "package app\n\nfun FeedScreen() { find() }\n",
    "x/index.ts": "find();\n",
    "y/index.ts": "find();\n",
    "hooks/one.js": "find();\n",
    "hooks/two.js": "run();\n",
    "guide.md": "## Step 1\n\nfind()\n",
}


@pytest.mark.parametrize(
    ("source", "state", "reason"),
    [
        ("src/a.py:load", "PROVEN", "found at src/a.py:2"),
        ("src/a.py (load)", "PROVEN", "found at src/a.py:2"),
        ("src/a.py::load()", "PROVEN", "found at src/a.py:2"),
        ("src/a.py save", "UNPROVEN", r"'find\\(' stands only outside of what is meant, at src/a.py:2"),
        ("src/a.py:gone", "UNPROVEN", "found at src/a.py:2, but gone is not found as a name of src/a.py"),
        ("src/a.py lines 1-2", "UNPROVEN", "found at src/a.py:2, but what is meant by 'lines 1-2' in src/a.py can't be told"),
        ("a.py", "PROVEN", "found at src/a.py:2"),
        ("a.py:load", "PROVEN", "found at src/a.py:2"),
        ("FeedScreen", "PROVEN", "found at app/FeedScreen.kt:3"),
        ("index.ts", "UNPROVEN", "index.ts may be any of x/index.ts, y/index.ts"),
        ("src", "PROVEN", "found at src/a.py:2; 1 of 2 files of src show it"),
        ("hooks/*.js", "UNPROVEN", "1 of 2 files of hooks/*.js show it"),
        ("x/index.ts, y/index.ts", "PROVEN", "found at x/index.ts:1; 2 of 2 files of x/index.ts, y/index.ts show it"),
        ("gone.ts", "REFUTED", "gone.ts does not exist"),
        ("src/gone.ts", "REFUTED", "src/gone.ts does not exist"),
        ("Src/A.py", "REFUTED", "Src/A.py does not exist"),
        ("the login form", "UNPROVEN", "'the login form' names no single file"),
        ("POST /api/x", "UNPROVEN", "'POST /api/x' names no single file"),
        ("Step 5 (batch loop)", "UNPROVEN", "'Step 5 (batch loop)' names no single file"),
        ("~/a.md", "UNPROVEN", "~/a.md leads outside the project"),
        ("../a.md", "UNPROVEN", "../a.md leads outside the project"),
        ("guide.md Step 1", "UNPROVEN", "found at guide.md:3, but what is meant by 'Step 1' in guide.md can't be told"),
    ],
)  # fmt: skip
def test_where_a_link_comes_from(source: str, state: str, reason: str, tmp_path: Path) -> None:
    written(PROJECT, tmp_path)
    link = KeyLink(source=source, target="src/b.py", line=1, pattern=r"find\(")
    assert judged(link, tmp_path) == (state, reason)


@pytest.mark.parametrize(
    ("link", "state"),
    [
        (KeyLink(source="src/a.py", target="src/b.py", line=1, lacks=("drop",)), "PROVEN"),
        (KeyLink(source="src/a.py", target="src/b.py", line=1, lacks=(r"find\(",)), "REFUTED"),
        (KeyLink(source="src/a.py", target="src/b.py", line=1, pattern=r"find\(", absent=True), "REFUTED"),
        (KeyLink(source="src/a.py", target="src/b.py", line=1, pattern=r"drop\(", absent=True), "PROVEN"),
        (KeyLink(source="src/a.py", target="src/b.py", line=1, pattern=r"FIND\(", ignore_case=True), "PROVEN"),
        (KeyLink(source="src/a.py", target="src/b.py", line=1, pattern=r"FIND\("), "REFUTED"),
        (KeyLink(source="src/a.py", target="src/gone.py", line=1, pattern=r"find\("), "UNPROVEN"),
        (KeyLink(source="src/a.py", target="dist/gone.js", line=1, pattern=r"find\("), "PROVEN"),
        (KeyLink(source="src/a.py", target="the finder", line=1, pattern=r"find\("), "PROVEN"),
    ],
)  # fmt: skip
def test_links_that_must_not_be(link: KeyLink, state: str, tmp_path: Path) -> None:
    written(PROJECT, tmp_path)
    assert judged(link, tmp_path)[0] == state
