"""``mubiao extract`` as a user runs it."""

import csv
import errno
import json
import os

import openpyxl
import pytest
from typer.testing import CliRunner

from service.cli import app
from service.ledger import text as ledger_text
from service.schemas import ExtractFileAnswer


@pytest.fixture
def folder(tmp_path, table):
    (tmp_path / "一.txt").write_text(table, encoding="utf-8")
    (tmp_path / "二.md").write_bytes("年底前新建公厕9座。".encode("gb18030"))
    return tmp_path


def run(*arguments, **options):
    return CliRunner().invoke(app, ["extract", *map(str, arguments)], **options)


def test_json_is_an_array_of_answers(folder):
    result = run(folder, "--format", "json", "--date", "2024-01-15")
    assert result.exit_code == 0
    answers = [ExtractFileAnswer.model_validate(a) for a in json.loads(result.stdout)]
    assert [a.id for a in answers] == [str(folder / "一.txt"), str(folder / "二.md")]
    assert all(a.entities and a.records for a in answers)


def test_jsonl_is_one_answer_a_line_and_goes_to_a_file(folder):
    output = folder / "answers.jsonl"
    result = run(folder, "--format", "jsonl", "--output", output)
    assert (result.exit_code, result.stdout) == (0, "")
    answers = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert [a["length"] for a in answers] == [len((folder / "一.txt").read_text(encoding="utf-8")), 10]


def test_the_table_has_a_row_for_each_record(folder):
    result = run(folder / "二.md")
    assert result.exit_code == 0
    assert all(word in result.stdout for word in ("目标", "计划/实际", "公厕", "9", "座", "年底前"))


def test_csv_is_a_ledger(folder):
    result = run(folder, "--format", "csv")
    header, *lines = csv.reader(result.stdout.removeprefix("\ufeff").splitlines())
    assert {line[0] for line in lines} == {str(folder / "一.txt"), str(folder / "二.md")}
    row = dict(zip(header, next(line for line in lines if line[0].endswith("二.md")), strict=True))
    assert (row["数值"], row["单位"], row["原句"]) == ("9", "座", "年底前新建公厕9座。")


@pytest.mark.parametrize("to_file", [True, False])
def test_xlsx_is_a_workbook(folder, to_file):
    output = folder / "ledger.xlsx"
    result = run(folder / "二.md", "--format", "xlsx", *(["--output", output] if to_file else []))
    assert result.exit_code == 0
    if not to_file:
        output.write_bytes(result.stdout_bytes)
    assert [c.value for c in openpyxl.load_workbook(output).active["V"]] == ["原句", "年底前新建公厕9座。"]


def test_the_answer_equals_that_of_the_service(folder, client, assert_same):
    path = folder / "一.txt"
    (answer,) = json.loads(run(path, "--format", "json", "--date", "2024-01-15", "--text").stdout)
    fields = {"date": "2024-01-15", "id": str(path), "text": "true"}
    sent = client.request("POST", "/extract/file", files={"file": path.read_bytes()}, data=fields)
    assert_same(answer, sent.json())


def test_a_table_from_a_workbook_with_a_warning(tmp_path):
    workbook = openpyxl.Workbook()
    for row in (["序号", "任务", "责任单位"], [1, "新建社区食堂12个", "县民政局"]):
        workbook.active.append(row)
    workbook.create_sheet("底稿").append(["密"])
    workbook["底稿"].sheet_state = "hidden"
    workbook.save(tmp_path / "任务.xlsx")
    result = run(tmp_path / "任务.xlsx", "--format", "json")
    assert result.stderr == f"warning: {tmp_path / '任务.xlsx'}: hidden sheets left out: 1\n"
    (answer,) = json.loads(result.stdout)
    assert "text" not in answer["document"]
    assert {"12", "县民政局"} <= {e["text"] for e in answer["entities"]}


def test_standard_input(table):
    result = run("-", "--format", "json", input=table.encode("gb18030"))
    (answer,) = json.loads(result.stdout)
    assert (answer["id"], answer["length"]) == ("-", len(table))


def test_a_bad_file_does_not_stop_the_others(folder):
    (folder / "坏.txt").write_bytes(b"\xff\xff")
    (folder / "坏.docx").write_bytes(b"PK\x03\x04")
    result = run("nowhere.txt", folder, "--format", "jsonl")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert [e.split(": ")[1] for e in errors] == ["nowhere.txt", str(folder / "坏.docx"), str(folder / "坏.txt")]
    assert "unpacked" in errors[1]


def test_nothing_readable_is_an_empty_array(tmp_path):
    result = run(tmp_path, "--format", "json")
    assert (result.exit_code, result.stdout) == (1, "[]\n")


def test_an_empty_file_holds_nothing(tmp_path):
    (tmp_path / "empty.txt").touch()
    (answer,) = json.loads(run(tmp_path, "--format", "json").stdout)
    assert (answer["length"], answer["entities"]) == (0, [])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--date", "tomorrow"], "YYYY-MM-DD"), (["--format", "xml"], "json"), (["--output", "/nowhere/x"], "/nowhere/x")],
)
def test_wrong_options_are_explained(folder, arguments, message):
    result = run(folder, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_missing_model_is_an_error_in_one_line(folder, monkeypatch, tmp_path):
    monkeypatch.setenv("MUBIAO_MODEL_FOLDER", str(tmp_path / "none"))
    result = run(folder)
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert len(result.stderr.splitlines()) == 1


def test_what_an_earlier_run_wrote_is_replaced_and_not_read(folder):
    output = folder / "ledger.csv"
    assert run(folder, "--format", "csv", "--output", output).exit_code == 0
    first = output.read_bytes()
    assert run(folder, "--format", "csv", "--output", output).exit_code == 0
    assert output.read_bytes() == first
    assert sorted(path.name for path in folder.iterdir()) == ["ledger.csv", "一.txt", "二.md"]


def test_a_file_is_kept_until_its_successor_is_whole(folder, monkeypatch):
    output = folder / "ledger.csv"
    output.write_text("old")

    def break_off(extractions):
        yield "half"
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(ledger_text, "csv_lines", break_off)
    result = run(folder / "二.md", "--format", "csv", "--output", output)
    assert (result.exit_code, result.stderr) == (1, f"error: {output}: No space left on device\n")
    assert output.read_text() == "old"


def test_a_device_without_room_is_an_error_in_one_line(folder):
    result = run(folder / "二.md", "--format", "jsonl", "--output", "/dev/full")
    assert (result.exit_code, result.stderr) == (1, "error: /dev/full: No space left on device\n")
