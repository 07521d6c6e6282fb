"""From text to entities: the whole model behind one class."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from annotations.errors import ModelError
from models import checksums
from models.calibration import Calibration, from_json
from models.draft import Annotation, Draft
from models.inputs import Tokens
from models.runtime import Runtime
from models.vocabulary import ALPHABET_FILE, LEXICON_FILE, Vocabulary

__all__ = ["CONFIG_FILE", "NETWORK_FILE", "SHIPPED", "Annotation", "Scorer", "Tagger", "identity"]
SHIPPED = Path(__file__).parent / "weights"
"""Where the shipped model lies."""
CONFIG_FILE = "config.json"
NETWORK_FILE = "network.int8.onnx"


def identity(folder: Path | None = None) -> str:
    """What identifies a model by the files that its answers depend on, without loading it. Raises ModelError."""
    return checksums.of(folder or SHIPPED, (CONFIG_FILE, NETWORK_FILE, ALPHABET_FILE, LEXICON_FILE))


class Scorer(Protocol):
    """What gives tag scores to windows: the served network (models.runtime) or one in training."""

    def score(self, windows: Sequence[Tokens]) -> Iterator[NDArray[np.float32]]:
        """Tag scores of each window's text, shape (code points, TAG_COUNT), in the order given."""


class Tagger:
    """Finds the six labels in any text. Safe to use from several threads.

    A text's answer is the same whatever it is asked together with.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        scorer: Scorer,
        name: str,
        version: str,
        calibration: Calibration | None = None,
        threads: int = 1,
    ) -> None:
        """``threads`` is how many windows are worth reading at once."""
        self.name = name
        self.version = version
        self._vocabulary = vocabulary
        self._scorer = scorer
        self.calibration = calibration or {}
        self.threads = threads

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
        runtime = Runtime(folder / NETWORK_FILE, threads)
        return cls(vocabulary, runtime, name, version, calibration, runtime.threads)

    def annotate(self, texts: Sequence[str]) -> list[Annotation]:
        """Structure and entities of each text, in the order given."""
        drafts = [self.begin(text) for text in texts]
        places = [(draft, index) for draft in drafts for index in range(len(draft))]
        inputs = [draft.tokens(index) for draft, index in places]
        for (draft, index), read, scores in zip(places, inputs, self._scorer.score(inputs), strict=True):
            draft.put(index, read, scores)
        return [draft.annotation() for draft in drafts]

    def begin(self, text: str) -> Draft:
        """The windows of a text, to be read one by one with ``read``."""
        return Draft(text, self._vocabulary, self.calibration)

    def read(self, draft: Draft, index: int) -> bool:
        """Read a window of a text in the caller's thread; True if now all are read."""
        read = draft.tokens(index)
        (scores,) = self._scorer.score([read])
        return draft.put(index, read, scores)
