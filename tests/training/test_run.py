"""A whole run on a document or two: from the base encoder to a model that serves, with its card."""

import json
from dataclasses import replace
from pathlib import Path

from annotations import corpus
from models.tagger import Tagger
from training.config import AdaptConfig, Config, DataConfig, TrainConfig
from training.run import run
from training.weights_file import WEIGHTS_FILE


def test_a_run_makes_a_model_that_serves(tmp_path: Path) -> None:
    texts = sorted(corpus.AUTHORED.glob("*.txt"), key=lambda f: f.stat().st_size)[:2]
    (tmp_path / "train").mkdir()
    for text in texts:
        (tmp_path / "train" / text.name).write_bytes(text.read_bytes())
    config = Config(
        seed=3,
        layers=3,
        data=DataConfig(train=(Path("train"),), dev=(Path("train") / texts[0].name,), raw=(Path("absent.jsonl"),)),
        adapt=AdaptConfig(epochs=0.5, tokens=1024),
        train=TrainConfig(epochs=1, tokens=1024),
        polish=TrainConfig(epochs=1, tokens=1024, rate=5e-5),
    )
    # dev is taken out of train, so that only the other document is trained on.
    report = run(config, tmp_path, tmp_path / "work", tmp_path / "model", "9.9")
    assert set(report.documents) == {texts[0].stem}
    card = (tmp_path / "model" / "README.md").read_text(encoding="utf-8")
    for part in ("mubiao-char-small 9.9", "absent.jsonl", "| train | 1 |", "| dev | 1 |", "| micro |", "torch 2."):
        assert part in card
    config_file = json.loads((tmp_path / "model" / "config.json").read_text(encoding="utf-8"))
    assert config_file["encoder"]["num_hidden_layers"] == 3
    (annotation,) = Tagger.load(tmp_path / "model").annotate(["年底前新建照料中心50个。"])
    assert all(e.end <= 13 for e in annotation.entities)

    further = replace(
        config,
        init=Path("model"),
        origin="the model of the first test",
        notes="| left out | 0.5 |",
        polish=TrainConfig(epochs=0),
    )
    run(further, tmp_path, tmp_path / "work-further", tmp_path / "further", "10.0")
    card = (tmp_path / "further" / "README.md").read_text(encoding="utf-8")
    assert "the model of the first test; seed 3" in card
    assert "| left out | 0.5 |" in card
    assert "| adapt |" not in card
    weights = [(tmp_path / folder / WEIGHTS_FILE).read_bytes() for folder in ("model", "further")]
    assert weights[0] != weights[1]
