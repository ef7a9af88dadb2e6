"""Runners that could not be run here, read from the forms that their documentation shows."""

import pytest
from gsd_run.checking.test_results import from_closing_lines
from gsd_run.domain.measurement import CommandRun
from gsd_run.outside.shell import split


def told(command: str, status: int, stdout: str) -> str:
    """Return counts and the names that are known, as `passed/failed/errors/skipped name=outcome`."""
    (pipeline,) = split(command) or ()
    run = CommandRun(
        text=command,
        status=status,
        statuses=(status,),
        members=(command,),
        seconds=0.0,
        stdout=stdout,
        stderr="",
    )
    found = from_closing_lines(pipeline, run, command=0)
    return "; ".join(
        " ".join(
            [
                f"{one.passed}/{one.failed}/{one.errors}/{one.skipped}",
                *(f"{case.name}={case.outcome}" for case in one.cases),
            ]
        )
        for one in found
    )


DOTNET = """\
  Determining projects to restore...
  Failed Shop.Tests.CartTests.Adds [12 ms]
  Error Message:
   Assert.Equal() Failure
Failed!  - Failed:     1, Passed:     4, Skipped:     1, Total:     6, Duration: 21 ms - Shop.Tests.dll (net8.0)

Passed!  - Failed:     0, Passed:    10, Skipped:     0, Total:    10, Duration: 9 ms - Web.Tests.dll (net8.0)
"""
DOTNET_LIST = """\
  Passed Shop.CartTests.Adds [5 ms]
  Skipped Shop.CartTests.Later [1 ms]

Test Run Successful.
Total tests: 2
     Passed: 1
    Skipped: 1
 Total time: 0.5 Seconds
"""
DOTNET_TERMINAL = "Test summary: total: 5, failed: 0, succeeded: 4, skipped: 1, duration: 1.2s\n"
XCTEST = """\
Test Suite 'All tests' started at 2025-01-02 10:00:00.000
Test Case '-[ShopTests.CartTests testAdds]' passed (0.001 seconds).
Test Case '-[ShopTests.CartTests testWrong]' failed (0.002 seconds).
Test Case '-[ShopTests.CartTests testLater]' skipped (0.000 seconds).
Test Suite 'CartTests' failed at 2025-01-02 10:00:00.010.
\t Executed 3 tests, with 1 test skipped and 2 failures (0 unexpected) in 0.003 (0.004) seconds
Test Suite 'All tests' failed at 2025-01-02 10:00:00.011.
\t Executed 3 tests, with 1 test skipped and 2 failures (0 unexpected) in 0.003 (0.005) seconds
"""
SWIFT_TESTING = """\
◇ Test run started.
✔ Test adds() passed after 0.001 seconds.
✘ Test "a wrong sum" recorded an issue at CartTests.swift:9:5: Expectation failed
✘ Test "a wrong sum" failed after 0.002 seconds with 1 issue.
➜ Test later() skipped: "not now"
✘ Test run with 3 tests in 1 suite failed after 0.003 seconds with 1 issue.
"""
NO_XCTEST = """\
Test Suite 'All tests' passed at 2025-01-02 10:00:00.011.
\t Executed 0 tests, with 0 failures (0 unexpected) in 0.000 (0.000) seconds
✔ Test run with 1 test passed after 0.001 seconds.
"""
DART = """\
00:00 +0: loading test/cart_test.dart
00:01 +0: test/cart_test.dart: adds
00:01 +1: test/cart_test.dart: a wrong sum
00:01 +1 -1: test/cart_test.dart: a wrong sum [E]
  Expected: <4>
00:01 +1 -1: test/cart_test.dart: later
00:01 +1 ~1 -1: Some tests failed.
"""
PEST = """\
   FAIL  Tests\\Unit\\CartTest
  ✓ it adds                                                        0.01s
  ⨯ it is wrong                                                    0.02s
  - it comes later → not now

  Tests:    1 failed, 1 skipped, 1 passed (2 assertions)
  Duration: 0.12s
"""
CASES = {
    "dotnet": ("dotnet test", 1, DOTNET, "14/1/0/1 Shop.Tests.CartTests.Adds=failed"),
    "dotnet with each test": (
        "dotnet test -v normal",
        0,
        DOTNET_LIST,
        "1/0/0/1 Shop.CartTests.Adds=passed Shop.CartTests.Later=skipped",
    ),
    "dotnet's terminal logger": ("dotnet test", 0, DOTNET_TERMINAL, "4/0/0/1"),
    "dotnet without tests": (
        "dotnet test",
        0,
        "No test is available in /a/b.dll. Make sure that …\n",
        "0/0/0/0",
    ),
    "dotnet that does not build": ("dotnet test", 1, "error CS1002: ; expected\n", ""),
    "XCTest": (
        "swift test",
        1,
        XCTEST,
        "1/1/0/1 ShopTests.CartTests testAdds=passed ShopTests.CartTests testWrong=failed "
        "ShopTests.CartTests testLater=skipped",
    ),
    "Swift Testing": (
        "swift test",
        1,
        SWIFT_TESTING,
        "1/1/0/1 adds()=passed a wrong sum=failed later()=skipped",
    ),
    "Swift Testing beside XCTest": ("swift test", 0, NO_XCTEST, "1/0/0/0"),
    "dart": ("dart test", 1, DART, "1/1/0/1 test/cart_test.dart: a wrong sum=failed"),
    "flutter": ("flutter test", 0, "00:03 +12: All tests passed!\n", "12/0/0/0"),
    "flutter without tests": ("flutter test", 1, "No tests ran.\n", "0/0/0/0"),
    "dart on GitHub": ("dart test -r github", 0, "🎉 3 tests passed.\n", "3/0/0/0"),
    "pest": (
        "vendor/bin/pest",
        1,
        PEST,
        "1/1/0/1 Tests\\Unit\\CartTest > it adds=passed Tests\\Unit\\CartTest > it is "
        "wrong=failed Tests\\Unit\\CartTest > it comes later=skipped",
    ),
    "artisan": (
        "php artisan test",
        0,
        "\n  Tests:  12 passed\n  Time:   0.31s\n",
        "12/0/0/0",
    ),
    "phpunit behind artisan": ("php artisan test", 0, "OK (3 tests, 4 assertions)\n", "3/0/0/0"),
    "phpunit 11": (
        "phpunit",
        0,
        "OK, but there were issues!\nTests: 3, Assertions: 2, Warnings: 1, Risky: 1.\n",
        "2/0/0/1",
    ),
    "gotestsum": (
        "gotestsum",
        1,
        "✖  a (1ms)\n\nDONE 6 tests, 1 skipped, 2 failures in 0.512s\n",
        "3/2/0/1",
    ),
    "mix with what later versions say": (
        "mix test",
        0,
        "Finished in 0.1 seconds (0.00s async, 0.1s sync)\n3 properties, 5 tests, 0 failures "
        "(2 excluded)\n",
        "6/0/0/2",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_documented_form_is_read(case: str) -> None:
    command, status, stdout, expected = CASES[case]
    assert told(command, status, stdout) == expected
