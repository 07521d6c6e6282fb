"""``mubiao annotate`` as a user runs it."""

import csv
import json
import shutil

import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet
from typer.testing import CliRunner

from annotations import gold
from models.tagger import CONFIG_FILE, SHIPPED
from service.annotate import inputs
from service.annotate.inputs import tables
from service.annotate.store import Store
from service.cli import app

TEXT = "年底前新建公厕9座。"


def write(path, values):
    path.write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values), encoding="utf-8")


def lines(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture
def archive(tmp_path, table):
    """Seven documents, of which two cannot be read."""
    folder = tmp_path / "archive"
    (folder / "b").mkdir(parents=True)
    (folder / "a.txt").write_text(table, encoding="utf-8")
    (folder / "b" / "c.md").write_bytes(TEXT.encode("gb18030"))
    (folder / "b" / "坏.docx").write_bytes(b"PK\x03\x04")
    (folder / "b.txt").write_text(TEXT, encoding="utf-8")
    write(folder / "lines.jsonl", [{"id": "一", "text": TEXT, "office": "x"}, {"id": 2}, {"text": TEXT}])
    (folder / "notes.bin").write_bytes(b"\0")
    return folder


def test_each_document_is_a_line_in_the_order_of_the_names(run, archive, tmp_path):
    out = tmp_path / "out.jsonl"
    result = run(archive, "-o", out)
    assert result.exit_code == 1
    assert result.stderr == "error: 2 of 7 documents failed\n"
    found = lines(out)
    names = [str(archive / name) for name in ("a.txt", "b/c.md", "b/坏.docx", "b.txt")]
    assert [line["id"] for line in found] == [*names, "一", "2", f"{archive / 'lines.jsonl'}:3"]
    assert [i for i, line in enumerate(found) if "error" in line] == [2, 5]
    assert [e["field"] for i in (2, 5) for e in found[i]["error"]["errors"]] == ["file", "text"]
    assert "12" in {e["text"] for e in found[0]["entities"]}
    assert list(tmp_path.glob("*.partial")) == []


def test_an_answer_is_that_of_extract(run, archive, tmp_path):
    assert run(archive / "a.txt", "-o", tmp_path / "out.jsonl", "--date", "2024-01-15", "--text").exit_code == 0
    extracted = CliRunner().invoke(
        app, ["extract", str(archive / "a.txt"), "--format", "json", "--date", "2024-01-15", "--text"]
    )
    assert lines(tmp_path / "out.jsonl") == json.loads(extracted.stdout)


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_do_not_change_the_results(run, many, tmp_path, workers):
    out = tmp_path / f"{workers}.jsonl"
    assert run(many, "-o", out, "--workers", workers).exit_code == 0
    found = lines(out)
    assert [line["id"] for line in found] == [f"文{i}" for i in range(300)]
    assert [line["entities"][3]["text"] for line in found[:100]] == [str(i) for i in range(100)]


def test_a_document_has_a_date_of_its_own(run, tmp_path):
    write(tmp_path / "in.jsonl", [{"text": TEXT, "date": "2019-03-01"}, {"text": TEXT}])
    assert run(tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl", "--date", "2024-01-15").exit_code == 0
    dues = [line["records"][0]["due"]["to"] for line in lines(tmp_path / "out.jsonl")]
    assert dues == ["2019-12-31", "2024-12-31"]


@pytest.mark.parametrize("text", [[], ["--text"]])
def test_parquet_in_and_out(run, tmp_path, text):
    table = pa.table({"n": range(90), "text": [TEXT] * 90, "id": range(90)})
    parquet.write_table(table, tmp_path / "in.parquet", row_group_size=40)
    assert run(tmp_path / "in.parquet", "-o", tmp_path / "out.parquet", *text).exit_code == 0
    rows = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert [row["id"] for row in rows] == [str(i) for i in range(90)]
    assert {row["text"] for row in rows} == ({TEXT} if text else {None})
    assert "9" in {e["text"] for e in rows[50]["entities"]}
    assert json.loads(rows[50]["records"])[0]["quantity"]["min"] == "9"


def test_few_rows_of_parquet_are_in_memory(tmp_path):
    lines = [json.dumps({"id": str(i), "document": {"text": "x" * 1_500_000}}).encode() for i in range(6)]
    tables().write(iter(lines), tmp_path / "out.parquet")
    file = parquet.ParquetFile(tmp_path / "out.parquet")
    assert [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)] == [2, 2, 2]
    assert file.read().column("id").to_pylist() == [str(i) for i in range(6)]


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "gold.jsonl"])
def test_formats_without_errors_have_a_file_of_them(run, archive, tmp_path, suffix):
    out = tmp_path / f"out.{suffix}"
    result = run(archive, "-o", out, *(["--format", "gold"] if suffix == "gold.jsonl" else []))
    assert result.exit_code == 1
    errors = tmp_path / f"out.{suffix}.errors.jsonl"
    assert result.stderr == f"error: 2 of 7 documents failed; see {errors}\n"
    assert [line["id"] for line in lines(errors)] == [str(archive / "b/坏.docx"), "2"]
    match suffix:
        case "csv":
            rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
            assert (rows[-1]["文件"], rows[-1]["数值"], rows[-1]["原句"]) == (f"{archive / 'lines.jsonl'}:3", "9", TEXT)
        case "xlsx":
            assert openpyxl.load_workbook(out).active["V"][-1].value == TEXT
        case _:
            documents = gold.read_lines(out)
            assert [d.text for d in documents[1:]] == [TEXT] * 4
            assert {TEXT[e.start : e.end] for e in documents[-1].entities} >= {"公厕", "9", "座"}


