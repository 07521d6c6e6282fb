"""Export: from a trained network to the files that are served.

The network is traced as a lean forward pass over one window without padding (no mask, one matrix product for query,
key and value), then its weights are quantised to INT8.
"""

import json
import math
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import BertConfig

from annotations.errors import ModelError
from models import checksums
from models.calibration import Calibration, to_json
from models.inputs import Tokens
from models.network import HeadConfig, TaggerNetwork
from models.runtime import INPUTS, Runtime
from models.tagger import CONFIG_FILE, NETWORK_FILE
from models.vocabulary import ALPHABET_FILE, LEXICON_FILE, Vocabulary
from models.windows import HEAD_LENGTH
from training.train import TorchRuntime

WEIGHTS_FILE = "model.safetensors"
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
_OPSET = 17


class LeanNetwork(nn.Module):
    """The same function as TaggerNetwork for one window without padding."""

    def __init__(self, network: TaggerNetwork) -> None:
        super().__init__()
        self.network = network
        config = network.encoder.bert.config
        self.heads, self.head_size = config.num_attention_heads, config.hidden_size // config.num_attention_heads
        self.layers = nn.ModuleList(_fused_projection(layer) for layer in network.encoder.bert.encoder.layer)

    def forward(self, ids: Tensor, words: Tensor, columns: Tensor, heads: Tensor, segments: Tensor) -> Tensor:
        """The inputs of shape (1, length) to scores of shape (1, length, TAG_COUNT)."""
        network = self.network
        encoder: Any = network.encoder.bert
        embeddings = encoder.embeddings
        length = ids.shape[1]
        states = (
            network.encoder.embed(ids, words, columns, heads)
            + embeddings.position_embeddings.weight[:length]
            + embeddings.token_type_embeddings(segments)
        )
        states = embeddings.LayerNorm(states)
        weights = torch.softmax(network.mix, 0)
        mixed = weights[0] * states
        for index, (layer, projection) in enumerate(zip(encoder.encoder.layer, self.layers, strict=True), 1):
            query, key, value = (
                projection(states).view(1, length, 3, self.heads, self.head_size).permute(2, 0, 3, 1, 4).unbind(0)
            )
            attention = torch.softmax(query @ key.transpose(-1, -2), -1) @ value
            attended = attention.transpose(1, 2).reshape(1, length, -1)
            output = layer.attention.output
            states = output.LayerNorm(output.dense(attended) + states)
            inner = nn.functional.gelu(layer.intermediate.dense(states))
            states = layer.output.LayerNorm(layer.output.dense(inner) + states)
            mixed = mixed + weights[index] * states
        scores: Tensor = network.scores(nn.functional.gelu(network.hidden(network.norm(mixed))))
        return scores


def save(network: TaggerNetwork, vocabulary: Vocabulary, folder: Path, name: str, version: str) -> None:
    """Write everything that is shipped: configuration, vocabulary, fp16 weights and the INT8 network.

    The INT8 network is made from the fp16 weights, so that both files hold the same model.
    """
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "name": name,
        "version": version,
        "encoder": encoder_sizes(network.encoder.bert.config),
        "words": network.encoder.words.num_embeddings,
        "heads": {"hidden": network.head_config.hidden, "dropout": network.head_config.dropout},
    }
    (folder / CONFIG_FILE).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    vocabulary.save(folder)
    half = {key: value.half().contiguous() for key, value in network.state_dict().items() if value.is_floating_point()}
    save_file(half, str(folder / WEIGHTS_FILE))
    rounded, _ = load(folder)
    with tempfile.TemporaryDirectory() as scratch:
        float_path = Path(scratch) / "network.onnx"
        export_float(rounded, float_path)
        quantise(float_path, folder / NETWORK_FILE)
    checksums.write(folder, (NETWORK_FILE, ALPHABET_FILE, LEXICON_FILE))


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
        weights = {key: value.float() for key, value in load_file(str(folder / WEIGHTS_FILE)).items()}
        network.load_state_dict(weights)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
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


def export_float(network: TaggerNetwork, path: Path) -> None:
    """Write the network as float32 ONNX with inputs models.runtime.INPUTS, all (1, length) but ``heads``, and output ``scores``."""
    lean = LeanNetwork(network.eval()).eval()
    example, heads = torch.ones(1, 16, dtype=torch.int64), torch.ones(2, HEAD_LENGTH, dtype=torch.int64)
    torch.onnx.export(
        lean,
        (example, example, example, heads, example),
        str(path),
        input_names=list(INPUTS),
        output_names=["scores"],
        dynamic_axes={name: {1: "length"} for name in (*INPUTS, "scores")} | {"heads": {0: "columns"}},
        opset_version=_OPSET,
        dynamo=False,
    )


def quantise(source: Path, destination: Path) -> None:
    """Quantise an exported network to INT8.

    Matrix products take weights and activations in blocks of 32 with a scale each: one scale for a whole window's
    activations, as dynamic quantisation has it, costs 0.6 points of F1 (docs/experiments.md). Embeddings get a scale a
    column.
    """
    config = DefaultWeightOnlyQuantConfig(block_size=32, is_symmetric=True, accuracy_level=4, bits=8)
    quantizer = MatMulNBitsQuantizer(onnx.load(source), bits=8, algo_config=config)
    quantizer.process()
    part = destination.with_suffix(".part")
    quantize_dynamic(
        quantizer.model.model, part, per_channel=True, weight_type=QuantType.QInt8, op_types_to_quantize=["Gather"]
    )
    os.replace(part, destination)


def largest_difference(network: TaggerNetwork, path: Path, windows: Sequence[Tokens]) -> float:
    """The largest difference between the tag scores of a network and of its export, each through the logistic function."""
    pairs = zip(TorchRuntime(network).score(windows), Runtime(path).score(windows), strict=True)
    return max(float(np.abs(_sigmoid(a) - _sigmoid(b)).max()) for a, b in pairs)


def _sigmoid(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(1 / (1 + np.exp(-scores)), np.float32)


def _fused_projection(layer: Any) -> nn.Linear:
    """Query, key and value in one product, with the attention's scale taken into the query."""
    attention = layer.attention.self
    scale = 1 / math.sqrt(attention.attention_head_size)
    parts = [attention.query, attention.key, attention.value]
    factors = [scale, 1.0, 1.0]
    fused = nn.Linear(parts[0].in_features, 3 * parts[0].out_features)
    with torch.no_grad():
        fused.weight.copy_(torch.cat([p.weight * f for p, f in zip(parts, factors, strict=True)]))
        fused.bias.copy_(torch.cat([p.bias * f for p, f in zip(parts, factors, strict=True)]))
    return fused
