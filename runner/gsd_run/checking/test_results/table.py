"""The test runners that can be read: how each closes, and where it writes that."""

from collections.abc import Callable

from msgspec import Struct

from gsd_run.checking.test_results import (
    ctest,
    dart,
    dotnet,
    elixir,
    go,
    javascript,
    jvm,
    php,
    python,
    ruby,
    runtimes,
    rust,
    swift,
    tap,
    vitest,
)
from gsd_run.checking.test_results.counts import Counts


class Runner(Struct, frozen=True, kw_only=True):
    """A test runner: `read` returns its closing blocks in their order, none if it did not close.

    With `once` each call writes one block, and what looks like another is something else's;
    the others add up all that one call wrote. `on_stderr` tells where it closes.
    """

    read: Callable[[str], list[Counts]]
    once: bool = True
    on_stderr: bool = False


RUNNERS: dict[str, Runner] = {
    "pytest": Runner(read=python.pytest),
    "unittest": Runner(read=python.unittest, on_stderr=True),
    "jest": Runner(read=javascript.jest, on_stderr=True),
    "vitest": Runner(read=vitest.vitest),
    "mocha": Runner(read=javascript.mocha),
    "ava": Runner(read=javascript.ava, once=False),
    "playwright": Runner(read=javascript.playwright),
    "node:test": Runner(read=runtimes.node),
    "bun test": Runner(read=runtimes.bun, on_stderr=True),
    "deno test": Runner(read=runtimes.deno),
    "go test": Runner(read=go.go, once=False),
    "cargo test": Runner(read=rust.cargo, once=False),
    "cargo nextest": Runner(read=rust.nextest, on_stderr=True),
    "maven": Runner(read=jvm.maven, once=False),
    "maven build": Runner(read=jvm.maven_build, once=False),
    "gradle": Runner(read=jvm.gradle, once=False),
    "gradle build": Runner(read=jvm.gradle_build, once=False),
    "dotnet test": Runner(read=dotnet.dotnet, once=False),
    "phpunit": Runner(read=php.phpunit),
    "pest": Runner(read=php.pest),
    "rspec": Runner(read=ruby.rspec),
    "minitest": Runner(read=ruby.minitest),
    "rake": Runner(read=ruby.rake, once=False),
    "mix test": Runner(read=elixir.exunit, once=False),
    "swift test": Runner(read=swift.swift, once=False),
    "dart test": Runner(read=dart.dart),
    "bats": Runner(read=tap.bats),
    "tap": Runner(read=tap.tap),
    "prove": Runner(read=tap.prove),
    "ctest": Runner(read=ctest.ctest, once=False),
}
