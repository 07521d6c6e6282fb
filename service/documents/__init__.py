"""The text of files: .txt .md .csv .html .docx .doc .xlsx .pdf, recognised by what is in them."""

from service.documents.detect import detect
from service.documents.errors import DocumentError, OverLimit, UnreadableDocument, UnsupportedDocument
from service.documents.model import Format, Limits, Reading

__all__ = [
    "DocumentError",
    "Format",
    "Limits",
    "OverLimit",
    "Reading",
    "UnreadableDocument",
    "UnsupportedDocument",
    "read",
]


def read(content: bytes, limits: Limits = Limits()) -> Reading:  # noqa: B008 - immutable
    """The text of a file, read in this process; service.documents.isolation guards against hostile ones.

    Raises DocumentError and nothing else: whatever else a reader or its library raises means that the file is broken.
    """
    if len(content) > limits.bytes:
        raise OverLimit(limits.bytes, "bytes")
    try:
        reading = _read(content, detect(content, limits), limits)
    except DocumentError:
        raise
    except MemoryError:
        raise UnreadableDocument("must be readable with less memory") from None
    except Exception as error:
        raise UnreadableDocument("must be whole: it cannot be read") from error
    if len(reading.text) > limits.characters:
        raise OverLimit(limits.characters, "characters of text")
    return reading


def _read(content: bytes, format: Format, limits: Limits) -> Reading:
    # Only the reader that is needed is imported, and with it its library.
    match format:
        case Format.TXT:
            from service.documents import text

            return text.read(content, limits)
        case Format.CSV:
            from service.documents import csv

            return csv.read(content, limits)
        case Format.HTML:
            from service.documents import html

            return html.read(content, limits)
        case Format.DOCX:
            from service.documents import docx

            return docx.read(content, limits)
        case Format.XLSX:
            from service.documents import xlsx

            return xlsx.read(content, limits)
        case Format.PDF:
            from service.documents import pdf

            return pdf.read(content, limits)
        case Format.DOC:
            from service.documents import doc

            return doc.read(content, limits)
