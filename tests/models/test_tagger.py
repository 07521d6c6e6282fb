"""The shipped model on any text at all: no exception, exact slices, nested spans, the same answer alone or in a batch."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from annotations import Document, Label, Value
from annotations.check import check
from annotations.errors import ModelError
from models.calibration import Curve
from models.tagger import Annotation, Tagger

_PIECES = [
    "到2025年底新建照料中心50个",
    "，",
    "。",
    "\r\n",
    "\n",
    "\u3000",
    " ",
    "|",
    "\t",
    "一、",
    "（一）",
    "市民政局",
    "序号|任务|完成时限|责任单位",
    "😀",
    "e\u0301",
    "\u200b",
    "\ue000",
    "\U00030000",
    "５０",
    "%",
    "1,234.5",
    "\x00",
    "\u2028",
    "🏳️‍🌈",
]
_ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=600)
_MIXED = st.lists(st.sampled_from(_PIECES) | st.text(max_size=5), max_size=120).map("".join)
_TEXTS = (_ANY | _MIXED).filter(lambda t: not any("\ud800" <= c <= "\udfff" for c in t))


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load()


def _assert_sound(annotation: Annotation, text: str) -> None:
    """Everything that the checker of annotations asks for, but clean edges: those are the model's to learn."""
    assert annotation.structure.text == text
    problems = check(Document("text", text, annotation.entities))
    assert [p for p in problems if "edge" not in p.message or "white space" in p.message] == []
    assert all(0 <= e.confidence <= 1 for e in annotation.entities)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_TEXTS)
@example("5" * 3000)
@example("，" * 3000)
@example("|" * 3000)
@example("市" * 3000)
@example("\n" * 3000)
@example("a\u0301" * 1000)
def test_any_text(tagger: Tagger, text: str) -> None:
    (annotation,) = tagger.annotate([text])
    _assert_sound(annotation, text)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_TEXTS, min_size=2, max_size=5))
def test_the_same_answer_alone_or_in_a_batch(tagger: Tagger, texts: list[str]) -> None:
    assert tagger.annotate(texts) == [tagger.annotate([text])[0] for text in texts]


def test_a_long_document(tagger: Tagger) -> None:
    """100,000 characters with all that mixes: sound, and done before the suite's time-out."""
    text = (
        "😀到2025年底新建照料中心50个，\r\n序号 | 任务 | 责任单位 |\n1 | 新增床位３００张 | 市民政局\u3000|\n" * 4000
    )[:100_000]
    (annotation,) = tagger.annotate([text])
    _assert_sound(annotation, text)
    assert len(annotation.entities) > 1000


def test_plan_and_report_are_told_apart(tagger: Tagger) -> None:
    text = "二、下一步工作打算\n市民政局要在2026年6月底前新建社区食堂12家。\n"
    report = "一、工作完成情况\n截至10月底，已建成社区食堂9家。\n"
    planned, reported = tagger.annotate([text, report])

    def found(annotation: Annotation) -> set[tuple[str, str, Value | None]]:
        source = annotation.structure.text
        return {(e.label, source[e.start : e.end], e.value) for e in annotation.entities}

    assert {
        (Label.TARGET, "新建社区食堂12家", None),
        (Label.METRIC, "社区食堂", None),
        (Label.NUMBER, "12", Value.TARGET),
        (Label.UNIT, "家", None),
        (Label.DEADLINE, "2026年6月底前", None),
        (Label.DEPARTMENT, "市民政局", None),
    } <= found(planned)
    assert (Label.NUMBER, "9", Value.ACTUAL) in found(reported)
    assert not any(label in (Label.TARGET, Label.DEADLINE, Label.DEPARTMENT) for label, _, _ in found(reported))


@pytest.mark.parametrize("damage", ["config.json", "alphabet.txt", "network.int8.onnx"])
def test_a_damaged_model_is_named(damage: str, tmp_path: Path) -> None:
    from models.tagger import SHIPPED

    for file in ("config.json", "alphabet.txt", "network.int8.onnx"):
        (tmp_path / file).symlink_to(SHIPPED / file)
    (tmp_path / damage).unlink()
    (tmp_path / damage).write_bytes(b"{}")
    with pytest.raises(ModelError, match=str(tmp_path)):
        Tagger.load(tmp_path)


def test_what_its_curve_calls_unlikely_is_left_out(tagger: Tagger) -> None:
    text = "2025年底前，县民政局新建社区食堂12家。"
    (whole,) = tagger.annotate([text])
    assert {e.label for e in whole.entities} == set(Label)
    doubting = Tagger.load()
    doubting.calibration = {Label.UNIT: Curve(intercept=-100.0)}
    (rest,) = doubting.annotate([text])
    assert {e.label for e in rest.entities} == set(Label) - {Label.UNIT}
