"""What the network reads: ``[CLS] context [SEP] text [SEP]``, one token for each code point."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.alphabet import CLS, PAD, SEP
from models.lexicon import NO_WORD
from models.vocabulary import Vocabulary
from models.windows import CONTEXT_LENGTH, TEXT_LENGTH, Window

LENGTH = CONTEXT_LENGTH + TEXT_LENGTH + 3
"""Most tokens of one window."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """One window: ``ids`` of its characters and ``words`` they stand in, shape ``(length,)`` each.

    Token ``text_start + i`` is code point ``window.start + i``.
    """

    ids: NDArray[np.int32]
    words: NDArray[np.int32]
    text_start: int

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows padded to one length, each array (batch, length) int64: ``segments`` is 0 for context, 1 for text."""

    ids: NDArray[np.int64]
    words: NDArray[np.int64]
    segments: NDArray[np.int64]
    mask: NDArray[np.int64]


def tokens(vocabulary: Vocabulary, text: str, window: Window) -> Tokens:
    """The tokens of one window of a text."""
    parts = (window.context, text[window.start : window.end])
    context, body = map(vocabulary.alphabet.encode, parts)
    ids = np.concatenate([[CLS], context, [SEP], body, [SEP]]).astype(np.int32)
    context_words, body_words = map(vocabulary.lexicon.encode, parts)
    words = np.concatenate([[NO_WORD], context_words, [NO_WORD], body_words, [NO_WORD]]).astype(np.int32)
    return Tokens(ids, words, len(context) + 2)


def pad(windows: Sequence[Tokens]) -> Batch:
    """Put windows into one batch, as long as the longest."""
    shape = (len(windows), max(map(len, windows)))
    ids = np.full(shape, PAD, dtype=np.int64)
    words = np.full(shape, NO_WORD, dtype=np.int64)
    segments = np.zeros(shape, dtype=np.int64)
    mask = np.zeros(shape, dtype=np.int64)
    for row, window in enumerate(windows):
        ids[row, : len(window)] = window.ids
        words[row, : len(window)] = window.words
        segments[row, window.text_start : len(window)] = 1
        mask[row, : len(window)] = 1
    return Batch(ids, words, segments, mask)
