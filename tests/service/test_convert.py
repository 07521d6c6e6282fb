"""``mubiao convert`` as a user runs it."""

import csv
import json

import openpyxl
import pytest
import spacy
from spacy.tokens import DocBin
from typer.testing import CliRunner

from annotations import Document, Entity, Label, Link, Role, Value, gold
from annotations.formats import registry
from service.cli import app

TEXT = "年底前，区民政局新建社区食堂12家。"
DOCUMENT = Document(
    "plan",
    TEXT,
    (
        Entity("D1", Label.DEADLINE, 0, 3, confidence=0.9),
        Entity("R1", Label.DEPARTMENT, 4, 8),
        Entity("T1", Label.TARGET, 8, 17, confidence=0.7),
        Entity("N1", Label.NUMBER, 14, 16, Value.TARGET),
        Entity("U1", Label.UNIT, 16, 17),
    ),
    (Link("N1", Role.UNIT, "U1"), Link("T1", Role.DEADLINE, "D1")),
)


@pytest.fixture
def plan(tmp_path):
    gold.write(DOCUMENT, tmp_path / "plan.json")
    return tmp_path / "plan.json"


def run(*arguments):
    return CliRunner().invoke(app, ["convert", *map(str, arguments)])


def test_from_raw_files_to_tasks_for_label_studio(tmp_path):
    (tmp_path / "plan.txt").write_text(TEXT, encoding="utf-8")
    answers, tasks = tmp_path / "answers.jsonl", tmp_path / "tasks.json"
    extracted = ["extract", str(tmp_path / "plan.txt"), "--format", "jsonl", "--text", "--output", str(answers)]
    assert CliRunner().invoke(app, extracted).exit_code == 0
    assert run(answers, "--from", "answers", "-o", tasks, "--to", "labelstudio-predictions").exit_code == 0
    (task,) = json.loads(tasks.read_text(encoding="utf-8"))
    labels = {
        r["value"]["labels"][0]: r["value"]["text"] for r in task["predictions"][0]["result"] if r["type"] == "labels"
    }
    assert (labels["NUMBER"], labels["DEPARTMENT"]) == ("12", "区民政局")
    assert {r["labels"][0] for r in task["predictions"][0]["result"] if r["type"] == "relation"} >= {"unit", "deadline"}


@pytest.mark.parametrize("name", [n for n in registry.WRITABLE if registry.FORMATS[n].links])
def test_there_and_back(plan, tmp_path, name):
    assert run(plan, "--from", "gold", "-o", tmp_path / "there", "--to", name).exit_code == 0
    result = run(tmp_path / "there", "--from", name, "-o", tmp_path / "back.jsonl", "--to", "gold")
    assert result.exit_code == 0
    assert "1 documents written" in result.stderr
    (back,) = registry.read("gold", [tmp_path / "back.jsonl"])
    assert (back.text, len(back.entities), len(back.links)) == (TEXT, 5, 2)


def test_suffixes_tell_the_format(plan, tmp_path):
    assert run(plan, "--from", "gold", "-o", tmp_path / "plan.spacy").exit_code == 0
    assert run(tmp_path / "plan.spacy", "-o", tmp_path / "plan.bio", "--leave-out", "links").exit_code == 0
    (document,) = registry.read("conll-merged", [tmp_path / "plan.bio"])
    assert document.text == TEXT
    result = run(plan, "-o", tmp_path / "x.spacy")
    assert result.exit_code == 2
    assert "plan.json does not tell the format" in " ".join(result.stderr.replace("│", "").split())


def test_words_are_those_of_our_segmenter(plan, tmp_path):
    assert run(plan, "--from", "gold", "-o", tmp_path / "w.spacy", "--to", "docbin-words").exit_code == 0
    (doc,) = DocBin().from_disk(tmp_path / "w.spacy").get_docs(spacy.blank("zh").vocab)
    assert "食堂" in {token.text for token in doc}
    assert [s.text for s in doc.spans["mubiao"] if s.id_ == "D1"] == ["年底前"]


