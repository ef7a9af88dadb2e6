"""Exports as each language's grammar has them: what is offered, what only looks so."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from gsd_run.checking.files.artifacts import judge_artifact
from gsd_run.domain.claim import ArtifactCheck

# The file judged is the first one.
OFFERED: dict[str, tuple[Mapping[str, str], str]] = {
    "ts function": ({"a.ts": "export function login() { return 1; }\n"}, "login"),
    "ts async function": ({"a.ts": "export async function login() { await x(); }\n"}, "login"),
    "ts arrow": ({"a.ts": "export const login = () => run();\n"}, "login"),
    "ts list": ({"a.ts": "const a = 1;\nexport { a as login };\n"}, "login"),
    "ts destructured": ({"a.ts": "export const { login, out: logout } = make();\n"}, "login, logout"),
    "ts default": ({"a.ts": "export default function login() { run(); }\n"}, "default"),
    "ts default, by its name": ({"a.ts": "function login() { run(); }\nexport default login;\n"}, "login"),
    "ts default, said so": ({"a.ts": "function Page() { run(); }\nexport default Page;\n"}, "Page (default)"),
    "ts type": ({"a.ts": "export type Props = { a: string };\n"}, "type Props"),
    "ts interface": ({"a.ts": "export interface Props { a: string }\n"}, "interface Props"),
    "ts enum": ({"a.ts": "export enum Color { Red }\n"}, "Color.Red"),
    "ts class member": ({"a.ts": "export class Api { async get() { return fetch('/x'); } }\n"}, "Api.get"),
    "ts object member": ({"a.ts": "export const api = { get: () => run() };\n"}, "api.get"),
    "ts namespace": ({"a.ts": "export namespace N { export const q = f(); }\n"}, "N.q"),
    "ts passed on": ({"a.ts": "export { login } from './b';\n", "b.ts": "export const login = f();\n"}, "login"),
    "ts passed on, renamed": (
        {"a.ts": "export { go as login } from './b';\n", "b.ts": "export function go() { f(); }\n"}, "login"),
    "ts all passed on": ({"a.ts": "export * from './b';\n", "b.ts": "export const login = f();\n"}, "login"),
    "ts all passed on, twice": (
        {"a.ts": "export * from './b';\n", "b.ts": "export * from './c/index.js';\n",
         "c/index.ts": "export class User { a = f(); }\n"}, "User"),
    "ts imported, then exported": (
        {"a.ts": "import { login } from './b';\nexport { login };\n", "b.ts": "export const login = f();\n"},
        "login"),
    "ts route": ({"api/route.ts": "export async function GET() { return f(); }\n"}, "GET /api/x"),
    "tsx component": ({"a.tsx": "export function Page() { return <main>{f()}</main>; }\n"}, "Page component"),
    "js esm": ({"a.js": "export class Foo { a() { f(); } }\n"}, "class Foo"),
    "js module.exports": ({"a.cjs": "function go() { f(); }\nmodule.exports = { go, stop: () => f() };\n"}, "go, stop"),
    "js exports.x": ({"a.js": "exports.go = function () { f(); };\n"}, "go"),
    "js Object.assign": ({"a.js": "const go = f();\nObject.assign(module.exports, { go });\n"}, "go"),
    "js spread require": (
        {"a.js": "module.exports = { ...require('./b') };\n", "b.js": "exports.go = f();\n"}, "go"),
    "vue component": ({"UserCard.vue": "<template><p/></template>\n<script setup>\nf()\n</script>\n"}, "UserCard, default"),
    "vue script": ({"a.vue": "<script>\nexport const go = f();\n</script>\n"}, "go"),
    "py function": ({"a.py": "def login(user):\n    return user\n"}, "def login"),
    "py decorated": ({"a.py": "@app.get('/')\nasync def login():\n    return 1\n"}, "login"),
    "py class member": ({"a.py": "class Api:\n    def get(self):\n        return 1\n"}, "Api.get"),
    "py attribute": ({"a.py": "class Api:\n    def __init__(self):\n        self.url = 1\n"}, "Api.url"),
    "py constant": ({"a.py": "LIMIT: int = 3\n"}, "LIMIT"),
    "py __all__": ({"a.py": "__all__ = ['login']\n\n\ndef login():\n    return 1\n"}, "login"),
    "py passed on": (
        {"pkg/__init__.py": "from .a import login\n", "pkg/a.py": "def login():\n    return 1\n"}, "login"),
    "py module passed on": (
        {"pkg/__init__.py": "from . import models\n", "pkg/models.py": "X = 1\n"}, "models"),
    "py star": ({"pkg/__init__.py": "from pkg.a import *\n", "pkg/a.py": "def login():\n    return 1\n"}, "login"),
    "go function": ({"a.go": "package a\n\nfunc Login() int { return 1 }\n"}, "Login"),
    "go method": ({"a.go": "package a\n\ntype S struct{}\n\nfunc (s *S) Start() { run() }\n"}, "S.Start, Start"),
    "go const": ({"a.go": "package a\n\nconst (\n\tMax = 1\n)\n"}, "Max"),
    "go main": ({"main.go": "package main\n\nfunc main() { run() }\n"}, "main"),
    "rust function": ({"a.rs": "pub fn login() -> i32 { 1 }\n"}, "pub fn login"),
    "rust crate": ({"a.rs": "pub(crate) struct S;\n"}, "S"),
    "rust method": ({"a.rs": "pub struct S;\nimpl S { pub fn new() -> S { S } }\n"}, "S::new, new"),
    "rust passed on": (
        {"src/lib.rs": "mod a;\npub use a::login;\n", "src/a.rs": "pub fn login() -> i32 { 1 }\n"}, "login"),
    "rust macro": ({"a.rs": "#[macro_export]\nmacro_rules! m { () => { 1 } }\n"}, "m!"),
    "java class": ({"A.java": "public class A { public int run() { return 1; } }\n"}, "class A, run"),
    "java interface": ({"A.java": "public interface A { int run(); }\n"}, "A.run"),
    "csharp": ({"A.cs": "namespace N;\npublic class Store<T> { public void Set(T x) { y = x; } }\n"}, "Store<T>, Set(T)"),
    "php": ({"A.php": "<?php\nnamespace App;\nclass A { public function run() { return 1; } }\n"}, "A, A::run"),
    "ruby": ({"a.rb": "module G\n  class E\n    def self.go; run; end\n  end\nend\n"}, "G::E, G::E.go"),
    "swift": ({"A.swift": "struct A { func run() -> Int { 1 } }\n"}, "A.run"),
    "kotlin": ({"A.kt": "class A {\n    fun run(): Int = go()\n}\nfun top() = 1\n"}, "A.run, top"),
}  # fmt: skip

NOT_OFFERED: dict[str, tuple[Mapping[str, str], str, str]] = {
    "ts comment": ({"a.ts": "// export function login() {}\nexport const x = f();\n"}, "login", "REFUTED"),
    "ts string": ({"a.ts": "export const s = 'export function login() {}';\n"}, "login", "REFUTED"),
    "ts template": ({"a.ts": "export const s = `\nexport function login() {}\n`;\n"}, "login", "REFUTED"),
    "ts open template": ({"a.ts": "const s = `\nexport function login() { f(); }\n"}, "login", "UNPROVEN"),
    "ts private": ({"a.ts": "function login() { f(); }\nexport const x = login;\n"}, "login", "REFUTED"),
    "ts longer name": ({"a.ts": "export function loginUser() { f(); }\n"}, "login", "REFUTED"),
    "ts another case": ({"a.ts": "export function Login() { f(); }\n"}, "login", "REFUTED"),
    "ts only a member": ({"a.ts": "export class A { login() { f(); } }\n"}, "login", "UNPROVEN"),
    "ts private member": ({"a.ts": "export class A { private login() { f(); } }\n"}, "A.login", "REFUTED"),
    "ts inherited": ({"a.ts": "export class A extends B {}\n"}, "A.login", "UNPROVEN"),
    "ts renamed away": ({"a.ts": "const login = f();\nexport { login as other };\n"}, "login", "REFUTED"),
    "ts export of nothing": ({"a.ts": "export { login };\nexport const x = f();\n"}, "login", "REFUTED"),
    "ts passed on, not there": (
        {"a.ts": "export { login } from './b';\n", "b.ts": "export const other = f();\n"}, "login", "REFUTED"),
    "ts passed on from no file": ({"a.ts": "export { login } from './gone';\n"}, "login", "UNPROVEN"),
    "ts passed on from a package": ({"a.ts": "export { z } from 'zod';\n"}, "z", "UNPROVEN"),
    "ts star without it": ({"a.ts": "export * from './b';\n", "b.ts": "export const x = f();\n"}, "login", "REFUTED"),
    "ts star, default": (
        {"a.ts": "export * from './b';\n", "b.ts": "export default function f() { g(); }\n"}, "default", "REFUTED"),
    "ts circle": (
        {"a.ts": "export * from './b';\n", "b.ts": "export * from './a';\n"}, "login", "UNPROVEN"),
    "ts another default": ({"a.ts": "export default function Other() { f(); }\n"}, "Page (default)", "UNPROVEN"),
    "ts another kind": ({"a.ts": "export interface Foo { a: string }\n"}, "function Foo", "UNPROVEN"),
    "ts route by a router": ({"api.ts": "router.get('/api/x', f);\nexport default router;\n"}, "GET /api/x", "UNPROVEN"),
    "js never": ({"a.js": "if (false) { exports.go = 1; }\nmodule.exports.x = f();\n"}, "go", "UNPROVEN"),
    "js replaced": ({"a.js": "exports.go = f();\nmodule.exports = { x: f() };\n"}, "go", "REFUTED"),
    "js nothing of that name": ({"a.js": "module.exports = { go };\nrun();\n"}, "go", "REFUTED"),
    "js unknown spread": ({"a.js": "module.exports = { ...make() };\n"}, "go", "UNPROVEN"),
    "py comment": ({"a.py": "# def login(): ...\nx = f()\n"}, "login", "REFUTED"),
    "py string": ({"a.py": 'x = """\ndef login():\n    return 1\n"""\nf(x)\n'}, "login", "REFUTED"),
    "py never": ({"a.py": "if False:\n    def login(): return 1\nx = f()\n"}, "login", "REFUTED"),
    "py perhaps": ({"a.py": "if f():\n    def login(): return 1\n"}, "login", "UNPROVEN"),
    "py inner": ({"a.py": "def f():\n    def login(): return 1\n    return login\n"}, "login", "REFUTED"),
    "py listed only": ({"a.py": "__all__ = ['login']\nx = f()\n"}, "login", "REFUTED"),
    "py not listed": ({"a.py": "__all__ = ['x']\nx = f()\ndef login(): return 1\n"}, "login", "UNPROVEN"),
    "py deleted": ({"a.py": "def login(): return 1\n\n\ndel login\nx = f()\n"}, "login", "REFUTED"),
    "py annotation": ({"a.py": "login: int\nx = f()\n"}, "login", "REFUTED"),
    "py only used": ({"a.py": "from b import login\n\nlogin()\n", "b.py": "def login(): return 1\n"}, "login", "UNPROVEN"),
    "py passed on, not there": (
        {"pkg/__init__.py": "from .a import login\n", "pkg/a.py": "X = f()\n"}, "login", "REFUTED"),
    "go lower case": ({"a.go": "package a\n\nfunc login() int { return 1 }\n"}, "login", "REFUTED"),
    "go comment": ({"a.go": "package a\n\n// func Login() {}\nvar X = f()\n"}, "Login", "REFUTED"),
    "go raw string": ({"a.go": "package a\n\nvar X = `\nfunc Login() {}\n`\n"}, "Login", "REFUTED"),
    "rust private": ({"a.rs": "fn login() -> i32 { 1 }\n"}, "login", "REFUTED"),
    "rust test": ({"a.rs": "pub fn x() { y() }\n#[cfg(test)]\nmod tests { pub fn login() { y() } }\n"}, "login", "REFUTED"),
    "rust passed on, not there": (
        {"src/lib.rs": "mod a;\npub use a::login;\n", "src/a.rs": "pub fn x() -> i32 { 1 }\n"}, "login", "REFUTED"),
    "rust method of a private type": ({"a.rs": "struct S;\nimpl S { pub fn go() { x() } }\n"}, "go", "REFUTED"),
    "rust comment": ({"a.rs": "/* pub fn login() {} */\npub fn x() { y() }\n"}, "login", "REFUTED"),
    "java private": ({"A.java": "public class A { private int run() { return 1; } }\n"}, "run", "REFUTED"),
    "java package": ({"A.java": "class A { int run() { return 1; } }\n"}, "A", "UNPROVEN"),
    "java text block": ({"A.java": 'public class A { String s = """\n  public int run() { return 1; }\n  """; }\n'}, "run", "REFUTED"),
    "csharp internal": ({"A.cs": "class A { public int Run() { return 1; } }\n"}, "A", "UNPROVEN"),
    "csharp never": ({"A.cs": "#if false\npublic class A {}\n#endif\npublic class B { int x = F(); }\n"}, "A", "REFUTED"),
    "php private": ({"A.php": "<?php\nclass A { private function run() { return 1; } }\n"}, "run", "REFUTED"),
    "ruby private": ({"a.rb": "class A\n  private\n\n  def run\n    go\n  end\nend\n"}, "A#run", "REFUTED"),
    "swift private": ({"A.swift": "private func run() { go() }\n"}, "run", "REFUTED"),
    "kotlin private": ({"A.kt": "private fun run() = go()\n"}, "run", "REFUTED"),
    "no grammar": ({"a.lua": "function login() end\n"}, "login", "UNPROVEN"),
    "prose": ({"a.ts": "export const x = f();\n"}, "the login function", "UNPROVEN"),
}  # fmt: skip


def judged(files: Mapping[str, str], exports: str, root: Path) -> tuple[str, str]:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    seen = judge_artifact(ArtifactCheck(path=next(iter(files)), exports=(exports,)), root, None)
    return seen.state, seen.reason


@pytest.mark.parametrize("name", OFFERED)
def test_offered(name: str, tmp_path: Path) -> None:
    state, reason = judged(*OFFERED[name], tmp_path)
    assert (state, reason) == ("PROVEN", reason)


@pytest.mark.parametrize("name", NOT_OFFERED)
def test_not_offered(name: str, tmp_path: Path) -> None:
    files, exports, expected = NOT_OFFERED[name]
    state, reason = judged(files, exports, tmp_path)
    assert (state, reason) == (expected, reason)


@pytest.mark.parametrize(
    ("files", "exports", "reason"),
    [
        ({"a.ts": "export const a = f();\nexport function b() { a(); }\n"}, "a, function b()",
         "2 lines, exports a at a.ts:1, exports b at a.ts:2"),
        ({"a.ts": "export * from './b';\n", "b.ts": "export const a = f();\n"}, "a",
         "1 line, exports a at b.ts:1, passed on at a.ts:1"),
        ({"a.ts": "const a = f();\nexport default a;\nconst b = a;\n"}, "b",
         "b is at a.ts:3, but not exported"),
        ({"a.go": "package a\n\nfunc run() { go1() }\n"}, "run",
         "run is at a.go:3, but not capitalised, so not exported"),
        ({"a.ts": "export const x = f();\n"}, "login", "does not export login"),
    ],
)  # fmt: skip
def test_the_words_for_it(
    files: Mapping[str, str], exports: str, reason: str, tmp_path: Path
) -> None:
    assert judged(files, exports, tmp_path)[1] == reason
