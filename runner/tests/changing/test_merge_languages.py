"""`merge` into files of other languages than Python: before, block, after."""

from textwrap import dedent

import pytest
from gsd_run.changing.failure import StepFailure
from gsd_run.changing.grammar_merge import merge_source


def text(block: str) -> str:
    return dedent(block).lstrip("\n")


def merged(language: str, before: str, block: str, **options) -> str:
    """Merge once, and make sure that a second time changes nothing."""
    after, done = merge_source(text(before), text(block), language, **options)
    assert merge_source(after, text(block), language, **options) == (after, [])
    assert bool(done) == (after != text(before))
    return after


def test_typescript():
    before = """
        import { useState } from 'react'
        import type { User } from '../types'

        const LIMIT = 3 // as agreed

        /** Kept as it is. */
        export function kept() {
          return LIMIT
        }

        // Loads one user.
        export async function load(id: string): Promise<User> {
          return fetch(`/users/${id}`).then(r => r.json())
        }

        export interface Props {
          id: string
          onClose(): void
        }

        export class Store extends Base {
          private items: User[] = []

          @observed()
          get size() { return this.items.length }

          add(user: User) {
            this.items.push(user)
          }
        }

        export default Store
        """
    block = """
        // src/store.ts
        import { useEffect, useState } from "react";
        import { api } from "./api";

        const LIMIT = 5

        async function load(id: string): Promise<User> {
            const text = `
        /users/${id}`
            return api.get(text)
        }

        export const retry = async (times: number) => {
            return times
        }

        export interface Props {
            name: string
        }

        class Store {
            add(user: User, first = false) {
                if (first) this.items.unshift(user)
                else this.items.push(user)
            }

            /** Forgets all. */
            clear() {
                this.items = []
            }
        }
        """
    assert merged("typescript", before, block) == text("""
        import { useEffect, useState } from 'react'
        import type { User } from '../types'
        import { api } from './api'

        const LIMIT = 5

        /** Kept as it is. */
        export function kept() {
          return LIMIT
        }

        // Loads one user.
        export async function load(id: string): Promise<User> {
          const text = `
        /users/${id}`
          return api.get(text)
        }

        export const retry = async (times: number) => {
          return times
        }

        export interface Props {
          id: string
          name: string
          onClose(): void
        }

        export class Store extends Base {
          private items: User[] = []

          @observed()
          get size() { return this.items.length }

          add(user: User, first = false) {
            if (first) this.items.unshift(user)
            else this.items.push(user)
          }

          /** Forgets all. */
          clear() {
            this.items = []
          }
        }

        export default Store
        """)


def test_tests_in_javascript():
    before = """
        const { add } = require('./add');

        describe('add', () => {
          beforeEach(() => reset());

          it('adds', () => {
            expect(add(1, 1)).toBe(2);
          });
        });
        """
    block = """
        describe('add', () => {
          it('adds', () => {
            expect(add(1, 2)).toBe(3);
          });

          it('adds nothing', () => {
            expect(add()).toBe(0);
          });
        });

        describe('more', () => {});
        """
    assert merged("javascript", before, block) == text("""
        const { add } = require('./add');

        describe('add', () => {
          beforeEach(() => reset());

          it('adds', () => {
            expect(add(1, 2)).toBe(3);
          });

          it('adds nothing', () => {
            expect(add()).toBe(0);
          });
        });

        describe('more', () => {});
        """)


def test_overloads_of_typescript_are_one_definition():
    before = """
        export function f(a: string): void
        export function f(a: number): void
        export function f(a: any) {}

        function g() {}
        """
    block = """
        export function f(a: string): void
        export function f(a: any) { g() }
        """
    assert merged("typescript", before, block) == text("""
        export function f(a: string): void
        export function f(a: any) { g() }

        function g() {}
        """)


