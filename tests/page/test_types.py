"""The types of the page's modules, which nothing that runs needs."""

import subprocess
from pathlib import Path

import pytest

from service.page.routes import FOLDER

_COMPILER = Path(__file__).parent / "node_modules" / ".bin" / "tsc"


@pytest.mark.skipif(not _COMPILER.exists(), reason="typescript is not installed: npm ci --prefix tests/page")
def test_types_fit() -> None:
    command = [_COMPILER, "--project", FOLDER.parent / "jsconfig.json"]
    result = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stdout
