"""AdamW with layer-wise rates, layers left as they are, a warm-up, and a moving average of the weights."""

import math
import re
from collections.abc import Iterator

import torch
from torch import nn

_LAYER = re.compile(r"\.layer\.(\d+)\.")


def freeze(model: nn.Module, layers: int) -> None:
    """Leave the embeddings and this many of the encoder's lower layers as they are; 0 trains everything."""
    for name, parameter in model.named_parameters():
        layer = _LAYER.search(name)
        lower = int(layer[1]) < layers if layer else _in_encoder(name)
        parameter.requires_grad_(not (layers and lower))


def _in_encoder(name: str) -> bool:
    return name.startswith(("encoder.bert.", "encoder.words."))


def adamw(
    model: nn.Module, rate: float, head_rate: float, layers: int, layer_decay: float = 1.0, weight_decay: float = 0.01
) -> torch.optim.AdamW:
    """AdamW over all weights that are not frozen: the encoder at ``rate``, falling by ``layer_decay`` from each layer to the
    one below, what starts from nothing at ``head_rate``; no decay on biases and norms."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if not _in_encoder(name):
            group_rate = head_rate
        else:
            layer = _LAYER.search(name)
            depth = layers - 1 - int(layer[1]) if layer else layers
            group_rate = rate * layer_decay**depth
        decay = weight_decay if parameter.dim() > 1 else 0.0
        groups.setdefault((group_rate, decay), []).append(parameter)
    return torch.optim.AdamW(
        [{"params": p, "lr": r, "weight_decay": d} for (r, d), p in groups.items()], betas=(0.9, 0.98)
    )


def schedule(optimizer: torch.optim.Optimizer, steps: int, warmup: float) -> torch.optim.lr_scheduler.LambdaLR:
    """Linear warm-up over a share of the steps, then a cosine to a fiftieth of the rate."""
    rising = max(1, round(steps * warmup))

    def factor(step: int) -> float:
        if step < rising:
            return (step + 1) / rising
        progress = min(1.0, (step - rising) / max(1, steps - rising))
        return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress))

    return torch.optim.lr_scheduler.LambdaLR(optimizer, factor)


class MovingAverage:
    """An exponential moving average of a model's weights (Polyak averaging), with a short memory at the start."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.decay = decay
        self.steps = 0
        self.weights = {name: value.detach().clone() for name, value in _floats(model)}

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        """Take in the weights after one step."""
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for name, value in _floats(model):
            self.weights[name].lerp_(value, 1 - decay)

    def state_dict(self) -> dict[str, object]:
        """What a checkpoint needs to go on."""
        return {"steps": self.steps, "weights": self.weights}

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Go on from a checkpoint."""
        self.steps = state["steps"]  # type: ignore[assignment]
        self.weights = state["weights"]  # type: ignore[assignment]


def _floats(model: nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    return ((n, v) for n, v in model.state_dict().items() if v.is_floating_point())
