"""What holds of every merge: what the block does not name stays, byte for byte."""

from textwrap import dedent

import pytest
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.grammar_layout import taken_out
from gsd_run.changing.grammar_merge import merge_source
from gsd_run.changing.grammar_units import read_source
from gsd_run.changing.python_merge import merge_python

FILES = {
    "typescript": """
        // Copyright: nobody.
        import a, { b,   c } from './a'   // odd layout
        import {
          d,
        } from './d';

        const x = 1;   // one
        let y   =  2

        /* Two. */
        @Injectable()
        export class Q<T> extends R {
            @Input() name = '';
            constructor(private readonly http: Http) { super() }

            // Gets it.
            async get(): Promise<void> {
              return   this.http.get(`a
          b`)
            }
            private set value(v: string) {}
        }

        export type U = { a: string }
          | { b: number };
        enum Color { Red, Green }
        export function last<T>(a: T): T { return a }
        """,
    "go": """
        package p

        import "fmt"

        // A is one.
        const A = iota

        var (
        \tb = 1 // b
        \tc = 2
        )

        type T struct{ a int }

        func (t T) Get() int { return t.a }

        // Print prints.
        func Print() {
        \tfmt.Println(`a
          b`)
        }
        """,
    "rust": """
        #![allow(dead_code)]
        use std::fmt;

        /// A thing.
        #[derive(Debug)]
        pub struct A { a: u8 }

        impl A {
            const K: u8 = 1;
            pub fn get(&self) -> u8 { self.a }

            /* Sets. */
            fn set(&mut self, a: u8) {
                self.a = a;
            }
        }

        pub trait T { fn x(&self); }

        macro_rules! m { () => {} }

        fn main() {
            println!("{}", "a
        b");
        }
        """,
    "java": """
        package p;

        import java.util.*;

        /** A. */
        @Service
        public final class A<T> extends B {
            private static final int K = 1; // k
            int x;

            A(int x) { this.x = x; }

            /** Gets. */
            @Override public int get() {
                return x;
            }

            enum E { A, B }
        }
        """,
    "csharp": """
        using System;
        namespace P;

        /// <summary>A.</summary>
        [Serializable]
        public partial class A : B
        {
            private readonly int _x = 1;
            public int X { get; set; } = 2;

            public A(int x) => _x = x;

            public override string ToString()
            {
                return $"{_x}";
            }
        }

        public record R(int A);
        """,
    "ruby": """
        # frozen_string_literal: true
        require "a"

        # A.
        class A < B
          include C
          validates :name, presence: true

          def initialize(a)
            @a = a
          end

          def self.build = new(1)

          private

          # Gets.
          def get
            <<~TEXT
              a
            TEXT
          end
        end
        """,
    "php": """
        <?php
        namespace P;
        use A;

        #[Attr]
        class C extends D
        {
            use T;
            private const K = 1;
            public ?string $name = null;

            public function __construct(private int $a) {}

            /** Gets. */
            public function get(): string
            {
                return 'a
        b';
            }
        }

        function f() { return 1; }
        """,
    "kotlin": """
        package p
        import a.B

        /** A. */
        @Ann
        class A(val x: Int) : B(), C {
            private val y by lazy { 1 }

            fun get(): Int = x

            override fun set(a: Int) {
                println(a)
            }
        }

        fun String.ext() = this
        val z = 1
        """,
    "swift": """
        import Foundation

        /// A.
        @MainActor
        final class A: B {
            private let x = 1
            init(a: Int) {
            }

            // Gets.
            func get(_ a: Int) -> Int {
                a
            }
        }

        extension A: C {
            func more() {
            }
        }
        """,
}


def text(language: str) -> str:
    return dedent(FILES[language]).lstrip("\n")


def definitions(language: str):
    file = read_source(text(language), language, "the file")
    top = [unit for unit in file.units if unit.form in {"code", "value"}]
    return [(None, unit) for unit in top] + [
        (holder, unit) for holder in top for unit in holder.members or () if unit.names
    ]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("language", FILES)
def test_a_file_merged_into_itself_stays_as_it_is(language, ends):
    file = text(language).replace("\n", ends)
    assert merge_source(file, text(language), language) == (file, [])
    assert merge_source(f"\ufeff{file}", file, language) == (f"\ufeff{file}", [])


@pytest.mark.parametrize("language", FILES)
def test_each_definition_alone_stays_as_it_is(language):
    file = text(language)
    for holder, unit in definitions(language):
        if holder is None:
            block = file[unit.start : unit.end]
            assert merge_source(file, block, language) == (file, []), unit.key


