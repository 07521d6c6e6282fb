import datetime
import json
import random
import string
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations import markup
from annotations.schema import Document, Entity, Label, Value
from models import structure
from service import records

LETTER = """\
岚溪县2025年养老服务重点任务进展情况
序号 | 目标任务 | 考核指标 | 完成时限 | 责任单位 | 累计进展 |
1 | ⟦T扩大服务供给T⟧ | ⟦T新建⟦M照料中心M⟧⟦N12N⟧⟦U家U⟧T⟧，其中新建⟦N8N⟧⟦U家U⟧、改建⟦N4N⟧⟦U家U⟧；⟦M建筑面积M⟧⟦N1.5N⟧⟦U万平方米U⟧ | ⟦D10月底前D⟧ | ⟦R县民政局R⟧牵头 | 已建成⟦M照料中心M⟧⟦A9A⟧⟦U家U⟧，其中新建⟦A6A⟧⟦U家U⟧；⟦M建筑面积M⟧⟦A12000A⟧⟦U平方米U⟧，增长⟦A5A⟧⟦U%U⟧ |
2 | ⟦T健全工作机制T⟧ | ⟦T出台实施方案T⟧ | ⟦D长期D⟧ | ⟦R县财政局R⟧ | 正在起草 |
"""


def _build(marked: str, date: datetime.date | None = None) -> tuple[Document, tuple[records.Record, ...]]:
    document = markup.parse("case", marked)
    return document, records.build(structure.read(document.text), document.entities, date)


def test_one_record_a_number_and_one_a_target_without() -> None:
    document, built = _build(LETTER)
    numbers = [e.id for e in document.entities if e.label is Label.NUMBER]
    with_number = {r.target for r in built if r.number}
    targets = [e.id for e in document.entities if e.label is Label.TARGET and e.id not in with_number]
    assert sorted(r.number for r in built if r.number) == sorted(numbers)
    assert sorted(r.target for r in built if not r.number and r.target) == sorted(targets)
    starts = {e.id: e.start for e in document.entities}
    places = [starts[r.number or r.target or ""] for r in built]
    assert places == sorted(places)


def test_the_row_of_a_number() -> None:
    document, built = _build(LETTER)
    record = next(r for r in built if document.text.startswith("12", _start(document, r.number)))
    due = {
        "deadline": "D1",
        "from": None,
        "to": "2025-10-31",
        "precision": "month",
        "anchor": {"date": "2025", "source": "title"},
        "duration": None,
        "reason": None,
    }
    assert records.as_dict(record) == {
        "target": "T2",
        "metric": "M1",
        "number": "N1",
        "unit": "U1",
        "deadlines": ["D1"],
        "departments": ["R1"],
        "value": "target",
        "quantity": {
            "comparator": "=",
            "min": "12",
            "max": "12",
            "unit": "家",
            "unit_written": "家",
            "dimension": "[count]",
            "relation": None,
            "direction": None,
            "base": None,
            "per": None,
            "reason": None,
        },
        "due": due,
        "assigned": [{"department": "R1", "name": "县民政局", "role": "lead", "place": "岚溪县"}],
        "progress": None,
        "dues": [due],
    }


def test_the_row_of_a_target_without_a_number() -> None:
    document, built = _build(LETTER)
    record = next(r for r in built if document.text.startswith("出台", _start(document, r.target)))
    assert (record.number, record.metric, record.unit, record.value, record.quantity) == (None, None, None, None, None)
    assert record.due is not None
    assert record.due.precision == "open"
    assert [a.name for a in record.assigned] == ["县财政局"]


def test_the_request_date_anchors() -> None:
    _, built = _build(LETTER, datetime.date(2026, 2, 1))
    due = built[0].due
    assert due is not None
    assert (due.to, due.anchor) == ("2026-10-31", records.Anchor("2026-02-01", "request"))


