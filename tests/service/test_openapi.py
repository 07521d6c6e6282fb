"""The OpenAPI document: complete, and its examples are what the service answers."""

import dataclasses
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from service import examples, record_schemas
from service.examples.__main__ import form
from service.records import model
from service.schemas import ExtractAnswer, ExtractFileAnswer, ExtractRequest, FileRequest, Problem
from service.settings import QueueSettings, Settings


@pytest.fixture(scope="module")
def document(client):
    return client.get("/openapi.json").json()


@pytest.mark.parametrize("name", list(examples.load()))
def test_examples_are_current(client, assert_same, name):
    """If this fails, the model or the rules changed: run ``python -m service.examples``."""
    example = examples.load()[name]
    assert_same(client.extract(**example.request).json(), example.answer)


@pytest.mark.parametrize("name", list(examples.load(examples.FILES)))
def test_examples_of_files_are_current(client, assert_same, name):
    example = examples.load(examples.FILES)[name]
    assert_same(client.request("POST", "/extract/file", **form(example)).json(), example.answer)


@pytest.mark.parametrize("name", list(examples.load(examples.BATCH)))
def test_examples_of_batches_are_current(client, assert_same, document, name):
    example = examples.load(examples.BATCH)[name]
    answers = client.request("POST", "/extract/batch", json=example.request).json()
    for answer, expected in zip(answers, example.answer, strict=True):
        assert_same(answer, expected) if "entities" in answer else (answer == expected)
    batch = document["paths"]["/extract/batch"]["post"]
    lines = batch["requestBody"]["content"]["application/x-ndjson"]["examples"][name]["value"]
    shown = batch["responses"]["200"]["content"]["application/x-ndjson"]["examples"][name]["value"]
    sent = client.request(
        "POST", "/extract/batch", content=lines.encode(), headers={"Content-Type": "application/x-ndjson"}
    )
    assert [json.loads(line) for line in sent.text.splitlines()] == answers
    assert [json.loads(line) for line in shown.splitlines()] == example.answer


def test_the_example_of_labels_is_what_is_answered(client, document):
    shown = document["paths"]["/labels"]["get"]["responses"]["200"]["content"]["application/json"]["example"]
    assert client.get("/labels").json() == shown


def test_the_table_example_shows_entities_and_records():
    answer = examples.load()["table"].answer
    assert {e["label"] for e in answer["entities"]} == {"TARGET", "METRIC", "NUMBER", "UNIT", "DEADLINE", "DEPARTMENT"}
    assert {r["value"] for r in answer["records"]} >= {"target", "actual"}


def test_every_status_is_described(document):
    statuses = {
        f"{method} {path}": set(operation["responses"])
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }
    assert statuses == {
        "post /extract": {"200", "400", "401", "408", "413", "415", "422", "429", "500", "503"},
        "post /extract/file": {"200", "400", "401", "408", "413", "415", "422", "429", "500", "503"},
        "post /extract/batch": {"200", "400", "401", "408", "413", "415", "429", "500", "503"},
        "post /jobs": {"202", "400", "401", "408", "409", "413", "415", "422", "429", "500", "503"},
        "get /jobs": {"200", "401", "422", "429", "500", "503"},
        "get /jobs/{id}": {"200", "401", "404", "429", "500", "503"},
        "delete /jobs/{id}": {"200", "204", "401", "404", "422", "429", "500", "503"},
        "get /jobs/{id}/results": {"200", "401", "404", "422", "429", "500", "503"},
        "get /jobs/{id}/events": {"200", "401", "404", "429", "500", "503"},
        "get /labels": {"200", "304"},
        "get /openapi.json": {"200", "304"},
        "post /records": {"200", "400", "401", "408", "413", "415", "422", "429", "500", "503"},
        "post /export": {"200", "400", "401", "408", "413", "415", "422", "429", "500", "503"},
        "post /training-data": {"200", "400", "401", "403", "408", "413", "415", "422", "429", "500", "503"},
        "get /livez": {"200", "503"},
        "get /readyz": {"200", "503"},
        "get /version": {"200"},
    }


def test_examples_fit_their_schemas(document):
    extract = document["paths"]["/extract"]["post"]
    body = extract["requestBody"]["content"]["application/json"]
    assert body["schema"] == {"$ref": "#/components/schemas/ExtractRequest"}
    for example in body["examples"].values():
        ExtractRequest.model_validate(example["value"])
    for example in extract["responses"]["200"]["content"]["application/json"]["examples"].values():
        ExtractAnswer.model_validate(example["value"])
    file = document["paths"]["/extract/file"]["post"]
    body = file["requestBody"]["content"]["multipart/form-data"]
    assert body["schema"] == {"$ref": "#/components/schemas/FileRequest"}
    for example in body["examples"].values():
        FileRequest.model_validate({**example["value"], "file": example["value"]["file"].encode()})
    for example in file["responses"]["200"]["content"]["application/json"]["examples"].values():
        ExtractFileAnswer.model_validate(example["value"])
    for item in document["paths"].values():
        for operation in item.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    (content,) = response["content"].values()
                    assert Problem.model_validate(content["example"]).status == int(status)


@pytest.mark.parametrize(
    ("part", "answer"),
    [
        (model.Record, record_schemas.RecordAnswer),
        (model.Quantity, record_schemas.QuantityAnswer),
        (model.Due, record_schemas.DueAnswer),
        (model.Anchor, record_schemas.AnchorAnswer),
        (model.Duration, record_schemas.DurationAnswer),
        (model.Assignment, record_schemas.AssignedAnswer),
        (model.Progress, record_schemas.ProgressAnswer),
    ],
)
def test_records_are_described_field_by_field(part, answer):
    assert [f.name for f in dataclasses.fields(part)] == list(answer.model_fields)


