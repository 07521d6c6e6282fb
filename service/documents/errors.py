"""Why a file cannot be read.

::

    DocumentError
    ├── UnsupportedDocument   its format is none of those that are read
    ├── UnreadableDocument    broken, encrypted, without text
    └── OverLimit             more of something than is allowed

Messages complete the sentence "the file …" and never quote the document.
"""

from annotations.errors import ServiceError


class DocumentError(ServiceError):
    """A file that cannot be read."""


class UnsupportedDocument(DocumentError):
    """A file in a format that is not read."""


class UnreadableDocument(DocumentError):
    """A file that is broken, encrypted or holds no text."""


class OverLimit(DocumentError):
    """A file with more of something than is allowed."""

    def __init__(self, limit: int, unit: str) -> None:
        super().__init__(f"must have at most {limit} {unit}")
        self.limit = limit
        self.unit = unit

    def __reduce__(self) -> tuple[type["OverLimit"], tuple[int, str]]:
        return type(self), (self.limit, self.unit)
