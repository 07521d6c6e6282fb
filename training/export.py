"""Export: from a trained network to the files that are served.

What is served is a graph of its own (training.served_network), in INT8 (training.graph), on the weights that training goes
on from (training.weights_file).
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from safetensors import SafetensorError
from transformers import BertConfig

from annotations.errors import ModelError
from models import checksums
from models.calibration import Calibration, to_json
from models.inputs import Tokens
from models.network import HeadConfig, TaggerNetwork
from models.runtime import Runtime
from models.tagger import CONFIG_FILE, NETWORK_FILE
from models.vocabulary import ALPHABET_FILE, LEXICON_FILE, Vocabulary
from training import limits, weights_file
from training.graph import Arithmetic, Int8
from training.served_network import build
from training.train import TorchRuntime
from training.weights_file import WEIGHTS_FILE

_ENCODER_KEYS = (
    "vocab_size",
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "intermediate_size",
    "max_position_embeddings",
    "type_vocab_size",
    "layer_norm_eps",
)


def save(
    network: TaggerNetwork,
    vocabulary: Vocabulary,
    folder: Path,
    name: str,
    version: str,
    sample: Sequence[Tokens] = (),
) -> None:
    """Write everything that is shipped: configuration, vocabulary, weights, rounded as they are served, and the graph.

    The limits of activations are measured on the windows of ``sample``; without any, all are rounded token by token
    (training.limits).
    """
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "name": name,
        "version": version,
        "encoder": encoder_sizes(network.encoder.bert.config),
        "words": network.encoder.words.num_embeddings,
        "heads": {"hidden": network.head_config.hidden, "dropout": network.head_config.dropout},
        "limits": limits.measure(network, sample),
    }
    (folder / CONFIG_FILE).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    vocabulary.save(folder)
    weights_file.save(network, folder / WEIGHTS_FILE)
    write_int8(folder)


def set_calibration(folder: Path, calibration: Calibration) -> None:
    """Write the curves of confidence into a saved model's configuration."""
    path = folder / CONFIG_FILE
    config = json.loads(path.read_text(encoding="utf-8"))
    config["calibration"] = to_json(calibration)
    path.write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def load(folder: Path) -> tuple[TaggerNetwork, Vocabulary]:
    """The trainable network of a saved model, in evaluation mode, and its vocabulary.

    Raises ModelError if a file is missing or does not fit the others.
    """
    try:
        config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        network = TaggerNetwork(encoder_config(**config["encoder"]), config["words"], HeadConfig(**config["heads"]))
        network.load_state_dict(weights_file.read(folder / WEIGHTS_FILE))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise ModelError(f"{folder}: no model can be loaded ({type(error).__name__})") from None
    return network.eval(), Vocabulary.load(folder)


def encoder_sizes(config: BertConfig) -> dict[str, Any]:
    """The part of an encoder's configuration that its weights depend on."""
    return {key: getattr(config, key) for key in _ENCODER_KEYS}


def encoder_config(**sizes: Any) -> BertConfig:
    """A BertConfig for training on any machine: attention without dropout, so that the fused kernel is used."""
    config = BertConfig(**sizes, attention_probs_dropout_prob=0.0, pad_token_id=0)
    config._attn_implementation = "sdpa"
    return config


def write_network(network: TaggerNetwork, path: Path, arithmetic: Arithmetic) -> None:
    """Write the network as an ONNX file that holds its own weights."""
    onnx.save(build(network, arithmetic), path)


def write_int8(folder: Path) -> None:
    """Write the served graph of a saved model anew, and the sums of its files; whoever reads it sees the old graph or the new
    one. Raises ModelError as ``load`` does."""
    network, _ = load(folder)
    config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    model = build(network, Int8(config.get("limits", {})))
    weights_file.share(model, folder / WEIGHTS_FILE)
    part = (folder / NETWORK_FILE).with_suffix(".part")
    part.write_bytes(model.SerializeToString())
    os.replace(part, folder / NETWORK_FILE)
    checksums.write(folder, (NETWORK_FILE, WEIGHTS_FILE, ALPHABET_FILE, LEXICON_FILE))


def largest_difference(network: TaggerNetwork, path: Path, windows: Sequence[Tokens]) -> float:
    """The largest difference between the tag scores of a network and of its export, each through the logistic function."""
    pairs = zip(TorchRuntime(network).score(windows), Runtime(path).score(windows), strict=True)
    return max(float(np.abs(_sigmoid(a) - _sigmoid(b)).max()) for a, b in pairs)


def _sigmoid(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(1 / (1 + np.exp(-scores)), np.float32)
