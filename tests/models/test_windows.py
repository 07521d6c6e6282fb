"""Windows cover every character once, within their bounds, with the context they stand in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import structure, windows
from models.alphabet import CLS, SEP, SPECIALS, Alphabet
from models.inputs import LENGTH, pad, tokens
from models.lexicon import Lexicon
from models.vocabulary import Vocabulary

_ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=2000) | st.text(
    "一、|\n。，目标1", max_size=2000
)


@settings(deadline=5000)
@given(_ANY_TEXT, st.integers(20, 380), st.integers(20, 380))
def test_windows_cover_all_that_is_not_blank_once(text: str, length: int, first: int) -> None:
    end = 0
    for window in windows.cut(structure.read(text), length, first):
        assert text[end : window.start].strip() == ""
        assert 0 < window.end - window.start <= max(length, first)
        assert len(window.context) <= windows.CONTEXT_LENGTH
        end = window.end
    assert text[end:].strip() == ""


def test_a_long_line_is_cut_after_sentences() -> None:
    text = "新建社区食堂十二家并投入使用。" * 60
    parsed = windows.cut(structure.read(text))
    assert len(parsed) > 1
    assert all(text[w.end - 1] == "。" for w in parsed)


def test_context_names_title_headings_and_column() -> None:
    rows = "".join(f"{i} | 任务{i} | 新建床位{i}00张 | 已建成{i}张 |\n" for i in range(1, 60))
    text = "清沅市民政局重点工作清单\n一、养老服务\n序号 | 重点任务 | 年度目标 | 进展情况 |\n" + rows
    last = windows.cut(structure.read(text))[-1]
    for part in ("清沅市民政局重点工作清单", "一、养老服务", "序号|重点任务|年度目标|进展情况"):
        assert part in last.context


def test_cells_stand_under_their_columns_heads() -> None:
    text = "指标 | 目标 | 完成\n床位 | 50 | 20\n" + "站点 | 700 | 300\n" * 60
    vocabulary = Vocabulary(Alphabet(list("指标目完成")), Lexicon({}))
    seen = []
    for window in windows.cut(structure.read(text)):
        assert all(window.start <= cell.start < cell.end <= window.end for cell in window.cells)
        assert [cell.head for cell in window.cells[:3]] == ["指标", "目标", "完成"]
        seen += [(text[cell.start : cell.end].strip(), cell.head) for cell in window.cells]
        window_tokens = tokens(vocabulary, text, window)
        for cell in window.cells:
            (row,) = set(
                window_tokens.columns[cell.start - window.start + window_tokens.text_start :][: cell.end - cell.start]
            )
            assert (
                "".join(vocabulary.alphabet.characters[i - len(SPECIALS)] for i in window_tokens.heads[row] if i)
                == cell.head
            )
    assert seen[:3] == [("床位", "指标"), ("50", "目标"), ("20", "完成")]
    assert len(seen) == 3 * 61


def test_batches_keep_the_columns_of_each_window() -> None:
    vocabulary = Vocabulary(Alphabet(list("目标完成")), Lexicon({}))
    texts = ["指标 | 目标\n床位 | 5\n", "项目 | 完成\n站点 | 7\n"]
    parsed = [tokens(vocabulary, t, w) for t in texts for w in windows.cut(structure.read(t))]
    batch = pad([parsed[0], tokens(vocabulary, "床位", windows.Window(0, 2, "")), parsed[1]])
    for row, alone in ((0, parsed[0]), (2, parsed[1])):
        assert (batch.heads[batch.columns[row, : len(alone)]] == alone.heads[alone.columns]).all()
    assert not batch.heads[0].any()
    assert not batch.columns[1].any()


@settings(deadline=5000)
@given(_ANY_TEXT.filter(str.strip))
def test_tokens_stand_one_for_each_code_point(text: str) -> None:
    vocabulary = Vocabulary(Alphabet(list("目标|。，1")), Lexicon({"目标": -1.0}))
    for window in windows.cut(structure.read(text)):
        window_tokens = tokens(vocabulary, text, window)
        assert len(window_tokens) <= LENGTH
        assert len(window_tokens.words) == len(window_tokens.columns) == len(window_tokens)
        assert window_tokens.columns.max() < len(window_tokens.heads)
        assert window_tokens.ids[0] == CLS
        assert window_tokens.ids[window_tokens.text_start - 1] == window_tokens.ids[-1] == SEP
        assert len(window_tokens) - 1 - window_tokens.text_start == window.end - window.start


def test_padding_is_masked() -> None:
    vocabulary = Vocabulary(Alphabet(["目"]), Lexicon({}))
    batch = pad([tokens(vocabulary, "目" * n, windows.Window(0, n, "")) for n in (3, 5)])
    assert batch.ids.shape == (2, 8)
    assert batch.mask.sum(1).tolist() == [6, 8]
    assert batch.segments[0].tolist() == [0, 0, 1, 1, 1, 1, 0, 0]


@pytest.mark.parametrize("text", ["", " \n\u3000\t\r\n"])
def test_blank_texts_have_no_windows(text: str) -> None:
    assert windows.cut(structure.read(text)) == []
