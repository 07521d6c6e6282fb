"""From text to entities: the whole model behind one class."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from annotations.errors import ModelError
from annotations.schema import Entity, Span, number_entities
from models import checksums, joints, structure, windows
from models.calibration import Calibration, calibrate, from_json
from models.decoding import decode, settle
from models.inputs import Tokens, tokens
from models.runtime import Runtime
from models.vocabulary import Vocabulary

SHIPPED = Path(__file__).parent / "weights"
"""Where the shipped model lies."""
CONFIG_FILE = "config.json"
NETWORK_FILE = "network.int8.onnx"
_DECODED_AT_ONCE = 64


class Scorer(Protocol):
    """What gives tag scores to windows: the served network (models.runtime) or one in training."""

    def score(self, windows: Sequence[Tokens]) -> Iterator[NDArray[np.float32]]:
        """Tag scores of each window's text, shape (code points, TAG_COUNT), in the order given."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """What was found in one text: its structure and its entities in reading order."""

    structure: structure.Structure
    entities: tuple[Entity, ...]


class Tagger:
    """Finds the six labels in any text. Safe to use from several threads.

    A text's answer is the same whatever it is asked together with.
    """

    def __init__(
        self, vocabulary: Vocabulary, scorer: Scorer, name: str, version: str, calibration: Calibration | None = None
    ) -> None:
        self.name = name
        self.version = version
        self._vocabulary = vocabulary
        self._scorer = scorer
        self.calibration = calibration or {}

    @classmethod
    def load(cls, folder: Path | None = None, threads: int | None = None) -> "Tagger":
        """Load a model from its folder (default: the shipped one).

        ``threads`` is how many windows are read at once (default: the usable cores). Raises ModelError if a file is
        missing, damaged or does not fit the others.
        """
        folder = folder or SHIPPED
        checksums.check(folder)
        try:
            config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
            name, version = str(config["name"]), str(config["version"])
            sizes = config["encoder"]["vocab_size"], config["words"]
            calibration = from_json(config.get("calibration", {}))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{folder / CONFIG_FILE}: no model configuration ({type(error).__name__})") from None
        vocabulary = Vocabulary.load(folder)
        if (found := (len(vocabulary.alphabet), len(vocabulary.lexicon))) != sizes:
            raise ModelError(f"{folder}: its characters and words are {found}, the network's {sizes}")
        return cls(vocabulary, Runtime(folder / NETWORK_FILE, threads), name, version, calibration)

    def annotate(self, texts: Sequence[str]) -> list[Annotation]:
        """Structure and entities of each text, in the order given."""
        structures = [structure.read(text) for text in texts]
        places = [(i, window) for i, s in enumerate(structures) for window in windows.cut(s)]
        inputs = [tokens(self._vocabulary, texts[i], window) for i, window in places]
        spans: list[list[Span]] = [[] for _ in texts]
        joined = [
            joints.read(texts[i][window.start : window.end], one.words[one.text_start : -1])
            for (i, window), one in zip(places, inputs, strict=True)
        ]
        for (i, window), found in zip(places, self._spans(inputs, joined), strict=True):
            moved = [Span(s.start + window.start, s.end + window.start, s.label, s.value, s.confidence) for s in found]
            spans[i] += [calibrate(span, self.calibration) for span in settle(texts[i], moved)]
        return [Annotation(s, number_entities(found)) for s, found in zip(structures, spans, strict=True)]

    def _spans(self, inputs: Sequence[Tokens], joined: Sequence[NDArray[np.int8]]) -> Iterator[list[Span]]:
        pairs = zip(self._scorer.score(inputs), joined, strict=True)
        while chunk := list(islice(pairs, _DECODED_AT_ONCE)):
            yield from decode(*zip(*chunk, strict=True))
