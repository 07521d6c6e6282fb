"""GET /labels and /openapi.json, and what tells how long a request took."""

import re
from pathlib import Path

import pytest

from annotations.schema import Label
from service.schemas import LabelsAnswer

GUIDELINE = Path(__file__).parents[2] / "annotations" / "GUIDELINE.md"


def test_labels_are_those_of_the_guideline(client):
    answer = LabelsAnswer.model_validate(client.get("/labels").json())
    table = re.findall(r"^\| ([A-Z]+) \| (\S+) \| (.*?) \|$", GUIDELINE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [(label.label.value, label.name) for label in answer.labels] == [row[:2] for row in table]
    for label, row in zip(answer.labels, table, strict=True):
        assert label.definition.split(",")[0] == row[2].split(",")[0]
        assert re.search("[一-鿿]", label.definition_chinese)
    assert {label.label: [v.value for v in label.values] for label in answer.labels if label.values} == {
        Label.NUMBER: ["target", "actual"]
    }


def test_roles_name_members_of_records_and_labels(client, table):
    answer = client.get("/labels").json()
    found = client.extract(text=table).json()
    labels = {e["id"]: e["label"] for e in found["entities"]}
    for role in answer["roles"]:
        for record in found["records"]:
            linked = record.get(role["role"]) or record.get(role["role"] + "s") or []
            assert {labels[id] for id in ([linked] if isinstance(linked, str) else linked)} <= {role["target"]}
    assert {a["role"] for r in found["records"] for a in r["assigned"]} <= {d["role"] for d in answer["duties"]}


@pytest.mark.parametrize("path", ["/labels", "/openapi.json"])
def test_what_has_not_changed_is_not_sent_again(client, path):
    first = client.get(path)
    tag = first.headers["ETag"]

    def status(held):
        return client.request("GET", path, headers={"If-None-Match": held}).status_code

    assert [status(t) for t in (tag, f'"x", {tag}', tag.removeprefix("W/"), "*")] == [304] * 4
    assert [status(t) for t in ('"x"', "", "W/", tag[:-3] + '"')] == [200] * 4
    again = client.request("GET", path, headers={"If-None-Match": tag})
    assert (again.content, again.headers["ETag"]) == (b"", tag)


def test_the_stages_of_a_request_are_timed(client, table):
    response = client.extract(text=table)
    stages = dict(re.findall(r"(\w+);dur=([\d.]+)", response.headers["Server-Timing"]))
    assert list(stages) == ["read", "queue", "tag", "records", "json"]
    assert float(stages["tag"]) > 0
    file = client.request("POST", "/extract/file", files={"file": ("a.txt", table.encode())})
    assert file.headers["Server-Timing"].startswith("read;dur=")
