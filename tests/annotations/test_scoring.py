"""Scores: counted by hand, and against nervaluate."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nervaluate import Evaluator

from annotations import Document, Entity, Label, Value
from annotations.scoring import MICRO, NUMBER_VALUE, compare

_TEXT = "新建照料中心50个" * 5


def _entity(label: Label, start: int, end: int, value: Value | None = None) -> Entity:
    return Entity(f"{label}{start}", label, start, end, value)


def test_counts_by_hand() -> None:
    gold = Document(
        "d",
        _TEXT,
        (
            _entity(Label.TARGET, 0, 9),
            _entity(Label.NUMBER, 6, 8, Value.TARGET),
            _entity(Label.NUMBER, 15, 17, Value.ACTUAL),
            _entity(Label.UNIT, 8, 9),
        ),
    )
    found = (
        _entity(Label.TARGET, 2, 9),
        _entity(Label.NUMBER, 6, 8, Value.TARGET),
        _entity(Label.NUMBER, 15, 17, Value.TARGET),
        _entity(Label.METRIC, 2, 6),
    )
    report = compare([gold], [found])
    assert report.strict[Label.TARGET].f1 == 0
    assert report.overlap[Label.TARGET].f1 == 1
    assert report.strict[Label.NUMBER].f1 == 1
    assert report.strict[NUMBER_VALUE].f1 == 0.5
    assert report.strict[Label.METRIC].precision == 0
    assert report.strict[Label.UNIT].recall == 0
    assert report.micro == pytest.approx(2 * 2 / (4 + 4))
    assert {(e.kind, e.label, e.start) for e in report.errors} == {
        ("missed", Label.TARGET, 0),
        ("extra", Label.TARGET, 2),
        ("extra", Label.METRIC, 2),
        ("missed", Label.UNIT, 8),
    }
    assert "| micro | 0.500 |" in report.table()


@st.composite
def _entities(draw: st.DrawFn) -> tuple[Entity, ...]:
    entities, at = [], 0
    while at < len(_TEXT) - 1 and draw(st.booleans()):
        start = draw(st.integers(at, len(_TEXT) - 1))
        end = draw(st.integers(start + 1, min(len(_TEXT), start + 6)))
        entities.append(_entity(draw(st.sampled_from([Label.TARGET, Label.METRIC])), start, end))
        at = end
    return tuple(entities)


@settings(deadline=None)
@given(_entities(), _entities())
def test_strict_counts_agree_with_nervaluate(gold: tuple[Entity, ...], found: tuple[Entity, ...]) -> None:
    report = compare([Document("d", _TEXT, gold)], [found])

    def plain(entities: tuple[Entity, ...]) -> list[dict[str, object]]:
        # nervaluate's ends are inclusive: with ours, spans that touch would overlap.
        return [{"label": e.label.value, "start": e.start, "end": e.end - 1} for e in entities]

    theirs = Evaluator([plain(gold)], [plain(found)], tags=["TARGET", "METRIC"], loader="dict").evaluate()["overall"][
        "strict"
    ]
    ours = report.strict[MICRO]
    assert (ours.agreed, ours.predicted, ours.gold) == (theirs.correct, theirs.actual, theirs.possible)
