"""What the network reads: ``[CLS] context [SEP] text [SEP]``, one token for each code point."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.alphabet import CLS, PAD, SEP, Alphabet
from models.windows import CONTEXT_LENGTH, TEXT_LENGTH, Window

LENGTH = CONTEXT_LENGTH + TEXT_LENGTH + 3
"""Most tokens of one window."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """One window as token ids, shape ``(length,)``; token ``text_start + i`` is code point ``window.start + i``."""

    ids: NDArray[np.int32]
    text_start: int

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows padded to one length: ``ids``, ``segments`` (0 context, 1 text) and ``mask``, each (batch, length) int64."""

    ids: NDArray[np.int64]
    segments: NDArray[np.int64]
    mask: NDArray[np.int64]


def tokens(alphabet: Alphabet, text: str, window: Window) -> Tokens:
    """The tokens of one window of a text."""
    context = alphabet.encode(window.context)
    body = alphabet.encode(text[window.start : window.end])
    ids = np.concatenate([[CLS], context, [SEP], body, [SEP]]).astype(np.int32)
    return Tokens(ids, len(context) + 2)


def pad(windows: Sequence[Tokens]) -> Batch:
    """Put windows into one batch, as long as the longest."""
    shape = (len(windows), max(map(len, windows)))
    ids = np.full(shape, PAD, dtype=np.int64)
    segments = np.zeros(shape, dtype=np.int64)
    mask = np.zeros(shape, dtype=np.int64)
    for row, window in enumerate(windows):
        ids[row, : len(window)] = window.ids
        segments[row, window.text_start : len(window)] = 1
        mask[row, : len(window)] = 1
    return Batch(ids, segments, mask)
