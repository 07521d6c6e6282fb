"""Training a saved model further: better on what it is shown, saved whole, clear where it cannot be done."""

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from annotations import Document, gold
from annotations.errors import TrainingError
from models.network import TaggerNetwork
from models.tagger import Tagger
from models.vocabulary import Vocabulary
from service.cli import app
from training import export, finetune
from training.config import TrainConfig


@pytest.fixture
def saved(network: TaggerNetwork, vocabulary: Vocabulary, tmp_path: Path) -> Path:
    export.save(network, vocabulary, tmp_path / "saved", "small", "1")
    return tmp_path / "saved"


@pytest.fixture
def no_rehearsal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finetune, "_rehearsal", lambda *_: [])


@pytest.mark.usefixtures("no_rehearsal")
def test_it_learns_and_saves(document: Document, saved: Path, tmp_path: Path) -> None:
    documents = [replace(document, name=str(i)) for i in range(5)]
    config = TrainConfig(epochs=60, rate=3e-3, head_rate=1e-2, dropout=0.0, tokens=256, average=0.9)
    result = finetune.finetune(documents, saved, tmp_path / "new", "2", config)
    assert (result.trained, result.held_out) == (4, 1)
    assert result.before.micro < 0.5
    assert result.after.micro > 0.9
    assert "| micro |" in result.table()
    assert Tagger.load(tmp_path / "new").version == "2"
    assert not (tmp_path / "new" / "checkpoints").exists()


def test_rehearsal_is_as_long_as_asked_and_holds_nothing_that_is_scored() -> None:
    import random

    some = finetune._rehearsal(20_000, set(), random.Random(1))
    assert 20_000 <= sum(len(d.text) for d in some) < 30_000
    others = finetune._rehearsal(20_000, {some[0].text}, random.Random(1))
    assert some[0] not in others


def test_too_few_documents_are_refused(document: Document, saved: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="at least 5"):
        finetune.finetune([document] * 4, saved, tmp_path / "new", "2")


def test_the_command_names_what_is_wrong(document: Document, tmp_path: Path) -> None:
    gold.write(document, tmp_path / "plan.json")
    arguments = ["train", "--data", str(tmp_path / "plan.json"), "--output", str(tmp_path / "new")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert "at least 5 are needed" in result.stderr
