"""The word segmenter: its words are the lexicon's and the labels', and the shipped one cuts unseen text well."""

from pathlib import Path

import pytest
import spacy_pkuseg

import models
from annotations import Document, Entity, Label, corpus
from annotations.errors import TrainingError
from models.lexicon import Lexicon
from training import segmenter

_SHIPPED = Path(models.__file__).parent / "segmenter"
_LEXICON = Lexicon({"新建": -5.0, "社区": -5.0, "食堂": -6.0, "社区食堂": -20.0, "民政局": -8.0, "年底": -6.0})


def test_words_end_where_labels_do() -> None:
    text = "到2025年底,新建社区食堂12.5家\r\n\r\n 民政局 民政局GDP\n"
    assert list(segmenter.words(Document("", text), _LEXICON)) == [
        ["到", "2025", "年底", ",", "新建", "社区", "食堂", "12.5", "家"],
        ["民政局", "民政局", "GDP"],
    ]
    entities = (Entity("D1", Label.DEADLINE, 1, 6), Entity("R1", Label.DEPARTMENT, 24, 26))
    assert list(segmenter.words(Document("", text, entities), _LEXICON)) == [
        ["到", "2025", "年", "底", ",", "新建", "社区", "食堂", "12.5", "家"],
        ["民政", "局", "民政局", "GDP"],
    ]


def test_a_segmenter_learns_its_words(tmp_path: Path) -> None:
    line = "到2025年底，新建社区食堂12家。\n民政局新建食堂。\n社区民政局到年底新建12家。\n"
    documents = [Document(str(i), line * 10) for i in range(4)]
    assert segmenter.train(documents, _LEXICON, tmp_path / "segmenter", epochs=5) > 0.95
    cut = spacy_pkuseg.pkuseg(str(tmp_path / "segmenter"), user_dict=None).cut("民政局到2025年底新建12家")
    assert cut == ["民政局", "到", "2025", "年底", "新建", "12", "家"]


def test_one_document_is_not_enough(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="two documents or more"):
        segmenter.train([Document("", "一")], _LEXICON, tmp_path)


def test_the_shipped_segmenter_is_small_and_cuts_sensibly() -> None:
    assert sum(file.stat().st_size for file in _SHIPPED.iterdir()) < 2_000_000
    text = "到2026年底，岚川区新增养老床位350张，污水处理率达到96.5%以上。责任单位：市财政局、市民政局"
    words = spacy_pkuseg.pkuseg(str(_SHIPPED), user_dict=None).cut(text)
    assert "".join(words) == text
    # 污水 and 床位 are no words of the lexicon that it learned from.
    known = ["2026", "年底", "新增", "养老", "350", "张", "处理", "达到", "96.5", "%", "以上", "责任", "单位", "财政"]
    assert [word for word in known if word not in words] == []
    assert len(words) < len(text) * 0.75


def test_labels_rarely_end_within_its_words() -> None:
    cut = spacy_pkuseg.pkuseg(str(_SHIPPED), user_dict=None).cut
    within = total = 0
    for document in corpus.load([corpus.AUTHORED / "short-snippets.txt"]):
        ends, position = {0}, 0
        for word in cut(document.text):
            position = document.text.index(word, position) + len(word)
            ends |= {position - len(word), position}
        edges = {offset for e in document.entities for offset in (e.start, e.end)}
        within, total = within + len(edges - ends), total + len(edges)
    assert total > 100
    assert within / total < 0.1
