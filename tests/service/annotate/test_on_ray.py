"""Runs on Ray: on the cluster of docs/deployment.md, and on one that is started for a run."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from models.tagger import SHIPPED

pytestmark = [
    pytest.mark.ray,
    pytest.mark.skipif(not find_spec("ray"), reason="mubiao[ray] is not installed"),
]
_DOCS = Path(__file__).parents[3] / "docs" / "deployment.md"
_RAY = Path(sys.executable).with_name("ray")
_TEXT = "年底前新建公厕9座。"
_LONG = 2_000
"""Documents: a run that is not over before all that shall be killed is killed, on a fast machine either."""


def documents(folder):
    """How many documents of a run have a confirmed result."""
    try:
        lines = (folder / "journal.jsonl").read_bytes().splitlines()
    except FileNotFoundError:
        return 0
    return json.loads(lines[-1])["documents"] if lines else 0


def below(pid, name):
    """The processes that descend from a process and have a name in their command lines."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = status.read_text().rsplit(")", 1)[1].split()[:2]
        except OSError:
            continue
        if state != "Z":
            parents[int(status.parent.name)] = int(parent)

    def descends(child):
        while child in parents and child != pid:
            child = parents[child]
        return child == pid

    found = []
    for child in parents:
        try:
            if child != pid and descends(child) and name in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
        except OSError:
            continue
    return found


def told(errors):
    """What the command says on standard error. Ray itself says there that it says nothing."""
    return "".join(line for line in errors.decode().splitlines(keepends=True) if "RAY_BACKEND_LOG_LEVEL" not in line)


def until(condition, process=None):
    """Wait for a condition to be true, as long as a process runs; what it is."""
    deadline = time.monotonic() + 240
    while not (found := condition()):
        assert process is None or process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline, "waited for too long"
        time.sleep(0.02)
    return found


@pytest.fixture(scope="module")
def environment():
    """Keeps Ray away from other clusters of this machine."""
    folder = Path(tempfile.mkdtemp(prefix="mubiao-ray-", dir="/tmp"))  # sockets need a short path
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("RAY_ADDRESS", raising=False)
        for name, value in {
            "RAY_TMPDIR": str(folder),
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN": os.urandom(32).hex(),
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_worker_niceness": "0",  # else its workers starve where other tests run beside them
        }.items():
            patch.setenv(name, value)
        yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def cluster(environment):
    """The two nodes that the commands in the docs start, and their address."""
    with socket.create_server(("", 0)) as free:
        port = str(free.getsockname()[1])
    page = _DOCS.read_text(encoding="utf-8").replace("6379", port)
    nodes = []
    for command in re.findall(r"^ray (start .+)$", page, re.MULTILINE):
        nodes.append(
            subprocess.Popen(
                [_RAY, *shlex.split(command), "--block"],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                text=True,
            )
        )
        assert any("Ray runtime started" in line for line in nodes[-1].stdout), "a node does not start"
    assert len(nodes) == 2
    yield nodes, re.search(r"RAY_ADDRESS=(\S+) ", page)[1]
    for node in nodes:
        node.terminate()
    for node in nodes:
        node.communicate(timeout=120)


@pytest.fixture
def on_cluster(cluster, monkeypatch):
    """The nodes, for runs that join them."""
    nodes, address = cluster
    monkeypatch.setenv("RAY_ADDRESS", address)
    return nodes


def test_an_actor_what_it_starts_and_the_command_are_killed(on_cluster, start, run, tmp_path):
    archive = tmp_path / "archive.jsonl"
    archive.write_text(f'{{"text": "{_TEXT}"}}\n' * _LONG)
    assert run(archive, "-o", tmp_path / "expected.jsonl").exit_code == 0
    out, folder = tmp_path / "out.jsonl", tmp_path / "out.jsonl.partial"
    options = (archive, "-o", out, "--engine", "ray", "--workers", 1)

    def actors():
        return [pid for node in on_cluster for pid in below(node.pid, b"_Actor")]

    process = start(*options)
    until(lambda: documents(folder), process)
    (first,) = actors()
    os.kill(first, signal.SIGKILL)
    # The one that takes its place annotates in a process beside it.
    (beside,) = until(
        lambda: [pid for actor in actors() if actor != first for pid in below(actor, b"spawn_main")], process
    )
    done = documents(folder)
    os.kill(beside, signal.SIGKILL)
    until(lambda: documents(folder) > done, process)
    process.kill()
    process.communicate()
    assert 0 < documents(folder) < _LONG
    until(lambda: not actors())

    process = start(*options)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    assert out.read_bytes() == (tmp_path / "expected.jsonl").read_bytes()
    assert not folder.exists()


