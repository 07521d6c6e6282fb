"""The format of a file, from its content and never from its name."""

import codecs
import io
import re
import zipfile
import zlib

from service.documents import charsets, csv
from service.documents.errors import OverLimit, UnreadableDocument, UnsupportedDocument
from service.documents.model import Format, Limits

_PDF_HEAD = 1024
"""Readers of PDF find the header anywhere in the first kilobyte."""
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_MARKUP_HEAD = 4096
_UTF8_BOM = codecs.BOM_UTF8.decode("latin-1")
_HTML = re.compile(
    r"(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype\s+html|html|head|body|meta|title|div|table|p|span|article|style)\b",
    re.IGNORECASE | re.DOTALL,
)
_MAIL = re.compile(r"(?:[A-Za-z][\w-]*:.*\n(?:[ \t].*\n)*){0,30}?MIME-Version:", re.IGNORECASE)
"""What begins a page with its pictures in one file, and a mail."""
ALLOWED = "must be one of txt, md, csv, html, docx, doc, xlsx, pdf"


def detect(content: bytes, limits: Limits) -> Format:
    """The format of a file.

    Raises UnsupportedDocument for other formats, UnreadableDocument for damaged or encrypted packages and OverLimit for
    packages that unpack to more than ``limits`` allow.
    """
    if content.startswith(_OLE2):
        return _of_ole2(content)
    if content.startswith(_ZIP):
        return _of_zip(content, limits)
    if b"%PDF-" in content[:_PDF_HEAD]:
        return Format.PDF
    if content.startswith(b"{\\rtf"):
        raise UnsupportedDocument(f"{ALLOWED}, and not rtf")
    # A page says its charset itself, so that it need not be known for this.
    if _HTML.match(content[:_MARKUP_HEAD].decode("latin-1").removeprefix(_UTF8_BOM)):
        return Format.HTML
    text = charsets.decode(content).text
    if _HTML.match(text[:_MARKUP_HEAD]):
        return Format.HTML
    # The markup of these would be taken for their text.
    if text.startswith("<?xml"):
        raise UnsupportedDocument(f"{ALLOWED}, and not xml")
    if _MAIL.match(text[:_MARKUP_HEAD]):
        raise UnsupportedDocument(f"{ALLOWED}, and not mht or eml")
    return Format.CSV if csv.delimiter(text) else Format.TXT


def _of_ole2(content: bytes) -> Format:
    """Word's old format, or what else the container of the old formats holds: names in its directory are UTF-16."""
    if _stream(content, "EncryptedPackage"):
        raise UnreadableDocument("must not be encrypted")
    if _stream(content, "WordDocument"):
        return Format.DOC
    if _stream(content, "Workbook") or _stream(content, "Book"):
        raise UnsupportedDocument(f"{ALLOWED}, and not xls")
    raise UnsupportedDocument(ALLOWED)


def _stream(content: bytes, name: str) -> bool:
    return name.encode("utf-16-le") + b"\0\0" in content


def _of_zip(content: bytes, limits: Limits) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
            format = _of_parts(names)
            if format:
                _check_package(package, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        raise UnreadableDocument("must be whole: it cannot be unpacked") from None
    if not format:
        raise UnsupportedDocument(f"{ALLOWED}, and not another packed format")
    return format


def _of_parts(names: set[str]) -> Format | None:
    if any(name.startswith("word/") for name in names):
        return Format.DOCX
    return Format.XLSX if "xl/workbook.xml" in names else None


def _check_package(package: zipfile.ZipFile, limits: Limits) -> None:
    """Unpack once to nowhere: what a package says about its sizes need not be true."""
    left = limits.unpacked_bytes
    for part in package.infolist():
        if part.flag_bits & 0x1:
            raise UnreadableDocument("must not be encrypted")
        with package.open(part) as stream:
            while piece := stream.read(min(1 << 20, left + 1)):
                left -= len(piece)
                if left < 0:
                    raise OverLimit(limits.unpacked_bytes, "bytes unpacked")
