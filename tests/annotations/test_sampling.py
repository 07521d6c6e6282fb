"""Choosing passages: the doubtful before the sure, unlike before alike, and all of a document in its passages."""

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from annotations import Document, Entity, Label, Link, Role, corpus, number_entities, sampling
from annotations.schema import Span


def _document(name: str, text: str, *confidences: float) -> Document:
    spans = [Span(i, i + 1, Label.METRIC, None, c) for i, c in enumerate(confidences)]
    return Document(name, text, number_entities(spans))


def _names(documents: list[Document]) -> list[str]:
    return [d.name for d in documents]


def test_the_doubtful_come_first_and_the_sure_not_at_all() -> None:
    documents = [
        _document("sure", "新建养老服务中心三十处并投入使用", 1.0, 1.0),
        _document("doubtful", "道路改造工程年底前全部完工通车", 0.6),
        _document("most", "学校食堂明厨亮灶覆盖率达到九成", 0.6, 0.6, 0.6),
        _document("empty", "本页无内容"),
    ]
    assert _names(sampling.select(documents, 10)) == ["most", "doubtful"]
    assert _names(sampling.select(documents, 1)) == ["most"]
    assert sampling.select([], 3) == []


def test_of_the_alike_one_is_enough() -> None:
    alike = [_document(f"row {i}", f"{i}|新建社区食堂{i}家|区民政局|年底前", 0.5, 0.5) for i in range(5)]
    other = _document("other", "河道清淤整治工程由水利部门牵头推进", 0.6)
    assert _names(sampling.select([*alike, other], 2)) == ["row 0", "other"]


def test_longer_texts_must_have_more_to_correct() -> None:
    short, long = _document("short", "一二三四" * 100, 0.5), _document("long", "五六七八" * 120, 0.5)
    assert _names(sampling.select([long, short], 1, size=600)) == ["short"]


def test_any_number_of_documents_goes_through() -> None:
    def stream() -> Iterator[Document]:
        for number in range(20_000):
            yield _document(str(number), f"第{number}条内容", 1 - (number % 997) / 2000)

    assert len(sampling.select(stream(), 3)) == 3


def test_passages_are_whole_lines_with_their_entities() -> None:
    (document,) = corpus.load([corpus.AUTHORED / "ten-deeds.txt"])
    passages = list(sampling.passages(document, 200))
    assert len(passages) > 3
    assert "".join(p.text for p in passages) == document.text
    found = {(p.name, e.id): p.text[e.start : e.end] for p in passages for e in p.entities}
    assert sorted(id for _, id in found) == sorted(e.id for e in document.entities)
    texts = {e.id: document.text[e.start : e.end] for e in document.entities}
    assert all(text == texts[id] for (_, id), text in found.items())
    for passage in passages:
        assert passage.name == f"{document.name}@{document.text.index(passage.text)}"


def test_links_stay_within_a_passage() -> None:
    text = "一" * 9 + "\n" + "二" * 9 + "\n"
    entities = (Entity("N1", Label.NUMBER, 0, 1), Entity("U1", Label.UNIT, 1, 2), Entity("M1", Label.METRIC, 12, 13))
    links = (Link("N1", Role.UNIT, "U1"), Link("N1", Role.METRIC, "M1"))
    first, second = sampling.passages(Document("plan", text, entities, links), 10)
    assert (first.links, second.links) == (links[:1], ())


@settings(max_examples=100)
@given(st.text(st.sampled_from("一二\n\r"), max_size=60), st.data(), st.integers(1, 20))
def test_nothing_is_lost(text: str, data: st.DataObject, size: int) -> None:
    spans = []
    for _ in range(data.draw(st.integers(0, 4)) if text else 0):
        start = data.draw(st.integers(0, len(text) - 1))
        spans.append(Span(start, data.draw(st.integers(start + 1, len(text))), Label.TARGET))
    document = Document("plan", text, number_entities(spans))
    passages = list(sampling.passages(document, size))
    assert "".join(p.text for p in passages) == text
    starts = [0 if p is document else int(p.name.split("@")[1]) for p in passages]
    moved = [
        replace(e, start=e.start + start, end=e.end + start)
        for p, start in zip(passages, starts, strict=True)
        for e in p.entities
    ]
    assert sorted(moved, key=lambda e: e.id) == sorted(document.entities, key=lambda e: e.id)
    assert all(e.end <= len(p.text) for p in passages for e in p.entities)
