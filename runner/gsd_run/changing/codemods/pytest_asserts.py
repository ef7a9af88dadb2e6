"""`pytest_asserts` placeholder."""
OPTIONS = {}
