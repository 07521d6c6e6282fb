r"""CoNLL BIO: a code point and its tags a line, with a column of tags for each label, since labels nest.

``write`` makes a folder with a file for each label (TARGET.bio …), for trainers of one column; ``write_merged`` one file
with six columns, in the order of the labels. A NUMBER is tagged NUMBER-target or NUMBER-actual. White space and all that is
not printed stands as an escape (``\n``, ``\u3000``), a backslash as ``\\``, so nothing of the text is lost to readers that
split at white space. A document begins with ``-DOCSTART-(name)``, and a blank line follows each line of its text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path
from typing import TextIO

from annotations.errors import AnnotationError
from annotations.formats.assembly import assemble, label_name, parse_label
from annotations.schema import Document, Label, Span

SUFFIX = ".bio"
_OUTSIDE = "O"
_START = re.compile(r"-DOCSTART-(?:\((.*)\))?")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", " ": "\\s", "\\": "\\\\"}
_LONG = {escape: character for character, escape in _SHORT.items()}
_ESCAPE = re.compile(r"\\(?:[nrts\\]|u[0-9a-f]{4}|U[0-9a-f]{8})")


def read(path: Path) -> Iterator[Document]:
    """The documents of a folder with a file for each label, or of one file, merged or of one label.

    Raises AnnotationError, which names the line.
    """
    if path.is_file():
        yield from _read_file(path)
        return
    files = sorted(path.glob(f"*{SUFFIX}"))
    if not files:
        raise AnnotationError(f"{path}: no file or folder with {SUFFIX} in it")
    for parts in zip_longest(*map(_read_file, files)):
        whole = [part for part in parts if part is not None]
        if len(whole) < len(files) or len({(part.name, part.text) for part in whole}) > 1:
            raise AnnotationError(f"{path}: its files are not about the same documents")
        spans = [Span(e.start, e.end, e.label, e.value) for part in whole for e in part.entities]
        yield assemble(whole[0].name, whole[0].text, dict(enumerate(spans)))


def write(documents: Iterable[Document], path: Path) -> None:
    """Write a file for each label into a folder. Raises AnnotationError for entities of one label that overlap."""
    path.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        files = {label: stack.enter_context(_open(path / f"{label}{SUFFIX}")) for label in Label}
        for document in documents:
            columns = {label: _tags(document, label) for label in Label}
            for label, file in files.items():
                file.writelines(_lines(document, [columns[label]]))


def write_merged(documents: Iterable[Document], path: Path) -> None:
    """Write one file with a column for each label. Raises as ``write``."""
    with _open(path) as file:
        for document in documents:
            file.writelines(_lines(document, [_tags(document, label) for label in Label]))


def _open(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8", newline="\n")


def _tags(document: Document, label: Label) -> list[str]:
    tags = [_OUTSIDE] * len(document.text)
    for e in (e for e in document.entities if e.label is label):
        if any(tag != _OUTSIDE for tag in tags[e.start : e.end]):
            raise AnnotationError(f"{document.name}: {e.id}: overlaps another {label}, which BIO tags cannot hold")
        name = label_name(e.label, e.value)
        tags[e.start : e.end] = [f"B-{name}", *[f"I-{name}"] * (e.end - e.start - 1)]
    return tags


def _lines(document: Document, columns: Sequence[Sequence[str]]) -> Iterator[str]:
    name = "".join(map(_escape, document.name))
    yield "\t".join([f"-DOCSTART-({name})", *[_OUTSIDE] * len(columns)]) + "\n\n"
    for character, *tags in zip(document.text, *columns, strict=True):
        yield "\t".join([_escape(character), *tags]) + ("\n\n" if character == "\n" else "\n")
    yield "\n"


def _escape(character: str) -> str:
    if short := _SHORT.get(character):
        return short
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda match: _LONG.get(match[0]) or chr(int(f"0x{match[0][2:]}", 0)), text)


def _read_file(path: Path) -> Iterator[Document]:
    document = None
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            for number, line in enumerate(file, 1):
                fields = line.rstrip("\r\n").split("\t") if "\t" in line else line.split()
                if not fields or fields == [""]:
                    continue
                if start := _START.fullmatch(fields[0]):
                    if document:
                        yield document.end()
                    document = _Reading(path.stem if start[1] is None else _unescape(start[1]), str(path))
                    continue
                document = document or _Reading(path.stem, str(path))
                document.add(_unescape(fields[0]), fields[1:], number)
    except UnicodeDecodeError:
        raise AnnotationError(f"{path}: not UTF-8") from None
    if document:
        yield document.end()


class _Reading:
    """A document that is being read, token by token."""

    def __init__(self, name: str, place: str) -> None:
        self._name = name
        self._place = place
        self._pieces: list[str] = []
        self._length = 0
        self._open: list[Span | None] = []
        self._spans: list[Span] = []

    def add(self, token: str, tags: Sequence[str], number: int) -> None:
        """Add a token with its tags, of line ``number``."""
        where = f"{self._place}: line {number}"
        if not tags or len(tags) != len(self._open or tags):
            raise AnnotationError(f"{where}: must be a token and as many tags as the lines before it")
        self._open = self._open or [None] * len(tags)
        start, self._length = self._length, self._length + len(token)
        self._pieces.append(token)
        for column, tag in enumerate(tags):
            self._open[column] = self._next(self._open[column], tag, start, where)

    def end(self) -> Document:
        """The document, after its last token."""
        spans = [*self._spans, *(span for span in self._open if span)]
        return assemble(self._name, "".join(self._pieces), dict(enumerate(spans)))

    def _next(self, span: Span | None, tag: str, start: int, where: str) -> Span | None:
        kind, _, name = tag.partition("-")
        if kind == "I":
            label, value = parse_label(name, where)
            if span is None or (span.label, span.value) != (label, value):
                raise AnnotationError(f"{where}: {tag} follows no tag of its kind")
            return Span(span.start, self._length, label, value)
        if span:
            self._spans.append(span)
        if kind == "B":
            return Span(start, self._length, *parse_label(name, where))
        if tag != _OUTSIDE:
            raise AnnotationError(f"{where}: a tag must be O, B-LABEL or I-LABEL")
        return None
