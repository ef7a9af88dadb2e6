"""Stubs: what says that it does nothing yet is refuted, what only looks idle is not."""

from pathlib import Path

import pytest
from gsd_run.checking.files.artifacts import judge_artifact
from gsd_run.domain.claim import ArtifactCheck

STUBS: dict[str, tuple[str, str, str]] = {
    "py pass": ("a.py", "def f():\n    pass\n", "does nothing yet: line 1 is a stub (pass)"),
    "py dots": ("a.py", "import x\n\n\ndef f(): ...\n", "does nothing yet: line 4 is a stub (...)"),
    "py raise": ("a.py", 'def f():\n    """Long.\n\n    Longer.\n    """\n    raise NotImplementedError("later")\n',
                 'does nothing yet: line 1 is a stub (raise NotImplementedError("later"))'),
    "py todo": ("a.py", "def f():\n    # TODO: write\n    return None\n",
                "does nothing yet: line 1 is a stub (# TODO: write)"),
    "py class": ("a.py", "class A:\n    def f(self):\n        pass\n\n    def g(self): ...\n",
                 "does nothing yet: line 2 is a stub (pass), and nothing else does more"),
    "py test": ("test_a.py", "def test_a():\n    pass\n", "does nothing yet: line 1 is a stub (pass)"),
    "py wired": ("a.py", "app = FastAPI(title='x')\n\n\n@app.get('/')\ndef f():\n    pass\n", "does nothing yet: line 5 is a stub (pass)"),
    "ts wired": ("a.ts", "const log = create('x');\nexport function f() {\n  throw new Error('Not implemented');\n}\n",
                 "does nothing yet: line 2 is a stub (throw new Error('Not implemented');)"),
    "ts throw": ("a.ts", "import { x } from './x';\nexport function f() {\n  throw new Error('Not implemented');\n}\n",
                 "does nothing yet: line 2 is a stub (throw new Error('Not implemented');)"),
    "ts todo": ("a.ts", "export async function f() {\n  // TODO: call the API\n  return null;\n}\n",
                "does nothing yet: line 1 is a stub (// TODO: call the API)"),
    "ts arrow": ("a.ts", "export const f = () => { throw new Error('TODO'); };\n",
                 "does nothing yet: line 1 is a stub (throw new Error('TODO');)"),
    "ts response": ("route.ts", "export async function POST() {\n  return Response.json({ error: 'Not implemented' });\n}\n",
                    "does nothing yet: line 1 is a stub (return Response.json({ error: 'Not implemented' });)"),
    "tsx null": ("a.tsx", "export function Page() {\n  return null;\n}\n",
                 "does nothing yet: line 1 is a stub (return null;), and nothing else does more"),
    "tsx soon": ("a.tsx", 'interface P { a: string }\nexport default function Page(p: P) {\n  return <div className="x">Coming soon</div>;\n}\n',
                 'does nothing yet: line 2 is a stub (return <div className="x">Coming soon</div>;), and nothing else does more'),
    "tsx lorem": ("a.tsx", "export const Page = () => <p>Lorem ipsum dolor</p>;\n",
                  "does nothing yet: line 1 is a stub (<p>Lorem ipsum dolor</p>)"),
    "js todo tests": ("a.test.js", "describe('x', () => {\n  it.todo('works');\n});\n",
                      "does nothing yet: every test in it is a todo"),
    "go": ("a.go", 'package a\n\nfunc F() error {\n\tpanic("not implemented")\n}\n',
           'does nothing yet: line 3 is a stub (panic("not implemented"))'),
    "go error": ("a.go", 'package a\n\nimport "errors"\n\nfunc F() error {\n\treturn errors.New("not implemented")\n}\n',
                 'does nothing yet: line 5 is a stub (return errors.New("not implemented"))'),
    "rust": ("a.rs", "pub fn f() -> i32 {\n    todo!()\n}\n", "does nothing yet: line 1 is a stub (todo!())"),
    "rust trait": ("a.rs", 'pub struct S;\nimpl Run for S {\n    fn run(&self) { unimplemented!("later") }\n}\n',
                   'does nothing yet: line 3 is a stub (unimplemented!("later"))'),
    "java": ("A.java", 'public class A {\n  public int f() {\n    throw new UnsupportedOperationException("Not implemented");\n  }\n}\n',
             'does nothing yet: line 2 is a stub (throw new UnsupportedOperationException("Not implemented");)'),
    "csharp": ("A.cs", "public class A {\n  public int F() => throw new NotImplementedException();\n}\n",
               "does nothing yet: line 2 is a stub (throw new NotImplementedException())"),
    "php": ("A.php", "<?php\nclass A {\n  public function f() { throw new \\Exception('Not implemented'); }\n}\n",
            "does nothing yet: line 3 is a stub (throw new \\Exception('Not implemented');)"),
    "ruby": ("a.rb", "class A\n  def f\n    raise NotImplementedError\n  end\nend\n",
             "does nothing yet: line 2 is a stub (raise NotImplementedError)"),
    "kotlin": ("A.kt", 'fun f(): Int {\n    TODO("later")\n}\n', 'does nothing yet: line 1 is a stub (TODO("later"))'),
    "swift": ("A.swift", 'func f() -> Int {\n    fatalError("not implemented")\n}\n',
              'does nothing yet: line 1 is a stub (fatalError("not implemented"))'),
    "comments": ("a.py", '"""Only words."""\n\n# TODO\n', "holds nothing but comments"),
    "markdown": ("a.md", "# Guide\n\nTODO: write this\n", "holds nothing but a placeholder: TODO: write this"),
    "blank": ("a.go", "\n\n", "is empty"),
}  # fmt: skip

