"""Export: the served network computes what the trained one does."""

from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from safetensors.torch import load_file, save_file

from annotations import Document
from annotations.errors import ModelError
from models import runtime, structure, windows
from models.inputs import Tokens, tokens
from models.network import CONTEXT_LAYERS, TaggerNetwork
from models.tagger import NETWORK_FILE, Tagger
from models.vocabulary import Vocabulary
from training import export, limits
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


def test_with_known_limits_nothing_is_measured_while_served(
    network: TaggerNetwork, vocabulary: Vocabulary, inputs: list[Tokens], tmp_path: Path
) -> None:
    export.save(network, vocabulary, tmp_path / "limits", "test", "1", inputs)
    export.save(network, vocabulary, tmp_path / "none", "test", "1")
    operators = {
        name: Counter(
            node.op_type for node in onnx.load(tmp_path / name / NETWORK_FILE, load_external_data=False).graph.node
        )
        for name in ("limits", "none")
    }
    layers = len(network.encoder.bert.encoder.layer)
    # Left are the second layers of the feed-forward networks, the projection of columns' heads and the two of the tags.
    assert operators["limits"]["ReduceMax"] == layers + 3
    # The upper layers round the text for the queries, and the whole window for keys and values.
    assert operators["none"]["ReduceMax"] == 4 * layers + (layers - CONTEXT_LAYERS) + 3
    assert operators["limits"]["MatMulIntegerToFloat"] == operators["none"]["MatMulIntegerToFloat"]
    served, _ = export.load(tmp_path / "limits")
    assert export.largest_difference(served, tmp_path / "limits" / NETWORK_FILE, inputs) < 0.03


def test_a_limit_is_the_largest_magnitude_or_almost(network: TaggerNetwork, inputs: list[Tokens]) -> None:
    layer = "encoder.bert.encoder.layer.0"
    largest: dict[str, float] = {}
    for name in (f"{layer}.attention.self.key", f"{layer}.intermediate.dense"):

        def watch(_: object, given: tuple[torch.Tensor, ...], name: str = name) -> None:
            largest[name] = max(largest.get(name, 0), given[0].abs().max().item())

        network.get_submodule(name).register_forward_pre_hook(watch)
    measured = limits.measure(network, inputs)
    assert measured[f"{layer}.attention.self"] == pytest.approx(largest[f"{layer}.attention.self.key"], abs=1e-4)
    assert 0 < measured[f"{layer}.intermediate.dense"] < largest[f"{layer}.intermediate.dense"]
    assert len(measured) == 3 * len(network.encoder.bert.encoder.layer)
    assert not limits.measure(network, [])


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


def test_a_graph_of_an_earlier_version_is_named_and_can_be_written_anew(
    network: TaggerNetwork, vocabulary: Vocabulary, inputs: list[Tokens], tmp_path: Path
) -> None:
    export.save(network, vocabulary, tmp_path, "test", "1")
    model = onnx.load(path := tmp_path / NETWORK_FILE, load_external_data=False)
    model.graph.output[0].type.tensor_type.shape.dim[1].dim_param = "length"
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ModelError, match="another version"):
        runtime.Runtime(path)
    export.write_int8(tmp_path)
    assert len(list(runtime.Runtime(path).score(inputs))) == len(inputs)


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
