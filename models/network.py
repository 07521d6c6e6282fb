"""The network: a character encoder with one BIO head per label. Needs torch; training only."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from models.tags import TAG_COUNT


@dataclass(frozen=True, slots=True)
class HeadConfig:
    """Size of the heads' hidden layer and dropout in front of them."""

    hidden: int = 256
    dropout: float = 0.1


class TaggerNetwork(nn.Module):
    """Token ids to tag scores.

    The base was trained to embed sentences, so its last states lie close together: the heads read a learned mix of
    all layers (ELMo's scalar mix, Peters et al. 2018), normalised.
    """

    def __init__(self, config: BertConfig, heads: HeadConfig) -> None:
        super().__init__()
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.mix = nn.Parameter(torch.zeros(config.num_hidden_layers + 1))
        self.norm = nn.LayerNorm(config.hidden_size)
        self.dropout = nn.Dropout(heads.dropout)
        self.hidden = nn.Linear(config.hidden_size, heads.hidden)
        self.scores = nn.Linear(heads.hidden, TAG_COUNT)
        self.head_config = heads

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor) -> Tensor:
        """``ids``, ``segments`` and ``mask`` of shape (batch, length) to scores of shape (batch, length, TAG_COUNT)."""
        states = self.encoder(
            input_ids=ids, token_type_ids=segments, attention_mask=mask, output_hidden_states=True
        ).hidden_states
        weights = torch.softmax(self.mix, 0)
        mixed = sum(w * s for w, s in zip(weights, states, strict=True))
        hidden = nn.functional.gelu(self.hidden(self.dropout(self.norm(mixed))))
        scores: Tensor = self.scores(self.dropout(hidden))
        return scores
