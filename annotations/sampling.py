"""Choosing the passages most worth correcting: where the model is least sure, and unlike each other.

A passage's uncertainty is how many of its entities are expected to be wrong, the sum of 1 - confidence (confidences are
calibrated), by its length, since reading is what correcting costs (Settles, Craven and Friedland 2008, Active learning
with real annotation costs). Of ten times as many of the most uncertain ones as are wanted (the pre-selection of Zhdanov
2019, Diverse mini-batch active learning) they are picked one after the other by uncertainty times dissimilarity to those picked
before, in the manner of maximal marginal relevance (Carbonell and Goldstein 1998). Similar is what shares character
bigrams, all digits taken for one: the rows of one table are much alike.
"""

import heapq
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from annotations.schema import Document, Entity, Link

SIZE = 500
"""Code points of a passage, about."""
_PRESELECTED = 10
_FEATURES = 4096
_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")


def select(documents: Iterable[Document], count: int, size: int = SIZE) -> list[Document]:
    """The ``count`` passages most worth correcting, the best first, fewer if fewer have any doubtful entity.

    Keeps ten times as many passages in memory, whatever the number of documents.
    """
    candidates = (
        (uncertainty(passage, size), -number, passage)
        for number, passage in enumerate(p for document in documents for p in passages(document, size))
    )
    best = heapq.nlargest(_PRESELECTED * count, (c for c in candidates if c[0] > 0), key=lambda c: c[:2])
    found = [passage for _, _, passage in best]
    scores = np.array([score for score, _, _ in best])
    return [found[i] for i in _diverse(scores, _vectors(found), count)]


def uncertainty(passage: Document, size: int = SIZE) -> float:
    """Expected number of wrong entities by length; one of less than half a passage's ``size`` counts as that long."""
    return sum(1 - e.confidence for e in passage.entities) / max(len(passage.text), size / 2, 1)


def passages(document: Document, size: int = SIZE) -> Iterator[Document]:
    """The document in whole lines of about ``size`` code points together, more where an entity or a line is longer.

    A passage is named after its document and place, ``plan@500``, unless it is all of it. Links from one to another go.
    """
    starts = [0]
    for border in _borders(document):
        if border - starts[-1] >= size:
            starts.append(border)
    starts = [s for s in starts if s < len(document.text)] or [0]
    if len(starts) == 1:
        yield document
        return
    left = sorted(document.entities, key=lambda e: e.start, reverse=True)
    for start, end in zip(starts, [*starts[1:], len(document.text)], strict=True):
        inside: list[Entity] = []
        while left and left[-1].start < end:
            e = left.pop()
            inside.append(Entity(e.id, e.label, e.start - start, e.end - start, e.value, e.confidence))
        yield Document(f"{document.name}@{start}", document.text[start:end], tuple(inside), _links(document, inside))


def _borders(document: Document) -> Iterator[int]:
    """The ends of lines that are in no entity."""
    spans = sorted((e.start, e.end) for e in document.entities)
    reach = index = 0
    for line in _LINE.finditer(document.text):
        while index < len(spans) and spans[index][0] < line.end():
            reach = max(reach, spans[index][1])
            index += 1
        if reach <= line.end():
            yield line.end()


def _links(document: Document, inside: Sequence[Entity]) -> tuple[Link, ...] | None:
    if document.links is None:
        return None
    ids = {e.id for e in inside}
    return tuple(x for x in document.links if x.source in ids and x.target in ids)


def _vectors(found: Sequence[Document]) -> NDArray[np.float32]:
    """Hashed character bigrams, shape (passages, features), each row of length 1."""
    vectors = np.zeros((len(found), _FEATURES), np.float32)
    for row, passage in zip(vectors, found, strict=True):
        text = re.sub(r"\d", "0", passage.text)
        for i in range(max(len(text) - 1, 1)):
            row[zlib.crc32(text[i : i + 2].encode("utf-8", "surrogatepass")) % _FEATURES] += 1
    np.sqrt(vectors, out=vectors)
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)


def _diverse(scores: NDArray[np.float64], vectors: NDArray[np.float32], count: int) -> list[int]:
    """Indices in the order they are picked."""
    picked: list[int] = []
    alike = np.zeros(len(scores))
    free = np.ones(len(scores), np.bool_)
    while free.any() and len(picked) < count:
        worth = np.where(free, scores * np.maximum(1 - alike, 0), -1.0)
        picked.append(int(worth.argmax()))
        free[picked[-1]] = False
        alike = np.maximum(alike, vectors @ vectors[picked[-1]])
    return picked
