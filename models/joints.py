"""What joins a code point to the one before it, so that spans seldom or never part them."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from models.lexicon import NO_WORD

_DIGIT, _LETTER = 1, 2
_RUNS = (
    (ord("0"), ord("9"), _DIGIT),
    (ord("０"), ord("９"), _DIGIT),
    (ord("A"), ord("Z"), _LETTER),
    (ord("a"), ord("z"), _LETTER),
)


class Joint(IntEnum):
    """The joints, weakest first: none, inside a word of the lexicon, inside a run of digits or of Latin letters.

    None of the 75,000 spans of the training corpora begins or ends inside a run.
    """

    NONE = 0
    WORD = 1
    RUN = 2


def read(text: str, words: NDArray[np.int32]) -> NDArray[np.int8]:
    """The joint in front of each code point of a window's text, shape (code points,).

    ``words`` has the lexicon's id of the word that each stands in, shape (code points,).
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = np.zeros(len(codes), np.int8)
    for first, last, kind in _RUNS:
        kinds[(first <= codes) & (codes <= last)] = kind
    joints = np.zeros(len(codes), np.int8)
    joints[1:][(words[1:] == words[:-1]) & (words[1:] != NO_WORD)] = Joint.WORD
    joints[1:][(kinds[1:] == kinds[:-1]) & (kinds[1:] != 0)] = Joint.RUN
    return joints
