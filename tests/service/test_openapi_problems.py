"""Every status of a problem that the OpenAPI document has is provoked, and answered as its example says."""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest

from service.access import keys
from service.body_deadline import BodyDeadline
from service.settings import (
    AccessSettings,
    ConnectionSettings,
    CorrectionSettings,
    JobSettings,
    QueueSettings,
    Settings,
)

JSON = {"Content-Type": "application/json"}
LINES = {"Content-Type": "application/x-ndjson"}
FORM = {"Content-Type": "multipart/form-data"}
TEXT = {"Content-Type": "text/plain"}
LONG = {"Content-Length": "99999999999"}
MODEL = ("POST /extract", "POST /extract/file", "POST /extract/batch")
CORRECTED = ("POST /records", "POST /export", "POST /training-data")
OF_A_JOB = ("GET /jobs/{id}", "DELETE /jobs/{id}", "GET /jobs/{id}/results", "GET /jobs/{id}/events")
GUARDED = (*MODEL, *CORRECTED, "POST /jobs", "GET /jobs", *OF_A_JOB)
BODIES = {
    "POST /extract": {"json": {"text": "字"}},
    "POST /extract/file": {"files": {"file": "字".encode()}},
    "POST /extract/batch": {"json": [{"text": "字"}]},
    "POST /records": {"json": {"text": "字", "entities": []}},
    "POST /export": {"json": {"format": "csv", "documents": [{"text": "字", "entities": []}]}},
    "POST /training-data": {"json": {"text": "字", "entities": []}},
    "POST /jobs": {"json": [{"text": "字"}]},
}
"""Requests that are good."""
WRONG = {
    ("POST /extract", "400"): {"content": b"{", "headers": JSON},
    ("POST /extract", "413"): {"json": {"text": "字" * 500_001}},
    ("POST /extract", "415"): {"content": b"{}", "headers": TEXT},
    ("POST /extract", "422"): {"json": {"text": "", "offset": "utf16"}},
    ("POST /extract/file", "400"): {"content": b"x", "headers": FORM},
    ("POST /extract/file", "413"): {
        "content": b"x",
        "headers": {"Content-Type": "multipart/form-data; boundary=x", **LONG},
    },
    ("POST /extract/file", "415"): {"files": {"file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)}},
    ("POST /extract/file", "422"): {"files": {"other": ("", b"")}},
    ("POST /extract/batch", "400"): {"json": {}},
    ("POST /extract/batch", "413"): {"json": [{"text": "字"}] * 10_001},
    ("POST /extract/batch", "415"): {"content": b"{}", "headers": TEXT},
    ("POST /jobs", "400"): {"content": b"3", "headers": JSON},
    ("POST /jobs", "413"): {"content": b"{}", "headers": LINES | LONG},
    ("POST /jobs", "415"): {"content": b"{}", "headers": TEXT},
    ("POST /jobs", "422"): {"params": {"limits": "5"}, "json": [{"text": "字"}]},
    ("GET /jobs", "422"): {"params": {"limits": "5"}},
    ("DELETE /jobs/{id}", "422"): {"params": {"limits": "5"}},
    ("GET /jobs/{id}/results", "422"): {"params": {"limits": "5"}},
    **{(operation, "404"): {} for operation in OF_A_JOB},
}
for _operation in CORRECTED:
    WRONG |= {
        (_operation, "400"): {"content": b"{", "headers": JSON},
        (_operation, "413"): {"content": b"{}", "headers": JSON | LONG},
        (_operation, "415"): {"content": b"{}", "headers": TEXT},
        (_operation, "422"): {"json": {}},
    }
STATES = {
    "401": GUARDED,
    "403": ("POST /training-data",),
    "408": tuple(BODIES),
    "409": ("POST /jobs",),
    "429": GUARDED,
    "500": GUARDED,
    "503": (*MODEL, "POST /jobs", "GET /jobs", *OF_A_JOB, "GET /livez", "GET /readyz"),
}
"""What depends on how the service is, not on the request; each has its test."""


def send(client, operation, **options):
    method, path = operation.split()
    return client.request(method, path.replace("{id}", "0" * 32), **options)


def shown(client, operation, status):
    """The example of a problem, and its headers."""
    method, path = operation.split()
    response = client.get("/openapi.json").json()["paths"][path][method.lower()]["responses"][status]
    examples = {name: header["example"] for name, header in response["headers"].items() if "example" in header}
    return response["content"]["application/problem+json"]["example"], examples


def check(client, operation, status, response):
    example, headers = shown(client, operation, status)
    assert (response.status_code, response.json()) == (int(status), example)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert headers.keys() <= {name.title() if name != "WWW-Authenticate" else name for name in headers}
    for name in headers:
        assert response.headers[name]
    return response


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("service")
    return Settings(jobs=JobSettings(folder=folder), corrections=CorrectionSettings(training_folder=folder))


@pytest.fixture(scope="module")
def client(serving, tagger, settings):
    with serving(tagger, settings) as client:
        yield client


def test_every_status_of_a_problem_is_provoked(client):
    described = {
        (f"{method.upper()} {path}", status)
        for path, item in client.get("/openapi.json").json()["paths"].items()
        for method, operation in item.items()
        for status in operation["responses"]
        if status >= "400"
    }
    assert described == {*WRONG, *((operation, status) for status, of in STATES.items() for operation in of)}


@pytest.mark.parametrize(("operation", "status"), list(WRONG), ids=lambda part: part.replace(" ", "-"))
def test_wrong_requests(client, operation, status):
    check(client, operation, status, send(client, operation, **WRONG[operation, status]))


def test_without_a_key(serving, tagger, settings, tmp_path):
    _, kept = keys.create("office", None, None)
    keys.write(tmp_path / "keys.json", [kept])
    with serving(tagger, replace(settings, access=AccessSettings(keys=tmp_path / "keys.json")), wait=False) as client:
        for operation in STATES["401"]:
            response = check(client, operation, "401", send(client, operation))
            assert response.headers["WWW-Authenticate"] == shown(client, operation, "401")[1]["WWW-Authenticate"]


def test_what_is_not_enabled(serving, tagger, settings):
    with serving(tagger, replace(settings, corrections=CorrectionSettings()), wait=False) as client:
        for operation in STATES["403"]:
            check(client, operation, "403", send(client, operation, **BODIES[operation]))


def test_bodies_that_are_late(serving, tagger, settings):
    async def body():
        yield b"--x\r\n" if boundary else b"["
        await asyncio.sleep(60)

    with serving(tagger, replace(settings, connection=ConnectionSettings(body_seconds=0.1))) as client:
        for operation in STATES["408"]:
            boundary = operation == "POST /extract/file"
            headers = {"Content-Type": "multipart/form-data; boundary=x"} if boundary else JSON
            check(client, operation, "408", send(client, operation, content=body(), headers=headers))


def test_a_job_that_is_still_being_received(client, settings):
    options = {**BODIES["POST /jobs"], "headers": {"Idempotency-Key": "k"}}
    assert send(client, "POST /jobs", **options).status_code == 202
    with closing(sqlite3.connect(settings.jobs.file)) as connection, connection:
        connection.execute("UPDATE jobs SET digest = NULL WHERE key = 'k'")
    check(client, "POST /jobs", "409", send(client, "POST /jobs", **options))


def test_a_queue_that_is_full(serving, held, settings, until):
    settings = replace(settings, queue=QueueSettings(capacity=1))
    with serving(held, settings) as client, ThreadPoolExecutor(1) as pool:
        held.begun.clear()
        held.gate.clear()
        waiting = pool.submit(client.extract, text="占用")
        until(lambda: held.begun == ["占用"])
        for operation in MODEL:
            response = check(client, operation, "429", send(client, operation, **BODIES[operation]))
            assert response.headers["Retry-After"] == str(shown(client, operation, "429")[1]["Retry-After"])
        held.gate.set()
        assert waiting.result().status_code == 200


def test_who_asks_too_often(serving, tagger, settings):
    with serving(tagger, replace(settings, access=AccessSettings(rate=1)), wait=False) as client:
        send(client, "GET /jobs")
        for operation in set(STATES["429"]) - {*MODEL}:
            check(client, operation, "429", send(client, operation))


def test_failures_of_the_service(client, monkeypatch):
    def fail(*arguments):
        raise RuntimeError

    monkeypatch.setattr(BodyDeadline, "__call__", fail)
    for operation in STATES["500"]:
        monkeypatch.undo()
        example = shown(client, operation, "500")
        monkeypatch.setattr(BodyDeadline, "__call__", fail)
        response = send(client, operation)
        assert (response.status_code, response.json(), {}) == (500, *example)


def test_failures_of_the_model(serving, held, settings, monkeypatch):
    with serving(held, settings) as client:
        held.error_on = "字"
        for operation in ("POST /extract", "POST /extract/file"):
            check(client, operation, "500", send(client, operation, **BODIES[operation]))
        monkeypatch.setattr("service.batch.items.read", None)
        check(
            client, "POST /extract/batch", "500", send(client, "POST /extract/batch", **BODIES["POST /extract/batch"])
        )


def test_a_model_that_is_not_ready(serving, held, settings):
    held.gate.clear()
    with serving(held, settings, wait=False) as client:
        for operation in (*MODEL, "GET /readyz"):
            check(client, operation, "503", send(client, operation, **BODIES.get(operation, {})))
        held.gate.set()


def test_a_worker_that_has_ended(serving, held, settings):
    with serving(held, settings) as client:
        client.app.state.worker.stop()
        check(client, "GET /livez", "503", send(client, "GET /livez"))


def test_jobs_without_a_database(serving, tagger, settings, tmp_path):
    (tmp_path / "jobs.sqlite").mkdir()
    with serving(tagger, replace(settings, jobs=JobSettings(folder=tmp_path)), wait=False) as client:
        for operation in ("POST /jobs", "GET /jobs", *OF_A_JOB):
            check(client, operation, "503", send(client, operation, **BODIES.get(operation, {})))
