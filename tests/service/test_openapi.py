"""The OpenAPI document: complete, and its examples are what the service answers."""

import dataclasses

import pytest

from service import examples, record_schemas
from service.records import model
from service.schemas import ExtractAnswer, ExtractFileAnswer, ExtractRequest, FileRequest, Problem


@pytest.fixture(scope="module")
def document(client):
    return client.get("/openapi.json").json()


@pytest.mark.parametrize("name", list(examples.load()))
def test_examples_are_current(client, assert_same, name):
    """If this fails, the model or the rules changed: run ``python -m service.examples``."""
    example = examples.load()[name]
    assert_same(client.extract(**example.request).json(), example.answer)


def test_the_table_example_shows_entities_and_records():
    answer = examples.load()["table"].answer
    assert {e["label"] for e in answer["entities"]} == {"TARGET", "METRIC", "NUMBER", "UNIT", "DEADLINE", "DEPARTMENT"}
    assert {r["value"] for r in answer["records"]} >= {"target", "actual"}


def test_every_status_is_described(document):
    statuses = {
        path: set(operation["responses"]) for path, item in document["paths"].items() for operation in item.values()
    }
    assert statuses == {
        "/extract": {"200", "400", "401", "408", "413", "415", "422", "429", "500", "503"},
        "/extract/file": {"200", "400", "401", "408", "413", "415", "422", "429", "500", "503"},
        "/records": {"200", "400", "401", "408", "413", "415", "422", "429", "500", "503"},
        "/export": {"200", "400", "401", "408", "413", "415", "422", "429", "500", "503"},
        "/training-data": {"200", "400", "401", "403", "408", "413", "415", "422", "429", "500", "503"},
        "/livez": {"200", "503"},
        "/readyz": {"200", "503"},
        "/version": {"200"},
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
                if status != "200":
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


def test_examples_of_problems_are_what_is_answered(client, document):
    responses = document["paths"]["/extract"]["post"]["responses"]

    def example(status):
        return responses[status]["content"]["application/problem+json"]["example"]

    assert client.raw(b"{").json() == example("400")
    assert client.raw(b"{}", "text/plain").json() == example("415")
    assert client.extract(text="", offset="utf16").json() == example("422")
    assert client.extract(text="字" * 500_001).json() == example("413")


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
