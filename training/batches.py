"""Batches for training: windows of whole documents, gathered by length, in a new order each epoch."""

import gzip
import json
import random
from collections.abc import Iterable, Iterator, Sized
from pathlib import Path
from typing import TypeVar

from annotations.errors import TrainingError
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


def raw_texts(paths: Iterable[Path]) -> Iterator[str]:
    """The texts of unlabelled corpora: JSON lines with a "text" each, gzipped or not."""
    for path in paths:
        try:
            data = path.read_bytes()
            lines = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8").split("\n")
            yield from (json.loads(line)["text"] for line in lines if line)
        except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError) as error:
            raise TrainingError(f"{path}: no JSON lines with a text each ({type(error).__name__})") from None
