"""The network: a character encoder with one BIO head per label. Needs torch; training only."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from models.alphabet import PAD
from models.lexicon import NO_WORD
from models.tags import TAG_COUNT

CONTEXT_LAYERS = 4
"""The layers above these many leave the context's states as they are: the text still attends to them, but nothing is
computed for tokens that no tag is asked of."""


@dataclass(frozen=True, slots=True)
class HeadConfig:
    """Size of the heads' hidden layer and dropout in front of them."""

    hidden: int = 256
    dropout: float = 0.1


class CharacterEncoder(nn.Module):
    """A BERT over characters; to the vector of each are added those of its word and of its table column's head.

    A head's vector is a projection of the mean of its characters' vectors, at first zero.
    """

    def __init__(self, config: BertConfig, words: int) -> None:
        """``words`` is the size of the lexicon (models.lexicon)."""
        super().__init__()
        self.bert = BertModel(config, add_pooling_layer=False)
        self.words = nn.Embedding(words, config.hidden_size, padding_idx=NO_WORD)
        self.heads = nn.Linear(config.hidden_size, config.hidden_size, bias=False)
        nn.init.zeros_(self.heads.weight)

    def embed(self, ids: Tensor, words: Tensor, columns: Tensor, heads: Tensor) -> Tensor:
        """What BERT reads for each character, before positions and segments are added."""
        characters = self.bert.embeddings.word_embeddings
        filled = (heads != PAD).unsqueeze(-1).to(self.heads.weight.dtype)
        means = (characters(heads) * filled).sum(1) / filled.sum(1).clamp(min=1)
        embeddings: Tensor = characters(ids) + self.words(words) + self.heads(means)[columns]
        return embeddings

    def forward(
        self, ids: Tensor, words: Tensor, columns: Tensor, heads: Tensor, segments: Tensor, mask: Tensor
    ) -> tuple[Tensor, ...]:
        """The embeddings and each layer's states, shape (batch, length, hidden size) each, of a models.inputs.Batch."""
        embedded = self.embed(ids, words, columns, heads)
        states = [self.bert.embeddings(inputs_embeds=embedded, token_type_ids=segments)]
        attended, is_text = mask[:, None, None].bool(), segments[..., None].bool()
        for number, layer in enumerate(self.bert.encoder.layer):
            above = layer(states[-1], attended)
            states.append(above if number < CONTEXT_LAYERS else torch.where(is_text, above, states[-1]))
        return tuple(states)


class TaggerNetwork(nn.Module):
    """Characters and words to tag scores.

    The base was trained to embed sentences, so its last states lie close together: the heads read a learned mix of
    all layers (ELMo's scalar mix, Peters et al. 2018), normalised.
    """

    def __init__(self, config: BertConfig, words: int, heads: HeadConfig) -> None:
        super().__init__()
        self.encoder = CharacterEncoder(config, words)
        self.mix = nn.Parameter(torch.zeros(config.num_hidden_layers + 1))
        self.norm = nn.LayerNorm(config.hidden_size)
        self.dropout = nn.Dropout(heads.dropout)
        self.hidden = nn.Linear(config.hidden_size, heads.hidden)
        self.scores = nn.Linear(heads.hidden, TAG_COUNT)
        self.head_config = heads

    def forward(
        self, ids: Tensor, words: Tensor, columns: Tensor, heads: Tensor, segments: Tensor, mask: Tensor
    ) -> Tensor:
        """The scores of a models.inputs.Batch, shape (batch, length, TAG_COUNT)."""
        weights = torch.softmax(self.mix, 0)
        states = self.encoder(ids, words, columns, heads, segments, mask)
        mixed = sum(w * s for w, s in zip(weights, states, strict=True))
        hidden = nn.functional.gelu(self.hidden(self.dropout(self.norm(mixed))))
        scores: Tensor = self.scores(self.dropout(hidden))
        return scores
