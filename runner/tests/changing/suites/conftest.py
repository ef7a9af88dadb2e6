"""Strangers' suites are data: the tests of the codemod run them, each in a folder of its own."""

collect_ignore_glob = ["*/*"]