WORK: dict[str, tuple[str, str]] = {
    "py package": ("pkg/__init__.py", ""),
    "py exception": ("a.py", "class MissingKey(Exception):\n    pass\n"),
    "py abstract": ("a.py", "from abc import ABC, abstractmethod\n\n\nclass A(ABC):\n    @abstractmethod\n    def f(self): ...\n"),
    "py protocol": ("a.py", "from typing import Protocol\n\n\nclass A(Protocol):\n    def f(self) -> int: ...\n"),
    "py base": ("a.py", "class BaseStore:\n    def get(self):\n        raise NotImplementedError\n"),
    "py types": ("a.pyi", "def f() -> int: ...\n"),
    "py one of two": ("a.py", "def f():\n    pass\n\n\ndef g():\n    return 1\n"),
    "py routes": ("a.py", "app = FastAPI()\napp.include_router(r)\n\n\ndef f():\n    pass\n"),
    "py overload": ("a.py", "@overload\ndef f(x: int) -> int: ...\ndef f(x):\n    return x\n"),
    "ts types": ("a.ts", "export interface A { f(): void }\nexport type B = string;\n"),
    "ts declarations": ("a.d.ts", "export declare function f(): void;\n"),
    "ts abstract": ("a.ts", "export abstract class A {\n  abstract f(): void;\n}\n"),
    "ts one of two": ("a.ts", "export const f = () => run();\nexport const g = () => {\n  throw new Error('not implemented');\n};\n"),
    "ts double": ("__mocks__/db.ts", "export function save() {\n  return null;\n}\n"),
    "ts null": ("a.ts", "export function find() {\n  return null;\n}\n"),
    "tsx guard": ("a.tsx", "export function Page({ a }) {\n  if (!a) return null;\n  return <p>{a}</p>;\n}\n"),
    "tsx words": ("a.tsx", "export const Page = () => <p>Nothing is coming soon enough</p>;\n"),
    "ts other error": ("a.ts", "export function fail(): never {\n  throw new Error('invalid state');\n}\n"),
    "ts constant": ("a.ts", "export const routes = [{ path: '/' }];\n"),
    "go marker": ("a.go", "package a\n\ntype S struct{ A int }\n\nfunc (s *S) F() int { return s.A }\nfunc (s *S) node() {}\n"),
    "go interface": ("a.go", "package a\n\ntype Store interface {\n\tGet() error\n}\n"),
    "rust trait": ("a.rs", "pub trait Run {\n    fn run(&self);\n}\n"),
    "rust modules": ("lib.rs", "pub mod a;\npub use a::b;\n"),
    "java interface": ("A.java", "public interface A {\n  int f();\n}\n"),
    "java unsupported": ("A.java", "public class A {\n  public void set() { throw new UnsupportedOperationException(); }\n}\n"),
    "csharp interface": ("IA.cs", "public interface IA { int F(); }\n"),
    "csharp record": ("A.cs", "public record A(int X);\n"),
    "ruby error": ("a.rb", "class A < StandardError; end\n"),
    "kotlin data": ("A.kt", "data class A(val x: Int)\n"),
    "swift model": ("A.swift", "struct A: Codable {\n  let id: Int\n}\n"),
    "markdown": ("a.md", "# TODO list\n\nBuy milk.\n"),
    "css": ("a.css", "a { color: red }\n"),
}  # fmt: skip


