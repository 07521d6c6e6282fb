"""A word segmenter of this genre for spaCy's Chinese tokenizer: a small pkuseg model.

It learns from annotated documents, whose words are the likeliest by the lexicon, cut further where a label begins or
ends: so labelled spans fall on the borders of its words. pkuseg: Luo et al. 2019, "PKUSEG: A Toolkit for
Multi-Domain Chinese Word Segmentation".
"""

import contextlib
import io
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import spacy_pkuseg
import srsly
from spacy_pkuseg.config import config

from annotations.errors import TrainingError
from annotations.schema import Document
from models.lexicon import Lexicon

_HELD_OUT = 10
"""One document in so many is scored on, not trained on."""
_FEATURES = 60_000
"""How many features are kept."""
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-zＡ-Ｚａ-ｚ]+|\S")
"""What is a word outside the lexicon: a number, a run of letters, or one character."""


def words(document: Document, lexicon: Lexicon) -> Iterator[list[str]]:
    """The words of each line that has any; white space is dropped."""
    borders = {offset for e in document.entities for offset in (e.start, e.end)}
    cuts = sorted(borders.union((0,), _ends(document.text, lexicon)))
    line: list[str] = []
    for start, end in pairwise(cuts):
        word = document.text[start:end]
        if not word.isspace():
            line.append(word)
        elif "\n" in word and line:
            yield line
            line = []
    if line:
        yield line


def _ends(text: str, lexicon: Lexicon) -> Iterator[int]:
    """Where each word and each white-space character ends."""
    ids = lexicon.encode(text)
    position = 0
    while position < len(text):
        if known := ids[position]:
            position += len(lexicon.words[known - 1])
        else:
            match = _WORD.match(text, position)
            position = match.end() if match else position + 1
        yield position


def train(documents: Sequence[Document], lexicon: Lexicon, folder: Path, epochs: int = 8) -> float:
    """Train a segmenter into ``folder``; returns the F1 of its words on the documents held out.

    Raises TrainingError if there are too few documents to hold one out.
    """
    if len(documents) < 2:
        raise TrainingError("a segmenter needs two documents or more: one is held out")
    held_out = documents[::_HELD_OUT]
    lines = [line for i, document in enumerate(documents) if i % _HELD_OUT for line in words(document, lexicon)]
    test = [line for document in held_out for line in words(document, lexicon)]
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        files = Path(work) / "train.txt", Path(work) / "test.txt"
        for file, content in zip(files, (lines, test), strict=True):
            file.write_text("".join(" ".join(line) + "\n" for line in content), encoding="utf-8")
        _fit(files[0], files[1], folder, epochs)
    _shrink(folder)
    return score(folder, test)


def score(folder: Path, lines: Sequence[Sequence[str]]) -> float:
    """F1 of the words that the segmenter in ``folder`` cuts these lines into."""
    # pkuseg's own dictionary would join numbers and their units.
    segmenter = spacy_pkuseg.pkuseg(str(folder), user_dict=None)
    expected = found = correct = 0
    for line in lines:
        gold, cut = _stretches(line), _stretches(segmenter.cut("".join(line)))
        expected, found, correct = expected + len(gold), found + len(cut), correct + len(gold & cut)
    return 2 * correct / (expected + found) if correct else 0.0


def _stretches(line: Sequence[str]) -> set[tuple[int, int]]:
    ends = np.cumsum([len(word) for word in line]).tolist()
    return set(zip([0, *ends], ends, strict=False))


def _fit(train_file: Path, test_file: Path, folder: Path, epochs: int) -> None:
    """Run pkuseg's trainer on features of characters alone: those of words take nine tenths of the time and size."""
    state = random.getstate()
    random.seed(1)
    config.wordFeature = False
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            spacy_pkuseg.train(str(train_file), str(test_file), str(folder), train_iter=epochs)
    finally:
        config.wordFeature = True
        random.setstate(state)


def _shrink(folder: Path) -> None:
    """Keep the features that weigh most, and of each weight three digits: a tenth of the size, the same words."""
    file = folder / "features.msgpack"
    features = srsly.read_msgpack(file)
    with np.load(folder / "weights.npz") as saved:
        (tags, count), weights = saved["sizes"].tolist(), saved["w"]
    nodes, edges = weights[: tags * count].reshape(count, tags), weights[tags * count :]
    names = sorted(features["feature_to_idx"], key=features["feature_to_idx"].__getitem__)
    # pkuseg takes the first feature to be the one that every character has.
    heaviest = [0, *sorted(np.argsort(-np.ptp(nodes[1:], axis=1), kind="stable")[: _FEATURES - 1] + 1)]
    kept = {names[i]: new for new, i in enumerate(heaviest)}
    data = {"unigram": [], "bigram": [], "feature_to_idx": kept, "tag_to_idx": features["tag_to_idx"]}
    srsly.write_msgpack(file, data)
    small = np.concatenate([nodes[heaviest].ravel(), edges]).astype(np.float16).astype(np.float64)
    np.savez_compressed(folder / "weights.npz", sizes=np.array([tags, len(kept)]), w=small)