def test_go():
    before = """
        package store

        import (
        \t"context"
        \t"fmt"

        \t"github.com/x/y"
        )

        const (
        \tLimit = 3
        \tName  = "a"
        )

        // Store keeps things.
        type Store struct {
        \tmu int
        }

        func (s *Store) Get(id string) error {
        \treturn fmt.Errorf("no %s", id)
        }

        func main() {}
        """
    block = """
        package store

        import (
        \t"errors"
        \t"github.com/x/a"
        )

        const Limit = 5

        type Store struct {
        \tmu    int
        \titems map[string]int
        }

        // Get returns an item.
        func (s *Store) Get(id string) error {
        \treturn errors.New(id)
        }

        func (s Store) Put(id string) {}
        """
    assert merged("go", before, block) == text("""
        package store

        import (
        \t"context"
        \t"errors"
        \t"fmt"

        \t"github.com/x/a"
        \t"github.com/x/y"
        )

        const (
        \tLimit = 5
        \tName  = "a"
        )

        // Store keeps things.
        type Store struct {
        \tmu    int
        \titems map[string]int
        }

        // Get returns an item.
        func (s *Store) Get(id string) error {
        \treturn errors.New(id)
        }

        func (s Store) Put(id string) {}

        func main() {}
        """)


def test_rust():
    before = """
        //! About the crate.
        use std::fmt;

        #[derive(Debug)]
        pub struct Point {
            x: u8,
        }

        impl Point {
            /// The sum.
            pub fn sum(&self) -> u8 {
                self.x
            }
        }

        impl fmt::Display for Point {
            fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { todo!() }
        }

        #[cfg(test)]
        mod tests {
            use super::*;

            #[test]
            fn sums() {}
        }
        """
    block = """
        use std::{fmt, io::Read};

        #[derive(Debug, Clone)]
        pub struct Point {
            x: u8,
            y: u8,
        }

        impl Point {
            pub fn sum(&self) -> u8 {
                self.x + self.y
            }

            pub fn new() -> Self { Point { x: 0, y: 0 } }
        }

        fn free() {}

        mod tests {
            #[test]
            fn sums() { assert!(true) }

            #[test]
            fn more() {}
        }
        """
    assert merged("rust", before, block) == text("""
        //! About the crate.
        use std::fmt;
        use std::io::Read;

        #[derive(Debug, Clone)]
        pub struct Point {
            x: u8,
            y: u8,
        }

        impl Point {
            /// The sum.
            pub fn sum(&self) -> u8 {
                self.x + self.y
            }

            pub fn new() -> Self { Point { x: 0, y: 0 } }
        }

        fn free() {}

        impl fmt::Display for Point {
            fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { todo!() }
        }

        #[cfg(test)]
        mod tests {
            use super::*;

            #[test]
            fn sums() { assert!(true) }

            #[test]
            fn more() {}
        }
        """)


def test_java_and_its_overloads():
    before = """
        package a.b;

        import java.util.List;

        public class A extends B {
            private int x;

            public A() {}

            void add(int a) {}

            @Override
            void add(String a, List<String> more) {}
        }
        """
    block = """
        import java.util.Map;

        public class A {
            private int x = 1;
            private int y;

            @Override
            void add(int b) { x = b; }

            @Override
            void add(String a, List<String> more) {}

            void add(Map<String, String> all) {}
        }
        """
    after = text("""
        package a.b;

        import java.util.List;
        import java.util.Map;

        public class A extends B {
            private int x = 1;
            private int y;

            public A() {}

            @Override
            void add(int b) { x = b; }

            @Override
            void add(String a, List<String> more) {}

            void add(Map<String, String> all) {}
        }
        """)
    assert merged("java", before, block) == after
    with pytest.raises(StepFailure) as said:
        merge_source(after, "class A {\n    public A(int size) {}\n}\n", "java")
    assert str(said.value) == (
        "the block's A(int) (line 2) has other parameters than the file's (): it may take its "
        "place or stand beside it. Name A in `remove` if the old one goes; give both if it stays"
    )


