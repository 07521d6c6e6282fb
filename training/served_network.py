"""The network that is served: TaggerNetwork's function as an ONNX graph for one window without padding.

No mask, and ONNX Runtime's fused operators where they are faster than their parts: attention and GELU are; a layer norm
fused with the sum before it is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper

from models.alphabet import PAD
from models.network import TaggerNetwork
from models.runtime import INPUTS
from models.tags import TAG_COUNT
from models.windows import HEAD_LENGTH
from training.graph import FUSED, Arithmetic, Array, Graph

_EMBEDDINGS = "encoder.bert.embeddings"


def build(network: TaggerNetwork, arithmetic: Arithmetic) -> onnx.ModelProto:
    """The network with inputs models.runtime.INPUTS, all (1, length) but ``heads``, and output ``scores``."""
    weights = {key: value.detach().float().numpy() for key, value in network.state_dict().items()}
    config = network.encoder.bert.config
    writer = _Writer(weights, arithmetic, config.num_attention_heads, config.layer_norm_eps)
    states = writer.embed()
    shares = _softmax(weights["mix"])
    mixed = writer.graph.add("Mul", states, shares[0])
    for index, share in enumerate(shares[1:]):
        states = writer.layer(f"encoder.bert.encoder.layer.{index}", states)
        mixed = writer.graph.add("Add", mixed, writer.graph.add("Mul", states, share))
    writer.score(mixed, network.norm.eps)
    lengths: dict[str, list[str | int]] = {name: [1, "length"] for name in INPUTS}
    lengths["heads"] = ["columns", HEAD_LENGTH]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name, shape in lengths.items()]
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, "length", TAG_COUNT])
    return writer.graph.model(inputs, [scores])


@dataclass(frozen=True)
class _Part:
    """A layer's weight, shape (inputs, outputs), and bias."""

    weight: Array
    bias: Array


class _Writer:
    """Writes the network's parts as nodes. States have shape (length, hidden size)."""

    def __init__(self, weights: Mapping[str, Array], arithmetic: Arithmetic, heads: int, epsilon: float) -> None:
        self.graph = Graph()
        self._weights = weights
        self._arithmetic = arithmetic
        self._heads = heads
        self._epsilon = epsilon

    def embed(self) -> str:
        """What the first layer reads: characters, words, columns' heads, positions and segments."""
        add = self.graph.add
        ids, words, columns, segments = (
            add("Squeeze", name, np.array([0])) for name in ("ids", "words", "columns", "segments")
        )
        characters = self._weights[f"{_EMBEDDINGS}.word_embeddings.weight"]
        word_vectors = self._weights["encoder.words.weight"]
        lookup = self._arithmetic.lookup
        states = add("Add", lookup(self.graph, characters, ids), lookup(self.graph, word_vectors, words))
        states = add("Add", states, add("Gather", self._heads_of_columns(characters), columns))
        positions = self._weights[f"{_EMBEDDINGS}.position_embeddings.weight"]
        states = add("Add", states, add("Slice", positions, np.array([0]), add("Shape", ids)))
        kinds = self._weights[f"{_EMBEDDINGS}.token_type_embeddings.weight"]
        states = add("Add", states, add("Gather", kinds, segments))
        return self._norm(f"{_EMBEDDINGS}.LayerNorm", states, self._epsilon)

    def _heads_of_columns(self, characters: Array) -> str:
        """A projection of the mean of each head's characters, shape (columns, hidden size)."""
        add = self.graph.add
        filled = add("Cast", add("Not", add("Equal", "heads", np.array(PAD))), to=TensorProto.FLOAT)
        vectors = self._arithmetic.lookup(self.graph, characters, "heads")
        masked = add("Mul", vectors, add("Unsqueeze", filled, np.array([2])))
        total = add("ReduceSum", masked, np.array([1]), keepdims=0)
        count = add("Max", add("ReduceSum", filled, np.array([1])), np.array(1, np.float32))
        weight = self._weights["encoder.heads.weight"].T
        return self._arithmetic.products(self.graph, add("Div", total, count), [weight])[0]

    def layer(self, name: str, states: str) -> str:
        """One layer of the encoder."""
        attended = self._dense(f"{name}.attention.output.dense", self._attention(f"{name}.attention.self", states))
        states = self._norm(
            f"{name}.attention.output.LayerNorm", self.graph.add("Add", attended, states), self._epsilon
        )
        inner = self.graph.add("Gelu", self._dense(f"{name}.intermediate.dense", states), domain=FUSED)
        outer = self._dense(f"{name}.output.dense", inner)
        return self._norm(f"{name}.output.LayerNorm", self.graph.add("Add", outer, states), self._epsilon)

    def _attention(self, name: str, states: str) -> str:
        add = self.graph.add
        parts = [self._part(f"{name}.{kind}") for kind in ("query", "key", "value")]
        products = self._arithmetic.products(self.graph, states, [part.weight for part in parts])
        batches = [add("Unsqueeze", product, np.array([0])) for product in products]
        bias = np.concatenate([part.bias for part in parts])
        attended = add("MultiHeadAttention", *batches, bias, domain=FUSED, num_heads=self._heads)
        return add("Squeeze", attended, np.array([0]))

    def score(self, states: str, epsilon: float) -> None:
        """The heads, whose output is the graph's."""
        hidden = self._dense("hidden", self._norm("norm", states, epsilon))
        scores = self._dense("scores", self.graph.add("Gelu", hidden, domain=FUSED))
        self.graph.add("Unsqueeze", scores, np.array([0]), output="scores")

    def _dense(self, name: str, states: str) -> str:
        part = self._part(name)
        return self.graph.add("Add", self._arithmetic.products(self.graph, states, [part.weight])[0], part.bias)

    def _norm(self, name: str, states: str, epsilon: float) -> str:
        scale, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return self.graph.add("LayerNormalization", states, scale, bias, epsilon=epsilon)

    def _part(self, name: str) -> _Part:
        return _Part(self._weights[f"{name}.weight"].T, self._weights[f"{name}.bias"])


def _softmax(values: Array) -> Array:
    exponents = np.exp(values - values.max())
    return np.asarray(exponents / exponents.sum(), np.float32)
