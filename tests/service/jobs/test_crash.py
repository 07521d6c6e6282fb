"""The service is killed while it works on a job; started again, it loses nothing and repeats nothing."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
import orjson
import pytest

TEXT = "年底前，市民政局新建{}个照料中心。"


class Service:
    """A running ``mubiao serve`` with a client."""

    def __init__(self, popen, port):
        self.popen = popen
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)

    def submit(self, documents, headers=()):
        content = b"\n".join(map(orjson.dumps, documents))
        headers = {"Content-Type": "application/x-ndjson", **dict(headers)}
        response = self.http.post("/jobs", content=content, headers=headers)
        assert response.status_code == 202, response.text
        return response.json()["id"]

    def job(self, id):
        return self.http.get(f"/jobs/{id}").json()

    def results(self, id):
        return [orjson.loads(line) for line in self.http.get(f"/jobs/{id}/results").content.splitlines()]

    def kill(self):
        self.popen.send_signal(signal.SIGKILL)
        self.popen.wait()


@contextmanager
def run(folder, until, **environment):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {"MUBIAO_JOBS_FOLDER": str(folder), "MUBIAO_JOBS_CHUNK_DOCUMENTS": "20", **environment}
    with (folder / f"output-{port}").open("wb") as out:
        popen = subprocess.Popen(
            [sys.executable, "-m", "service.cli", "serve"],
            env={**os.environ, "MUBIAO_PORT": str(port), **environment},
            stdout=out,
            stderr=out,
        )
    service = Service(popen, port)

    def ready():
        assert popen.poll() is None
        try:
            return service.http.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    try:
        until(ready)
        yield service
    finally:
        service.http.close()
        popen.kill()
        popen.wait()


def check(results, amount):
    """Each document once, in order, and each with its own answer."""
    assert [r["id"] for r in results] == [f"d{i}" for i in range(amount)]
    for i, result in enumerate(results):
        assert any(str(i) in entity["text"] for entity in result["entities"])


def documents(amount):
    return [{"id": f"d{i}", "text": TEXT.format(i)} for i in range(amount)]


def test_each_document_has_one_result_after_kill_9(tmp_path, until):
    amount = 300
    with run(tmp_path, until) as service:
        id = service.submit(documents(amount))
        until(lambda: 0 < service.job(id)["done"] < amount)
        service.kill()
    with run(tmp_path, until) as service:
        before = service.job(id)
        assert 0 < before["done"] < amount
        # In order, up to the first without one: two chunks are worked on at once, and either may be done first.
        found = service.results(id)
        check(found, len(found))
        deadline = time.monotonic() + 100
        while service.job(id)["state"] != "done":
            assert time.monotonic() < deadline, service.job(id)
            time.sleep(0.1)
        check(service.results(id), amount)
        assert service.job(id)["failed"] == 0


def test_a_job_that_was_not_received_whole_is_none(tmp_path, until):
    with run(tmp_path, until) as service:

        def body():
            yield b"".join(orjson.dumps(d) + b"\n" for d in documents(500))
            time.sleep(0.5)
            service.kill()
            yield b"x"

        with pytest.raises(httpx.TransportError):
            service.http.post("/jobs", content=body(), headers={"Content-Type": "application/x-ndjson"})
    with run(tmp_path, until) as service:
        assert service.http.get("/jobs").json() == {"jobs": [], "next": None}
        id = service.submit(documents(3))
        until(lambda: service.job(id)["state"] == "done")
        check(service.results(id), 3)
