"""The spaCy pipeline component: ``nlp.add_pipe("mubiao")``, see docs/spacy.md.

It writes ``doc.spans["mubiao"]`` (annotations.spacy_docs) and ``doc._.mubiao_records``, the records as the service
answers them. ``doc._.mubiao_date``, YYYY-MM-DD, is a document's own date; it goes before the component's.
"""

import datetime
import json
import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc

import models
from annotations import spacy_docs
from annotations.errors import ServiceError
from annotations.schema import Label
from models.tagger import Annotation, Tagger
from service import records

SEGMENTER = Path(models.__file__).parent / "segmenter"
"""Where the pkuseg model lies that cuts texts of this genre into words."""
_CONFIG_FILE = "cfg"

Doc.set_extension("mubiao_records", default=[], force=True)
Doc.set_extension("mubiao_date", default=None, force=True)


class Component(Pipe):
    """Annotates Docs. ``model`` is a model's folder (default: the shipped one), ``date`` the date of every document
    that has none of its own.

    Raises ModelError if the model cannot be loaded, ServiceError for a date that is none.
    """

    def __init__(self, name: str = "mubiao", model: str | None = None, date: str | None = None) -> None:
        self.name = name
        self._configure(model, date)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of its spans."""
        return tuple(label.value for label in Label)

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one Doc, in place."""
        self._fill(doc, self._annotate([doc])[0])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        """Annotate Docs, in place; ``batch_size`` of them are read at once."""
        left = iter(stream)
        while docs := list(islice(left, batch_size)):
            try:
                annotations = self._annotate(docs)
            except Exception as error:  # noqa: BLE001 - what to do with it is the pipeline's to say
                self.get_error_handler()(self.name, self, docs, error)
                continue
            for doc, annotation in zip(docs, annotations, strict=True):
                try:
                    self._fill(doc, annotation)
                except Exception as error:  # noqa: BLE001 - of this one, its date say; the others have theirs
                    self.get_error_handler()(self.name, self, [doc], error)
                    continue
                yield doc

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """The component's configuration; the model stays in its folder."""
        return json.dumps(self._config()).encode()

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> "Component":
        """Take over what ``to_bytes`` gave."""
        self._configure(**json.loads(data))
        return self

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the component's configuration into a folder; the model stays in its own."""
        path.mkdir(parents=True, exist_ok=True)
        (path / _CONFIG_FILE).write_bytes(self.to_bytes())

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> "Component":
        """Take over what ``to_disk`` wrote."""
        return self.from_bytes((path / _CONFIG_FILE).read_bytes())

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.name, self._model, self._date)

    def _configure(self, model: str | None, date: str | None) -> None:
        _day(date)
        self._model, self._date = model, date
        self._load()

    def _config(self) -> dict[str, str | None]:
        return {"model": self._model, "date": self._date}

    def _load(self) -> None:
        self._tagger = Tagger.load(Path(self._model) if self._model else None)
        self._process = os.getpid()

    def _annotate(self, docs: list[Doc]) -> list[Annotation]:
        # With n_process, spaCy forks: the model's threads stay behind.
        if self._process != os.getpid():
            self._load()
        return self._tagger.annotate([doc.text for doc in docs])

    def _fill(self, doc: Doc, annotation: Annotation) -> None:
        spacy_docs.attach(doc, annotation.entities)
        date = _day(doc._.mubiao_date or self._date)
        rows = records.build(annotation.structure, annotation.entities, date)
        doc._.mubiao_records = [records.as_dict(row) for row in rows]


def _day(date: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(date) if date else None
    except ValueError:
        raise ServiceError("date must be a day written YYYY-MM-DD") from None


@Language.factory(
    "mubiao",
    default_config={"model": None, "date": None},
    assigns=["doc.spans", "doc._.mubiao_records"],
)
def create(nlp: Language, name: str, model: str | None, date: str | None) -> Component:
    """The component for a pipeline; ``model`` and ``date`` come from its configuration."""
    return Component(name, model, date)
