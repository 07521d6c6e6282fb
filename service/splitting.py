"""Splitting what arrives in pieces, or a file that is too large to be held, into JSON values, which are not looked into."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from service.errors import MalformedBody

_OUTSIDE = re.compile(rb'["{}\[\],]')
_INSIDE = re.compile(rb'["\\]')
_BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r\n"
_PIECE = 1 << 16
NO_LIST = 'must be one JSON list in UTF-8, or {"path": …}'
Value = bytes | None
"""The bytes of a value; None for one that is too long to be kept."""


class Lines:
    """Values a line each; blank lines are none. ``limit`` is the most bytes that a value may have."""

    def __init__(self, limit: int) -> None:
        self._value = _Collected(limit)
        self.number = 0
        """The number from 1 of the line that was split off last, with the blank ones counted."""

    def feed(self, data: bytes) -> Iterator[Value]:
        """The values that end in ``data``."""
        *lines, rest = data.split(b"\n")
        for line in lines:
            self._value.add(line)
            yield from self._end()
        self._value.add(rest)

    def close(self) -> Iterator[Value]:
        """The last value, if no line break follows it."""
        yield from self._end()

    def _end(self) -> Iterator[Value]:
        value = self._value.end()
        self.number += 1
        if self.number == 1 and value:
            value = value.removeprefix(_BOM)
        if value is None or (value := value.strip(_BLANK)):
            yield value


def lines(file: BinaryIO, limit: int) -> Iterator[tuple[int, Value]]:
    """The values of a file with a value a line, each with the number of its line from 1; as ``Lines`` splits them."""
    splitter = Lines(limit)
    while piece := file.read(_PIECE):
        for value in splitter.feed(piece):
            yield splitter.number, value
    for value in splitter.close():
        yield splitter.number, value


class Elements:
    """The elements of one JSON list. What is between its commas need not be JSON; that nests right it must.

    ``limit`` is the most bytes that an element may have.
    """

    def __init__(self, limit: int) -> None:
        self._value = _Collected(limit)
        self._depth = 0
        self._in_string = self._escaped = self._ended = False
        self._count = 0

    def feed(self, data: bytes) -> Iterator[Value]:
        """The elements that end in ``data``. Raises MalformedBody."""
        start = position = 0
        while position < len(data):
            if self._escaped:
                self._escaped = False
                position += 1
                continue
            found = (_INSIDE if self._in_string else _OUTSIDE).search(data, position)
            if not found:
                break
            position = found.end()
            match found[0]:
                case b"\\":
                    self._escaped = True
                case b'"':
                    self._in_string = not self._in_string
                case b"{" | b"[":
                    if not self._depth:
                        self._begin(data[start:position])
                        start = position
                    self._depth += 1
                case b",":
                    if self._depth == 1:
                        self._value.add(data[start : position - 1])
                        yield self._end()
                        start = position
                case _ if not self._depth:
                    raise MalformedBody(NO_LIST)
                case _:
                    self._depth -= 1
                    if not self._depth:
                        self._value.add(data[start : position - 1])
                        start = position
                        yield from self._last()
        rest = data[start:]
        if self._depth:
            self._value.add(rest)
        elif rest.strip(_BLANK):
            raise MalformedBody(NO_LIST)

    def close(self) -> Iterator[Value]:
        """Nothing; raises MalformedBody if the list has not ended."""
        if not self._ended:
            raise MalformedBody(NO_LIST)
        yield from ()

    def _begin(self, before: bytes) -> None:
        if self._ended or before.strip(_BLANK) != b"[":
            raise MalformedBody(NO_LIST)

    def _end(self) -> Value:
        value = self._value.end()
        self._count += 1
        if value is None:
            return None
        value = value.strip(_BLANK)
        if not value:
            raise MalformedBody(NO_LIST)
        return value

    def _last(self) -> Iterator[Value]:
        self._ended = True
        if self._count or not self._value.blank:
            yield self._end()


class _Collected:
    """The bytes of one value; those of one that is too long are forgotten."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = bytearray()
        self._over = False

    @property
    def blank(self) -> bool:
        return not self._over and not self._bytes.strip(_BLANK)

    def add(self, data: bytes) -> None:
        if self._over or len(self._bytes) + len(data) > self._limit:
            self._over = True
            self._bytes.clear()
        else:
            self._bytes += data

    def end(self) -> Value:
        value = None if self._over else bytes(self._bytes)
        self._over = False
        self._bytes.clear()
        return value