def test_files_and_parquet_from_where_the_command_runs(on_cluster, start, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # which is not where the cluster was started
    Path("folder").mkdir()
    Path("folder", "a.txt").write_text(_TEXT, encoding="utf-8")
    Path("folder", "b.docx").write_bytes(b"PK\x03\x04")
    parquet.write_table(pa.table({"id": range(60), "text": [_TEXT] * 60}), "in.parquet")
    assert run("in.parquet", "folder", "-o", "expected.parquet", "--text").exit_code == 1
    process = start("in.parquet", "folder", "-o", "out.parquet", "--text", "--engine", "ray")
    _, errors = process.communicate(timeout=300)
    assert told(errors) == "error: 1 of 62 documents failed\n"
    assert parquet.read_table("out.parquet") == parquet.read_table("expected.parquet")


def test_lines_that_changed_meanwhile_are_told(on_cluster, start, many, tmp_path):
    out, folder = tmp_path / "out.jsonl", tmp_path / "out.jsonl.partial"
    process = start(many, "-o", out)
    until(lambda: documents(folder), process)
    process.kill()
    process.communicate()
    with many.open("a") as file:
        file.write("{}\n")
    process = start(many, "-o", out, "--engine", "ray")
    _, errors = process.communicate(timeout=300)
    assert told(errors) == f"error: {many}: has changed since the run began; --restart begins it again\n"
    assert process.returncode == 1


def test_a_damaged_model_is_told(on_cluster, start, many, tmp_path, monkeypatch):
    shutil.copytree(SHIPPED, tmp_path / "model")
    with (tmp_path / "model" / "alphabet.txt").open("a") as file:
        file.write("x\n")
    monkeypatch.setenv("MUBIAO_MODEL_FOLDER", str(tmp_path / "model"))
    process = start(many, "-o", tmp_path / "out.jsonl", "--engine", "ray")
    _, errors = process.communicate(timeout=300)
    assert "alphabet.txt: damaged" in told(errors)
    assert (process.returncode, len(told(errors).splitlines())) == (1, 1)


def test_a_cluster_of_its_own_whatever_was_there_before(environment, start, run, many, tmp_path):
    file = environment / "ray" / "ray_current_cluster"
    file.parent.mkdir(exist_ok=True)
    file.write_text("127.0.0.1:1")  # as a cluster leaves it that has died
    assert run(many, "-o", tmp_path / "expected.jsonl").exit_code == 0
    out, folder = tmp_path / "out.jsonl", tmp_path / "out.jsonl.partial"
    process = start(many, "-o", out, "--engine", "ray", "--workers", 1)
    until(lambda: documents(folder), process)
    (raylet,) = below(process.pid, b"/raylet")
    process.kill()
    process.communicate()
    until(lambda: not Path(f"/proc/{raylet}/exe").exists())
    process = start(many, "-o", out, "--engine", "ray", "--workers", 1)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    assert out.read_bytes() == (tmp_path / "expected.jsonl").read_bytes()


@pytest.mark.parametrize("address", ["127.0.0.1:1", "auto", "ray://127.0.0.1:1", "127.0.0.1:99999"])
def test_an_address_without_a_cluster_is_told(environment, run, many, tmp_path, monkeypatch, address):
    monkeypatch.setenv("RAY_ADDRESS", address)
    result = run(many, "-o", tmp_path / "out.jsonl", "--engine", "ray")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: RAY_ADDRESS: ")
    assert len(result.stderr.splitlines()) == 1
