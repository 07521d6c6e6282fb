"""Configuration and data: what is used, what is held out, and errors that name the key."""

import gzip
import json
from pathlib import Path

import pytest

from annotations import Document, gold, markup, standoff
from annotations.errors import TrainingError
from training import config, data
from training.config import DataConfig

_LINE = "到年底前全市新建街道级综合为老服务中心五十个并全部投入使用运营"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("train", "dev", "standoff", "unseen"):
        (tmp_path / folder).mkdir()
    (tmp_path / "train" / "a.txt").write_text("⟦T新建⟦N5N⟧⟦U个U⟧T⟧", encoding="utf-8")
    (tmp_path / "train" / "copy.txt").write_text("⟦T新建⟦N5N⟧⟦U个U⟧T⟧", encoding="utf-8")
    (tmp_path / "train" / "leak.txt").write_text(f"前言\n{_LINE}\n", encoding="utf-8")
    gold.write(Document("held-out", f"{_LINE}\n结尾"), tmp_path / "dev" / "d.json")
    (tmp_path / "train" / "seen.txt").write_text(f"{_LINE[::-1]}\n", encoding="utf-8")
    (tmp_path / "unseen" / "u.txt").write_text(f"{_LINE[::-1]}\n", encoding="utf-8")
    raw = [{"id": "clean", "text": "别的文件内容"}, {"id": "leak", "text": f"{_LINE}\n"}]
    lines = "\n".join(json.dumps(r, ensure_ascii=False) for r in raw)
    (tmp_path / "raw.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    standoff.write(markup.parse("excerpt", "⟦M文件M⟧内容"), "clean", 2, tmp_path / "standoff" / "e.json")
    return tmp_path


def test_what_is_scored_is_in_nothing_that_is_trained_on(root: Path) -> None:
    paths = DataConfig(
        train=(Path("train"), Path("standoff"), Path("absent")),
        dev=(Path("dev"),),
        unseen=(Path("unseen"),),
        raw=(Path("raw.jsonl.gz"),),
    )
    loaded = data.load(paths, root)
    assert [d.name for d in loaded.train] == ["a", "excerpt"]
    assert [d.name for d in (*loaded.dev, *loaded.unseen)] == ["held-out", "u"]
    assert loaded.raw == ("别的文件内容",)
    assert loaded.absent == (Path("absent"),)


def test_standoff_annotations_wait_for_their_sources(root: Path) -> None:
    loaded = data.load(DataConfig(train=(Path("train"), Path("standoff"))), root)
    assert "excerpt" not in {d.name for d in loaded.train}


def test_nothing_to_train_on_is_named(root: Path) -> None:
    with pytest.raises(TrainingError, match=r"data\.train"):
        data.load(DataConfig((Path("absent"),)), root)


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("seed = 1\n[data]\ntrain = []\n[train]\nepoch = 3\n", r"\[train\] has unknown keys epoch"),
        ("seed = 1\n", "section 'data' is missing"),
        ("seed = 1\nspeed = 2\n[data]\ntrain = []\n", "speed"),
        ("[data", "config.toml"),
    ],
)
def test_configuration_errors_name_the_key(toml: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(TrainingError, match=message):
        config.load(tmp_path / "config.toml")


@pytest.mark.parametrize("name", ["config.toml", "further.toml"])
def test_the_shipped_configurations_are_read(name: str) -> None:
    shipped = config.load(Path(__file__).parents[2] / "training" / name)
    assert Path("annotations/corpus") in shipped.data.train
