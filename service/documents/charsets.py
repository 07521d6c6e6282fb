"""Bytes to text, for the formats that do not say their charset."""

import codecs
import re
from dataclasses import dataclass

from service.documents.errors import UnreadableDocument

_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_ALLOWED = "must be text in UTF-8, UTF-16 with a byte order mark, GB18030 or Big5"
_BEYOND_ASCII = bytes(range(0x80, 0x100))
_ENOUGH = 40
"""Bytes beyond ASCII from which on statistics tell Big5 from GB18030."""
_DAMAGE = 0.01
"""Share of the characters beyond ASCII that may be damaged in text that is in a charset all the same."""
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, its charset, and how many of its characters were damaged and became U+FFFD."""

    text: str
    charset: str
    damaged: int = 0

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to warn of."""
        return (f"{self.damaged} damaged characters",) if self.damaged else ()


def decode(content: bytes) -> Decoded:
    """The text of bytes in UTF-8, UTF-16 or UTF-32 with a byte order mark, GB18030 (which holds GBK) or Big5.

    Line ends stay as they are, a byte order mark goes. Raises UnreadableDocument for what is no text.
    """
    decoded = _marked(content) or _decode(content)
    text = decoded.text
    # There are bytes of programs and pictures that decode all the same.
    if "\0" in text or len(_CONTROLS.findall(text)) > len(text) / 100:
        raise UnreadableDocument(_ALLOWED)
    return decoded


def mark(content: bytes) -> tuple[bytes, str] | None:
    """The byte order mark that bytes begin with, and the charset that it stands for."""
    return next((item for item in _MARKS.items() if content.startswith(item[0])), None)


def _marked(content: bytes) -> Decoded | None:
    found = mark(content)
    if not found:
        return None
    try:
        return Decoded(content[len(found[0]) :].decode(found[1]), found[1])
    except UnicodeDecodeError:
        raise UnreadableDocument(f"must be whole: it is marked as {found[1]} but is not") from None


def _decode(content: bytes) -> Decoded:
    try:
        return Decoded(content.decode(), "utf-8")
    except UnicodeDecodeError:
        pass
    # UTF-8 with few wrong bytes would pass for GB18030 and give another text.
    if damaged := _damaged(content, "utf-8"):
        return damaged
    charset = _by_statistics(content)
    try:
        return Decoded(content.decode(charset), charset)
    except UnicodeDecodeError:
        pass
    if damaged := _damaged(content, charset):
        return damaged
    raise UnreadableDocument(_ALLOWED)


def _damaged(content: bytes, charset: str) -> Decoded | None:
    """Text with few wrong bytes."""
    text = content.decode(charset, errors="replace")
    damaged = text.count("�")
    beyond_ascii = sum(not c.isascii() for c in text) if damaged <= len(text) * _DAMAGE else 0
    return Decoded(text, charset, damaged) if 0 < damaged <= beyond_ascii * _DAMAGE else None


def _by_statistics(content: bytes) -> str:
    if len(content) - len(content.translate(None, _BEYOND_ASCII)) < _ENOUGH:
        return "gb18030"
    from charset_normalizer import from_bytes

    # The threshold lets noisy text pass, such as tables: only which of the two fits better is asked.
    best = from_bytes(content, cp_isolation=["gb18030", "big5hkscs"], threshold=0.9).best()
    return best.encoding if best else "gb18030"
