"""Building an ONNX graph node by node, and the two arithmetics that the served network's layers are written in."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

FUSED = "com.microsoft"
"""ONNX Runtime's own operators."""
_OPSET, _FUSED_OPSET, _IR_VERSION = 18, 1, 9
_ZERO_POINT = 128
_LEVELS = 127
_SMALLEST = 1e-6
Array = NDArray[Any]


class Graph:
    """The nodes and constants of a graph. A value is known by its name."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[tuple[str, tuple[int, ...], bytes], onnx.TensorProto] = {}

    def constant(self, value: Array) -> str:
        """The name of a constant; equal ones are stored once."""
        value = np.asarray(value, order="C")
        key = (value.dtype.str, value.shape, value.tobytes())
        if key not in self._constants:
            self._constants[key] = numpy_helper.from_array(value, f"constant{len(self._constants)}")
        return self._constants[key].name

    def add(self, operator: str, *inputs: "str | Array", domain: str = "", output: str = "", **attributes: Any) -> str:
        """The name of the output of a new node, whose inputs are values or new constants."""
        names = [i if isinstance(i, str) else self.constant(i) for i in inputs]
        output = output or f"value{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, names, [output], domain=domain, **attributes))
        return output

    def model(self, inputs: Sequence[onnx.ValueInfoProto], outputs: Sequence[onnx.ValueInfoProto]) -> onnx.ModelProto:
        """The whole, checked."""
        graph = helper.make_graph(self._nodes, "network", inputs, outputs, [*self._constants.values()])
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(FUSED, _FUSED_OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)
        onnx.checker.check_model(model)
        return model


class Arithmetic(Protocol):
    """How a layer's weights are held and multiplied."""

    def products(self, graph: Graph, states: str, weights: Sequence[Array]) -> list[str]:
        """``states @ weight`` for each weight, shapes (rows, inputs) and (inputs, outputs)."""

    def lookup(self, graph: Graph, table: Array, ids: str) -> str:
        """The rows of a table that ``ids`` name."""


class Float32:
    """Nothing rounded: to test the graph against the trained network."""

    def products(self, graph: Graph, states: str, weights: Sequence[Array]) -> list[str]:
        return [graph.add("MatMul", states, weight) for weight in weights]

    def lookup(self, graph: Graph, table: Array, ids: str) -> str:
        return graph.add("Gather", table, ids)


class Int8:
    """Weights as INT8 with a scale an output, activations as UINT8 with a scale a token.

    A few tokens, such as [CLS], have one huge activation. With a scale a token it costs no other token any precision
    (Yao et al. 2022, "ZeroQuant"), and no token's rounding depends on another's. Zero is 128: ONNX Runtime takes no zero
    point a row, and has no fast products of signed by signed numbers here.
    """

    def products(self, graph: Graph, states: str, weights: Sequence[Array]) -> list[str]:
        largest = graph.add("ReduceMax", states, np.array([1]), keepdims=0)
        smallest = graph.add("ReduceMin", states, np.array([1]), keepdims=0)
        magnitude = graph.add("Max", largest, graph.add("Neg", smallest), np.array(_SMALLEST, np.float32))
        scales = graph.add("Mul", magnitude, np.array(1 / _LEVELS, np.float32))
        zero = numpy_helper.from_array(np.array([_ZERO_POINT], np.uint8))
        zeros = graph.add("ConstantOfShape", graph.add("Shape", scales), value=zero)
        integers = graph.add("QuantizeLinear", states, scales, zeros, axis=0)
        column = graph.add("Unsqueeze", scales, np.array([1]))
        return [graph.add("Mul", self._product(graph, integers, weight), column) for weight in weights]

    def _product(self, graph: Graph, states: str, weight: Array) -> str:
        integers, scales = rounded(weight)
        one, zero_point = np.array(1, np.float32), np.array(_ZERO_POINT, np.uint8)
        return graph.add("MatMulIntegerToFloat", states, integers, one, scales, zero_point, domain=FUSED)

    def lookup(self, graph: Graph, table: Array, ids: str) -> str:
        integers, scales = rounded(table)
        rows = graph.add("Cast", graph.add("Gather", integers, ids), to=TensorProto.FLOAT)
        return graph.add("Mul", rows, scales)


def rounded(weight: Array) -> tuple[Array, Array]:
    """A matrix as INT8, and the float32 scale of each of its columns."""
    scales = np.maximum(np.abs(weight).max(0) / _LEVELS, _SMALLEST).astype(np.float32)
    return np.rint(weight / scales).astype(np.int8), scales
