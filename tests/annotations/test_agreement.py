"""Agreement of two annotators: counted by hand, symmetric, listed, and drawn on a page that needs no network."""

import re
from pathlib import Path

import pytest

from annotations import AnnotationError, Document, Entity, Label, Link, Role, Value, agreement_page, corpus, gold
from annotations.__main__ import main
from annotations.agreement import Kind, agreement
from annotations.formats import registry

_TEXT = "年底前新建<食堂>12家\n已建成9家，区民政局"
_A = Document(
    "plan",
    _TEXT,
    (
        Entity("D1", Label.DEADLINE, 0, 3),
        Entity("T1", Label.TARGET, 3, 12),
        Entity("M1", Label.METRIC, 6, 8),
        Entity("N1", Label.NUMBER, 9, 11, Value.TARGET),
        Entity("N2", Label.NUMBER, 16, 17, Value.ACTUAL),
        Entity("R1", Label.DEPARTMENT, 19, 23),
    ),
    (Link("N1", Role.TARGET, "T1"), Link("T1", Role.DEADLINE, "D1")),
)
_B = Document(
    "plan",
    _TEXT,
    (
        Entity("x1", Label.DEADLINE, 0, 3),
        Entity("x2", Label.TARGET, 3, 8),
        Entity("x3", Label.UNIT, 6, 8),
        Entity("x4", Label.NUMBER, 9, 11, Value.TARGET),
        Entity("x5", Label.NUMBER, 16, 17, Value.TARGET),
        Entity("x6", Label.UNIT, 17, 18),
    ),
    (Link("x2", Role.DEADLINE, "x1"), Link("x4", Role.UNIT, "x6")),
)


def test_figures_are_those_counted_by_hand() -> None:
    result = agreement([_A], [_B])
    assert result.spans.strict[Label.DEADLINE].f1 == 1
    assert result.spans.strict[Label.TARGET].f1 == 0
    assert result.spans.overlap[Label.TARGET].f1 == 1
    assert result.spans.strict[Label.NUMBER].f1 == 1
    assert result.spans.strict["NUMBER+value"].f1 == 0.5
    assert result.spans.micro == pytest.approx(2 * 3 / 12)
    assert result.links[Role.DEADLINE].f1 == 0
    assert (result.links[Role.UNIT].gold, result.links[Role.UNIT].predicted) == (0, 1)
    assert "| link target | 1 | 0 | 0.000 | |" in result.table()


def test_every_disagreement_is_listed_once_in_order() -> None:
    (pair,) = agreement([_A], [_B]).pairs
    found = [(d.kind, d.a and d.a.id, d.b and d.b.id, d.role) for d in pair.disagreements]
    assert set(found) == {
        (Kind.LINK_ONLY_A, "T1", "D1", Role.DEADLINE),
        (Kind.LINK_ONLY_B, "x2", "x1", Role.DEADLINE),
        (Kind.BORDERS, "T1", "x2", None),
        (Kind.LINK_ONLY_A, "N1", "T1", Role.TARGET),
        (Kind.LABEL, "M1", "x3", None),
        (Kind.LINK_ONLY_B, "x4", "x6", Role.UNIT),
        (Kind.VALUE, "N2", "x5", None),
        (Kind.ONLY_B, None, "x6", None),
        (Kind.ONLY_A, "R1", None, None),
    }
    assert len(found) == 9
    assert [d.start for d in pair.disagreements] == sorted(d.start for d in pair.disagreements)


def test_it_is_the_same_from_either_side() -> None:
    there, back = agreement([_A], [_B]), agreement([_B], [_A])
    assert {n: c.f1 for n, c in there.spans.strict.items()} == {n: c.f1 for n, c in back.spans.strict.items()}
    assert {r: c.f1 for r, c in there.links.items()} == {r: c.f1 for r, c in back.links.items()}
    assert len(there.pairs[0].disagreements) == len(back.pairs[0].disagreements)


def test_a_document_agrees_with_itself() -> None:
    documents = corpus.load([corpus.AUTHORED / "monthly-pages.txt"])
    result = agreement(documents, documents)
    assert result.spans.micro == 1
    assert result.pairs[0].disagreements == ()
    assert "<section>" not in agreement_page.render(result)


def test_links_count_only_where_both_annotated_them() -> None:
    without = Document(_B.name, _B.text, _B.entities)
    assert agreement([_A], [without]).links == {}


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ([_A], [Document("other", _TEXT)], "no document of the same name"),
        ([_A], [Document("plan", _TEXT + " ")], "plan: A and B annotated different texts"),
        ([_A, _A], [_B], "plan: twice in A"),
    ],
)
def test_what_cannot_be_compared_is_named(a: list[Document], b: list[Document], message: str) -> None:
    with pytest.raises(AnnotationError, match=message):
        agreement(a, b)


def test_the_page_shows_both_sides_and_loads_nothing() -> None:
    page = agreement_page.render(agreement([_A], [_B]))
    assert not re.search(r"<script|<link|@import|url\(|(?:src|href)=", page)
    assert "&lt;食堂&gt;" in page
    assert "<食堂>" not in page
    assert page.count("<section>") == 1
    assert page.count("<b>A</b>") == page.count("<b>B</b>") == 1
    for label in ("NUMBER-actual", "NUMBER-target", "DEPARTMENT", "METRIC"):
        assert label in page


def test_the_command_prints_figures_and_places(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold.write(_A, tmp_path / "a.json")
    gold.write(_B, tmp_path / "b.json")
    page = tmp_path / "page.html"
    assert main(["agreement", str(tmp_path / "a.json"), str(tmp_path / "b.json"), "--html", str(page)]) == 0
    printed = capsys.readouterr().out
    assert "| micro | 6 | 6 | 0.500 |" in printed
    assert "1 documents, 9 disagreements" in printed
    assert "plan:2:4: NUMBER N2 / x5: value" in printed
    assert "食堂" not in printed
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_two_people_in_one_label_studio_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import json

    from annotations.formats import labelstudio

    path = tmp_path / "export.json"
    registry.write("labelstudio", [_A], path)
    tasks = json.loads(path.read_text(encoding="utf-8"))
    tasks[0]["annotations"][0]["completed_by"] = 1
    tasks[0]["annotations"].append(
        {"result": labelstudio.result(_B), "completed_by": {"id": 2, "email": "b@example.org"}}
    )
    path.write_text(json.dumps(tasks), encoding="utf-8")
    arguments = ["agreement", str(path), str(path), "--from", "labelstudio"]
    assert main([*arguments, "--annotators", "1", "b@example.org"]) == 0
    assert "9 disagreements" in capsys.readouterr().out
    assert main(arguments) == 2
    assert "one must be marked as ground truth, or an annotator named" in capsys.readouterr().err