def test_globs_are_sorted_and_the_output_is_no_input(run, archive, tmp_path):
    out = archive / "answers.jsonl"
    assert run(archive / "**" / "*.md", archive / "*.txt", "-o", out).exit_code == 0
    names = [str(archive / name) for name in ("b/c.md", "a.txt", "b.txt")]
    assert [line["id"] for line in lines(out)] == names
    assert run(archive, "-o", out, "--restart").exit_code == 1
    assert len(lines(out)) == 7


def test_lines_of_all_kinds_have_a_result_each(run, tmp_path, monkeypatch):
    monkeypatch.setenv("MUBIAO_FILE_BYTES", "200")
    good = json.dumps({"text": TEXT}, ensure_ascii=False).encode()
    long = b'{"text": "' + b"x" * 1000 + b'"}'
    content = [
        b"\xef\xbb\xbf" + good,
        b"",
        long,
        b"{",
        b"\xff",
        b"[]",
        b'{"text": "\\ud800"}',
        b" " + good + b"\r",
        long[:500],
    ]
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(content))
    result = run(tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl")
    assert result.stderr == "error: 6 of 8 documents failed\n"
    found = lines(tmp_path / "out.jsonl")
    assert ["error" in line for line in found] == [False, True, True, True, True, True, False, True]
    assert [line["id"].rsplit(":")[-1] for line in found] == ["1", "3", "4", "5", "6", "7", "8", "9"]
    assert "xxx" not in (tmp_path / "out.jsonl").read_text(encoding="utf-8")


def test_a_long_text_goes_whole(run, tmp_path):
    long = TEXT * 500
    write(tmp_path / "in.jsonl", [{"id": "长", "text": long}])
    assert run(tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl", "--text").exit_code == 0
    (found,) = lines(tmp_path / "out.jsonl")
    assert (found["length"], found["document"]["text"]) == (len(long), long)
    assert len(found["entities"]) >= 3 * 500


def test_what_is_there_is_not_overwritten(run, tmp_path):
    write(tmp_path / "in.jsonl", [{"text": TEXT}])
    out = tmp_path / "out.jsonl"
    out.write_text("mine")
    result = run(tmp_path / "in.jsonl", "-o", out)
    assert (result.exit_code, result.stderr) == (1, f"error: {out}: is there already; --restart replaces it\n")
    assert out.read_text() == "mine"
    assert run(tmp_path / "in.jsonl", "-o", out, "--restart").exit_code == 0
    assert len(lines(out)) == 1


def test_what_a_run_keeps_beside_its_output_is_no_input(tmp_path):
    kept = tmp_path / "out.jsonl.partial"
    kept.mkdir()
    (kept / "inputs.jsonl").write_text("{}\n" * 9)
    (tmp_path / "a.txt").write_text(TEXT)
    for pattern in (tmp_path, tmp_path / "**" / "*"):
        found = inputs.find([str(pattern)], [tmp_path / "out.jsonl", kept], 1_000)
        assert [one.path for one in found] == [str(tmp_path / "a.txt")]


@pytest.mark.parametrize("options", [["--format", "jsonl"], ["--format", "brat"]])
def test_a_folder_is_not_replaced_and_that_is_said_before_the_work(run, tmp_path, options, monkeypatch):
    monkeypatch.setattr("service.annotate.local.run", lambda *_: (pytest.fail("has begun") for _ in range(1)))
    write(tmp_path / "in.jsonl", [{"text": TEXT}])
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine").touch()
    result = run(tmp_path / "in.jsonl", "-o", out, *options, "--restart")
    assert (result.exit_code, "is a folder, which is not replaced" in result.stderr) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl", "out"]


def test_what_a_format_cannot_hold_costs_no_work(run, tmp_path, monkeypatch):
    write(tmp_path / "in.jsonl", [{"text": f"\u3000{TEXT}", "id": "a"}])
    result = run(tmp_path / "in.jsonl", "-o", tmp_path / "out", "--format", "uie")
    assert (result.exit_code, "--format gold" in result.stderr) == (1, True)
    monkeypatch.setattr("service.annotate.local.run", lambda *_: (pytest.fail("was annotated again") for _ in range(1)))
    assert run(tmp_path / "in.jsonl", "-o", tmp_path / "out", "--format", "gold").exit_code == 0
    (document,) = gold.read_lines(tmp_path / "out")
    assert document.entities


@pytest.mark.parametrize("name", ["nowhere.txt", "empty", "*.none", "bad.parquet", "no-text.parquet"])
def test_an_input_that_is_none_stops_the_run_before_it_begins(run, tmp_path, name):
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.parquet").write_bytes(b"PAR1")
    parquet.write_table(pa.table({"n": [1]}), tmp_path / "no-text.parquet")
    result = run(tmp_path / name, "-o", tmp_path / "out.jsonl")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: {tmp_path / name}: ")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["-o", "out.xml"], "--format"), (["-o", "out.csv", "--workers", "0"], "--workers"), ([], "--output")],
)
def test_wrong_options_are_explained(run, many, arguments, message):
    result = run(many, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_another_run_of_the_same_output_is_refused(run, many, tmp_path):
    store = Store(tmp_path / "out.jsonl.partial")
    result = run(many, "-o", tmp_path / "out.jsonl")
    store.close()
    assert result.exit_code == 1
    assert "another run" in result.stderr


def test_other_options_are_refused_until_restart(run, many, tmp_path, monkeypatch):
    out = tmp_path / "out.jsonl"
    monkeypatch.setattr("service.annotate.formats.write", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    assert run(many, "-o", out).exit_code != 0
    monkeypatch.undo()
    for options, name in ((["--date", "2024-01-01"], "--date"), (["--text"], "--text"), ([many], "INPUT")):
        result = run(many, "-o", out, *options)
        assert result.exit_code == 1
        assert f"another {name};" in result.stderr
    shutil.copytree(SHIPPED, tmp_path / "model", ignore=shutil.ignore_patterns("*.safetensors"))
    with (tmp_path / "model" / CONFIG_FILE).open("a") as config:
        config.write(" ")
    monkeypatch.setenv("MUBIAO_MODEL_FOLDER", str(tmp_path / "model"))
    assert "another model;" in run(many, "-o", out).stderr
    monkeypatch.undo()
    assert run(many, "-o", out, "--text", "--restart").exit_code == 0
    assert "document" in lines(out)[0]


def test_the_passages_most_worth_correcting(run, archive, tmp_path):
    out = tmp_path / "tasks.json"
    assert run(archive, "-o", out, "--format", "labelstudio-predictions", "--uncertain", 3).exit_code == 1
    tasks = json.loads(out.read_text(encoding="utf-8"))
    assert len(tasks) == 3
    assert len({task["data"]["name"] for task in tasks}) == 3
    assert all(task["predictions"][0]["result"] for task in tasks)
    assert len(lines(tmp_path / "tasks.json.errors.jsonl")) == 2


def test_uncertain_is_for_formats_of_documents(run, many, tmp_path):
    result = run(many, "-o", tmp_path / "out.csv", "--uncertain", 3)
    assert result.exit_code == 2
    assert "--uncertain" in result.stderr
