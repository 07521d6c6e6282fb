"""POST /extract: what it answers to documents."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.schemas import ExtractAnswer

FRAGMENTS = [
    "年底前新建养老服务中心12个",
    "由市民政局牵头",
    "2024年6月底前",
    "|完成率95%|",
    "截至目前已建成3个",
    "👨‍👩‍👧",
    "e\u0301",
    "\r\n",
    "\u3000",
    "\u200b",
    "\ue000",
    "\0",
    "\U0010ffff",
    "一、主要目标\n",
    "１２３",
]
texts = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=8), min_size=1, max_size=12).map("".join).filter(bool)
WIDTHS = {"codepoint": "utf-32-le", "utf16": "utf-16-le", "utf8": "utf-8"}
UNIT_BYTES = {"codepoint": 4, "utf16": 2, "utf8": 1}


def sliced(text, start, end, unit):
    size = UNIT_BYTES[unit]
    return text.encode(WIDTHS[unit])[start * size : end * size].decode(WIDTHS[unit])


def test_a_table_gives_entities_and_records(client, table):
    answer = client.extract(text=table, id="t1", date="2024-01-15").json()
    assert (answer["id"], answer["length"], answer["offsets"]) == ("t1", len(table), "codepoint")
    found = {(e["label"], e["text"]) for e in answer["entities"]}
    assert {("NUMBER", "12"), ("NUMBER", "7"), ("UNIT", "个"), ("DEPARTMENT", "县民政局")} <= found
    entities = {e["id"]: e for e in answer["entities"]}
    planned = next(r for r in answer["records"] if r["number"] and entities[r["number"]]["text"] == "12")
    assert planned["value"] == "target"
    assert [entities[i]["text"] for i in planned["departments"]] == ["县民政局"]
    assert all(("value" in e) == (e["label"] == "NUMBER") for e in answer["entities"])
    assert set(answer["model"]) == {"name", "version"}


@given(text=texts, unit=st.sampled_from(list(WIDTHS)), date=st.none() | st.dates().map(str))
@settings(max_examples=60, deadline=None)
def test_any_text_is_answered_with_exact_slices(client, text, unit, date):
    body = {"text": text, "offsets": unit}
    if date and "1900" <= date < "2100":
        body["date"] = date
    response = client.extract(**body)
    assert response.status_code == 200
    answer = response.json()
    ExtractAnswer.model_validate(answer)
    assert answer["length"] == len(text.encode(WIDTHS[unit])) // UNIT_BYTES[unit]
    ids = {e["id"] for e in answer["entities"]}
    assert len(ids) == len(answer["entities"])
    for entity in answer["entities"]:
        assert sliced(text, entity["start"], entity["end"], unit) == entity["text"]
        assert entity["confidence"] == round(entity["confidence"], 4)
    for record in answer["records"]:
        named = [record[role] for role in ("target", "metric", "number", "unit") if record[role]]
        assert {*named, *record["deadlines"], *record["departments"]} <= ids


def test_offsets_in_every_unit_point_to_the_same_entities(client):
    text = "🏥👩🏽‍⚕️到年底，新建村卫生室60个，签约率不低于75%。"
    answers = {unit: client.extract(text=text, offsets=unit, id="x").json() for unit in WIDTHS}
    found = {unit: [(e["id"], e["text"]) for e in answer["entities"]] for unit, answer in answers.items()}
    assert found["codepoint"]
    assert found["codepoint"] == found["utf16"] == found["utf8"]
    first = {unit: answer["entities"][0]["start"] for unit, answer in answers.items()}
    assert first["codepoint"] < first["utf16"] < first["utf8"]


def test_the_answer_is_the_same_alone_and_beside_others(client, table):
    documents = [table, "年底前新建12个。", "没有目标。", table.replace("12", "13")] * 3
    alone = [client.extract(text=text, id="x").json() for text in documents[:4]] * 3
    with ThreadPoolExecutor(len(documents)) as pool:
        assert list(pool.map(lambda text: client.extract(text=text, id="x").json(), documents)) == alone


@pytest.mark.parametrize("text", [" ", "\u3000", "\n\n\t", "\u3000 \r\n" * 50_000])
def test_white_space_holds_nothing(client, text):
    answer = client.extract(text=text).json()
    assert (answer["length"], answer["entities"], answer["records"]) == (len(text), [], [])


def test_an_id_is_made_where_none_is_given(client):
    first, second = (client.extract(text="无").json()["id"] for _ in range(2))
    assert first != second
    assert re.fullmatch("[0-9a-f]{32}", first)


def test_null_stands_for_no_date_and_no_id(client):
    assert client.extract(text="无", date=None, id=None).status_code == 200
