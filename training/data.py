"""The documents of a training run."""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from annotations import corpus, standoff
from annotations.errors import TrainingError
from annotations.schema import Document
from training.config import DataConfig

_SHARED_LINE = 30
"""A line at least this long that stands in two texts makes one of them an excerpt of the other."""


@dataclass(frozen=True, slots=True)
class Data:
    """Annotated documents to train on and to score, texts to adapt on, and the configured paths that are not there."""

    train: tuple[Document, ...]
    dev: tuple[Document, ...]
    unseen: tuple[Document, ...]
    raw: tuple[str, ...]
    absent: tuple[Path, ...]


def load(config: DataConfig, root: Path) -> Data:
    """Load all that is configured and present below ``root``.

    No text of ``dev`` or ``unseen`` is in what is trained on. Stand-off annotations are left out where ``raw`` is not
    there. Raises TrainingError if nothing is left to train on, AnnotationError for files that cannot be read.
    """
    absent: list[Path] = []

    def present(paths: Iterable[Path]) -> list[Path]:
        found = [root / path for path in paths]
        absent.extend(path for path, full in zip(paths, found, strict=True) if not full.exists())
        return [full for full in found if full.exists()]

    raw = _read_raw(present(config.raw))

    def documents(paths: Iterable[Path]) -> Iterator[Document]:
        for file in corpus.files(present(paths)):
            if not standoff.is_one(file):
                yield from corpus.read(file)
            elif raw:
                yield standoff.read(file, raw)

    dev, unseen = tuple(documents(config.dev)), tuple(documents(config.unseen))
    held_out = _long_lines(document.text for document in (*dev, *unseen))

    # The first of each text only: corpora may hold copies of each other's documents.
    unique: dict[str, Document] = {}
    for document in documents(config.train):
        if held_out.isdisjoint(_long_lines([document.text])):
            unique.setdefault(document.text, document)
    if not unique:
        raise TrainingError(f"data.train: no document in {', '.join(map(str, config.train))}")
    texts = [text for text in raw.values() if held_out.isdisjoint(_long_lines([text]))]
    return Data(tuple(unique.values()), dev, unseen, tuple(texts), tuple(absent))


def _read_raw(paths: Iterable[Path]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in paths:
        try:
            data = path.read_bytes()
            lines = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8").split("\n")
            texts.update((document["id"], document["text"]) for document in map(json.loads, filter(None, lines)))
        except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError) as error:
            raise TrainingError(f"{path}: no JSON lines with an id and a text each ({type(error).__name__})") from None
    return texts


def _long_lines(texts: Iterable[str]) -> set[str]:
    return {line.strip() for text in texts for line in text.split("\n") if len(line.strip()) >= _SHARED_LINE}
