"""The lexicon: words of several Han characters that the base encoder has a vector for.

The network reads characters, but a character alone says little: beside its own vector it gets that of the word it
stands in (after Liu et al. 2021, "Lexicon Enhanced Chinese Sequence Labeling"). Which words those are is the likeliest
cut of each run of Han characters under a unigram model (Kudo 2018, "Subword Regularization").
"""

import math
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from annotations.errors import ModelError

NO_WORD = 0
"""The id of standing in no word of the lexicon."""
HAN = re.compile("[\u3400-\u9fff]+")
"""A run of Han characters: what is cut into words."""
_UNKNOWN_CHARACTER = -25.0
"""Log probability of a character that the lexicon does not list: below any it does."""


class Lexicon:
    """Maps characters to the words they stand in.

    ``scores`` holds the log probability of each word and of single characters; words of two or more characters have
    ids, from 1 on, in the order given.
    """

    def __init__(self, scores: Mapping[str, float]) -> None:
        if not all(HAN.fullmatch(word) and math.isfinite(score) for word, score in scores.items()):
            raise ModelError("lexicon: every word must be of Han characters and have a finite score")
        self.scores = dict(scores)
        self.words = tuple(word for word in scores if len(word) > 1)
        self._ids = {word: i for i, word in enumerate(self.words, 1)}
        self._longest = max(map(len, scores), default=1)

    def __len__(self) -> int:
        """How many ids there are, that of no word included."""
        return len(self.words) + 1

    def encode(self, text: str) -> NDArray[np.int32]:
        """The id of the word that each code point stands in, shape ``(len(text),)``; time linear in its length."""
        ids = np.zeros(len(text), np.int32)
        for run in HAN.finditer(text):
            end = run.end()
            for word in self._cut(run[0]):
                if len(word) > 1:
                    ids[end - len(word) : end] = self._ids[word]
                end -= len(word)
        return ids

    def _cut(self, run: str) -> list[str]:
        """The words of the likeliest cut, last one first."""
        best = [0.0]
        last: list[str] = []
        for end in range(1, len(run) + 1):
            word = run[end - 1]
            score = best[-1] + self.scores.get(word, _UNKNOWN_CHARACTER)
            for start in range(max(0, end - self._longest), end - 1):
                longer = run[start:end]
                if longer in self.scores and best[start] + self.scores[longer] > score:
                    word, score = longer, best[start] + self.scores[longer]
            best.append(score)
            last.append(word)
        words, end = [], len(run)
        while end:
            words.append(last[end - 1])
            end -= len(last[end - 1])
        return words

    def save(self, path: Path) -> None:
        """Write a word and its score a line."""
        path.write_text("".join(f"{word}\t{score:.4f}\n" for word, score in self.scores.items()), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Lexicon":
        """Read what ``save`` wrote; ModelError if it is missing or damaged."""
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
            return cls({word: float(score) for word, score in (line.split("\t") for line in lines)})
        except (OSError, ValueError) as error:
            raise ModelError(f"{path}: no lexicon can be read from it ({type(error).__name__})") from None
