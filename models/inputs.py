"""What the network reads: ``[CLS] context [SEP] text [SEP]``, one token for each code point."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.alphabet import CLS, PAD, SEP, Alphabet
from models.lexicon import NO_WORD
from models.vocabulary import Vocabulary
from models.windows import CONTEXT_LENGTH, HEAD_LENGTH, TEXT_LENGTH, Window

LENGTH = CONTEXT_LENGTH + TEXT_LENGTH + 3
"""Most tokens of one window."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """One window: the ``ids`` of its characters, the ``words`` and the table ``columns`` they stand in.

    These have shape ``(length,)``; token ``text_start + i`` is code point ``window.start + i``. A column is a row of
    ``heads``, shape (columns, HEAD_LENGTH): the characters of its head, padded. Row 0 is that of text in no column.
    """

    ids: NDArray[np.int32]
    words: NDArray[np.int32]
    columns: NDArray[np.int32]
    heads: NDArray[np.int32]
    text_start: int

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows padded to one length: arrays of shape (batch, length), but ``heads``, which all windows share.

    ``segments`` is 0 for context, 1 for text. All are int64.
    """

    ids: NDArray[np.int64]
    words: NDArray[np.int64]
    columns: NDArray[np.int64]
    heads: NDArray[np.int64]
    segments: NDArray[np.int64]
    mask: NDArray[np.int64]

    def arrays(self) -> tuple[NDArray[np.int64], ...]:
        """The network's arguments, in their order."""
        return self.ids, self.words, self.columns, self.heads, self.segments, self.mask


def tokens(vocabulary: Vocabulary, text: str, window: Window) -> Tokens:
    """The tokens of one window of a text."""
    parts = (window.context, text[window.start : window.end])
    context, body = map(vocabulary.alphabet.encode, parts)
    ids = np.concatenate([[CLS], context, [SEP], body, [SEP]]).astype(np.int32)
    context_words, body_words = map(vocabulary.lexicon.encode, parts)
    words = np.concatenate([[NO_WORD], context_words, [NO_WORD], body_words, [NO_WORD]]).astype(np.int32)
    text_start = len(context) + 2
    columns, heads = _columns(vocabulary.alphabet, window, text_start, len(ids))
    return Tokens(ids, words, columns, heads, text_start)


def _columns(
    alphabet: Alphabet, window: Window, text_start: int, length: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    rows = {head: row for row, head in enumerate(dict.fromkeys(cell.head for cell in window.cells), 1)}
    columns = np.zeros(length, np.int32)
    for cell in window.cells:
        columns[cell.start - window.start + text_start : cell.end - window.start + text_start] = rows[cell.head]
    heads = np.full((len(rows) + 1, HEAD_LENGTH), PAD, np.int32)
    for head, row in rows.items():
        heads[row, : len(head)] = alphabet.encode(head)
    return columns, heads


def pad(windows: Sequence[Tokens]) -> Batch:
    """Put windows into one batch, as long as the longest."""
    shape = (len(windows), max(map(len, windows)))
    ids = np.full(shape, PAD, dtype=np.int64)
    words = np.full(shape, NO_WORD, dtype=np.int64)
    columns = np.zeros(shape, dtype=np.int64)
    segments = np.zeros(shape, dtype=np.int64)
    mask = np.zeros(shape, dtype=np.int64)
    heads = [np.full((1, HEAD_LENGTH), PAD)]
    rows = 0
    for row, window in enumerate(windows):
        columns[row, : len(window)] = np.where(window.columns, window.columns + rows, 0)
        heads.append(window.heads[1:])
        rows += len(window.heads) - 1
        ids[row, : len(window)] = window.ids
        words[row, : len(window)] = window.words
        segments[row, window.text_start : len(window)] = 1
        mask[row, : len(window)] = 1
    return Batch(ids, words, columns, np.concatenate(heads).astype(np.int64), segments, mask)
