"""The training loop: it learns, and a stopped run ends as one that was never stopped."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from annotations import Document
from models.network import TaggerNetwork
from models.vocabulary import Vocabulary
from training import checkpoint, train
from training.adapt import MaskedCharacterModel, adapt
from training.config import AdaptConfig, TrainConfig
from training.optimizer import adamw

_CONFIG = TrainConfig(epochs=150, rate=2e-3, head_rate=5e-3, tokens=512, average=0.9, layer_decay=0.9, dropout=0.0)


def test_it_learns_a_document_by_heart(
    network: TaggerNetwork, vocabulary: Vocabulary, document: Document, tmp_path: Path
) -> None:
    before = train.evaluate(network, vocabulary, [document]).micro
    train.train(network, vocabulary, [document], [], _CONFIG, 5, tmp_path, bfloat16=False)
    assert before < 0.2
    assert train.evaluate(network, vocabulary, [document]).micro > 0.95


def test_a_stopped_run_ends_like_one_that_was_not(
    network: TaggerNetwork,
    vocabulary: Vocabulary,
    document: Document,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = replace(_CONFIG, epochs=8)
    start = {name: value.clone() for name, value in network.state_dict().items()}
    train.train(network, vocabulary, [document], [], config, 5, tmp_path / "whole", bfloat16=False)
    expected = {name: value.clone() for name, value in network.state_dict().items()}

    monkeypatch.setattr(train, "_SAVE_EVERY", 3)
    network.load_state_dict(start)
    saved = checkpoint.save

    def stop_after_second_save(folder: Path, step: int, **parts: object) -> None:
        saved(folder, step, **parts)
        if step == 6:
            raise KeyboardInterrupt

    monkeypatch.setattr(checkpoint, "save", stop_after_second_save)
    with pytest.raises(KeyboardInterrupt):
        train.train(network, vocabulary, [document], [], config, 5, tmp_path / "parts", bfloat16=False)
    monkeypatch.setattr(checkpoint, "save", saved)
    network.load_state_dict(start)
    train.train(network, vocabulary, [document], [], config, 5, tmp_path / "parts", bfloat16=False)
    for name, value in network.state_dict().items():
        torch.testing.assert_close(value, expected[name])


def test_the_time_before_a_stop_counts(tmp_path: Path) -> None:
    watch = checkpoint.Stopwatch()
    watch.load_state_dict({"seconds": 3600.0})
    checkpoint.save(tmp_path, 1, watch=watch)
    again = checkpoint.Stopwatch()
    assert again.seconds < 3600
    checkpoint.resume(tmp_path, watch=again)
    assert 3600 <= again.seconds < 3700


def test_rates_fall_from_layer_to_layer(network: TaggerNetwork) -> None:
    optimizer = adamw(network, rate=1e-3, head_rate=1e-2, layers=2, layer_decay=0.5)
    rates = {id(p): group["lr"] for group in optimizer.param_groups for p in group["params"]}
    named = {name: rates[id(p)] for name, p in network.named_parameters()}
    assert named["scores.weight"] == 1e-2
    assert named["encoder.bert.encoder.layer.1.output.dense.weight"] == 1e-3
    assert named["encoder.bert.encoder.layer.0.output.dense.weight"] == 5e-4
    assert named["encoder.bert.embeddings.word_embeddings.weight"] == named["encoder.words.weight"] == 2.5e-4
    assert named["encoder.heads.weight"] == 1e-2


def test_frozen_layers_stay_as_they_are(
    network: TaggerNetwork, vocabulary: Vocabulary, document: Document, tmp_path: Path
) -> None:
    before = {name: value.clone() for name, value in network.state_dict().items()}
    config = replace(_CONFIG, epochs=3, frozen=1, passages=1.0)
    train.train(network, vocabulary, [document], [], config, 5, tmp_path, bfloat16=False)
    same = {name for name, value in network.state_dict().items() if torch.equal(value, before[name])}
    embeddings = {n for n in before if n.startswith(("encoder.bert.embeddings.", "encoder.words."))}
    lower = {n for n in before if ".layer.0." in n}
    assert embeddings
    assert lower
    assert embeddings | lower <= same
    assert not any(".layer.1." in name or name.startswith(("hidden.", "scores.")) for name in same)


def test_it_ends_with_the_mean_of_what_it_began_with_and_what_it_learned(
    network: TaggerNetwork, vocabulary: Vocabulary, document: Document, tmp_path: Path
) -> None:
    before = {name: value.clone() for name, value in network.state_dict().items()}
    ends = {}
    for keep in (0.0, 0.25):
        network.load_state_dict(before)
        config = replace(_CONFIG, epochs=3, keep=keep)
        train.train(network, vocabulary, [document], [], config, 5, tmp_path / str(keep), bfloat16=False)
        ends[keep] = {name: value.clone() for name, value in network.state_dict().items()}
    for name, value in before.items():
        torch.testing.assert_close(ends[0.25][name], 0.25 * value + 0.75 * ends[0.0][name])


def test_adaptation_learns_to_name_masked_characters(
    network: TaggerNetwork,
    vocabulary: Vocabulary,
    document: Document,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    model = MaskedCharacterModel(network.encoder.bert.config, len(vocabulary.lexicon))
    config = AdaptConfig(epochs=60, rate=3e-3, tokens=512, masked=0.2)
    adapt(model, vocabulary, [document.text] * 4, config, 5, tmp_path, bfloat16=False)
    # What other threads print falls between the lines.
    losses = [float(loss) for loss in re.findall(r"loss ([\d.]+)", capsys.readouterr().out)]
    assert losses[-1] < losses[0] - 1
