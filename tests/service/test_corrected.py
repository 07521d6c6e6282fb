"""Corrected documents: linked anew, exported, kept to train on; what does not fit is refused by name."""

import io
import json
from dataclasses import replace

import openpyxl
import pytest

from annotations import gold
from annotations.check import check
from service import offsets
from service.offsets import Unit
from service.settings import CorrectionSettings, Settings

TEXT = "🏥 到2025年底，由市卫健委牵头，新建村卫生室60个，签约率不低于75%。"


def _entity(id, label, words, **more):
    start = TEXT.index(words)
    return {"id": id, "label": label, "start": start, "end": start + len(words)} | more


ENTITIES = [
    _entity("D1", "DEADLINE", "2025年底"),
    _entity("R1", "DEPARTMENT", "市卫健委"),
    _entity("T1", "TARGET", "新建村卫生室60个"),
    _entity("M1", "METRIC", "村卫生室"),
    _entity("N1", "NUMBER", "60", value="target"),
    _entity("U1", "UNIT", "个"),
    _entity("M2", "METRIC", "签约率"),
    _entity("N2", "NUMBER", "75", value="target"),
    _entity("U2", "UNIT", "%"),
]
DOCUMENT = {"id": "文稿", "text": TEXT, "entities": ENTITIES}


@pytest.fixture
def post(client):
    return lambda path, body: client.request("POST", path, json=body)


def _records(response):
    assert response.status_code == 200, response.text
    return {r["number"] or r["target"]: r for r in response.json()["records"]}


def test_entities_are_linked_as_extraction_links_them(client, post):
    found = client.extract(text=TEXT, date="2025-02-01").json()
    again = post("/records", {k: found[k] for k in ("id", "entities")} | {"text": TEXT, "date": "2025-02-01"}).json()
    assert again == found


def test_corrected_numbers_are_read_anew(post):
    entities = [e for e in ENTITIES if e["id"] not in ("U1", "D1")]
    entities[-2] = entities[-2] | {"end": entities[-2]["start"] + 1}
    records = _records(post("/records", DOCUMENT | {"entities": entities}))
    assert records["N1"]["unit"] is None
    assert records["N1"]["due"] is None
    assert records["N2"]["quantity"]["min"] == "7"


def test_links_that_were_set_win(post):
    links = [
        {"source": "N2", "role": "metric", "targets": ["M1"]},
        {"source": "N2", "role": "unit", "targets": []},
        {"source": "N1", "role": "target", "targets": []},
        {"source": "N1", "role": "department", "targets": []},
        {"source": "N1", "role": "deadline", "targets": ["D1"]},
    ]
    records = _records(post("/records", DOCUMENT | {"links": links}))
    assert (records["N2"]["metric"], records["N2"]["unit"]) == ("M1", None)
    assert (records["N1"]["target"], records["N1"]["departments"], records["N1"]["assigned"]) == (None, [], [])
    assert records["N1"]["due"]["to"] == "2025-12-31"
    untouched = _records(post("/records", DOCUMENT))
    assert untouched["N1"]["target"] == "T1"
    assert untouched["N1"]["departments"] == ["R1"]


def test_duties_that_were_set_win(client, post):
    found = _records(post("/records", DOCUMENT))
    assert [a["role"] for a in found["N1"]["assigned"]] == ["lead"]
    document = DOCUMENT | {"duties": {"R1": "cooperate"}}
    records = _records(post("/records", document))
    assert {a["role"] for record in records.values() for a in record["assigned"]} == {"cooperate"}
    (saved,) = post("/export", {"format": "json", "documents": [document]}).json()
    assert saved["duties"] == {"R1": "cooperate"}
    ledger = post("/export", {"format": "csv", "documents": [document]}).text
    assert ledger != post("/export", {"format": "csv", "documents": [DOCUMENT]}).text


