"""The network that is served: TaggerNetwork's function as an ONNX graph for one window without padding.

No mask, and ONNX Runtime's fused operators where they are faster than their parts: attention and GELU are; a layer norm
fused with the sum before it is not.
"""

from collections.abc import Mapping

import numpy as np
import onnx
from onnx import TensorProto, helper

from models.alphabet import PAD
from models.network import CONTEXT_LAYERS, TaggerNetwork
from models.runtime import INPUTS, OUTPUT
from models.windows import HEAD_LENGTH
from training.graph import FUSED, Arithmetic, Array, Graph, Linear

_EMBEDDINGS = "encoder.bert.embeddings"


def build(network: TaggerNetwork, arithmetic: Arithmetic) -> onnx.ModelProto:
    """The network with inputs models.runtime.INPUTS, all (1, length) but ``heads``, and output
    models.runtime.OUTPUT: nothing is computed for the context that only the context would need."""
    weights = {key: value.detach().float().numpy() for key, value in network.state_dict().items()}
    config = network.encoder.bert.config
    writer = _Writer(weights, arithmetic, config.num_attention_heads, config.layer_norm_eps)
    shares = _softmax(weights["mix"])
    states = writer.embed()
    mixed = writer.graph.add("Mul", states, shares[0])
    context: str | None = None
    for number, share in enumerate(shares[1:]):
        if number == CONTEXT_LAYERS:
            context, states = writer.divide(states)
            _, mixed = writer.divide(mixed)
        states = writer.layer(f"encoder.bert.encoder.layer.{number}", states, context)
        mixed = writer.graph.add("Add", mixed, writer.graph.add("Mul", states, share))
    writer.score(mixed if context else writer.divide(mixed)[1], network.norm.eps)
    lengths: dict[str, list[str | int]] = {name: [1, "length"] for name in INPUTS}
    lengths["heads"] = ["columns", HEAD_LENGTH]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name, shape in lengths.items()]
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, OUTPUT)
    return writer.graph.model(inputs, [scores])


class _Writer:
    """Writes the network's parts as nodes. States have shape (length, hidden size)."""

    def __init__(self, weights: Mapping[str, Array], arithmetic: Arithmetic, heads: int, epsilon: float) -> None:
        self.graph = Graph()
        self._weights = weights
        self._arithmetic = arithmetic
        self._heads = heads
        self._epsilon = epsilon
        self._text_start = self.graph.add("ArgMax", "segments", axis=1, keepdims=0)

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
        return self._arithmetic.product(self.graph, add("Div", total, count), self._weights["encoder.heads.weight"].T)

    def divide(self, states: str) -> tuple[str, str]:
        """The states of the context, and those of the text."""
        first, axis, last = np.array([0]), np.array([0]), np.array([np.iinfo(np.int64).max])
        return (
            self.graph.add("Slice", states, first, self._text_start, axis),
            self.graph.add("Slice", states, self._text_start, last, axis),
        )

    def layer(self, name: str, states: str, context: str | None) -> str:
        """One layer of the encoder over the states, which attend to those of the context, too, where there is one."""
        attended = self._linear(f"{name}.attention.output.dense", self._attention(name, states, context))
        states = self._norm(
            f"{name}.attention.output.LayerNorm", self.graph.add("Add", attended, states), self._epsilon
        )
        inner = self.graph.add("Gelu", self._linear(f"{name}.intermediate.dense", states), domain=FUSED)
        outer = self._linear(f"{name}.output.dense", inner)
        return self._norm(f"{name}.output.LayerNorm", self.graph.add("Add", outer, states), self._epsilon)

    def _attention(self, name: str, states: str, context: str | None) -> str:
        add = self.graph.add
        reader = f"{name}.attention.self"
        query, *key_and_value = (self._layer(f"{reader}.{kind}") for kind in ("query", "key", "value"))
        linear = self._arithmetic.linear
        if context:
            both = add("Concat", context, states, axis=0)
            projected = linear(self.graph, reader, states, query) + linear(self.graph, reader, both, *key_and_value)
        else:
            projected = linear(self.graph, reader, states, query, *key_and_value)
        batches = [add("Unsqueeze", part, np.array([0])) for part in projected]
        attended = add("MultiHeadAttention", *batches, domain=FUSED, num_heads=self._heads)
        return add("Squeeze", attended, np.array([0]))

    def score(self, states: str, epsilon: float) -> None:
        """The heads, whose output is the graph's."""
        hidden = self._linear("hidden", self._norm("norm", states, epsilon))
        scores = self._linear("scores", self.graph.add("Gelu", hidden, domain=FUSED))
        self.graph.add("Unsqueeze", scores, np.array([0]), output="scores")

    def _linear(self, name: str, states: str) -> str:
        return self._arithmetic.linear(self.graph, name, states, self._layer(name))[0]

    def _norm(self, name: str, states: str, epsilon: float) -> str:
        scale, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return self.graph.add("LayerNormalization", states, scale, bias, epsilon=epsilon)

    def _layer(self, name: str) -> Linear:
        return Linear(self._weights[f"{name}.weight"].T, self._weights[f"{name}.bias"])


def _softmax(values: Array) -> Array:
    exponents = np.exp(values - values.max())
    return np.asarray(exponents / exponents.sum(), np.float32)
