"""The README and the docs: their examples are run as they stand there, their links lead somewhere."""

import json
import re
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import annotations.__main__
import training.__main__
from annotations import corpus
from annotations.formats import registry
from models.tagger import Tagger
from service import answers
from service.body import parse, validate
from service.cli import app
from service.schemas import ExtractRequest

_ROOT = Path(__file__).parents[1]
_PAGES = [_ROOT / "README.md", *sorted((_ROOT / "docs").glob("*.md"))]
_COMMAND = re.compile(r"^\.venv/bin/python -m (\w+) (.+)$", re.MULTILINE)
_RUN = {"annotations": annotations.__main__.main, "training": training.__main__.main}


def _commands() -> list[tuple[str, str]]:
    pages = [page for page in _PAGES if page.name != "annotation.md"]
    found = [m.groups() for page in pages for m in _COMMAND.finditer(page.read_text(encoding="utf-8"))]
    # A training run takes hours; tests/training/test_run.py makes a small one.
    return [(module, arguments) for module, arguments in found if not arguments.startswith("run ")]


def _training_commands() -> list[str]:
    page = (_ROOT / "docs" / "training.md").read_text(encoding="utf-8")
    return re.findall(r"^\.venv/bin/mubiao (train .+)$", page.replace("\\\n", ""), re.MULTILINE)


@pytest.mark.parametrize(("module", "arguments"), _commands())
def test_commands_in_the_docs_work(
    module: str, arguments: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(_ROOT)
    assert _RUN[module](shlex.split(arguments.replace("/tmp", str(tmp_path)))) == 0


@pytest.mark.parametrize("arguments", _training_commands())
def test_training_on_own_documents(arguments: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(_ROOT)
    result = CliRunner().invoke(app, shlex.split(arguments.replace("/tmp", str(tmp_path))))
    assert result.exit_code == 0, result.output
    assert "4 documents trained on, 1 held out" in result.stdout
    assert Tagger.load(tmp_path / "mine").calibration == Tagger.load().calibration


def _from_raw_files_to_a_model() -> list[list[str]]:
    """The commands of docs/annotation.md, which go from one to the next."""
    page = (_ROOT / "docs" / "annotation.md").read_text(encoding="utf-8")
    return [shlex.split(line) for line in re.findall(r"^\.venv/bin/(.+)$", page, re.MULTILINE)]


def _people_correct(tasks: Path, folder: Path) -> None:
    """What Label Studio exports when one person accepts all that was found, and another finds one thing less."""
    documents = list(registry.read("labelstudio-predictions", [tasks]))
    registry.write("labelstudio", documents, folder / "anna.json")
    one_less = replace(documents[0], entities=documents[0].entities[:-1], links=None)
    registry.write("labelstudio", [one_less, *documents[1:]], folder / "bo.json")


def test_an_office_gets_from_raw_files_to_its_own_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(_ROOT)
    (tmp_path / "office").mkdir()
    files = ["short-snippets.txt", "village-revival.txt", "fyp-indicators.txt", "npc-vote.txt", "quarter-tabs.txt"]
    for document in corpus.load([corpus.AUTHORED / file for file in files]):
        (tmp_path / "office" / f"{document.name}.txt").write_text(document.text, encoding="utf-8")
    printed = {}
    for program, *arguments in _from_raw_files_to_a_model():
        arguments = [argument.replace("/tmp", str(tmp_path)) for argument in arguments]
        if program == "python":
            assert arguments[:2] == ["-m", "annotations"]
            assert annotations.__main__.main(arguments[2:]) in (0, 1 if arguments[2] == "check" else 0)
            printed[arguments[2]] = capsys.readouterr().out
        else:
            result = CliRunner().invoke(app, arguments)
            assert result.exit_code == 0, result.output
            printed[arguments[0]] = result.output
        if (tmp_path / "tasks.json").exists() and not (tmp_path / "bo.json").exists():
            _people_correct(tmp_path / "tasks.json", tmp_path)
    assert 'alias="DEPARTMENT"' in printed["labelstudio-config"]
    assert "only in A" in printed["agreement"]
    assert (tmp_path / "agreement.html").stat().st_size > 1_000
    assert "| micro |" in printed["train"]
    assert Tagger.load(tmp_path / "better").version == "custom"


def test_there_are_commands() -> None:
    assert len(_commands()) >= 2
    assert len(_from_raw_files_to_a_model()) == 9
    assert len(_training_commands()) == 1


def test_the_readme_example_gives_entities_and_records() -> None:
    readme = (_ROOT / "README.md").read_text(encoding="utf-8")
    command = shlex.split(re.search(r"```sh\n(curl .*?)```", readme, re.DOTALL)[1])  # type: ignore[index]
    request = validate(parse(command[command.index("-d") + 1].encode()), ExtractRequest)
    tagger = Tagger.load()
    answer = answers.build(tagger.annotate([request.text])[0], tagger, "readme", request.date)
    spans = {e["id"]: e["text"] for e in answer["entities"]}
    rows = {
        (spans.get(r["target"]), spans.get(r["number"]), r["value"], *(spans[d] for d in r["departments"]))
        for r in answer["records"]
    }
    assert ("新建社区食堂12家", "12", "target", "区民政局") in rows
    assert any(row[1:3] == ("9", "actual") for row in rows)
    due = next(r["due"] for r in answer["records"] if spans.get(r["number"]) == "12")
    assert due["to"] == "2025-11-30"
    json.dumps(answer)


def test_the_spacy_examples_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (_ROOT / "docs" / "spacy.md").read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(_ROOT)
    names: dict[str, Any] = {}
    exec("\n".join(code).replace("/tmp", str(tmp_path)), names)  # noqa: S102 - our own page
    printed = capsys.readouterr().out
    for part in ("NUMBER 12", "DEPARTMENT 区民政局", "'to': '2025-11-30'", "'to': '2024-12-31'"):
        assert part in printed
    assert "METRIC" in names["html"]


@pytest.mark.parametrize("page", _PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_readme_figures_are_those_of_the_card() -> None:
    card = (_ROOT / "models" / "weights" / "README.md").read_text(encoding="utf-8")
    readme = (_ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [\w+]+ (?:\| \d\.\d{3} ){3}", readme, re.MULTILINE)
    assert len(rows) == 8
    assert [row for row in rows if row not in card] == []