def test_reported_numbers_are_measured_against_planned_ones() -> None:
    document, built = _build(LETTER)

    def text(id: str | None) -> str:
        entity = next(e for e in document.entities if e.id == id)
        return document.text[entity.start : entity.end]

    found = {text(r.number): (text(r.progress.against), r.progress.ratio) for r in built if r.progress}
    # nine of twelve; six newly built of eight; square metres against 万平方米; the growth is not measured
    assert found == {"9": ("12", "0.75"), "6": ("8", "0.75"), "12000": ("1.5", "0.8")}


@pytest.mark.parametrize(
    ("marked", "ratio"),
    [
        ("⟦M绿道M⟧任务⟦N40N⟧⟦U公里U⟧，建成⟦M绿道M⟧⟦A25A⟧⟦U公里U⟧。", "0.625"),
        ("⟦M绿道M⟧任务⟦N0.5N⟧⟦U公里U⟧，建成⟦M绿道M⟧⟦A300A⟧⟦U米U⟧。", "0.6"),
        ("建成⟦M绿道M⟧⟦A25A⟧⟦U公里U⟧。\n建设⟦M绿道M⟧⟦N40N⟧⟦U公里U⟧。", None),
        ("⟦M绿道M⟧任务⟦N40N⟧⟦U公里U⟧，建成⟦M绿道M⟧⟦A25A⟧⟦U条U⟧。", None),
        ("⟦M绿道M⟧任务⟦N0N⟧⟦U公里U⟧，建成⟦M绿道M⟧⟦A25A⟧⟦U公里U⟧。", None),
        ("⟦M绿道M⟧任务⟦N40N⟧⟦U公里U⟧，⟦M绿道M⟧增长⟦A25A⟧⟦U%U⟧。", None),
        ("⟦M普及率M⟧由⟦A88A⟧⟦U%U⟧提高到⟦N93N⟧⟦U%U⟧。", None),
        ("新建⟦M幸福院M⟧⟦A8A⟧⟦U所U⟧，完成⟦M全年任务M⟧⟦N12N⟧⟦U所U⟧的⟦A66.7A⟧⟦U%U⟧。", "0.6667"),
        ("新建⟦M幸福院M⟧⟦A8A⟧⟦U所U⟧。⟦M全年任务M⟧⟦N12N⟧⟦U所U⟧。", None),
        ("项目 | ⟦M年度计划投资M⟧ | ⟦M完成投资M⟧\n学校 | ⟦N800N⟧ | ⟦A200A⟧\n", "0.25"),
    ],
)
def test_progress(marked: str, ratio: str | None) -> None:
    _, built = _build(marked)
    reported = next(r for r in built if r.value is Value.ACTUAL)
    assert (reported.progress.ratio if reported.progress else None) == ratio


def test_due_is_the_first_of_the_dues_and_assigned_follows_the_departments() -> None:
    _, built = _build("（一）⟦T加强监测T⟧。⟦T⟦D6月底前D⟧落实帮扶T⟧。（⟦R甲局R⟧、⟦R乙局R⟧；时限：⟦D2026年底D⟧）")
    for record in built:
        assert [d.deadline for d in record.dues] == list(record.deadlines)
        assert record.due == record.dues[0]
        assert [a.department for a in record.assigned] == list(record.departments)
    assert [len(r.dues) for r in built] == [1, 2]
    assert built[1].due is not None
    assert built[1].due.reason == "anchor"


def test_entities_that_are_no_stretch_of_the_text_are_left_out() -> None:
    entities = [
        Entity("N1", Label.NUMBER, 2, 1, Value.TARGET),
        Entity("N2", Label.NUMBER, 2, 99, Value.TARGET),
        Entity("N3", Label.NUMBER, -1, 1, Value.TARGET),
        Entity("T1", Label.TARGET, 0, 0),
    ]
    assert records.build(structure.read("新建5个"), entities) == ()


def test_no_entities_no_text() -> None:
    assert records.build(structure.read(""), ()) == ()