@pytest.mark.parametrize("unit", list(Unit))
def test_offsets_in_every_unit(post, unit):
    edges = offsets.convert(TEXT, [x for e in ENTITIES for x in (e["start"], e["end"])], unit)
    entities = [e | {"start": edges[e["start"]], "end": edges[e["end"]]} for e in ENTITIES]
    answer = post("/records", DOCUMENT | {"entities": entities, "offsets": unit.value}).json()
    assert {e["id"]: e["text"] for e in answer["entities"]} == {e["id"]: TEXT[e["start"] : e["end"]] for e in ENTITIES}
    assert [(e["start"], e["end"]) for e in answer["entities"]] == [(e["start"], e["end"]) for e in entities]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"entities": [ENTITIES[0], ENTITIES[0]]}, "entities"),
        ({"entities": [{"id": "N1", "label": "NUMBER", "start": 1, "end": 3}]}, "entities"),
        ({"entities": [{"id": "U1", "label": "UNIT", "start": 1, "end": 3, "value": "target"}]}, "entities"),
        ({"entities": [{"id": "U1", "label": "UNIT", "start": 3, "end": 3}]}, "entities"),
        ({"entities": [{"id": "U1", "label": "UNIT", "start": 1, "end": 500}]}, "entities"),
        ({"entities": [{"id": "U1", "label": "UNIT", "start": 1, "end": 3}], "offsets": "utf16"}, "entities"),
        ({"entities": [{"id": "U1", "label": "THING", "start": 1, "end": 3}]}, "entities"),
        ({"entities": None}, "entities"),
        ({"links": [{"source": "N9", "role": "unit", "targets": []}]}, "links"),
        ({"links": [{"source": "N1", "role": "unit", "targets": ["M1"]}]}, "links"),
        ({"links": [{"source": "N1", "role": "unit", "targets": ["U1", "U2"]}]}, "links"),
        ({"links": [{"source": "N1", "role": "unit", "targets": ["U1"]}] * 2}, "links"),
        ({"duties": {"R9": "lead"}}, "duties"),
        ({"duties": {"T1": "lead"}}, "duties"),
        ({"duties": {"R1": "boss"}}, "duties"),
        ({"duties": ["R1"]}, "duties"),
        ({"text": ""}, "text"),
        ({"date": "soon"}, "date"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(post, change, field):
    for path, body in (
        ("/records", DOCUMENT | change),
        ("/export", {"format": "json", "documents": [DOCUMENT, DOCUMENT | change]}),
    ):
        response = post(path, body)
        assert response.status_code == 422
        (problem,) = response.json()["errors"]
        assert problem["field"] == (field if path == "/records" else f"documents[1].{field}")
        assert "市卫健委" not in response.text


@pytest.mark.parametrize("documents", [[], None, [5], [DOCUMENT, "x", "y"]])
def test_what_is_no_list_of_documents_is_refused(post, documents):
    response = post("/export", {"format": "json", "documents": documents})
    assert [e["field"] for e in response.json()["errors"]] == ["documents"]


def test_a_text_over_the_limit_is_refused(post):
    response = post("/records", {"text": "字" * 500_001, "entities": []})
    assert response.status_code == 413


def test_the_ledger_is_written_as_a_workbook_and_as_text(post):
    body = {"documents": [DOCUMENT, DOCUMENT | {"id": "另一份"}]}
    response = post("/export", body | {"format": "xlsx"})
    rows = list(openpyxl.load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True))
    assert [(row[0], row[6]) for row in rows[1:]] == [("文稿", 60), ("文稿", 75), ("另一份", 60), ("另一份", 75)]
    assert response.headers["content-disposition"] == 'attachment; filename="mubiao.xlsx"'
    response = post("/export", body | {"format": "csv"})
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.content.decode("utf-8-sig").count("市卫健委") >= 4


def test_json_can_be_sent_back_as_it_is(post):
    links = [{"source": "N2", "role": "unit", "targets": []}]
    first = post("/export", {"format": "json", "documents": [DOCUMENT | {"links": links, "date": "2025-02-01"}]})
    (document,) = first.json()
    kept = {key: document[key] for key in ("id", "text", "date", "entities", "links")}
    assert _records(post("/records", kept)) == {r["number"] or r["target"]: r for r in document["records"]}


def test_gold_holds_the_entities_and_their_links(post):
    response = post("/export", {"format": "gold", "documents": [DOCUMENT]})
    document = gold.from_dict(json.loads(response.content))
    assert check(document) == []
    assert {(x.source, x.role.value, x.target) for x in document.links} >= {
        ("N1", "unit", "U1"),
        ("N1", "target", "T1"),
        ("T1", "department", "R1"),
    }


def test_label_studio_gets_regions_and_relations(post):
    (task,) = post("/export", {"format": "label-studio", "documents": [DOCUMENT]}).json()
    result = task["annotations"][0]["result"]
    labels = {r["id"]: r["value"] for r in result if r["type"] == "labels"}
    assert {id: v["labels"][0] for id, v in labels.items()} == {e["id"]: e["label"] for e in ENTITIES}
    assert all(task["data"]["text"][v["start"] : v["end"]] == v["text"] for v in labels.values())
    assert {r["id"]: r["value"]["choices"] for r in result if r["type"] == "choices"} == {
        "N1": ["target"],
        "N2": ["target"],
    }
    assert {"type": "relation", "from_id": "N1", "to_id": "U1", "direction": "right", "labels": ["unit"]} in result


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "training"


@pytest.fixture
def keep(serving, tagger, folder):
    with serving(tagger, replace(Settings(), corrections=CorrectionSettings(training_folder=folder))) as client:
        yield lambda body: client.request("POST", "/training-data", json=body)


def test_documents_are_kept_to_train_on(keep, folder):
    assert keep(DOCUMENT).json()["state"] == "new"
    answer = keep(DOCUMENT | {"entities": ENTITIES[:3]}).json()
    assert answer["state"] == "replaced"
    (path,) = folder.iterdir()
    assert path.name == answer["name"]
    assert [e.id for e in gold.read(path).entities] == ["D1", "R1", "T1"]


def test_names_lead_nowhere_else(keep, folder):
    assert keep(DOCUMENT | {"id": "../../etc/passwd\x00"}).status_code == 200
    assert [path.parent for path in folder.parent.rglob("*.json")] == [folder]


def test_what_breaks_the_guideline_is_not_kept(keep, folder):
    start = TEXT.index("牵头，新建")
    crossing = {"id": "M9", "label": "METRIC", "start": start, "end": start + 5}
    response = keep(DOCUMENT | {"entities": [*ENTITIES, crossing]})
    assert response.status_code == 422
    assert "crosses" in response.json()["errors"][0]["message"]
    assert not folder.exists()


def test_it_is_not_allowed_unless_the_settings_say_so(post):
    response = post("/training-data", DOCUMENT)
    assert response.status_code == 403
    assert response.headers["content-type"] == "application/problem+json"
