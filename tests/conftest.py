"""Options of the tests."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fuzz-runs", type=int, default=40, help="Mutated files of each kind that readers are tried on.")
    parser.addoption("--screenshots", action="store_true", help="Take the pictures of docs/images anew.")
