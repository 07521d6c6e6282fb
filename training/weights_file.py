"""The weights of a saved model: one safetensors file, to train on from and to serve.

The matrices that are served in INT8 lie in it as they are served: ``NAME_T`` for a linear layer's weight, shape (inputs,
outputs), ``NAME`` for a table of vectors, and ``…_scale``, a float32 for each of their columns. All else is float32 under
its name. So the served graph need not hold them again: it refers to their place in this file.
"""

import json
from pathlib import Path

import onnx
import torch
from onnx import external_data_helper
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from models.network import TaggerNetwork
from training.graph import rounded

WEIGHTS_FILE = "model.safetensors"
_TABLES = ("encoder.bert.embeddings.word_embeddings.weight", "encoder.words.weight")
_TRANSPOSED, _SCALE = "_T", "_scale"
_SMALLEST = 1024
"""Constants of fewer bytes stay in the graph."""


def save(network: TaggerNetwork, path: Path) -> None:
    """Write the weights, rounded."""
    linear = {f"{name}.weight" for name, module in network.named_modules() if isinstance(module, nn.Linear)}
    tensors: dict[str, Tensor] = {}
    for name, value in network.state_dict().items():
        if not value.is_floating_point():
            continue
        if name in linear:
            tensors |= _rounded(name + _TRANSPOSED, value.T)
        elif name in _TABLES:
            tensors |= _rounded(name, value)
        else:
            tensors[name] = value.float().contiguous()
    save_file(tensors, str(path))


def read(path: Path) -> dict[str, Tensor]:
    """The weights in float32 by the names of TaggerNetwork's. Raises OSError, and ValueError or SafetensorError for another
    kind of file."""
    tensors = load_file(str(path))
    weights = {}
    for name, value in tensors.items():
        if name.endswith(_SCALE):
            continue
        if (scale := tensors.get(name + _SCALE)) is not None:
            value = value.float() * scale
        weights[name.removesuffix(_TRANSPOSED)] = value.T if name.endswith(_TRANSPOSED) else value
    return weights


def share(model: onnx.ModelProto, path: Path) -> None:
    """Take the constants that stand in the file of weights out of a graph, which is to lie beside it."""
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")  # the format: a length, a header in JSON, the tensors
    header = json.loads(content[8:start])
    header.pop("__metadata__", None)
    places = {
        content[start + a : start + b]: (start + a, b - a) for a, b in (t["data_offsets"] for t in header.values())
    }
    for constant in model.graph.initializer:
        if len(constant.raw_data) >= _SMALLEST and (place := places.get(constant.raw_data)):
            offset, length = place
            external_data_helper.set_external_data(constant, path.name, offset, length)
            constant.ClearField("raw_data")


def _rounded(name: str, matrix: Tensor) -> dict[str, Tensor]:
    integers, scales = rounded(matrix.float().contiguous().numpy())
    return {name: torch.from_numpy(integers), name + _SCALE: torch.from_numpy(scales)}
