"""How much of what the cores can do in INT8 the network uses (after Williams et al. 2009, "Roofline")."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime as ort
from onnx import TensorProto, helper

from benchmarks.clock import lap
from models.inputs import Tokens

_SIZE, _TIMES = 1024, 20


def operations(windows: Sequence[Tokens], sizes: dict[str, Any]) -> float:
    """Multiplications and additions of the encoder's products for these windows, attention included.

    ``sizes`` is the encoder's part of a model's configuration.
    """
    hidden, layers, inner = sizes["hidden_size"], sizes["num_hidden_layers"], sizes["intermediate_size"]
    a_token = 4 * hidden * hidden + 2 * hidden * inner
    return float(sum(2 * layers * (len(w) * a_token + 2 * len(w) ** 2 * hidden) for w in windows))


def peak() -> float:
    """Operations in a second of one core, in a large product of UINT8 by INT8."""
    shape = [_SIZE, _SIZE]
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["y"])],
        "product",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, shape)],
        [helper.make_tensor_value_info("y", TensorProto.INT32, shape)],
        [helper.make_tensor("b", TensorProto.INT8, shape, np.ones(shape, np.int8).tobytes(), raw=True)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(model.SerializeToString(), options)
    inputs = {"a": np.ones(shape, np.uint8)}
    best = 0.0
    for _ in range(_TIMES):
        with lap() as taken:
            session.run(None, inputs)
        best = max(best, 2 * _SIZE**3 / max(taken.processor, 1e-9))
    return best