TEXTS = st.text(
    st.sampled_from(
        "完成新建目标的、，；。：:|\t\n（）()12年月底前内其中分别各占率不低于至—%万个元一二三四五\r\u3000 \U0001f600\u0301\x00牵头单位责任"
    ),
    max_size=120,
)


@st.composite
def _documents(draw: st.DrawFn) -> tuple[str, list[Entity]]:
    """Any text with any spans: they cross, nest, repeat, share ids and labels."""
    text = draw(TEXTS | st.text(max_size=60))
    entities = []
    for _ in range(draw(st.integers(0, 14))):
        start = draw(st.integers(-1, len(text)))
        end = draw(st.integers(start, min(len(text) + 1, start + 12)))
        label = draw(st.sampled_from(Label))
        value = draw(st.sampled_from([Value.TARGET, Value.ACTUAL, None])) if label is Label.NUMBER else None
        entities.append(Entity(draw(st.sampled_from(string.ascii_uppercase)), label, start, end, value))
    return text, entities


@settings(max_examples=400, deadline=None)
@given(_documents(), st.none() | st.dates())
def test_any_spans_in_any_text(document: tuple[str, list[Entity]], date: datetime.date | None) -> None:
    text, entities = document
    built = records.build(structure.read(text), entities, date)
    kept = Counter(e.label for e in entities if 0 <= e.start < e.end <= len(text))
    assert sum(r.number is not None for r in built) == kept[Label.NUMBER]
    assert len(built) <= kept[Label.NUMBER] + kept[Label.TARGET]
    json.dumps([records.as_dict(r) for r in built])
    assert records.build(structure.read(text), entities, date) == built


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 40))
def test_the_order_of_the_entities_does_not_matter(rng: random.Random, repeat: int) -> None:
    document = markup.parse("case", LETTER)
    shuffled = list(document.entities)
    rng.shuffle(shuffled)
    parsed = structure.read(document.text)
    assert records.build(parsed, shuffled) == records.build(parsed, document.entities)


LONG = [
    pytest.param("九个单位完成的任务", list(Label), id="one line"),
    pytest.param("完成任务12\n", list(Label), id="lines"),
    pytest.param("12、", [Label.NUMBER], id="a list of numbers"),
    pytest.param("12；", [Label.NUMBER], id="segments"),
    pytest.param(
        "完成任务|", [Label.TARGET, Label.DEPARTMENT, Label.DEADLINE, Label.NUMBER, Label.METRIC], id="one row"
    ),
    pytest.param("6月底前，", [Label.DEADLINE, Label.TARGET], id="deadlines"),
    pytest.param("（市局）", [Label.TARGET, Label.DEPARTMENT], id="notes"),
    pytest.param("责任单位 | 市局 |\n", [Label.DEPARTMENT], id="a sheet"),
    pytest.param("1、完成\n", [Label.TARGET, Label.DEPARTMENT], id="list items"),
    pytest.param("((完成任务", list(Label), id="brackets"),
]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("unit", "labels"), LONG)
def test_no_text_takes_forever(unit: str, labels: list[Label]) -> None:
    """The time-out is no timing: only quadratic growth, which would take minutes, breaks it."""
    count = 20_000
    entities = [
        Entity(f"e{i}", label, i * len(unit), i * len(unit) + 2, Value.TARGET if label is Label.NUMBER else None)
        for i, label in zip(range(count), labels * count, strict=False)
    ]
    built = records.build(structure.read(unit * count), entities)
    numbers = sum(e.label is Label.NUMBER for e in entities)
    assert sum(r.number is not None for r in built) == numbers


def test_importing_is_light() -> None:
    code = "import sys, service.records; sys.exit(bool({'torch', 'spacy', 'transformers', 'onnx'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _start(document: Document, id: str | None) -> int:
    return next((e.start for e in document.entities if e.id == id), len(document.text))
