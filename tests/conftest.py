"""Options of the tests."""

from collections.abc import Iterator

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fuzz-runs", type=int, default=40, help="Mutated files of each kind that readers are tried on.")
    parser.addoption("--screenshots", action="store_true", help="Take the pictures of docs/images anew.")


@pytest.fixture(autouse=True, scope="session")
def jobs_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps whatever serves in the tests away from the jobs of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MUBIAO_JOBS_FOLDER", str(tmp_path_factory.mktemp("jobs")))
        yield
