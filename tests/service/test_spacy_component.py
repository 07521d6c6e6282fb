"""The spaCy component: the tagger's entities as spans, the service's records, whatever the tokens and the way through."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from annotations.errors import ModelError, ServiceError
from models.tagger import SHIPPED, Tagger
from service import records
from service.spacy_component import SEGMENTER

_TABLE = """岚川区2025年民生实事进展表
序号 | 项目 | 年度目标 | 进展情况 | 责任单位 |
1 | 社区食堂建设 | 11月底前新建社区食堂12家 | 已建成9家 | 区民政局 |
"""
_TEXTS = [
    _TABLE,
    "到年底，城镇污水处理率达到95%以上，责任单位：市住建局。",
    "",
    " \r\n😀\n",
    "今天天气很好。",
]
_DATE = datetime.date(2025, 9, 5)
_PKUSEG = {"nlp": {"tokenizer": {"@tokenizers": "spacy.zh.ChineseTokenizer", "segmenter": "pkuseg"}}}


@pytest.fixture(scope="module")
def nlp() -> Language:
    nlp = spacy.blank("zh")
    nlp.add_pipe("mubiao", config={"date": _DATE.isoformat()})
    return nlp


@pytest.fixture(scope="module")
def expected() -> list[tuple[Any, Any]]:
    found = Tagger.load().annotate(_TEXTS)
    rows = [records.build(a.structure, a.entities, _DATE) for a in found]
    return [(a.entities, [records.as_dict(r) for r in row]) for a, row in zip(found, rows, strict=True)]


def _read(doc: Doc) -> tuple[Any, Any]:
    return tuple(span._.mubiao for span in doc.spans["mubiao"]), doc._.mubiao_records


def test_spans_and_records_are_those_of_the_service(nlp: Language, expected: list[tuple[Any, Any]]) -> None:
    docs = [nlp(text) for text in _TEXTS]
    assert [_read(doc) for doc in docs] == expected
    assert [doc.text for doc in docs] == _TEXTS
    assert len(docs[0].spans["mubiao"]) > 4
    assert docs[0]._.mubiao_records
    for span in (span for doc in docs for span in doc.spans["mubiao"]):
        entity = span._.mubiao
        assert (span.label_, span.id_, span.start_char, span.end_char) == (
            entity.label,
            entity.id,
            entity.start,
            entity.end,
        )
        assert span._.mubiao_exact


@pytest.mark.parametrize("processes", [1, 2])
def test_many_at_once(nlp: Language, expected: list[tuple[Any, Any]], processes: int) -> None:
    docs = nlp.pipe(_TEXTS, batch_size=3, n_process=processes)
    assert [_read(doc) for doc in docs] == expected


def test_words_keep_the_exact_offsets(expected: list[tuple[Any, Any]]) -> None:
    nlp = spacy.blank("zh", config=_PKUSEG)
    nlp.tokenizer.initialize(pkuseg_model=str(SEGMENTER))  # type: ignore[attr-defined]
    nlp.tokenizer.pkuseg_seg.postprocesser.do_process = False  # type: ignore[attr-defined]
    nlp.add_pipe("mubiao", config={"date": _DATE.isoformat()})
    docs = list(nlp.pipe(_TEXTS))
    assert [_read(doc) for doc in docs] == expected
    assert [doc.text for doc in docs] == _TEXTS
    assert len(docs[1]) < len(_TEXTS[1]) * 0.8
    for span in (span for doc in docs for span in doc.spans["mubiao"]):
        entity = span._.mubiao
        assert span.start_char <= entity.start < entity.end <= span.end_char
        assert span._.mubiao_exact == ((span.start_char, span.end_char) == (entity.start, entity.end))


def _through_disk(nlp: Language, folder: Path) -> Language:
    nlp.to_disk(folder)
    return spacy.load(folder)


def _through_bytes(nlp: Language, folder: Path) -> Language:
    other = spacy.blank("zh")
    other.add_pipe("mubiao")
    return other.from_bytes(nlp.to_bytes())


@pytest.mark.parametrize("way", [_through_disk, _through_bytes])
def test_the_configuration_comes_along(
    way: Callable[[Language, Path], Language], expected: list[tuple[Any, Any]], tmp_path: Path
) -> None:
    nlp = spacy.blank("zh")
    nlp.add_pipe("mubiao", config={"date": _DATE.isoformat(), "model": str(SHIPPED)})
    again = way(nlp, tmp_path / "pipeline")
    assert _read(again(_TEXTS[0])) == expected[0]
    assert again.get_pipe("mubiao").to_bytes() == nlp.get_pipe("mubiao").to_bytes()  # type: ignore[attr-defined]


def test_an_annotated_doc_comes_back_from_bytes(nlp: Language, expected: list[tuple[Any, Any]]) -> None:
    doc = Doc(nlp.vocab).from_bytes(nlp(_TEXTS[0]).to_bytes())
    assert _read(doc) == expected[0]


def test_a_document_has_its_own_date(nlp: Language) -> None:
    doc = nlp.make_doc(_TEXTS[1])
    doc._.mubiao_date = "2019-03-01"
    assert {r["due"]["to"] for r in nlp(doc)._.mubiao_records if r["due"]} == {"2019-12-31"}
    assert {r["due"]["to"] for r in nlp(_TEXTS[1])._.mubiao_records if r["due"]} == {"2025-12-31"}


def test_wrong_configuration_is_named(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="date must be"):
        spacy.blank("zh").add_pipe("mubiao", config={"date": "2025年"})
    with pytest.raises(ModelError, match=r"config\.json"):
        spacy.blank("zh").add_pipe("mubiao", config={"model": str(tmp_path)})


def test_errors_go_to_the_handler_of_the_pipeline(nlp: Language) -> None:
    doc = nlp.make_doc(_TEXTS[1])
    doc._.mubiao_date = "tomorrow"
    with pytest.raises(ServiceError, match="date must be"):
        list(nlp.pipe([doc]))
    failed: list[str] = []
    other = spacy.blank("zh")
    other.add_pipe("mubiao")
    other.set_error_handler(lambda name, component, docs, error: failed.append(f"{name}: {type(error).__name__}"))
    assert len(list(other.pipe([doc, other.make_doc("")], batch_size=1))) == 1
    assert failed == ["mubiao: ServiceError"]


def test_one_wrong_date_costs_no_other_document(expected: list[tuple[Any, Any]]) -> None:
    nlp = spacy.blank("zh")
    nlp.add_pipe("mubiao", config={"date": _DATE.isoformat()})
    failed: list[str] = []
    nlp.set_error_handler(lambda name, component, docs, error: failed.extend(doc.text for doc in docs))
    docs = [nlp.make_doc(text) for text in _TEXTS]
    docs[0]._.mubiao_date = "2025年"
    assert [_read(doc) for doc in nlp.pipe(docs)] == expected[1:]
    assert failed == [_TEXTS[0]]
