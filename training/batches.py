"""Batches for training: windows of whole documents, gathered by length, in a new order each epoch."""

import random
from collections.abc import Iterator, Sized
from typing import TypeVar

from models import structure, windows

_POOL = 50
T = TypeVar("T", bound=Sized)


def by_length(items: list[T], budget: int, rng: random.Random) -> Iterator[list[T]]:
    """Shuffle, sort within pools so that little is padded, and cut into batches of at most ``budget`` padded tokens."""
    items = items.copy()
    rng.shuffle(items)
    batches: list[list[T]] = []
    mean = sum(map(len, items)) / max(1, len(items))
    pool = max(1, round(_POOL * budget / max(1.0, mean)))
    for start in range(0, len(items), pool):
        batch: list[T] = []
        for item in sorted(items[start : start + pool], key=len):
            if batch and len(item) * (len(batch) + 1) > budget:
                batches.append(batch)
                batch = []
            batch.append(item)
        batches.append(batch)
    rng.shuffle(batches)
    yield from batches


def shifted_windows(document: structure.Structure, rng: random.Random) -> list[windows.Window]:
    """The document's windows with the first one of a random length, so that borders differ from epoch to epoch."""
    return windows.cut(document, first=rng.randint(windows.TEXT_LENGTH // 3, windows.TEXT_LENGTH))
