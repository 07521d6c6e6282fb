"""Gold JSON and stand-off files: round trips, and errors that name the field."""

import json
from pathlib import Path
from typing import Any

import pytest

from annotations import AnnotationError, Document, Entity, Label, Link, Role, Value, corpus, gold, standoff
from annotations.formats import jsonl

_DOCUMENT = Document(
    "plan",
    "😀新建50个",
    (
        Entity("T1", Label.TARGET, 1, 6),
        Entity("N1", Label.NUMBER, 3, 5, Value.TARGET),
    ),
    (Link("N1", Role.TARGET, "T1"),),
)


def test_gold_round_trip(tmp_path: Path) -> None:
    gold.write(_DOCUMENT, tmp_path / "plan.json")
    assert gold.read(tmp_path / "plan.json") == _DOCUMENT


def test_one_document_a_line(tmp_path: Path) -> None:
    path = tmp_path / "plans.jsonl"
    lines = [json.dumps(gold.to_dict(_DOCUMENT), ensure_ascii=False)] * 2
    path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    assert corpus.load([path]) == [_DOCUMENT, _DOCUMENT]
    path.write_text(lines[0] + "\n{", encoding="utf-8")
    with pytest.raises(AnnotationError, match="line 2"):
        corpus.load([path])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": 7}, "text must be a string"),
        ({"entities": {}}, "entities must be a list"),
        ({"entities": [7]}, r"entities\[0\] must be an object"),
        (
            {"entities": [{"id": "T1", "label": "GOAL", "start": 0, "end": 1}]},
            r"entities\[0\]: label .* TARGET, METRIC",
        ),
        ({"entities": [{"id": "T1", "start": 0, "end": 1}]}, r"entities\[0\]: label must be one of"),
        ({"entities": [{"id": [], "label": "TARGET", "start": 0, "end": 1}]}, "id must be a string"),
        ({"entities": [{"id": "T1", "label": "TARGET", "start": 0.5, "end": 1}]}, "must be integers"),
        (
            {"entities": [{"id": "N1", "label": "NUMBER", "start": 0, "end": 1, "value": "x"}]},
            "value .* target, actual",
        ),
        ({"entities": [{"id": "T1", "label": "TARGET", "start": 0, "end": 1, "confidence": 7}]}, "from 0 to 1"),
        (
            {"entities": [{"id": "T1", "label": "TARGET", "start": 0, "end": 1, "confidence": float("nan")}]},
            "from 0 to 1",
        ),
        ({"links": [["N1", "owner", "T1"]]}, r"links\[0\]"),
        ({"links": [["N1", "target", ["T1"]]]}, r"links\[0\]"),
        ({"sha256": "0"}, "sha256"),
    ],
)
def test_errors_name_the_field(change: dict[str, Any], field: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(gold.to_dict(_DOCUMENT) | change), encoding="utf-8")
    with pytest.raises(AnnotationError, match=field) as caught:
        gold.read(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff", b"[" * 100_000, b"1" * 5_000], ids=["no UTF-8", "too deep", "too long"])
def test_no_json_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    with pytest.raises(AnnotationError, match=r"plan\.json"):
        gold.read(path)
    with pytest.raises(AnnotationError, match=r"plan\.json"):
        list(jsonl.read_lines(path))


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(gold.dump(_DOCUMENT), encoding="utf-8-sig")
    assert gold.read(path) == _DOCUMENT


def test_standoff_attaches_to_its_source_only(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    standoff.write(_DOCUMENT, "source-1", 2, path)
    assert _DOCUMENT.text not in path.read_text(encoding="utf-8")
    assert standoff.is_one(path)
    gold.write(_DOCUMENT, tmp_path / "gold.json")
    assert not standoff.is_one(tmp_path / "gold.json")
    attached = standoff.read(path, {"source-1": "前言" + _DOCUMENT.text + "后记"})
    assert attached.text == _DOCUMENT.text
    assert attached.entities == _DOCUMENT.entities
    with pytest.raises(AnnotationError, match="not the text"):
        standoff.read(path, {"source-1": "另一份文件的内容在这里"})
    with pytest.raises(AnnotationError, match="cannot be attached"):
        standoff.read(path, {})
