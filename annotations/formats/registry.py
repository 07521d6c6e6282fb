"""The formats by name, and reading and writing through them."""

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any

from annotations.errors import AnnotationError
from annotations.formats.assembly import ensure_sound, stripped
from annotations.schema import Document


class Part(StrEnum):
    """What may be left out of documents for formats that cannot hold it."""

    LINKS = "links"
    EDGES = "edges"
    """White space before and after the text."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format: what its files are, and the functions of its module that read and write them.

    All hold text, entities, labels and values; ``links`` says whether they hold links too. ``suffixes`` are those that no
    other format has; ``folder`` says that it is written as a folder.
    """

    name: str
    summary: str
    module: str
    read: str | None = None
    write: str | None = None
    suffixes: tuple[str, ...] = ()
    folder: bool = False
    links: bool = False


FORMATS = {
    f.name: f
    for f in (
        Format("gold", "our JSON, a document a line or file", "gold", "read", "write", links=True),
        Format("gold-folder", "our JSON, a file a document", "gold", "read", "write_folder", folder=True, links=True),
        Format("markup", "our marked text, a file a document", "markup", "read", "write", folder=True),
        Format("answers", "answers of mubiao with their text", "answers", "read", links=True),
        Format("labelstudio", "Label Studio JSON, annotated tasks", "labelstudio", "read", "write", links=True),
        Format(
            "labelstudio-predictions",
            "Label Studio JSON, tasks with predictions to correct",
            "labelstudio",
            "read_predictions",
            "write_predictions",
            links=True,
        ),
        Format("doccano", "doccano JSONL with label", "doccano", "read", "write"),
        Format(
            "doccano-relations",
            "doccano JSONL with entities and relations",
            "doccano",
            "read",
            "write_relations",
            links=True,
        ),
        Format("brat", "BRAT standoff", "brat", "read", "write", (".ann",), folder=True, links=True),
        Format("conll", "CoNLL BIO, a file a label", "conll", "read", "write", folder=True),
        Format("conll-merged", "CoNLL BIO, a column a label", "conll", "read", "write_merged", (".bio", ".conll")),
        Format("prodigy", "Prodigy JSONL", "prodigy", "read", "write", links=True),
        Format("uie", "UIE JSONL of PaddleNLP", "uie", "read", "write", links=True),
        Format("docbin", "spaCy DocBin, a token a code point", "docbin", "read", "write", (".spacy",), links=True),
    )
}
READABLE = tuple(f.name for f in FORMATS.values() if f.read)
WRITABLE = tuple(f.name for f in FORMATS.values() if f.write)


def by_suffix(path: Path) -> str | None:
    """The name of the format that files of this name have, where the suffix tells."""
    return next((f.name for f in FORMATS.values() if path.suffix.lower() in f.suffixes), None)


def read(name: str, paths: Iterable[Path], **options: Any) -> Iterator[Document]:
    """The documents of files or folders in a format, one after the other as far as the format allows.

    ``options`` are those of the format's own ``read``. Raises AnnotationError, which names file and place.
    """
    format = FORMATS[name]
    reader = getattr(_module(format), format.read or "")
    for path in paths:
        if not path.exists():
            raise AnnotationError(f"{path}: no such file or folder")
        try:
            yield from reader(path, **options)
        except OSError as error:
            raise AnnotationError(f"{error.filename or path}: {error.strerror}") from None


def write(name: str, documents: Iterable[Document], path: Path, leave_out: Sequence[Part] = (), **options: Any) -> int:
    """Write documents to a file or folder in a format; the number of documents.

    It appears once it is whole, and takes the place of a file that was there. ``leave_out`` are the parts to do without;
    ``options`` those of the format's own ``write``. Raises AnnotationError for a document that the format cannot hold, which
    names the document and says why.
    """
    format = FORMATS[name]
    writer = getattr(_module(format), format.write or "")
    count = 0

    def prepared() -> Iterator[Document]:
        nonlocal count
        for document in documents:
            ensure_sound(document)
            yield _fitting(document, format, leave_out)
            count += 1

    with replacing(path, format.folder) as temporary:
        writer(prepared(), temporary, **options)
    return count


@contextlib.contextmanager
def replacing(path: Path, folder: bool = False) -> Iterator[Path]:
    """A file or folder to write to, which takes the place of ``path`` when all went well and vanishes when not.

    Raises AnnotationError where it cannot be written, and for a folder that is there and not empty.
    """
    if folder and path.is_dir() and any(path.iterdir()):
        raise AnnotationError(f"{path}: is there and not empty; what is written needs a folder of its own")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as work:
            temporary = Path(work) / path.name
            yield temporary
            temporary.replace(path)
    except OSError as error:
        # Not the error's own name for it, which is the temporary one.
        raise AnnotationError(f"{path}: {error.strerror}") from None


def _fitting(document: Document, format: Format, leave_out: Sequence[Part]) -> Document:
    if Part.EDGES in leave_out:
        document = stripped(document)
    if Part.LINKS in leave_out:
        return replace(document, links=None)
    if document.links and not format.links:
        raise AnnotationError(
            f"{document.name}: has links, which {format.name} cannot hold; --leave-out links writes it without them"
        )
    return document


def _module(format: Format) -> Any:
    # Loaded by name: only who reads or writes a DocBin needs spaCy.
    try:
        return import_module(f"annotations.formats.{format.module}")
    except ImportError as error:
        raise AnnotationError(f"{format.name} needs {error.name}, which is not installed") from None
