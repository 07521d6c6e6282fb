"""One text on its way to an annotation: read window by window, in any order and from several threads."""

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotations.schema import Entity, Span, number_entities
from models import joints, structure, windows
from models.calibration import Calibration, likely
from models.decoding import decode, settle
from models.inputs import Tokens, tokens
from models.structure import Structure
from models.vocabulary import Vocabulary

DECODED_AT_ONCE = 64
"""Windows of a text that are decoded together: a vectorised search costs many hardly more than one."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """What was found in one text: its structure and its entities in reading order."""

    structure: Structure
    entities: tuple[Entity, ...]


class Draft:
    """The windows of a text, and what was found in those that were read."""

    def __init__(self, text: str, vocabulary: Vocabulary, calibration: Calibration) -> None:
        self._vocabulary = vocabulary
        self._calibration = calibration
        self._structure = structure.read(text)
        self._windows = windows.cut(self._structure)
        groups = range(0, len(self._windows), DECODED_AT_ONCE)
        self._groups = [_Group(min(DECODED_AT_ONCE, len(self._windows) - start)) for start in groups]
        self._spans: list[list[Span]] = [[] for _ in self._groups]
        self._unread = len(self._windows)
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """The number of windows."""
        return len(self._windows)

    def length(self, index: int) -> int:
        """The code points of a window's text."""
        return self._windows[index].end - self._windows[index].start

    def tokens(self, index: int) -> Tokens:
        """What the network reads of a window."""
        return tokens(self._vocabulary, self._structure.text, self._windows[index])

    def put(self, index: int, read: Tokens, scores: NDArray[np.float32]) -> bool:
        """Take a window's tag scores, shape (code points, TAG_COUNT); True for the last window that was missing."""
        number, place = divmod(index, DECODED_AT_ONCE)
        group = self._groups[number]
        window = self._windows[index]
        found = joints.read(self._structure.text[window.start : window.end], read.words[read.text_start : -1])
        with self._lock:
            group.joints[place], group.scores[place] = found, scores
            complete = len(group.scores) == group.size
        if complete:
            self._decode(number)
        with self._lock:
            self._unread -= group.size if complete else 0
            return complete and not self._unread

    def _decode(self, number: int) -> None:
        group = self._groups[number]
        order = range(group.size)
        found = decode([group.scores[i] for i in order], [group.joints[i] for i in order])
        self._groups[number] = _Group(0)
        first = number * DECODED_AT_ONCE
        for window, spans in zip(self._windows[first : first + group.size], found, strict=True):
            at = window.start
            self._spans[number] += [Span(s.start + at, s.end + at, s.label, s.value, s.confidence) for s in spans]

    def annotation(self) -> Annotation:
        """What was found, once all windows are read."""
        # All at once: a name may be broken where a window ends.
        settled = settle(self._structure.text, [span for spans in self._spans for span in spans])
        return Annotation(self._structure, number_entities(likely(settled, self._calibration)))


class _Group:
    """The windows that are decoded together, by their place: scores and joints of those that were read."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.scores: dict[int, NDArray[np.float32]] = {}
        self.joints: dict[int, NDArray[np.int8]] = {}