def test_a_ledger_has_a_row_a_record(plan, tmp_path):
    assert run(plan, "--from", "gold", "-o", tmp_path / "ledger.csv").exit_code == 0
    header, row = csv.reader((tmp_path / "ledger.csv").read_text(encoding="utf-8-sig").splitlines())
    cells = dict(zip(header, row, strict=True))
    assert [cells[c] for c in ("文件", "数值", "单位", "责任部门")] == ["plan", "12", "家", "区民政局"]
    assert run(plan, "--from", "gold", "-o", tmp_path / "ledger.xlsx").exit_code == 0
    assert openpyxl.load_workbook(tmp_path / "ledger.xlsx").active.max_row == 2


@pytest.mark.parametrize(
    ("entities", "why"),
    [
        ((Entity("N1", Label.NUMBER, 14, 99, Value.TARGET),), "N1: [14, 99) is no stretch of the text"),
        ((Entity("N1", Label.NUMBER, 14, 16),) * 2, "N1: the id stands twice"),
    ],
)
def test_a_ledger_is_made_of_sound_documents_only(tmp_path, entities, why):
    gold.write(Document("plan", TEXT, entities), tmp_path / "plan.json")
    for ledger in ("ledger.csv", "ledger.xlsx"):
        result = run(tmp_path / "plan.json", "--from", "gold", "-o", tmp_path / ledger)
        assert (result.exit_code, result.stderr) == (1, f"error: plan: {why}\n")
        assert not (tmp_path / ledger).exists()


def test_what_a_format_cannot_hold_is_said(plan, tmp_path):
    result = run(plan, "--from", "gold", "-o", tmp_path / "x", "--to", "conll")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: plan: has links, which conll cannot hold")
    assert not (tmp_path / "x").exists()


def test_a_folder_that_is_there_is_left_alone(plan, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    result = run(plan, "--from", "gold", "-o", tmp_path / "mine", "--to", "brat")
    assert (result.exit_code, [f.name for f in (tmp_path / "mine").iterdir()]) == (1, ["notes.txt"])
    assert "not empty" in result.stderr


def test_only_the_passages_most_worth_correcting(tmp_path):
    documents = [
        Document(str(i), f"{TEXT}{'很长' * i}", (Entity("T1", Label.TARGET, 8, 17, confidence=1 - i / 10),))
        for i in range(5)
    ]
    registry.write("gold", documents, tmp_path / "all.jsonl")
    arguments = ["--from", "gold", "-o", tmp_path / "some.json", "--to", "labelstudio-predictions", "--uncertain", "2"]
    assert run(tmp_path / "all.jsonl", *arguments).exit_code == 0
    tasks = json.loads((tmp_path / "some.json").read_text(encoding="utf-8"))
    assert len(tasks) == 2
    assert tasks[0]["data"]["name"] == "4"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.json", "--from", "gold", "-o", "x", "--to", "brat"], "nowhere.json: no such file"),
        (["nowhere.json", "--from", "word", "-o", "x", "--to", "brat"], "word is none"),
        (["nowhere.json", "--from", "gold", "-o", "x", "--to", "answers"], "answers is none"),
        (["nowhere.json", "--from", "gold", "-o", "x", "--to", "brat", "--annotator", "1"], "labelstudio only"),
    ],
)
def test_wrong_use_is_named(arguments, message):
    result = run(*arguments)
    assert result.exit_code in (1, 2)
    assert message in " ".join(result.stderr.replace("│", "").split())


def test_a_place_that_cannot_be_written_is_named(plan, tmp_path):
    for target in ("x.csv", "x.spacy"):
        result = run(plan, "--from", "gold", "-o", tmp_path / "nowhere" / target)
        assert result.exit_code == 1
        assert result.stderr == f"error: {tmp_path / 'nowhere' / target}: No such file or directory\n"
