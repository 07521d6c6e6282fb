"""Files as other tools write them, right and wrong: what is meant is read, what was made for another text is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from annotations import AnnotationError, Document, Entity, Label, Link, Role, Value
from annotations.formats import registry
from annotations.formats.assembly import stripped

_TEXT = "😀新建\r\n食堂12家"


def _read(name: str, path: Path, **options: Any) -> list[Document]:
    return list(registry.read(name, [path], **options))


def _studio(tmp_path: Path, *annotations: dict[str, Any]) -> Path:
    task = {"id": 7, "data": {"text": _TEXT}, "annotations": list(annotations)}
    (tmp_path / "export.json").write_text(json.dumps([task]), encoding="utf-8")
    return tmp_path / "export.json"


def _region(start: int, end: int, text: str | None = None, label: str = "METRIC") -> dict[str, Any]:
    value = {"start": start, "end": end, "labels": [label]} | ({} if text is None else {"text": text})
    return {"id": "abc", "from_name": "label", "to_name": "text", "type": "labels", "value": value}


@pytest.mark.parametrize(
    ("start", "end", "text"), [(5, 7, "食堂"), (6, 8, "食堂"), (5, 7, None), (1, 7, "新建\\n\\n食堂")]
)
def test_label_studio_counts_code_points_and_once_utf16(tmp_path: Path, start: int, end: int, text: str | None) -> None:
    (document,) = _read("labelstudio", _studio(tmp_path, {"result": [_region(start, end, text)]}))
    (entity,) = document.entities
    assert (document.name, entity.end) == ("task-7", 7)
    assert _TEXT[entity.start : entity.end] in ("食堂", "新建\r\n食堂")


@pytest.mark.parametrize(
    "region", [_region(5, 6, "食堂"), _region(5, 99), _region(5, 7, "食堂", "GOAL"), {"type": "polygon"}]
)
def test_label_studio_of_another_text_or_project_is_refused(tmp_path: Path, region: dict[str, Any]) -> None:
    with pytest.raises(AnnotationError, match=r"export\.json: \[0\]"):
        _read("labelstudio", _studio(tmp_path, {"result": [region]}))


def test_ids_that_are_none_are_named(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match=r"result\[0\]: id must be a string"):
        _read("labelstudio", _studio(tmp_path, {"result": [{"id": ["a"], "type": "choices", "value": {}}]}))
    entity = {"id": "T1", "label": "TARGET", "start": 2, "end": 7}
    answer = {"id": "plan", "offsets": "codepoint", "document": {"text": _TEXT}, "entities": [entity]}
    for record, why in (
        ({"number": ["N1"], "unit": "U1"}, "a unit must be"),
        ({"deadlines": 3}, "deadlines must be a list"),
    ):
        (tmp_path / "answers.jsonl").write_text(json.dumps(answer | {"records": [record]}), encoding="utf-8")
        with pytest.raises(AnnotationError, match=f"line 1: records: {why}"):
            _read("answers", tmp_path / "answers.jsonl")


def test_label_studio_takes_the_annotation_that_counts(tmp_path: Path) -> None:
    first = {"result": [_region(5, 7)], "completed_by": 1}
    second = {"result": [], "completed_by": {"id": 2, "email": "b@example.org"}}
    assert len(_read("labelstudio", _studio(tmp_path, first, second | {"was_cancelled": True}))[0].entities) == 1
    assert _read("labelstudio", _studio(tmp_path, first, second | {"ground_truth": True}))[0].entities == ()
    assert _read("labelstudio", _studio(tmp_path, first, second), annotator="b@example.org")[0].entities == ()
    assert _read("labelstudio", _studio(tmp_path, first), annotator="3") == []
    assert _read("labelstudio", _studio(tmp_path)) == []
    with pytest.raises(AnnotationError, match="ground truth"):
        _read("labelstudio", _studio(tmp_path, first, second))


def _brat(tmp_path: Path, annotations: str, text: str = _TEXT) -> Path:
    (tmp_path / "plan.txt").write_bytes(text.encode())
    (tmp_path / "plan.ann").write_bytes(annotations.encode())
    return tmp_path


def test_brat_as_brat_writes_it(tmp_path: Path) -> None:
    lines = [
        "T1\tTARGET 1 3;5 10\t新建 食堂12家",
        "T4\tNUMBER 7 9\t12",
        "A1\tValue T4 actual",
        "#1\tAnnotatorNotes T4\t?",
    ]
    (document,) = _read("brat", _brat(tmp_path, "\r\n".join([*lines, "R1\ttarget Arg1:T4 Arg2:T1\t", ""])))
    assert document == Document(
        "plan",
        _TEXT,
        (Entity("T1", Label.TARGET, 1, 10), Entity("N1", Label.NUMBER, 7, 9, Value.ACTUAL)),
        (Link("N1", Role.TARGET, "T1"),),
    )
    assert _read("brat", tmp_path / "plan.txt") == _read("brat", tmp_path / "plan.ann") == [document]


@pytest.mark.parametrize(
    ("annotations", "text", "message"),
    [
        ("T1\tMETRIC 5 6\t食堂", _TEXT, "line 1: its text does not stand at its offsets"),
        ("T1\tMETRIC 5 7\t食堂", _TEXT.replace("\r\n", "\n"), "line 1: its text does not stand at its offsets"),
        ("T1\tTARGET 1 3;7 10\t新建 12家", _TEXT, "in pieces"),
        ("T1\tGOAL 5 7\t食堂", _TEXT, "the type must be one of"),
        ("T1\tMETRIC 5 7\t食堂\nA1\tValue T1 target", _TEXT, "only a NUMBER has a Value"),
        ("E1\tMove:T1 Arg:T2", _TEXT, "line 1: neither"),
    ],
)
def test_brat_of_another_text_or_project_is_refused(tmp_path: Path, annotations: str, text: str, message: str) -> None:
    with pytest.raises(AnnotationError, match=message):
        _read("brat", _brat(tmp_path, annotations, text))


def _lines(tmp_path: Path, *values: Any) -> Path:
    path = tmp_path / "file.jsonl"
    path.write_text("".join(json.dumps(v) + "\r\n\r\n" for v in values), encoding="utf-8-sig")
    return path


def test_doccano_in_older_forms_and_both_in_one_file(tmp_path: Path) -> None:
    entities = [{"id": 9, "label": "METRIC", "start_offset": 5, "end_offset": 7}]
    found = _read(
        "doccano",
        _lines(
            tmp_path,
            {"id": 1, "text": _TEXT, "labels": [[5, 7, "METRIC"]]},
            {"id": 2, "text": _TEXT, "label": [[5, 7, "METRIC"]], "Comments": []},
            {"id": 3, "text": _TEXT, "entities": entities, "relations": [], "Comments": []},
        ),
    )
    assert [d.name for d in found] == ["file-1", "file-2", "file-3"]
    assert {d.entities for d in found} == {(Entity("M1", Label.METRIC, 5, 7),)}
    assert [d.links for d in found] == [None, None, ()]


def test_prodigy_passes_over_what_was_rejected(tmp_path: Path) -> None:
    tasks = [{"text": _TEXT, "answer": answer, "spans": []} for answer in ("reject", "accept", "ignore")]
    assert [d.name for d in _read("prodigy", _lines(tmp_path, *tasks))] == ["file-2"]


def test_uie_from_elsewhere_links_by_words_where_they_stand_once(tmp_path: Path) -> None:
    def lines(text: str, numbers: list[int]) -> list[dict[str, Any]]:
        found = [{"text": "12", "start": i, "end": i + 2} for i in numbers]
        unit = [{"text": "家", "start": 2, "end": 3}]
        return [
            {"content": text, "result_list": found, "prompt": "计划数值"},
            {"content": text, "result_list": unit, "prompt": "单位"},
            {"content": text, "result_list": unit, "prompt": "12的单位"},
        ]

    (document,) = _read("uie", _lines(tmp_path, *lines("12家", [0])))
    assert document.links == (Link("N1", Role.UNIT, "U1"),)
    with pytest.raises(AnnotationError, match="stand 2 times"):
        _read("uie", _lines(tmp_path, *lines("12家12", [0, 3])))
    with pytest.raises(AnnotationError, match="does not stand at its offsets"):
        _read(
            "uie",
            _lines(
                tmp_path, {"content": "12家", "result_list": [{"text": "12", "start": 0, "end": 1}], "prompt": "数值"}
            ),
        )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("新\tI-TARGET\n", "line 1: I-TARGET follows no tag of its kind"),
        ("新\tB-TARGET\n建\tI-METRIC\n", "line 2"),
        ("新\tB-GOAL\n", "line 1: the label must be one of"),
        ("新\tX\n", "line 1: a tag must be O"),
        ("新\tO\n建\tO\tO\n", "line 2: must be a token and as many tags"),
    ],
)
def test_conll_that_is_none_is_refused(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "plan.bio").write_text(content, encoding="utf-8")
    with pytest.raises(AnnotationError, match=message):
        _read("conll", tmp_path / "plan.bio")


def test_conll_of_others_separates_by_blanks(tmp_path: Path) -> None:
    (tmp_path / "plan.conll").write_text("-DOCSTART- O\n\n新 B-TARGET\n建 I-TARGET\n\n。 O\n", encoding="utf-8")
    assert _read("conll-merged", tmp_path / "plan.conll") == [
        Document("plan", "新建。", (Entity("T1", Label.TARGET, 0, 2),))
    ]


def test_white_space_at_the_edges_goes_with_what_lies_in_it() -> None:
    entities = (Entity("T1", Label.TARGET, 0, 4), Entity("M1", Label.METRIC, 5, 6))
    document = stripped(Document("plan", "  一二\n ", entities, (Link("T1", Role.METRIC, "M1"),)))
    assert document == Document("plan", "一二", (Entity("T1", Label.TARGET, 0, 2),), ())
