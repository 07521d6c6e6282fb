"""Several worker processes: they share the load, and one that dies or hangs is replaced."""

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from proofs.service import free_port, serving


@pytest.fixture
def server():
    with serving(MUBIAO_WORKERS="2", MUBIAO_MODEL_THREADS="1") as service:
        yield service


def workers(server):
    return [line["pid"] for line in server.logged() if line["event"] == "worker started"]


def count(server, name):
    text = httpx.get(server.url + "/metrics", timeout=30).text
    return sum(float(value) for value in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", text, re.MULTILINE))


def test_a_killed_worker_is_replaced_and_the_figures_go_on(server, table, until):
    assert len(server.children()) == 2
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda _: httpx.post(server.url + "/extract", json={"text": table}, timeout=60), range(8))
        )
    assert {a.status_code for a in answers} == {200}
    assert len({str(a.json()["entities"]) for a in answers}) == 1
    assert count(server, "mubiao_documents_total") == 8
    first, second = workers(server)
    os.kill(first, signal.SIGKILL)
    assert server.ready()  # the other answers at once
    until(lambda: len(workers(server)) == 3)
    until(lambda: count(server, "mubiao_ready_workers") == 2)
    assert second in server.children()
    assert count(server, "mubiao_documents_total") == 8
    ended = next(line for line in server.logged() if line["event"] == "worker ended")
    assert (ended["pid"], ended["exit"]) == (first, -signal.SIGKILL)
    assert server.stop() == 0


def test_a_worker_whose_event_loop_stands_still_is_replaced(monkeypatch, until):
    # A stopped process is the same to its supervisor as one that hangs.
    script = "import service.processes as p; p._SILENT_SECONDS = 3; from service.cli import app; app(['serve'])"
    port = free_port()
    environment = {**os.environ, "MUBIAO_PORT": str(port), "MUBIAO_WORKERS": "2", "MUBIAO_MODEL_THREADS": "1"}
    with subprocess.Popen([sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE) as popen:
        try:

            def ready():
                try:
                    return "mubiao_ready_workers 2.0" in httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=1).text
                except httpx.TransportError:
                    return False

            until(ready)
            children = Path(f"/proc/{popen.pid}/task/{popen.pid}/children")
            before = children.read_text().split()
            os.kill(int(before[0]), signal.SIGSTOP)
            until(lambda: before[0] not in children.read_text().split() and len(children.read_text().split()) == 2)
            until(ready)
        finally:
            popen.terminate()
            output, _ = popen.communicate(timeout=60)
    assert popen.returncode == 0
    assert b"worker hangs" in output


def test_no_worker_outlives_its_supervisor(server, until):
    children = server.children()
    server.popen.kill()
    until(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in children))


def test_workers_that_cannot_start_end_the_service(tmp_path):
    script = (
        "from models.tagger import Tagger\n"
        "def fail(self, texts): raise RuntimeError('no')\n"
        "Tagger.annotate = fail\n"
        "from service.cli import app; app(['serve'])"
    )
    environment = {**os.environ, "MUBIAO_PORT": str(free_port()), "MUBIAO_WORKERS": "2"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "error: 5 worker processes in a row ended before they were ready"


def test_a_worker_that_cannot_be_started_does_not_end_the_others():
    script = (
        "import os, service.processes as p\n"
        "fork, calls = os.fork, []\n"
        "def sometimes():\n"
        "    calls.append(1)\n"
        "    if len(calls) in (2, 3):\n"
        "        raise BlockingIOError(11, 'Resource temporarily unavailable')\n"
        "    return fork()\n"
        "p.os.fork = sometimes\n"
        "from service.cli import app; app(['serve'])"
    )
    port = free_port()
    environment = {**os.environ, "MUBIAO_PORT": str(port), "MUBIAO_WORKERS": "2", "MUBIAO_MODEL_THREADS": "1"}
    with subprocess.Popen([sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE) as popen:
        lines = []
        for line in popen.stdout:
            lines.append(line)
            if sum(b"Application startup complete" in line for line in lines) == 2:
                break
        popen.terminate()
        popen.communicate(timeout=60)
    assert popen.returncode == 0
    assert sum(b"a worker cannot be started" in line for line in lines) == 2
