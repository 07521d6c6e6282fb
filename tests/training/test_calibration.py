"""Calibration: what is fitted on overconfident spans brings their error down."""

import random
from dataclasses import replace

import pytest

from annotations import Document, markup
from annotations.schema import Label, Span
from models.calibration import LIKELY, Curve, from_json, likely, to_json
from training.calibration import Judged, apply, bins, calibration_error, fit, held_out, judge, table


def _overconfident(count: int, seed: int) -> list[Judged]:
    rng = random.Random(seed)
    spans = []
    for _ in range(count):
        probability = rng.uniform(0.5, 1)
        spans.append(Judged(Label.METRIC, probability, rng.random() < probability - 0.25))
    return spans


def test_error_of_known_bins() -> None:
    judged = [Judged(Label.UNIT, 0.95, True), Judged(Label.UNIT, 0.95, False), Judged(Label.UNIT, 0.35, False)]
    assert [(b.count, b.right) for b in bins(judged)] == [(1, 0.0), (2, 0.5)]
    assert calibration_error(judged) == pytest.approx((0.35 + 2 * 0.45) / 3)


def test_a_fitted_curve_lowers_the_error_of_other_spans() -> None:
    curves = fit(_overconfident(4000, 1))
    other = _overconfident(4000, 2)
    assert calibration_error(other) > 0.2
    assert calibration_error(apply(other, curves)) < 0.04
    # Nothing is known of a label without spans: its confidence stays.
    assert curves[Label.UNIT] == Curve()


def test_held_out_curves_have_not_seen_their_document() -> None:
    always_right = [Judged(Label.UNIT, 0.6, True)] * 200
    always_wrong = [Judged(Label.UNIT, 0.6, False)] * 200
    first, second = held_out([always_right, always_wrong])[0], held_out([always_right, always_wrong])[-1]
    assert first.probability < 0.1
    assert second.probability > 0.9


def test_spans_are_judged_by_label_and_borders() -> None:
    document = markup.parse("d", "⟦M床位M⟧⟦N50N⟧⟦U张U⟧")
    right, wrong = document.entities[0], Document("d", "", ()).entities
    assert [j.right for j in judge(document, document.entities)] == [True] * 3
    assert judge(document, wrong) == []
    assert [j.right for j in judge(markup.parse("d", "⟦M床M⟧位50张"), [right])] == [False]


def test_curves_travel_as_json() -> None:
    curves = {Label.METRIC: Curve(0.5, -1.0)}
    assert from_json(to_json(curves)) == curves


def test_unlikely_spans_go_and_the_others_get_their_confidence() -> None:
    curves = {Label.METRIC: Curve(1.0, -1.0)}
    sure, doubtful = (Span(0, 1, Label.METRIC, confidence=c) for c in (0.9, 0.5))
    assert curves[Label.METRIC](doubtful.confidence) < LIKELY < doubtful.confidence
    (kept,) = likely([sure, doubtful], curves)
    assert kept == replace(sure, confidence=curves[Label.METRIC](0.9))


def test_without_a_curve_nobody_knows_and_spans_stay() -> None:
    unit = Span(0, 1, Label.UNIT, confidence=0.1)
    assert likely([unit], {Label.METRIC: Curve()}) == [unit]


def test_the_table_lists_every_label() -> None:
    judged = _overconfident(50, 3)
    text = table(judged, judged)
    assert all(f"| {label} |" in text for label in Label)
    assert "| all | 50 |" in text
