"""Other forms of documents: every entity stays what it was."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations import Document, corpus, markup
from annotations.check import check
from training import variation
from training.variation import vary

_MARKED = (
    "序号|重点任务|责任单位\n1|⟦T新建⟦M照料中心M⟧⟦N50N⟧⟦U个U⟧T⟧，⟦M护理型床位占比M⟧不低于⟦N35.5N⟧⟦U%U⟧|⟦R市民政局R⟧\n"
    "⟦R各县（市、区）R⟧要在⟦D2023年底前D⟧⟦T健全基本养老服务体系T⟧，⟦T推进居家和社区养老服务改革试点T⟧；累计⟦T建成村级站T⟧⟦N1200N⟧⟦U个U⟧。\n"
)


def _without_space(text: str) -> str:
    return "".join(text.split())


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_spans_are_the_same_words(seed: int) -> None:
    document = markup.parse("plan", _MARKED)
    varied = vary(document, random.Random(seed))
    assert [e.id for e in varied.entities] == [e.id for e in document.entities]
    assert not check(varied)
    for before, after in zip(document.entities, varied.entities, strict=True):
        found, expected = varied.text[after.start : after.end], document.text[before.start : before.end]
        assert len(_without_space(found)) == len(_without_space(expected))
        if len(varied.text) != len(document.text):
            assert _without_space(found) == _without_space(expected)


def test_broken_lines() -> None:
    document = markup.parse("plan", _MARKED)
    wrapped = variation._wrapped(document, random.Random(1))
    assert max(len(line) for line in wrapped.text.split("\n") if "|" not in line) <= 52
    assert wrapped.text.split("\n")[:2] == document.text.split("\n")[:2]
    narrow = variation._narrow_cells(document, random.Random(1))
    assert narrow.text.split("\n")[-2] == document.text.split("\n")[-2]
    assert narrow.text.count("\n") > document.text.count("\n")
    for varied in (wrapped, narrow):
        assert varied.text.replace("\n", "") == document.text.replace("\n", "")


def test_rows_run_together() -> None:
    document = markup.parse(
        "row", "序号 | 指标 | 计划 | 完成 |\n2 | ⟦M年审率M⟧ | ⟦N95N⟧⟦U%U⟧ | ⟦A92.3A⟧⟦U%U⟧ |\n7\t12个\t⟦A9A⟧\t⟦N18N⟧\n"
    )
    varied = variation._run_together(document, random.Random(1))
    assert varied.text == "序号指标计划完成\n2年审率95%92.3%\n7 12个9 18\n"
    assert [varied.text[e.start : e.end] for e in varied.entities] == ["年审率", "95", "%", "92.3", "%", "9", "18"]


def test_cells_by_line() -> None:
    document = markup.parse("row", "| 序号 | 指标 | 计划 |\n2 | ⟦M年审率M⟧ | ⟦N95N⟧⟦U%U⟧ |\n7\t\t⟦A9A⟧\t\n")
    varied = variation._cells_by_line(document, random.Random(1))
    assert varied.text == "序号\n指标\n计划\n2\n年审率\n95%\n7\n9\n"
    assert [varied.text[e.start : e.end] for e in varied.entities] == ["年审率", "95", "%", "9"]


def test_passages_are_sentences_that_say_what_they_are() -> None:
    document = markup.parse(
        "report",
        "一、工作总结\n新建⟦M泵站M⟧⟦A3A⟧⟦U座U⟧。已改造⟦M水闸M⟧⟦A5A⟧⟦U座U⟧。\n河道 | ⟦T清淤⟦N9N⟧⟦U公里U⟧T⟧ |\n"
        "二、打算\n⟦R县水利局R⟧要⟦T新建⟦M堤防M⟧⟦N12N⟧⟦U公里U⟧；并绿化堤顶T⟧。今年雨水偏多。\n",
    )
    found = [list(variation.passages(document, random.Random(seed), 1.0)) for seed in range(40)]
    lone = {passage.text for passages in found for passage in passages}
    assert {"已改造水闸5座。\n", "县水利局要新建堤防12公里；并绿化堤顶。"} <= lone
    assert not lone & {"新建泵站3座。", "一、工作总结\n", "今年雨水偏多。\n"}
    assert not any("|" in text for text in lone)
    for passage in {passage.text: passage for passages in found for passage in passages}.values():
        assert not check(passage)
        start = int(passage.name.removeprefix("report-"))
        assert document.text[start:].startswith(passage.text)
        for entity in passage.entities:
            assert replace(entity, start=entity.start + start, end=entity.end + start) in document.entities
    assert not list(variation.passages(document, random.Random(1), 0.0))


@pytest.mark.parametrize("seed", range(3))
def test_the_authored_corpus_stays_sound(seed: int) -> None:
    documents = corpus.load([corpus.AUTHORED])[::12]
    choose = random.Random(seed)
    for document in documents:
        sound = not check(document)
        assert bool(check(vary(document, choose))) <= (not sound), document.name


def test_an_empty_text() -> None:
    for form in variation._FORMS:
        assert form(Document("empty", "", ()), random.Random(1)).text == ""
