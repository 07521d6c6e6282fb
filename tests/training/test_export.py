"""Export: the served network computes what the trained one does."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from annotations import Document
from annotations.errors import ModelError
from models import runtime, structure, windows
from models.inputs import Tokens, tokens
from models.network import TaggerNetwork
from models.tagger import NETWORK_FILE, Tagger
from models.vocabulary import Vocabulary
from training import export
from training.graph import Float32, Int8


@pytest.fixture
def inputs(vocabulary: Vocabulary, document: Document) -> list[Tokens]:
    texts = [document.text, "新", document.text * 9, "序号 | 新建 | 完成\n1 | 50 | 20\n"]
    return [tokens(vocabulary, t, w) for t in texts for w in windows.cut(structure.read(t))]


@pytest.fixture
def network(network: TaggerNetwork) -> TaggerNetwork:
    """With column heads that count: their projection starts at zero."""
    torch.nn.init.normal_(network.encoder.heads.weight, std=0.3)
    return network


def test_float_export_is_the_same_function(network: TaggerNetwork, inputs: list[Tokens], tmp_path: Path) -> None:
    export.write_network(network, tmp_path / "network.onnx", Float32())
    assert export.largest_difference(network, tmp_path / "network.onnx", inputs) < 1e-5


def test_saved_model_is_the_trained_one_rounded_and_served_from_the_same_weights(
    network: TaggerNetwork, vocabulary: Vocabulary, inputs: list[Tokens], tmp_path: Path
) -> None:
    export.save(network, vocabulary, tmp_path, "test", "1")
    loaded, loaded_vocabulary = export.load(tmp_path)
    assert loaded_vocabulary.alphabet.characters == vocabulary.alphabet.characters
    assert loaded_vocabulary.lexicon.words == vocabulary.lexicon.words
    for name, value in network.state_dict().items():
        step = value.abs().max().item() / 127
        torch.testing.assert_close(loaded.state_dict()[name], value, atol=step, rtol=0)
    assert (tmp_path / NETWORK_FILE).stat().st_size < (tmp_path / export.WEIGHTS_FILE).stat().st_size / 2
    assert export.largest_difference(loaded, tmp_path / NETWORK_FILE, inputs) < 0.03
    tagger = Tagger.load(tmp_path)
    assert (tagger.name, tagger.version) == ("test", "1")


def test_processors_whose_fast_products_overflow_get_the_same_scores(
    network: TaggerNetwork, inputs: list[Tokens], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export.write_network(network, path := tmp_path / "network.onnx", Int8())
    fast, exact = [], []
    for overflows, scores in ((False, fast), (True, exact)):
        monkeypatch.setattr(runtime, "_overflows", lambda overflows=overflows: overflows)
        scores += runtime.Runtime(path).score(inputs)
    for a, b in zip(fast, exact, strict=True):
        np.testing.assert_allclose(a, b, atol=2e-3)


def test_rounding_again_changes_nothing(network: TaggerNetwork, vocabulary: Vocabulary, tmp_path: Path) -> None:
    export.save(network, vocabulary, tmp_path / "once", "test", "1")
    export.save(export.load(tmp_path / "once")[0], vocabulary, tmp_path / "twice", "test", "1")
    once, twice = (load_file(tmp_path / folder / export.WEIGHTS_FILE) for folder in ("once", "twice"))
    for name, value in once.items():
        torch.testing.assert_close(twice[name], value, atol=0, rtol=1e-6)


def test_weights_that_lack_one_are_refused(network: TaggerNetwork, vocabulary: Vocabulary, tmp_path: Path) -> None:
    export.save(network, vocabulary, tmp_path, "test", "1")
    weights = load_file(tmp_path / export.WEIGHTS_FILE)
    del weights["scores.weight_T"]
    save_file(weights, tmp_path / export.WEIGHTS_FILE)
    with pytest.raises(ModelError, match="no model can be loaded"):
        export.load(tmp_path)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model can be loaded"):
        export.load(tmp_path)
