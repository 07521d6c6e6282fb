"""Runs on Ray whose actors and whose driver are killed."""

import json
import os
import signal
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = [pytest.mark.ray, pytest.mark.skipif(not find_spec("ray"), reason="mubiao[ray] is not installed")]


def lines(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def confirmed(folder):
    try:
        return len((folder / "journal.jsonl").read_bytes().splitlines())
    except FileNotFoundError:
        return 0


def wait(process, condition):
    deadline = time.monotonic() + 240
    while not condition():
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline, "waited for too long"
        time.sleep(0.02)


def actors(pid):
    """The processes of actors that descend from a process."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(status.parent.name)] = int(status.read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
    family, found = {pid}, []
    for child in sorted(parents):
        if parents[child] in family:
            family.add(child)
            if b"_Actor" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
    return found


def test_an_actor_and_the_driver_are_killed(start, run, many, tmp_path):
    assert run(many, "-o", tmp_path / "expected.jsonl").exit_code == 0
    out, folder = tmp_path / "out.jsonl", tmp_path / "out.jsonl.partial"
    options = (many, "-o", out, "--engine", "ray", "--workers", 1)

    process = start(*options)
    wait(process, lambda: confirmed(folder) > 0)
    done = confirmed(folder)
    os.kill(actors(process.pid)[0], signal.SIGKILL)
    wait(process, lambda: confirmed(folder) > done)
    process.kill()
    process.communicate()
    assert folder.exists()

    process = start(*options)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    assert out.read_bytes() == (tmp_path / "expected.jsonl").read_bytes()
    assert lines(out)[-1]["id"] == "文299"
