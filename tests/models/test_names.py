"""Names in two pieces become one; two names stay two."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations import Label, Span
from models.names import join_names


def _joined(marked: str, label: Label = Label.DEPARTMENT) -> list[str]:
    """The names after joining; 〔 and 〕 stand around the pieces that were found."""
    text, spans, start = "", [], 0
    for character in marked:
        if character == "〔":
            start = len(text)
        elif character == "〕":
            spans.append(Span(start, len(text), label, None, 0.5 + len(spans) / 10))
        else:
            text += character
    return [text[s.start : s.end] for s in join_names(text, spans)]


@pytest.mark.parametrize(
    ("marked", "names"),
    [
        ("〔养老股〕（〔老龄股〕）、", ["养老股（老龄股）"]),
        ("〔养老股〕 (〔老龄股)〕 |", ["养老股 (老龄股)"]),
        ("〔市规划局〕\n（〔市林业局〕）", ["市规划局\n（市林业局）"]),
        ("〔区自然资源〕\n〔和规划局〕", ["区自然资源\n和规划局"]),
        ("〔区民政局〕\n〔区财政局〕", ["区民政局", "区财政局"]),
        ("〔区民政局〕（〔区残联〕配合）", ["区民政局", "区残联"]),
        ("〔区民政局〕、〔区残联〕", ["区民政局", "区残联"]),
        ("〔养老股〕 〔(老龄股)〕 |", ["养老股 (老龄股)"]),
        ("〔养老股〕〔（老龄股〕）", ["养老股（老龄股）"]),
        ("〔区民政局〕〔（区残联〕配合）", ["区民政局", "（区残联"]),
        ("〔市生态环境局〕\n〔高新分局〕", ["市生态环境局\n高新分局"]),
        ("〔市生态环境局〕、〔高新分局〕", ["市生态环境局", "高新分局"]),
        ("〔县文化市场综合行〕\n〔政执法队〕", ["县文化市场综合行\n政执法队"]),
        ("〔农业银行〕\n〔区财政局〕", ["农业银行", "区财政局"]),
        ("〔区民政局〕（牵头：〔区残联〕）", ["区民政局", "区残联"]),
        ("〔医政科(中医药科〕)", ["医政科(中医药科)"]),
        ("〔区残联〕)", ["区残联"]),
        ("〔区金融〕办、〔市民政〕局", ["区金融办", "市民政局"]),
        ("〔市发展改革〕委员会", ["市发展改革委员会"]),
        ("〔企业〕委托第三方，〔企业〕办理手续，〔区委〕办公室", ["企业", "企业", "区委"]),
        ("〔区金融〕〔办好〕", ["区金融", "办好"]),
    ],
)
def test_names(marked: str, names: list[str]) -> None:
    assert _joined(marked) == names


def test_a_doubt_about_the_seam_is_none_about_the_name_and_other_labels_stay() -> None:
    text = "养老股（老龄股）"
    pieces = [Span(0, 3, Label.DEPARTMENT, None, 0.9), Span(4, 7, Label.DEPARTMENT, None, 0.6)]
    assert join_names(text, pieces) == [Span(0, 8, Label.DEPARTMENT, None, 0.9)]
    assert _joined("〔床位〕（〔张数〕）", Label.METRIC) == ["床位", "张数"]


def test_a_name_does_not_grow_out_of_the_span_it_stands_in() -> None:
    goal, name = Span(0, 5, Label.TARGET), Span(2, 5, Label.DEPARTMENT)
    assert join_names("支持区金融办", [goal, name]) == [goal, name]


@given(st.text("局源（） \n", max_size=30), st.sets(st.integers(0, 30), max_size=12))
def test_joined_names_do_not_overlap(text: str, borders: set[int]) -> None:
    places = sorted(b for b in borders if b <= len(text))
    pieces = [Span(a, b, Label.DEPARTMENT) for a, b in zip(places[::2], places[1::2], strict=False)]
    joined = join_names(text, pieces)
    assert all(a.end <= b.start for a, b in itertools.pairwise(joined))
    assert all(0 <= s.start < s.end <= len(text) for s in joined)
