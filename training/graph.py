"""Building an ONNX graph node by node, and the two arithmetics that the served network's layers are written in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
_ONE = np.array(1, np.float32)
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
        """The name of the output of a new node, whose inputs are values or new constants; "" leaves one out."""
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


@dataclass(frozen=True)
class Linear:
    """A linear layer: its weight, shape (inputs, outputs), and its bias."""

    weight: Array
    bias: Array


class Arithmetic(Protocol):
    """How weights are held and multiplied."""

    def linear(self, graph: Graph, reader: str, states: str, *layers: Linear) -> list[str]:
        """What each layer makes of ``states``, shape (rows, inputs). ``reader`` is the name of the module in the trained
        network that reads them."""

    def product(self, graph: Graph, states: str, weight: Array) -> str:
        """``states @ weight``, shapes (rows, inputs) and (inputs, outputs)."""

    def lookup(self, graph: Graph, table: Array, ids: str) -> str:
        """The rows of a table that ``ids`` name."""


class Float32:
    """Nothing rounded: to test the graph against the trained network."""

    def linear(self, graph: Graph, reader: str, states: str, *layers: Linear) -> list[str]:
        return [graph.add("Add", self.product(graph, states, layer.weight), layer.bias) for layer in layers]

    def product(self, graph: Graph, states: str, weight: Array) -> str:
        return graph.add("MatMul", states, weight)

    def lookup(self, graph: Graph, table: Array, ids: str) -> str:
        return graph.add("Gather", table, ids)


@dataclass(frozen=True)
class Int8:
    """Weights as INT8 with a scale an output, activations as UINT8.

    What the modules in ``limits`` (training.limits) read has one scale, and what is beyond the limit is cut off: there is
    nothing to be measured, and scales and bias are part of the product. What the others read has a scale a token: a few
    tokens, such as [CLS], have one huge activation, which so costs no other token any precision (Yao et al. 2022,
    "ZeroQuant"). Either way no token's rounding depends on another's. Zero is 128: ONNX Runtime takes no zero point a
    row, and has no fast products of signed by signed numbers here.
    """

    limits: Mapping[str, float] = field(default_factory=dict)

    def linear(self, graph: Graph, reader: str, states: str, *layers: Linear) -> list[str]:
        limit = self.limits.get(reader)
        if limit is None:
            integers, scales = self._by_token(graph, states)
            return [
                graph.add("Add", graph.add("Mul", self._product(graph, integers, layer.weight), scales), layer.bias)
                for layer in layers
            ]
        scale = np.array(limit / _LEVELS, np.float32)
        integers = graph.add("QuantizeLinear", states, scale, np.array(_ZERO_POINT, np.uint8))
        return [self._product(graph, integers, layer.weight, scale, layer.bias) for layer in layers]

    def product(self, graph: Graph, states: str, weight: Array) -> str:
        integers, scales = self._by_token(graph, states)
        return graph.add("Mul", self._product(graph, integers, weight), scales)

    def _by_token(self, graph: Graph, states: str) -> tuple[str, str]:
        """States as integers, and the scale of each row, shape (rows, 1)."""
        largest = graph.add("ReduceMax", states, np.array([1]), keepdims=0)
        smallest = graph.add("ReduceMin", states, np.array([1]), keepdims=0)
        magnitude = graph.add("Max", largest, graph.add("Neg", smallest), np.array(_SMALLEST, np.float32))
        scales = graph.add("Mul", magnitude, np.array(1 / _LEVELS, np.float32))
        zero = numpy_helper.from_array(np.array([_ZERO_POINT], np.uint8))
        zeros = graph.add("ConstantOfShape", graph.add("Shape", scales), value=zero)
        integers = graph.add("QuantizeLinear", states, scales, zeros, axis=0)
        return integers, graph.add("Unsqueeze", scales, np.array([1]))

    def _product(
        self, graph: Graph, integers: str, weight: Array, scale: Array = _ONE, bias: Array | None = None
    ) -> str:
        rounded_weight, scales = rounded(weight)
        added = () if bias is None else ("", bias)  # the weight's zero points, left out, and the bias
        zero_point = np.array(_ZERO_POINT, np.uint8)
        return graph.add(
            "MatMulIntegerToFloat", integers, rounded_weight, scale, scales, zero_point, *added, domain=FUSED
        )

    def lookup(self, graph: Graph, table: Array, ids: str) -> str:
        integers, scales = rounded(table)
        rows = graph.add("Cast", graph.add("Gather", integers, ids), to=TensorProto.FLOAT)
        return graph.add("Mul", rows, scales)


def rounded(weight: Array) -> tuple[Array, Array]:
    """A matrix as INT8, and the float32 scale of each of its columns."""
    scales = np.maximum(np.abs(weight).max(0) / _LEVELS, _SMALLEST).astype(np.float32)
    return np.rint(weight / scales).astype(np.int8), scales
