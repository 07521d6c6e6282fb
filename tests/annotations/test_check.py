"""The checker finds each kind of fault, and none in the corpus."""

from pathlib import Path

import pytest

from annotations import Document, Entity, Label, Link, Role, Value, corpus, gold
from annotations.__main__ import main
from annotations.check import check

_TEXT = "前言\n新建 50个，（市民政局）"


@pytest.mark.parametrize(
    ("entities", "place", "message"),
    [
        ([Entity("T1", Label.TARGET, 3, 30)], (1, 1), "no stretch of the text"),
        ([Entity("T1", Label.TARGET, 3, 6)], (2, 1), "white space at its edge"),
        ([Entity("T1", Label.TARGET, 3, 10)], (2, 1), "punctuation at its edge"),
        ([Entity("R1", Label.DEPARTMENT, 10, 15)], (2, 8), "half a pair"),
        ([Entity("R1", Label.DEPARTMENT, 11, 16)], (2, 9), "half a pair"),
        ([Entity("N1", Label.NUMBER, 6, 8)], (2, 4), "a NUMBER has a value"),
        ([Entity("T1", Label.TARGET, 3, 5, Value.TARGET)], (2, 1), "nothing else has one"),
        ([Entity("T1", Label.TARGET, 3, 8), Entity("T2", Label.TARGET, 6, 9)], (2, 4), "same label"),
        ([Entity("T1", Label.TARGET, 3, 8), Entity("M1", Label.METRIC, 6, 9)], (2, 4), "crosses T1"),
        ([Entity("T1", Label.TARGET, 3, 5), Entity("T1", Label.TARGET, 6, 9)], (1, 1), "stands twice"),
    ],
)
def test_each_fault_is_found(entities: list[Entity], place: tuple[int, int], message: str) -> None:
    problems = check(Document("d", _TEXT, tuple(entities)))
    assert [(p.line, p.column) for p in problems] == [place]
    assert message in problems[0].message
    assert _TEXT[3:9] not in str(problems[0])


def test_sound_entities_are_no_problem() -> None:
    entities = (
        Entity("T1", Label.TARGET, 3, 9),
        Entity("N1", Label.NUMBER, 6, 8, Value.TARGET),
        Entity("U1", Label.UNIT, 8, 9),
        Entity("R1", Label.DEPARTMENT, 10, 16),
    )
    assert check(Document("d", _TEXT, entities)) == []


def test_links_must_fit_their_role() -> None:
    entities = (Entity("T1", Label.TARGET, 3, 9), Entity("U1", Label.UNIT, 8, 9))
    problems = check(Document("d", _TEXT, entities, (Link("U1", Role.UNIT, "T1"), Link("N9", Role.TARGET, "T1"))))
    assert ["N9" in p.message for p in problems] == [True, False]
    assert "must go from NUMBER to UNIT" in problems[1].message


def test_the_authored_corpus_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(corpus.AUTHORED)]) == 0
    assert "; 0 problems" in capsys.readouterr().out


def test_check_counts_problems_and_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold.write(Document("bad", _TEXT, (Entity("T1", Label.TARGET, 3, 6),)), tmp_path / "bad.json")
    (tmp_path / "broken.txt").write_text("⟦T新建", encoding="utf-8")
    (tmp_path / "good.txt").write_text("⟦T新建⟦N5N⟧⟦U个U⟧T⟧", encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 1
    captured = capsys.readouterr()
    assert "2 problems" in captured.out
    assert "bad:2:1" in captured.err
    assert "broken: line 1" in captured.err


def test_missing_path_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "no-such-folder"]) == 2
    assert "no such file or folder" in capsys.readouterr().err
