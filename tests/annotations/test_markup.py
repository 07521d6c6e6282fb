"""Inline markup: what is written is what is read, and misuse is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations import Document, Label, MarkupError, Span, Value, markup, number_entities

_MARKED = "⟦R市民政局R⟧要在⟦D6月底前D⟧⟦T新建⟦M照料中心M⟧⟦N50N⟧⟦U个U⟧T⟧，已建成⟦A12A⟧⟦U个U⟧。\r\n"


def test_parse_gives_plain_text_and_nested_spans() -> None:
    document = markup.parse("plan", _MARKED)
    assert document.text == "市民政局要在6月底前新建照料中心50个，已建成12个。\r\n"
    found = {(e.id, document.text[e.start : e.end], e.value) for e in document.entities}
    assert found == {
        ("R1", "市民政局", None),
        ("D1", "6月底前", None),
        ("T1", "新建照料中心50个", None),
        ("M1", "照料中心", None),
        ("N1", "50", Value.TARGET),
        ("N2", "12", Value.ACTUAL),
        ("U1", "个", None),
        ("U2", "个", None),
    }


def test_format_is_the_inverse_of_parse() -> None:
    assert markup.format(markup.parse("plan", _MARKED)) == _MARKED


@pytest.mark.parametrize(
    ("marked", "place"),
    [
        ("一行\n⟦T新建M⟧", "line 2: M⟧ closes, but ⟦T was opened last"),
        ("T⟧", "line 1: T⟧ closes, but nothing is open"),
        ("⟦T新建", "⟦T is never closed"),
        ("⟦X新建", "a bracket"),
    ],
)
def test_misuse_is_named(marked: str, place: str) -> None:
    with pytest.raises(MarkupError, match=place):
        markup.parse("plan", marked)


def test_format_refuses_what_it_cannot_hold() -> None:
    crossing = (Span(0, 2, Label.METRIC), Span(1, 3, Label.TARGET))
    with pytest.raises(MarkupError, match="crosses"):
        markup.format(Document("d", "甲乙丙", number_entities(list(crossing))))
    with pytest.raises(MarkupError, match="holds"):
        markup.format(Document("d", "甲⟦乙"))


@st.composite
def _nested(draw: st.DrawFn) -> Document:
    """Any text without the brackets, with any spans that nest."""
    text = draw(st.text(st.characters(exclude_characters="⟦⟧", exclude_categories=["Cs"]), min_size=1, max_size=40))
    spans: list[Span] = []
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        label = draw(st.sampled_from(Label))
        value = draw(st.sampled_from(Value)) if label is Label.NUMBER else None
        crosses = any(s.start < start < s.end < end or start < s.start < end < s.end for s in spans)
        if not crosses and all(s.label is not label or end <= s.start or s.end <= start for s in spans):
            spans.append(Span(start, end, label, value))
    return Document("any", text, number_entities(spans))


@given(_nested())
def test_any_document_survives_the_round_trip(document: Document) -> None:
    assert markup.parse("any", markup.format(document)) == document