def test_csharp_in_a_namespace():
    before = """
        using System;

        namespace Shop
        {
            [Serializable]
            public class Cart
            {
                public int Count { get; set; }

                public void Add(int a) { }
            }
        }
        """
    block = """
        using System.Linq;

        public class Cart
        {
            public int Count { get; private set; }

            public void Add(int a)
            {
                Count += a;
            }
        }

        public interface IShop { }
        """
    assert merged("csharp", before, block) == text("""
        using System;
        using System.Linq;

        namespace Shop
        {
            [Serializable]
            public class Cart
            {
                public int Count { get; private set; }

                public void Add(int a)
                {
                    Count += a;
                }
            }

            public interface IShop { }
        }
        """)


def test_php():
    before = """
        <?php

        namespace App;

        use App\\Model;

        final class Cart
        {
            private int $count = 0;

            public function add(int $a): void
            {
            }
        }
        """
    block = """
        use App\\Line;

        final class Cart
        {
            private int $count = 1;
            private array $lines = [];

            public function add(int $a): void
            {
                $this->count += $a;
            }
        }
        """
    assert merged("php", before, block) == text("""
        <?php

        namespace App;

        use App\\Line;
        use App\\Model;

        final class Cart
        {
            private int $count = 1;
            private array $lines = [];

            public function add(int $a): void
            {
                $this->count += $a;
            }
        }
        """)


def test_kotlin():
    before = """
        package shop

        import a.B

        data class Cart(val id: Int) : Base() {
            val size = 1

            fun add(a: Int) = a

            companion object {
                const val LIMIT = 3
            }
        }
        """
    block = """
        import a.C

        class Cart {
            fun add(a: Int): Int {
                return a + 1
            }

            companion object {
                const val LIMIT = 4
                const val MORE = 5
            }
        }

        fun String.short() = take(3)
        """
    with pytest.raises(StepFailure, match="each say what the other does not"):
        merge_source(text(before), text(block).replace("class Cart {", "class Cart : X() {"),
                     "kotlin")  # fmt: skip
    assert merged("kotlin", before, block) == text("""
        package shop

        import a.B
        import a.C

        data class Cart(val id: Int) : Base() {
            val size = 1

            fun add(a: Int): Int {
                return a + 1
            }

            companion object {
                const val LIMIT = 4
                const val MORE = 5
            }
        }

        fun String.short() = take(3)
        """)


def test_swift():
    before = """
        import Foundation

        struct Cart: Codable {
            var count: Int = 0

            func add(_ a: Int) -> Int {
                count + a
            }
        }

        extension Cart: Equatable {
        }
        """
    block = """
        import UIKit

        struct Cart {
            var count: Int = 1
            let name: String

            func add(_ a: Int) -> Int {
                count - a
            }
        }

        extension Cart: Equatable {
            static func == (a: Cart, b: Cart) -> Bool {
                true
            }
        }
        """
    assert merged("swift", before, block) == text("""
        import Foundation
        import UIKit

        struct Cart: Codable {
            var count: Int = 1
            let name: String

            func add(_ a: Int) -> Int {
                count - a
            }
        }

        extension Cart: Equatable {
            static func == (a: Cart, b: Cart) -> Bool {
                true
            }
        }
        """)


def test_ruby_and_its_private_methods():
    before = """
        # frozen_string_literal: true

        require "json"

        class Cart < Base
          has_many :lines
          LIMIT = 3

          def add(a)
            a
          end

          private

          def total
            1
          end
        end
        """
    block = """
        require "set"

        class Cart
          has_many :lines, dependent: :destroy
          has_many :taxes

          def clear
            @lines = []
          end

          private

          def total
            2
          end

          def tax
            3
          end
        end
        """
    assert merged("ruby", before, block) == text("""
        # frozen_string_literal: true

        require "json"
        require "set"

        class Cart < Base
          has_many :lines, dependent: :destroy
          has_many :taxes
          LIMIT = 3

          def clear
            @lines = []
          end

          def add(a)
            a
          end

          private

          def total
            2
          end

          def tax
            3
          end
        end
        """)
