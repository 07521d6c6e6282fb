"""Annotated documents as training examples: windows with a tag for each character and head."""

import random
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotations.schema import Document, Entity
from models import structure
from models.inputs import Tokens, tokens
from models.tags import HEADS, begin, inside
from models.vocabulary import Vocabulary
from models.windows import Window
from training.batches import shifted_windows

IGNORED = -100
"""The tag of what no head learns from: context, specials, and spans that a window's border cuts."""


@dataclass(frozen=True, slots=True)
class Example:
    """A window and its tags, shape (tokens, heads)."""

    tokens: Tokens
    tags: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.tokens)


class AnnotatedText:
    """A document read once, to be cut into windows anew each epoch."""

    def __init__(self, document: Document) -> None:
        self.structure = structure.read(document.text)
        self.by_head: list[list[Entity]] = [
            sorted((e for e in document.entities if e.label is head.label), key=lambda e: e.start) for head in HEADS
        ]

    def examples(self, vocabulary: Vocabulary, rng: random.Random, context_dropout: float) -> list[Example]:
        """The windows of one epoch; a share of them without their context."""
        examples = []
        for window in shifted_windows(self.structure, rng):
            if rng.random() < context_dropout:
                window = Window(window.start, window.end, "")
            examples.append(self._example(vocabulary, window))
        return examples

    def _example(self, vocabulary: Vocabulary, window: Window) -> Example:
        window_tokens = tokens(vocabulary, self.structure.text, window)
        tags = np.full((len(window_tokens), len(HEADS)), IGNORED, dtype=np.int64)
        tags[window_tokens.text_start : -1] = 0
        shift = window_tokens.text_start - window.start
        for column, (head, entities) in enumerate(zip(HEADS, self.by_head, strict=True)):
            for entity in _touching(entities, window):
                start, end = max(entity.start, window.start) + shift, min(entity.end, window.end) + shift
                if entity.start < window.start or entity.end > window.end:
                    tags[start:end, column] = IGNORED
                    continue
                kind = head.kinds.index(entity.value)
                tags[start, column] = begin(kind)
                tags[start + 1 : end, column] = inside(kind)
        return Example(window_tokens, tags)


def _touching(entities: Sequence[Entity], window: Window) -> Sequence[Entity]:
    """Those of the sorted, disjoint entities that share a character with the window."""
    first = bisect_left(entities, window.start + 1, key=lambda e: e.end)
    last = bisect_left(entities, window.end, key=lambda e: e.start)
    return entities[first:last]
