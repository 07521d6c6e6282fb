"""Splitting a form that arrives in pieces into its files, each of which is whole in memory but not all of them."""

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from service.body import NO_FORM, shown
from service.errors import FieldError, InvalidFields, MalformedBody

NO_FILES = "must be a form as multipart/form-data, of files"
FIELD = "file"


class Files:
    """The files of a form: name and content; None for one of more than ``limit`` bytes."""

    def __init__(self, content_type: str, limit: int) -> None:
        boundary = parse_options_header(content_type)[1].get(b"boundary")
        if not boundary:
            raise MalformedBody(NO_FORM)
        self._limit = limit
        self._found: list[tuple[str, bytes | None]] = []
        self._content = bytearray()
        self._field = self._value = b""
        self._headers: dict[bytes, bytes] = {}
        self._name = ""
        self._over = self._ended = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._header_field,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._headers_finished,
                    "on_part_data": self._data,
                    "on_part_end": self._part_end,
                    "on_end": self._end,
                },
            )
        except FormParserError:
            raise MalformedBody(NO_FORM) from None

    def feed(self, data: bytes) -> list[tuple[str, bytes | None]]:
        """The files that end in ``data``. Raises MalformedBody and InvalidFields."""
        try:
            self._parser.write(data)
        except FormParserError:
            raise MalformedBody(NO_FORM) from None
        found, self._found = self._found, []
        return found

    def close(self) -> list[tuple[str, bytes | None]]:
        """Nothing; raises MalformedBody if the form has not ended."""
        if not self._ended:
            raise MalformedBody(NO_FORM)
        return []

    def _begin(self) -> None:
        self._headers = {}
        self._over = False

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._field.lower()] = self._value
        self._field = self._value = b""

    def _headers_finished(self) -> None:
        options = parse_options_header(self._headers.get(b"content-disposition", b""))[1]
        field = options.get(b"name", b"").decode(errors="replace")
        if field != FIELD:
            raise InvalidFields(
                (FieldError(shown(field), f"is not known; allowed is {FIELD}, as often as there are files"),)
            )
        if b"filename" not in options:
            raise InvalidFields((FieldError(FIELD, "must be a file"),))
        # PostgreSQL keeps no NUL.
        self._name = options[b"filename"].decode(errors="replace").replace("\0", "�")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._over or len(self._content) + end - start > self._limit:
            self._over = True
            self._content.clear()
        else:
            self._content += data[start:end]

    def _part_end(self) -> None:
        self._found.append((self._name, None if self._over else bytes(self._content)))
        self._content.clear()

    def _end(self) -> None:
        self._ended = True
