"""Decoding: best valid paths, against a search of every path; valid spans for any scores."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from annotations import Label, Span, Value
from models.decoding import TOUCHING, WITHIN_WORD, decode, settle, transition_scores
from models.joints import Joint
from models.tags import HEADS, OUTSIDE, TAG_COUNT, Head, begin, inside

Array = NDArray[Any]
_NO_JOINTS = np.zeros(9, np.int8)


def _path_score(tags: Sequence[int], logs: Array, joints: Array, head: Head) -> float:
    """Log score of one path: its tags, and what its transitions cost."""
    score = 0.0
    for i, (before, tag) in enumerate(zip([OUTSIDE, *tags], tags, strict=False)):
        score += logs[i, tag] + transition_scores(head, Joint(joints[i]))[before, tag]
    return float(score + transition_scores(head)[tags[-1], OUTSIDE])


def _logs(scores: Array) -> Array:
    return np.asarray(scores - np.log(np.exp(scores).sum(-1, keepdims=True)))


def _best(logs: Array, joints: Array, head: Head) -> float:
    return max(_path_score(path, logs, joints, head) for path in product(range(head.count), repeat=len(logs)))


def _tags(spans: list[Span], length: int, head: Head) -> list[int]:
    tags = [OUTSIDE] * length
    for span in spans:
        kind = head.kinds.index(span.value)
        tags[span.start : span.end] = [begin(kind)] + [inside(kind)] * (span.end - span.start - 1)
    return tags


_SCORES = hnp.arrays(np.float32, st.tuples(st.integers(1, 5), st.just(TAG_COUNT)), elements=st.floats(-8, 8, width=32))


@settings(deadline=None)
@given(st.lists(_SCORES, min_size=1, max_size=3))
def test_the_best_valid_path_is_found(batch: list[Array]) -> None:
    batch_joints = [np.array([0, 1, 2, 0, 2])[: len(scores)] for scores in batch]
    for scores, joints, spans in zip(batch, batch_joints, decode(batch, batch_joints), strict=True):
        for head in HEADS:
            part = scores[:, head.start : head.start + head.count].astype(np.float64)
            own = [s for s in spans if s.label is head.label]
            assert (
                _path_score(_tags(own, len(scores), head), _logs(part), joints, head)
                >= _best(_logs(part), joints, head) - 1e-4
            )
            assert all(0 <= s.confidence <= 1 for s in own)


@settings(deadline=None)
@given(st.lists(_SCORES, min_size=2, max_size=4))
def test_windows_do_not_influence_each_other(batch: list[Array]) -> None:
    joints = [np.array([0, 1, 0, 2, 2])[: len(scores)] for scores in batch]
    assert decode(batch, joints) == [decode([s], [j])[0] for s, j in zip(batch, joints, strict=True)]


def test_value_comes_from_the_numbers_head() -> None:
    head = next(h for h in HEADS if h.label is Label.NUMBER)
    scores = np.zeros((3, TAG_COUNT), np.float32)
    scores[:, [h.start for h in HEADS]] = 9
    kind = head.kinds.index(Value.ACTUAL)
    scores[1, head.start + begin(kind)] = scores[2, head.start + inside(kind)] = 30
    (spans,) = decode([scores], [_NO_JOINTS[:3]])
    assert [(s.start, s.end, s.label, s.value) for s in spans] == [(1, 3, Label.NUMBER, Value.ACTUAL)]
    assert spans[0].confidence > 0.99


def test_spans_of_one_label_touch_only_where_that_is_sure() -> None:
    head = next(h for h in HEADS if h.label is Label.DEPARTMENT)
    scores = np.zeros((4, TAG_COUNT), np.float32)
    scores[:, [h.start for h in HEADS]] = 9
    scores[[0, 2], head.start + begin(0)] = scores[[1, 3], head.start + inside(0)] = 30
    scores[2, head.start + inside(0)] = 30 + TOUCHING / 2
    (joined,) = decode([scores], [_NO_JOINTS[:4]])
    assert [(s.start, s.end) for s in joined] == [(0, 4)]
    scores[2, head.start + inside(0)] = 30 + 2 * TOUCHING
    (apart,) = decode([scores], [_NO_JOINTS[:4]])
    assert [(s.start, s.end) for s in apart] == [(0, 2), (2, 4)]


def test_spans_end_within_a_word_only_where_that_is_sure() -> None:
    head = next(h for h in HEADS if h.label is Label.METRIC)
    scores = np.zeros((3, TAG_COUNT), np.float32)
    scores[:, [h.start for h in HEADS]] = 9
    scores[0, head.start + begin(0)] = scores[1, head.start + inside(0)] = 30
    word = np.array([Joint.NONE, Joint.NONE, Joint.WORD])
    for sureness, end in ((WITHIN_WORD / 2, 3), (2 * WITHIN_WORD, 2)):
        scores[2, head.start + OUTSIDE] = 9
        scores[2, head.start + inside(0)] = 9 + sureness
        (spans,) = decode([scores], [word])
        assert [(s.start, s.end) for s in spans] == [(0, end)]


def test_no_span_ends_or_begins_within_a_run() -> None:
    head = next(h for h in HEADS if h.label is Label.DEADLINE)
    scores = np.zeros((3, TAG_COUNT), np.float32)
    scores[:, [h.start for h in HEADS]] = 9
    scores[0, head.start + begin(0)] = 30
    scores[1, head.start + OUTSIDE] = 20
    (whole,) = decode([scores], [np.array([Joint.NONE, Joint.RUN, Joint.NONE])])
    assert [(s.start, s.end) for s in whole] == [(0, 2)]
    (nothing,) = decode([scores], [np.array([Joint.RUN, Joint.RUN, Joint.RUN])])
    assert nothing == []


@pytest.mark.parametrize("label", Label)
def test_targets_deadlines_and_departments_are_longer_than_a_character(label: Label) -> None:
    head = next(h for h in HEADS if h.label is label)
    scores = np.zeros((3, TAG_COUNT), np.float32)
    scores[:, [h.start for h in HEADS]] = 9
    scores[1, head.start + OUTSIDE] = 90
    scores[[0, 2], head.start + begin(0)] = 30  # the last character too
    (spans,) = decode([scores], [_NO_JOINTS[:3]])
    short = [] if label in (Label.TARGET, Label.DEADLINE, Label.DEPARTMENT) else [(0, 1), (2, 3)]
    assert [(s.start, s.end) for s in spans] == short


def test_nothing_to_decode() -> None:
    assert decode([], []) == []


@st.composite
def _spans(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(st.text("目标 \n\u3000，1", min_size=1, max_size=40))
    spans = []
    for label in Label:
        at = 0
        while at < len(text) and draw(st.booleans()):
            start = draw(st.integers(at, len(text) - 1))
            end = draw(st.integers(start + 1, len(text)))
            spans.append(Span(start, end, label, None, draw(st.floats(0, 1))))
            at = end
    return text, spans


@given(_spans())
def test_settled_spans_nest_and_have_no_blank_edges(case: tuple[str, list[Span]]) -> None:
    text, spans = case
    kept = settle(text, spans)
    for span in kept:
        content = text[span.start : span.end]
        assert content
        assert content == content.strip()
    for i, a in enumerate(kept):
        for b in kept[i + 1 :]:
            assert not a.start < b.start < a.end < b.end
            assert not b.start < a.start < b.end < a.end


def test_of_two_that_cross_the_surer_stays() -> None:
    sure, unsure = Span(0, 3, Label.TARGET, None, 0.9), Span(2, 4, Label.METRIC, None, 0.8)
    assert settle("甲乙丙丁", [sure, unsure]) == [sure]


def test_no_half_of_a_pair_of_brackets_is_at_an_edge() -> None:
    text = "县民政局（牵头）、（市）教育局）、（建（修）路）"
    spans = [Span(0, 5, Label.DEPARTMENT, None, 0.9), Span(11, 15, Label.TARGET, None, 0.9)]
    spans += [Span(18, 24, Label.TARGET, None, 0.9), Span(9, 16, Label.METRIC, None, 0.9)]
    found = {text[s.start : s.end] for s in settle(text, spans)}
    assert found == {"县民政局", "教育局", "建（修）路", "（市）教育局"}
