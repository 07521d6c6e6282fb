"""labels and min_confidence: what answers hold, and what their records then say."""

import pytest

LABELS = ["TARGET", "METRIC", "NUMBER", "UNIT", "DEADLINE", "DEPARTMENT"]


@pytest.fixture(scope="module")
def whole(client, table):
    return client.extract(text=table, id="x").json()


def ids(record):
    single = [record[role] for role in ("target", "metric", "number", "unit") if record[role]]
    nested = [d["deadline"] for d in record["dues"]] + [a["department"] for a in record["assigned"]]
    against = [record["progress"]["against"]] if record["progress"] else []
    return {*single, *record["deadlines"], *record["departments"], *nested, *against}


@pytest.mark.parametrize(
    "labels",
    [
        *([label] for label in LABELS),
        ["NUMBER", "UNIT"],
        ["TARGET", "DEPARTMENT", "DEADLINE"],
        ["METRIC", "UNIT"],
        LABELS,
    ],
)
def test_only_what_is_asked_for(client, table, whole, labels):
    answer = client.extract(text=table, id="x", labels=labels).json()
    assert answer["entities"] == [e for e in whole["entities"] if e["label"] in labels]
    shown = {e["id"] for e in answer["entities"]}
    assert shown
    for record in answer["records"]:
        assert ids(record) <= shown
        assert record["target"] or record["number"]
        assert (record["due"] is None) or "DEADLINE" in labels
        assert (record["quantity"] is None) or "NUMBER" in labels
    assert bool(answer["records"]) == bool({"TARGET", "NUMBER"} & set(labels))


def test_links_are_the_same_whatever_is_shown(client, table, whole):
    answer = client.extract(text=table, id="x", labels=["TARGET", "DEPARTMENT"]).json()
    rows = {(r["target"], tuple(r["departments"])) for r in answer["records"]}
    assert rows == {(r["target"], tuple(r["departments"])) for r in whole["records"] if r["target"]}
    assert len(rows) == len(answer["records"])  # those that differ only by their number are one
    answer = client.extract(text=table, id="x", labels=["NUMBER"]).json()
    assert [r["quantity"] for r in answer["records"]] == [r["quantity"] for r in whole["records"] if r["number"]]


def test_all_labels_are_as_none(client, table, whole):
    assert client.extract(text=table, id="x", labels=LABELS).json() == whole
    assert client.extract(text=table, id="x", labels=None, min_confidence=0).json() == whole


def test_an_unsure_entity_is_as_if_it_had_not_been_found(client, table, whole):
    confidences = sorted(e["confidence"] for e in whole["entities"])
    bound = confidences[len(confidences) // 2]
    answer = client.extract(text=table, id="x", min_confidence=bound).json()
    assert answer["entities"] == [e for e in whole["entities"] if e["confidence"] >= bound]
    assert 0 < len(answer["entities"]) < len(whole["entities"])
    shown = {e["id"] for e in answer["entities"]}
    assert all(ids(record) <= shown for record in answer["records"])
    numbers = [e["id"] for e in answer["entities"] if e["label"] == "NUMBER"]
    assert [r["number"] for r in answer["records"] if r["number"]] == numbers
    assert client.extract(text=table, id="x", min_confidence=1).json()["entities"] == [
        e for e in whole["entities"] if e["confidence"] == 1
    ]


@pytest.mark.parametrize("labels", [[], "NUMBER", ["number"], ["NUMBER", None], 5, {}, ["X"]])
def test_wrong_labels_are_refused(client, labels):
    response = client.extract(text="无", labels=labels)
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert error["field"] == "labels"
    assert "DEPARTMENT" in error["message"]


@pytest.mark.parametrize("least", [-0.1, 1.1, "0.5", None, True, [0.5], 1e400])
def test_wrong_confidences_are_refused(client, least):
    import json

    response = client.raw(json.dumps({"text": "无", "min_confidence": least}).replace("Infinity", "1e400").encode())
    assert response.status_code in (400, 422)


def test_as_fields_of_a_form(client, table, whole):
    files = {"file": ("a.txt", table.encode())}
    data = {"labels": "NUMBER,UNIT", "min_confidence": "0.9", "id": "x"}
    answer = client.request("POST", "/extract/file", files=files, data=data).json()
    assert {e["label"] for e in answer["entities"]} == {"NUMBER", "UNIT"}
    assert min(e["confidence"] for e in answer["entities"]) >= 0.9
    for wrong in ({"labels": "NUMBER,,UNIT"}, {"labels": "X"}, {"min_confidence": "nan"}, {"min_confidence": "2"}):
        response = client.request("POST", "/extract/file", files=files, data=wrong)
        assert response.status_code == 422
        assert [e["field"] for e in response.json()["errors"]] == list(wrong)