PROVOKED = {
    ("/extract", "400"): {"content": b"{", "headers": {"Content-Type": "application/json"}},
    ("/extract", "413"): {"json": {"text": "字" * 500_001}},
    ("/extract", "415"): {"content": b"{}", "headers": {"Content-Type": "text/plain"}},
    ("/extract", "422"): {"json": {"text": "", "offset": "utf16"}},
    ("/extract/file", "400"): {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
    ("/extract/file", "413"): {
        "content": b"x",
        "headers": {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": "99999999"},
    },
    ("/extract/file", "415"): {"files": {"file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)}},
    ("/extract/file", "422"): {"files": {"other": ("", b"")}},
    ("/extract/batch", "400"): {"json": {}},
    ("/extract/batch", "413"): {"json": [{"text": "字"}] * 10_001},
    ("/extract/batch", "415"): {"content": b"{}", "headers": {"Content-Type": "text/plain"}},
}
"""Requests that get the example of a route's problem. Those of 429, 500 and 503 are provoked by what the service does."""
_REQUESTS = {
    "/extract": {"json": {"text": "字"}},
    "/extract/file": {"files": {"file": "字".encode()}},
    "/extract/batch": {"json": [{"text": "字"}]},
}


CORRECTED = ("/records", "/export", "/training-data")
for _path in ("/records", "/export"):
    _json = {"Content-Type": "application/json"}
    PROVOKED |= {
        (_path, "400"): {"content": b"{", "headers": _json},
        (_path, "413"): {"content": b"{}", "headers": _json | {"Content-Length": "99999999"}},
        (_path, "415"): {"content": b"{}", "headers": {"Content-Type": "text/plain"}},
        (_path, "422"): {"json": {}},
    }
PROVOKED["/training-data", "403"] = {"json": {"text": "新建", "entities": []}}


def shown(document, path, status):
    (operation,) = document["paths"][path].values()
    return operation["responses"][status]["content"]["application/problem+json"]["example"]


@pytest.mark.parametrize(("path", "status"), list(PROVOKED))
def test_examples_of_problems_are_what_is_answered(client, document, path, status):
    response = client.request("POST", path, **PROVOKED[path, status])
    expected = shown(document, path, status)
    if (path, status) == ("/extract/file", "422"):
        expected = {**expected, "errors": expected["errors"][:1]}
        assert response.json()["errors"][0] == expected["errors"][0]
    else:
        assert response.json() == expected


def test_every_status_of_a_problem_is_provoked(document):
    described = {
        (path, status)
        for path, item in document["paths"].items()
        for operation in item.values()
        for status in operation["responses"]
        if status >= "400" and not path.startswith("/jobs")  # tests/service/jobs provoke theirs
    }
    # As POST /records, once it is enabled.
    enabled = {("/training-data", status) for status in ("400", "413", "415", "422")}
    of_service = {(path, status) for path in (*_REQUESTS, *CORRECTED) for status in ("401", "408", "429", "500", "503")}
    assert described == {*PROVOKED, *enabled, *of_service, ("/livez", "503"), ("/readyz", "503")}


def test_examples_of_failures(serving, held, document, until, monkeypatch):
    held.gate.clear()
    with serving(held, wait=False) as client:
        for path, request in _REQUESTS.items():
            assert client.request("POST", path, **request).json() == shown(document, path, "503")
        assert client.get("/readyz").json() == shown(document, "/readyz", "503")
        held.gate.set()
        until(lambda: client.app.state.worker.ready)
        held.error_on = "字"
        for path in ("/extract", "/extract/file"):
            assert client.request("POST", path, **_REQUESTS[path]).json() == shown(document, path, "500")
        monkeypatch.setattr("service.batch.items.read", None)
        path = "/extract/batch"
        assert client.request("POST", path, **_REQUESTS[path]).json() == shown(document, path, "500")


def test_examples_of_too_much_work(serving, held, document, until):
    with serving(held, Settings(queue=QueueSettings(capacity=1))) as client, ThreadPoolExecutor(1) as pool:
        held.begun.clear()
        held.gate.clear()
        waiting = [pool.submit(client.extract, text="占用")]
        until(lambda: held.begun == ["占用"])
        for path, request in _REQUESTS.items():
            response = client.request("POST", path, **request)
            assert (response.status_code, response.json()) == (429, shown(document, path, "429"))
            (operation,) = document["paths"][path].values()
            told = operation["responses"]["429"]["headers"]["Retry-After"]["example"]
            assert response.headers["Retry-After"] == str(told)
        held.gate.set()
        assert {w.result().status_code for w in waiting} == {200}


def test_a_service_whose_worker_has_ended_says_so(serving, held, document):
    with serving(held) as client:
        client.app.state.worker.stop()
        assert client.get("/livez").json() == shown(document, "/livez", "503")


def test_all_references_lead_somewhere(document):
    def references(value):
        if isinstance(value, dict):
            yield from (v for k, v in value.items() if k == "$ref")
            value = list(value.values())
        if isinstance(value, list):
            for inner in value:
                yield from references(inner)

    found = set(references(document))
    assert found
    assert {r.rsplit("/", 1)[1] for r in found} <= set(document["components"]["schemas"])
