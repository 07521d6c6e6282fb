"""Documents as spaCy Docs: exact on characters, widened on words with nothing lost, the same after DocBin."""

from pathlib import Path

import pytest
import spacy
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc
from spacy.vocab import Vocab

from annotations import AnnotationError, Document, Entity, Label, Link, Role, Value, corpus, number_entities, spacy_docs
from annotations.formats import docbin
from annotations.schema import Span

_TEXT = "到2025年底\r\n  新建社区食堂12家，市民政局"
_ENTITIES = (
    Entity("D1", Label.DEADLINE, 1, 7),
    Entity("T1", Label.TARGET, 11, 20, confidence=0.75),
    Entity("M1", Label.METRIC, 13, 17),
    Entity("N1", Label.NUMBER, 17, 19, Value.TARGET, 0.5),
    Entity("U1", Label.UNIT, 19, 20),
    Entity("R1", Label.DEPARTMENT, 21, 25),
)
_WORDS = ["到2025", "年底", "\r\n ", " ", "新建社区", "食堂", "12家", "，", "市民政局"]


@st.composite
def _documents(draw: st.DrawFn) -> Document:
    pieces = st.sampled_from(["到2025年底", "\r\n", " ", "  ", "\u3000", "😀", "e\u0301", "\x00", "\u2028", "12家"])
    text = "".join(draw(st.lists(pieces | st.text(st.characters(exclude_categories=["Cs"]), max_size=4), max_size=12)))
    spans = []
    for _ in range(draw(st.integers(0, 5)) if text else 0):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        label = draw(st.sampled_from(Label))
        value = draw(st.sampled_from(Value)) if label is Label.NUMBER else None
        spans.append(Span(start, end, label, value, draw(st.floats(0, 1))))
    entities = number_entities(spans)
    ids = [e.id for e in entities]
    links = None
    if ids and draw(st.booleans()):
        link = st.builds(Link, st.sampled_from(ids), st.sampled_from(Role), st.sampled_from(ids))
        links = tuple(draw(st.lists(link, max_size=3)))
    return Document(draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=5)), text, entities, links)


def _words(text: str) -> Doc:
    assert text == "".join(_WORDS)
    return Doc(Vocab(), words=_WORDS, spaces=[False] * len(_WORDS))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_documents(), max_size=3))
@example([Document("", "")])
@example([Document("plan", " 一 \n\n 二 ", (Entity("T1", Label.TARGET, 1, 2),), (Link("T1", Role.DEADLINE, "T1"),))])
def test_any_text_comes_back_from_a_docbin(tmp_path_factory: pytest.TempPathFactory, documents: list[Document]) -> None:
    path = tmp_path_factory.mktemp("docbin") / "documents.spacy"
    docbin.write(documents, path)
    assert docbin.read(path) == documents


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_documents())
@example(Document("", "12  家", (Entity("T1", Label.TARGET, 2, 3), Entity("T2", Label.TARGET, 3, 5))))
def test_any_text_comes_back_from_the_tokens_of_spacy(
    tmp_path_factory: pytest.TempPathFactory, document: Document
) -> None:
    path = tmp_path_factory.mktemp("docbin") / "documents.spacy"
    docbin.write([document], path, spacy.blank("zh").make_doc)
    assert docbin.read(path) == [document]


def test_the_corpus_is_exact_on_characters(tmp_path: Path) -> None:
    documents = corpus.load([corpus.AUTHORED / "short-snippets.txt"])
    docbin.write(documents, tmp_path / "corpus.spacy")
    assert docbin.read(tmp_path / "corpus.spacy") == documents
    docs = list(spacy.tokens.DocBin().from_disk(tmp_path / "corpus.spacy").get_docs(Vocab()))
    for doc, document in zip(docs, documents, strict=True):
        spans = [(s.label_, s.start_char, s.end_char) for s in doc.spans["mubiao"]]
        assert spans == [(e.label, e.start, e.end) for e in document.entities]
        assert all(span._.mubiao_exact for span in doc.spans["mubiao"])


def test_spans_are_widened_to_words_and_keep_their_offsets() -> None:
    doc = _words(_TEXT)
    spacy_docs.attach(doc, _ENTITIES)
    spans = {span.id_: span for span in doc.spans["mubiao"]}
    assert {id: span.text for id, span in spans.items()} == {
        "D1": "到2025年底",
        "T1": "新建社区食堂12家",
        "M1": "新建社区食堂",
        "N1": "12家",
        "U1": "12家",
        "R1": "市民政局",
    }
    assert {id for id, span in spans.items() if span._.mubiao_exact} == {"T1", "R1"}
    assert tuple(span._.mubiao for span in spans.values()) == _ENTITIES


def test_nothing_is_lost_in_copies_and_bytes() -> None:
    doc = _words(_TEXT)
    spacy_docs.attach(doc, _ENTITIES, "plan", [Link("N1", Role.UNIT, "U1")])
    expected = Document("plan", _TEXT, _ENTITIES, (Link("N1", Role.UNIT, "U1"),))
    assert spacy_docs.document(doc.copy()) == expected
    assert spacy_docs.document(Doc(Vocab()).from_bytes(doc.to_bytes())) == expected


def test_spans_of_others_get_free_ids() -> None:
    doc = _words(_TEXT)
    spacy_docs.attach(doc, _ENTITIES[:2])
    doc.spans["mubiao"].append(doc.char_span(13, 17, label="TARGET", alignment_mode="expand"))
    added = doc.spans["mubiao"][2]
    assert added._.mubiao is None
    assert added._.mubiao_exact
    assert spacy_docs.document(doc).entities == (*_ENTITIES[:2], Entity("T2", Label.TARGET, 11, 17))


def test_a_doc_without_spans_is_a_document_without_entities() -> None:
    assert spacy_docs.document(_words(_TEXT)) == Document("", _TEXT)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (Document("plan", "一\ud83d"), "plan: half a surrogate pair"),
        (Document("plan", "一", (Entity("T1", Label.TARGET, 0, 2),)), r"plan: T1: \[0, 2\) is no stretch"),
        (Document("plan", "一", (Entity("T1", Label.TARGET, 0, 0),)), r"plan: T1: \[0, 0\) is no stretch"),
        (
            Document("plan", "一二", (Entity("T1", Label.TARGET, 0, 1), Entity("T1", Label.TARGET, 1, 2))),
            "stands twice",
        ),
    ],
)
def test_what_a_docbin_cannot_hold_is_named(document: Document, message: str, tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match=message):
        docbin.write([document], tmp_path / "plan.spacy")


def test_what_is_no_docbin_of_ours_is_named(tmp_path: Path) -> None:
    path = tmp_path / "plan.spacy"
    with pytest.raises(AnnotationError, match=r"plan\.spacy: no DocBin"):
        docbin.read(path)
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(AnnotationError, match=r"plan\.spacy: no DocBin"):
        docbin.read(path)
    doc = Doc(Vocab(), words=["一"])
    doc.spans["mubiao"] = [doc.char_span(0, 1, label="GOAL")]
    spacy.tokens.DocBin(docs=[doc]).to_disk(path)
    with pytest.raises(AnnotationError, match=r"plan\.spacy: spans\[0\]: the label must be one of TARGET, METRIC"):
        docbin.read(path)
