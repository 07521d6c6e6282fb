"""The OpenAPI document: complete, and its examples are what the service answers."""

import dataclasses
import json

import pytest

from service import examples, record_schemas
from service.examples.__main__ import form
from service.jobs.schemas import JobAnswer
from service.openapi_links import LINKS
from service.records import model
from service.schemas import ExtractAnswer, ExtractFileAnswer, ExtractRequest, FileRequest, Problem
from service.settings import CorrectionSettings, JobSettings, Settings


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
        "post /records": {"200", "400", "401", "408", "413", "415", "422", "429", "500"},
        "post /export": {"200", "400", "401", "408", "413", "415", "422", "429", "500"},
        "post /training-data": {"200", "400", "401", "403", "408", "413", "415", "422", "429", "500"},
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


def test_examples_of_health_are_what_is_answered(client, document):
    for path in ("/livez", "/readyz", "/version"):
        shown = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["example"]
        assert client.get(path).json() == shown


def examples_of(operation):
    return {
        name: example["value"]
        for name, example in operation["requestBody"]["content"]["application/json"]["examples"].items()
    }


def test_examples_of_corrected_documents(client, document, assert_same):
    operation = document["paths"]["/records"]["post"]
    answers = operation["responses"]["200"]["content"]["application/json"]["examples"]
    for name, request in examples_of(operation).items():
        assert_same(client.request("POST", "/records", json=request).json(), answers[name]["value"])
    operation = document["paths"]["/export"]["post"]
    for request in examples_of(operation).values():
        response = client.request("POST", "/export", json=request)
        assert response.headers["Content-Type"] in operation["responses"]["200"]["content"]


def test_the_example_of_training_data(serving, tagger, document, tmp_path):
    operation = document["paths"]["/training-data"]["post"]
    shown = operation["responses"]["200"]["content"]["application/json"]["example"]
    with serving(tagger, Settings(corrections=CorrectionSettings(training_folder=tmp_path))) as client:
        requests = examples_of(operation)
        answers = [client.request("POST", "/training-data", json=request) for request in requests.values()]
        assert [answer.status_code for answer in answers] == [200] * len(requests)
        assert answers[0].json() == shown


def test_examples_of_jobs(serving, held, document, assert_same, tmp_path, until):
    paths = document["paths"]

    def shown(path, method, status):
        ((_, content),) = paths[path][method]["responses"][status]["content"].items()
        return content["example"]

    def same(job, example):
        own = ("id", "rate", "created", "started", "finished", "expires")
        assert {**job, **dict.fromkeys(own)} == {**example, **dict.fromkeys(own)}
        JobAnswer.model_validate(example)
        for name in own:
            assert (job[name] is None) == (example[name] is None)

    sent = paths["/jobs"]["post"]["requestBody"]["content"]
    documents = sent["application/json"]["examples"]["list"]["value"]
    with serving(held, Settings(jobs=JobSettings(folder=tmp_path))) as client:
        held.gate.clear()
        job = client.request("POST", "/jobs", json=documents).json()
        same(job, shown("/jobs", "post", "202"))
        until(lambda: len(held.begun) > 1)
        same(client.request("DELETE", f"/jobs/{job['id']}").json(), shown("/jobs/{id}", "delete", "200"))
        assert client.request("DELETE", f"/jobs/{job['id']}?erase=true").status_code == 204
        held.gate.set()
        place = f"/jobs/{client.request('POST', '/jobs', json=documents).json()['id']}"
        until(lambda: client.get(place).json()["state"] == "done")
        same(client.get(place).json(), shown("/jobs/{id}", "get", "200"))
        page, example = client.get("/jobs").json(), shown("/jobs", "get", "200")
        same(page["jobs"][0], example["jobs"][0])
        assert page["next"] == example["next"]
        lines = [
            [json.loads(line) for line in text.splitlines()]
            for text in (client.get(place + "/results").text, shown("/jobs/{id}/results", "get", "200"))
        ]
        for result, expected in zip(*lines, strict=True):
            assert_same(result, expected) if "entities" in result else (result == expected)
        events = client.get(place + "/events").text.split("\n"), shown("/jobs/{id}/events", "get", "200").split("\n")
        assert [line.split(":")[0] for line in events[0]] == [line.split(":")[0] for line in events[1]]
        same(*(json.loads(lines[1].removeprefix("data: ")) for lines in events))
        one = sent["application/x-ndjson"]["example"]
        headers = {"Content-Type": "application/x-ndjson"}
        assert client.request("POST", "/jobs", content=json.dumps(one).encode(), headers=headers).status_code == 202


def test_links_lead_from_answers_to_requests_that_are_there(document):
    operations = {o["operationId"]: o for item in document["paths"].values() for o in item.values()}
    links = [
        (link, response)
        for operation in operations.values()
        for response in operation["responses"].values()
        for link in response.get("links", {}).values()
    ]
    assert len(links) == len(LINKS)
    for link, _ in links:
        target = operations[link["operationId"]]
        assert set(link.get("parameters", ())) <= {parameter["name"] for parameter in target.get("parameters", ())}
        assert "requestBody" in target or "requestBody" not in link


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
