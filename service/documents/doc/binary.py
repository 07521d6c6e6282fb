"""The streams of a Word 97–2003 file and the tables in them that say where its text lies ([MS-DOC])."""

import io
import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import olefile

from service.documents.errors import OverLimit, UnreadableDocument, UnsupportedDocument
from service.documents.model import Limits

_SECTORS = (b"\x09\0\x06\0", b"\x0c\0\x06\0")
"""Powers of two: sectors of 512 or 4,096 bytes, small ones of 64 ([MS-CFB] 2.2)."""
_WORD_97 = 0x00C1
_IDENT = 0xA5EC
_ENCRYPTED = 0x0100
_TABLE_1 = 0x0200
_PAIRS = 0x9A
"""Where the places of the tables begin, 8 bytes each ([MS-DOC] 2.5.6)."""
_STYLES, _CHARACTER_RUNS, _PARAGRAPH_RUNS, _PIECES, _LISTS, _OVERRIDES = 1, 12, 13, 33, 73, 74
_STORIES = 0x4C
"""Where the lengths of the stories stand: text, footnotes, heads, macros, comments, endnotes, boxes, boxes in heads."""
_SHOWN = (0, 1, 5, 6)
_PAGE = 512
_SPECIAL_OPERANDS = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_TABLE_DEFINITION = 0xD608
_HUGE = (0x6645, 0x6646)
"""Properties that lie in the data stream."""

Properties = dict[int, bytes]
"""Operands by the code of their modifier ([MS-DOC] 2.6)."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Properties by where in the stream the text lies that has them: ``values[i]`` from ``starts[i]`` on."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    values: list[bytes] = field(default_factory=list)

    def at(self, offset: int) -> bytes:
        i = bisect_right(self.starts, offset) - 1
        return self.values[i] if i >= 0 and offset < self.ends[i] else b""


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters ``start`` to ``end`` of the text, at ``offset`` in the stream, ``width`` bytes each."""

    start: int
    end: int
    offset: int
    width: int


