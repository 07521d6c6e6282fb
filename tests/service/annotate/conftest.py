"""Runs of ``mubiao annotate``, and documents for them."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.cli import app


@pytest.fixture
def run() -> Callable[..., Result]:
    return lambda *arguments: CliRunner().invoke(app, ["annotate", *map(str, arguments)])


@pytest.fixture
def start() -> Callable[..., subprocess.Popen[bytes]]:
    """Begins a run in a process group of its own."""

    def begin(*arguments: object) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "service.cli", "annotate", *map(str, arguments)]
        # What runs in the background of a shell ignores Ctrl-C, and what it starts as well.
        listen = partial(signal.signal, signal.SIGINT, signal.default_int_handler)
        return subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True, preexec_fn=listen)  # noqa: PLW1509

    return begin


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Lines with short documents, each with a number of its own."""
    path = tmp_path / "many.jsonl"
    documents = [{"id": f"文{i}", "text": f"年底前新建公厕{i}座。" * (1 + i % 7)} for i in range(300)]
    path.write_text("".join(json.dumps(d, ensure_ascii=False) + "\n" for d in documents), encoding="utf-8")
    return path
