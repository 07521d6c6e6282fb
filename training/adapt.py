"""Adapting the encoder to characters and to the genre: masked-character training on texts without labels.

The base read word pieces; here it learns to read single characters of administrative text. Runs of one to four
characters are masked (Joshi et al. 2020, SpanBERT) with the words that they touch (Cui et al. 2021, whole word
masking), four fifths by [MASK], one tenth by a random character.
"""

import random
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import BertConfig

from models import structure
from models.alphabet import MASK, SPECIALS
from models.inputs import Tokens, pad, tokens
from models.lexicon import NO_WORD
from models.network import CharacterEncoder
from models.vocabulary import Vocabulary
from training import batches, checkpoint
from training.config import AdaptConfig
from training.optimizer import adamw, schedule

_SAVE_EVERY = 100
_MEAN_RUN = 2.7
"""How many characters a masked run has, with the words that it touches."""


class MaskedCharacterModel(nn.Module):
    """The encoder with a head that names the masked characters from its own embeddings."""

    def __init__(self, config: BertConfig, words: int) -> None:
        super().__init__()
        self.encoder = CharacterEncoder(config, words)
        self.transform = nn.Linear(config.hidden_size, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size)
        self.bias = nn.Parameter(torch.zeros(config.vocab_size))

    def forward(self, chosen: Tensor, *batch: Tensor) -> Tensor:
        """Scores of shape (chosen tokens, alphabet) for the tokens of a models.inputs.Batch where ``chosen`` is true."""
        states = self.encoder(*batch)[-1][chosen]
        states = self.norm(nn.functional.gelu(self.transform(states)))
        scores: Tensor = states @ self.encoder.bert.embeddings.word_embeddings.weight.T + self.bias
        return scores


def adapt(
    model: MaskedCharacterModel,
    vocabulary: Vocabulary,
    texts: list[str],
    config: AdaptConfig,
    seed: int,
    folder: Path,
    bfloat16: bool,
) -> float:
    """Train in place; checkpoints go to ``folder``, and a run that finds some there goes on from the last. Returns the
    seconds that it took in all."""
    parsed = [structure.read(text) for text in texts]
    size = sum(len(t) for t in texts)
    steps = max(1, round(config.epochs * size * 1.3 / config.tokens))
    optimizer = adamw(model, config.rate, config.rate * 3, model.encoder.bert.config.num_hidden_layers)
    rates = schedule(optimizer, steps, 0.06)
    watch = checkpoint.Stopwatch()
    parts = {"model": model, "optimizer": optimizer, "schedule": rates, "watch": watch}
    step = checkpoint.resume(folder, **parts)
    epoch, losses, seen, began = 0, [], 0, time.monotonic()
    model.train()
    done = 0
    while done < steps:
        rng = random.Random(f"{seed}/adapt/{epoch}")
        windows = [tokens(vocabulary, p.text, w) for p in parsed for w in batches.shifted_windows(p, rng)]
        for batch in batches.by_length(windows, config.tokens, rng):
            done += 1
            if done <= step or done > steps:
                continue
            loss = _loss(
                model, batch, config.masked, np.random.default_rng([seed, done]), len(vocabulary.alphabet), bfloat16
            )
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            rates.step()
            optimizer.zero_grad(set_to_none=True)
            losses.append(loss.item())
            seen += sum(map(len, batch))
            if done % 20 == 0:
                speed = seen / (time.monotonic() - began)
                print(f"adapt {done}/{steps}: loss {np.mean(losses[-20:]):.3f}, {speed:.0f} tokens/s", flush=True)
            if done % _SAVE_EVERY == 0 or done == steps:
                checkpoint.save(folder, done, **parts)
        epoch += 1
    return watch.seconds


def _loss(
    model: MaskedCharacterModel,
    windows: list[Tokens],
    share: float,
    rng: np.random.Generator,
    alphabet_size: int,
    bfloat16: bool,
) -> Tensor:
    batch = pad(windows)
    chosen = np.zeros(batch.ids.shape, dtype=bool)
    for row, window in enumerate(windows):
        text = slice(window.text_start, len(window) - 1)
        chosen[row, text] = _masked_runs(window.words[text], share, rng)
    ids = batch.ids.copy()
    dice = rng.random(ids.shape)
    ids[chosen & (dice < 0.8)] = MASK
    random_ids = rng.integers(len(SPECIALS), alphabet_size, ids.shape)
    ids = np.where(chosen & (dice >= 0.9), random_ids, ids)
    masked = replace(batch, ids=ids, words=np.where(chosen, NO_WORD, batch.words))
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16):
        scores = model(torch.from_numpy(chosen), *map(torch.from_numpy, masked.arrays()))
    return nn.functional.cross_entropy(scores.float(), torch.from_numpy(batch.ids[chosen]))


def _masked_runs(words: NDArray[np.int32], share: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """About ``share`` of the positions, in runs of one to four, with the rest of the words that these touch."""
    length = len(words)
    chosen = np.zeros(length, dtype=bool)
    starts = rng.integers(0, length, max(1, round(length * share / _MEAN_RUN)))
    for start, run in zip(starts, rng.choice([1, 2, 3, 4], len(starts), p=[0.3, 0.4, 0.15, 0.15]), strict=True):
        chosen[start : start + run] = True
    word = np.cumsum(np.diff(words, prepend=-1) != 0)
    return np.asarray(chosen | ((words != NO_WORD) & np.isin(word, word[chosen])))