class WordFile:
    """Raises UnreadableDocument, UnsupportedDocument and OverLimit; OSError and struct.error where it is broken."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        if content[30:34] not in _SECTORS:
            raise UnreadableDocument("must be whole: its sectors have a size that there is not")
        with olefile.OleFileIO(io.BytesIO(content)) as container:
            self._main = _stream(container, "WordDocument")
            ident, version = struct.unpack_from("<HH", self._main, 0)
            flags = struct.unpack_from("<H", self._main, 0x0A)[0]
            if ident != _IDENT or version < _WORD_97:
                raise UnsupportedDocument("must be of Word 97 or later")
            if flags & _ENCRYPTED:
                raise UnreadableDocument("must not be encrypted")
            self._tables = _stream(container, "1Table" if flags & _TABLE_1 else "0Table")
            self._data = _stream(container, "Data") if container.exists("Data") else b""
        self.pieces = self._pieces()
        if self.pieces and self.pieces[-1].end > limits.characters:
            raise OverLimit(limits.characters, "characters of text")
        self.text = "".join(self._decoded(piece) for piece in self.pieces)

    def stories(self) -> Iterator[tuple[int, int]]:
        """Where in the text its parts begin and end that belong to what is read: text, notes, boxes."""
        lengths = struct.unpack_from("<8i", self._main, _STORIES)
        start = 0
        for number, length in enumerate(lengths):
            if number in _SHOWN and length > 0:
                yield start, min(start + length, len(self.text))
            start += max(length, 0)

    def offset(self, position: int) -> int:
        """Where in the stream a character stands; -1 past the end."""
        i = bisect_right(self.pieces, position, key=lambda p: p.start) - 1
        if i < 0 or position >= self.pieces[i].end:
            return -1
        return self.pieces[i].offset + (position - self.pieces[i].start) * self.pieces[i].width

    def paragraph(self, position: int) -> tuple[int, Properties]:
        """The style and properties of the paragraph that ends with this character."""
        found = self._paragraphs.at(self.offset(position))
        if len(found) < 2:
            return 0, {}
        properties = modifiers(found[2:])
        for code in _HUGE:
            if code in properties:
                properties |= modifiers(self._huge(properties[code]))
        return struct.unpack_from("<H", found)[0], properties

    @cached_property
    def characters(self) -> Runs:
        """Character properties by place in the stream."""
        return self._runs(_CHARACTER_RUNS)

    @cached_property
    def _paragraphs(self) -> Runs:
        return self._runs(_PARAGRAPH_RUNS)

    @property
    def styles(self) -> bytes:
        return self._table(_STYLES)

    @property
    def lists(self) -> bytes:
        """The list definitions, and behind them what the tables say only by following: their levels."""
        start = struct.unpack_from("<I", self._main, _PAIRS + 8 * _LISTS)[0]
        return self._tables[start:] if self._table(_LISTS) else b""

    @property
    def list_overrides(self) -> bytes:
        return self._table(_OVERRIDES)

    def _table(self, number: int) -> bytes:
        start, size = struct.unpack_from("<II", self._main, _PAIRS + 8 * number)
        return self._tables[start : start + size]

    def _pieces(self) -> list[Piece]:
        clx = self._table(_PIECES)
        at = 0
        while at < len(clx) and clx[at] == 1:
            at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
        if at >= len(clx) or clx[at] != 2:
            raise UnreadableDocument("must be whole: its text cannot be found")
        size = struct.unpack_from("<I", clx, at + 1)[0]
        table = clx[at + 5 : at + 5 + size]
        count = (len(table) - 4) // 12
        positions = struct.unpack_from(f"<{count + 1}I", table, 0)
        pieces = []
        for i in range(count):
            place = struct.unpack_from("<I", table, 4 * (count + 1) + 8 * i + 2)[0]
            width = 1 if place & 0x40000000 else 2
            offset = (place & 0x3FFFFFFF) // (3 - width)
            room = max(0, len(self._main) - offset) // width
            if positions[i + 1] - positions[i] > room or positions[i + 1] < positions[i]:
                raise UnreadableDocument("must be whole: a part of its text is missing")
            pieces.append(Piece(positions[i], positions[i + 1], offset, width))
        return pieces

    def _decoded(self, piece: Piece) -> str:
        """One character for each of the file's: two for what lies beyond the first 65,536."""
        raw = self._main[piece.offset : piece.offset + (piece.end - piece.start) * piece.width]
        if piece.width == 1:
            return raw.decode("cp1252", "replace")
        return "".join(map(chr, struct.unpack(f"<{len(raw) // 2}H", raw)))

    def _runs(self, number: int) -> Runs:
        """All properties of a kind, from the pages that hold them ([MS-DOC] 2.9.33, 2.9.175)."""
        table = self._table(number)
        count = (len(table) - 4) // 8
        found: dict[int, tuple[int, bytes]] = {}
        for page in dict.fromkeys(struct.unpack_from(f"<{count}I", table, 4 * (count + 1)) if count > 0 else ()):
            start = (page & 0x3FFFFF) * _PAGE
            block = self._main[start : start + _PAGE]
            if len(block) == _PAGE:
                found.update(_page_runs(block, number == _PARAGRAPH_RUNS))
        starts = sorted(found)
        return Runs(starts, [found[s][0] for s in starts], [found[s][1] for s in starts])

    def _huge(self, operand: bytes) -> bytes:
        start = struct.unpack_from("<I", operand)[0]
        if start + 2 > len(self._data):
            return b""
        size = struct.unpack_from("<H", self._data, start)[0]
        return self._data[start + 2 : start + 2 + size]


def modifiers(packed: bytes) -> Properties:
    """Single properties out of a list of them, as far as it is whole."""
    found: Properties = {}
    at = 0
    while at + 3 <= len(packed):
        code = packed[at] | packed[at + 1] << 8
        at += 2
        kind = code >> 13
        if code == _TABLE_DEFINITION:
            size = (packed[at] | packed[at + 1] << 8) + 1 if at + 1 < len(packed) else 2
        elif kind == 6:
            size = packed[at] + 1
        else:
            size = _SPECIAL_OPERANDS[kind]
        found[code] = packed[at : at + size]
        at += size
    return found


def _page_runs(block: bytes, paragraphs: bool) -> Iterator[tuple[int, tuple[int, bytes]]]:
    count = block[-1]
    width = 13 if paragraphs else 1
    if 4 * (count + 1) + width * count >= _PAGE:
        return
    offsets = struct.unpack_from(f"<{count + 1}I", block)
    for i in range(count):
        at = 2 * block[4 * (count + 1) + width * i]
        value = b""
        if at and not paragraphs:
            value = block[at + 1 : at + 1 + block[at]]
        elif at and block[at]:
            value = block[at + 1 : at + 2 * block[at]]
        elif at and at + 1 < _PAGE:
            value = block[at + 2 : at + 2 + 2 * block[at + 1]]
        yield offsets[i], (offsets[i + 1], value)


def _stream(container: olefile.OleFileIO, name: str) -> bytes:
    content: bytes = container.openstream(name).read()
    return content
