"""Plain text and Markdown: the text as it stands."""

from service.documents import charsets
from service.documents.model import Format, Limits, Reading


def read(content: bytes, limits: Limits) -> Reading:
    """The text of a file, line ends included."""
    decoded = charsets.decode(content)
    return Reading(decoded.text, Format.TXT, decoded.charset, warnings=decoded.warnings)