def seen(path: str, text: str, root: Path, **rest: object) -> tuple[str, str]:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)
    found = judge_artifact(ArtifactCheck(path=path, **rest), root, None)  # type: ignore[arg-type]
    return found.state, found.reason


@pytest.mark.parametrize("name", STUBS)
def test_stubs(name: str, tmp_path: Path) -> None:
    path, text, why = STUBS[name]
    state, reason = seen(path, text, tmp_path)
    assert (state, reason.removesuffix(", and nothing else does more")) == (
        "REFUTED",
        why.removesuffix(", and nothing else does more"),
    )


@pytest.mark.parametrize("name", WORK)
def test_what_only_looks_like_a_stub(name: str, tmp_path: Path) -> None:
    path, text = WORK[name]
    state, reason = seen(path, text, tmp_path)
    assert (state, reason) == ("PROVEN", reason)


@pytest.mark.parametrize(
    ("path", "text", "exports", "state"),
    [
        ("a.ts", "export const x = f();\nexport function login() {\n  throw new Error('TODO');\n}\n", "login", "REFUTED"),
        ("a.ts", "export const x = f();\nexport function login() {}\n", "login", "UNPROVEN"),
        ("a.ts", "export const x = f();\nexport function login() { x(); }\n", "login", "PROVEN"),
        ("a.py", "x = f()\n\n\ndef login():\n    pass\n", "login", "REFUTED"),
        ("a.py", "x = f()\n\n\nclass A:\n    def login(self):\n        pass\n", "A", "REFUTED"),
        ("a.py", "x = f()\n\n\nclass A:\n    def login(self):\n        return x\n", "A", "PROVEN"),
        ("a.go", 'package a\n\nfunc Login() { panic("TODO") }\nfunc B() int { return c() }\n', "Login", "REFUTED"),
        ("a.rs", "pub fn login() { todo!() }\npub fn b() -> i32 { c() }\n", "login", "REFUTED"),
    ],
)  # fmt: skip
def test_a_name_that_is_asked_for_must_do_something(
    path: str, text: str, exports: str, state: str, tmp_path: Path
) -> None:
    assert seen(path, text, tmp_path, exports=(exports,))[0] == state


def test_a_stub_that_the_plan_asks_for(tmp_path: Path) -> None:
    text = "export function Page() {\n  return null;\n}\n"
    assert seen("a.tsx", text, tmp_path, hollow=True, exports=("Page",))[0] == "PROVEN"


def test_functions_that_are_all_empty_say_nothing(tmp_path: Path) -> None:
    assert seen("a.ts", "export function f() {}\n", tmp_path) == (
        "UNPROVEN",
        "every function in it is empty, the first at line 1",
    )