@pytest.mark.parametrize("language", FILES)
def test_a_definition_that_was_taken_out_comes_back_and_nothing_else_changes(language):
    file = text(language)
    for holder, unit in definitions(language):
        without = taken_out(file, unit)
        after, done = merge_source(without, file, language)
        grouped = holder is None or unit.names <= holder.names  # a group of Go has no name
        name = unit.label if grouped else f"{holder.label}.{unit.label}"
        assert done == [(name, f"{name} added")]
        again = [(one.key, after[one.start : one.end]) for one in everything(after, language)]
        before = [(one.key, file[one.start : one.end]) for one in everything(file, language)]
        leaves = [pair for pair in before if holder is None or pair[0] != holder.key]
        assert sorted(pair for pair in again if holder is None or pair[0] != holder.key) == sorted(
            leaves
        )
        # What is left of the file stands in the result as it was, above and below.
        stands = after.find(file[unit.start : unit.end])
        rest = after[:stands] + after[stands + unit.end - unit.start :]
        assert "".join(rest.split()) == "".join(without.split())


def everything(source: str, language: str):
    found = list(read_source(source, language, "the file").units)
    return found + [member for unit in found for member in unit.members or ()]


@pytest.mark.parametrize("language", FILES)
def test_only_the_body_that_is_given_changes(language):
    file = text(language)
    for _, unit in definitions(language):
        if (
            unit.members is not None
            or unit.form != "code"
            or "\n" not in file[unit.code : unit.end]
        ):
            continue
        given = file[: unit.code] + file[unit.code : unit.end].replace("a", "a", 1)
        after, _ = merge_source(file, given + file[unit.end :], language)
        assert after == file


@pytest.mark.parametrize(
    ("language", "before", "block", "said"),
    [
        ("typescript", "function a( {\n", "let x = 1\n", "the file is no valid typescript at line 1"),
        ("typescript", "let x = 1\n", "let a = 1\nfunction b( {\n", "the block is no valid"),
        ("typescript", "let x = 1\n", "// ...\nlet a = 1\n", "line 1 of the block .* leaves code out"),
        ("go", "package a\n\nvar x = 1\n", "package b\n\nvar x = 1\n", "says 'package b'"),
        ("go", "package a\n\nconst (\n\tA = iota\n\tB\n)\n", "package a\n\nconst A = 1\n",
         "counted by iota"),
        ("javascript", "let x = 1\n", "app.listen(3000)\n", "defines nothing by name"),
        ("javascript", "import { a } from './b'\n", "import { a } from './c'\n",
         "imports a from ./b already"),
        ("javascript", "const a = 1, b = 2\n", "const a = 3\n", "defines b together with a"),
        ("ruby", "def a; end\ndef a; end\n", "def a; 1; end\n", "defined 2 times in the file"),
        ("java", "import a.List;\nclass A {}\n", "import b.List;\n", "the file has `import a.List`"),
        ("kotlin", "class A {\n    fun a(x: Int) {}\n}\n", "class A {\n    fun a(x: String) {}\n}\n",
         "may take its place or stand beside it"),
        ("typescript", "export default class A {}\n", "export default class B {}\n",
         "two default exports"),
    ],
)  # fmt: skip
def test_what_can_not_be_told_is_refused(language, before, block, said):
    with pytest.raises(StepFailure, match=said):
        merge_source(before, block, language)


def test_members_of_a_class_that_is_named():
    before = "export class A {\n\tb() {}\n}\n"
    block = "async b() {\n  return 1\n}\nc = 2\n"
    with pytest.raises(StepFailure, match="say of which with class: NAME"):
        merge_source(before, block, "typescript")
    after, done = merge_source(before, block, "typescript", into_class="A")
    assert after == "export class A {\n\tasync b() {\n\t\treturn 1\n\t}\n\n\tc = 2\n}\n"
    assert done == [("A.b", "A.b replaced"), ("A.c", "A.c added")]
    with pytest.raises(StepFailure, match=r"there is no class B \(here: A\)"):
        merge_source(before, block, "typescript", into_class="B")
    whole, _ = merge_source(before, "class A {}\n", "typescript", whole_classes=True)
    assert whole == "export class A {}\n"


def test_definitions_that_go():
    before = "class A {\n    int a(int x) { return x; }\n    int b() { return 1; }\n}\n"
    block = "class A {\n    int a(long x) { return 2; }\n}\n"
    after, done = merge_source(before, block, "java", remove=["a", "A.b", "absent"])
    assert after == "class A {\n    int a(long x) { return 2; }\n}\n"
    assert done == [("A.a", "A.a replaced"), ("", "A.b removed")]


def test_a_file_without_code_becomes_the_block():
    block = "export const a = 1\n"
    said = [("", "written as a whole: the file held no code")]
    assert merge_source("", block, "typescript") == (block, said)


def test_python_keeps_what_is_not_named():
    file = dedent('''
        #!/usr/bin/env python
        """Doc."""
        import  os   # odd

        x:int=1;y = 2
        def  a( b ) :
        \treturn  b
        @deco
        class C ( D ):
            z = 1
            async def m( self ): pass   # m

            @property
            def p(self): return 1
            @p.setter
            def p(self, v): ...
        if True:
            def cond(): return 1
        ''').lstrip("\n")
    assert merge_python(file, file) == (file, [])
    after, _ = merge_python(file, "def a(b):\n    return 2\n")
    assert after == file.replace("def  a( b ) :\n\treturn  b\n", "def a(b):\n\treturn 2\n")
