"""How large the states are that linear layers read: with a limit known beforehand, rounding them needs no look at them.

A limit is a quantile of the tokens' largest magnitudes; the served network cuts off what is beyond. In front of attention
hardly anything may be cut off. In front of a feed-forward network one channel of a few tokens is ten times as large as all
else, and the labels do better without it than with the others rounded as coarsely (docs/experiments.md). Between the two
layers of a feed-forward network a few tokens need what they have: there each is rounded with a scale of its own.
"""

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from annotations.schema import Document
from models import structure, windows
from models.inputs import Tokens, tokens
from models.network import TaggerNetwork
from models.vocabulary import Vocabulary
from training.train import TorchRuntime

_QUANTILES = {
    "attention.self": 1.0,
    "attention.output.dense": 1.0,
    "intermediate.dense": 0.99,
}
_WINDOWS = 128


def draw(documents: Sequence[Document], vocabulary: Vocabulary, seed: int) -> list[Tokens]:
    """Windows to measure on, drawn by lot out of some documents."""
    cut = [(d.text, window) for d in documents for window in windows.cut(structure.read(d.text))]
    return [tokens(vocabulary, *each) for each in random.Random(seed).sample(cut, min(_WINDOWS, len(cut)))]


def measure(network: TaggerNetwork, sample: Sequence[Tokens]) -> dict[str, float]:
    """The limit of what each module reads that has one, by the module's name; none without a sample."""
    seen: dict[str, list[NDArray[np.float32]]] = {}

    def watch(name: str, module: nn.Module) -> RemovableHandle:
        magnitudes = seen.setdefault(name, [])
        return module.register_forward_pre_hook(lambda _, inputs: magnitudes.append(_largest(inputs[0])))

    hooks = [watch(name, module) for name, module in network.named_modules() if name.endswith(tuple(_QUANTILES))]
    for _ in TorchRuntime(network).score(sample):
        pass
    for hook in hooks:
        hook.remove()
    return {name: _quantile(name, np.concatenate(magnitudes)) for name, magnitudes in seen.items() if magnitudes}


def _largest(states: Tensor) -> NDArray[np.float32]:
    """The largest magnitude of each token."""
    largest: NDArray[np.float32] = states.abs().amax(-1).flatten().numpy()
    return largest


def _quantile(name: str, magnitudes: NDArray[np.float32]) -> float:
    (share,) = (share for suffix, share in _QUANTILES.items() if name.endswith(suffix))
    return round(float(np.quantile(magnitudes, share)), 4)
